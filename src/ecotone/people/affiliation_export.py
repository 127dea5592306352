"""Resolved affiliations as statements that files of other tools can hold."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa

from ecotone.people.account_privacy import public_account
from ecotone.people.affiliation_files import FileAffiliation, FileIdentity, FileStatements


def exported_affiliations(people: pa.Table, affiliations: pa.Table) -> FileStatements:
    """Identities and spells of persons who have a spell; accounts as they may be shown.

    A person's spells stand under their first login, or their first pseudonym where there is none.
    """
    accounts: dict[str, set[str]] = defaultdict(set)
    for account, person in zip(people["account"].to_pylist(), people["person"].to_pylist(), strict=True):
        if account_names := public_account(account):
            accounts[person].add(account_names)
    listed = {
        person: sorted(account_names, key=lambda account: ("@" in account, account))
        for person, account_names in accounts.items()
    }
    rows = [row for row in affiliations.to_pylist() if row["person"] in listed and row["organisation"]]
    rows = [row for row in rows if row["evidence"] != "stale_list"]
    spells = {
        FileAffiliation(listed[row["person"]][0], row["organisation"], row["since"], row["until"]): None for row in rows
    }
    employed = sorted({row["person"] for row in rows})
    identities = (FileIdentity(tuple(listed[person])) for person in employed if len(listed[person]) > 1)
    return FileStatements(identities=tuple(identities), affiliations=tuple(spells))
