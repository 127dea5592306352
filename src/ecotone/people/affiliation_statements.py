"""Resolved affiliations as statements that files of other tools can hold."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa

from ecotone.people.affiliation_files import Affiliations, FileIdentity, FileSpell
from ecotone.people.privacy import public_account


def affiliations_of(people: pa.Table, affiliations: pa.Table) -> Affiliations:
    """Identities and spells of persons who have a spell; accounts as they may be shown.

    A person's spells stand under their first login, or their first pseudonym where there is none.
    """
    accounts: dict[str, set[str]] = defaultdict(set)
    for account, person in zip(people["account"].to_pylist(), people["person"].to_pylist(), strict=True):
        if shown := public_account(account):
            accounts[person].add(shown)
    listed = {person: sorted(shown, key=lambda one: ("@" in one, one)) for person, shown in accounts.items()}
    rows = [row for row in affiliations.to_pylist() if row["person"] in listed]
    spells = {
        FileSpell(listed[row["person"]][0], row["organisation"], row["since"], row["until"]): None for row in rows
    }
    employed = sorted({row["person"] for row in rows})
    identities = (FileIdentity(tuple(listed[person])) for person in employed if len(listed[person]) > 1)
    return Affiliations(identities=tuple(identities), spells=tuple(spells))
