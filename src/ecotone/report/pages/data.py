"""The page on data: what was read for each project, until when, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ecotone.report.caption import months_by_state
from ecotone.report.field import Field, Project
from ecotone.report.input import DeclaredSignal
from ecotone.report.page import Page, Subject
from ecotone.report.series import LETTERS
from ecotone.report.text import Text
from ecotone.report.words import say

INPUT_TITLES: Final = {
    "pull_request_heads": say("input_pull_request_heads"),
    "thread_numbers": say("input_thread_numbers"),
    "conversation": say("input_conversation"),
    "stars": say("input_stars"),
}


@dataclass(frozen=True, slots=True)
class Strip:
    """A project's coverage: runs of (state's letter, months) from the period's start, and months by letter."""

    project: Project
    before: int
    runs: tuple[tuple[str, int], ...]
    after: int
    counts: dict[str, int]


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


def pages(subject: Subject) -> Iterator[Page]:
    """One page."""
    field = subject.field
    readings = sorted(field.source.readings, key=lambda reading: (reading.project.casefold(), reading.source))
    yield Page(
        path="data.html",
        template="data.html",
        title=say("data_title"),
        context={
            "lead": say("data_lead"),
            "readings": readings,
            "slugs": {project.name: project.slug for project in field.projects},
            "strips": tuple(strip(field, project) for project in field.projects),
            "lines": _source_lines(field),
            "signal_lines": _signal_lines(field),
            "failures": sorted(field.source.failures),
        },
    )


def strip(field: Field, project: Project) -> Strip:
    """A project's coverage strip on the period's axis."""
    series = field.states[project.name]
    runs = tuple((letter, len(list(run))) for letter, run in groupby(series.states))
    counts = Counter(series.states)
    return Strip(
        project=project,
        before=series.first,
        runs=runs,
        after=len(field.months) - series.first - len(series.states),
        counts={letter: counts[letter] for letter in LETTERS.values()},
    )


def _signal_lines(field: Field) -> tuple[SignalLine, ...]:
    """Every signal's coverage; signals whose states are equal in all project-months share a line."""
    groups: dict[tuple[str, ...], list[DeclaredSignal]] = {}
    for signal in field.signals:
        states = field.signal_states(signal.name)
        groups.setdefault(tuple(states[project.name] for project in field.projects), []).append(signal)
    return tuple(
        SignalLine(
            Text(", ".join(one.title for one in members), "、".join(one.title_zh for one in members)),
            months_by_state(field, field.projects, members[0].name),
        )
        for members in groups.values()
    )


def _source_lines(field: Field) -> tuple[SourceLine, ...]:
    """The table `coverage`, summed to one line a source and repository."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    notes: dict[tuple[str, str], set[str]] = {}
    for row in field.source.coverage.to_pylist():
        key = (row["source"] or "", row["repository"] or "")
        counts.setdefault(key, Counter())[LETTERS.get(row["state"], "")] += 1
        if row["note"]:
            notes.setdefault(key, set()).add(row["note"])
    return tuple(
        SourceLine(
            source=INPUT_TITLES.get(key[0], Text.same(key[0])),
            repository=key[1],
            counts={letter: counts[key][letter] for letter in LETTERS.values()},
            notes=tuple(sorted(notes.get(key, ()))),
        )
        for key in sorted(counts)
    )
