"""A landscape's own claims: statements that its report measures in addition to those that come with Ecotone."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field

from ecotone.foundation.errors import BadLandscape, UnknownName
from ecotone.foundation.person_entries import StrictModel
from ecotone.foundation.toml_lines import find_line

MOST_CLAIMS: Final = 50

Against = Literal["level", "year_before"]
Side = Literal["above", "at_least", "at_most", "below"]

_SIDES: Final[Mapping[Side, Callable[[float, float], bool]]] = {
    "above": operator.gt,
    "at_least": operator.ge,
    "at_most": operator.le,
    "below": operator.lt,
}


@dataclass(frozen=True, slots=True)
class LandscapeClaim:
    """A statement: a measure of more than `share` of the projects, or of one beside another, is on one side of a value.

    measure   a numeric signal
    category  whose projects are counted; empty: all
    against   `level`: the mean of the last three complete months; `year_before`: that, divided by the same months a
              year before
    side      on which side of `value` the measure must be
    position  where it is written, for messages
    project, compared_with  the project that is compared, and with which one; empty: projects are counted
    """

    statement: str
    statement_zh: str
    measure: str
    category: str
    against: Against
    side: Side
    value: float
    share: float
    position: str
    project: str = ""
    compared_with: str = ""

    def fits(self, figure: float) -> bool:
        """Whether a figure is on the claim's side of its value."""
        return _SIDES[self.side](figure, self.value)


class ClaimEntry(StrictModel):
    """One `[[claim]]` of a landscape file."""

    statement: str = Field(min_length=1, max_length=300)
    statement_zh: str = Field(default="", max_length=300)
    measure: str = Field(min_length=1)
    category: str = ""
    against: Against = "level"
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None
    project: str = ""
    compared_with: str = ""
    share: float = Field(default=0.5, ge=0, lt=1)


def build_claims(
    entries: Sequence[ClaimEntry], categories: set[str], projects: Collection[str], path: Path, text: str
) -> tuple[LandscapeClaim, ...]:
    """The claims of a landscape file with these categories and projects. Raises BadLandscape."""
    return tuple(_build_claim(entry, index, categories, projects, path, text) for index, entry in enumerate(entries))


def _build_claim(
    entry: ClaimEntry, index: int, categories: set[str], projects: Collection[str], path: Path, text: str
) -> LandscapeClaim:
    position = f"{path}, line {find_line(text, ('claim', index))}"
    values = [(side, value) for side in _SIDES if (value := getattr(entry, side)) is not None]
    if len(values) != 1:
        raise BadLandscape(
            f"{position}: a claim needs one of `above`, `at_least`, `at_most` and `below`, "
            f"a number that its measure is compared with; this one has {len(values)}."
        )
    if entry.category and entry.category not in categories:
        raise BadLandscape(f"{position}: {UnknownName('category', entry.category, categories)}")
    _check_pair(entry, projects, position)
    side, value = values[0]
    return LandscapeClaim(
        statement=entry.statement,
        statement_zh=entry.statement_zh or entry.statement,
        measure=entry.measure,
        category=entry.category,
        against=entry.against,
        side=side,
        value=value,
        share=entry.share,
        position=position,
        project=entry.project,
        compared_with=entry.compared_with,
    )


def _check_pair(entry: ClaimEntry, projects: Collection[str], position: str) -> None:
    """Raise BadLandscape if a claim about two projects is not about two, or counts projects as well."""
    pair = [name for name in (entry.project, entry.compared_with) if name]
    for name in pair:
        if name not in projects:
            raise BadLandscape(f"{position}: {UnknownName('project', name, projects)}")
    if len(pair) == 1 or (pair and pair[0] == pair[1]):
        raise BadLandscape(
            f"{position}: a claim about two projects names one in `project` and another in `compared_with`; "
            f"this one names only {pair[0]}."
        )
    counted = entry.model_fields_set & {"category", "share", "against"}
    if pair and counted:
        raise BadLandscape(
            f"{position}: {min(counted)} is for claims that count projects; a claim about {pair[0]} and {pair[1]} "
            "has only measure, project, compared_with and a value."
        )


def check_measures(claims: Sequence[LandscapeClaim], numeric_signals: Mapping[str, Any]) -> None:
    """Raise BadLandscape for a claim whose measure is no numeric signal."""
    for claim in claims:
        if claim.measure not in numeric_signals:
            raise BadLandscape(
                f"{claim.position}: {UnknownName('numeric signal', claim.measure, numeric_signals, 'ecotone signals')}"
            )
