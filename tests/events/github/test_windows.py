from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ecotone.events.sources.github.windows import (
    FRESH,
    OVERLAP,
    Span,
    holds,
    merged,
    naive,
    seconds_of,
    to_ask,
    touches,
    without,
)

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: Span(*sorted(pair))), max_size=6)


def moments(spans) -> set[int]:
    return {at for span in spans for at in range(span.since, span.until)}


@given(SPANS)
def test_merging_keeps_every_moment_and_no_other(spans):
    found = merged(spans)
    assert moments(found) == moments(spans)
    assert all(a.until < b.since for a, b in pairwise(found))


@given(SPANS, SPANS)
def test_what_is_known_is_taken_away(wanted, known):
    assert moments(without(wanted, known)) == moments(wanted) - moments(known)


@given(SPANS, st.integers(0, 40), st.integers(1, 10))
def test_a_span_is_held_if_each_of_its_moments_is(done, since, length):
    span = Span(since, since + length)
    assert holds(done, span) is (moments([span]) <= moments(done))
    assert touches(done, span) is bool(moments([span]) & moments(done))


@given(SPANS, SPANS)
def test_what_is_asked_and_what_is_done_is_all_that_is_wanted_but_for_fresh_ends(wanted, done):
    scale = 7 * 86400
    bigger = [Span(span.since * scale, span.until * scale) for span in wanted]
    known = [Span(span.since * scale, span.until * scale) for span in done]
    asked = to_ask(bigger, known)
    assert without(bigger, [*asked, *known]) == ()


def test_an_end_that_is_fresh_is_not_asked_for_and_a_later_one_reaches_back():
    done = [Span(0, 100_000)]
    assert to_ask([Span(0, 100_000 + FRESH - 1)], done) == ()
    assert to_ask([Span(0, 100_000 + FRESH)], done) == (Span(100_000 - OVERLAP, 100_000 + FRESH),)


def test_a_short_stretch_that_nothing_leads_to_is_asked_for():
    assert to_ask([Span(50, 60)], [Span(0, 10)]) == (Span(50, 60),)


@given(st.integers(0, 2**33))
def test_moments_and_seconds_are_the_same(seconds):
    assert seconds_of(naive(seconds)) == seconds
