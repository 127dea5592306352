"""After a run is killed at any moment, the next run repairs everything."""

import random
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from ecotone.events.sources.gharchive import feed_reader
from ecotone.events.sources.gharchive.feed_reader import GHArchiveReader
from ecotone.events.sources.gharchive.hour_log import HourLog

from .making import CAT, at, bring, packed, put, star

ROOT = Path(__file__).parents[3]
SINCE = at("2021-07-01")
UNTIL = SINCE + timedelta(days=5)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    for number in range(120):
        hour = SINCE + timedelta(hours=number)
        put(folder, hour, [star(number, hour), star(number + 1000, hour), star(7, hour, "other/one", 9)])
    broken = folder / "2021-07-02-3.json.gz"
    broken.write_bytes(packed([star(5, SINCE)])[:-9])
    return folder


def tables(archive: Path, folder: Path) -> list[object]:
    feed = GHArchiveReader(archive)
    brought, _ = bring(feed, folder, SINCE, UNTIL)
    return [brought.events, brought.coverage, brought.pulls, *feed.read_extra_tables(folder).values()]


KILLED = """
import os, signal, sys
from pathlib import Path
from ecotone.events.sources.gharchive import day_store, feed_reader
from tests.events.gharchive.making import bring, CAT
from tests.events.gharchive.test_killed import SINCE, UNTIL
feed_reader.SETTLE_AFTER, feed_reader.BATCHES, day_store.ROWS_PER_MERGE = 0.0, 3, 4
looks, last = 0, int(sys.argv[3])

def count(event, arguments):
    global looks
    looks += event in ("open", "os.rename", "os.remove", "os.mkdir")
    if looks == last and event != "os.kill":
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
bring(feed_reader.GHArchiveReader(Path(sys.argv[1])), Path(sys.argv[2]), SINCE, UNTIL)
"""


@pytest.mark.slow
def test_killed_at_any_use_of_a_file_the_next_run_tells_the_same(archive: Path, tmp_path: Path):
    expected = tables(archive, tmp_path / "calm")
    chance = random.Random(1)
    for turn in range(4):
        folder = tmp_path / f"killed-{turn}"
        for _ in range(2):
            assert read_apart(archive, folder, chance.randrange(1, 200)) == -signal.SIGKILL
        assert tables(archive, folder) == expected


def read_apart(archive: Path, folder: Path, last: int) -> int:
    """Read in a process of its own that kills itself at its `last` use of a file."""
    command = [sys.executable, "-c", KILLED, str(archive), str(folder), str(last)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def test_a_run_that_fails_in_the_middle_keeps_what_it_had_read(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    read, count = feed_reader.read_hour, 0

    def failing(*arguments: object) -> object:
        nonlocal count
        count += 1
        if count == 50:
            raise RuntimeError("a defect")
        return read(*arguments)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(feed_reader, "read_hour", failing)
    with pytest.raises(RuntimeError):
        bring(GHArchiveReader(archive), tmp_path, SINCE, UNTIL)
    assert len(HourLog(tmp_path / "ledger.jsonl").hours) == 49
    monkeypatch.setattr(feed_reader, "read_hour", read)
    brought, heard = bring(GHArchiveReader(archive), tmp_path, SINCE, UNTIL)
    assert len(heard) == 120 - 49
    assert brought.events.num_rows == 240 - 2 + 1


def test_half_a_line_at_the_ledger_s_end_is_one_hour_read_again(archive: Path, tmp_path: Path):
    first, _ = bring(GHArchiveReader(archive), tmp_path, SINCE, UNTIL)
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    again, heard = bring(GHArchiveReader(archive), tmp_path, SINCE, UNTIL)
    assert len(heard) == 1
    assert again.events == first.events
    assert len(HourLog(path).hours) == 120
    assert path.read_bytes().endswith(b"\n")


def test_rows_without_an_entry_do_not_count(archive: Path, tmp_path: Path):
    """A killed run may have stored rows before it logged their hour."""
    bring(GHArchiveReader(archive), tmp_path, SINCE, UNTIL)
    path = tmp_path / "ledger.jsonl"
    kept = [line for line in path.read_bytes().splitlines(True) if b'"hour":"2021-07-03' not in line]
    path.write_bytes(b"".join(kept))
    (tmp_path / "nothing").mkdir()
    feed = GHArchiveReader(tmp_path / "nothing")
    brought, _ = bring(feed, tmp_path, at("2021-07-05"), UNTIL, (CAT,))
    whole = bring(feed, tmp_path, at("2021-07-05"), UNTIL, (CAT,))[0]
    assert whole.events == brought.events
    assert brought.events.num_rows == 48
