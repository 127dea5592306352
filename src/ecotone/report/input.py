"""What the report is made from: tables, readings and declarations, handed over by whoever read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

import pyarrow as pa

Language = Literal["en", "zh"]

TableRow = dict[str, Any]
"""A row of a table as plain values; which ones a column has stands where the table is documented."""


class DeclaredSignal(Protocol):
    """What the report says about a signal; `ecotone.signals` declares them."""

    @property
    def name(self) -> str:
        """Its column in the tables, its address in the glossary."""
        ...

    @property
    def title(self) -> str:
        """What readers call it, in English."""
        ...

    @property
    def title_zh(self) -> str:
        """What readers call it, in Chinese."""
        ...

    @property
    def unit(self) -> str:
        """Of its values, in English; a unit that begins with `share` runs from 0 to 1."""
        ...

    @property
    def unit_zh(self) -> str:
        """Of its values, in Chinese."""
        ...

    @property
    def definition(self) -> str:
        """One sentence in English."""
        ...

    @property
    def definition_zh(self) -> str:
        """One sentence in Chinese."""
        ...

    @property
    def source(self) -> str:
        """Where the definition comes from."""
        ...

    @property
    def source_zh(self) -> str:
        """The same in Chinese; empty where it is a name or a citation alone."""
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
        """The value of an observed month without any; None leaves it empty."""
        ...

    @property
    def bounds(self) -> bool:
        """Whether NAME_low and NAME_high stand beside it."""
        ...

    @property
    def text(self) -> bool:
        """Whether its values are names, not numbers."""
        ...

    @property
    def inputs(self) -> Sequence[str]:
        """What it is computed from; its coverage is the worst of theirs."""
        ...

    @property
    def theme(self) -> str:
        """The group of the glossary it belongs to."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source gave for one project; None where the source does not say."""

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
class Finding:
    """One question whose true answer is known beforehand, and what was found."""

    question: str
    question_zh: str
    truth: str
    found: str
    unit: str
    unit_zh: str
    agrees: bool
    note: str = ""
    note_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInput:
    """Everything a report shows.

    since, until   the first and the last month of the period, both included
    projects       project, repository, category, layer, style, language, first_event, observed_until
    signals        project, month, coverage, then a column a signal (and NAME_low, NAME_high)
    organisations  project, month, organisation, people, events, share (0..1, over known and unknown)
    coverage       project, source, repository, month, state, observed, expected, note
    themes         title of a theme of signals in English and Chinese, in the order readers see
    failures       (repository, one sentence) of what could not be read
    tables         further tables by name, as `ecotone export` gives them; a page whose table is not there is left out
    min_people     organisations with fewer people in a project-month are counted, not named
    language       the language a page opens in; both are in every page
    figures        whether pictures of the charts lie beside the pages, so that they may be linked
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
    readings: tuple[Reading, ...]
    glossary: tuple[DeclaredSignal, ...]
    categories_zh: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    language: Language = "en"
    figures: bool = False
    min_people: int = 3
