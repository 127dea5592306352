"""Coverage of GitHub's lists: which months were read completely. A month that was not read is never counted as zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Final

import pyarrow as pa

from ecotone.events.schema import COVERAGE_SCHEMA
from ecotone.events.sources.base import RepositoryTarget
from ecotone.events.sources.github import graphql_batches, rest_pages
from ecotone.events.sources.github.event_tables import SOURCE
from ecotone.events.sources.github.page_store import DONE, PageStore
from ecotone.events.sources.github.time_ranges import Span, covers_span, naive_utc, overlaps_span, seconds_of
from ecotone.foundation.months import add_months, list_months_between, start_of_month
from ecotone.foundation.notes import Note, note, write_notes

_LISTS: Final = (*rest_pages.LISTS, rest_pages.RELEASES)


def coverage_by_month(
    ledger: PageStore,
    wanted: Sequence[RepositoryTarget],
    spans: Mapping[str, Sequence[Span]],
    events: pa.Table,
    now: int,
) -> pa.Table:
    """A row for every repository and month that any of `spans` touches, COVERAGE_SCHEMA.

    complete      every list was read for the whole month, and the month is over
    partial       part of the month was read
    not_observed  nothing was read
    `events_expected` equals `events_observed` in complete months, because GitHub has no more; otherwise it is unknown.
    """
    event_counts = _count_events_by_month(events)
    rows = []
    for repository in sorted({field.repository for field in wanted}):
        done = {name: ledger.spans_in_state(repository, name, DONE) for name in _LISTS}
        pending = graphql_batches.months_without_reviews(ledger, repository)
        unread = ledger.count_unreadable_entries(repository)
        for month in _months_touched(spans.get(repository, ())):
            state, notes = _month_state(month, done, month in pending, now)
            if unread and state != "not_observed":  # their months are unknown
                state, notes = "partial", [*notes, note("entries_unreadable", count=unread)]
            observed = event_counts[repository, month] if state != "not_observed" else None
            expected = observed if state == "complete" else None
            rows.append((SOURCE, repository, month, state, observed, expected, write_notes(notes)))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COVERAGE_SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, COVERAGE_SCHEMA, strict=True)]
    return pa.table(arrays, schema=COVERAGE_SCHEMA)


def _month_state(month: date, done: Mapping[str, Sequence[Span]], pending: bool, now: int) -> tuple[str, list[Note]]:
    span = Span(_start_of_month(month), _start_of_month(add_months(month, 1)))
    if not any(overlaps_span(done[name], span) for name in _LISTS):
        return "not_observed", [note("not_requested")]
    lacking = [name for name in _LISTS if not covers_span(done[name], span)]
    if pending:
        lacking.append("reviews")
    if not lacking:
        return "complete", []
    if now < span.until and all(
        covers_span(done[name], Span(span.since, min(span.until, _latest_end(done[name])))) for name in _LISTS
    ):
        return "partial", [note("month_not_over"), *([note("reviews_missing")] if pending else [])]
    return "partial", [note("lists_not_requested", lists=",".join(lacking))]


def _latest_end(done: Iterable[Span]) -> int:
    return max((span.until for span in done), default=0)


def _months_touched(spans: Iterable[Span]) -> list[date]:
    return sorted(
        {
            month
            for span in spans
            if span.since < span.until
            for month in list_months_between(
                start_of_month(naive_utc(span.since)), start_of_month(naive_utc(span.until - 1))
            )
        }
    )


def _start_of_month(month: date) -> int:
    return seconds_of(datetime.combine(month, time()))


def _count_events_by_month(events: pa.Table) -> Counter[tuple[str, date]]:
    months = events["created_at"].cast(pa.timestamp("s"), safe=False)
    counts: Counter[tuple[str, date]] = Counter()
    for batch in pa.table({"repository": events["repository"], "moment": months}).to_batches(100_000):
        pairs = zip(batch["repository"].to_pylist(), batch["moment"].to_pylist(), strict=True)
        counts.update((repository, start_of_month(moment)) for repository, moment in pairs)
    return counts
