"""Data of a report: projects, categories and series, derived from `ReportInput`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.display_names import as_heading
from ecotone.foundation.landscape import UNCATEGORISED
from ecotone.foundation.months import list_months_between
from ecotone.report.bilingual_text import Text
from ecotone.report.file_slugs import unique_slugs
from ecotone.report.highlighted_projects import HighlightedProjects, find_highlighted_projects
from ecotone.report.messages import message
from ecotone.report.palette import LIGHT
from ecotone.report.project_series import (
    LETTERS,
    PARTIAL,
    UNOBSERVED,
    WHOLE,
    LatestValues,
    ProjectSeries,
    compute_latest_values,
    quarterly_means,
)
from ecotone.report.report_input import DeclaredSignal, ReportInput
from ecotone.report.verdicts_and_findings import (
    FindingStatement,
    HistoryStatement,
    PresentStatement,
    ProjectVerdict,
    read_statements,
    read_verdicts,
)
from ecotone.signals.common_activity import comparable_activity
from ecotone.signals.coverage import FEED_INPUTS, INPUTS, NOT_OBSERVED
from ecotone.trends.comparison_month import find_comparison_month

ALL_FIELDS: Final = "all fields"
MIN_COMPLETE_SHARE: Final = 0.9  # minimum share of projects with complete data; below it, an aggregate is partial


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the report.

    label         the shortest unique name, for chart labels
    colour_index  index into the palette, the same on every page
    web_address   where its first repository can be read in a browser; empty if unknown
    description, licence  what its newest tree says of it; empty if nothing
    """

    name: str
    label: str
    slug: str
    repository: str
    category: str
    layer: str
    style: str
    language: str
    first_event: date | None
    observed_until: date | None
    colour_index: int
    web_address: str = ""
    description: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """A category of the landscape and its projects, in name order."""

    key: str
    slug: str
    title: Text
    projects: tuple[Project, ...]


@dataclass(frozen=True)
class ReportData:
    """All data that pages and charts read.

    distinct_colours  projects that share a page and need distinct colours
    """

    source: ReportInput
    distinct_colours: tuple[str, ...] = ()

    @cached_property
    def months(self) -> tuple[date, ...]:
        """The period's months."""
        return list_months_between(self.source.since, self.source.until)

    @cached_property
    def projects(self) -> tuple[Project, ...]:
        """Projects in case-folded name order, which also determines their file names."""
        rows = self._project_rows
        names = unique_slugs(row["project"] for row in rows)
        tails = Counter(_repository_name(row["project"]).casefold() for row in rows)
        return tuple(
            _create_project(
                row,
                slug=names[row["project"]],
                label=_repository_name(row["project"])
                if tails[_repository_name(row["project"]).casefold()] == 1
                else row["project"],
                colour_index=self.colour_indexes[row["project"]],
            )
            for row in rows
        )

    @cached_property
    def projects_by_name(self) -> Mapping[str, Project]:
        """Projects by name."""
        return {project.name: project for project in self.projects}

    @cached_property
    def employer_rows(self) -> Mapping[str, list[dict[str, Any]]]:
        """Rows of `employer_shares` by project; empty if the analysis has no such table."""
        table = self.source.tables.get("employer_shares")
        grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in table.to_pylist() if table is not None else ():
            grouped[row["project"]].append(row)
        return grouped

    @cached_property
    def assistance_rows(self) -> Mapping[str, list[dict[str, Any]]]:
        """Rows of `ai_assistance` from complete months by kind of scope; empty without the table."""
        table = self.source.tables.get("ai_assistance")
        grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in table.to_pylist() if table is not None else ():
            if row["coverage"] == "complete":
                grouped[row["scope_kind"]].append(row)
        return grouped

    @cached_property
    def _project_rows(self) -> tuple[dict[str, str], ...]:
        rows = self.source.projects.to_pylist()
        return tuple(sorted(rows, key=lambda row: (row["project"].casefold(), row["project"])))

    @cached_property
    def releases_by_project(self) -> Mapping[str, list[tuple[date, str]]]:
        """Project -> (month, tag) of its releases, oldest first."""
        releases: dict[str, list[tuple[date, str]]] = defaultdict(list)
        table = self.source.tables.get("releases")
        for row in table.sort_by("created_at").to_pylist() if table is not None else []:
            releases[row["project"]].append((row["created_at"].date().replace(day=1), row["tag"]))
        return releases

    @cached_property
    def colour_indexes(self) -> dict[str, int]:
        """Project -> colour index, computed from the main signal.

        Highlighted projects choose first (over all categories, then by category), then projects by total. Each takes
        the colour used least in its category, then among the highlighted ones, then overall.
        """
        members: dict[str, list[str]] = defaultdict(list)
        for row in self._project_rows:
            members[row["category"] or UNCATEGORISED].append(row["project"])
        ordered = self._highlighted_names([name for names in members.values() for name in names])
        first = set(ordered[: len(LIGHT)])
        category = {name: key for key, names in members.items() for name in names}
        for key in sorted(members):
            ordered += [name for name in self._names_by_total(members[key]) if name not in first]
        used: Counter[tuple[str, int]] = Counter()
        colour_indexes: dict[str, int] = {}
        for name in ordered:
            groups = (category[name], "first of all" if name in first else "", "")
            colour_index = min(range(len(LIGHT)), key=lambda at: (*(used[group, at] for group in groups), at))
            colour_indexes[name] = colour_index
            used.update(
                (group, colour_index) for group in {category[name], "", *(["first of all"] if name in first else [])}
            )
        return colour_indexes | self._distinct_colour_indexes(colour_indexes)

    def _distinct_colour_indexes(self, colour_indexes: Mapping[str, int]) -> dict[str, int]:
        """Distinct colours for `distinct_colours`: a project keeps its colour unless an earlier one has it."""
        taken: dict[str, int] = {}
        for name in self.distinct_colours:
            free = [at for at in range(len(LIGHT)) if at not in taken.values()]
            own = colour_indexes[name] % len(LIGHT)
            taken[name] = own if own in free or not free else free[0]
        return taken

    def _highlighted_names(self, names: list[str]) -> list[str]:
        """The projects that a chart of these projects highlights."""
        standings = self.latest_values(self.main_signal.name) if self.main_signal else {}
        highlighted = (
            find_highlighted_projects(names, standings) if standings else HighlightedProjects(None, False, None, ())
        )
        chosen = [name for name in (highlighted.leader, *highlighted.highlighted) if name and name != highlighted.riser]
        return list(dict.fromkeys([*chosen, *([highlighted.riser] if highlighted.riser else [])]))

    def _names_by_total(self, names: list[str]) -> list[str]:
        """These projects: highlighted ones first, then by total."""
        series = self.signal_series(self.main_signal.name) if self.main_signal else {}
        totals = {name: sum(value or 0.0 for value in series[name].values) if series else 0.0 for name in names}
        return list(dict.fromkeys([*self._highlighted_names(names), *sorted(names, key=lambda name: -totals[name])]))

    @cached_property
    def categories(self) -> tuple[Category, ...]:
        """Categories with projects, largest first."""
        members: dict[str, list[Project]] = defaultdict(list)
        for project in self.projects:
            members[project.category].append(project)
        keys = sorted(members, key=lambda key: (-len(members[key]), key))
        names = unique_slugs(keys)
        return tuple(
            Category(key, names[key], self._category_title(key, len(keys) == 1), tuple(members[key])) for key in keys
        )

    def count_read(self, projects: Iterable[Project]) -> int:
        """The number of these projects with an observed month."""
        return sum(bool(set(self.coverage_states[project.name].states) - {UNOBSERVED}) for project in projects)

    def category_of(self, project: Project) -> Category:
        """The category that a project belongs to."""
        return next(category for category in self.categories if category.key == project.category)

    @cached_property
    def chart_selections(self) -> tuple[Category, ...]:
        """Selections of a chart: each category, then all projects if there are several categories."""
        if len(self.categories) < 2:
            return self.categories
        return (*self.categories, Category(ALL_FIELDS, self._all_fields_slug, message("all_fields"), self.projects))

    @cached_property
    def _all_fields_slug(self) -> str:
        return unique_slugs([*(category.key for category in self.categories), ALL_FIELDS])[ALL_FIELDS]

    def _category_title(self, key: str, alone: bool) -> Text:
        english = as_heading(key)
        if key == UNCATEGORISED:
            return message("all_projects" if alone else "other_projects")
        return Text(english, self.source.categories_zh.get(key, english))

    @cached_property
    def signals(self) -> tuple[DeclaredSignal, ...]:
        """Declared signals that have a column in the table."""
        columns = set(self.source.signals.column_names)
        return tuple(signal for signal in self.source.glossary if signal.name in columns)

    @cached_property
    def numeric_signals(self) -> tuple[DeclaredSignal, ...]:
        """Numeric signals."""
        return tuple(signal for signal in self.signals if not signal.text)

    @cached_property
    def main_signal(self) -> DeclaredSignal | None:
        """The default signal of charts: the part of activity that all projects have, else the first."""
        name = comparable_activity(self.source.signals, self.source.tables.get("signal_coverage"))
        named = [signal for signal in self.numeric_signals if signal.name == name]
        return next(iter([*named, *self.numeric_signals]), None)

    @cached_property
    def _month_rows(self) -> tuple[tuple[str, int, int], ...]:
        """(project, month index, table row) of the period, sorted."""
        since = self.source.since.year * 12 + self.source.since.month - 1
        months = self.source.signals.column("month").to_pylist()
        names = self.source.signals.column("project").to_pylist()
        indexed_rows = [
            (name, month.year * 12 + month.month - 1 - since, row)
            for row, (name, month) in enumerate(zip(names, months, strict=True))
        ]
        return tuple(sorted(indexed_row for indexed_row in indexed_rows if 0 <= indexed_row[1] < len(self.months)))

    @cached_property
    def _rows_by_project(self) -> Mapping[str, tuple[int, tuple[int | None, ...]]]:
        """Project -> (first month index, table row of each month; None for a month that was not observed)."""
        grouped: dict[str, dict[int, int | None]] = defaultdict(dict)
        for name, position in self._signal_letters.get(self.main_signal.name if self.main_signal else "", {}):
            grouped[name][position] = None
        for name, position, row in self._month_rows:
            grouped[name][position] = row
        return {
            name: (min(rows), tuple(rows.get(at) for at in range(min(rows), max(rows) + 1)))
            for name, rows in grouped.items()
        }

    @cached_property
    def _signal_letters(self) -> Mapping[str, Mapping[tuple[str, int], str]]:
        """Signal -> (project, position) -> state's letter, from the table `signal_coverage`."""
        table = self.source.tables.get("signal_coverage")
        if table is None:
            return {}
        since = self.source.since.year * 12 + self.source.since.month - 1
        position_of = {
            month: month.year * 12 + month.month - 1 - since for month in pc.unique(table["month"]).to_pylist()
        }
        letters: dict[str, dict[tuple[str, int], str]] = defaultdict(dict)
        columns = (table[name].to_pylist() for name in ("signal", "project", "month", "state"))
        for signal, project, month, state in zip(*columns, strict=True):
            if 0 <= position_of[month] < len(self.months):
                letters[signal][project, position_of[month]] = LETTERS[state]
        return letters

    @cached_property
    def coverage_states(self) -> Mapping[str, ProjectSeries]:
        """Project -> git's coverage as a series without values; gaps are not observed."""
        letters = [LETTERS[state] for state in self.source.signals.column("coverage").to_pylist()]
        result = {}
        for row in self._project_rows:
            first, rows = self._rows_by_project.get(row["project"], (0, ()))
            text = "".join(UNOBSERVED if at is None else letters[at] for at in rows)
            result[row["project"]] = ProjectSeries(first, (None,) * len(rows), text)
        return result

    def signal_column(self, name: str) -> dict[str, ProjectSeries]:
        """A numeric column of the signals table as one series per project, with the states of its signal."""
        cells = _to_floats(self.source.signals.column(name))
        states = self.signal_states(name)
        result = {}
        for project in self.coverage_states:
            first, rows = self._rows_by_project.get(project, (0, ()))
            values = tuple(None if row is None else cells[row] for row in rows)
            result[project] = ProjectSeries(first, values, states[project])
        return result

    def signal_states(self, name: str) -> Mapping[str, str]:
        """Project -> the states of a signal, or of one of its bounds, a letter a month from the project's first on."""
        signal = name.removesuffix("_low").removesuffix("_high") if name not in self._signal_letters else name
        if signal not in self._states_of_signals:
            self._states_of_signals[signal] = self._find_states(signal)
        return self._states_of_signals[signal]

    @cached_property
    def _states_of_signals(self) -> dict[str, Mapping[str, str]]:
        return {}

    def _find_states(self, signal: str) -> Mapping[str, str]:
        letters = self._signal_letters.get(signal)
        if letters is not None:
            return {
                project: "".join(
                    letters.get((project, series.first + step), UNOBSERVED) for step in range(len(series.states))
                )
                for project, series in self.coverage_states.items()
            }
        if not self.has_signal(signal) or not self.is_from_feeds(signal):
            return {project: series.states for project, series in self.coverage_states.items()}
        # older tables do not say what feeds had: a month without a value was not observed
        cells = self.source.signals.column(signal)
        return {
            project: "".join(
                UNOBSERVED if row is None or not cells[row].is_valid else letter
                for row, letter in zip(self._rows_by_project.get(project, (0, ()))[1], series.states, strict=True)
            )
            for project, series in self.coverage_states.items()
        }

    def is_from_feeds(self, signal: str) -> bool:
        """Whether a signal is computed from what feeds tell."""
        declared = next((entry for entry in self.source.glossary if entry.name == signal), None)
        return declared is not None and any(name in FEED_INPUTS for name in declared.inputs)

    @cached_property
    def feed_projects(self) -> Mapping[str, frozenset[str]]:
        """Feed -> the projects of which it has at least one month."""
        projects: dict[str, set[str]] = defaultdict(set)
        owner = {name: project.name for project in self.projects for name in project.repository.split()}
        for row in self.source.coverage.select(["source", "repository", "state"]).to_pylist():
            if row["source"] not in INPUTS and row["state"] != NOT_OBSERVED and row["repository"] in owner:
                projects[row["source"]].add(owner[row["repository"]])
        return {feed: frozenset(names) for feed, names in projects.items()}

    def text_values(self, name: str, project: str) -> tuple[str | None, ...]:
        """A text column of one project, from its first month on."""
        column = self.source.signals.column(name)
        rows = self._rows_by_project.get(project, (0, ()))[1]
        return tuple(None if row is None else column[row].as_py() for row in rows)

    @cached_property
    def _series_cache(self) -> dict[str, dict[str, ProjectSeries]]:
        return {}

    def signal_series(self, name: str) -> dict[str, ProjectSeries]:
        """Cached result of `signal_column`."""
        if name not in self._series_cache:
            self._series_cache[name] = self.signal_column(name)
        return self._series_cache[name]

    def quarterly_series(self, name: str) -> dict[str, ProjectSeries]:
        """Quarterly means of a signal, one series per project."""
        offset = (self.source.since.month - 1) % 3
        return {
            project: quarterly_means(series, offset, len(self.months))
            for project, series in self.signal_series(name).items()
        }

    @cached_property
    def _latest_cache(self) -> dict[str, dict[str, LatestValues]]:
        return {}

    def latest_values(self, name: str) -> dict[str, LatestValues]:
        """Latest values of every project for a signal, cached."""
        if name not in self._latest_cache:
            month = self.comparison_month(name)
            self._latest_cache[name] = {
                project: replace(compute_latest_values(series, month), present=self._present_word(project))
                for project, series in self.signal_series(name).items()
            }
        return self._latest_cache[name]

    def comparison_month(self, name: str) -> int | None:
        """The position of the month in which projects are compared by a signal."""
        return find_comparison_month(series.whole_values() for series in self.signal_series(name).values())

    def _present_word(self, project: str) -> str | None:
        present = self.present_verdict(project)
        return present.name if present else None

    def has_signal(self, name: str) -> bool:
        """Whether the signals table has a column."""
        return name in self.source.signals.column_names

    def month_at(self, position: int | None) -> date | None:
        """The month at an index of the axis."""
        return None if position is None else self.months[position]

    @cached_property
    def verdicts(self) -> Mapping[str, ProjectVerdict]:
        """Project -> its verdicts, from the table `verdicts`."""
        return read_verdicts(self.source.tables.get("verdicts"))

    def history_verdict(self, project: str) -> HistoryStatement | None:
        """The verdict on a project's history."""
        return self.verdicts[project].history if project in self.verdicts else None

    def present_verdict(self, project: str) -> PresentStatement | None:
        """The verdict on a project's present."""
        return self.verdicts[project].present if project in self.verdicts else None

    @cached_property
    def finding_statements(self) -> tuple[FindingStatement, ...]:
        """The findings, in the order of the table."""
        return read_statements(self.source.tables.get("findings"))

    @cached_property
    def observed_until(self) -> date | None:
        """The latest day for which any project has data."""
        return max((day for project in self.projects if (day := project.observed_until)), default=None)

    @cached_property
    def state_shares(self) -> dict[str, float]:
        """Share of all project-months in each coverage state, by letter."""
        text = "".join(series.states for series in self.coverage_states.values())
        return {letter: text.count(letter) / len(text) if text else 0.0 for letter in LETTERS.values()}

    def aggregate_state(self, names: Collection[str], position: int) -> str:
        """State of a month over several projects: whole if at least 90 % of the started ones are, else partial."""
        known = [self.coverage_states[name] for name in names if self.coverage_states[name].states]
        started = [series for series in known if series.first <= position]
        whole = sum(series.states[position - series.first : position - series.first + 1] == WHOLE for series in started)
        return WHOLE if whole >= MIN_COMPLETE_SHARE * len(started) else PARTIAL


def _repository_name(name: str) -> str:
    """The repository name of `owner/name`."""
    return name.rsplit("/", 1)[-1] or name


def _create_project(row: Mapping[str, object], *, slug: str, label: str, colour_index: int) -> Project:
    def text_of(key: str) -> str:
        return str(row.get(key) or "")

    return Project(
        name=text_of("project"),
        label=label,
        slug=slug,
        repository=text_of("repository"),
        category=text_of("category") or UNCATEGORISED,
        layer=text_of("layer"),
        style=text_of("style"),
        language=text_of("language"),
        first_event=_to_date(row.get("first_event")),
        observed_until=_to_date(row.get("observed_until")),
        colour_index=colour_index,
        web_address=text_of("web_address"),
        description=text_of("description"),
        licence=text_of("licence"),
    )


def _to_date(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _to_floats(column: pa.ChunkedArray) -> list[float | None]:
    """Numbers as Python floats; NaN becomes None, because JSON cannot represent it."""
    return [None if cell is None or cell != cell else cell for cell in column.to_pylist()]
