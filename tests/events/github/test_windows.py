from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ecotone.events.sources.github.time_ranges import (
    FRESH_SECONDS,
    OVERLAP_SECONDS,
    Span,
    covers_span,
    merge_spans,
    naive_utc,
    overlaps_span,
    seconds_of,
    spans_to_request,
    subtract_spans,
)

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: Span(*sorted(pair))), max_size=6)


def moments(spans) -> set[int]:
    return {at for span in spans for at in range(span.since, span.until)}


@given(SPANS)
def test_merging_keeps_every_moment_and_no_other(spans):
    found = merge_spans(spans)
    assert moments(found) == moments(spans)
    assert all(a.until < b.since for a, b in pairwise(found))


@given(SPANS, SPANS)
def test_what_is_known_is_taken_away(wanted, known):
    assert moments(subtract_spans(wanted, known)) == moments(wanted) - moments(known)


@given(SPANS, st.integers(0, 40), st.integers(1, 10))
def test_a_span_is_held_if_each_of_its_moments_is(done, since, length):
    span = Span(since, since + length)
    assert covers_span(done, span) is (moments([span]) <= moments(done))
    assert overlaps_span(done, span) is bool(moments([span]) & moments(done))


@given(SPANS, SPANS)
def test_what_is_asked_and_what_is_done_is_all_that_is_wanted_but_for_fresh_ends(wanted, done):
    scale = 7 * 86400
    bigger = [Span(span.since * scale, span.until * scale) for span in wanted]
    known = [Span(span.since * scale, span.until * scale) for span in done]
    asked = spans_to_request(bigger, known)
    assert subtract_spans(bigger, [*asked, *known]) == ()


def test_an_end_that_is_fresh_is_not_asked_for_and_a_later_one_reaches_back():
    done = [Span(0, 100_000)]
    assert spans_to_request([Span(0, 100_000 + FRESH_SECONDS - 1)], done) == ()
    assert spans_to_request([Span(0, 100_000 + FRESH_SECONDS)], done) == (
        Span(100_000 - OVERLAP_SECONDS, 100_000 + FRESH_SECONDS),
    )


def test_a_short_stretch_that_nothing_leads_to_is_asked_for():
    assert spans_to_request([Span(50, 60)], [Span(0, 10)]) == (Span(50, 60),)


@given(st.integers(0, 2**33))
def test_moments_and_seconds_are_the_same(seconds):
    assert seconds_of(naive_utc(seconds)) == seconds
