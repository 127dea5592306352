"""Feeds in a run: read for the whole landscape together, kept between runs, and joined with what git shows."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ecotone.events import joining
from ecotone.events.schema import (
    COUNT_SCHEMA,
    COVERAGE_SCHEMA,
    EVENT_SCHEMA,
    PROFILE_SCHEMA,
    PULL_SCHEMA,
    REFERENCE_SCHEMA,
    REPOSITORY_SCHEMA,
)
from ecotone.events.sources.base import Brought, Feed, Period, Wanted
from ecotone.foundation.errors import SourceError, UnknownName
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.months import add_months
from ecotone.people import ties
from ecotone.pipeline.collect import Failure, wanted_of
from ecotone.store.workspace import Workspace

Heard = Callable[[str, int, int], None]
Failures = tuple[tuple[str, str], ...]

SPOKEN: Final = frozenset({"issue_opened", "pull_opened", "comment", "review"})
"""Kinds a feed must cover for a month of conversations to count as observed."""

SPINE_NEEDS: Final = (("feeds_observed", SPOKEN), ("stars_observed", frozenset({"star"})))
"""Columns of the spine of months, and the kinds a feed must cover for its word to count there.

Who gives stars by person gives forks too.
"""

BELIEVED: Final = ("github", "gharchive", "clickhouse")
"""Feeds of acts by name, the most believed first."""

COPIES: Final = ("gharchive", "clickhouse")
"""Feeds that hold the archive, whose losses GitHub's API is asked for, where they tell acts and not counts alone."""

NUMBERLESS: Final = frozenset({"clickhouse"})
"""Those that know no numbers of reviews, behind those that do."""

BESIDE: Final = (
    ("clickhouse", "counts", COUNT_SCHEMA),
    ("opendigger", "references", REFERENCE_SCHEMA),
)
"""Tables of a source that stand beside the acts: its name, the table's, and its columns."""

TABLES: Final = {
    "events": EVENT_SCHEMA,
    "pulls": PULL_SCHEMA,
    "coverage": COVERAGE_SCHEMA,
    "profiles": PROFILE_SCHEMA,
    "repositories": REPOSITORY_SCHEMA,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What the feeds of a landscape know, each feed's tables under its name, the most believed first."""

    feeds: tuple[tuple[str, frozenset[str], dict[str, pa.Table]], ...]

    def events(self) -> pa.Table:
        """The acts of all feeds, each once."""
        return joining.joined([tables["events"] for _, _, tables in self.feeds])

    def all_of(self, name: str) -> pa.Table:
        """One kind of table of all feeds together."""
        return pa.concat_tables([TABLES[name].empty_table(), *(tables[name] for _, _, tables in self.feeds)])


def slug_of_feed(name: str) -> str:
    """A feed's place among what was collected; no repository's name begins so.

    >>> slug_of_feed("gharchive")
    '+feed+gharchive'
    """
    return f"+feed+{name}"


def read(
    workspace: Workspace,
    landscape: Landscape,
    chosen: Collection[str],
    now: datetime,
    heard: Callable[[str, int, int], None],
) -> tuple[Failure, ...]:
    """Read what is new of the chosen feeds of a landscape; one that fails never stops the others.

    GitHub's API, where a copy of the archive is read too, is asked for exactly the months that no copy has whole.
    """
    failures: list[Failure] = []
    for name, make in MAKERS.items():
        if name in landscape.sources and name in chosen:
            try:
                found = make(workspace, landscape, now, sparingly(heard))
            except SourceError as error:
                failures.append(Failure("", name, str(error)))
            else:
                failures += (Failure("", place, sentence) for place, sentence in found)
    return tuple(failures)


def sparingly(heard: Heard) -> Heard:
    """Passes on a word for every hundredth of the work, and what is no progress; a log would drown otherwise.

    >>> sparingly(lambda name, done, total: print(done))("a", 5, 1000)
    >>> sparingly(lambda name, done, total: print(done))("a", 10, 1000)
    10
    """

    def pass_on(name: str, done: int, total: int) -> None:
        step = max(total // 100, 1)
        if done % step == 0 or done >= total:
            heard(name, done, total)

    return pass_on


def _read_archive(workspace: Workspace, landscape: Landscape, now: datetime, heard: Heard) -> Failures:
    # imported where it is read: most landscapes name no feed
    from ecotone.events.sources.gharchive.places import NO_ARCHIVE, ORIGINAL, archives
    from ecotone.events.sources.gharchive.source import GHArchive

    wanted = wanted_of(landscape)
    note = landscape.sources["gharchive"]
    aliases = {one.repository: one.aliases for one in wanted if one.aliases}
    known = (*archives(), NO_ARCHIVE)
    if note.archive is not None and note.archive not in known:
        raise UnknownName("archive", note.archive, known)
    keep = Path(note.keep) if note.keep else None
    feed = GHArchive(note.location or ORIGINAL, ids=_ids(workspace), aliases=aliases, archive=note.archive, keep=keep)
    return bring(workspace, feed, wanted, landscape, now, heard)


def _read_github(workspace: Workspace, landscape: Landscape, now: datetime, heard: Heard) -> Failures:
    from ecotone.events.sources.github.client import BASE
    from ecotone.events.sources.github.feed import GitHubFeed

    wanted, folder = wanted_of(landscape), _folder(workspace, "github")
    feed = GitHubFeed(landscape.sources["github"].location or BASE)
    copies = [
        workspace.kept(slug_of_feed(name), "coverage")
        for name in COPIES
        if name in landscape.sources and (workspace.state(slug_of_feed(name)) or {}).get("covers")
    ]
    if not copies:
        return bring(workspace, feed, wanted, landscape, now, heard)
    windows = missed(pa.concat_tables(copies), period_of(landscape, wanted, now))
    found = feed.backfill(wanted, windows, folder, now, heard)
    keep(workspace, feed, found)
    return found.failures


def _read_clickhouse(workspace: Workspace, landscape: Landscape, now: datetime, heard: Heard) -> Failures:
    from ecotone.events.sources.clickhouse.client import PLAYGROUND
    from ecotone.events.sources.clickhouse.feed import ClickHouseFeed

    wanted, note = wanted_of(landscape), landscape.sources["clickhouse"]
    aliases = {one.repository: one.aliases for one in wanted if one.aliases}
    feed = ClickHouseFeed(note.location or PLAYGROUND, note.user, people=note.people, aliases=aliases)
    return bring(workspace, feed, wanted, landscape, now, heard)


def _read_opendigger(workspace: Workspace, landscape: Landscape, now: datetime, heard: Heard) -> Failures:
    from ecotone.events.sources.opendigger.reference import BASE, OpenDigger

    wanted = wanted_of(landscape)
    source = OpenDigger(landscape.sources["opendigger"].location or BASE)
    period, folder = period_of(landscape, wanted, now), _folder(workspace, source.name)
    found = source.published(wanted, period, folder, now, heard)
    _keep(workspace, source.name, {"references": found.references}, {"covers": [], "further": ["references"]})
    return found.failures


MAKERS: Final[Mapping[str, Callable[[Workspace, Landscape, datetime, Heard], Failures]]] = {
    "gharchive": _read_archive,
    "clickhouse": _read_clickhouse,
    "github": _read_github,
    "opendigger": _read_opendigger,
}
"""Feeds by name, in the order in which they are read: what one missed the next is asked for."""


def missed(coverage: pa.Table, period: Period) -> dict[str, tuple[Period, ...]]:
    """By repository, the stretches of whole months that no feed has whole; months side by side are one.

    coverage  COVERAGE_SCHEMA, of one feed or of several
    """
    rows = coverage.select(["repository", "month", "state"]).to_pylist()
    whole = {(row["repository"], row["month"]) for row in rows if row["state"] == "whole"}
    found: dict[str, list[Period]] = {}
    for repository, month in sorted({(row["repository"], row["month"]) for row in rows} - whole):
        begin = max(datetime.combine(month, datetime.min.time()), period.since)
        end = min(datetime.combine(add_months(month, 1), datetime.min.time()), period.until)
        stretches = found.setdefault(repository, [])
        if stretches and stretches[-1].until == begin:
            begin = stretches.pop().since
        if begin < end:
            stretches.append(Period(begin, end))
    return {repository: tuple(stretches) for repository, stretches in found.items() if stretches}


def _ids(workspace: Workspace) -> dict[str, tuple[int, ...]]:
    """What GitHub calls each repository by number, where it was asked before."""
    if workspace.state(slug_of_feed("github")) is None:
        return {}
    rows = workspace.kept(slug_of_feed("github"), "repositories", ["repository", "repository_id"]).to_pylist()
    return {row["repository"]: (row["repository_id"],) for row in rows if row["repository_id"] is not None}


def _folder(workspace: Workspace, name: str) -> Path:
    folder = workspace.folder / "feeds" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def bring(
    workspace: Workspace, feed: Feed, wanted: Sequence[Wanted], landscape: Landscape, now: datetime, heard: Heard
) -> Failures:
    """Read what is new of a feed and keep what it knows; returns its failures as (place, sentence)."""
    found = feed.bring(wanted, period_of(landscape, wanted, now), _folder(workspace, feed.name), now, heard)
    keep(workspace, feed, found)
    return found.failures


def keep(workspace: Workspace, feed: Feed, found: Brought) -> None:
    """Keep a feed's tables, unless they are the ones that are kept already."""
    tables = {one: getattr(found, one) for one in TABLES} | dict(sorted(found.further.items()))
    _keep(workspace, feed.name, tables, {"covers": sorted(feed.covers), "further": sorted(found.further)})


def _keep(workspace: Workspace, name: str, tables: Mapping[str, pa.Table], notes: Mapping[str, object]) -> None:
    digest = hashlib.sha256(repr(sorted(notes.items())).encode())
    for one, table in tables.items():
        digest.update(one.encode())
        digest.update(_bytes_of(table))
    generation, slug = digest.hexdigest()[:16], slug_of_feed(name)
    state = workspace.state(slug)
    if state is None or state["generation"] != generation:
        workspace.keep(slug, tables, {"generation": generation, **notes})


def _bytes_of(table: pa.Table) -> bytes:
    """The same rows, the same bytes: Arrow's own buffers also hold what lies behind NULLs."""
    buffer = io.BytesIO()
    pq.write_table(table.combine_chunks(), buffer, compression="none", write_statistics=False)
    return buffer.getvalue()


def period_of(landscape: Landscape, wanted: Iterable[Wanted], now: datetime) -> Period:
    """The months of the landscape, as far as they are over; a repository observed less far ends earlier by itself."""
    seen = max((one.observed_until or now for one in wanted), default=now)
    end = datetime.combine(add_months(landscape.until, 1), datetime.min.time()) if landscape.until else now
    start = landscape.since or date((seen - timedelta(days=730)).year, 1, 1)
    return Period(datetime.combine(start, datetime.min.time()), min(end, seen, now))


def generations(workspace: Workspace, landscape: Landscape) -> list[tuple[str, str]]:
    """What is kept of each feed the landscape names, the most believed first: its name and its generation."""
    names = [*BELIEVED, *(name for name, _, _ in BESIDE if name not in BELIEVED)]
    states = [(name, workspace.state(slug_of_feed(name))) for name in names if name in landscape.sources]
    return [(name, str(state["generation"])) for name, state in states if state is not None]


def told(workspace: Workspace, landscape: Landscape, project: Mapping[str, str], git_pulls: pa.Table) -> Told:
    """What is kept of a landscape's feeds.

    project    the project of every repository that is wanted; others are left out
    git_pulls  PULL_SCHEMA: what git shows of requests, which tells merges from closes where a feed does not
    """
    found: list[tuple[str, frozenset[str], dict[str, pa.Table]]] = []
    for name, _ in generations(workspace, landscape):
        if name not in BELIEVED:
            continue
        slug = slug_of_feed(name)
        tables = {one: _of(workspace.kept(slug, one), project) for one in TABLES}
        state = workspace.state(slug) or {}
        events = tables["events"]
        if "unclear" in state["further"]:
            unclear = workspace.kept(slug, "unclear", ["event_id"])["event_id"].combine_chunks()
            events = joining.without_merged_closes(events, pc.is_in(events["event_id"], value_set=unclear), git_pulls)
        # git is complete on commits; a feed shows pushes to every branch
        events = events.filter(pc.not_equal(events["kind"], "commit"))
        if name in NUMBERLESS:
            events = joining.with_known_reviews(events, [others["events"] for _, _, others in found])
        tables["events"] = events
        found.append((name, frozenset(state["covers"]), tables))
    return Told(tuple(found))


def beside(workspace: Workspace, landscape: Landscape) -> dict[str, pa.Table]:
    """The tables of BESIDE by name, empty where their source was not read."""
    read = dict(generations(workspace, landscape))
    return {
        table: workspace.kept(slug_of_feed(name), table) if name in read else schema.empty_table()
        for name, table, schema in BESIDE
    }


def _of(table: pa.Table, project: Mapping[str, str]) -> pa.Table:
    """The rows of the repositories that are wanted now."""
    if "repository" not in table.column_names:
        return table
    return table.filter(pc.is_in(table["repository"], value_set=pa.array(list(project), pa.string())))


def ties_of(git: pa.Table, feed_events: pa.Table, owners: frozenset[str]) -> pa.Table:
    """Ties between the accounts git signs requests with and the logins that opened them."""
    both = joining.seen_by_both(git, feed_events)
    requests = both.filter(pc.is_in(both["kind"], value_set=pa.array(["pull_opened", "pull_merged"])))
    distinct = requests.group_by(["account", "login"]).aggregate([([], "count_all")])
    rows = zip(*(distinct[name].to_pylist() for name in ("account", "login", "count_all")), strict=True)
    landed = [ties.Landed(account, login, count, 0, 0) for account, login, count in sorted(rows)]
    return ties.opener_ties(landed, owners)


def with_feeds(months: pa.Table, feeds: Told, repositories: Mapping[str, Sequence[str]]) -> pa.Table:
    """The spine with its columns `feeds_observed` and `stars_observed`: whether a feed saw the month whole.

    repositories  project -> its repositories: all of them must have been seen
    """
    for column, kinds in SPINE_NEEDS:
        whole = set()
        for _, covers, tables in feeds.feeds:
            if kinds <= covers:
                seen = tables["coverage"].filter(pc.equal(tables["coverage"]["state"], "whole"))
                whole |= set(zip(seen["repository"].to_pylist(), seen["month"].to_pylist(), strict=True))
        rows = zip(months["project"].to_pylist(), months["month"].to_pylist(), strict=True)
        values = [all((one, month) in whole for one in repositories[project]) for project, month in rows]
        months = months.append_column(column, pa.array(values, pa.bool_()))
    return months
