"""Reads feeds for a whole landscape, keeps their tables between runs, and joins them with git."""

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

from ecotone.events import deduplicate, sources
from ecotone.events.schema import (
    COMMIT_AUTHOR_SCHEMA,
    COVERAGE_SCHEMA,
    EVENT_SCHEMA,
    PROFILE_SCHEMA,
    PULL_SCHEMA,
    REPOSITORY_SCHEMA,
)
from ecotone.events.sources.base import (
    AuthoredCommit,
    Period,
    Progress,
    ReadRequest,
    ReadResult,
    RepositoryTarget,
    Source,
)
from ecotone.foundation.errors import SourceError
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.months import add_months
from ecotone.people import match_rules
from ecotone.people.commit_logins import find_commits_without_login
from ecotone.pipeline.collect import Failure, repository_folder_name, repository_targets
from ecotone.pipeline.erasure import store_collected
from ecotone.store.workspace import Workspace

CONVERSATION_EVENT_KINDS: Final = frozenset({"issue_opened", "pull_opened", "comment", "review"})
"""Kinds of events that a feed must cover for a month of conversations to count as observed."""

"""Columns of the table of months, and the kinds of events that a feed must cover to set them.

A feed with stars by person has forks too.
"""

FEED_TABLES: Final = {
    "events": EVENT_SCHEMA,
    "pulls": PULL_SCHEMA,
    "coverage": COVERAGE_SCHEMA,
    "profiles": PROFILE_SCHEMA,
    "repositories": REPOSITORY_SCHEMA,
}


@dataclass(frozen=True, slots=True)
class StoredFeeds:
    """Tables of the feeds of a landscape: name, kinds of events, tables; the most trusted feed first."""

    feeds: tuple[tuple[str, frozenset[str], dict[str, pa.Table]], ...]

    def distinct_events(self) -> pa.Table:
        """The events of all feeds, each once."""
        return deduplicate.deduplicate_events([tables["events"] for _, _, tables in self.feeds])

    def combined_table(self, name: str) -> pa.Table:
        """One table of all feeds together."""
        return pa.concat_tables([FEED_TABLES[name].empty_table(), *(tables[name] for _, _, tables in self.feeds)])


def feed_folder_name(name: str) -> str:
    """Folder name of a feed among the collected tables; no repository's folder begins with `+feed+`.

    >>> feed_folder_name("gharchive")
    '+feed+gharchive'
    """
    return f"+feed+{name}"


def read_feeds(
    workspace: Workspace,
    landscape: Landscape,
    chosen: Collection[str],
    now: datetime,
    progress: Progress,
    shard: Landscape | None = None,
) -> tuple[Failure, ...]:
    """Read the chosen sources of a landscape and keep their tables; a source that fails does not stop the others.

    shard  the landscape with the projects to read; the period is that of the whole landscape
    """
    wanted = repository_targets(shard or landscape)
    failures: list[Failure] = []
    for source in sources.load_sources():
        if source.role.reads_histories or source.name not in landscape.sources or source.name not in chosen:
            continue
        try:
            result = source.read(
                _build_read_request(workspace, source, landscape, wanted, now, throttle_progress(progress))
            )
        except SourceError as error:
            failures.append(Failure("", source.name, error.note))
        else:
            store_source_tables(workspace, source, result)
            failures += (Failure("", address, reason) for address, reason in result.failures)
    return tuple(failures)


def _build_read_request(
    workspace: Workspace,
    source: Source,
    landscape: Landscape,
    wanted: Sequence[RepositoryTarget],
    now: datetime,
    progress: Progress,
) -> ReadRequest:
    period = landscape_period(landscape, repository_targets(landscape), now)
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
        gaps=_archive_gaps(workspace, landscape, period) if source.role.fills_gaps else None,
        unnamed_authors=_find_unnamed_authors(workspace, wanted) if source.role.names_authors else (),
    )


def _find_unnamed_authors(workspace: Workspace, wanted: Iterable[RepositoryTarget]) -> list[AuthoredCommit]:
    """The oldest commit of each account without a known login in each repository that was collected."""
    folders = {target.repository: repository_folder_name(target.repository) for target in wanted}
    return [
        AuthoredCommit(account, repository, commit)
        for repository, folder in sorted(folders.items())
        if workspace.read_collected_state(folder) is not None
        for account, commit in find_commits_without_login(workspace.read_collected(folder, "events"))
    ]


def load_commit_authors(workspace: Workspace, landscape: Landscape) -> pa.Table:
    """The logins that hosts name as authors of commits, COMMIT_AUTHOR_SCHEMA; empty where no source was asked."""
    parts = [COMMIT_AUTHOR_SCHEMA.empty_table()]
    for source in sources.load_sources():
        slug = feed_folder_name(source.name)
        is_wanted = source.role.names_authors and source.name in landscape.sources
        if is_wanted and workspace.has_collected(slug, "commit_authors"):
            parts.append(workspace.read_collected(slug, "commit_authors"))
    return pa.concat_tables(parts)


def _archive_gaps(workspace: Workspace, landscape: Landscape, period: Period) -> dict[str, tuple[Period, ...]] | None:
    """The periods that no mirror of the archive has whole; None where no mirror reported events."""
    slugs = [
        feed_folder_name(source.name)
        for source in sources.ranked_feeds()
        if source.role.mirrors_archive and source.name in landscape.sources
    ]
    tables = [
        workspace.read_collected(slug, "coverage")
        for slug in slugs
        if (workspace.read_collected_state(slug) or {}).get("covers")
    ]
    return uncovered_periods(pa.concat_tables(tables), period) if tables else None


def throttle_progress(progress: Progress) -> Progress:
    """Throttle progress to steps of 1%; messages without progress always pass.

    >>> throttle_progress(lambda name, done, total: print(done))("a", 5, 1000)
    >>> throttle_progress(lambda name, done, total: print(done))("a", 10, 1000)
    10
    """

    def report_each_step(name: str, done: int, total: int) -> None:
        step = max(total // 100, 1)
        if done % step == 0 or done >= total:
            progress(name, done, total)

    return report_each_step


def uncovered_periods(coverage: pa.Table, period: Period) -> dict[str, tuple[Period, ...]]:
    """Periods of months that no feed has whole, by repository; adjacent months form one period.

    coverage  COVERAGE_SCHEMA, of one feed or of several
    """
    rows = coverage.select(["repository", "month", "state"]).to_pylist()
    whole = {(row["repository"], row["month"]) for row in rows if row["state"] == "complete"}
    periods: dict[str, list[Period]] = {}
    for repository, month in sorted({(row["repository"], row["month"]) for row in rows} - whole):
        begin = max(datetime.combine(month, datetime.min.time()), period.since)
        end = min(datetime.combine(add_months(month, 1), datetime.min.time()), period.until)
        stretches = periods.setdefault(repository, [])
        if stretches and stretches[-1].until == begin:
            begin = stretches.pop().since
        if begin < end:
            stretches.append(Period(begin, end))
    return {repository: tuple(stretches) for repository, stretches in periods.items() if stretches}


def _repository_ids(workspace: Workspace) -> dict[str, tuple[int, ...]]:
    """The id of each repository at its host, where a source that knows ids has read it."""
    ids: dict[str, tuple[int, ...]] = {}
    for source in sources.load_sources():
        if not source.role.knows_ids or workspace.read_collected_state(feed_folder_name(source.name)) is None:
            continue
        table = workspace.read_collected(feed_folder_name(source.name), "repositories", ["repository", "repository_id"])
        rows = table.to_pylist()
        ids |= {row["repository"]: (row["repository_id"],) for row in rows if row["repository_id"] is not None}
    return ids


def store_source_tables(workspace: Workspace, source: Source, result: ReadResult) -> None:
    """Keep the tables of a source if they differ from the kept ones."""
    tables = result.tables or {}
    further = sorted(name for name in tables if name not in FEED_TABLES)
    notes = {"covers": sorted(result.event_kinds), "further": further}
    digest = hashlib.sha256(repr(sorted(notes.items())).encode())
    for name, table in tables.items():
        digest.update(name.encode())
        digest.update(_canonical_table_bytes(table))
    generation, slug = digest.hexdigest()[:16], feed_folder_name(source.name)
    state = workspace.read_collected_state(slug)
    if state is None or state["generation"] != generation:
        store_collected(workspace, slug, tables, {"generation": generation, **notes})


def _canonical_table_bytes(table: pa.Table) -> bytes:
    """Canonical bytes of a table; Arrow's buffers contain undefined data under NULLs."""
    buffer = io.BytesIO()
    pq.write_table(table.combine_chunks(), buffer, compression="none", write_statistics=False)
    return buffer.getvalue()


def landscape_period(landscape: Landscape, wanted: Iterable[RepositoryTarget], now: datetime) -> Period:
    """The period of the landscape, up to the latest end of observation and at most to `now`."""
    latest = max((target.observed_until or now for target in wanted), default=now)
    end = datetime.combine(add_months(landscape.until, 1), datetime.min.time()) if landscape.until else now
    start = landscape.since or date((latest - timedelta(days=730)).year, 1, 1)
    return Period(datetime.combine(start, datetime.min.time()), min(end, latest, now))


def stored_generations(workspace: Workspace, landscape: Landscape) -> list[tuple[str, str]]:
    """Name and generation of the kept tables of each source in the landscape, the most trusted feed first."""
    feeds = [source.name for source in sources.ranked_feeds()]
    others = [source.name for source in sources.load_sources() if source.role.extra_tables]
    names = [name for name in dict.fromkeys([*feeds, *others]) if name in landscape.sources]
    states = [(name, workspace.read_collected_state(feed_folder_name(name))) for name in names]
    return [(name, str(state["generation"])) for name, state in states if state is not None]


def load_stored_feeds(
    workspace: Workspace, landscape: Landscape, project: Mapping[str, str], git_pulls: pa.Table
) -> StoredFeeds:
    """The kept tables of a landscape's feeds.

    project    repository -> project; other repositories are left out
    git_pulls  PULL_SCHEMA from git; it tells merges from closes where a feed does not
    """
    stored: list[tuple[str, frozenset[str], dict[str, pa.Table]]] = []
    for source in sources.ranked_feeds():
        name, slug = source.name, feed_folder_name(source.name)
        if name not in landscape.sources or workspace.read_collected_state(slug) is None:
            continue
        tables = {
            table_name: _rows_of_repositories(workspace.read_collected(slug, table_name), project)
            for table_name in FEED_TABLES
        }
        state = workspace.read_collected_state(slug) or {}
        events = tables["events"]
        if "unclear" in state["further"]:
            unclear = workspace.read_collected(slug, "unclear", ["event_id"])["event_id"].combine_chunks()
            events = deduplicate.resolve_unclear_closes(
                events, pc.is_in(events["event_id"], value_set=unclear), git_pulls
            )
        # git has every commit; a feed also reports pushes to other branches
        events = events.filter(pc.not_equal(events["kind"], "commit"))
        if not source.role.numbers_reviews:
            events = deduplicate.match_review_ids(events, [others["events"] for _, _, others in stored])
        tables["events"] = events
        stored.append((name, frozenset(state["covers"]), tables))
    return StoredFeeds(tuple(stored))


def load_extra_tables(workspace: Workspace, landscape: Landscape) -> dict[str, pa.Table]:
    """Extra tables of sources (`Role.extra_tables`) by name; empty where the source was not read."""
    parts: dict[str, list[pa.Table]] = {}
    read = dict(stored_generations(workspace, landscape))
    for source in sources.load_sources():
        for name, schema in source.role.extra_tables.items():
            is_stored = source.name in read
            table = workspace.read_collected(feed_folder_name(source.name), name) if is_stored else schema.empty_table()
            parts.setdefault(name, []).append(table)
    return {name: tables[0] if len(tables) == 1 else pa.concat_tables(tables) for name, tables in parts.items()}


def _rows_of_repositories(table: pa.Table, project: Mapping[str, str]) -> pa.Table:
    """The rows of the given repositories."""
    if "repository" not in table.column_names:
        return table
    return table.filter(pc.is_in(table["repository"], value_set=pa.array(list(project), pa.string())))


def login_evidence(git: pa.Table, feed_events: pa.Table, owners: frozenset[str]) -> pa.Table:
    """Identity evidence: the account that git shows for a pull request, and the login that opened it."""
    both = deduplicate.find_shared_events(git, feed_events)
    requests = both.filter(pc.is_in(both["kind"], value_set=pa.array(["pull_opened", "pull_merged"])))
    distinct = requests.group_by(["account", "login"]).aggregate([([], "count_all")])
    rows = zip(*(distinct[name].to_pylist() for name in ("account", "login", "count_all")), strict=True)
    landed = [match_rules.RequestPairCount(account, login, count, 0, 0) for account, login, count in sorted(rows)]
    return match_rules.opened_request_matches(landed, owners)
