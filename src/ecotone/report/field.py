"""The field a report describes: projects, categories and series, put in the order every page uses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.months import months_between
from ecotone.foundation.spelling import titled
from ecotone.report.input import DeclaredSignal, ReportInput
from ecotone.report.leaders import Leaders, leaders
from ecotone.report.palette import LIGHT
from ecotone.report.series import LETTERS, PARTIAL, UNOBSERVED, WHOLE, Series, Standing, quarters, standing
from ecotone.report.slugs import slugs
from ecotone.report.text import Text
from ecotone.report.trends import Shape, Statement, shapes, statements
from ecotone.report.words import say
from ecotone.signals.coverage import FEED_INPUTS, INPUTS, NOT_OBSERVED

OTHER: Final = "other"
EVERYTHING: Final = "all fields"
SEEN: Final = 0.9  # of what there was: observed less, a number on several projects is one in part


@dataclass(frozen=True, slots=True)
class Project:
    """A project as pages name it.

    label   the shortest name that is still its own, for the end of a curve
    colour  its place among its category's, the same on every page
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
    colour: int


@dataclass(frozen=True, slots=True)
class Category:
    """A category of the landscape and its projects, in name order."""

    key: str
    slug: str
    title: Text
    projects: tuple[Project, ...]


@dataclass(frozen=True)
class Field:
    """Everything pages and charts read; derived from a `ReportInput` once.

    apart  projects that stand alone together on a page: none of them may have the colour of one before it
    """

    source: ReportInput
    apart: tuple[str, ...] = ()

    @cached_property
    def months(self) -> tuple[date, ...]:
        """The period's months."""
        return months_between(self.source.since, self.source.until)

    @cached_property
    def projects(self) -> tuple[Project, ...]:
        """Projects in name order (case-folded), which also fixes their file names."""
        rows = self._project_rows
        names = slugs(row["project"] for row in rows)
        tails = Counter(_tail(row["project"]).casefold() for row in rows)
        return tuple(
            _project(
                row,
                slug=names[row["project"]],
                label=_tail(row["project"]) if tails[_tail(row["project"]).casefold()] == 1 else row["project"],
                place=self._colours[row["project"]],
            )
            for row in rows
        )

    @cached_property
    def by_name(self) -> Mapping[str, Project]:
        """Projects by name."""
        return {project.name: project for project in self.projects}

    @cached_property
    def _project_rows(self) -> tuple[dict[str, str], ...]:
        rows = self.source.projects.to_pylist()
        return tuple(sorted(rows, key=lambda row: (row["project"].casefold(), row["project"])))

    @cached_property
    def _colours(self) -> dict[str, int]:
        """Project -> its colour's place, from the main signal alone, so that pages agree.

        Those that a chart opens with in colour choose first, over all fields and then field by field; then the highest
        total. Each takes the colour rarest in its own field, then among those first ones, then anywhere. The fastest
        riser, which is blue in its chart, chooses after those that are not.
        """
        members: dict[str, list[str]] = defaultdict(list)
        for row in self._project_rows:
            members[row["category"] or OTHER].append(row["project"])
        ordered = self._standing_out([name for names in members.values() for name in names])
        first = set(ordered[: len(LIGHT)])
        category = {name: key for key, names in members.items() for name in names}
        for key in sorted(members):
            ordered += [name for name in self._by_standing(members[key]) if name not in first]
        used: Counter[tuple[str, int]] = Counter()
        places: dict[str, int] = {}
        for name in ordered:
            groups = (category[name], "first of all" if name in first else "", "")
            place = min(range(len(LIGHT)), key=lambda at: (*(used[group, at] for group in groups), at))
            places[name] = place
            used.update((group, place) for group in {category[name], "", *(["first of all"] if name in first else [])})
        return places | self._apart(places)

    def _apart(self, places: Mapping[str, int]) -> dict[str, int]:
        """The colours of `apart`: each keeps its own unless one before it has it; while there are free ones."""
        taken: dict[str, int] = {}
        for name in self.apart:
            free = [at for at in range(len(LIGHT)) if at not in taken.values()]
            own = places[name] % len(LIGHT)
            taken[name] = own if own in free or not free else free[0]
        return taken

    def _standing_out(self, names: list[str]) -> list[str]:
        """Those that a chart of these projects opens with in colour."""
        standings = self.standings(self.main.name) if self.main else {}
        found = leaders(names, standings) if standings else Leaders(None, False, None, ())
        chosen = [name for name in (found.leader, *found.focus) if name and name != found.riser]
        return list(dict.fromkeys([*chosen, *([found.riser] if found.riser else [])]))

    def _by_standing(self, names: list[str]) -> list[str]:
        """All of these projects, those that stand out first, then by total."""
        series = self.series(self.main.name) if self.main else {}
        totals = {name: sum(value or 0.0 for value in series[name].values) if series else 0.0 for name in names}
        return list(dict.fromkeys([*self._standing_out(names), *sorted(names, key=lambda name: -totals[name])]))

    @cached_property
    def categories(self) -> tuple[Category, ...]:
        """Categories with projects, the largest first."""
        members: dict[str, list[Project]] = defaultdict(list)
        for project in self.projects:
            members[project.category].append(project)
        keys = sorted(members, key=lambda key: (-len(members[key]), key))
        names = slugs(keys)
        return tuple(Category(key, names[key], self._category_title(key), tuple(members[key])) for key in keys)

    @cached_property
    def views(self) -> tuple[Category, ...]:
        """What a chart can be narrowed to: each category, then all projects if there is more than one category."""
        if len(self.categories) < 2:
            return self.categories
        return (*self.categories, Category(EVERYTHING, self._everything, say("all_fields"), self.projects))

    @cached_property
    def _everything(self) -> str:
        return slugs([*(category.key for category in self.categories), EVERYTHING])[EVERYTHING]

    def _category_title(self, key: str) -> Text:
        english = titled(key)
        if key == OTHER:
            return Text("Other projects", self.source.categories_zh.get(key, "其他项目"))
        return Text(english, self.source.categories_zh.get(key, english))

    @cached_property
    def signals(self) -> tuple[DeclaredSignal, ...]:
        """Declared signals that the table holds."""
        columns = set(self.source.signals.column_names)
        return tuple(signal for signal in self.source.glossary if signal.name in columns)

    @cached_property
    def numeric(self) -> tuple[DeclaredSignal, ...]:
        """Signals that can be drawn."""
        return tuple(signal for signal in self.signals if not signal.text)

    @cached_property
    def main(self) -> DeclaredSignal | None:
        """The signal charts open with: `activity` where it is declared, else the first."""
        named = [signal for signal in self.numeric if signal.name == "activity"]
        return next(iter([*named, *self.numeric]), None)

    @cached_property
    def _places(self) -> tuple[tuple[str, int, int], ...]:
        """(project, position on the month axis, row of the table), sorted; rows outside the period are left out."""
        since = self.source.since.year * 12 + self.source.since.month - 1
        months = self.source.signals.column("month").to_pylist()
        names = self.source.signals.column("project").to_pylist()
        found = [
            (name, month.year * 12 + month.month - 1 - since, row)
            for row, (name, month) in enumerate(zip(names, months, strict=True))
        ]
        return tuple(sorted(place for place in found if 0 <= place[1] < len(self.months)))

    @cached_property
    def _rows(self) -> Mapping[str, tuple[int, tuple[int | None, ...]]]:
        """Project -> (first position, row of the signals table by position; None in a month that was not observed)."""
        grouped: dict[str, dict[int, int | None]] = defaultdict(dict)
        for name, position in self._signal_letters.get(self.main.name if self.main else "", {}):
            grouped[name][position] = None
        for name, position, row in self._places:
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
    def states(self) -> Mapping[str, Series]:
        """Project -> what git showed of it, as a series without values; a gap is not observed."""
        letters = [LETTERS[state] for state in self.source.signals.column("coverage").to_pylist()]
        result = {}
        for row in self._project_rows:
            first, rows = self._rows.get(row["project"], (0, ()))
            text = "".join(UNOBSERVED if at is None else letters[at] for at in rows)
            result[row["project"]] = Series(first, (None,) * len(rows), text)
        return result

    def column(self, name: str) -> dict[str, Series]:
        """A numeric column of the signals table as one series a project, with the states of its signal."""
        cells = _floats(self.source.signals.column(name))
        states = self.signal_states(name)
        result = {}
        for project in self.states:
            first, rows = self._rows.get(project, (0, ()))
            values = tuple(None if row is None else cells[row] for row in rows)
            result[project] = Series(first, values, states[project])
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
                for project, series in self.states.items()
            }
        if not self.has(signal) or not self.from_feeds(signal):
            return {project: series.states for project, series in self.states.items()}
        # older tables do not say what feeds had: a month without a value was not observed
        cells = self.source.signals.column(signal)
        return {
            project: "".join(
                UNOBSERVED if row is None or not cells[row].is_valid else letter
                for row, letter in zip(self._rows.get(project, (0, ()))[1], series.states, strict=True)
            )
            for project, series in self.states.items()
        }

    def from_feeds(self, signal: str) -> bool:
        """Whether a signal is computed from what feeds tell."""
        declared = next((one for one in self.source.glossary if one.name == signal), None)
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

    def texts(self, name: str, project: str) -> tuple[str | None, ...]:
        """A text column for one project, by position from its first month on."""
        column = self.source.signals.column(name)
        rows = self._rows.get(project, (0, ()))[1]
        return tuple(None if row is None else column[row].as_py() for row in rows)

    @cached_property
    def _columns(self) -> dict[str, dict[str, Series]]:
        return {}

    def series(self, name: str) -> dict[str, Series]:
        """Like `column`, remembered."""
        if name not in self._columns:
            self._columns[name] = self.column(name)
        return self._columns[name]

    def quarterly(self, name: str) -> dict[str, Series]:
        """The mean month of every quarter of a signal, one series a project."""
        offset = (self.source.since.month - 1) % 3
        return {project: quarters(series, offset, len(self.months)) for project, series in self.series(name).items()}

    @cached_property
    def _standings(self) -> dict[str, dict[str, Standing]]:
        return {}

    def standings(self, name: str) -> dict[str, Standing]:
        """Where every project stands on a signal, remembered."""
        if name not in self._standings:
            self._standings[name] = {project: standing(series) for project, series in self.series(name).items()}
        return self._standings[name]

    def has(self, name: str) -> bool:
        """Whether the signals table has a column."""
        return name in self.source.signals.column_names

    def month(self, position: int | None) -> date | None:
        """The month at a position of the axis."""
        return None if position is None else self.months[position]

    @cached_property
    def shapes(self) -> Mapping[tuple[str, str], Shape]:
        """(project, signal) -> what its curve does, where the table `trends` says so."""
        return shapes(self.source.tables.get("trends"))

    def shape(self, project: str) -> Shape | None:
        """What a project's curve of the main signal does."""
        return self.shapes.get((project, self.main.name)) if self.main else None

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """What the table `findings` says, in its order."""
        return statements(self.source.tables.get("findings"))

    @cached_property
    def observed_until(self) -> date | None:
        """The latest moment up to which any project was observed."""
        return max((day for project in self.projects if (day := project.observed_until)), default=None)

    @cached_property
    def coverage_shares(self) -> dict[str, float]:
        """Share of all project-months in each coverage state, by letter."""
        text = "".join(series.states for series in self.states.values())
        return {letter: text.count(letter) / len(text) if text else 0.0 for letter in LETTERS.values()}

    def seen(self, names: Collection[str], position: int) -> str:
        """The state of a month over several projects: whole if nine in ten of those begun were, else in part."""
        found = [self.states[name] for name in names if self.states[name].states]
        begun = [one for one in found if one.first <= position]
        whole = sum(one.states[position - one.first : position - one.first + 1] == WHOLE for one in begun)
        return WHOLE if whole >= SEEN * len(begun) else PARTIAL

    @cached_property
    def whole_months(self) -> int:
        """Project-months observed whole."""
        return sum(series.states.count(WHOLE) for series in self.states.values())


def _tail(name: str) -> str:
    """The part of `owner/name` that readers know it by."""
    return name.rsplit("/", 1)[-1] or name


def _project(row: Mapping[str, object], *, slug: str, label: str, place: int) -> Project:
    def text(key: str) -> str:
        return str(row.get(key) or "")

    return Project(
        name=text("project"),
        label=label,
        slug=slug,
        repository=text("repository"),
        category=text("category") or OTHER,
        layer=text("layer"),
        style=text("style"),
        language=text("language"),
        first_event=_day(row.get("first_event")),
        observed_until=_day(row.get("observed_until")),
        colour=place,
    )


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _floats(column: pa.ChunkedArray) -> list[float | None]:
    """Numbers as Python floats; NaN, which no JSON can carry, is absent."""
    return [None if cell is None or cell != cell else cell for cell in column.to_pylist()]
