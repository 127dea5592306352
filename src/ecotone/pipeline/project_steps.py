"""Steps of the analysis that depend on one project alone: functions of that project's tables.

Those that take long return tables by name; `project_pool` runs them in several processes and keeps the results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.commit_ownership import without_repeated_requests, without_shared_commits
from ecotone.events.observation import mark_unobserved, observed_pulls
from ecotone.events.sources.base import ReadSummary
from ecotone.events.sources.git.build_events import SQUASHED_SCHEMA
from ecotone.events.sources.git.history import with_accounts
from ecotone.events.sources.git.role_files import ROLE_SCHEMA
from ecotone.events.sources.git.write_access import ACCESS_SCHEMA
from ecotone.events.thread_counts import THREAD_SCHEMA, count_threads
from ecotone.foundation.text_codes import encode_texts, whole_codes
from ecotone.networks.coediting import co_edit_interactions
from ecotone.networks.committer_merges import authored_commits, commits_by_committer
from ecotone.people import ai_assistance
from ecotone.people.commit_history import RepositoryHistory, repository_history
from ecotone.pipeline.collected_tables import CollectedTables
from ecotone.pipeline.shared_history import number_table_of_pulls, readings_with_own_commits
from ecotone.signals.spine import git_rows, project_spine

NEVER: Final = datetime.fromisoformat("9999-12-31")
CODED_PARTS: Final = ("marks", "rhythm")
"""The largest parts of a history, whose texts are kept as codes."""
COUNT: Final = "how_many"
"""The column of counts in the table of a counter; no other table of a step has it."""


@dataclass(frozen=True, slots=True)
class ProjectInput:
    """One project's readings, and where its collected tables are.

    elsewhere  repository -> names of its commits that count in another repository
    """

    name: str
    readings: Sequence[ReadSummary]
    collected: CollectedTables
    elsewhere: Mapping[str, pa.Array] = field(default_factory=dict)

    def all_of(self, name: str) -> pa.Table:
        """One kind of table of all its repositories."""
        return pa.concat_tables([self.collected.read_table(reading.repository, name) for reading in self.readings])

    def all_squashed(self) -> pa.Table:
        """The squashed commits of all its repositories; none of what an older version of Ecotone collected."""
        none = SQUASHED_SCHEMA.empty_table()
        return pa.concat_tables(
            [self.collected.read_table_or(reading.repository, "squashed", none) for reading in self.readings]
        )

    def own_access(self) -> pa.Table:
        """Observed acts that need write access, without those on commits that count in another repository."""
        none = ACCESS_SCHEMA.empty_table()
        tables = []
        for reading in self.readings:
            rows = self.collected.read_table_or(reading.repository, "access", none)
            elsewhere = self.elsewhere.get(reading.repository)
            if elsewhere is not None:
                rows = rows.filter(pc.invert(pc.is_in(rows["commit"], value_set=elsewhere)))
            end = pa.scalar(reading.observed_until, pa.timestamp("us"))
            tables.append(rows.filter(pc.less(rows["created_at"], end)))
        return pa.concat_tables(tables)

    def listed_roles(self) -> pa.Table:
        """The people that files of its repositories list; ROLE_SCHEMA with project and repository."""
        tables = []
        for reading in self.readings:
            rows = self.collected.read_table_or(reading.repository, "roles", ROLE_SCHEMA.empty_table())
            for name, value in (("project", self.name), ("repository", reading.repository)):
                rows = rows.append_column(name, pa.repeat(pa.scalar(value), rows.num_rows))
            tables.append(rows)
        return pa.concat_tables(tables)

    def own_events_and_pulls(self) -> tuple[pa.Table, pa.Table]:
        """Events and pull requests without those that rest on commits that count in another repository."""
        own = {reading.repository: self.elsewhere.get(reading.repository) for reading in self.readings}
        shared = {repository: commits for repository, commits in own.items() if commits is not None}
        own_events, own_pulls = without_shared_commits(self.all_of("events"), self.all_of("pulls"), shared)
        if not shared or len(self.readings) == 1:
            return own_events, own_pulls
        return without_repeated_requests(own_events, own_pulls, shared)

    def without_owners(self) -> ProjectInput:
        """The same for steps that do not need to know what counts elsewhere."""
        return ProjectInput(self.name, self.readings, self.collected)

    def own_numbers(self, repository: str) -> pa.Table:
        """The thread numbers of one repository, without those of commits that count in another one."""
        numbers = self.collected.read_table(repository, "numbers")
        if repository not in self.elsewhere:
            return numbers
        _, pulls = self.own_events_and_pulls()
        return number_table_of_pulls(pulls.filter(pc.equal(pulls["repository"], repository)), numbers)

    @property
    def generations(self) -> list[tuple[str, str]]:
        """The name of what was collected of each repository."""
        names = [reading.repository for reading in self.readings]
        return [(name, self.collected.generation_of(name)) for name in names]

    @property
    def commit_count(self) -> int:
        """The commits of all its repositories."""
        return sum(reading.commits for reading in self.readings)

    @property
    def timed_readings(self) -> Sequence[ReadSummary]:
        """The readings that say until when the project was observed."""
        return readings_with_own_commits(self.readings, self.elsewhere)

    @property
    def observed_until(self) -> dict[str, datetime]:
        """The end of observation of each repository."""
        return {reading.repository: reading.observed_until for reading in self.readings}


@dataclass(frozen=True, slots=True)
class ProjectRecords:
    """One project's events and pull requests before people are identified.

    events     by time and id, impossible times marked
    requests   pull requests as they were collected
    pulls      the same as far as they were observed
    access     events.sources.git.write_access.ACCESS_SCHEMA
    roles      project, repository and the columns of events.sources.git.role_files.ROLE_SCHEMA
    """

    events: pa.Table
    requests: pa.Table
    pulls: pa.Table
    access: pa.Table
    roles: pa.Table


def read_project(project: ProjectInput) -> ProjectRecords:
    """Read one project's events and pull requests."""
    events, requests = project.own_events_and_pulls()
    return ProjectRecords(
        events=mark_unobserved(events, project.observed_until),
        requests=requests,
        pulls=observed_pulls(requests, project.observed_until),
        access=project.own_access(),
        roles=project.listed_roles(),
    )


def read_histories(project: ProjectInput) -> dict[str, pa.Table]:
    """What the commits of one project show of its people, and the AI products that they name.

    It does not depend on the end of observation, which for most projects is the time of the run.

    returns  `assisted`: sha, assisted_by; and POSITION.FIELD: a field of the RepositoryHistory of one repository
    """
    tables = {
        "assisted": ai_assistance.find_ai_assistance(
            project.all_of("commits"), project.all_of("trailers"), project.all_squashed()
        )
    }
    for position, reading in enumerate(project.readings):
        names = ("commits", "trailers", "pulls", "events", "identities")
        collected = {name: project.collected.read_table(reading.repository, name) for name in names}
        history = repository_history(**collected, until=NEVER)
        for part in fields(history):
            value = getattr(history, part.name)
            tables[f"{position}.{part.name}"] = table_of_counts(value) if isinstance(value, Counter) else value
    return tables


def histories_of_tables(project: ProjectInput, tables: Mapping[str, pa.Table]) -> list[RepositoryHistory]:
    """The histories in the tables of `read_histories`, in their order, up to the end of observation."""
    parts: dict[int, dict[str, Any]] = {}
    for name, table in tables.items():
        position, _, part = name.partition(".")
        if part:
            own = counts_of_table(table) if COUNT in table.column_names else table
            parts.setdefault(int(position), {})[part] = encode_texts(own) if part in CODED_PARTS else own
    for (_, values), reading in zip(sorted(parts.items()), project.readings, strict=True):
        last = (reading.observed_until - timedelta(microseconds=1)).date()
        values["marks"] = values["marks"].filter(pc.less_equal(values["marks"]["day"], pa.scalar(last, pa.date32())))
    return [RepositoryHistory(**values) for _, values in sorted(parts.items())]


def table_of_counts(counts: Counter[tuple[Any, ...]]) -> pa.Table:
    """A counter as a table: a column for each part of its keys, and their count."""
    columns = [*zip(*counts, strict=True), counts.values()]
    return pa.table(
        {str(position): list(column) for position, column in enumerate(columns[:-1])} | {COUNT: list(columns[-1])}
    )


def counts_of_table(table: pa.Table) -> Counter[tuple[Any, ...]]:
    """The counter of `table_of_counts`."""
    keys = zip(*(table[name].to_pylist() for name in table.column_names if name != COUNT), strict=True)
    return Counter(dict(zip(keys, table[COUNT].to_pylist(), strict=True)))


@dataclass(frozen=True, slots=True)
class ProjectMonths:
    """The months of one project.

    spine    signals.spine.SPINE_SCHEMA: months that were observed
    threads  events.thread_counts.THREAD_SCHEMA: of these, those with a known number of threads
    """

    spine: pa.Table
    threads: pa.Table


def project_months(
    project: ProjectInput, commits: tuple[datetime, datetime], since: date | None, until: date | None
) -> ProjectMonths:
    """The observed months of one project within the period, and the threads opened in them.

    commits  its first and last commit
    """
    spine = project_spine(project.name, project.timed_readings, commits[0], since, until)
    if not spine.num_rows:
        return ProjectMonths(spine, THREAD_SCHEMA.empty_table())
    numbers = ((project.own_numbers(reading.repository), reading.observed_until) for reading in project.timed_readings)
    return ProjectMonths(spine, count_threads(project.name, numbers, spine["month"].to_pylist(), commits))


def project_git_coverage(
    project: ProjectInput,
    first_commit: datetime | None,
    months: Sequence[date],
    threads: pa.Table,
    requests: tuple[date | None, date | None],
) -> list[dict[str, Any]]:
    """Rows of the table `coverage` that one project's git history gives."""
    counted = dict(zip(threads["month"].to_pylist(), threads["complete"].to_pylist(), strict=True))
    return git_rows(project.name, project.timed_readings, first_commit, months, counted, requests)


def project_meetings(
    project: ProjectInput, acts: pa.Table, actor_kinds: frozenset[str], window_days: float, begin: date
) -> dict[str, pa.Table]:
    """Where people of one project met in git.

    acts     of this project
    returns  `landed`: acts of those who landed others' commits; `edited`: co-edits from a month on, as interactions
             that are not yet summed
    """
    earliest = datetime.combine(begin, time()) - timedelta(days=window_days)
    landed, edited = [], []
    for reading in project.readings:
        areas, commits = (project.collected.read_table(reading.repository, name) for name in ("areas", "commits"))
        commits = with_accounts(commits, project.collected.read_table(reading.repository, "identities"))
        commits = commits.select(["sha", "parents", "committer_email", "committer_time"])
        own = acts.filter(pc.equal(acts["repository"], reading.repository))
        landed.append(commits_by_committer(own, commits, areas))
        authors = authored_commits(own, commits)
        chosen = pc.is_in(authors["actor_kind"], value_set=pa.array(sorted(actor_kinds)))
        recent = pc.greater_equal(authors["created_at"], pa.scalar(earliest, pa.timestamp("us")))
        edited.append(co_edit_interactions(areas, authors.filter(pc.and_(chosen, recent)), window_days))
    return {"landed": pa.concat_tables(landed), "edited": pa.concat_tables(edited).unify_dictionaries()}


def readings_by_project(readings: Iterable[ReadSummary]) -> Mapping[str, list[ReadSummary]]:
    """The readings of each project, in their order."""
    grouped: dict[str, list[ReadSummary]] = {}
    for reading in readings:
        grouped.setdefault(reading.project, []).append(reading)
    return grouped


class ProjectRows(Mapping[str, pa.Table]):
    """The rows of each project, in their order.

    Each part is made when it is asked for: the parts of thousands of projects need more memory than their rows.
    """

    def __init__(self, table: pa.Table, places: Mapping[str, tuple[int, int]]) -> None:
        """places: project -> its first row, and the row after its last one."""
        self._table, self._places = table, places

    def __getitem__(self, project: str) -> pa.Table:
        start, end = self._places[project]
        return self._table.slice(start, end - start)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def get_rows(self, project: str) -> pa.Table:
        """The rows of one project, which may have none."""
        return self[project] if project in self._places else self._table.slice(0, 0)


def split_by_project(table: pa.Table) -> ProjectRows:
    """The rows of each project, in their order."""
    if not table.num_rows:
        return ProjectRows(table, {})
    encoded = whole_codes(table["project"])
    codes = encoded.indices.to_numpy()
    if (codes[1:] < codes[:-1]).any():
        order = np.argsort(codes, kind="stable")
        table, codes = table.take(pa.array(order)), codes[order]
    starts = np.searchsorted(codes, np.arange(len(encoded.dictionary) + 1)).tolist()
    spans = zip(encoded.dictionary.to_pylist(), starts, starts[1:], strict=False)
    return ProjectRows(table, {name: (start, end) for name, start, end in spans if start < end})
