"""Coverage of GitHub's lists: which months were read completely. A month that was not read is never counted as zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Final

import pyarrow as pa

from ecotone.events.schema import COVERAGE_SCHEMA
from ecotone.events.sources.base import Wanted
from ecotone.events.sources.github import batches, lists
from ecotone.events.sources.github.ledger import DONE, Ledger
from ecotone.events.sources.github.tables import SOURCE
from ecotone.events.sources.github.windows import Span, holds, naive, seconds_of, touches
from ecotone.foundation.months import add_months, month_of, months_between
from ecotone.foundation.notes import Note, note, write_notes

_LISTS: Final = (*lists.LISTS, lists.RELEASES)


def coverage(
    ledger: Ledger, wanted: Sequence[Wanted], spans: Mapping[str, Sequence[Span]], events: pa.Table, now: int
) -> pa.Table:
    """A row for every repository and month that any of `spans` touches, COVERAGE_SCHEMA.

    whole         every list was read for the whole month, and the month is over
    partial       part of the month was read
    not_observed  nothing was read
    `expected` equals `observed` for whole months, because GitHub has no more; otherwise it is unknown.
    """
    seen = _seen(events)
    rows = []
    for repository in sorted({one.repository for one in wanted}):
        done = {name: ledger.spans(repository, name, DONE) for name in _LISTS}
        pending = batches.pending_months(ledger, repository)
        unread = ledger.refused(repository)
        for month in _months(spans.get(repository, ())):
            state, notes = _state(month, done, month in pending, now)
            if unread and state != "not_observed":  # their months are unknown
                state, notes = "partial", [*notes, note("entries_unreadable", count=unread)]
            observed = seen[repository, month] if state != "not_observed" else None
            expected = observed if state == "whole" else None
            rows.append((SOURCE, repository, month, state, observed, expected, write_notes(notes)))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COVERAGE_SCHEMA)
    arrays = [pa.array(column, one.type) for column, one in zip(columns, COVERAGE_SCHEMA, strict=True)]
    return pa.table(arrays, schema=COVERAGE_SCHEMA)


def _state(month: date, done: Mapping[str, Sequence[Span]], pending: bool, now: int) -> tuple[str, list[Note]]:
    span = Span(_start(month), _start(add_months(month, 1)))
    if not any(touches(done[name], span) for name in _LISTS):
        return "not_observed", [note("not_requested")]
    lacking = [name for name in _LISTS if not holds(done[name], span)]
    if pending:
        lacking.append("reviews")
    if not lacking:
        return "whole", []
    if now < span.until and all(
        holds(done[name], Span(span.since, min(span.until, _reach(done[name])))) for name in _LISTS
    ):
        return "partial", [note("month_not_over"), *([note("reviews_missing")] if pending else [])]
    return "partial", [note("lists_not_requested", lists=",".join(lacking))]


def _reach(done: Iterable[Span]) -> int:
    return max((span.until for span in done), default=0)


def _months(spans: Iterable[Span]) -> list[date]:
    return sorted(
        {
            month
            for span in spans
            if span.since < span.until
            for month in months_between(month_of(naive(span.since)), month_of(naive(span.until - 1)))
        }
    )


def _start(month: date) -> int:
    return seconds_of(datetime.combine(month, time()))


def _seen(events: pa.Table) -> Counter[tuple[str, date]]:
    months = events["created_at"].cast(pa.timestamp("s"), safe=False)
    found: Counter[tuple[str, date]] = Counter()
    for batch in pa.table({"repository": events["repository"], "moment": months}).to_batches(100_000):
        pairs = zip(batch["repository"].to_pylist(), batch["moment"].to_pylist(), strict=True)
        found.update((repository, month_of(moment)) for repository, moment in pairs)
    return found
