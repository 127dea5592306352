from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.events.schema import REFERENCE_SCHEMA
from ecotone.events.sources.base import Period, RepositoryTarget
from ecotone.events.sources.http import Clock
from ecotone.events.sources.opendigger.monthly_values import MonthValue, parse_monthly_values
from ecotone.events.sources.opendigger.series_reader import OpenDiggerReader, PublishedValues, last_publication_moment
from ecotone.foundation.errors import SourceMalformed
from tests.events.noting import sentences

day = datetime.fromisoformat
NOW = day("2025-03-10")
PERIOD = Period(day("2021-09-01"), day("2021-12-15"))
CAT = RepositoryTarget("cats", "octo/cat", "https://github.com/octo/cat", None, None)
FILE = {
    "2021-08": 1,
    "2021-09": 2.5,
    "2021-10": 3,
    "2021-10-raw": 0.5,
    "2021-12": 4,
    "2022-01": 9,
    "2021Q3": 3.5,
    "2021": 9,
}


class Store:
    """A file store that counts requests."""

    def __init__(self, *first: httpx.Response | Exception, etag: str | None = '"one"') -> None:
        self.first = list(first)
        self.etag = etag
        self.log: list[httpx.Request] = []
        self.slept: list[float] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.log.append(request)
        if self.first:
            found = self.first.pop(0)
            if isinstance(found, Exception):
                raise found
            return found
        if "unknown" in request.url.path:
            return httpx.Response(404)
        if self.etag and request.headers.get("if-none-match") == self.etag:
            return httpx.Response(304)
        return httpx.Response(200, json=FILE, headers={"etag": self.etag} if self.etag else {})

    def read(self, folder: Path, wanted=(CAT,), now: datetime = NOW, series=("openrank",)) -> PublishedValues:
        clock = Clock(lambda: 0.0, self.slept.append)
        source = OpenDiggerReader(series=series, transport=httpx.MockTransport(self.answer), clock=clock)
        return source.read_period(wanted, PERIOD, folder, now, lambda *_: None)


def test_published_months_stand_under_their_publisher(tmp_path: Path):
    found = Store().read(tmp_path)
    assert found.references.schema == REFERENCE_SCHEMA
    assert found.failures == ()
    rows = [(row["month"], row["value"], row["interpolated"], row["measured"]) for row in found.references.to_pylist()]
    assert rows == [
        (date(2021, 9, 1), 2.5, False, None),
        (date(2021, 10, 1), 3.0, True, 0.5),  # 2021-11 is missing: zero or unknown
        (date(2021, 12, 1), 4.0, False, None),
    ]
    assert {(row["project"], row["series"], row["source"]) for row in found.references.to_pylist()} == {
        ("cats", "openrank", "opendigger")
    }


def test_a_file_is_asked_for_once_a_month_and_only_for_changes(tmp_path: Path):
    store = Store()
    store.read(tmp_path)
    store.read(tmp_path, now=day("2025-04-04"))
    assert len(store.log) == 1
    found = store.read(tmp_path, now=day("2025-04-06"))
    assert len(store.log) == 2
    assert store.log[1].headers["if-none-match"] == '"one"'
    assert found.references.num_rows == 3


@pytest.mark.parametrize(
    "fault", [httpx.Response(500), httpx.Response(429), httpx.ReadTimeout("slow"), httpx.ReadError("cut")]
)
def test_a_fault_is_tried_again(fault, tmp_path: Path):
    store = Store(fault)
    assert store.read(tmp_path).references.num_rows == 3
    assert store.slept == [1.0]


def test_a_store_that_stays_down_is_named_and_never_raises(tmp_path: Path):
    found = Store(*[httpx.Response(503)] * 9).read(tmp_path)
    assert found.references.num_rows == 0
    ((place, sentence),) = sentences(found.failures)
    assert place == "octo/cat"
    assert sentence.endswith("Run the same command again to try it once more.")


def test_a_repository_that_is_not_published_is_said_once_and_asked_for_next_month(tmp_path: Path):
    store = Store()
    unknown = RepositoryTarget("x", "octo/unknown", "", None, None)
    found = store.read(tmp_path, (unknown,), series=("openrank", "stars"))
    assert [sentence for _, sentence in sentences(found.failures)] == [
        "octo/unknown: OpenDigger publishes nothing about it."
    ]
    store.read(tmp_path, (unknown,), series=("openrank", "stars"))
    assert len(store.log) == 2


@pytest.mark.parametrize("content", [b"", b"[]", b"<html>", b'{"a"', b"null"])
def test_a_file_that_is_no_map_is_named(content: bytes, tmp_path: Path):
    with pytest.raises(SourceMalformed, match="OpenDigger's file of openrank"):
        parse_monthly_values(content, "openrank")
    store = Store(*[httpx.Response(200, content=content)] * 4)
    assert len(store.read(tmp_path).failures) == 1
    assert store.read(tmp_path).references.num_rows == 3  # it was not kept for a month


KEYS = st.sampled_from(
    ["2021-10", "2021-10-raw", "2021-13", "2021", "2021Q4", "2021Q5", "x", "9999-01", "0000-01", "all"]
)
VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
)


@given(st.dictionaries(KEYS | st.text(max_size=8), VALUES, max_size=8))
def test_every_entry_is_read_left_out_or_refused(told):
    content = httpx.Response(
        200, json={key: repr(value) if isinstance(value, float) else value for key, value in told.items()}
    ).content
    try:
        values, refused = parse_monthly_values(content, "openrank")
    except SourceMalformed:  # a number too large for a reader of JSON
        return
    assert refused <= len(told)
    assert all(isinstance(one, MonthValue) for one in values)


def test_new_values_come_on_the_fifth():
    def at(text: str) -> int:
        return int(day(f"{text}+00:00").timestamp())

    assert last_publication_moment(at("2025-03-05T12:00")) == at("2025-03-05T12:00")
    assert last_publication_moment(at("2025-03-05T11:59")) == at("2025-02-05T12:00")
    assert last_publication_moment(at("2025-01-01T00:00")) == at("2024-12-05T12:00")
