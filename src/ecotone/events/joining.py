"""One act seen by several sources is one event: acts are joined by their names, and which source said what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.schema import APPROXIMATE, EVENT_SCHEMA, EXACT, PULL_SCHEMA

BETWEEN: Final = "+"
"""Stands between the names of the sources of an event, in the order in which they are believed."""

GIT: Final = "git"

DAYS_APART: Final = 3
"""Between the end of a request as a feed saw it and its landing as git shows it: who lands by hand closes later."""

SECONDS_APART: Final = 10
"""Between one review as two sources date it."""

SEEN_BY_SCHEMA: Final = pa.schema(
    [("repository", pa.string()), ("kind", pa.string()), ("account", pa.string()), ("login", pa.string())]
)
"""One act that git signs with `account` and a feed with `login`."""


def joined(sources: Sequence[pa.Table]) -> pa.Table:
    """Events of all sources, each act once.

    sources  EVENT_SCHEMA, the most believed first. What a source leaves open (NULL) is taken from the next one, and
             an exact time goes before an approximate one. `source` names all that told of the act.

    Returns EVENT_SCHEMA by repository, time and name.
    """
    if not sources:
        return EVENT_SCHEMA.empty_table()
    ranked = [_ranked(table, rank) for rank, table in enumerate(sources)]
    told = pa.concat_tables(ranked).sort_by([("event_id", "ascending"), ("rank", "ascending")])
    told = _exact_times(told)
    filled = [name for name in EVENT_SCHEMA.names if name not in ("event_id", "source")]
    grouped = told.group_by("event_id", use_threads=False)
    wanted = [*((name, "first") for name in filled), ("source", "list")]
    found = grouped.aggregate(wanted).rename_columns(["event_id", *filled, "source"])
    columns = {name: found[name] for name in EVENT_SCHEMA.names} | {
        "source": _names(found["source"]),
        "account": pc.fill_null(found["account"], ""),
    }
    table = pa.table([columns[name] for name in EVENT_SCHEMA.names], schema=EVENT_SCHEMA)
    return table.sort_by([("repository", "ascending"), ("created_at", "ascending"), ("event_id", "ascending")])


def _ranked(table: pa.Table, rank: int) -> pa.Table:
    """A source's events with its rank; an account that git could not name is left open for the next source."""
    named = pc.if_else(pc.equal(table["account"], ""), pa.scalar(None, pa.string()), table["account"])
    kept = table.select(EVENT_SCHEMA.names).set_column(EVENT_SCHEMA.get_field_index("account"), "account", named)
    return kept.append_column("rank", pa.repeat(pa.scalar(rank), table.num_rows))


def _exact_times(told: pa.Table) -> pa.Table:
    """Approximate times left open where another source of the same act has an exact one."""
    exact = told.filter(pc.equal(told["time_quality"], EXACT))["event_id"]
    better = pc.and_(
        pc.equal(told["time_quality"], APPROXIMATE), pc.is_in(told["event_id"], value_set=pc.unique(exact))
    )
    for name in ("created_at", "time_quality"):
        column = pc.if_else(better, pa.scalar(None, told.schema.field(name).type), told[name])
        told = told.set_column(told.schema.get_field_index(name), name, column)
    return told


def _names(lists: pa.ChunkedArray) -> pa.Array:
    """Lists of names as one text each; a source that told of an act twice stands there once.

    >>> _names(pa.chunked_array([[["git", "a"], ["a", "a"]]])).to_pylist()
    ['git+a', 'a']
    """
    texts = pc.binary_join(lists, BETWEEN).combine_chunks()
    written = {text: BETWEEN.join(dict.fromkeys(text.split(BETWEEN))) for text in pc.unique(texts).to_pylist()}
    places = pc.index_in(texts, value_set=pa.array(list(written), pa.string()))
    return pa.array(list(written.values()), pa.string()).take(places)


def without_merged_closes(feed: pa.Table, unclear: pa.Array, git_pulls: pa.Table) -> pa.Table:
    """A feed's events, the ends of requests that it left unclear settled by what git shows.

    feed       EVENT_SCHEMA
    unclear    boolean, an event each: a `pull_closed` that may have been a merge
    git_pulls  repository, number, merged_at

    The unclear end nearest to a landing that git shows, and at most `DAYS_APART` from it, was the merge and is named
    as one; every other unclear end stays a close, which git contradicts nowhere.
    """
    places = np.flatnonzero(np.asarray(unclear.to_numpy(zero_copy_only=False), bool))
    if not len(places):
        return feed
    landings = git_pulls.filter(pc.is_valid(git_pulls["merged_at"]))
    landed = dict(
        zip(
            zip(landings["repository"].to_pylist(), landings["number"].to_pylist(), strict=True),
            landings["merged_at"].to_pylist(),
            strict=True,
        )
    )
    chosen = feed.take(pa.array(places))
    nearest: dict[tuple[str, int], tuple[float, int]] = {}
    rows = zip(*(chosen[name].to_pylist() for name in ("repository", "thread", "created_at")), strict=True)
    for place, (repository, thread, moment) in zip(places.tolist(), rows, strict=True):
        merged = landed.get((repository, thread))
        if merged is None:
            continue
        apart = abs((moment - merged).total_seconds())
        if apart <= DAYS_APART * 86_400:
            nearest[repository, thread] = min(nearest.get((repository, thread), (apart, place)), (apart, place))
    return _renamed(feed, {place for _, place in nearest.values()})


def _renamed(feed: pa.Table, merges: set[int]) -> pa.Table:
    """The events at these places as merges: by the author of the request, the closer their counterpart."""
    chosen = pa.array([place in merges for place in range(feed.num_rows)])
    merged_ids = pc.binary_join_element_wise(
        feed["repository"], "#", feed["thread"].cast(pa.string()), ":pull_merged", ""
    )
    author = pc.coalesce(feed["counterpart"], feed["account"])
    replaced = {
        "event_id": pc.if_else(chosen, merged_ids, feed["event_id"]),
        "kind": pc.if_else(chosen, "pull_merged", feed["kind"]),
        "account": pc.if_else(chosen, author, feed["account"]),
        "counterpart": pc.if_else(chosen, feed["account"], feed["counterpart"]),
    }
    return pa.table([replaced.get(name, feed[name]) for name in EVENT_SCHEMA.names], schema=EVENT_SCHEMA)


def with_known_reviews(feed: pa.Table, others: Sequence[pa.Table]) -> pa.Table:
    """A feed's events, its reviews under the names that other feeds give them; it knows no numbers of reviews itself.

    feed, others  EVENT_SCHEMA, the most believed first

    Two reviews are one if request and account are the same and no more than SECONDS_APART lie between; each is taken
    once, by the earliest that it can be.
    """
    known: dict[tuple[str, int, str], dict[str, float]] = {}
    for name, key, moment, _ in (row for table in reversed(others) for row in _reviews(table)):
        known.setdefault(key, {})[name] = moment
    renamed: dict[int, str] = {}
    for _, key, moment, place in sorted(_reviews(feed), key=lambda row: (row[2], row[0])):
        near = min(((abs(at - moment), name) for name, at in known.get(key, {}).items()), default=None)
        if near is not None and near[0] <= SECONDS_APART:
            renamed[place] = near[1]
            del known[key][near[1]]
    if not renamed:
        return feed
    names = [renamed.get(place, name) for place, name in enumerate(feed["event_id"].to_pylist())]
    return feed.set_column(feed.schema.get_field_index("event_id"), "event_id", pa.array(names, pa.string()))


def _reviews(table: pa.Table) -> list[tuple[str, tuple[str, int, str], float, int]]:
    """Name, request and account, moment (seconds), and place of every review of a table."""
    places = pc.indices_nonzero(pc.equal(table["kind"], "review"))
    rows = table.select(["event_id", "repository", "thread", "account", "created_at"]).take(places).to_pylist()
    return [
        (
            row["event_id"],
            (row["repository"], row["thread"], (row["account"] or "").casefold()),
            row["created_at"].replace(tzinfo=UTC).timestamp(),
            place,
        )
        for row, place in zip(rows, places.to_pylist(), strict=True)
    ]


def seen_by_both(git: pa.Table, feeds: pa.Table) -> pa.Table:
    """Acts that git and a feed both show, with the account each signs them with; SEEN_BY_SCHEMA, in git's order."""
    place = pc.index_in(git["event_id"], value_set=feeds["event_id"].combine_chunks())
    both = pc.is_valid(place)
    shown = git.filter(both)
    logins = feeds["account"].take(place.filter(both))
    rows = pa.table([shown["repository"], shown["kind"], shown["account"], logins], names=SEEN_BY_SCHEMA.names)
    said = pc.and_(pc.is_valid(rows["login"]), pc.not_equal(pc.fill_null(rows["account"], ""), ""))
    return rows.filter(said).cast(SEEN_BY_SCHEMA)


def joined_pulls(git: pa.Table, feeds: Sequence[pa.Table]) -> pa.Table:
    """Requests of all sources, each once: moments a feed saw go before those git lets one work out.

    git, feeds  PULL_SCHEMA, the most believed feed first; returns PULL_SCHEMA by repository and number.
    """
    tables = [*feeds, git]
    ranked = [
        table.select(PULL_SCHEMA.names).append_column("rank", pa.repeat(pa.scalar(rank), table.num_rows))
        for rank, table in enumerate(tables)
    ]
    order = [("repository", "ascending"), ("number", "ascending"), ("rank", "ascending")]
    told = pa.concat_tables(ranked).sort_by(order)
    filled = [name for name in PULL_SCHEMA.names if name not in ("repository", "number", "has_head", "evidence")]
    wanted = [*((name, "first") for name in filled), ("has_head", "max"), ("evidence", "list")]
    found = told.group_by(["repository", "number"], use_threads=False).aggregate(wanted)
    found = found.rename_columns(["repository", "number", *filled, "has_head", "evidence"])
    evidence = pc.binary_join(found["evidence"], "; ")
    columns = {name: found[name] for name in found.column_names} | {"evidence": evidence}
    return pa.table([columns[name] for name in PULL_SCHEMA.names], schema=PULL_SCHEMA)
