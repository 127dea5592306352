"""A landscape's own claims: statements that its report measures in addition to those that come with Ecotone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field

from ecotone.foundation.errors import BadLandscape, UnknownName
from ecotone.foundation.person_entries import StrictModel
from ecotone.foundation.toml_lines import find_line

MOST_CLAIMS: Final = 50

Against = Literal["level", "year_before"]


@dataclass(frozen=True, slots=True)
class LandscapeClaim:
    """A statement: more than `share` of the projects have a measure above, or below, a value.

    measure   a numeric signal
    category  whose projects are counted; empty: all
    against   `level`: the mean of the last three complete months; `year_before`: that, divided by the same months a
              year before
    above     whether the measure must be above `value`, or below it
    position  where it is written, for messages
    """

    statement: str
    statement_zh: str
    measure: str
    category: str
    against: Against
    above: bool
    value: float
    share: float
    position: str


class ClaimEntry(StrictModel):
    """One `[[claim]]` of a landscape file."""

    statement: str = Field(min_length=1, max_length=300)
    statement_zh: str = Field(default="", max_length=300)
    measure: str = Field(min_length=1)
    category: str = ""
    against: Against = "level"
    above: float | None = None
    below: float | None = None
    share: float = Field(default=0.5, ge=0, lt=1)


def build_claims(
    entries: Sequence[ClaimEntry], categories: set[str], path: Path, text: str
) -> tuple[LandscapeClaim, ...]:
    """The claims of a landscape file. Raises BadLandscape."""
    return tuple(_build_claim(entry, index, categories, path, text) for index, entry in enumerate(entries))


def _build_claim(entry: ClaimEntry, index: int, categories: set[str], path: Path, text: str) -> LandscapeClaim:
    position = f"{path}, line {find_line(text, ('claim', index))}"
    if (entry.above is None) == (entry.below is None):
        raise BadLandscape(
            f"{position}: a claim needs either `above` or `below`, a number that its measure is compared with."
        )
    if entry.category and entry.category not in categories:
        raise BadLandscape(f"{position}: {UnknownName('category', entry.category, categories)}")
    value = entry.above if entry.above is not None else entry.below
    assert value is not None
    return LandscapeClaim(
        statement=entry.statement,
        statement_zh=entry.statement_zh or entry.statement,
        measure=entry.measure,
        category=entry.category,
        against=entry.against,
        above=entry.above is not None,
        value=value,
        share=entry.share,
        position=position,
    )


def check_measures(claims: Sequence[LandscapeClaim], numeric_signals: Mapping[str, Any]) -> None:
    """Raise BadLandscape for a claim whose measure is no numeric signal."""
    for claim in claims:
        if claim.measure not in numeric_signals:
            raise BadLandscape(
                f"{claim.position}: {UnknownName('numeric signal', claim.measure, numeric_signals, 'ecotone signals')}"
            )
