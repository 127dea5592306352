"""The page on data: what was read for each project, until when, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ecotone.report.bilingual_text import Text, format_number
from ecotone.report.caption import months_by_state
from ecotone.report.messages import message
from ecotone.report.page import Page, PageContext
from ecotone.report.project_series import LETTERS
from ecotone.report.report_data import Project, ReportData
from ecotone.report.report_input import DeclaredSignal
from ecotone.signals.coverage import INPUTS


@dataclass(frozen=True, slots=True)
class Strip:
    """A project's coverage: runs of (state's letter, months) from the period's start, and months by letter."""

    project: Project
    before: int
    runs: tuple[tuple[str, int], ...]
    after: int
    counts: dict[str, int]


OFFERED_TABLES: Final = ("signals", "projects", "organisations", "coverage", "signal_coverage")
"""Tables of which the pages offer all rows as files."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Months of one source or input and one repository by state, with the notes."""

    source: Text
    repository: str
    counts: dict[str, int]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignalLine:
    """Signals of equal coverage, and their project-months of the period by state."""

    titles: Text
    counts: dict[str, int]


def build_pages(context: PageContext) -> Iterator[Page]:
    """One page."""
    data = context.data
    readings = sorted(data.source.readings, key=lambda reading: (reading.project.casefold(), reading.source))
    yield Page(
        path="data.html",
        template="data.html",
        title=message("data_title"),
        context={
            "lead": message(
                "data_lead",
                complete=format_number(data.state_shares["w"], "share"),
                months=format_number(sum(len(series.states) for series in data.coverage_states.values())),
                projects=data.count_read(data.projects),
                all=len(data.projects),
                until=data.observed_until or "–",
            ),
            "tables": OFFERED_TABLES,
            "readings": readings,
            "slugs": {project.name: project.slug for project in data.projects},
            "strips": tuple(coverage_strip(data, project) for project in data.projects),
            "lines": _source_lines(data),
            "signal_lines": _signal_lines(data),
            "failures": sorted(data.source.failures),
        },
    )


def coverage_strip(data: ReportData, project: Project) -> Strip:
    """A project's coverage strip on the period's axis."""
    series = data.coverage_states[project.name]
    runs = tuple((letter, len(list(run))) for letter, run in groupby(series.states))
    counts = Counter(series.states)
    return Strip(
        project=project,
        before=series.first,
        runs=runs,
        after=len(data.months) - series.first - len(series.states),
        counts={letter: counts[letter] for letter in LETTERS.values()},
    )


def _signal_lines(field: ReportData) -> tuple[SignalLine, ...]:
    """Every signal's coverage; signals whose states are equal in all project-months share a line."""
    groups: dict[tuple[str, ...], list[DeclaredSignal]] = {}
    for signal in field.signals:
        states = field.signal_states(signal.name)
        groups.setdefault(tuple(states[project.name] for project in field.projects), []).append(signal)
    return tuple(
        SignalLine(
            Text(", ".join(signal.title for signal in members), "、".join(signal.title_zh for signal in members)),
            months_by_state(field, field.projects, members[0].name),
        )
        for members in groups.values()
    )


def _source_lines(data: ReportData) -> tuple[SourceLine, ...]:
    """The table `coverage`, summed to one line a source and repository."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    notes: dict[tuple[str, str], set[str]] = {}
    for row in data.source.coverage.to_pylist():
        key = (row["source"] or "", row["repository"] or "")
        counts.setdefault(key, Counter())[LETTERS.get(row["state"], "")] += 1
        if row["note"]:
            notes.setdefault(key, set()).add(row["note"])
    return tuple(
        SourceLine(
            source=message(f"input_{key[0]}") if key[0] in INPUTS[1:] else Text.same(key[0]),
            repository=key[1],
            counts={letter: counts[key][letter] for letter in LETTERS.values()},
            notes=tuple(sorted(notes.get(key, ()))),
        )
        for key in sorted(counts)
    )
