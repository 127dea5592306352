"""Join people to events: the public tables events and affiliation_basis, and the acts that signals read."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.observation import months_of
from ecotone.events.schema import USABLE_TIMES
from ecotone.foundation.text_codes import encode_texts, look_up, plain_texts
from ecotone.people.affiliation_attribution import EmployerEvidence

EVENT_COLUMNS: Final = (
    "event_id", "source", "kind", "project", "repository", "created_at", "utc_offset_minutes", "account",
    "person", "other_account", "thread", "commit", "actor_kind", "assisted_by", "timestamp_quality",
)  # fmt: skip
DISTINCT_TEXTS: Final = ("event_id", "commit")
"""Columns of events whose texts are nearly all different: they are not kept as codes."""
CREDITS: Final = ("co_author", "review")
"""Events of git that a commit's message gives to people in addition to its author."""

ACT_COLUMNS: Final = (
    "project", "repository", "created_at", "kind", "account", "person", "other_account", "actor_kind", "assisted_by",
    "thread", "commit",
)  # fmt: skip


def add_people_to_events(events: pa.Table, people: pa.Table, assisted: pa.Table) -> pa.Table:
    """The public table `events`, its texts as codes.

    Credits that add nothing are left out: of a commit's author, under another address, and the second of one person.

    people    account, person, actor_kind
    assisted  sha, assisted_by: the AI product that helped with a commit
    """
    helper = look_up(events["commit"], assisted, "sha", "assisted_by")
    signed = pc.is_in(events["kind"], value_set=pa.array(["commit", "co_author"]))
    columns = {
        **{name: events[name] for name in events.column_names},
        "person": look_up(events["account"], people, "account", "person"),
        "actor_kind": look_up(events["account"], people, "account", "actor_kind"),
        "assisted_by": pc.if_else(signed, helper, pa.scalar(None, pa.string())),
    }
    table = encode_texts(pa.table({name: columns[name] for name in EVENT_COLUMNS}), leave=DISTINCT_TEXTS)
    adds = _adds_to_commit(table, look_up(events["other_account"], people, "account", "person"))
    return table if pc.all(adds).as_py() else table.filter(adds)


def _adds_to_commit(events: pa.Table, authors: pa.ChunkedArray) -> pa.Array:
    """False for credits in a commit's message of its author, and for all but the first of one person.

    authors  the person of each event's `other_account`
    """
    credit = pc.and_(pc.is_in(events["kind"], value_set=pa.array(CREDITS)), pc.is_valid(events["commit"]))
    credit = np.asarray(pc.and_(credit, pc.equal(events["source"], "git")))
    keep = np.ones(len(events), bool)
    positions = np.flatnonzero(credit)
    chosen = events.select(["repository", "commit", "kind", "person"]).take(pa.array(positions))
    credited: set[tuple[str, str, str, str]] = set()
    rows = zip(*(column.to_pylist() for column in chosen.columns), strict=True)
    for position, row, author in zip(positions, rows, authors.take(pa.array(positions)).to_pylist(), strict=True):
        person = row[3]
        keep[position] = person is None or (person != author and row not in credited)
        credited.add(row)
    return pa.array(keep)


def account_days(events: pa.Table) -> pa.Table:
    """Project, account and day of the events with a usable time, each once."""
    usable = events.select(["project", "account", "created_at", "timestamp_quality"]).filter(_is_usable(events))
    days = pa.table([usable["project"], usable["account"], _days_of_acts(usable)], names=["project", "account", "day"])
    return days.group_by(days.column_names).aggregate([])


def attribute_acts(events: pa.Table, employers: EmployerEvidence) -> pa.Table:
    """The acts with a usable time, each with its organisation, and what that rests on.

    events     the public table
    employers  what is known of people's employers, from the days of these acts among others
    """
    usable = events.select(ACT_COLUMNS).filter(_is_usable(events))
    columns = {name: usable[name] for name in ACT_COLUMNS}
    columns["month"] = months_of(usable["created_at"])
    days = pa.table([usable["account"], usable["person"], _days_of_acts(usable)], names=["account", "person", "day"])
    attributed = employers.attribute(days)
    columns |= {name: getattr(attributed, name) for name in ("organisation", "organisation_kind", "basis")}
    return pa.table(columns).unify_dictionaries()


def _is_usable(events: pa.Table) -> pa.ChunkedArray:
    return pc.is_in(events["timestamp_quality"], value_set=pa.array(USABLE_TIMES))


def activity_days(*acts: pa.Table) -> pa.Table:
    """Person and day of every act."""
    return pa.concat_tables(
        [pa.table([table["person"], _days_of_acts(table)], names=["person", "day"]) for table in acts]
    )


def attributions_table(acts: pa.Table) -> pa.Table:
    """The table `affiliation_basis`: organisation of each account's acts in a project, since when, on what basis."""
    rows = acts.select(["project", "organisation", "person", "account", "basis"])
    persons_commits = pc.and_(pc.equal(acts["kind"], "commit"), pc.equal(acts["actor_kind"], "person"))
    for name, column in (("day", _days_of_acts(acts)), ("commits", persons_commits.cast(pa.int64()))):
        rows = rows.append_column(name, column)
    keys = ["project", "organisation", "person", "account", "basis"]
    grouped = rows.group_by(keys).aggregate([("day", "min"), ("day", "max"), ("day", "count"), ("commits", "sum")])
    named = plain_texts(grouped).rename_columns([*keys, "first", "last", "acts", "commits"])
    return named.sort_by([(name, "ascending") for name in keys])


def attribute_pulls(pulls: pa.Table, people: pa.Table) -> pa.Table:
    """Observed pull requests with the persons who opened them, in place of accounts."""
    for name in ("person", "actor_kind"):
        pulls = pulls.append_column(name, look_up(pulls["account"], people, "account", name))
    return pulls.drop_columns("account")


def _days_of_acts(acts: pa.Table) -> pa.ChunkedArray:
    return acts["created_at"].cast(pa.date32(), safe=False)
