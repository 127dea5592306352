"""Statements about people as a landscape or a file of people writes them: `[[person]]` tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from ecotone.foundation.errors import BadLandscape
from ecotone.foundation.toml_lines import find_line


class _Period(Protocol):
    """What has a first day and the first day after it."""

    @property
    def since(self) -> date | None: ...

    @property
    def until(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Employment:
    """A person's employment at an organisation in [since, until), as the file states."""

    organisation: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class PersonStatement:
    """Statements about accounts (e-mails or logins) that override all other evidence.

    same_person       accounts of one person
    different_people  accounts of different people
    affiliations      employments of the person with the accounts in `same_person`
    """

    same_person: tuple[str, ...]
    different_people: tuple[str, ...]
    affiliations: tuple[Employment, ...]


class StrictModel(BaseModel):
    """A table that refuses unknown keys and values of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=False)


class ShownPeople(StrictModel):
    """What a report may show of people: the table `[report]`."""

    handles: bool = False


class SpellEntry(StrictModel):
    """An employment as written."""

    organisation: str = Field(min_length=1)
    since: date | None = None
    until: date | None = None


class PersonEntry(StrictModel):
    """A `[[person]]` table as written."""

    same_person: list[str] = Field(default_factory=list)
    different_people: list[str] = Field(default_factory=list)
    affiliations: list[SpellEntry] = Field(default_factory=list)


def build_person_statements(entries: list[PersonEntry], path: Path, text: str) -> list[PersonStatement]:
    """The statements of the tables of one file. Raises BadLandscape."""
    return [_build_person_statement(entry, index, path, text) for index, entry in enumerate(entries)]


def _build_person_statement(entry: PersonEntry, index: int, path: Path, text: str) -> PersonStatement:
    apart_alone = len(entry.different_people) == 1 and not entry.same_person
    if (
        not (entry.same_person or entry.different_people)
        or apart_alone
        or (entry.affiliations and not entry.same_person)
    ):
        raise BadLandscape(
            f"{path}, line {find_line(text, ('person', index))}: a person needs `same_person` (their accounts,"
            " optionally with `affiliations`) or `different_people` (at least two accounts of different people)."
        )
    for spell in entry.affiliations:
        refuse_reversed_period(spell, ("person", index), text, path)
    employments = (Employment(spell.organisation, spell.since, spell.until) for spell in entry.affiliations)
    return PersonStatement(tuple(entry.same_person), tuple(entry.different_people), tuple(employments))


def refuse_reversed_period(span: _Period, location: tuple[Any, ...], text: str, path: Path) -> None:
    """Raise BadLandscape if a period ends before it begins."""
    if span.since and span.until and span.until <= span.since:
        line = find_line(text, location)
        raise BadLandscape(
            f"{path}, line {line}: until = {span.until} is not after since = {span.since}; `until` is the first day"
            " after the period."
        )
