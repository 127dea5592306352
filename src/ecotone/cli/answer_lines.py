"""Answers about a project as lines of text: whose it is, and its activity as a small chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ecotone.cli.console import DEFAULT_MIN_ORGANISATION_SIZE
from ecotone.foundation.errors import MissingTable, UnknownName

if TYPE_CHECKING:
    from ecotone.api import Ecotone

MONTHS: Final = 36
"""Months of a small chart."""

_BARS: Final = "▁▂▃▄▅▆▇█"
_NOT_COMPLETE: Final = "·"


def company_lines(ecotone: Ecotone, project: str) -> Iterator[str]:
    """The answer to "is this one company's project?" and what its estimate assumes; none if it was not computed."""
    from ecotone.report.company_sentences import assumption_sentence, company_sentence
    from ecotone.signals.company_answer import answer_company_question

    try:
        rows = ecotone.table("employer_shares", projects=[project]).to_arrow().to_pylist()
    except (MissingTable, UnknownName):
        return
    answer = answer_company_question(rows, DEFAULT_MIN_ORGANISATION_SIZE)
    if answer is None:
        return
    yield company_sentence(answer).en
    assumption = assumption_sentence(answer) if answer.ground == "estimate" else None
    if assumption is not None:
        yield assumption.en


def activity_lines(ecotone: Ecotone, projects: Sequence[str]) -> Iterator[str]:
    """The activity of each project's last months as bars on one scale; a dot is a month that is not complete."""
    from ecotone.signals.common_activity import comparable_activity
    from ecotone.signals.coverage import COMPLETE, states_of_rows

    signals = ecotone.signals(projects=projects).to_arrow()
    coverage = ecotone.table("signal_coverage", projects=projects).to_arrow()
    signal = comparable_activity(signals, coverage)
    states = states_of_rows(signals, coverage, signal)
    rows = zip(*(signals[name].to_pylist() for name in ("project", "month", signal)), states, strict=True)
    values: dict[str, dict[object, float | None]] = {project: {} for project in projects}
    for project, month, value, state in rows:
        values[project][month] = value if state == COMPLETE else None
    months = sorted({month for of_project in values.values() for month in of_project}, key=str)[-MONTHS:]
    if not months:
        return
    top = max((values[project].get(month) or 0 for project in projects for month in months), default=0) or 1.0
    width = max(map(len, projects))
    yield f"{signal}, {months[0]:%Y-%m} to {months[-1]:%Y-%m}; the highest bar is {top:,.0f} a month"
    for project in projects:
        bars = "".join(_bar(values[project].get(month), top) for month in months)
        yield f"  {project:{width}}  {bars}"


def _bar(value: float | None, top: float) -> str:
    return _NOT_COMPLETE if value is None else _BARS[min(int(value / top * len(_BARS)), len(_BARS) - 1)]
