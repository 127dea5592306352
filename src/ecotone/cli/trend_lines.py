"""Verdicts and momentum of a project, as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ecotone.foundation.errors import MissingTable

if TYPE_CHECKING:
    from ecotone.api import Ecotone

SIGNALS: Final = ("activity", "activity_landed", "contributors")
"""Signals whose momentum is printed."""

NOW_STYLES: Final = {"growing": "green", "stable": "blue", "shrinking": "red", "stopped": "dim", "mixed": "yellow"}
"""Colour of each word of the present."""

MEASURES: Final = (("contributors", "contributors_change"), ("commits", "commits_change"), ("merged", "merged_change"))


def read_verdicts(ecotone: Ecotone, projects: list[str]) -> dict[str, dict[str, Any]]:
    """Project -> its row of `verdicts`; empty if the workspace has no such table yet."""
    try:
        rows = ecotone.verdicts(projects=projects).to_arrow().to_pylist()
    except MissingTable:
        return {}
    return {row["project"]: row for row in rows}


def trends_by_project(ecotone: Ecotone, projects: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Project -> signal -> its row of `trends`; empty if the workspace has no such table yet."""
    try:
        rows = ecotone.trends(projects=projects).to_arrow().to_pylist()
    except MissingTable:
        return {}
    trends: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        if row["signal"] in SIGNALS:
            trends.setdefault(row["project"], {})[row["signal"]] = row
    return trends


def momentum_cell(row: dict[str, Any] | None) -> str:
    """The momentum as a signed percentage.

    >>> momentum_cell({"momentum": -0.345}), momentum_cell({"momentum": None})
    ('-34%', '-')
    """
    return "-" if row is None or row["momentum"] is None else _signed_percentage(row["momentum"])


def history_cell(row: dict[str, Any] | None) -> str:
    """The word of the history with its confidence.

    >>> history_cell({"history": "climbing", "history_confidence": 0.987}), history_cell(None)
    ('climbing 0.99', '-')
    """
    if row is None:
        return "-"
    confidence = row["history_confidence"]
    return row["history"] if confidence is None else f"{row['history']} {confidence:.2f}"


def now_cell(row: dict[str, Any] | None) -> str:
    """The word of the present with its change.

    >>> now_cell({"now": "growing", "now_change": 0.714}), now_cell({"now": "stopped", "now_change": None})
    ('growing +71%', 'stopped')
    """
    if row is None:
        return "-"
    return row["now"] if row["now_change"] is None else f"{row['now']} {_signed_percentage(row['now_change'])}"


def history_line(row: dict[str, Any]) -> str:
    """The history in one line."""
    from ecotone.trends.verdict_phrases import history_certainty, history_phrase

    certainty = history_certainty(row)
    sure = f" ({certainty[0]})" if certainty else ""
    return f"history: {history_phrase(row)[0]}{sure}; {row['first_month']:%Y-%m} to {row['last_month']:%Y-%m}"


def now_line(row: dict[str, Any]) -> str:
    """The present in one line: the word, the interval, each measure."""
    parts = [row["now"]]
    if row["now_change"] is not None:
        change, low, high = (
            _signed_percentage(row[name]) for name in ("now_change", "now_change_low", "now_change_high")
        )
        parts[0] += f" {change}, {low} to {high}"
    if row["now_confidence"] is not None:
        parts[0] += f" (confidence {row['now_confidence']:.2f})"
    parts += [f"{name} {_signed_percentage(row[column])}" for name, column in MEASURES if row[column] is not None]
    return f"now: {'; '.join(parts)}"


def momentum_line(row: dict[str, Any]) -> str:
    """A signal's highest month, and its last three months beside it and beside the nine before."""
    highest = f"highest month {row['peak_month']:%Y-%m}" if row["peak_month"] else "no month above 0"
    beside = [f"{row['share_of_peak']:.0%} of it"] if row["peak_month"] else []
    beside += [f"{momentum_cell(row)} against the nine before"] if row["momentum"] is not None else []
    return f"{row['signal']}: {highest}" + (f"; the last three months: {', '.join(beside)}" if beside else "")


def _signed_percentage(share: float) -> str:
    """A change in whole percent; what rounds to zero has no minus."""
    return f"{round(share, 2) + 0.0:+.0%}"
