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
from ecotone.trends.change_points import find_change_points, find_peak, recent_momentum
from ecotone.trends.mann_kendall import mann_kendall_test
from ecotone.trends.robust_levels import Floats
from ecotone.trends.shape_classifier import Curve, classify_curve

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
        ("recent_mean", pa.float64()),
        ("share_of_peak", pa.float64()),
        ("half_life_months", pa.int64()),
        ("turning_points", pa.string()),
        ("alternative_shape", pa.string()),
        ("months", pa.int64()),
        ("first_month", pa.date32()),
        ("last_month", pa.date32()),
    ]
)


def numeric_signal_columns(signals: pa.Table) -> tuple[str, ...]:
    """The numeric columns, without the bounds `_low` and `_high` of other columns."""
    names = set(signals.column_names)
    return tuple(
        field.name
        for field in signals.schema
        if (pa.types.is_integer(field.type) or pa.types.is_floating(field.type))
        and not any(field.name.endswith(end) and field.name[: -len(end)] in names for end in ("_low", "_high"))
    )


def build_trends_table(signals: pa.Table, period: date | None = None, coverage: pa.Table | None = None) -> pa.Table:
    """One row per project and signal that has a value in a month observed completely.


    signals  the public table
    period   the first month of the period; None: the first in `signals`
    coverage  the public table `signal_coverage`; None: git's coverage counts
    """
    months = signals["month"].to_pylist()
    first = period or (min(months) if months else date(1970, 1, 1))
    spans = _project_slices(signals["project"].to_pylist())
    numbers = np.array([_month_number(month) - _month_number(first) for month in months], dtype=np.int64)
    rows: list[dict[str, Any]] = []
    for name in numeric_signal_columns(signals):
        states = states_of_rows(signals, coverage, name)
        complete = np.array([state == COMPLETE for state in states], dtype=np.bool_)
        cells: Floats = signals[name].to_numpy(zero_copy_only=False).astype(np.float64)
        curves = {}
        for project, span in spans.items():
            valid = complete[span] & np.isfinite(cells[span])
            if valid.any():
                curves[project] = Curve(numbers[span][valid], cells[span][valid])
        rows.extend(_build_signal_rows(name, curves, first))
    rows.sort(key=lambda row: row["project"])  # stable: the signals stay in the order of their columns
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _build_signal_rows(signal: str, curves: Mapping[str, Curve], first: date) -> Iterator[dict[str, Any]]:
    projects = sorted(curves)
    if not projects:
        return
    axis = np.unique(np.concatenate([curves[project].months for project in projects]))
    grid = np.full((len(projects), len(axis)), np.nan)
    for index, project in enumerate(projects):
        grid[index, np.searchsorted(axis, curves[project].months)] = curves[project].values
    trend = mann_kendall_test(axis.astype(np.float64), grid)
    for index, project in enumerate(projects):
        yield _build_trend_row(project, signal, curves[project], first) | {
            "slope": _round_or_none(float(trend.slope[index])),
            "p_value": _round_or_none(float(trend.p_value[index])),
        }


def _build_trend_row(project: str, signal: str, curve: Curve, first: date) -> dict[str, Any]:
    def month_of_number(number: int | None) -> date | None:
        return None if number is None else add_months(first, number)

    # a curve with values below 0 has no shape and no peak, only a slope and change points
    shares = bool(curve.values.min() >= 0)
    result = classify_curve(curve, zlib.crc32(f"{SEED}/{project}/{signal}".encode())) if shares else None
    highest = find_peak(curve) if shares else None
    return {
        "project": project,
        "signal": signal,
        "shape": result.shape.name if result else None,
        "confidence": result.confidence if result else None,
        "since": month_of_number(result.since) if result else None,
        "peak_month": month_of_number(highest.month) if highest else None,
        "momentum": _round_or_none(recent_momentum(curve)) if shares else None,
        "peak": _round_or_none(float(curve.values.max())),
        "recent_mean": _round_or_none(float(curve.values[-3:].mean())),
        "share_of_peak": _round_or_none(highest.share) if highest else None,
        "half_life_months": highest.half_life if highest else None,
        "turning_points": " ".join(f"{add_months(first, at):%Y-%m}" for at in find_change_points(curve)),
        "alternative_shape": result.alternative.name if result and result.alternative else None,
        "months": len(curve.months),
        "first_month": month_of_number(int(curve.months[0])),
        "last_month": month_of_number(int(curve.months[-1])),
    }


def _project_slices(names: Sequence[str]) -> dict[str, slice]:
    """The rows of each project, which are consecutive in the public table."""
    spans: dict[str, slice] = {}
    start = 0
    for position in range(1, len(names) + 1):
        if position == len(names) or names[position] != names[start]:
            spans[names[start]] = slice(start, position)
            start = position
    return spans


def _month_number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _round_or_none(value: float | None) -> float | None:
    """Rounded to DIGITS; None for NaN."""
    return None if value is None or value != value else float(f"{value:.{DIGITS}g}")
