"""Compare the tables computed from simulated repositories with the truth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyarrow as pa

from ecotone.simulation import questions
from ecotone.simulation.finding import Finding
from ecotone.simulation.paired import Paired
from ecotone.simulation.truth import Truth

QUESTIONS: Final[tuple[Callable[[Paired], Finding], ...]] = (
    questions.commits,
    questions.contributors,
    questions.newcomers,
    questions.people,
    questions.bots,
    questions.agents,
    questions.assisted,
    questions.employers,
    questions.pulls_opened,
    questions.pulls_merged,
    questions.threads,
    questions.releases,
    questions.leader,
    questions.riser,
)
"""In the order readers see."""


def compare(
    truth: Truth, *, signals: pa.Table, people: pa.Table | None, organisations: pa.Table | None
) -> tuple[Finding, ...]:
    """Run every validation check.

    signals        columns project, month and one for each signal
    people         columns account, person, actor_kind
    organisations  columns project, month, organisation, events

    Without a table or column, the result says that it is missing.
    """
    paired = Paired.of(truth, signals, people, organisations)
    return tuple(question(paired) for question in QUESTIONS)
