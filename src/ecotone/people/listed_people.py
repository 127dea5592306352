"""Who the people are that a project's files list as its maintainers, and the employers that its tables give them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.sources.git.month_ends import OPEN
from ecotone.events.sources.git.write_access import LISTED
from ecotone.people.account_parsing import account_key
from ecotone.people.affiliation_attribution import DeclaredAffiliation
from ecotone.people.core_team import PERSON_ACCESS_SCHEMA
from ecotone.people.profile_company import canonical_organisation_name

LISTED_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("repository", pa.string()),
        ("path", pa.string()),
        ("since", pa.int64()),
        ("until", pa.int64()),
        ("organisation", pa.string()),
        ("person", pa.string()),
        ("account", pa.string()),
    ]
)
"""One listed person who takes part in the project, with an account; months since January of year 0."""


def resolve_listed_people(roles: pa.Table, participants: pa.Table, people: pa.Table, names: pa.Table) -> pa.Table:
    """The listed people who take part in the project; LISTED_SCHEMA.

    A login or an address names the holder of that account; otherwise a full name names the one participant of the
    project who signs with it. What names nobody, or several people, is left out.

    roles         project, repository and the columns of events.sources.git.role_files.ROLE_SCHEMA
    participants  project, person
    people        account, person, actor_kind
    names         account, name
    """
    if not roles.num_rows:
        return LISTED_SCHEMA.empty_table()
    participants = participants.select(["project", "person"]).group_by(["project", "person"]).aggregate([])
    projects: dict[str, set[str]] = defaultdict(set)
    for project, person in zip(*(participants[name].to_pylist() for name in ("project", "person")), strict=True):
        projects[project].add(person)
    persons = people.filter(pc.equal(people["actor_kind"], "person"))
    person_of = dict(zip(persons["account"].to_pylist(), persons["person"].to_pylist(), strict=True))
    by_key = {account_key(account): account for account in sorted(person_of)}
    by_name: dict[str, dict[str, str]] = defaultdict(dict)
    for account, name in zip(names["account"].to_pylist(), names["name"].to_pylist(), strict=True):
        if account in person_of and " " in name.strip():
            by_name[_plain_name(name)].setdefault(person_of[account], account)
    rows = []
    for row in roles.to_pylist():
        inside = projects[row["project"]]
        keys = [account_key(handle) for handle in (row["login"], row["address"]) if handle]
        accounts = {person_of[by_key[key]]: by_key[key] for key in keys if key in by_key}
        candidates = {person: account for person, account in accounts.items() if person in inside}
        if not candidates and row["name"]:
            named = by_name.get(_plain_name(row["name"]), {})
            candidates = {person: account for person, account in named.items() if person in inside}
        if len(candidates) == 1:
            ((person, account),) = candidates.items()
            rows.append({**row, "person": person, "account": account})
    return pa.Table.from_pylist(rows, schema=LISTED_SCHEMA)


def listed_access(listed: pa.Table) -> pa.Table:
    """That they are listed, as acts at the end of the month in which a list first has them; PERSON_ACCESS_SCHEMA."""
    rows = []
    for row in listed.to_pylist():
        month = _first_day(row["since"])
        moment = datetime.combine(_first_day(row["since"] + 1), datetime.min.time()) - timedelta(seconds=1)
        rows.append(
            {
                "project": row["project"], "created_at": moment, "month": month,
                "ground": LISTED, "person": row["person"], "other_person": None,
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=PERSON_ACCESS_SCHEMA)


def listed_employers(listed: pa.Table, observed_until: Mapping[str, datetime]) -> list[DeclaredAffiliation]:
    """The employers that tables give, from the first month to the last one that has them.

    observed_until  repository -> the end of its observation
    """
    spans: dict[tuple[str, str, str], tuple[int, int]] = {}
    sources: dict[tuple[str, str, str], str] = {}
    for row in listed.to_pylist():
        if row["organisation"]:
            key = (row["account"], canonical_organisation_name(row["organisation"]), row["repository"])
            observed = observed_until[row["repository"]]
            end = observed.year * 12 + observed.month if row["until"] == OPEN else row["until"]
            begin, until = spans.get(key, (row["since"], end))
            spans[key] = (min(begin, row["since"]), max(until, end))
            sources[key] = f"{row['path']} of {row['repository']}"
    return [
        DeclaredAffiliation(key[0], key[1], _first_day(begin), _first_day(until), "file", sources[key])
        for key, (begin, until) in sorted(spans.items())
    ]


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _plain_name(name: str) -> str:
    return " ".join(name.casefold().split())
