"""The public table `trends`."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from ecotone.trends.trends_table import SCHEMA, build_trends_table, numeric_signal_columns
from tests.trends.making import signals

CLIMB = [2.0, 2, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9, 9, 10, 11, 12, 12, 13]


def row_of(values, **more):
    (row,) = build_trends_table(signals({"a/b": values}, **more)).to_pylist()
    return row


def test_a_row_by_hand():
    row = row_of(CLIMB)
    assert (row["project"], row["signal"], row["shape"]) == ("a/b", "activity", "climbing")
    assert (row["since"], row["peak_month"], row["first_month"], row["last_month"]) == (
        date(2024, 1, 1), date(2025, 6, 1), date(2024, 1, 1), date(2025, 6, 1)
    )  # fmt: skip
    assert (row["peak"], row["recent_mean"], row["months"]) == (13, 37 / 3, 18) or abs(
        row["recent_mean"] - 37 / 3
    ) < 1e-9
    assert row["half_life_months"] is None
    assert row["momentum"] is not None
    assert row["p_value"] < 0.001


def test_only_whole_months_count():
    seen = row_of(CLIMB)
    assert row_of([*CLIMB, "?1"]) == seen
    assert row_of([*CLIMB, "!0", ".", "?0"]) == seen
    damaged = list(CLIMB)
    damaged[8] = "!0"
    assert row_of(damaged)["months"] == 17
    assert row_of(damaged)["shape"] == "climbing"


def test_an_empty_cell_is_no_zero():
    values = list(CLIMB)
    values[9] = None
    table = signals({"a/b": values})
    assert build_trends_table(table).to_pylist()[0]["months"] == 17


def test_a_signal_below_nothing_has_no_shape():
    row = row_of([-1.0, 2, -3, 4] * 5)
    assert row["shape"] is None
    assert row["share_of_peak"] is None
    assert row["slope"] is not None


def test_only_numbers_that_are_no_bounds_are_curves():
    table = pa.table(
        {
            "project": ["a"],
            "month": [date(2024, 1, 1)],
            "coverage": ["complete"],
            "x": [1],
            "x_low": [0.5],
            "x_high": [2.0],
            "leader": ["o"],
            "very_low": [1.0],
        }
    )
    assert numeric_signal_columns(table) == ("x", "very_low")


def test_nothing_makes_an_empty_table():
    assert build_trends_table(signals({})).schema == SCHEMA
    assert not build_trends_table(signals({"a/b": ["?1", "."]})).num_rows


def test_the_period_decides_who_is_young():
    late = [2.0, 3, 5, 6, 8, 9, 12, 14]
    assert row_of(late, since="2024-01")["shape"] == "too short to say"
    (row,) = build_trends_table(signals({"a/b": late}, since="2024-01"), date(2022, 1, 1)).to_pylist()
    assert row["shape"] == "emerging"


def test_other_projects_change_nothing_and_the_bytes_are_the_same():
    generator = np.random.default_rng(1)
    series = {name: generator.poisson(30, 30).astype(float).tolist() for name in ("a/a", "b/b", "c/c")}
    table = build_trends_table(signals(series))
    assert table.equals(build_trends_table(signals(series)))
    alone = build_trends_table(signals({"b/b": series["b/b"]}), date(2024, 1, 1)).to_pylist()
    assert alone == [row for row in table.to_pylist() if row["project"] == "b/b"]
