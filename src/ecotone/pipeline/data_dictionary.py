"""The data dictionary of tables: a Frictionless Data Package (datapackage.org, version 1) that describes CSV files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ecotone import networks, signals

GLOSSARY: Final = (*signals.ALL, *networks.ALL)
"""The signals that a report shows and explains."""
PROFILE: Final = "tabular-data-package"
FILE_NAME: Final = "datapackage.json"

_TYPES: Final = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "number"),
    (pa.types.is_date, "date"),
    (pa.types.is_timestamp, "datetime"),
)


def describe_tables(schemas: Mapping[str, pa.Schema], name: str, title: str) -> dict[str, Any]:
    """The descriptor of one CSV file a table, NAME.csv, with type, description and unit of every column."""
    return {
        "profile": PROFILE,
        "name": name.lower(),
        "title": title,
        "resources": [_describe_table(table, schema) for table, schema in schemas.items()],
    }


def _describe_table(name: str, schema: pa.Schema) -> dict[str, Any]:
    words = _reference_words()
    columns, about = words.get(name, {}), words.get("about", {})
    return {
        "name": name.replace("_", "-"),
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "encoding": "utf-8",
        "description": about.get(name, ""),
        "schema": {"fields": [_describe_column(field, columns) for field in schema], "missingValues": [""]},
    }


def _describe_column(field: pa.Field, columns: Mapping[str, str]) -> dict[str, Any]:
    """Name, type and description of a column; unit, formula and the meaning of an empty cell of a signal."""
    described: dict[str, Any] = {"name": field.name, "type": _type_of(field.type)}
    if field.name in columns:
        return described | {"description": columns[field.name]}
    base, _, side = field.name.rpartition("_")
    bound = {"low": "Lower bound. ", "high": "Upper bound. "}.get(side, "")
    signal = next((signal for signal in GLOSSARY if signal.name == (base if bound else field.name)), None)
    if signal is not None:
        described |= {"title": signal.title, "unit": signal.unit, "formula": signal.formula}
        described |= {"description": bound + signal.definition, "emptyMeans": signal.null_means}
    return described


def _type_of(kind: pa.DataType) -> str:
    return next((name for is_kind, name in _TYPES if is_kind(kind)), "string")


@cache
def _reference_words() -> Mapping[str, Any]:
    """The descriptions of tables and columns, from the installed package or from the checkout."""
    packaged = resources.files("ecotone") / "reference_descriptions.toml"
    if not packaged.is_file():
        packaged = Path(__file__).parents[3] / "docs" / "reference_descriptions.toml"
    tables: Mapping[str, Any] = tomllib.loads(packaged.read_text("utf-8"))["tables"]
    return tables
