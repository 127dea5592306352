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


def make_line_check() -> Callable[[bytes], None]:
    """What must hold of any bytes; the first byte chooses how they are cut into blocks."""
    from ecotone.events.sources.gharchive.gzip_stream import GzipStream
    from ecotone.events.sources.gharchive.line_reader import (
        BAD_TIME,
        INCOMPLETE,
        REASONS,
        Event,
        LineReader,
        RepositorySearch,
    )
    from ecotone.events.sources.gharchive.row_extraction import InvalidTime, has_id_columns, row_from_event
    from ecotone.events.sources.gharchive.row_schema import table_from_rows

    searches = (
        RepositorySearch.for_repositories(["octo/cat"], [7]),
        RepositorySearch.for_repositories(everything=True),
    )

    def read_batch(
        blocks: Iterator[bytes], search: RepositorySearch
    ) -> tuple[list[Event], dict[str, int], dict[str, int], int]:
        reader = LineReader(search)
        events = [*reader.read_blocks(blocks), *reader.read_last_line()]
        rows = []
        for event in events:
            try:
                row = row_from_event(event, HOUR)
            except InvalidTime:
                reader.refuse_event(event, BAD_TIME)
                continue
            rows.append(row)
            if not has_id_columns(row):
                reader.refuse_event(event, INCOMPLETE)
        table_from_rows(rows).validate(full=True)
        tally = reader.line_counts
        assert tally.lines == tally.accepted_lines + sum(tally.refused.values()), tally
        assert set(tally.refused) <= set(REASONS), tally
        return events, tally.types, tally.refused, tally.lines

    def assert_promises(content: bytes) -> None:
        cut, content = 1 + content[0] if content else 1, content[1:]
        for search in searches:
            pieces = (content[folder : folder + cut] for folder in range(0, len(content), cut))
            result = read_batch(iter([content]), search)
            assert repr(result) == repr(read_batch(pieces, search)), "reading depends on how the bytes are cut"
            assert result[3] >= sum(1 for line in content.split(b"\n") if line.strip())
        packed = gzip.compress(content, 1)
        assert b"".join(GzipStream(iter([packed]))) == content
        broken = bytearray(packed)
        broken[len(packed) * cut // 257] ^= 1 + cut % 255
        for _ in GzipStream(iter([bytes(broken[: len(packed) - cut % 9])])):
            pass
        for _ in GzipStream(iter([content])):
            pass

    return assert_promises


def make_seed_lines() -> list[bytes]:
    """Lines of every era, alone and together, plain and in other orders of keys."""
    lines = [line for path in sorted(KEPT.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    others = [b"{}", b'{"id":"1","type":"X","actor":{},"repo":{},"payload":{}}', b"[1]", b"\x1f\x8b\x08"]
    return [b"\x20" + line for line in [*lines, *others, b"\n".join(lines[:20]), b"".join(lines[:5])]]


def fuzz_by_chance(holds: Callable[[bytes], None], seconds: float, seed: int) -> int:
    """Mutate the seeds without looking; returns how many inputs were tried."""
    chance, known, tried = random.Random(seed), make_seed_lines(), 0
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        content = bytearray(chance.choice(known))
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            position = chance.randrange(len(content) + 1)
            kind = chance.randrange(4)
            if kind == 0:
                content[position:position] = chance.randbytes(chance.randrange(1, 9))
            elif kind == 1:
                del content[position : position + chance.randrange(1, 60)]
            elif kind == 2:
                other_line = chance.choice(known)
                start = chance.randrange(len(other_line))
                content[position:position] = other_line[start : start + chance.randrange(1, 200)]
            else:
                content[position : position + 1] = chance.choice(
                    (b"\n", b'"', b"{", b"}", b"\\", b":", b",", b"\0", b"\xff")
                )
        began = time.monotonic()
        holds(bytes(content))
        assert time.monotonic() - began < SLOWEST, "too slow"
        tried += 1
    return tried


def fuzz_by_atheris(seconds: int, seed: int) -> None:
    """Mutations that follow coverage; ends the process, with 0 if nothing was found."""
    import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]  # no types; not installed everywhere

    with atheris.instrument_imports(include=["ecotone.events.sources.gharchive"]):
        holds = make_line_check()
    with tempfile.TemporaryDirectory(prefix="ecotone-fuzz-") as folder:
        for position, content in enumerate(make_seed_lines()):
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
            fuzz_by_atheris(options.seconds, options.seed)
            return 0
        except ImportError:
            print("atheris is not installed; mutating at random")
    tried = fuzz_by_chance(make_line_check(), options.seconds, options.seed)
    print(f"{tried} inputs, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
