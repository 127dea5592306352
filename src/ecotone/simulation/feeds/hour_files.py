"""Write a field's events as the archive's hourly files, whole or with faults."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from ecotone.simulation.feeds.archive_eras import (
    BY_ARRIVAL,
    LATEST_ARRIVAL,
    OVERLAP_UNTIL,
    UTC_HOURS,
    hour_file_name,
    is_event_published,
    make_event_number,
)
from ecotone.simulation.feeds.archive_faults import DUPLICATED, ArchiveFaults
from ecotone.simulation.feeds.event_objects import TYPES, EventWriter
from ecotone.simulation.feeds.feed_model import FeedEvent, FieldFeeds
from ecotone.simulation.feeds.timeline_events import write_timeline_line
from ecotone.simulation.feeds.unrelated_events import write_unrelated_event
from ecotone.simulation.random_streams import random_stream
from ecotone.simulation.world import HOUR, Second

FILLER: Final = 24  # lines of other repositories in an hour
FILLER_PLACES: Final = 60  # of the ids of a second: the acts of the field have those below
LATE_TIMELINE: Final[Second] = 99  # a file of the first era begins and ends so much after its hour
LEVEL: Final = 1


class ArchiveLine(NamedTuple):
    """A line of a file; `act` is the position of its event in the feeds, -1 for an unrelated event."""

    arrival: Second
    number: int
    kind: str
    act: int
    content: bytes


@dataclass(frozen=True, slots=True)
class FileDamage:
    """A damaged file: its fault, its number of lines without the fault, and its readable lines.

    acts  how many of the missing lines are events of the field
    """

    file: str
    fault: str
    lines: int
    readable: int
    acts: int


@dataclass(frozen=True, slots=True)
class WrittenHours:
    """The written files and the lost events.

    files   names of all files by time, missing ones included
    events  number of lines of the field's events, lost ones included
    lost    by position in `feeds.acts`: the fault that removed every line of the event
    damage  in the order of files; the faults of single lines (pages, week, collapse) are summed a file
    """

    files: tuple[str, ...]
    numbers: tuple[int, ...]
    lost: dict[int, str]
    damage: tuple[FileDamage, ...]


def write_hours(
    feeds: FieldFeeds, folder: Path, *, faults: ArchiveFaults | None = None, filler: int = FILLER
) -> WrittenHours:
    """Write every hour of the field's period into a folder; same field and faults, same bytes.

    filler  lines of other repositories in an hour
    """
    folder.mkdir(parents=True, exist_ok=True)
    return _HourWriter(feeds, faults or ArchiveFaults.no_faults(), filler).write_all_hours(folder)


def assign_event_numbers(acts: Sequence[FeedEvent]) -> tuple[int, ...]:
    """The archive's id of each event; the events are ordered by time."""
    numbers, last, position = [], -1, 0
    for act in acts:
        position = position + 1 if act.at == last else 0
        last = act.at
        numbers.append(make_event_number(act.at, position))
    return tuple(numbers)


def find_arrival_time(second: Second, number: int) -> Second:
    """When the crawler saw an event: most within one hour, all within six."""
    draw = (number * 2_654_435_761 & 0xFFFFFFFF) / 2**32
    if draw < 0.6:
        return second + 20 + int(draw * 1_900)
    return second + (1_200 + int((draw - 0.6) * 14_000) if draw < 0.9 else int(draw * (LATEST_ARRIVAL - 1)))


def find_hour_file(act: FeedEvent, number: int) -> tuple[Second, str]:
    """When an event arrives, and the name of its file."""
    if act.at < UTC_HOURS:
        return act.at, hour_file_name(act.at - LATE_TIMELINE)
    arrival = find_arrival_time(act.at, number)
    return (
        (arrival, hour_file_name(arrival))
        if arrival >= BY_ARRIVAL and act.at >= BY_ARRIVAL
        else (act.at, hour_file_name(act.at))
    )


class _HourWriter:
    """Writes hour after hour; records which events have a readable line."""

    def __init__(self, feeds: FieldFeeds, faults: ArchiveFaults, filler: int) -> None:
        self.feeds = feeds
        self.faults = faults
        self.filler = filler
        self.events = EventWriter(feeds, ambiguous=faults.has_fault("ambiguous"))
        self.numbers = assign_event_numbers(feeds.acts)
        self.wanted = tuple(name for feed in feeds.projects for _, name in feed.names)
        self.present: set[int] = set()
        self.taken: dict[int, str] = {}
        self.damage: list[FileDamage] = []
        self.again: list[ArchiveLine] = []  # lines that the next file repeats

    def write_all_hours(self, folder: Path) -> WrittenHours:
        homes: dict[str, list[tuple[Second, int]]] = defaultdict(list)
        for position, act in enumerate(self.feeds.acts):
            if is_event_published(act.kind, act.at):
                arrival, file = find_hour_file(act, self.numbers[position])
                homes[file].append((arrival, position))
                if self.faults.has_fault("overlap") and UTC_HOURS <= act.at < OVERLAP_UNTIL:
                    homes[hour_file_name(act.at, pacific=True)].append((act.at, position))
        files = tuple(_list_hour_files(self.feeds))
        for file, start in files:
            self._write_hour_file(folder, file, start, homes.pop(file, []))
        assert not homes, f"no file for {sorted(homes)[:3]}"
        lost = {position: fault for position, fault in self.taken.items() if position not in self.present}
        return WrittenHours(tuple(file for file, _ in files), self.numbers, lost, tuple(self.damage))

    def _write_hour_file(self, folder: Path, file: str, start: Second, homes: list[tuple[Second, int]]) -> None:
        lines = sorted([*self._list_field_lines(file, start, homes), *self._list_filler_lines(file, start)])
        lost = self.faults.draw_lost_lines(file, [(line.arrival, line.kind) for line in lines])
        kept_lines = [line for line, loss in zip(lines, lost, strict=True) if loss is None]
        for line, loss in zip(lines, lost, strict=True):
            if loss is not None:
                self._record_lost_line(line, loss)
        kept_lines = self._repeat_lines(file, kept_lines)
        struck = self.faults.draw_file_fault(file)
        readable = self._write_damaged_file(folder / file, struck, kept_lines)
        for line in readable:
            if line.act >= 0:
                self.present.add(line.act)
        if struck is not None:
            read = {line.act for line in readable}
            for line in kept_lines:
                if line.act not in read:
                    self._record_lost_line(line, struck)
        fault = struck or next((loss for loss in lost if loss), None)
        if fault is not None:
            missing = {line.act for line in lines if line.act >= 0} - {line.act for line in readable}
            self.damage.append(FileDamage(file, fault, len(lines), len(readable), len(missing)))

    def _record_lost_line(self, line: ArchiveLine, fault: str) -> None:
        if line.act >= 0:
            self.taken.setdefault(line.act, fault)

    def _list_field_lines(self, file: str, start: Second, homes: list[tuple[Second, int]]) -> Iterator[ArchiveLine]:
        timeline = start < UTC_HOURS or file == hour_file_name(start, pacific=True) != hour_file_name(start)
        for arrival, position in homes:
            act, number = self.feeds.acts[position], self.numbers[position]
            content = write_timeline_line(act) if timeline else self.events.write_event_line(act, number)
            yield ArchiveLine(arrival, number, TYPES[act.kind], position, content)

    def _list_filler_lines(self, file: str, start: Second) -> Iterator[ArchiveLine]:
        rng = random_stream(self.feeds.world.seed, f"filler/{file}")
        pacific = file != hour_file_name(start)
        for position in range(self.filler):
            second = start + position * HOUR // self.filler
            created = second - min(rng.randrange(1, 900), second - start if start < BY_ARRIVAL else 900)
            created = min(created, UTC_HOURS - 1) if pacific or start < UTC_HOURS else created
            number = make_event_number(created, FILLER_PLACES + position % FILLER_PLACES)
            kind, content = write_unrelated_event(rng, number, created, self.wanted)
            yield ArchiveLine(second, number, kind, -1, content)

    def _repeat_lines(self, file: str, lines: list[ArchiveLine]) -> list[ArchiveLine]:
        """The lines with some of them repeated, and some lines of the file before."""
        if not self.faults.has_fault("duplicates"):
            return lines
        rng = random_stream(self.faults.seed, f"duplicates/{file}")
        repeated_lines, self.again = list(self.again), []
        for line in lines:
            repeated_lines.append(line)
            draw = rng.random()
            if draw < DUPLICATED / 2:
                repeated_lines.append(line)
            elif draw < DUPLICATED:
                self.again.append(line)
        return repeated_lines

    def _write_damaged_file(self, path: Path, struck: str | None, lines: list[ArchiveLine]) -> list[ArchiveLine]:
        """Write a file with its fault; returns its readable lines."""
        rng = random_stream(self.faults.seed, f"put/{path.name}")
        if struck == "absent":
            return []
        if struck == "one_event":
            lines = lines[:1]
        contents = [line.content + b"\n" for line in lines]
        if struck == "garbled" and lines:
            broken = {rng.randrange(len(lines)) for _ in range(3)}
            contents = [
                _garble_line(content, position) if position in broken else content
                for position, content in enumerate(contents)
            ]
            lines = [line for position, line in enumerate(lines) if position not in broken]
        whole = compress_gzip(b"".join(contents))
        if struck == "truncated":
            whole = whole[: int(len(whole) * rng.uniform(0.3, 0.9))]
            lines = lines[: zlib.decompressobj(31).decompress(whole).count(b"\n")]
        path.write_bytes(whole)
        return lines


def compress_gzip(content: bytes) -> bytes:
    """Gzip without a time, so that the same content gives the same bytes."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()


def _garble_line(line: bytes, position: int) -> bytes:
    """A line that is not JSON: cut off, or with bytes that are not UTF-8."""
    middle = len(line) // 2
    if position % 2:
        return line[:middle] + b"\n"
    return line[:middle] + b"\xff\x00\xfe" + line[middle + 3 : -3] + b"\n"


def _list_hour_files(feeds: FieldFeeds) -> Iterator[tuple[str, Second]]:
    """Every file of the period with the start of its hour; names are unique."""
    first, end = feeds.world.month_starts[0], feeds.world.month_starts[-1]
    first = (first - LATE_TIMELINE) // HOUR * HOUR if first < UTC_HOURS else first
    end += LATEST_ARRIVAL if end > BY_ARRIVAL else HOUR if end < UTC_HOURS else 0
    file_names = set()
    for start in range(first, end, HOUR):
        candidates = [(hour_file_name(start), start)]
        if start == UTC_HOURS - HOUR:  # Pacific hours of 2014 go on while those of 2015 in UTC have begun
            candidates += [
                (hour_file_name(start_second, pacific=True), start_second)
                for start_second in range(UTC_HOURS, OVERLAP_UNTIL, HOUR)
            ]
        for name, at in candidates:
            if name not in file_names:
                file_names.add(name)
                yield name, at
