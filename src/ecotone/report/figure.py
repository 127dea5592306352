"""Figures as data: rows of a chart, columns of its table, title and caption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from ecotone.report.bilingual_text import Text, is_share
from ecotone.report.caption import Caption

Value = str | int | float | bool | date | Text | None
"""A cell of a figure's row; a `Text` is shown in the reader's language, a date is a month."""

Row = Mapping[str, Value]
Kind = Literal["text", "number", "share", "change", "month", "project"]
KINDS: Final[tuple[Kind, ...]] = ("text", "number", "share", "change", "month", "project")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a figure's table, its CSV file (named `field`) and its tooltip.

    kind  format of the cells; `project` links to the page of the project
    """

    field: str
    title: Text
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Selector:
    """A control that filters rows by the value of `field`; the first option is the default."""

    field: str
    title: Text
    options: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with its table, its controls, its caption and its files.

    key        unique in the report: id in the page, data/figure/KEY.js, figures/KEY.svg
    title      what the chart shows
    text       how to read it
    chart      a name in `ecotone.report.charts.CHARTS`; the module of the chart documents the fields of its rows
    rows       in drawing order, with the fields of the chart, the columns and the controls, and
               `colour` (palette index of a project, or a name in `palette.NAMED`)
    columns    columns of the data table
    caption    unit, formula, period, source and coverage; values of a share are drawn as per cent
    selectors  controls
    legend     (colour, text) for charts without direct labels
    """

    key: str
    title: Text
    text: Text
    chart: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    caption: Caption
    selectors: tuple[Selector, ...] = ()
    legend: tuple[tuple[int | str, Text], ...] = ()

    @property
    def is_share(self) -> bool:
        """Whether its values are shares (0 to 1), drawn as per cent."""
        return is_share(self.caption.unit.en)

    def default_rows(self) -> tuple[Row, ...]:
        """The rows selected by the default option of every control."""
        chosen = {pick.field: pick.options[0][0] for pick in self.selectors if pick.options}
        return tuple(row for row in self.rows if all(row.get(field) == value for field, value in chosen.items()))
