"""What the curves of a project do, as lines for a terminal."""

from __future__ import annotations

from typing import Any, Final

from ecotone.api import Ecotone
from ecotone.foundation.errors import MissingTable

SIGNALS: Final = ("activity", "contributors")
"""Signals whose shape is told."""


def shapes(ecotone: Ecotone, projects: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Project -> signal -> its row of `trends`; nothing if the workspace is older than that table."""
    try:
        rows = ecotone.trends(projects=projects).to_arrow().to_pylist()
    except MissingTable:
        return {}
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        if row["signal"] in SIGNALS:
            found.setdefault(row["project"], {})[row["signal"]] = row
    return found


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
    said = row["shape"] or "no shape"
    if row["confidence"] is not None:
        said += f" (confidence {row['confidence']:.2f}"
        said += f"; else {row['otherwise']})" if row["confidence"] < 0.8 and row["otherwise"] else ")"
    peak = f"; peak {row['peak_month']:%Y-%m}, now {row['share_of_peak']:.0%} of it" if row["peak_month"] else ""
    momentum = f"; momentum {momentum_cell(row)}" if row["momentum"] is not None else ""
    return f"{row['signal']}: {said}{peak}{momentum}"
