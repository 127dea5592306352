"""Small public tables, for the tests of what is made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pyarrow as pa

from ecotone.foundation.months import add_months, parse_month

PROJECTS = pa.schema(
    [(name, pa.string()) for name in ("project", "repository", "category", "layer", "style", "language")]
    + [("first_event", pa.timestamp("us")), ("observed_until", pa.timestamp("us"))]
)
STATES = {".": "not_observed", "?": "partial", "!": "damaged"}


def signals(series: Mapping[str, Sequence[object]], since: str = "2024-01", name: str = "activity") -> pa.Table:
    """Months from `since` on; a number is a whole month, None is no row, `?5` is partial, `!5` damaged, `.` nothing."""
    rows = []
    for project in sorted(series):
        for at, value in enumerate(series[project]):
            if value is None:
                continue
            state, number = "complete", value
            if isinstance(value, str):
                state, number = STATES[value[0]], float(value[1:]) if value[1:] else None
            month = add_months(parse_month(since), at)
            rows.append({"project": project, "month": month, "coverage": state, name: number})
    kinds = [("project", pa.string()), ("month", pa.date32()), ("coverage", pa.string()), (name, pa.float64())]
    return pa.Table.from_pylist(rows, schema=pa.schema(kinds))


def projects(*rows: tuple[str, str, str, str, str]) -> pa.Table:
    """(project, category, style, language, day of the first event)."""
    return pa.Table.from_pylist(
        [
            {
                "project": project,
                "repository": project,
                "category": category,
                "style": style,
                "language": language,
                "first_event": datetime.fromisoformat(first),
            }
            for project, category, style, language, first in rows
        ],
        schema=PROJECTS,
    )


def acts(*rows: tuple[str, str, str, str | None, int]) -> pa.Table:
    """(project, month, actor kind, product, how many commits); commits are named by their place."""
    listed, number = [], 0
    for project, month, kind, product, count in rows:
        for _ in range(count):
            number += 1
            listed.append(
                {
                    "project": project,
                    "month": parse_month(month),
                    "kind": "commit",
                    "actor_kind": kind,
                    "assisted_by": product,
                    "commit": f"c{number:03}",
                }
            )
    names = ("project", "kind", "actor_kind", "assisted_by", "commit")
    return pa.Table.from_pylist(
        listed, schema=pa.schema([(name, pa.string()) for name in names] + [("month", pa.date32())])
    )
