"""Filtering an hour of GH Archive to some repositories: beside decompression alone, DuckDB, and the peers on PyPI.

The hour is some 100 MB of lines as they were in 2015 and 2021: real ones where the samples are beside the checkout,
else made up of the same length. Every method runs in turn, several times over; figures are the medians, and shares of
decompression alone in the same run. Run: bench_gharchive.py [--rounds N] [--shared ../shared] [--peers FOLDER]
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import orjson
from isal import igzip

from ecotone.events.sources.gharchive.gzip_stream import GzipStream
from ecotone.events.sources.gharchive.line_reader import LineReader, RepositorySearch
from ecotone.events.sources.gharchive.locations import PIECE_BYTES

RAW = 100_000_000
PEERS = {"gharc": "gharc", "gharchive-streamer": "gharchive-streamer", "perceval-gharchive": "perceval-gharchive"}
Work = Callable[[], tuple[float, float, int]]
"""Seconds of the clock, seconds of a processor, and what was kept."""

NAMES = (20, 200, 2_000)
DUCKDB = """
    select count(payload)
    from read_json(
        ?, format = 'newline_delimited', maximum_object_size = 33554432,
        columns = {
            id: 'VARCHAR', type: 'VARCHAR', actor: 'STRUCT(id BIGINT, login VARCHAR)', payload: 'JSON',
            repo: 'STRUCT(id BIGINT, name VARCHAR)', created_at: 'TIMESTAMP'
        }
    )
    where repo.name in (select unnest(?))
"""
SLOWEST = 15.0
"""Seconds after which a peer is not asked for more repositories."""


@dataclass(frozen=True, slots=True)
class Hour:
    path: Path
    raw: int
    lines: int
    repositories: tuple[tuple[str, int], ...]


def real_lines(shared: Path) -> list[list[bytes]]:
    folder = shared / "samples" / "gharchive"
    early = folder / "nickderobertis__py-gh-archive" / "tests" / "data" / "2015-01-01-1.json.gz"
    late = folder / "apache__pinot" / "2021-07-21-few-hours.json"
    if not early.exists() or not late.exists():
        return []
    return [gzip.decompress(early.read_bytes()).splitlines(), late.read_bytes().splitlines()]


def made_lines(count: int, seed: int) -> list[bytes]:
    """Lines of the second era, made up; lengths as measured: a push 1.5 KB, a request 15 KB, and so on."""
    chance = random.Random(seed)
    kinds = {
        "PushEvent": 1_300,
        "CreateEvent": 200,
        "WatchEvent": 30,
        "IssueCommentEvent": 5_500,
        "PullRequestEvent": 14_000,
    }
    lines = []
    for number in range(count):
        kind = chance.choices(list(kinds), (54, 13, 9, 7, 6))[0]
        owner, name = f"owner-{chance.randrange(4_000):04}", f"name-{chance.randrange(3)}"
        person = f"login-{chance.randrange(5_000):04}"
        place = {"id": 10_000_000 + int(owner[-4:]) * 3 + int(name[-1]), "name": f"{owner}/{name}"}
        event = {
            "id": str(2_489_395_767 + number),
            "type": kind,
            "actor": {"id": 1, "login": person, "gravatar_id": "", "url": f"https://api.github.com/users/{person}"},
            "repo": place | {"url": f"https://api.github.com/repos/{owner}/{name}"},
            "payload": {"text": "".join(chance.choices('abcdefghijklm nopqrst\n"', k=kinds[kind]))},
            "public": True,
            "created_at": "2021-07-21T10:00:00Z",
        }
        lines.append(orjson.dumps(event))
    return lines


def make_hour(folder: Path, shared: Path, raw: int = RAW) -> Hour:
    """Half of the bytes from each sample, shuffled; the same whenever it is made."""
    chance = random.Random(1)
    samples = real_lines(shared)
    print("lines: " + ("real ones of 2015 and 2021" if samples else "made up: no samples beside the checkout"))
    samples = samples or [made_lines(8_000, 2)]
    lines, size = list[bytes](), 0
    for position, sample in enumerate(samples, 1):
        while size < raw * position / len(samples):
            line = chance.choice(sample)
            lines.append(line)
            size += len(line) + 1
    chance.shuffle(lines)
    path = folder / "2021-07-21-11.json.gz"
    path.write_bytes(gzip.compress(b"\n".join(lines) + b"\n", 9))
    told = sorted({(event["repo"]["name"], event["repo"]["id"]) for event in map(orjson.loads, set(lines))})
    return Hour(path, size, len(lines), tuple(told))


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        while piece := handle.read(PIECE_BYTES):
            yield piece


def decompress(hour: Hour) -> int:
    return sum(len(block) for block in GzipStream(pieces(hour.path)))


def decompress_by_igzip(hour: Hour) -> int:
    size = 0
    with igzip.open(hour.path) as handle:
        while block := handle.read(1 << 20):
            size += len(block)
    return size


def ours(hour: Hour, search: RepositorySearch) -> int:
    reader = LineReader(search)
    kept = sum(1 for _ in reader.read_blocks(GzipStream(pieces(hour.path)))) + len(reader.read_last_line())
    assert reader.line_counts.lines == reader.line_counts.accepted_lines == hour.lines
    return kept


def by_duckdb(hour: Hour, names: Sequence[str]) -> int:
    connection = duckdb.connect(config={"threads": 2})
    found = connection.execute(DUCKDB, [str(hour.path), list(names)]).fetchone()
    connection.close()
    return int(found[0]) if found else 0


def peer(python: Path, name: str, hour: Hour, names: Path) -> tuple[float, float, int]:
    told = subprocess.run(
        [str(python), str(Path(__file__).with_name("peers_gharchive.py")), name, str(hour.path), str(names)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    return float(told[-3]), float(told[-2]), int(told[-1])


def timed(work: Callable[[], int]) -> tuple[float, float, int]:
    began, used = time.perf_counter(), time.process_time()
    kept = work()
    return time.perf_counter() - began, time.process_time() - used, kept


def install(folder: Path) -> Path | None:
    """An environment with the peers, made once; None where they cannot be had."""
    python = folder / "bin" / "python"
    if python.exists():
        return python
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "orjson", *PEERS.values()], check=True)
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"the peers could not be installed ({error}); only the other methods run")
        return None
    return python


def methods(hour: Hour, python: Path | None, folder: Path) -> dict[str, Work]:
    """Everything that is timed; 20 repositories are of the hour, the others that are searched for are not."""
    chance = random.Random(3)
    there = chance.sample(hour.repositories, 20)
    found: dict[str, Work] = {
        "decompression alone (isal, blocks)": lambda: timed(lambda: decompress(hour)),
        "decompression alone (isal, igzip.open)": lambda: timed(lambda: decompress_by_igzip(hour)),
    }
    for count in NAMES:
        names = [name for name, _ in there] + [f"elsewhere/name-{place}" for place in range(count - 20)]
        ids = [number for _, number in there] + [10**9 + place for place in range(count - 20)]
        listed = folder / f"names-{count}"
        listed.write_text("\n".join(names))
        by_name, by_id = RepositorySearch.for_repositories(names), RepositorySearch.for_repositories(names, ids)
        found[f"Ecotone, {count} names"] = lambda search=by_name: timed(lambda: ours(hour, search))
        found[f"Ecotone, {count} names and ids"] = lambda search=by_id: timed(lambda: ours(hour, search))
        found[f"DuckDB read_json, {count} names"] = lambda names=names: timed(lambda: by_duckdb(hour, names))
        for name in PEERS if python else ():
            found[f"{name}, {count} names"] = lambda name=name, listed=listed: peer(python, name, hour, listed)
    present = RepositorySearch.for_repositories(
        [name for name, _ in chance.sample(hour.repositories, min(2_000, len(hour.repositories)))]
    )
    found["Ecotone, 2000 names that are all there"] = lambda: timed(lambda: ours(hour, present))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--peers", type=Path, default=Path(tempfile.gettempdir()) / "ecotone-bench-peers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ecotone-bench-") as name:
        folder = Path(name)
        hour = make_hour(folder, options.shared)
        print(
            f"{hour.lines:,} lines, {hour.raw / 1e6:.1f} MB raw, {hour.path.stat().st_size / 1e6:.1f} MB compressed,"
            f" {len(hour.repositories):,} repositories; load {os.getloadavg()[0]:.1f}"
        )
        python = install(options.peers)
        measured: dict[str, list[tuple[float, float]]] = {}
        kept: dict[str, int] = {}
        for _ in range(options.rounds):
            for method, work in methods(hour, python, folder).items():
                if min(measured.get(method, [(0.0, 0.0)]))[0] < SLOWEST:
                    seconds, used, kept[method] = work()
                    measured.setdefault(method, []).append((seconds, used))
        show(hour, measured, kept)
    return 0


def show(hour: Hour, measured: dict[str, list[tuple[float, float]]], kept: dict[str, int]) -> None:
    """Speeds by a processor's time: other work on the machine disturbs them least. DuckDB alone uses several."""
    size = hour.raw / 1e6
    clock = {method: size / statistics.median(seconds for seconds, _ in times) for method, times in measured.items()}
    speed = {method: size / statistics.median(used for _, used in times) for method, times in measured.items()}
    best = {method: size / min(used for _, used in times) for method, times in measured.items()}
    alone = max(value for method, value in speed.items() if method.startswith("decompression"))
    print(f"{'MB/s':44}{'clock':>8}{'CPU':>8}{'best':>8}{'of decompression':>18}{'kept':>8}")
    for method, value in speed.items():
        kept_of = "" if method.startswith("decompression") else f"{kept[method]:,}"
        print(f"{method:44}{clock[method]:8.0f}{value:8.0f}{best[method]:8.0f}{value / alone:18.0%}{kept_of:>8}")
    for count in NAMES:
        others = {name: speed[f"{name}, {count} names"] for name in PEERS if f"{name}, {count} names" in speed}
        if others:
            fastest = max(others, key=lambda name: others[name])
            ratio = speed[f"Ecotone, {count} names"] / others[fastest]
            print(f"{count} names: {ratio:.1f} times the fastest peer ({fastest})")
    print(f"2,000 names beside 20: {speed['Ecotone, 2000 names'] / speed['Ecotone, 20 names']:.0%} of the speed")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    sys.exit(main())
