"""Shapes and momentum of a project's signals, as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ecotone.foundation.errors import MissingTable

if TYPE_CHECKING:
    from ecotone.api import Ecotone

SIGNALS: Final = ("activity", "contributors")
"""Signals whose shape is printed."""


def trends_by_project(ecotone: Ecotone, projects: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Project -> signal -> its row of `trends`; empty if the workspace has no such table yet."""
    try:
        rows = ecotone.trends(projects=projects).to_arrow().to_pylist()
    except MissingTable:
        return {}
    trends: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        if row["signal"] in SIGNALS:
            trends.setdefault(row["project"], {})[row["signal"]] = row
    return trends


def shape_cell(row: dict[str, Any] | None) -> str:
    """The shape with its confidence.

    >>> shape_cell({"shape": "climbing", "confidence": 0.987}), shape_cell(None)
    ('climbing 0.99', '-')
    """
    if row is None or row["shape"] is None:
        return "-"
    return row["shape"] if row["confidence"] is None else f"{row['shape']} {row['confidence']:.2f}"


def momentum_cell(row: dict[str, Any] | None) -> str:
    """The momentum as a signed percentage.

    >>> momentum_cell({"momentum": -0.345}), momentum_cell({"momentum": None})
    ('-34%', '-')
    """
    return "-" if row is None or row["momentum"] is None else f"{row['momentum']:+.0%}"


def shape_line(row: dict[str, Any]) -> str:
    """A signal's curve in one line: shape, confidence, peak, momentum."""
    shape = row["shape"] or "no shape"
    if row["confidence"] is not None:
        shape += f" (confidence {row['confidence']:.2f}"
        shape += f"; else {row['alternative_shape']})" if row["confidence"] < 0.8 and row["alternative_shape"] else ")"
    peak = f"; peak {row['peak_month']:%Y-%m}, now {row['share_of_peak']:.0%} of it" if row["peak_month"] else ""
    momentum = f"; momentum {momentum_cell(row)}" if row["momentum"] is not None else ""
    return f"{row['signal']}: {shape}{peak}{momentum}"
