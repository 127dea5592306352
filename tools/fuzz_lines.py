"""Fuzz the reading of GH Archive: whatever the bytes, no crash, no hang, and accepted + refused = lines.

With atheris the mutations follow the reader's own branches; without it they are random, by a seed. Both begin with
lines of every era. Run: fuzz_lines.py [--seconds 600] [--seed 1] [--random]
"""

from __future__ import annotations

import argparse
import gzip
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

KEPT = Path(__file__).parents[1] / "tests" / "kept" / "gharchive"
HOUR = datetime.fromisoformat("2015-01-01")
SLOWEST = 5.0
"""Seconds that one input may take."""


def check() -> Callable[[bytes], None]:
    """What must hold of any bytes; the first byte chooses how they are cut into blocks."""
    from ecotone.events.sources.gharchive.kept import table_of
    from ecotone.events.sources.gharchive.lines import BAD_TIME, INCOMPLETE, REASONS, Event, LineReader, Search
    from ecotone.events.sources.gharchive.payload import BadTime, is_complete, row_of
    from ecotone.events.sources.gharchive.unzip import Unzip

    searches = (Search.of(["octo/cat"], [7]), Search.of(everything=True))

    def read(blocks: Iterator[bytes], search: Search) -> tuple[list[Event], dict[str, int], dict[str, int], int]:
        reader = LineReader(search)
        events = [*reader.read(blocks), *reader.finish()]
        rows = []
        for event in events:
            try:
                row = row_of(event, HOUR)
            except BadTime:
                reader.take_back(event, BAD_TIME)
                continue
            rows.append(row)
            if not is_complete(row):
                reader.take_back(event, INCOMPLETE)
        table_of(rows).validate(full=True)
        tally = reader.tally
        assert tally.lines == tally.accepted + sum(tally.refused.values()), tally
        assert set(tally.refused) <= set(REASONS), tally
        return events, tally.types, tally.refused, tally.lines

    def holds(content: bytes) -> None:
        cut, content = 1 + content[0] if content else 1, content[1:]
        for search in searches:
            pieces = (content[place : place + cut] for place in range(0, len(content), cut))
            found = read(iter([content]), search)
            assert repr(found) == repr(read(pieces, search)), "reading depends on how the bytes are cut"
            assert found[3] >= sum(1 for line in content.split(b"\n") if line.strip())
        packed = gzip.compress(content, 1)
        assert b"".join(Unzip(iter([packed]))) == content
        broken = bytearray(packed)
        broken[len(packed) * cut // 257] ^= 1 + cut % 255
        for _ in Unzip(iter([bytes(broken[: len(packed) - cut % 9])])):
            pass
        for _ in Unzip(iter([content])):
            pass

    return holds


def seeds() -> list[bytes]:
    """Lines of every era, alone and together, plain and in other orders of keys."""
    lines = [line for path in sorted(KEPT.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    others = [b"{}", b'{"id":"1","type":"X","actor":{},"repo":{},"payload":{}}', b"[1]", b"\x1f\x8b\x08"]
    return [b"\x20" + line for line in [*lines, *others, b"\n".join(lines[:20]), b"".join(lines[:5])]]


def by_chance(holds: Callable[[bytes], None], seconds: float, seed: int) -> int:
    """Mutate the seeds without looking; returns how many inputs were tried."""
    chance, known, tried = random.Random(seed), seeds(), 0
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        content = bytearray(chance.choice(known))
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            place = chance.randrange(len(content) + 1)
            kind = chance.randrange(4)
            if kind == 0:
                content[place:place] = chance.randbytes(chance.randrange(1, 9))
            elif kind == 1:
                del content[place : place + chance.randrange(1, 60)]
            elif kind == 2:
                other = chance.choice(known)
                start = chance.randrange(len(other))
                content[place:place] = other[start : start + chance.randrange(1, 200)]
            else:
                content[place : place + 1] = chance.choice((b"\n", b'"', b"{", b"}", b"\\", b":", b",", b"\0", b"\xff"))
        began = time.monotonic()
        holds(bytes(content))
        assert time.monotonic() - began < SLOWEST, "too slow"
        tried += 1
    return tried


def by_atheris(seconds: int, seed: int) -> None:
    """Mutations that follow coverage; ends the process, with 0 if nothing was found."""
    import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]  # no types; not installed everywhere

    with atheris.instrument_imports(include=["ecotone.events.sources.gharchive"]):
        holds = check()
    with tempfile.TemporaryDirectory(prefix="ecotone-fuzz-") as folder:
        for position, content in enumerate(seeds()):
            (Path(folder) / f"{position:03}").write_bytes(content)
        options = [f"-max_total_time={seconds}", f"-seed={seed}", "-timeout=10", "-max_len=65536", "-rss_limit_mb=2048"]
        options.append(f"-artifact_prefix={tempfile.gettempdir()}/ecotone-fuzz-")
        atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", folder], holds)
        atheris.Fuzz()


def main() -> int:
    """Fuzz for some time; anything found ends it with the input."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--random", action="store_true", help="do without atheris")
    options = parser.parse_args()
    if not options.random:
        try:
            by_atheris(options.seconds, options.seed)
            return 0
        except ImportError:
            print("atheris is not installed; mutating at random")
    tried = by_chance(check(), options.seconds, options.seed)
    print(f"{tried} inputs, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
