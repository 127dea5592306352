"""A field of made-up projects as real git repositories, with everything that is true of it written down."""

from ecotone.simulation.comparison import compare_with_truth
from ecotone.simulation.comparison_result import ComparisonResult
from ecotone.simulation.field_truth import FieldTruth, read_field_truth
from ecotone.simulation.simulated_field import simulate_field

__all__ = ["ComparisonResult", "FieldTruth", "compare_with_truth", "read_field_truth", "simulate_field"]
