"""Compare the tables computed from simulated repositories with the truth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyarrow as pa

from ecotone.simulation import validation_checks
from ecotone.simulation.comparison_result import ComparisonResult
from ecotone.simulation.field_truth import FieldTruth
from ecotone.simulation.truth_pairs import TruthPairs

VALIDATION_CHECKS: Final[tuple[Callable[[TruthPairs], ComparisonResult], ...]] = (
    validation_checks.check_commits,
    validation_checks.check_contributors,
    validation_checks.check_newcomers,
    validation_checks.check_identity_resolution,
    validation_checks.check_bot_share,
    validation_checks.check_agent_share,
    validation_checks.check_assisted_share,
    validation_checks.check_employers,
    validation_checks.check_pulls_opened,
    validation_checks.check_pulls_merged,
    validation_checks.check_thread_bounds,
    validation_checks.check_releases,
    validation_checks.check_leading_project,
    validation_checks.check_fastest_riser,
)
"""In the order readers see."""


def compare_with_truth(
    truth: FieldTruth, *, signals: pa.Table, people: pa.Table | None, organisations: pa.Table | None
) -> tuple[ComparisonResult, ...]:
    """Run every validation check.

    signals        columns project, month and one for each signal
    people         columns account, person, actor_kind
    organisations  columns project, month, organisation, events

    Without a table or column, the result says that it is missing.
    """
    paired = TruthPairs.pair_tables(truth, signals, people, organisations)
    return tuple(question(paired) for question in VALIDATION_CHECKS)
