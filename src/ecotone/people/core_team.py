"""The core team of each project: the people who have shown that they may write to its repositories.

One act that needs write access may be misread, so two pieces of evidence are needed: acts of two kinds, the work of
`MIN_OTHERS` other people landed, work on branches of the repository on `MIN_BRANCH_DAYS` days, or pushes to the
default branch on `MIN_PUSH_DAYS` days (where a branch is fast-forwarded, contributors' commits look like pushes). A
person belongs to the team from the moment on at which the evidence is complete, so later events change no earlier
month.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.observation import months_of
from ecotone.events.sources.git.write_access import BRANCH, COMMITTED, GROUNDS, MERGED, PUSHED, UPDATED
from ecotone.foundation.text_codes import join_texts, look_up

FORMULA: Final = "core_team/ecotone-1"
MIN_KINDS: Final = 2
MIN_OTHERS: Final = 2
MIN_BRANCH_DAYS: Final = 2
MIN_PUSH_DAYS: Final = 10

CORE_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("person", pa.string()),
        ("since", pa.timestamp("us")),
        ("last", pa.timestamp("us")),
        ("days_to_access", pa.int64()),
        ("grounds", pa.string()),
        ("acts", pa.int64()),
    ]
)
"""One member of a core team.

since           when the evidence was complete
last            the last act that needs write access
days_to_access  days from the first contribution to the first such act; NULL for people who began with such an act
grounds         the kinds of such acts, separated by "; "
acts            number of such acts
"""

PERSON_ACCESS_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("created_at", pa.timestamp("us")),
        ("month", pa.date32()),
        ("ground", pa.string()),
        ("person", pa.string()),
        ("other_person", pa.string()),
    ]
)
"""An act that needs write access, with persons; `person` is NULL for a landing whose lander is not known."""

_LANDED: Final = "landed"


def add_people_to_access(access: pa.Table, people: pa.Table) -> pa.Table:
    """The acts with the persons of their accounts, by time; PERSON_ACCESS_SCHEMA.

    Landings by a bot or an AI agent have no known lander: somebody else told it to. Their other acts are left out.

    access  events.sources.git.write_access.ACCESS_SCHEMA
    people  account, person, actor_kind
    """
    kind = look_up(access["account"], people, "account", "actor_kind")
    person = pc.if_else(pc.equal(kind, "person"), look_up(access["account"], people, "account", "person"), None)
    author = look_up(access["other_account"], people, "account", "person")
    author = pc.if_else(pc.fill_null(pc.not_equal(author, person), True), author, None)
    columns = {
        "project": access["project"],
        "created_at": access["created_at"],
        "month": months_of(access["created_at"]),
        "ground": access["ground"],
        "person": person,
        "other_person": author,
    }
    table = pa.table([columns[field.name] for field in PERSON_ACCESS_SCHEMA], schema=PERSON_ACCESS_SCHEMA)
    lands = pc.is_in(table["ground"], value_set=pa.array([MERGED, COMMITTED, PUSHED]))
    known = pc.or_(pc.is_valid(table["person"]), pc.or_(lands, pc.is_null(access["account"])))
    return table.filter(known).sort_by([(name, "ascending") for name in ("project", "created_at", "person", "ground")])


def find_core_teams(access: pa.Table, contributions: pa.Table) -> pa.Table:
    """The core team of every project; CORE_SCHEMA, by project and moment.

    access         PERSON_ACCESS_SCHEMA
    contributions  project, person, created_at: commits and co-authorships
    """
    rows = access.filter(pc.is_valid(access["person"]))
    with_other = pc.is_valid(rows["other_person"])
    landed = pc.and_(pc.is_in(rows["ground"], value_set=pa.array([MERGED, COMMITTED])), with_other)
    own = pc.is_in(rows["ground"], value_set=pa.array([MERGED, COMMITTED, PUSHED]))
    kind = pc.if_else(landed, _LANDED, pc.if_else(own, PUSHED, rows["ground"]))
    rows = rows.append_column("kind", kind).append_column("day", rows["created_at"].cast(pa.date32(), safe=False))
    rows = rows.append_column("key", _person_keys(rows))
    rows = _without_updates_of_one(rows)
    evidence = pa.concat_tables(
        [
            _nth_distinct(rows, "kind", MIN_KINDS),
            _nth_distinct(_of_kind(rows, _LANDED), "other_person", MIN_OTHERS),
            _nth_distinct(_of_kind(rows, BRANCH), "day", MIN_BRANCH_DAYS),
            _nth_distinct(_of_kind(rows, PUSHED), "day", MIN_PUSH_DAYS),
        ]
    )
    since = evidence.group_by("key").aggregate([("created_at", "min")])
    return _describe_members(since, rows, contributions)


def _person_keys(rows: pa.Table) -> pa.ChunkedArray:
    return join_texts(rows["project"], rows["person"], separator="\0")


def _of_kind(rows: pa.Table, kind: str) -> pa.Table:
    return rows.filter(pc.equal(rows["kind"], kind))


def _without_updates_of_one(rows: pa.Table) -> pa.Table:
    """Without updates of pull requests until a second author's: an account of the author may have pressed the button.

    The author's own update looks like another's as long as his two accounts are not known to be one person's.
    """
    updates = _of_kind(rows, UPDATED)
    second = _nth_distinct(updates.filter(pc.is_valid(updates["other_person"])), "other_person", 2)
    since = look_up(rows["key"], second, "key", "created_at")
    counts = pc.fill_null(pc.greater_equal(rows["created_at"], since), False)
    return rows.filter(pc.or_(pc.not_equal(rows["kind"], UPDATED), counts))


def _nth_distinct(rows: pa.Table, column: str, count: int) -> pa.Table:
    """key, created_at: when each person's rows first had so many values of a column; only those who reached them."""
    first = (
        rows.group_by(["key", column]).aggregate([("created_at", "min")]).rename_columns(["key", column, "created_at"])
    )
    first = first.select(["key", "created_at"]).sort_by([("key", "ascending"), ("created_at", "ascending")])
    codes = first["key"].combine_chunks().dictionary_encode().indices.to_numpy()
    if not len(codes):
        return first
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
    ends = np.append(starts[1:], len(codes))
    return first.take(pa.array((starts + count - 1)[starts + count <= ends]))


def _describe_members(since: pa.Table, rows: pa.Table, contributions: pa.Table) -> pa.Table:
    """The members with what is known of them."""
    own = rows.filter(pc.is_in(rows["key"], value_set=since["key"].combine_chunks()))
    totals = own.group_by(["project", "person", "key"]).aggregate(
        [("created_at", "min"), ("created_at", "max"), ("created_at", "count"), ("ground", "distinct")]
    )
    keyed = contributions.append_column("key", _person_keys(contributions))
    begun = keyed.group_by("key").aggregate([("created_at", "min")])
    first = look_up(totals["key"], begun, "key", "created_at_min")
    days = pc.days_between(first.cast(pa.date32(), safe=False), totals["created_at_min"].cast(pa.date32(), safe=False))
    columns = {
        "project": totals["project"],
        "person": totals["person"],
        "since": look_up(totals["key"], since, "key", "created_at_min"),
        "last": totals["created_at_max"],
        "days_to_access": pc.if_else(pc.greater(days, 0), days, pa.scalar(None, pa.int64())),
        "grounds": pa.array(
            ["; ".join(ground for ground in GROUNDS if ground in own) for own in totals["ground_distinct"].to_pylist()],
            pa.string(),
        ),
        "acts": totals["created_at_count"],
    }
    table = pa.table([columns[field.name] for field in CORE_SCHEMA], schema=CORE_SCHEMA)
    return table.sort_by([(name, "ascending") for name in ("project", "since", "person")])
