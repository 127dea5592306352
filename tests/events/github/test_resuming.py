"""A run that is killed and repeated gives the same tables, and requests no page again that arrived."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ecotone.events.sources.base import Period
from ecotone.events.sources.sqlite_checkpoint import SqliteCheckpoint
from tests.events.github.pretending import DAY, NOW, PERIOD, SINCE, Pretend, Repository, Thread, small
from tests.events.github.test_faults import tables

HOUR = timedelta(hours=1)


def busy(name: str = "octo/busy", number: int = 1, threads: int = 230, comments: int = 309) -> Repository:
    step = timedelta(hours=20)
    rows = [
        Thread(n, SINCE + n * step, f"p{n % 7}", pull=n % 2 == 0, merger="ann" if n % 4 == 0 else None,
               merged=SINCE + n * step + HOUR if n % 4 == 0 else None,
               reviews=[(n, "ann", SINCE + n * step)] if n % 2 == 0 else [])
        for n in range(1, threads + 1)
    ]  # fmt: skip
    said = [(n, n % threads + 1, f"c{n % 5}", SINCE + n * timedelta(hours=15)) for n in range(1, comments + 1)]
    for _, thread, _, at in said:  # GitHub notes it with the thread
        rows[thread - 1].updated = max(rows[thread - 1].touched, at)
    return Repository(
        name,
        number=number,
        threads=rows,
        comments=said,
        review_comments=[(n, 2, f"c{n % 5}", SINCE + n * timedelta(hours=30)) for n in range(1, comments * 120 // 309)],
        releases=[(f"v{n}", "ann", SINCE + n * timedelta(days=3)) for n in range(1, 140)],
        stars=small().stars,
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory):
    pretend = Pretend([busy()])
    found = pretend.bring(tmp_path_factory.mktemp("complete"))
    return tables(found), pretend.log


class Killed(BaseException):
    """Represents a signal."""


def test_a_reading_takes_several_pages_of_everything(whole):
    _, log = whole
    assert (
        len(log) == 1 + 2 + 3 + 4 + 2 + 3 + 2 + 1
    )  # repositories, releases, threads, comments, lines, stars, pulls, people


def test_killed_before_any_answer_no_other_is_asked_for_again(whole, tmp_path: Path):
    expected, log = whole
    for place in range(1, len(log) + 1):
        pretend = Pretend([busy()])

        def kill(count: int, place: int = place) -> None:
            if count == place:
                raise Killed

        pretend.on_request = kill
        with pytest.raises(Killed):
            pretend.bring(tmp_path / str(place))
        found = pretend.bring(tmp_path / str(place))
        assert tables(found) == expected, place
        assert sorted(set(pretend.log)) == sorted(set(log))
        assert len(pretend.log) == len(log) + 1, place  # the one that never got its answer


@contextmanager
def child(work: Callable[[], object]) -> Iterator[int]:
    """Runs in a separate process; returns the signal that ended it."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    yield os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def kill_at_transaction(monkeypatch: pytest.MonkeyPatch, place: int, *, before: bool) -> None:
    original, count = SqliteCheckpoint.transaction, [0]

    @contextmanager
    def writing(self: SqliteCheckpoint):
        with original(self) as base:
            yield base
            count[0] += 1
            if before and count[0] == place:
                os.kill(os.getpid(), signal.SIGKILL)
        if not before and count[0] == place:
            os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(SqliteCheckpoint, "transaction", writing)


@pytest.mark.parametrize("before", [True, False], ids=["before a page is sealed", "after it"])
@pytest.mark.parametrize("place", [1, 2, 3, 5, 8, 11, 14, 17, 20])
def test_killed_with_a_page_half_written(whole, tmp_path: Path, monkeypatch, place: int, before: bool):
    expected, log = whole
    pretend, asked = Pretend([busy()]), tmp_path / "asked"

    def note(_: int) -> None:
        with asked.open("a") as file:
            file.write(".")

    pretend.on_request = note
    with monkeypatch.context() as patched:
        kill_at_transaction(patched, place, before=before)
        with child(lambda: pretend.bring(tmp_path / "feed")) as ended:
            assert ended == signal.SIGKILL
    found = pretend.bring(tmp_path / "feed")
    assert tables(found) == expected
    assert asked.stat().st_size <= len(log) + before  # only a page that was not sealed is asked for again


def test_a_second_reading_asks_for_nothing(tmp_path: Path):
    pretend = Pretend([busy()])
    first = pretend.bring(tmp_path)
    asked = len(pretend.log)
    again = pretend.bring(tmp_path)
    soon = pretend.bring(tmp_path, now=NOW + timedelta(minutes=50))
    assert len(pretend.log) == asked
    assert tables(again) == tables(first)
    assert soon.events == first.events


def test_a_quiet_repository_costs_one_request_for_fifty(tmp_path: Path):
    quiet = [busy(f"octo/quiet-{n}", n, threads=5, comments=10) for n in range(1, 61)]
    pretend = Pretend(quiet)
    pretend.bring(tmp_path)
    before = len(pretend.log)
    later = NOW + timedelta(hours=20)
    found = pretend.bring(tmp_path, now=later)
    assert len(pretend.log) - before == 2
    assert found.failures == ()
    assert "complete" in found.coverage["state"].to_pylist()


def test_what_is_new_is_found_and_what_is_old_is_not_asked_for(tmp_path: Path):
    one = busy()
    pretend = Pretend([one])
    pretend.bring(tmp_path)
    at = NOW + 2 * DAY
    one.threads.append(Thread(900, at, "new", pull=True, reviews=[(990, "ann", at)]))
    one.threads[3].merged, one.threads[3].merger = at, "ben"
    one.threads[0].closed, one.threads[0].closer = at, "ben"
    one.comments.append((991, 1, "ben", at))
    one.releases.append(("v900", "ann", at))
    before = len(pretend.log)
    found = pretend.bring(tmp_path, now=NOW + 3 * DAY)
    straight = Pretend([one]).bring(tmp_path / "straight", now=NOW + 3 * DAY)
    assert found.events == straight.events
    assert found.pulls == straight.pulls
    assert len(pretend.log) - before == 7  # facts, three lists, stars, pull requests, the new person


def test_a_close_that_was_undone_later_stays_an_act(tmp_path: Path):
    one = small()
    pretend = Pretend([one])
    pretend.bring(tmp_path)
    one.threads[0].closed, one.threads[0].closer = NOW + DAY, "cy"
    found = pretend.bring(tmp_path, now=NOW + 2 * DAY)
    closes = [row for row in found.events.to_pylist() if row["kind"] == "issue_closed"]
    assert [row["account"] for row in closes] == ["ben", "cy"]


def test_a_reading_that_stopped_goes_on_to_a_later_end(tmp_path: Path):
    pretend = Pretend([busy()])

    def kill(count: int) -> None:
        if count == 5:
            raise Killed

    pretend.on_request = kill
    with pytest.raises(Killed):
        pretend.bring(tmp_path, now=NOW - 40 * DAY)
    pretend.on_request = lambda _: None
    found = pretend.bring(tmp_path)
    straight = Pretend([busy()]).bring(tmp_path / "straight")
    assert found.events == straight.events
    assert found.coverage == straight.coverage


def test_backfill_asks_for_the_damaged_stretch_only(tmp_path: Path):
    pretend = Pretend([busy(threads=40)])
    day = datetime.fromisoformat
    windows = {"octo/busy": (Period(day("2025-02-01"), day("2025-03-01")),)}
    found = pretend.feed(stars=False).backfill(pretend.wanted(), windows, tmp_path, NOW, lambda *_: None)
    lists = [url for url, _ in pretend.log if "since=" in url]
    assert all("since=2025-02-01T00%3A00%3A00Z" in url for url in lists)
    assert len(lists) == 3
    straight = Pretend([busy(threads=40)]).bring(tmp_path / "straight")
    inside = [row for row in straight.events.to_pylist() if day("2025-02-01") <= row["created_at"] < day("2025-03-01")]
    assert found.events.to_pylist() == inside
    assert found.coverage["state"].to_pylist() == ["complete"]
    rest = pretend.feed(stars=False).read_period(pretend.wanted(), PERIOD, tmp_path, NOW, lambda *_: None)
    assert rest.events == straight.events


def test_a_repository_without_a_window_is_left_alone(tmp_path: Path):
    pretend = Pretend([busy(threads=4), busy("octo/other", 2, threads=4)])
    pretend.feed(stars=False).backfill(pretend.wanted(), {"octo/busy": (PERIOD,)}, tmp_path, NOW, lambda *_: None)
    assert not any("other" in url + content for url, content in pretend.log)


def test_no_events_outside_the_period(tmp_path: Path):
    period = Period(SINCE + 30 * DAY, SINCE + 60 * DAY)
    found = Pretend([busy()]).bring(tmp_path, period=period)
    moments = found.events["created_at"].to_pylist()
    assert min(moments) >= period.since
    assert max(moments) < period.until
