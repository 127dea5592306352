"""Short notation for the example rows of network signals.

A person is a letter and a number; the letter is their organisation, `?` an unknown one. The project is `p`.
"""

from __future__ import annotations

from ecotone.foundation.declare import Row
from ecotone.foundation.months import parse_month


def met(month: str, pairs: str, weight: float = 1.0) -> list[Row]:
    """One interaction for each pair: `x1>y1 y1>x2` gives two."""
    return [_row(month, pair.partition(">")[0], pair.partition(">")[2], weight) for pair in pairs.split()]


def _row(month: str, one: str, other: str, weight: float) -> Row:
    return {
        "project": "p",
        "month": parse_month(month),
        "kind": "merge",
        "from_person": one,
        "to_person": other,
        "from_organisation": _works_for(one),
        "to_organisation": _works_for(other),
        "weight": weight,
    }


def _works_for(person: str) -> str | None:
    return None if person[0] == "?" else person[0]
