"""Every real line of a folder of samples is read or refused with a reason, and counted as others count it.

The samples' own MANIFEST says how many events of which type each file holds; beside it, whole files are counted by
`zcat` and Python's own JSON reader.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from ecotone.events.sources.gharchive.gzip_stream import GzipStream
from ecotone.events.sources.gharchive.line_reader import (
    BAD_TIME,
    INCOMPLETE,
    LineReader,
    RepositorySearch,
    repository_of,
)
from ecotone.events.sources.gharchive.row_extraction import InvalidTime, has_id_columns, row_from_event
from tests.acceptance.settings import LONG, require_shared

HOUR = datetime.fromisoformat("2015-01-01")
TYPE = re.compile(r"([A-Z][A-Za-z/]+) (\d+)")
SHORT = {
    "PRReview": "PullRequestReviewEvent",
    "PRReviewComment": "PullRequestReviewCommentEvent",
    "PullRequest": "PullRequestEvent",
}
BLOCK = 1 << 16

Counts = Counter[str]


pytestmark = LONG


def test_every_real_line_is_read_or_refused() -> None:
    root = require_shared("samples/gharchive")
    wrong = 0
    for name, paths, counts, total in manifest(root):
        wrong += compare(name, paths, counts, total)
    print(f"{wrong} failed")
    assert not wrong


def manifest(root: Path) -> Iterator[tuple[str, list[Path], Counts, int]]:
    """What the manifest's table says: a name, the files, events by type (all or some), how many events.

    Files that no row names belong to the row that lacks just so many.
    """
    rows = []
    for line in (root / "MANIFEST.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) < 5 or not (found := re.match(r"([\d,]+) / ([\d,]+)", cells[3])):
            continue
        counts = Counter[str]()
        for names, number in TYPE.findall(cells[4]):
            for name in names.split("/"):
                counts[SHORT.get(name, f"{name}Event")] = int(number)
        files, events = (int(found[group].replace(",", "")) for group in (1, 2))
        rows.append((cells[0], sorted(root.glob(cells[0])), counts, files, events))
    named = {path for _, paths, *_ in rows for path in paths}
    rest = sorted(path for path in root.rglob("*.json*") if path not in named)
    for name, paths, counts, files, events in rows:
        own = paths + rest if len(paths) + len(rest) == files else paths
        assert len(own) == files, f"{name}: {len(own)} files, the manifest says {files}"
        yield name, own, counts, events


def compare(name: str, paths: Sequence[Path], told: Counts, total: int) -> int:
    """Read the files and compare: with the manifest, and with an independent count."""
    read, lines, refused, rows = Counter[str](), 0, Counter[str](), 0
    independent = Counter[str]()
    for path in paths:
        found = read_lines(one_a_line(path))
        read += found[0]
        lines, rows = lines + found[1], rows + found[3]
        refused += found[2]
        independent += counted(path)
    whole = sum(told.values()) == total
    problems = []
    if lines != sum(read.values()) + sum(refused.values()):
        problems.append("accepted + refused is not lines")
    if read != independent:
        problems.append(f"an independent count differs: {independent - read} {read - independent}")
    if sum(read.values()) != total:
        problems.append(f"the manifest says {total} events")
    if any(read[kind] != number for kind, number in told.items()) or (whole and set(read) != set(told)):
        problems.append(f"the manifest's types differ: {told - read} {read - told}")
    problems += [problem for path in paths if (problem := searched(path))]
    print(
        f"{name}: {len(paths)} files, {lines} lines = {sum(read.values())} read + {sum(refused.values())} refused"
        f" {dict(refused)}; {len(read)} types, {rows} rows of facts;"
        f" the manifest lists {sum(told.values())} of {total} by type"
    )
    for problem in problems:
        print(f"  WRONG: {problem}")
    return len(problems)


def searched(path: Path) -> str:
    """Search a file for every third of its repositories; says what is wrong with the lines that are found."""
    lines = b"".join(one_a_line(path)).splitlines()
    events = [event for line in lines if "type" in (event := json.loads(line))]
    places = [repository_of(event) for event in events]
    names = sorted({place[1] for place in places if place})[::3]
    search = RepositorySearch.for_repositories([name.upper() for name in names])
    reader = LineReader(search)
    found = [*reader.read_blocks(one_a_line(path)), *reader.read_last_line()]
    wanted = [event for event, place in zip(events, places, strict=True) if place and place[1] in names]
    return "" if found == wanted else f"{path}: searched for {len(names)} repositories, {len(found)} lines found"


def read_lines(blocks: Iterable[bytes]) -> tuple[Counts, int, Counts, int]:
    """Types read, lines, refusals by reason, and rows of facts, by Ecotone's reader."""
    reader, rows = LineReader(RepositorySearch.for_repositories(everything=True)), 0
    for event in [*reader.read_blocks(blocks), *reader.read_last_line()]:
        assert repository_of(event) is not None
        try:
            complete = has_id_columns(row_from_event(event, HOUR))
        except InvalidTime:
            reader.refuse_event(event, BAD_TIME)
            continue
        rows += complete
        if not complete:
            reader.refuse_event(event, INCOMPLETE)
    tally = reader.line_counts
    return Counter(tally.types), tally.lines, Counter(tally.refused), rows


def one_a_line(path: Path) -> Iterator[bytes]:
    """The file as an hour file has it: objects as they stand where they are lines, else each made into one."""
    if path.suffix == ".gz":
        with path.open("rb") as handle:
            yield from GzipStream(iter(lambda: handle.read(BLOCK), b""))
        return
    content = path.read_bytes()
    if content.count(b"\n") > 1 and not content.lstrip().startswith((b"[", b"{\n")):
        yield from (content[place : place + BLOCK] for place in range(0, len(content), BLOCK))
        return
    told = json.loads(content)
    for event in told if isinstance(told, list) else [told]:
        yield json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def counted(path: Path) -> Counts:
    """Events by type, by zcat and Python's JSON reader alone."""
    if path.suffix == ".gz":
        unpacked = subprocess.run(["zcat", str(path)], check=True, capture_output=True).stdout
        assert unpacked == gzip.decompress(path.read_bytes())
        return Counter(json.loads(line)["type"] for line in unpacked.splitlines())
    text = path.read_text("utf-8")
    try:
        told = json.loads(text)
    except json.JSONDecodeError:
        return Counter(json.loads(line)["type"] for line in text.splitlines() if line.strip())
    return Counter(event["type"] for event in (told if isinstance(told, list) else [told]) if "type" in event)
