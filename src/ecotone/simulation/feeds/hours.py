"""Write a field's events as the archive's hourly files, whole or with faults."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from ecotone.simulation.chance import stream
from ecotone.simulation.feeds.acts import Act, Feeds
from ecotone.simulation.feeds.eras import (
    BY_ARRIVAL,
    LATEST_ARRIVAL,
    OVERLAP_UNTIL,
    UTC_HOURS,
    event_number,
    file_of,
    told,
)
from ecotone.simulation.feeds.faults import DUPLICATED, Faults
from ecotone.simulation.feeds.filler import filler_line
from ecotone.simulation.feeds.lines import TYPES, EventWriter
from ecotone.simulation.feeds.timeline import timeline_line
from ecotone.simulation.world import HOUR, Second

FILLER: Final = 24  # lines of other repositories in an hour
FILLER_PLACES: Final = 60  # of the ids of a second: the acts of the field have those below
LATE_TIMELINE: Final[Second] = 99  # a file of the first era begins and ends so much after its hour
LEVEL: Final = 1


class Line(NamedTuple):
    """A line of a file; `act` is the position of its event in the feeds, -1 for an unrelated event."""

    arrival: Second
    number: int
    kind: str
    act: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """A damaged file: its fault, its number of lines without the fault, and its readable lines.

    acts  how many of the missing lines are events of the field
    """

    file: str
    fault: str
    lines: int
    readable: int
    acts: int


@dataclass(frozen=True, slots=True)
class Written:
    """The written files and the lost events.

    files   names of all files by time, missing ones included
    events  number of lines of the field's events, lost ones included
    lost    by position in `feeds.acts`: the fault that removed every line of the event
    damage  in the order of files; the faults of single lines (pages, week, collapse) are summed a file
    """

    files: tuple[str, ...]
    numbers: tuple[int, ...]
    lost: dict[int, str]
    damage: tuple[Damage, ...]


def write_hours(feeds: Feeds, folder: Path, *, faults: Faults | None = None, filler: int = FILLER) -> Written:
    """Write every hour of the field's period into a folder; same field and faults, same bytes.

    filler  lines of other repositories in an hour
    """
    folder.mkdir(parents=True, exist_ok=True)
    return _Writer(feeds, faults or Faults.none(), filler).write(folder)


def event_numbers(acts: Sequence[Act]) -> tuple[int, ...]:
    """The archive's id of each event; the events are ordered by time."""
    found, last, place = [], -1, 0
    for act in acts:
        place = place + 1 if act.at == last else 0
        last = act.at
        found.append(event_number(act.at, place))
    return tuple(found)


def arrival_of(second: Second, number: int) -> Second:
    """When the crawler saw an event: most within one hour, all within six."""
    draw = (number * 2_654_435_761 & 0xFFFFFFFF) / 2**32
    if draw < 0.6:
        return second + 20 + int(draw * 1_900)
    return second + (1_200 + int((draw - 0.6) * 14_000) if draw < 0.9 else int(draw * (LATEST_ARRIVAL - 1)))


def home_of(act: Act, number: int) -> tuple[Second, str]:
    """When an event arrives, and the name of its file."""
    if act.at < UTC_HOURS:
        return act.at, file_of(act.at - LATE_TIMELINE)
    arrival = arrival_of(act.at, number)
    return (arrival, file_of(arrival)) if arrival >= BY_ARRIVAL and act.at >= BY_ARRIVAL else (act.at, file_of(act.at))


class _Writer:
    """Writes hour after hour; records which events have a readable line."""

    def __init__(self, feeds: Feeds, faults: Faults, filler: int) -> None:
        self.feeds = feeds
        self.faults = faults
        self.filler = filler
        self.events = EventWriter(feeds, ambiguous=faults.has("ambiguous"))
        self.numbers = event_numbers(feeds.acts)
        self.wanted = tuple(name for feed in feeds.projects for _, name in feed.names)
        self.present: set[int] = set()
        self.taken: dict[int, str] = {}
        self.damage: list[Damage] = []
        self.again: list[Line] = []  # lines that the next file repeats

    def write(self, folder: Path) -> Written:
        homes: dict[str, list[tuple[Second, int]]] = defaultdict(list)
        for position, act in enumerate(self.feeds.acts):
            if told(act.kind, act.at):
                arrival, file = home_of(act, self.numbers[position])
                homes[file].append((arrival, position))
                if self.faults.has("overlap") and UTC_HOURS <= act.at < OVERLAP_UNTIL:
                    homes[file_of(act.at, pacific=True)].append((act.at, position))
        files = tuple(_files(self.feeds))
        for file, start in files:
            self._file(folder, file, start, homes.pop(file, []))
        assert not homes, f"no file for {sorted(homes)[:3]}"
        lost = {position: fault for position, fault in self.taken.items() if position not in self.present}
        return Written(tuple(file for file, _ in files), self.numbers, lost, tuple(self.damage))

    def _file(self, folder: Path, file: str, start: Second, homes: list[tuple[Second, int]]) -> None:
        lines = sorted([*self._told(file, start, homes), *self._filler(file, start)])
        lost = self.faults.losses(file, [(line.arrival, line.kind) for line in lines])
        kept = [line for line, loss in zip(lines, lost, strict=True) if loss is None]
        for line, loss in zip(lines, lost, strict=True):
            if loss is not None:
                self._miss(line, loss)
        kept = self._repeated(file, kept)
        struck = self.faults.of_file(file)
        readable = self._put(folder / file, struck, kept)
        for line in readable:
            if line.act >= 0:
                self.present.add(line.act)
        if struck is not None:
            read = {line.act for line in readable}
            for line in kept:
                if line.act not in read:
                    self._miss(line, struck)
        fault = struck or next((loss for loss in lost if loss), None)
        if fault is not None:
            missing = {line.act for line in lines if line.act >= 0} - {line.act for line in readable}
            self.damage.append(Damage(file, fault, len(lines), len(readable), len(missing)))

    def _miss(self, line: Line, fault: str) -> None:
        if line.act >= 0:
            self.taken.setdefault(line.act, fault)

    def _told(self, file: str, start: Second, homes: list[tuple[Second, int]]) -> Iterator[Line]:
        timeline = start < UTC_HOURS or file == file_of(start, pacific=True) != file_of(start)
        for arrival, position in homes:
            act, number = self.feeds.acts[position], self.numbers[position]
            content = timeline_line(act) if timeline else self.events.line(act, number)
            yield Line(arrival, number, TYPES[act.kind], position, content)

    def _filler(self, file: str, start: Second) -> Iterator[Line]:
        rng = stream(self.feeds.world.seed, f"filler/{file}")
        pacific = file != file_of(start)
        for place in range(self.filler):
            second = start + place * HOUR // self.filler
            created = second - min(rng.randrange(1, 900), second - start if start < BY_ARRIVAL else 900)
            created = min(created, UTC_HOURS - 1) if pacific or start < UTC_HOURS else created
            number = event_number(created, FILLER_PLACES + place % FILLER_PLACES)
            kind, content = filler_line(rng, number, created, self.wanted)
            yield Line(second, number, kind, -1, content)

    def _repeated(self, file: str, lines: list[Line]) -> list[Line]:
        """The lines with some of them repeated, and some lines of the file before."""
        if not self.faults.has("duplicates"):
            return lines
        rng = stream(self.faults.seed, f"duplicates/{file}")
        found, self.again = list(self.again), []
        for line in lines:
            found.append(line)
            draw = rng.random()
            if draw < DUPLICATED / 2:
                found.append(line)
            elif draw < DUPLICATED:
                self.again.append(line)
        return found

    def _put(self, path: Path, struck: str | None, lines: list[Line]) -> list[Line]:
        """Write a file with its fault; returns its readable lines."""
        rng = stream(self.faults.seed, f"put/{path.name}")
        if struck == "absent":
            return []
        if struck == "one_event":
            lines = lines[:1]
        contents = [line.content + b"\n" for line in lines]
        if struck == "garbled" and lines:
            broken = {rng.randrange(len(lines)) for _ in range(3)}
            contents = [_garbled(one, place) if place in broken else one for place, one in enumerate(contents)]
            lines = [line for place, line in enumerate(lines) if place not in broken]
        whole = compressed(b"".join(contents))
        if struck == "truncated":
            whole = whole[: int(len(whole) * rng.uniform(0.3, 0.9))]
            lines = lines[: zlib.decompressobj(31).decompress(whole).count(b"\n")]
        path.write_bytes(whole)
        return lines


def compressed(content: bytes) -> bytes:
    """Gzip without a time, so that the same content gives the same bytes."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()


def _garbled(line: bytes, place: int) -> bytes:
    """A line that is not JSON: cut off, or with bytes that are not UTF-8."""
    middle = len(line) // 2
    if place % 2:
        return line[:middle] + b"\n"
    return line[:middle] + b"\xff\x00\xfe" + line[middle + 3 : -3] + b"\n"


def _files(feeds: Feeds) -> Iterator[tuple[str, Second]]:
    """Every file of the period with the start of its hour; names are unique."""
    first, end = feeds.world.month_starts[0], feeds.world.month_starts[-1]
    first = (first - LATE_TIMELINE) // HOUR * HOUR if first < UTC_HOURS else first
    end += LATEST_ARRIVAL if end > BY_ARRIVAL else HOUR if end < UTC_HOURS else 0
    seen = set()
    for start in range(first, end, HOUR):
        found = [(file_of(start), start)]
        if start == UTC_HOURS - HOUR:  # Pacific hours of 2014 go on while those of 2015 in UTC have begun
            found += [(file_of(one, pacific=True), one) for one in range(UTC_HOURS, OVERLAP_UNTIL, HOUR)]
        for name, at in found:
            if name not in seen:
                seen.add(name)
                yield name, at
