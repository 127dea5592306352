"""A figure as data: what a chart draws, what its table says, and everything that must stand around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from ecotone.report.caption import Caption
from ecotone.report.text import Text, is_share

Value = str | int | float | bool | date | Text | None
"""A cell of a figure's rows; a `Text` is shown in the reader's language, a date is a month."""

Row = Mapping[str, Value]
Kind = Literal["text", "number", "share", "change", "month", "project"]
KINDS: Final[tuple[Kind, ...]] = ("text", "number", "share", "change", "month", "project")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a figure's table, of its CSV file (under `field`) and of what the pointer is told.

    kind  how its cells are written; `project` links a project's name to its page
    """

    field: str
    title: Text
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Pick:
    """A control that shows only the rows whose `field` has the chosen value; the first option is chosen first."""

    field: str
    title: Text
    options: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with its table, its controls, its caption and its files.

    key      its own in the whole report: id in the page, data/figure/KEY.js, figures/KEY.svg
    title    what it shows, in a few words
    text     how to read it, in a sentence or two
    chart    a name in `ecotone.report.charts.CHARTS`, whose file says which fields its rows have
    rows     in drawing order; beside the chart's fields they may have those of columns and picks, and
             `colour` (a project's place, or a name in `palette.NAMED`)
    columns  of the table beside the chart
    caption  unit, formula, period, source and coverage; its unit decides whether values are drawn as per cent
    picks    controls, if any
    legend   (colour, text) for charts without direct labels
    """

    key: str
    title: Text
    text: Text
    chart: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    caption: Caption
    picks: tuple[Pick, ...] = ()
    legend: tuple[tuple[int | str, Text], ...] = ()

    @property
    def share(self) -> bool:
        """Whether its values run from 0 to 1 and are drawn as per cent."""
        return is_share(self.caption.unit.en)

    def shown_first(self) -> tuple[Row, ...]:
        """The rows that every pick's first option lets through."""
        chosen = {pick.field: pick.options[0][0] for pick in self.picks if pick.options}
        return tuple(row for row in self.rows if all(row.get(field) == value for field, value in chosen.items()))
