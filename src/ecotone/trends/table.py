"""The public table `trends`: shape, trend and change points of every numeric signal of every project."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ecotone.foundation.months import add_months
from ecotone.signals.coverage import COMPLETE, states_of_rows
from ecotone.trends.curve import Curve, read
from ecotone.trends.levels import Floats
from ecotone.trends.monotone import monotone
from ecotone.trends.turning import momentum, peak, turning_points

SEED: Final = 2024  # of the resampling; each project and signal derives its own
DIGITS: Final = 12  # significant; the last digits may differ between machines

SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("signal", pa.string()),
        ("shape", pa.string()),
        ("confidence", pa.float64()),
        ("since", pa.date32()),
        ("peak_month", pa.date32()),
        ("momentum", pa.float64()),
        ("slope", pa.float64()),
        ("p_value", pa.float64()),
        ("peak", pa.float64()),
        ("latest", pa.float64()),
        ("share_of_peak", pa.float64()),
        ("half_life_months", pa.int64()),
        ("turning_points", pa.string()),
        ("otherwise", pa.string()),
        ("months", pa.int64()),
        ("first_month", pa.date32()),
        ("last_month", pa.date32()),
    ]
)


def numeric_signals(signals: pa.Table) -> tuple[str, ...]:
    """The numeric columns, without the bounds `_low` and `_high` of other columns."""
    names = set(signals.column_names)
    return tuple(
        field.name
        for field in signals.schema
        if (pa.types.is_integer(field.type) or pa.types.is_floating(field.type))
        and not any(field.name.endswith(end) and field.name[: -len(end)] in names for end in ("_low", "_high"))
    )


def trends_table(signals: pa.Table, period: date | None = None, coverage: pa.Table | None = None) -> pa.Table:
    """One row per project and signal that has a value in a month observed completely.


    signals  the public table
    period   the first month of the period; None: the first in `signals`
    coverage  the public table `signal_coverage`; None: git's coverage counts
    """
    months = signals["month"].to_pylist()
    first = period or (min(months) if months else date(1970, 1, 1))
    spans = _spans(signals["project"].to_pylist())
    numbers = np.array([_number(month) - _number(first) for month in months], dtype=np.int64)
    rows: list[dict[str, Any]] = []
    for name in numeric_signals(signals):
        states = states_of_rows(signals, coverage, name)
        complete = np.array([state == COMPLETE for state in states], dtype=np.bool_)
        cells: Floats = signals[name].to_numpy(zero_copy_only=False).astype(np.float64)
        curves = {}
        for project, span in spans.items():
            counts = complete[span] & np.isfinite(cells[span])
            if counts.any():
                curves[project] = Curve(numbers[span][counts], cells[span][counts])
        rows.extend(_rows(name, curves, first))
    rows.sort(key=lambda row: row["project"])  # stable: the signals stay in the order of their columns
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _rows(signal: str, curves: Mapping[str, Curve], first: date) -> Iterator[dict[str, Any]]:
    projects = sorted(curves)
    if not projects:
        return
    axis = np.unique(np.concatenate([curves[project].at for project in projects]))
    laid = np.full((len(projects), len(axis)), np.nan)
    for place, project in enumerate(projects):
        laid[place, np.searchsorted(axis, curves[project].at)] = curves[project].values
    trend = monotone(axis.astype(np.float64), laid)
    for place, project in enumerate(projects):
        yield _row(project, signal, curves[project], first) | {
            "slope": _rounded(float(trend.slope[place])),
            "p_value": _rounded(float(trend.p_value[place])),
        }


def _row(project: str, signal: str, curve: Curve, first: date) -> dict[str, Any]:
    def month(number: int | None) -> date | None:
        return None if number is None else add_months(first, number)

    # a curve with values below 0 has no shape and no peak, only a slope and change points
    shares = bool(curve.values.min() >= 0)
    found = read(curve, zlib.crc32(f"{SEED}/{project}/{signal}".encode())) if shares else None
    top = peak(curve) if shares else None
    return {
        "project": project,
        "signal": signal,
        "shape": found.shape.name if found else None,
        "confidence": found.confidence if found else None,
        "since": month(found.since) if found else None,
        "peak_month": month(top.at) if top else None,
        "momentum": _rounded(momentum(curve)) if shares else None,
        "peak": _rounded(float(curve.values.max())),
        "latest": _rounded(float(curve.values[-3:].mean())),
        "share_of_peak": _rounded(top.share) if top else None,
        "half_life_months": top.half_life if top else None,
        "turning_points": " ".join(f"{add_months(first, at):%Y-%m}" for at in turning_points(curve)),
        "otherwise": found.otherwise.name if found and found.otherwise else None,
        "months": len(curve.at),
        "first_month": month(int(curve.at[0])),
        "last_month": month(int(curve.at[-1])),
    }


def _spans(names: Sequence[str]) -> dict[str, slice]:
    """The rows of each project, which are consecutive in the public table."""
    spans: dict[str, slice] = {}
    start = 0
    for place in range(1, len(names) + 1):
        if place == len(names) or names[place] != names[start]:
            spans[names[start]] = slice(start, place)
            start = place
    return spans


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _rounded(value: float | None) -> float | None:
    """Rounded to DIGITS; None for NaN."""
    return None if value is None or value != value else float(f"{value:.{DIGITS}g}")
