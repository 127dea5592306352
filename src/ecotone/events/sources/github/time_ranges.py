"""Time ranges that were requested, and those still to request. Seconds since 1970; ends are exclusive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

OVERLAP_SECONDS: Final = 600
"""Seconds by which a range overlaps the previous one, so that entries which GitHub shows late are found."""

FRESH_SECONDS: Final = 3600
"""Seconds before the same data is requested again."""

LARGEST_GAP: Final = 31 * 86400
"""Seconds; ranges with a smaller gap are requested as one, which takes fewer requests."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A time range [since, until)."""

    since: int
    until: int


def merge_spans(spans: Iterable[Span], gap: int = 0) -> tuple[Span, ...]:
    """The union of spans as sorted, disjoint spans; spans up to `gap` apart are joined.

    >>> merge_spans([Span(5, 9), Span(0, 5), Span(20, 30)])
    (Span(since=0, until=9), Span(since=20, until=30))
    """
    joined: list[Span] = []
    for span in sorted(span for span in spans if span.since < span.until):
        if joined and span.since - joined[-1].until <= gap:
            joined[-1] = Span(joined[-1].since, max(joined[-1].until, span.until))
        else:
            joined.append(span)
    return tuple(joined)


def subtract_spans(spans: Iterable[Span], known: Iterable[Span]) -> tuple[Span, ...]:
    """The parts of `spans` outside `known`.

    >>> subtract_spans([Span(0, 10)], [Span(2, 4), Span(8, 12)])
    (Span(since=0, until=2), Span(since=4, until=8))
    """
    remaining: list[Span] = []
    taken = merge_spans(known)
    for span in merge_spans(spans):
        since = span.since
        for known_span in taken:
            if known_span.until <= since or known_span.since >= span.until:
                continue
            if known_span.since > since:
                remaining.append(Span(since, known_span.since))
            since = max(since, known_span.until)
        if since < span.until:
            remaining.append(Span(since, span.until))
    return tuple(remaining)


def spans_to_request(wanted: Iterable[Span], done: Iterable[Span], fresh: int = FRESH_SECONDS) -> tuple[Span, ...]:
    """The spans to request: wanted, not done, and not a short extension of a done span; each with its overlap.

    >>> spans_to_request([Span(0, 9000)], [Span(0, 5000)])
    (Span(since=4400, until=9000),)
    """
    known = merge_spans(done)
    ends = {span.until for span in known}
    stale = [
        Span(span.since - OVERLAP_SECONDS if span.since in ends else span.since, span.until)
        for span in subtract_spans(wanted, known)
        if not (span.since in ends and span.until - span.since < fresh)
    ]
    return merge_spans(stale, LARGEST_GAP)


def covers_span(done: Iterable[Span], span: Span) -> bool:
    """Whether `done` covers a span completely."""
    return not subtract_spans([span], done)


def overlaps_span(done: Iterable[Span], span: Span) -> bool:
    """Whether `done` overlaps a span."""
    return subtract_spans([span], done) != merge_spans([span])


def naive_utc(seconds: int) -> datetime:
    """Seconds since 1970 as naive UTC.

    >>> naive_utc(1_700_000_000)
    datetime.datetime(2023, 11, 14, 22, 13, 20)
    """
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def seconds_of(moment: datetime) -> int:
    """Naive UTC as seconds since 1970."""
    return int(moment.replace(tzinfo=UTC).timestamp())
