"""Dated events of a project, which are marked on its curve of work: what came to its stack, and what went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ecotone.report.messages import message
from ecotone.report.project_stack import read_project_stack
from ecotone.report.report_data import ReportData

Happened = Mapping[date, tuple[str, ...]]
"""Month -> the names of what happened in it."""


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of event.

    key     its title is the message `event_KEY`
    shape   a symbol of the drawing library
    colour  a name in `palette.NAMED`
    find    the events of a project
    """

    key: str
    shape: str
    colour: str
    find: Callable[[ReportData, str], Happened]


def find_added_technologies(data: ReportData, project: str) -> Happened:
    """The technologies that came to a project's stack."""
    stack = read_project_stack(data, project)
    return {change.month: change.added for change in stack.changes if change.added} if stack else {}


def find_removed_technologies(data: ReportData, project: str) -> Happened:
    """The technologies that left a project's stack."""
    stack = read_project_stack(data, project)
    return {change.month: change.removed for change in stack.changes if change.removed} if stack else {}


EVENT_KINDS: Final = (
    EventKind("added", "triangle-up", "eco", find_added_technologies),
    EventKind("removed", "triangle-down", "band3", find_removed_technologies),
)
"""The kinds in the order of their lanes, from the top (`charts.small_multiple.LANES`)."""


def dated_events_json(data: ReportData, project: str) -> list[dict[str, object]]:
    """The kinds that occurred within the period: title, shape, colour, lane, and (month's position, names) by time."""
    position = {month: index for index, month in enumerate(data.months)}
    listed: list[dict[str, object]] = []
    for lane, kind in enumerate(EVENT_KINDS):
        happened = kind.find(data, project)
        at = [[position[month], ", ".join(happened[month])] for month in sorted(happened) if month in position]
        if at:
            title = message(f"event_{kind.key}")
            listed.append(
                {"title": [title.en, title.zh], "shape": kind.shape, "colour": kind.colour, "lane": lane, "at": at}
            )
    return listed
