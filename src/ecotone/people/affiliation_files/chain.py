"""gitdm's list of employers in time order: each has an end (`< date`), where the next begins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from ecotone.people.affiliation_files.model import FileDomain, FileSpell, LeftOut
from ecotone.people.affiliation_files.values import Unreadable, check_span, read_day, read_name

NOT_FOUND: Final = "NotFound"
_LINK: Final = re.compile(r"([^<]+?)\s*(?:<\s*(\S+))?\s*")


class Link(NamedTuple):
    """An employer until a day; `None`: at present."""

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
        raise Unreadable("the line is not an organisation, optionally followed by '< yyyy-mm-dd'")
    until = read_day(match[2]) if match[2] else None
    return Link(read_name(match[1]), check_span(None, until)[1])


def spans_of(links: Iterable[Link]) -> list[Span]:
    """Convert links to spans, by time; raises `Unreadable` where two links end on the same day."""
    ordered = sorted(links, key=lambda link: link.until or date.max)
    for one, other in pairwise(ordered):
        if one.until == other.until:
            ends = f"until {one.until}" if one.until else "at present"
            raise Unreadable(f"two organisations {ends}: {one.organisation}, {other.organisation}")
    starts = [None, *(link.until for link in ordered)]
    return [Span(link.organisation, since, link.until) for link, since in zip(ordered, starts, strict=False)]


def links_of(spans: Sequence[Span]) -> tuple[list[Link], list[Span]]:
    """Convert spans (by time) to links; also returns the spans that overlap an earlier one.

    A gap becomes a NotFound link, because each link begins where the previous one ends.
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


def written_links(
    entries: Iterable[FileSpell | FileDomain], is_writable: Callable[[str], bool], reason: str, left: list[LeftOut]
) -> list[str]:
    """The entries of one address as links; overlaps and unwritable names go to `left`, the latter with the reason."""
    by_span: dict[Span, FileSpell | FileDomain] = {}
    for entry in entries:
        if is_writable(entry.organisation) and _reads_back(entry.organisation):
            by_span.setdefault(Span(entry.organisation, entry.since, entry.until), entry)
        else:
            left.append(LeftOut(entry, reason))
    links, overlapping = links_of(sorted(by_span, key=lambda span: (span.since or date.min, span.until or date.max)))
    left += [LeftOut(by_span[span], "it overlaps another organisation of the same address") for span in overlapping]
    return [_written_link(link) for link in links]


def _reads_back(name: str) -> bool:
    try:
        return read_link(name) == Link(name, None)
    except Unreadable:
        return False


def _written_link(link: Link) -> str:
    return link.organisation if link.until is None else f"{link.organisation} < {link.until.isoformat()}"
