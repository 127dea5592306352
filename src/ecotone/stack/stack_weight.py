"""The share of the stack that each layer takes, read in two ways; experimental."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final, NamedTuple

from ecotone.stack.application_stack import ApplicationStack
from ecotone.stack.technology_map import DATABASE_LAYERS, MODEL_LAYERS

WEIGHT: Final = "stack/weight-1"
COUNTED_LAYERS: Final = (
    *MODEL_LAYERS, "vector", *DATABASE_LAYERS, "cache", "queue", "search", "object_store", "web", "web_server", "ui",
    "protocol",
)  # fmt: skip
PARTS: Final = {"model": MODEL_LAYERS, "database": DATABASE_LAYERS, "vector": ("vector",)}


class StackWeight(NamedTuple):
    """Two readings that differ widely: never show one without the other, and never as importance."""

    by_technology: float
    by_layer: float


def measure_weight(applications: Iterable[ApplicationStack], month: int) -> dict[str, StackWeight] | None:
    """stack/weight-1 of the parts model, database and vector; None if no application is seen."""
    observed = [application for application in applications if application.is_seen(month)]
    if not observed:
        return None
    sums = {layer: [Fraction(0), Fraction(0)] for layer in COUNTED_LAYERS}
    for application in observed:
        counts = {layer: len(application.technologies(layer, month)) for layer in COUNTED_LAYERS}
        pairs, layers = sum(counts.values()), sum(count > 0 for count in counts.values())
        for layer, count in counts.items():
            if count:
                sums[layer][0] += Fraction(count, pairs)
                sums[layer][1] += Fraction(1, layers)
    return {
        part: StackWeight(*(float(sum(sums[layer][reading] for layer in layers) / len(observed)) for reading in (0, 1)))
        for part, layers in PARTS.items()
    }
