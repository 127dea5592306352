"""Dated events of a project, which are marked on its curve of work: its stack's changes, and its releases."""

from __future__ import annotations

import re
from collections import defaultdict
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


LISTED: Final = 4
"""Releases of a month that are listed."""
MOST_MARKED: Final = 24
"""Most months with a release that are marked; with more, only those of larger steps are."""

_VERSION = re.compile(r"(?P<package>\A.{0,100}?)v?(?P<version>\d{1,6}(?:[._]\d{1,6}){0,3})(?!\d)")


def split_version(tag: str) -> tuple[str, tuple[str, ...]]:
    """The package that a tag names, and the parts of its version.

    >>> split_version("core==1.2.0"), split_version("v0.9.1-rc1")
    (('core==', ('1', '2', '0')), ('', ('0', '9', '1')))
    """
    match = _VERSION.match(tag[:200])
    return (match["package"], tuple(re.split(r"[._]", match["version"]))) if match else (tag, ())


def find_releases(data: ReportData, project: str) -> Happened:
    """The releases of a project: all of them, or the first of each minor or major version if there are many."""
    releases = data.releases_by_project.get(project, ())
    for parts in (4, 2, 1):
        first: dict[tuple[str, tuple[str, ...]], tuple[date, str]] = {}
        for month, tag in releases:
            package, version = split_version(tag)
            first.setdefault((package, version[:parts]), (month, tag))
        months: dict[date, tuple[str, ...]] = defaultdict(tuple)
        for month, tag in first.values():
            months[month] += (tag,)
        if len(months) <= MOST_MARKED:
            break
    return {month: (*tags[:LISTED], *(["…"] if len(tags) > LISTED else [])) for month, tags in months.items()}


EVENT_KINDS: Final = (
    EventKind("added", "triangle-up", "eco", find_added_technologies),
    EventKind("removed", "triangle-down", "band3", find_removed_technologies),
    EventKind("release", "diamond", "tone", find_releases),
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
