"""Listed people and their employers, resolved within a project."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from ecotone.events.sources.git.month_ends import OPEN
from ecotone.people.listed_people import listed_access, listed_employers, resolve_listed_people

MAY = 2024 * 12 + 4
PEOPLE = pa.table(
    {
        "account": [
            "3+ada@users.noreply.github.com",
            "ben@mail.example",
            "ben2@mail.example",
            "cem@mail.example",
            "bot",
        ],
        "person": ["pa", "pb", "pb2", "pc", "pd"],
        "actor_kind": ["person"] * 4 + ["bot"],
    }
)
NAMES = pa.table(
    {
        "account": ["ben@mail.example", "ben2@mail.example", "cem@mail.example", "cem@mail.example"],
        "name": ["Ben Example", "Ben Example", "Cem  Example", "cem"],
    }
)


def listed(*rows: dict[str, object], participants: tuple[str, ...] = ("pa", "pb", "pc", "pd")) -> pa.Table:
    columns = ("project", "repository", "path", "since", "until", "login", "name", "address", "organisation")
    default = {"project": "p", "repository": "team/repo", "path": "MAINTAINERS.md", "since": MAY, "until": OPEN}
    schema = pa.schema([(name, pa.int64() if name in ("since", "until") else pa.string()) for name in columns])
    roles = pa.Table.from_pylist([default | row for row in rows], schema=schema)
    inside = pa.table({"project": ["p"] * len(participants), "person": list(participants)})
    return resolve_listed_people(roles, inside, PEOPLE, NAMES)


def test_logins_addresses_and_unique_full_names():
    table = listed(
        {"login": "Ada"}, {"address": "CEM@mail.example"}, {"name": "cem example"}, {"name": "cem"}, {"login": "bot"},
        {"login": "nobody", "name": "Ben Example"},
    )  # fmt: skip
    assert table["person"].to_pylist() == ["pa", "pc", "pc", "pb"]  # the other Ben takes no part in the project
    assert listed({"name": "Ben Example"}, participants=("pb", "pb2"))["person"].to_pylist() == []
    assert listed({"login": "ada"}, participants=("pb",)).num_rows == 0
    assert listed({"login": "ada", "address": "ben@mail.example"}).num_rows == 0  # they contradict each other


def test_being_listed_counts_from_the_end_of_the_month():
    (row,) = listed_access(listed({"login": "ada"})).to_pylist()
    assert (row["created_at"], row["month"]) == (datetime.fromisoformat("2024-05-31T23:59:59"), date(2024, 5, 1))


def test_employers_hold_while_a_table_has_them():
    table = listed(
        {"login": "ada", "organisation": "Company", "until": MAY + 1},
        {"login": "ada", "organisation": "Company", "since": MAY + 1},
        {"address": "cem@mail.example", "organisation": "Rival", "until": MAY + 2},
        {"address": "ben@mail.example"},
    )
    until = {"team/repo": datetime.fromisoformat("2024-12-15")}
    assert [(row.account[:5], row.organisation, row.since, row.until) for row in listed_employers(table, until)] == [
        ("3+ada", "Company", date(2024, 5, 1), date(2025, 1, 1)),
        ("cem@m", "Rival", date(2024, 5, 1), date(2024, 7, 1)),
    ]
