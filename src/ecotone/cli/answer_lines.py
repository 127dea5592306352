"""Answers about a project as lines of text: its page's questions, and its activity as a small chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from ecotone.api import Ecotone

Language = Literal["en", "zh"]

MONTHS: Final = 36
"""Months of a small chart."""

_BARS: Final = "▁▂▃▄▅▆▇█"
_NOT_COMPLETE: Final = "·"


def project_answer_lines(workspace: Path, project: str, language: Language) -> Iterator[str]:
    """The questions that open a project's page, a line each with its answer."""
    from ecotone.pipeline.report_state import ReportOptions
    from ecotone.pipeline.write_report import project_answers
    from ecotone.store.workspace import Workspace

    for answer in project_answers(Workspace.open(workspace), project, ReportOptions(language=language)):
        yield f"{answer.question.in_language(language)} {answer.answer.in_language(language)}"


def activity_lines(ecotone: Ecotone, projects: Sequence[str]) -> Iterator[str]:
    """The activity of each project's last months as bars on one scale; a dot is a month that is not complete.

    The signal is chosen by these months alone: what an older month lacks decides nothing.
    """
    import pyarrow.compute as pc

    from ecotone.signals.common_activity import comparable_activity
    from ecotone.signals.coverage import COMPLETE, states_of_rows

    signals = ecotone.signals(projects=projects).to_arrow()
    months = sorted(pc.unique(signals["month"]).to_pylist())[-MONTHS:]
    if not months:
        return
    signals = signals.filter(pc.field("month") >= months[0])
    coverage = ecotone.table("signal_coverage", projects=projects).to_arrow()
    signal = comparable_activity(signals, coverage)
    states = states_of_rows(signals, coverage, signal)
    rows = zip(*(signals[name].to_pylist() for name in ("project", "month", signal)), states, strict=True)
    values: dict[str, dict[object, float | None]] = {project: {} for project in projects}
    for project, month, value, state in rows:
        values[project][month] = value if state == COMPLETE else None
    top = max((values[project].get(month) or 0 for project in projects for month in months), default=0) or 1.0
    width = max(map(len, projects))
    yield f"{signal}, {months[0]:%Y-%m} to {months[-1]:%Y-%m}; the highest bar is {top:,.0f} a month"
    for project in projects:
        bars = "".join(_bar(values[project].get(month), top) for month in months)
        yield f"  {project:{width}}  {bars}"
    for project, known in _months_with_requests(signals.to_pylist()).items():
        yield f"  {project}: requests are known from {known[0]:%Y-%m} to {known[-1]:%Y-%m} only"


def _months_with_requests(rows: Sequence[dict[str, Any]]) -> dict[str, list[date]]:
    """The months in which the landed requests of a project are known, if they are in some of its months alone."""
    known: dict[str, list[date]] = {}
    unknown = set()
    for row in rows:
        if row.get("pull_requests_merged") is not None:
            known.setdefault(row["project"], []).append(row["month"])
        elif row["coverage"] == "complete":
            unknown.add(row["project"])
    return {project: sorted(months) for project, months in known.items() if project in unknown}


def _bar(value: float | None, top: float) -> str:
    return _NOT_COMPLETE if value is None else _BARS[min(int(value / top * len(_BARS)), len(_BARS) - 1)]
