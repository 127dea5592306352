"""Every fault at every request of a run: the tables are the same, and no token is logged."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

import httpx
import pyarrow as pa
import pytest

from ecotone.events.sources.base import FeedTables, Period
from ecotone.foundation.errors import SourceError, SourceMalformed, SourceUnavailable
from tests.events.github.pretending import (
    DAY,
    NOW,
    PERIOD,
    SECOND_SECRET,
    SECRET,
    SINCE,
    Fault,
    Pretend,
    Repository,
    Thread,
    Time,
    small,
)
from tests.events.noting import notes_of, sentences

REQUESTS = 9  # of a reading of the small repository


def tables(found: FeedTables) -> dict[str, pa.Table]:
    return {
        "events": found.events, "pulls": found.pulls, "coverage": found.coverage,
        "profiles": found.profiles, "repositories": found.repositories, **found.extra_tables,
    }  # fmt: skip


class Plain(httpx.SyncByteStream):
    """Bytes that differ from their header."""

    def __iter__(self):
        yield b"no gzip"


def dripping(time: Time) -> Callable[[httpx.Request], httpx.Response]:
    """An answer that never ends."""

    class Drip(httpx.SyncByteStream):
        def __iter__(self):
            for _ in range(1000):
                time.at += 10
                yield b" "

    return lambda _: httpx.Response(200, stream=Drip())


def limited(status: int, **headers: str) -> Fault:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"message": f"You have exceeded a secondary rate limit {SECRET}"}, headers=names)


RESET = str(int(NOW.replace(tzinfo=UTC).timestamp()) + 900)
SOON = (NOW + timedelta(seconds=30)).strftime("%a, %d %b %Y %H:%M:%S GMT")

FAULTS: dict[str, tuple[Callable[[Time], Fault], float]] = {
    # how it fails, and how long it must be waited for (seconds)
    "429 with retry-after": (lambda _: limited(429, retry_after="7"), 7),
    "429 with a date": (lambda _: limited(429, retry_after=SOON), 30),
    "secondary limit with retry-after": (lambda _: limited(403, retry_after="30"), 30),
    "secondary limit without": (lambda _: limited(403), 60),
    "primary limit": (lambda _: limited(403, x_ratelimit_remaining="0", x_ratelimit_reset=RESET), 901),
    "502": (lambda _: httpx.Response(502, html="<h1>Bad gateway</h1>"), 1),
    "504": (lambda _: httpx.Response(504), 1),
    "no connection": (lambda _: httpx.ConnectError("refused"), 1),
    "cut": (lambda _: httpx.RemoteProtocolError("peer closed connection without sending complete message body"), 1),
    "no answer": (lambda _: httpx.ReadTimeout("timed out"), 1),
    "slow": (dripping, 1),
    "not JSON": (lambda _: httpx.Response(200, text="<!doctype html>"), 1),
    "half of it": (lambda _: httpx.Response(200, text='{"data": {"nodes": ['), 1),
    "not packed": (lambda _: httpx.Response(200, stream=Plain(), headers={"content-encoding": "gzip"}), 1),
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    return tables(Pretend([small()]).bring(tmp_path_factory.mktemp("clean")))


@pytest.fixture
def log():
    """All log output, including the bytes on the wire."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    root = logging.getLogger()
    root.addHandler(handler)
    before = root.level
    root.setLevel(logging.DEBUG)
    yield text
    root.setLevel(before)
    root.removeHandler(handler)


def assert_no_token(folder: Path, *texts: str) -> None:
    for secret in (SECRET, SECOND_SECRET):
        for path in folder.rglob("*"):
            assert not path.is_file() or secret.encode() not in path.read_bytes(), path
        assert not any(secret in text for text in texts)


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("place", range(1, REQUESTS + 1))
def test_a_fault_anywhere_changes_nothing(name: str, place: int, tmp_path: Path, clean, log: io.StringIO):
    make, wait = FAULTS[name]
    time = Time()
    pretend = Pretend([small()], faults={place: make(time)})
    said: list[str] = []
    feed = pretend.feed(time)
    found = feed.read_period(pretend.wanted(), PERIOD, tmp_path, NOW, lambda text, *_: said.append(text))
    assert tables(found) == clean
    assert found.failures == ()
    assert len(pretend.log) == REQUESTS + 1
    assert time.slept == [pytest.approx(wait)]
    assert any("asks to wait until" in text for text in said) is (wait > 1)
    assert_no_token(tmp_path, log.getvalue(), *said)


@pytest.mark.parametrize("kind", ["RATE_LIMITED", "RATE_LIMIT"])
def test_graphql_says_with_200_that_a_limit_is_reached(kind: str, tmp_path: Path, clean):
    error = {"type": kind, "message": "API rate limit exceeded"}
    answer = httpx.Response(
        200, json={"errors": [error]}, headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": RESET}
    )
    time = Time()
    assert tables(Pretend([small()], faults={1: answer}).bring(tmp_path, time=time)) == clean
    assert time.slept == [901]


@pytest.mark.parametrize("body", [{"message": "You have exceeded a secondary rate limit"}, {"data": None}])
def test_graphql_without_data_is_asked_again(body: dict, tmp_path: Path, clean):
    pretend = Pretend([small()], faults={1: httpx.Response(200, json=body)})
    assert tables(pretend.bring(tmp_path)) == clean


def many(count: int) -> Repository:
    threads = [
        Thread(n, SINCE + n * DAY / 2, "ann", pull=True, reviews=[(n, "ben", SINCE + n * DAY / 2)])
        for n in range(1, count + 1)
    ]
    return Repository("octo/many", threads=threads)


def test_what_is_too_much_is_asked_for_in_smaller_parts(tmp_path: Path):
    pretend = Pretend([many(120)], too_many_nodes=20)
    found = pretend.bring(tmp_path)
    assert sum(kind == "review" for kind in found.events["kind"].to_pylist()) == 120
    assert found.failures == ()


def test_the_size_that_works_is_remembered(tmp_path: Path):
    pretend = Pretend([many(30)], too_many_nodes=20)
    pretend.bring(tmp_path)
    pretend.repositories[0].threads += many(60).threads[30:]
    before = len(pretend.log)
    pretend.bring(tmp_path, now=NOW + timedelta(days=1))
    asked = [content for url, content in pretend.log[before:] if "query pulls" in content]
    assert len(asked) <= 3  # thirty more: nothing of fifty is tried first


def test_an_answer_that_is_whole_for_some_is_not_taken_for_all(tmp_path: Path, clean):
    """RESOURCE_LIMITS_EXCEEDED omits items from an answer of status 200."""

    def partial(_: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200,
            json={"data": {"nodes": [None]}, "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["nodes", 0]}]},
        )

    pulls = 8  # the request for reviews
    pretend = Pretend([small()], faults={pulls: partial})
    assert tables(pretend.bring(tmp_path)) == clean


def test_one_pull_request_that_is_too_much_is_named_and_its_months_stay_partial(tmp_path: Path):
    pretend = Pretend([many(3)], too_many_nodes=0)
    found = pretend.bring(tmp_path)
    assert sentences(found.failures) == (
        ("GitHub", "reviews: 1 item could not be read; the first: it is too large for GitHub to answer."),
    ) * 3 + (("GitHub", "profiles: 1 item could not be read; the first: it is too large for GitHub to answer."),)
    states = dict(zip(found.coverage["month"].to_pylist(), found.coverage["state"].to_pylist(), strict=True))
    assert states.pop(SINCE.date()) == "partial"  # all three were opened, and last changed, in this month
    assert set(states.values()) == {"complete"}
    assert "reviews" in notes_of(found.coverage)[0]


def test_a_token_that_has_expired_gives_its_turn_to_the_next(tmp_path: Path, clean, log: io.StringIO):
    pretend = Pretend([small()])

    def expire(count: int) -> None:
        if count == 4:
            pretend.refused.add(SECRET)

    pretend.on_request = expire
    found = pretend.bring(tmp_path, secrets=(SECRET, SECOND_SECRET))
    assert tables(found) == clean
    assert pretend.asked_with[3:5] == [f"Bearer {SECRET}", f"Bearer {SECOND_SECRET}"]
    assert_no_token(tmp_path, log.getvalue())


def test_a_token_whose_hour_is_used_up_gives_its_turn_to_the_next(tmp_path: Path, clean):
    time = Time()
    fault = limited(403, x_ratelimit_remaining="0", x_ratelimit_reset=RESET)
    pretend = Pretend([small()], faults={3: fault})
    assert tables(pretend.bring(tmp_path, time=time, secrets=(SECRET, SECOND_SECRET))) == clean
    assert time.slept == []


def test_the_last_request_of_an_hour_is_waited_for_before_the_next_is_sent(tmp_path: Path):
    time = Time()
    pretend = Pretend([small()], headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": RESET})
    pretend.bring(tmp_path, time=time)
    assert len(pretend.log) == REQUESTS
    assert time.slept[0] == pytest.approx(901)


def test_without_any_token_that_is_taken_the_end_is_clear(tmp_path: Path, log: io.StringIO):
    pretend = Pretend([small()], refused={SECRET})
    with pytest.raises(
        SourceMalformed, match=r"rejects the token: expired, revoked or mistyped .*gh auth login"
    ) as told:
        pretend.bring(tmp_path)
    assert_no_token(tmp_path, str(told.value), repr(told.value), log.getvalue())


def test_what_was_read_before_the_token_expired_is_brought(tmp_path: Path):
    pretend = Pretend([small()])
    pretend.on_request = lambda count: pretend.refused.add(SECRET) if count == 4 else None
    found = pretend.bring(tmp_path)
    assert found.events.num_rows > 5
    ((place, sentence),) = sentences(found.failures)
    assert place == "GitHub"
    assert "expired" in sentence
    assert set(found.coverage["state"].to_pylist()) == {"partial"}


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_that_stays_down_is_given_up_with_one_sentence(status: int, tmp_path: Path):
    pretend = Pretend([small()])
    pretend.faults = {n: httpx.Response(status) for n in range(1, 100)}
    with pytest.raises(SourceUnavailable, match=r"\. Run the same command again; it continues where it stopped\.$"):
        pretend.bring(tmp_path)
    assert len(pretend.log) == 6


def test_a_limit_that_never_ends_is_given_up(tmp_path: Path):
    time = Time()
    pretend = Pretend([small()], faults={n: limited(403) for n in range(1, 100)})
    with pytest.raises(SourceUnavailable, match="GitHub still refuses after 6 waits"):
        pretend.bring(tmp_path, time=time)
    assert time.slept == [60, 120, 240, 480, 960, 1920]


def test_a_wait_longer_than_our_patience_is_not_begun(tmp_path: Path):
    time = Time()
    pretend = Pretend([small()], faults={1: limited(429, retry_after="7200")})
    with pytest.raises(SourceUnavailable, match="asks to wait until 02:00:00 UTC"):
        pretend.bring(tmp_path, time=time)
    assert time.slept == []


@pytest.mark.parametrize("status", [404, 410, 451])
def test_a_repository_that_is_gone_is_named_and_the_others_go_on(status: int, tmp_path: Path):
    other = Repository("octo/gone", number=2, threads=[Thread(1, SINCE + DAY)])
    pretend = Pretend([small(), other], gone={"octo/gone": status})
    found = pretend.bring(tmp_path)
    ((place, sentence),) = sentences(found.failures)
    assert place == "octo/gone"
    assert sentence.startswith("octo/gone: ")
    assert sentence.endswith("run again.")
    states = zip(found.coverage["repository"].to_pylist(), found.coverage["state"].to_pylist(), strict=True)
    assert {("octo/cat", "complete")} <= set(states)
    assert ("octo/gone", "complete") not in set(states)
    assert len(pretend.log) < REQUESTS + 3


def test_a_server_of_another_name_never_sees_the_token(tmp_path: Path):
    moved = httpx.Response(301, headers={"location": "https://evil.example/repositories/1/issues"})
    pretend = Pretend([small()], faults={2: moved})
    found = pretend.bring(tmp_path)
    assert not any("evil.example" in url for url, _ in pretend.log)
    assert "another host" in sentences(found.failures)[0][1]


def test_a_next_page_on_another_host_is_not_asked_for(tmp_path: Path):
    evil = httpx.Response(200, json=[], headers={"link": '<https://evil.example/x>; rel="next"'})
    pretend = Pretend([small()], faults={2: evil})
    found = pretend.bring(tmp_path)
    assert not any("evil.example" in url for url, _ in pretend.log)
    assert "another host" in sentences(found.failures)[0][1]


def test_a_ring_of_redirects_ends(tmp_path: Path):
    places = {n: httpx.Response(302, headers={"location": f"/repos/octo/cat/issues?x={n}"}) for n in range(2, 99)}
    found = Pretend([small()], faults=places).bring(tmp_path)
    assert "redirects too often" in sentences(found.failures)[0][1]


def test_a_renamed_repository_is_followed_and_its_new_name_noted(tmp_path: Path):
    pretend = Pretend([small()], renamed={"octo/dog": "octo/cat"})
    wanted = [type(one)(one.project, "octo/dog", "https://github.com/octo/dog", None, None) for one in pretend.wanted()]
    found = pretend.feed().read_period(wanted, PERIOD, tmp_path, NOW, lambda *_: None)
    assert found.repositories.select(["repository", "name"]).to_pylist() == [
        {"repository": "octo/dog", "name": "octo/cat"}
    ]
    assert set(found.events["repository"].to_pylist()) == {"octo/dog"}
    assert len(pretend.log) == REQUESTS  # the lists are asked for under the new name


def test_a_repository_renamed_in_the_middle_is_asked_for_at_its_new_place(tmp_path: Path, clean):
    pretend = Pretend([small()])

    def rename(count: int) -> None:
        if count == 2:
            pretend.repositories[0].name = "octo/cougar"
            pretend.renamed["octo/cat"] = "octo/cougar"

    wanted = pretend.wanted()
    pretend.on_request = rename
    found = pretend.feed().read_period(wanted, PERIOD, tmp_path, NOW, lambda *_: None)
    assert found.events == clean["events"]
    assert len(pretend.log) == REQUESTS + 1  # one answer said where; the other lists went there at once


def test_a_list_that_is_no_list_is_a_source_that_cannot_be_read(tmp_path: Path):
    pretend = Pretend([small()], faults={2: httpx.Response(200, json={"surprise": True})})
    found = pretend.bring(tmp_path)
    assert "unexpected format" in sentences(found.failures)[0][1]
    assert isinstance(SourceMalformed("x"), SourceError)


def test_an_entry_that_cannot_be_read_leaves_the_months_partial_and_the_rest_there(tmp_path: Path):
    good = Pretend([small()])
    good.bring(tmp_path / "a")
    broken = [{"number": "one"}, None, 7, {"number": 1}]
    found = Pretend([small()], faults={3: httpx.Response(200, json=broken)}).bring(tmp_path / "b")
    assert "4 entries could not be read" in notes_of(found.coverage)[0]
    assert "octo/cat, comments: 4 items could not be read; the first: " in sentences(found.failures)[0][1]
    assert set(found.coverage["state"].to_pylist()) == {"partial"}
    assert found.events.num_rows > 10


@pytest.mark.parametrize(
    "node",
    [
        None,
        {},
        {"id": "PR_1_2"},
        {"id": "PR_1_2", "number": 2, "reviews": {"nodes": [None], "pageInfo": {"hasNextPage": False}}},
        {
            "id": "PR_1_2",
            "number": 2,
            "reviews": {"nodes": [{"submittedAt": "soon"}], "pageInfo": {"hasNextPage": False}},
        },
    ],
    ids=["null", "nothing", "without reviews", "a review that is null", "an unreadable review"],
)
def test_a_pull_request_that_an_answer_leaves_out_is_asked_for_again_and_its_month_is_partial(
    tmp_path: Path, clean, node: object
):
    """GraphQL may answer with status 200 and a missing item, without an error."""
    body = {"data": {"nodes": [node]}}
    pretend = Pretend([small()], faults={8: httpx.Response(200, json=body)})
    found = pretend.bring(tmp_path)
    assert "reviews: " in sentences(found.failures)[0][1]
    assert "partial" in found.coverage["state"].to_pylist()
    assert tables(pretend.bring(tmp_path)) == clean


def circling(pages: int) -> Callable[[httpx.Request], httpx.Response]:
    """A list whose valid pages link to each other in a circle."""

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", 1))
        issue = {
            "number": page, "node_id": f"I_{page}", "user": None, "created_at": "2025-02-01T00:00:00Z",
            "updated_at": "2025-02-01T00:00:00Z", "closed_at": None,
        }  # fmt: skip
        following = request.url.copy_set_param("page", page % pages + 1)
        return httpx.Response(200, json=[issue], headers={"link": f'<{following}>; rel="next"'})

    return answer


@pytest.mark.parametrize("pages", [1, 2, 5])
def test_a_list_that_goes_round_in_a_circle_ends_and_the_other_repositories_are_read(tmp_path: Path, pages: int):
    circle = circling(pages)
    other = Repository("octo/other", number=2, threads=[Thread(1, SINCE + DAY)])
    pretend = Pretend([small(), other], faults=dict.fromkeys(range(2, 3 + pages), circle))
    found = pretend.bring(tmp_path)
    assert [place for place, _ in found.failures] == ["octo/cat"]
    assert "repeats a page" in sentences(found.failures)[0][1]
    assert len(pretend.log) < 12 + pages
    states = {(row["repository"], row["state"]) for row in found.coverage.to_pylist()}
    assert ("octo/other", "complete") in states
    assert ("octo/cat", "complete") not in states


@pytest.mark.parametrize("place", range(2, REQUESTS + 1))
def test_an_error_with_status_200_is_an_error(tmp_path: Path, clean, place: int):
    body = {"message": "Server Error", "documentation_url": "https://docs.example"}
    assert tables(Pretend([small()], faults={place: httpx.Response(200, json=body)}).bring(tmp_path)) == clean


def test_a_release_that_cannot_be_read_makes_months_partial(tmp_path: Path):
    pretend = Pretend([small()])

    def broken(request: httpx.Request) -> httpx.Response:
        body = pretend.answer(request).json()
        body["data"]["r0"]["releases"]["nodes"][0] = None
        return httpx.Response(200, json=body)

    pretend.faults[1] = broken
    found = pretend.bring(tmp_path)
    assert "releases: 1 item could not be read" in sentences(found.failures)[0][1]
    assert set(found.coverage["state"].to_pylist()) == {"partial"}


def test_what_has_not_changed_is_not_sent_again(tmp_path: Path):
    pretend = Pretend([small()])
    first = pretend.bring(tmp_path)
    later = pretend.bring(tmp_path, now=NOW + 2 * DAY)
    assert pretend.marked == [200, 200, 200, 304]  # three pages, and then the first of them
    assert later.extra_tables["star_weeks"] == first.extra_tables["star_weeks"]
    # weeks that were never read are not known to be unchanged
    pretend.bring(tmp_path, now=NOW + 4 * DAY, period=Period(SINCE - 100 * DAY, NOW + 4 * DAY))
    assert 200 in pretend.marked[4:]


def test_without_a_token_what_has_not_changed_costs_none_of_the_sixty(tmp_path: Path):
    pretend = Pretend([small()])
    pretend.bring(tmp_path, secrets=())
    pretend.bring(tmp_path, secrets=(), now=NOW + 2 * DAY)
    before = len(pretend.log)
    pretend.bring(tmp_path, secrets=(), now=NOW + 2 * DAY)
    assert pretend.marked == [200, 304]
    assert (before, len(pretend.log)) == (2, 2)  # and counts as seen
