"""gitdm's list of employers in time order: each has an end (`< date`), where the next begins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from ecotone.people.affiliation_files.field_parsers import Unreadable, check_day_span, parse_day, parse_name
from ecotone.people.affiliation_files.statements import FileAffiliation, FileDomain, LeftOut

NOT_FOUND: Final = "NotFound"
_LINK: Final = re.compile(r"([^<]+)(?:<\s*(\S+)\s*)?")


class EmploymentLink(NamedTuple):
    """An employer until a day; `None`: at present."""

    organisation: str
    until: date | None


class EmploymentSpan(NamedTuple):
    """An employer in [since, until)."""

    organisation: str
    since: date | None
    until: date | None


def parse_employment_link(text: str) -> EmploymentLink:
    """`Name` or `Name < yyyy-mm-dd`; raises `Unreadable`."""
    match = _LINK.fullmatch(text)
    if not match:
        raise Unreadable("the line is not an organisation, optionally followed by '< yyyy-mm-dd'")
    until = parse_day(match[2]) if match[2] else None
    return EmploymentLink(parse_name(match[1]), check_day_span(None, until)[1])


def spans_of_links(links: Iterable[EmploymentLink]) -> list[EmploymentSpan]:
    """Convert links to spans, by time; raises `Unreadable` where two links end on the same day."""
    ordered = sorted(links, key=lambda link: link.until or date.max)
    for earlier, later in pairwise(ordered):
        if earlier.until == later.until:
            ends = f"until {earlier.until}" if earlier.until else "at present"
            raise Unreadable(f"two organisations {ends}: {earlier.organisation}, {later.organisation}")
    starts = [None, *(link.until for link in ordered)]
    return [EmploymentSpan(link.organisation, since, link.until) for link, since in zip(ordered, starts, strict=False)]


def links_of_spans(spans: Sequence[EmploymentSpan]) -> tuple[list[EmploymentLink], list[EmploymentSpan]]:
    """Convert spans (by time) to links; also returns the spans that overlap an earlier one.

    A gap becomes a NotFound link, because each link begins where the previous one ends.
    """
    links: list[EmploymentLink] = []
    overlapping: list[EmploymentSpan] = []
    end: date | None = None  # of the last link; before the first one: the open start
    for span in spans:
        closed = bool(links) and links[-1].until is None
        if closed or (links and (span.since is None or (end is not None and span.since < end))):
            overlapping.append(span)
            continue
        if span.since is not None and span.since != end:
            links.append(EmploymentLink(NOT_FOUND, span.since))
        links.append(EmploymentLink(span.organisation, span.until))
        end = span.until
    return links, overlapping


def format_employment_links(
    entries: Iterable[FileAffiliation | FileDomain],
    is_writable: Callable[[str], bool],
    reason: str,
    left_out: list[LeftOut],
) -> list[str]:
    """The entries of one address as links; overlaps and unwritable names go to `left`, the latter with the reason."""
    by_span: dict[EmploymentSpan, FileAffiliation | FileDomain] = {}
    for entry in entries:
        if is_writable(entry.organisation) and _reads_back_unchanged(entry.organisation):
            by_span.setdefault(EmploymentSpan(entry.organisation, entry.since, entry.until), entry)
        else:
            left_out.append(LeftOut(entry, reason))
    links, overlapping = links_of_spans(
        sorted(by_span, key=lambda span: (span.since or date.min, span.until or date.max))
    )
    left_out += [LeftOut(by_span[span], "it overlaps another organisation of the same address") for span in overlapping]
    return [_format_link(link) for link in links]


def _reads_back_unchanged(name: str) -> bool:
    try:
        return parse_employment_link(name) == EmploymentLink(name, None)
    except Unreadable:
        return False


def _format_link(link: EmploymentLink) -> str:
    return link.organisation if link.until is None else f"{link.organisation} < {link.until.isoformat()}"
