"""Input of the report: tables, summaries of what was read, and declarations of signals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

import pyarrow as pa

from ecotone.foundation.landscape_claims import LandscapeClaim

Language = Literal["en", "zh"]

TableRow = dict[str, Any]
"""A table row as plain values; docs/reference documents the columns."""


class DeclaredSignal(Protocol):
    """A signal as the report sees it; declared in `ecotone.signals`."""

    @property
    def name(self) -> str:
        """Column name and anchor in the glossary."""
        ...

    @property
    def title(self) -> str:
        """Label in English."""
        ...

    @property
    def title_zh(self) -> str:
        """Label in Chinese."""
        ...

    @property
    def unit(self) -> str:
        """Unit in English; values of a unit that begins with `share` are between 0 and 1."""
        ...

    @property
    def unit_zh(self) -> str:
        """Unit in Chinese."""
        ...

    @property
    def definition(self) -> str:
        """Definition in English, one sentence."""
        ...

    @property
    def definition_zh(self) -> str:
        """Definition in Chinese, one sentence."""
        ...

    @property
    def source(self) -> str:
        """Reference of the definition."""
        ...

    @property
    def source_zh(self) -> str:
        """Reference in Chinese; empty if it is only a name or a citation."""
        ...

    @property
    def formula(self) -> str:
        """Name and version of the formula."""
        ...

    @property
    def null_means(self) -> str:
        """What an empty cell means, in English."""
        ...

    @property
    def null_means_zh(self) -> str:
        """What an empty cell means, in Chinese."""
        ...

    @property
    def when_empty(self) -> float | None:
        """Value of an observed month without events; None means empty."""
        ...

    @property
    def bounds(self) -> bool:
        """Whether the columns NAME_low and NAME_high exist."""
        ...

    @property
    def text(self) -> bool:
        """Whether values are names, not numbers."""
        ...

    @property
    def inputs(self) -> Sequence[str]:
        """What it is computed from; its coverage is the worst of theirs."""
        ...

    @property
    def theme(self) -> str:
        """Section of the glossary."""
        ...


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """Summary of what one source provided for one project; None if unknown."""

    project: str
    source: str
    commits: int | None = None
    people: int | None = None
    pull_heads: int | None = None
    tags: int | None = None
    rejected: int | None = None
    first: date | None = None
    last: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ValidationRow:
    """One validation question: the known answer and the computed one."""

    question: str
    question_zh: str
    truth: str
    computed: str
    unit: str
    unit_zh: str
    agrees: bool
    note: str = ""
    note_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInput:
    """Everything a report shows.

    since, until   first and last month of the period, inclusive
    projects       project, repository, category, layer, style, language, first_event, observed_until
    signals        project, month, coverage, then one column per signal (and NAME_low, NAME_high)
    organisations  project, month, organisation, people, events, share (0..1, over known and unknown)
    coverage       project, source, repository, month, state, observed, expected, note
    themes         section title of signals in English and Chinese, in display order
    failures       (repository, error message) of repositories that could not be read
    tables         further tables by name, as in `ecotone export`; a page without its table is left out
    public_logins  account, person: public logins that pages may show; None: none
    min_people     organisations with fewer people in a project-month are not named
    language       initial language of a page; every page contains both
    figures        whether figure files exist, so that pages link to them
    """

    name: str
    title: str
    title_zh: str
    since: date
    until: date
    projects: pa.Table
    signals: pa.Table
    organisations: pa.Table
    coverage: pa.Table
    readings: tuple[SourceSummary, ...]
    glossary: tuple[DeclaredSignal, ...]
    categories_zh: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    findings: tuple[ValidationRow, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    language: Language = "en"
    address: str = ""
    claims: Sequence[LandscapeClaim] = ()
    figures: bool = False
    min_people: int = 3
    public_logins: pa.Table | None = None
