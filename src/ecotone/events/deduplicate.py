"""Deduplicate events of several sources by their ids; each event keeps the names of its sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.schema import APPROXIMATE, EVENT_SCHEMA, EXACT

SOURCE_SEPARATOR: Final = "+"
"""Separates the names of an event's sources, which are in order of priority."""

GIT: Final = "git"

MAX_DAYS_APART: Final = 3
"""Most days between a pull request's close in a feed and its merge in git: manual merges are closed later."""

MAX_SECONDS_APART: Final = 10
"""Most seconds between the times that two sources give for the same review."""

SHARED_EVENT_SCHEMA: Final = pa.schema(
    [("repository", pa.string()), ("kind", pa.string()), ("account", pa.string()), ("login", pa.string())]
)
"""One event: its `account` in git and its `login` in a feed."""


def deduplicate_events(sources: Sequence[pa.Table]) -> pa.Table:
    """Events of all sources, each once; EVENT_SCHEMA by repository, time and id.

    sources  EVENT_SCHEMA, in order of priority. NULL in one source is filled from the next one, and an exact time
             replaces an approximate one. `source` names all sources of the event.
    """
    if not sources:
        return EVENT_SCHEMA.empty_table()
    ranked = [_with_source_rank(table, rank) for rank, table in enumerate(sources)]
    events = pa.concat_tables(ranked).sort_by([("event_id", "ascending"), ("rank", "ascending")])
    events = _prefer_exact_times(events)
    filled = [name for name in EVENT_SCHEMA.names if name not in ("event_id", "source")]
    grouped = events.group_by("event_id", use_threads=False)
    wanted = [*((name, "first") for name in filled), ("source", "list")]
    merged = grouped.aggregate(wanted).rename_columns(["event_id", *filled, "source"])
    columns = {name: merged[name] for name in EVENT_SCHEMA.names} | {
        "source": _join_source_names(merged["source"]),
        "account": pc.fill_null(merged["account"], ""),
    }
    table = pa.table([columns[name] for name in EVENT_SCHEMA.names], schema=EVENT_SCHEMA)
    return table.sort_by([("repository", "ascending"), ("created_at", "ascending"), ("event_id", "ascending")])


def _with_source_rank(table: pa.Table, rank: int) -> pa.Table:
    """A source's events with its rank; an empty account becomes NULL, so that the next source can fill it."""
    named = pc.if_else(pc.equal(table["account"], ""), pa.scalar(None, pa.string()), table["account"])
    events = table.select(EVENT_SCHEMA.names).set_column(EVENT_SCHEMA.get_field_index("account"), "account", named)
    return events.append_column("rank", pa.repeat(pa.scalar(rank), table.num_rows))


def _prefer_exact_times(events: pa.Table) -> pa.Table:
    """Set approximate times to NULL if another source of the same event has an exact one."""
    exact = events.filter(pc.equal(events["timestamp_quality"], EXACT))["event_id"]
    better = pc.and_(
        pc.equal(events["timestamp_quality"], APPROXIMATE), pc.is_in(events["event_id"], value_set=pc.unique(exact))
    )
    for name in ("created_at", "timestamp_quality"):
        column = pc.if_else(better, pa.scalar(None, events.schema.field(name).type), events[name])
        events = events.set_column(events.schema.get_field_index(name), name, column)
    return events


def _join_source_names(lists: pa.ChunkedArray) -> pa.Array:
    """Lists of source names, each joined into one text without duplicates.

    >>> _join_source_names(pa.chunked_array([[["git", "a"], ["a", "a"]]])).to_pylist()
    ['git+a', 'a']
    """
    texts = pc.binary_join(lists, SOURCE_SEPARATOR).combine_chunks()
    written = {
        text: SOURCE_SEPARATOR.join(dict.fromkeys(text.split(SOURCE_SEPARATOR)))
        for text in pc.unique(texts).to_pylist()
    }
    places = pc.index_in(texts, value_set=pa.array(list(written), pa.string()))
    return pa.array(list(written.values()), pa.string()).take(places)


def resolve_unclear_closes(feed: pa.Table, unclear: pa.Array, git_pulls: pa.Table) -> pa.Table:
    """A feed's events; an unclear close becomes a merge if git shows the merge.

    feed       EVENT_SCHEMA
    unclear    boolean, one per event: a `pull_closed` that may have been a merge
    git_pulls  repository, number, merged_at

    The unclear close nearest to a merge in git, and at most `MAX_DAYS_APART` from it, becomes a merge; all others stay.
    """
    positions = np.flatnonzero(np.asarray(unclear.to_numpy(zero_copy_only=False), bool))
    if not len(positions):
        return feed
    landings = git_pulls.filter(pc.is_valid(git_pulls["merged_at"]))
    merged_times = dict(
        zip(
            zip(landings["repository"].to_pylist(), landings["number"].to_pylist(), strict=True),
            landings["merged_at"].to_pylist(),
            strict=True,
        )
    )
    chosen = feed.take(pa.array(positions))
    nearest: dict[tuple[str, int], tuple[float, int]] = {}
    rows = zip(*(chosen[name].to_pylist() for name in ("repository", "thread", "created_at")), strict=True)
    for position, (repository, thread, moment) in zip(positions.tolist(), rows, strict=True):
        merged = merged_times.get((repository, thread))
        if merged is None:
            continue
        apart = abs((moment - merged).total_seconds())
        if apart <= MAX_DAYS_APART * 86_400:
            nearest[repository, thread] = min(nearest.get((repository, thread), (apart, position)), (apart, position))
    return _turn_closes_into_merges(feed, {position for _, position in nearest.values()})


def _turn_closes_into_merges(feed: pa.Table, merges: set[int]) -> pa.Table:
    """Turn the events at these positions into merges: account is the request's author, other_account the closer."""
    chosen = pa.array([position in merges for position in range(feed.num_rows)])
    merged_ids = pc.binary_join_element_wise(
        feed["repository"], "#", feed["thread"].cast(pa.string()), ":pull_merged", ""
    )
    author = pc.coalesce(feed["other_account"], feed["account"])
    replaced = {
        "event_id": pc.if_else(chosen, merged_ids, feed["event_id"]),
        "kind": pc.if_else(chosen, "pull_merged", feed["kind"]),
        "account": pc.if_else(chosen, author, feed["account"]),
        "other_account": pc.if_else(chosen, feed["account"], feed["other_account"]),
    }
    return pa.table([replaced.get(name, feed[name]) for name in EVENT_SCHEMA.names], schema=EVENT_SCHEMA)


def match_review_ids(feed: pa.Table, others: Sequence[pa.Table]) -> pa.Table:
    """The events of a feed without review numbers; its reviews get the ids that other feeds give them.

    feed, others  EVENT_SCHEMA, in order of priority

    Two reviews are the same if request and account are equal and the times at most SECONDS_APART apart. Each review
    of `others` is matched once, in order of time.
    """
    known: dict[tuple[str, int, str], dict[str, float]] = {}
    for name, key, moment, _ in (row for table in reversed(others) for row in _review_keys(table)):
        known.setdefault(key, {})[name] = moment
    renamed: dict[int, str] = {}
    for _, key, moment, position in sorted(_review_keys(feed), key=lambda row: (row[2], row[0])):
        near = min(((abs(at - moment), name) for name, at in known.get(key, {}).items()), default=None)
        if near is not None and near[0] <= MAX_SECONDS_APART:
            renamed[position] = near[1]
            del known[key][near[1]]
    if not renamed:
        return feed
    names = [renamed.get(position, name) for position, name in enumerate(feed["event_id"].to_pylist())]
    return feed.set_column(feed.schema.get_field_index("event_id"), "event_id", pa.array(names, pa.string()))


def _review_keys(table: pa.Table) -> list[tuple[str, tuple[str, int, str], float, int]]:
    """Id, request and account, time (seconds), and position of every review of a table."""
    positions = pc.indices_nonzero(pc.equal(table["kind"], "review"))
    rows = table.select(["event_id", "repository", "thread", "account", "created_at"]).take(positions).to_pylist()
    return [
        (
            row["event_id"],
            (row["repository"], row["thread"], (row["account"] or "").casefold()),
            row["created_at"].replace(tzinfo=UTC).timestamp(),
            position,
        )
        for row, position in zip(rows, positions.to_pylist(), strict=True)
    ]


def find_shared_events(git: pa.Table, feeds: pa.Table) -> pa.Table:
    """Events that git and a feed both have, with the account of each; SEEN_BY_SCHEMA, in git's order."""
    positions = pc.index_in(git["event_id"], value_set=feeds["event_id"].combine_chunks())
    both = pc.is_valid(positions)
    git_events = git.filter(both)
    logins = feeds["account"].take(positions.filter(both))
    rows = pa.table(
        [git_events["repository"], git_events["kind"], git_events["account"], logins], names=SHARED_EVENT_SCHEMA.names
    )
    has_accounts = pc.and_(pc.is_valid(rows["login"]), pc.not_equal(pc.fill_null(rows["account"], ""), ""))
    return rows.filter(has_accounts).cast(SHARED_EVENT_SCHEMA)
