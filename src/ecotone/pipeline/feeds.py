"""Feeds in a run: read for the whole landscape together, kept between runs, and joined with what git shows."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ecotone.events import joining, sources
from ecotone.events.schema import (
    COVERAGE_SCHEMA,
    EVENT_SCHEMA,
    PROFILE_SCHEMA,
    PULL_SCHEMA,
    REPOSITORY_SCHEMA,
)
from ecotone.events.sources.base import Period, Progress, ReadRequest, ReadResult, Source, Wanted
from ecotone.foundation.errors import SourceError
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.months import add_months
from ecotone.people import ties
from ecotone.pipeline.collect import Failure, wanted_of
from ecotone.store.workspace import Workspace

SPOKEN: Final = frozenset({"issue_opened", "pull_opened", "comment", "review"})
"""Kinds a feed must cover for a month of conversations to count as observed."""

SPINE_NEEDS: Final = (("feeds_observed", SPOKEN), ("stars_observed", frozenset({"star"})))
"""Columns of the spine of months, and the kinds a feed must cover for its word to count there.

Who gives stars by person gives forks too.
"""

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
    workspace: Workspace, landscape: Landscape, chosen: Collection[str], now: datetime, progress: Progress
) -> tuple[Failure, ...]:
    """Read what is new of the chosen sources of a landscape; one that fails never stops the others."""
    failures: list[Failure] = []
    for source in sources.load_sources():
        if source.role.reads_histories or source.name not in landscape.sources or source.name not in chosen:
            continue
        try:
            result = source.read(_request(workspace, source, landscape, now, sparingly(progress)))
        except SourceError as error:
            failures.append(Failure("", source.name, error.note))
        else:
            keep(workspace, source, result)
            failures += (Failure("", place, reason) for place, reason in result.failures)
    return tuple(failures)


def _request(
    workspace: Workspace, source: Source, landscape: Landscape, now: datetime, progress: Progress
) -> ReadRequest:
    wanted = wanted_of(landscape)
    period = period_of(landscape, wanted, now)
    folder = workspace.folder / "feeds" / source.name
    folder.mkdir(parents=True, exist_ok=True)
    return ReadRequest(
        repositories=wanted,
        period=period,
        folder=folder,
        now=now,
        progress=progress,
        options=sources.options_of(landscape, source.name),
        repository_ids=_repository_ids(workspace),
        gaps=_gaps(workspace, landscape, period) if source.role.fills_gaps else None,
    )


def _gaps(workspace: Workspace, landscape: Landscape, period: Period) -> dict[str, tuple[Period, ...]] | None:
    """The periods that no mirror of the archive has whole; None where no mirror reported events."""
    slugs = [
        slug_of_feed(source.name)
        for source in sources.ranked_feeds()
        if source.role.mirrors_archive and source.name in landscape.sources
    ]
    tables = [workspace.kept(slug, "coverage") for slug in slugs if (workspace.state(slug) or {}).get("covers")]
    return missed(pa.concat_tables(tables), period) if tables else None


def sparingly(heard: Progress) -> Progress:
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


def _repository_ids(workspace: Workspace) -> dict[str, tuple[int, ...]]:
    """The id of each repository at its host, where a source that knows ids has read it."""
    ids: dict[str, tuple[int, ...]] = {}
    for source in sources.load_sources():
        if not source.role.knows_ids or workspace.state(slug_of_feed(source.name)) is None:
            continue
        table = workspace.kept(slug_of_feed(source.name), "repositories", ["repository", "repository_id"])
        rows = table.to_pylist()
        ids |= {row["repository"]: (row["repository_id"],) for row in rows if row["repository_id"] is not None}
    return ids


def keep(workspace: Workspace, source: Source, result: ReadResult) -> None:
    """Keep the tables of a source, unless they are the ones that are kept already."""
    tables = result.tables or {}
    further = sorted(name for name in tables if name not in TABLES)
    notes = {"covers": sorted(result.event_kinds), "further": further}
    digest = hashlib.sha256(repr(sorted(notes.items())).encode())
    for name, table in tables.items():
        digest.update(name.encode())
        digest.update(_bytes_of(table))
    generation, slug = digest.hexdigest()[:16], slug_of_feed(source.name)
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
    """What is kept of each source that the landscape names, the most trusted feed first: name and generation."""
    feeds = [source.name for source in sources.ranked_feeds()]
    others = [source.name for source in sources.load_sources() if source.role.extra_tables]
    names = [name for name in dict.fromkeys([*feeds, *others]) if name in landscape.sources]
    states = [(name, workspace.state(slug_of_feed(name))) for name in names]
    return [(name, str(state["generation"])) for name, state in states if state is not None]


def told(workspace: Workspace, landscape: Landscape, project: Mapping[str, str], git_pulls: pa.Table) -> Told:
    """What is kept of a landscape's feeds.

    project    the project of every repository that is wanted; others are left out
    git_pulls  PULL_SCHEMA: what git shows of requests, which tells merges from closes where a feed does not
    """
    found: list[tuple[str, frozenset[str], dict[str, pa.Table]]] = []
    for source in sources.ranked_feeds():
        name, slug = source.name, slug_of_feed(source.name)
        if name not in landscape.sources or workspace.state(slug) is None:
            continue
        tables = {one: _of(workspace.kept(slug, one), project) for one in TABLES}
        state = workspace.state(slug) or {}
        events = tables["events"]
        if "unclear" in state["further"]:
            unclear = workspace.kept(slug, "unclear", ["event_id"])["event_id"].combine_chunks()
            events = joining.without_merged_closes(events, pc.is_in(events["event_id"], value_set=unclear), git_pulls)
        # git is complete on commits; a feed shows pushes to every branch
        events = events.filter(pc.not_equal(events["kind"], "commit"))
        if not source.role.numbers_reviews:
            events = joining.with_known_reviews(events, [others["events"] for _, _, others in found])
        tables["events"] = events
        found.append((name, frozenset(state["covers"]), tables))
    return Told(tuple(found))


def beside(workspace: Workspace, landscape: Landscape) -> dict[str, pa.Table]:
    """The tables that sources bring in addition to events, by name; empty where their source was not read."""
    parts: dict[str, list[pa.Table]] = {}
    read = dict(generations(workspace, landscape))
    for source in sources.load_sources():
        for name, schema in source.role.extra_tables.items():
            kept = source.name in read
            table = workspace.kept(slug_of_feed(source.name), name) if kept else schema.empty_table()
            parts.setdefault(name, []).append(table)
    return {name: tables[0] if len(tables) == 1 else pa.concat_tables(tables) for name, tables in parts.items()}


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
