"""Employers in time order as gitdm's maps write them: each has an end (`< date`), the next begins there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from ecotone.people.affiliation_files.values import Unreadable, check_span, read_day, read_name

NOT_FOUND: Final = "NotFound"
_LINK: Final = re.compile(r"([^<]+?)\s*(?:<\s*(\S+))?\s*")


class Link(NamedTuple):
    """An employer until a day; `None` is the present one."""

    organisation: str
    until: date | None


class Span(NamedTuple):
    """An employer in [since, until)."""

    organisation: str
    since: date | None
    until: date | None


def read_link(text: str) -> Link:
    """`Name` or `Name < yyyy-mm-dd`; raises `Unreadable`."""
    match = _LINK.fullmatch(text)
    if not match:
        raise Unreadable("the line is not an organisation and, if it ended, '< yyyy-mm-dd'")
    until = read_day(match[2]) if match[2] else None
    return Link(read_name(match[1]), check_span(None, until)[1])


def spans_of(links: Iterable[Link]) -> list[Span]:
    """The spans that the links stand for, by time; raises `Unreadable` where two links end on one day."""
    ordered = sorted(links, key=lambda link: link.until or date.max)
    for one, other in pairwise(ordered):
        if one.until == other.until:
            ends = f"until {one.until}" if one.until else "at present"
            raise Unreadable(f"two organisations {ends}: {one.organisation}, {other.organisation}")
    starts = [None, *(link.until for link in ordered)]
    return [Span(link.organisation, since, link.until) for link, since in zip(ordered, starts, strict=False)]


def links_of(spans: Sequence[Span]) -> tuple[list[Link], list[Span]]:
    """The links that stand for spans (by time), and the spans that overlap an earlier one.

    A gap is written as NotFound, for a link always begins where the one before it ends.
    """
    links: list[Link] = []
    overlapping: list[Span] = []
    end: date | None = None  # of the last link; before the first one: the open start
    for span in spans:
        closed = bool(links) and links[-1].until is None
        if closed or (links and (span.since is None or (end is not None and span.since < end))):
            overlapping.append(span)
            continue
        if span.since is not None and span.since != end:
            links.append(Link(NOT_FOUND, span.since))
        links.append(Link(span.organisation, span.until))
        end = span.until
    return links, overlapping


def write_link(link: Link) -> str:
    """The text that `read_link` reads as this link."""
    return link.organisation if link.until is None else f"{link.organisation} < {link.until.isoformat()}"
