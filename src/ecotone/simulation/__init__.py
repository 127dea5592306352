"""A field of made-up projects as real git repositories, with everything that is true of it written down."""

from ecotone.simulation.compare import compare
from ecotone.simulation.field import simulate
from ecotone.simulation.finding import Finding
from ecotone.simulation.truth import Truth, read_truth

__all__ = ["Finding", "Truth", "compare", "read_truth", "simulate"]
