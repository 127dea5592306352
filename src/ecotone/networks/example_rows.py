"""Short notation for the example rows of network signals.

A person is a letter and a number; the letter is their organisation, `?` an unknown one. The project is `p`.
"""

from __future__ import annotations

from ecotone.foundation.declaration import Row
from ecotone.foundation.months import parse_month


def example_interactions(month: str, pairs: str, weight: float = 1.0) -> list[Row]:
    """One interaction for each pair: `x1>y1 y1>x2` gives two."""
    return [_interaction_row(month, pair.partition(">")[0], pair.partition(">")[2], weight) for pair in pairs.split()]


def _interaction_row(month: str, source: str, target: str, weight: float) -> Row:
    return {
        "project": "p",
        "month": parse_month(month),
        "kind": "merge",
        "from_person": source,
        "to_person": target,
        "from_organisation": _organisation_of_letter(source),
        "to_organisation": _organisation_of_letter(target),
        "weight": weight,
    }


def _organisation_of_letter(person: str) -> str | None:
    return None if person[0] == "?" else person[0]
