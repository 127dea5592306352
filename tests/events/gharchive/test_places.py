"""Downloading hours from a site: absent files, retries and giving up."""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from ecotone.events.sources.gharchive.feed_reader import GIVE_UP_AFTER, GHArchiveReader
from ecotone.events.sources.gharchive.locations import RetryLimits
from ecotone.foundation.errors import SourceUnavailable
from tests.events.noting import notes_of, sentences

from .making import at, bring, packed, star

DAY = at("2021-07-21")
QUICK = RetryLimits(attempts=3, wait=0.001, longest=0.002)
Answer = Callable[[httpx.Request], httpx.Response]


def hour_file(request: httpx.Request) -> bytes:
    number = int(request.url.path.rpartition("-")[2].removesuffix(".json.gz"))
    return packed([star(number, DAY + timedelta(hours=number))])


def streamed(content: bytes) -> httpx.Response:
    """An answer whose bytes arrive in parts, as over a network."""
    return httpx.Response(200, stream=httpx.ByteStream(content))


class Site:
    """A site that counts requests; `first` is the first answer of each path, a status or a function."""

    def __init__(self, first: Answer | None = None, times: int = 1) -> None:
        self.asked: Counter[str] = Counter()
        self._first, self._times = first, times

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked[request.url.path] += 1
        if self._first is not None and self.asked[request.url.path] <= self._times:
            return self._first(request)
        return streamed(hour_file(request))

    def feed(self, **options: object) -> GHArchiveReader:
        patience = options.pop("patience", QUICK)
        transport = httpx.MockTransport(self)
        return GHArchiveReader("http://hours.example/", patience=patience, transport=transport, **options)  # type: ignore[arg-type]  # whatever a test needs


def whole_day(feed: GHArchiveReader, folder: Path, **options: object):
    return bring(feed, folder, DAY, DAY + timedelta(hours=8), **options)  # type: ignore[arg-type]  # as above


def test_every_hour_is_asked_for_once_and_unpadded(tmp_path: Path):
    site = Site()
    brought, _ = whole_day(site.feed(), tmp_path)
    assert brought.events.num_rows == 8
    assert site.asked == Counter({f"/2021-07-21-{hour}.json.gz": 1 for hour in range(8)})
    whole_day(site.feed(), tmp_path, now=at("2026-11-23"))
    assert sum(site.asked.values()) == 8
    assert list((tmp_path / "spool").iterdir()) == []


def cut_short(request: httpx.Request) -> httpx.Response:
    class Breaking(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield hour_file(request)[:20]
            raise httpx.RemoteProtocolError("peer closed connection")

    return httpx.Response(200, stream=Breaking())


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)


@pytest.mark.parametrize(
    "trouble",
    [
        lambda _: httpx.Response(502),
        lambda _: httpx.Response(429, headers={"retry-after": "0"}),
        lambda _: streamed(b"<!doctype html>"),
        cut_short,
        unreachable,
    ],
    ids=["502", "429", "page", "cut", "unreachable"],
)
def test_trouble_that_passes_costs_another_try_and_nothing_else(tmp_path: Path, trouble: Answer):
    site = Site(trouble, times=2)
    brought, _ = whole_day(site.feed(), tmp_path)
    assert brought.failures == ()
    assert brought.events.num_rows == 8
    assert set(site.asked.values()) == {3}


def test_404_is_absent_and_asked_for_again_only_while_it_may_still_come(tmp_path: Path):
    site = Site(lambda _: httpx.Response(404), times=99)
    brought, _ = whole_day(site.feed(), tmp_path, now=DAY + timedelta(hours=9))
    assert brought.events.num_rows == 0
    assert brought.coverage["state"].to_pylist() == ["not_observed"]
    whole_day(site.feed(), tmp_path, now=DAY + timedelta(days=2))
    assert set(site.asked.values()) == {2}
    whole_day(site.feed(), tmp_path, now=DAY + timedelta(days=40))
    assert set(site.asked.values()) == {2}


def test_a_site_that_is_down_is_left_alone_and_the_rest_comes_later(tmp_path: Path):
    site = Site(unreachable, times=99)
    with pytest.raises(SourceUnavailable, match=r"Run the same command again"):
        whole_day(site.feed(), tmp_path)
    # those fetched ahead may have been asked for as well
    assert GIVE_UP_AFTER <= len(site.asked) <= GIVE_UP_AFTER + 3
    brought, _ = whole_day(Site().feed(), tmp_path)
    assert brought.events.num_rows == 8


def test_one_hour_that_cannot_be_had_does_not_keep_the_others(tmp_path: Path):
    def answer(request: httpx.Request) -> httpx.Response:
        down = request.url.path.endswith("-3.json.gz")
        return httpx.Response(500) if down else streamed(hour_file(request))

    feed = GHArchiveReader("http://hours.example", patience=QUICK, transport=httpx.MockTransport(answer))
    brought, _ = whole_day(feed, tmp_path)
    assert brought.events.num_rows == 7
    ((place, sentence),) = sentences(brought.failures)
    assert place == "http://hours.example"
    assert "1 hour is still to be read" in sentence
    assert "1 of 744 hours not read yet (2021-07-21 03h)" in notes_of(brought.coverage)[0]


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_site_that_asks_for_a_long_wait_is_left_alone_at_once(tmp_path: Path, status: int):
    site = Site(lambda _: httpx.Response(status, headers={"retry-after": "86400"}), times=99)
    with pytest.raises(SourceUnavailable, match=r"asks to wait 86400 s\. Run the same command again"):
        whole_day(site.feed(), tmp_path)
    assert set(site.asked.values()) == {1}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda _: httpx.Response(404), "24 are missing from http://hours.example and 0 contain no event"),
        (lambda _: streamed(packed([b"{}"])), "0 are missing from http://hours.example and 24 contain no event"),
    ],
    ids=["absent", "empty"],
)
def test_a_place_where_nothing_is_found_is_said(tmp_path: Path, answer: Answer, says: str):
    feed = GHArchiveReader("http://hours.example", patience=QUICK, transport=httpx.MockTransport(answer))
    brought, _ = bring(feed, tmp_path, DAY, DAY + timedelta(days=1))
    ((_, sentence),) = sentences(brought.failures)
    assert says in sentence
    assert "run the same command again" in sentence
    assert brought.coverage["state"].to_pylist() == ["not_observed"]
    # one hour exists, the others are missing
    brought, _ = bring(Site().feed(), tmp_path, DAY - timedelta(hours=1), DAY + timedelta(days=1))
    assert brought.failures == ()


def test_an_address_that_is_no_archive_is_said(tmp_path: Path):
    with pytest.raises(SourceUnavailable, match="answered 403"):
        whole_day(Site(lambda _: httpx.Response(403), times=99).feed(), tmp_path)


def test_of_several_places_the_first_that_has_an_hour_is_read(tmp_path: Path):
    folder = tmp_path / "hours"
    folder.mkdir()
    (folder / "2021-07-21-2.json.gz").write_bytes(packed([star(99, DAY + timedelta(hours=2))]))
    site = Site()
    feed = GHArchiveReader([folder, "http://hours.example"], patience=QUICK, transport=httpx.MockTransport(site))
    brought, _ = whole_day(feed, tmp_path / "feed")
    assert "/2021-07-21-2.json.gz" not in site.asked
    assert len(site.asked) == 7
    assert brought.events.num_rows == 8
    places = feed.read_extra_tables(tmp_path / "feed")["hours"]["place"].to_pylist()
    assert Counter(places) == {str(folder): 1, "http://hours.example": 7}


def test_the_mirror_is_not_asked_for_hours_before_it_began_and_its_manifest_is_compared(tmp_path: Path):
    begins = at("2026-09-06")
    content = packed([star(1, begins)])
    wrong = Counter[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith(".manifest.json"):
            told = hashlib.sha256(content).hexdigest() if wrong[path] else "0" * 64
            wrong[path] += 1
            return httpx.Response(200, content=json.dumps({"sha256": told, "event_count": 1}))
        wrong[path] += 1
        return streamed(content)

    feed = GHArchiveReader("https://gharchive.open-digger.cn", patience=QUICK, transport=httpx.MockTransport(answer))
    brought, _ = bring(
        feed, tmp_path, begins - timedelta(hours=3), begins + timedelta(hours=1), now=at("2026-09-06T02")
    )
    assert set(wrong) == {f"/2026-09-06-{hour}{end}" for hour in (0, 1) for end in (".json.gz", ".manifest.json")}
    assert set(wrong.values()) == {2}  # the first manifest did not fit, so the file was fetched again
    assert brought.events.num_rows == 1


def test_files_are_kept_where_that_is_asked_and_read_from_there(tmp_path: Path):
    site = Site()
    whole_day(site.feed(keep=tmp_path / "raw"), tmp_path / "one")
    assert len(list((tmp_path / "raw").glob("*.json.gz"))) == 8
    assert gzip.decompress((tmp_path / "raw" / "2021-07-21-0.json.gz").read_bytes())
    whole_day(site.feed(keep=tmp_path / "raw"), tmp_path / "two")
    assert set(site.asked.values()) == {1}


def test_a_site_that_dribbles_is_given_up_by_the_clock(tmp_path: Path):
    feed = Site().feed(patience=RetryLimits(attempts=1, wait=0.0, longest=0.0, deadline=-1.0))
    with pytest.raises(SourceUnavailable, match="took longer"):
        whole_day(feed, tmp_path)
