"""The one rule for NULL and zero in the table `signals`, for SQL expressions and for Arrow columns.

A cell is NULL where an input of its signal has no values in the month. Elsewhere it holds the signal's value; where
the signal's rows lack the month, it holds `when_empty`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.signals.coverage import COMPLETE, FEED_INPUTS, INPUTS, NOT_OBSERVED, STATES, state_column
from ecotone.signals.declare import MonthlySignal

VALUE_STATES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        # a month that feeds observed partially would look like a decline
        name: (COMPLETE,) if name in FEED_INPUTS else tuple(state for state in STATES if state != NOT_OBSERVED)
        for name in INPUTS
    }
)
"""The states of an input in which a month has values."""


def sql_cell(signal: MonthlySignal, months: ir.Table, value: ir.Value, missing: ir.BooleanValue) -> ir.Value:
    """One cell over the spine of months, as an expression.

    missing  whether the signal's rows lack the month
    """
    conditions = [months[state_column(name)].isin(VALUE_STATES[name]) for name in signal.inputs]
    # NULL without a type: beside a typed one ClickHouse's unsigned count becomes a Variant
    # of the value's type: beside a fraction, Spark's SQL reads 0 as a whole number and 0.0 as a decimal
    empty = ibis.literal(signal.when_empty).cast("float64") if value.type().is_floating() else signal.when_empty
    return _apply_rule(
        signal, conditions, value, missing, ibis.null(), empty, lambda condition, yes, no: condition.ifelse(yes, no)
    )


def arrow_column(
    signal: MonthlySignal, months: pa.Table, values: pa.ChunkedArray, missing: pa.ChunkedArray
) -> pa.ChunkedArray:
    """One column over the rows of the spine of months.

    missing  whether the signal's rows lack the month
    """
    conditions = [
        pc.is_in(months[state_column(name)], value_set=pa.array(VALUE_STATES[name])) for name in signal.inputs
    ]

    def choose_value(condition: pa.ChunkedArray, yes: Any, no: Any) -> Any:
        parts = (part if isinstance(part, pa.ChunkedArray) else pa.scalar(part).cast(values.type) for part in (yes, no))
        return pc.if_else(condition, *parts)

    return _apply_rule(signal, conditions, values, missing, None, signal.when_empty, choose_value)


def _apply_rule(
    signal: MonthlySignal,
    conditions: Iterable[Any],
    value: Any,
    missing: Any,
    null: Any,
    empty: Any,
    choose: Callable[[Any, Any, Any], Any],
) -> Any:
    if signal.when_empty is not None:
        # not every NULL: a row whose value is NULL means unknown and stays so
        value = choose(missing, empty, value)
    for condition in conditions:
        value = choose(condition, value, null)
    return value
