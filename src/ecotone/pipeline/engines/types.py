"""Types of columns in each engine, and results in the types of ours: no other module casts between engines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

CLICKHOUSE_TYPES: Final[Mapping[pa.DataType, str]] = {
    pa.string(): "Nullable(String)",
    pa.date32(): "Nullable(Date32)",
    pa.timestamp("us"): "Nullable(DateTime64(6, 'UTC'))",
    pa.int64(): "Nullable(Int64)",
    pa.bool_(): "Nullable(Bool)",
    pa.float64(): "Nullable(Float64)",
}
"""Arrow -> ClickHouse."""

UTC_MOMENT: Final = pa.timestamp("us", tz="UTC")


def give_moments_a_zone(table: pa.Table) -> pa.Table:
    """Naive times are UTC: Spark would take them for times of no zone, which are another type."""
    return table.cast(
        pa.schema([field.with_type(UTC_MOMENT) if _is_moment(field.type) else field for field in table.schema])
    )


def with_plain_types(table: pa.Table) -> pa.Table:
    """A table without dictionaries, as engines accept it."""
    return table.cast(
        pa.schema(
            [
                field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
                for field in table.schema
            ]
        )
    )


def with_types_of(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A result of any engine with our names and types; NaN is NULL. Raises KeyError without a column."""
    columns = []
    for field in schema:
        column = table[field.name]
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            column = column.cast(pa.string())
        if pa.types.is_uint16(column.type) and pa.types.is_date(field.type):  # ClickHouse's days since 1970
            column = column.cast(pa.int32())
        if _is_moment(column.type) and column.type.tz:
            column = column.cast(pa.timestamp("us", tz="UTC")).cast(pa.timestamp("us"))
        if pa.types.is_floating(column.type):
            column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
        columns.append(column.cast(field.type))
    return pa.table(columns, schema=schema)


def _is_moment(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind))
