"""Every pattern of the source ends soon on the texts on which it takes longest."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import ecotone
from tests.hostile_texts import hostile_texts, patterns_of_source

SOURCE = Path(ecotone.__file__).parent
LENGTH = 8_000
MOST_SECONDS = 0.06
"""A pattern in linear time needs a tenth; one in quadratic time more."""

CAPPED = {
    "ecotone.events.signed_accounts": 320,  # MAX_ADDRESS
    "ecotone.people.profile_company": 300,  # LONGEST
    "ecotone.events.sources.git.landing_rules._NUMBER_AT_END": 500,
    "ecotone.events.sources.clickhouse.feed_reader._NAME": 200,  # names of repositories in the landscape
    "ecotone.people.affiliation_files.field_parsers": 1_000,  # LONGEST_ACCOUNT
    "ecotone.simulation": 500,  # texts of our own
    "ecotone.report.comparison": 2_000,  # pages of our own
}
"""Module or pattern -> characters of the longest text that it is given."""


def longest_text(place: str) -> int:
    return next((length for name, length in CAPPED.items() if place.startswith(name)), LENGTH)


def seconds_of(pattern: re.Pattern[Any], method: str, text: Any) -> float:
    """Time of the processor; a try that another process disturbs is made again."""
    began = time.process_time()
    if method == "sub":
        pattern.sub(text[:0], text)
    elif method == "finditer":
        list(pattern.finditer(text))
    else:
        getattr(pattern, method)(text)
    return time.process_time() - began


def slow_texts(pattern: re.Pattern[Any], methods: set[str], longest: int) -> Iterator[str]:
    """The texts on which a pattern takes long; short texts come first, so that none takes for ever."""
    for length in (400, longest):
        for text in hostile_texts(pattern, min(length, longest)):
            for method in sorted(methods):
                if all(seconds_of(pattern, method, text) > MOST_SECONDS for _ in range(2)):
                    yield f"{method} of {text[:30]!r}..."


def test_no_pattern_takes_long():
    patterns = patterns_of_source(SOURCE)
    assert len(patterns) > 150
    slow = [
        f"{used.place} {used.pattern.pattern!r}: {text}"
        for used in patterns
        for text in islice(slow_texts(used.pattern, used.methods, longest_text(used.place)), 1)
    ]
    assert slow == []


@pytest.mark.parametrize(
    ("text", "method"),
    [
        (r"\s*x", "search"),
        (r"([^<]*)<([^<>\s]+@[^<>\s]+)>\Z", "match"),
        (r"(.+?)[\s-]+end", "fullmatch"),
    ],
)
def test_a_pattern_in_quadratic_time_is_seen(text: str, method: str):
    assert next(slow_texts(re.compile(text), {method}, LENGTH), None)
    assert next(slow_texts(re.compile(r"[a-z]+\Z"), {"match"}, LENGTH), None) is None
