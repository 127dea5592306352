"""Coverage of each month of GH Archive: missing and short hours, known breaks, and an estimate of the full count."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from math import exp
from statistics import median
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.schema import COVERAGE_SCHEMA
from ecotone.events.sources.gharchive.gzip_stream import WHOLE as ENDED_WELL
from ecotone.events.sources.gharchive.hour_files import (
    FIRST_HOUR,
    HOUR,
    floor_to_hour,
    full_hours_between,
    main_file_of,
)
from ecotone.events.sources.gharchive.hour_log import ABSENT, PARTIAL, SUSPECT, WHOLE, HourEntry
from ecotone.events.sources.gharchive.undercount import ALL_TYPES, find_low_days
from ecotone.foundation.months import add_months, list_months_between, start_of_month
from ecotone.foundation.notes import OPEN_END, Note, note, write_notes, write_periods

SOURCE: Final = "gharchive"

OUTSIDE: Final = "outside"  # of the requested period
NOT_READ: Final = "not read"
SOME_LINES: Final = "some lines"  # the file is complete, but some of its lines could not be read
THIN: Final = "thin"  # far fewer events than in the surrounding weeks

NO_END: Final = datetime.fromisoformat("9999-12-31")
"""The end of a break that has not ended."""

DAMAGED: Final = "damaged"
NOT_OBSERVED: Final = "not_observed"

TINY_SHARE: Final = 0.2
"""An hour is suspect if it has less than this share of the median lines of its neighbours,"""

IMPROBABLE_CHANCE: Final = 1e-6
"""and if the Poisson probability of so few lines is below this."""

NEIGHBOUR_DAYS: Final = 14

LEAST_HOUR_SHARE: Final = 0.05
"""Smallest share of an hour's events from which the missing ones are estimated."""

LEAST_USED_HOURS: Final = 0.1
"""Smallest share of usable hours from which a month's full count is estimated."""

NEGLIGIBLE_SHARE: Final = 1e-4
"""A month counts as whole if its unreadable lines make up less than this share of its hours."""

EVENT_TYPES: Final = {
    "commit": "PushEvent",
    "co_author": "PushEvent",
    "pull_opened": "PullRequestEvent",
    "pull_merged": "PullRequestEvent",
    "pull_closed": "PullRequestEvent",
    "review": "PullRequestReviewEvent",
    "review_comment": "PullRequestReviewCommentEvent",
    "issue_opened": "IssuesEvent",
    "issue_closed": "IssuesEvent",
    "comment": "IssueCommentEvent",
    "commit_comment": "CommitCommentEvent",
    "discussion": "DiscussionEvent",
    "star": "WatchEvent",
    "fork": "ForkEvent",
    "release": "ReleaseEvent",
}
"""The archive's event type for each kind of event."""


@dataclass(frozen=True, slots=True)
class KnownBreak:
    """A period in which existing files lack events; see `data/breaks.toml`."""

    archive: str
    since: datetime
    until: datetime
    state: str
    code: str
    source: str
    kept_share: float | None = None
    kept_share_by_type: Mapping[str, float] = field(default_factory=dict)

    def as_note(self) -> Note:
        """The break as a note."""
        end = OPEN_END if self.until == NO_END else f"{self.until:%Y-%m-%d}"
        when = write_periods([(f"{self.since:%Y-%m-%d}", end)])
        return Note(self.code, (("when", when), ("source", self.source)))


@cache
def known_breaks() -> tuple[KnownBreak, ...]:
    """The known breaks of all archives, sorted by start."""
    document = tomllib.loads((files("ecotone.events.sources.gharchive") / "data" / "breaks.toml").read_text("utf-8"))
    breaks = [KnownBreak(**{"until": NO_END, **entry}) for entry in document["break"]]
    return tuple(sorted(breaks, key=lambda entry: (entry.since, entry.until)))


def find_suspect_hours(hours: Iterable[HourEntry]) -> dict[datetime, float]:
    """Implausibly small hours, with their share of their neighbours' median.

    The median covers four weeks, so that a lost week is still recognised.
    """
    whole = [hour for hour in hours if hour.state == WHOLE]
    usual = _normal_line_counts(whole)
    shares = {}
    for hour in whole:
        middle = usual(hour.hour)
        if middle and hour.lines < TINY_SHARE * middle and _poisson_at_most(hour.lines, middle) < IMPROBABLE_CHANCE:
            shares[hour.hour] = hour.lines / middle
    return shares


def _normal_line_counts(whole: Iterable[HourEntry]) -> Callable[[datetime], float | None]:
    """A function from an hour to the median of the daily medians of lines within two weeks."""
    by_day: dict[date, list[int]] = {}
    for hour in whole:
        by_day.setdefault(hour.hour.date(), []).append(hour.lines)
    daily = {day: median(lines) for day, lines in by_day.items()}

    @cache
    def median_around(day: date) -> float | None:
        near = (day + timedelta(days=step) for step in range(-NEIGHBOUR_DAYS, NEIGHBOUR_DAYS + 1))
        counts = [daily[near_day] for near_day in near if near_day in daily]
        return float(median(counts)) if counts else None

    return lambda moment: median_around(moment.date())


def _poisson_at_most(count: int, mean: float) -> float:
    """The Poisson probability of at most `count` events in an hour."""
    if mean > 600:
        return 0.0
    term = total = exp(-mean)
    for step in range(1, count + 1):
        term *= mean / step
        total += term
    return total


@dataclass(frozen=True, slots=True)
class _HourGrid:
    """The hours (UTC) of the requested months, as they were read for one search.

    month_index  the position of an hour's month
    share        the share of its lines that were read, 0..1
    kept_share   hours x kinds: the share of the real events that the archive has; NaN if unknown
    problems     the problem of an hour's file (absent, partial, suspect, thin, some lines, not read); empty if none
    breaks       the breaks that touch a month, by position
    """

    month_index: np.ndarray
    share: np.ndarray
    kept_share: np.ndarray
    problems: list[str]
    breaks: list[list[KnownBreak]]


@dataclass(frozen=True, slots=True)
class LineProblems:
    """Problems with the lines of one repository.

    lost      hour in the file name -> lines that could not be read
    doubtful  hour (UTC) -> lines under its name whose repository id differs from that of its newest lines
    """

    lost: Mapping[datetime, int] = field(default_factory=dict)
    doubtful: Mapping[datetime, int] = field(default_factory=dict)


class ArchiveCoverage:
    """Computes the coverage of months from what was read of the archive.

    hours   log entries by hour
    breaks  known breaks
    since, until, now  the requested period and the time of the request; naive UTC
    """

    def __init__(
        self,
        hours: Mapping[datetime, HourEntry],
        breaks: Sequence[KnownBreak],
        since: datetime,
        until: datetime,
        now: datetime,
    ) -> None:
        self._hours, self._breaks = hours, breaks
        self._since, self._until = floor_to_hour(since), max(floor_to_hour(since) + HOUR, min(until, now))
        self.months = list_months_between(
            start_of_month(self._since), start_of_month(self._until - timedelta(microseconds=1))
        )
        first = datetime.combine(self.months[0], datetime.min.time())
        self._moments = list(
            full_hours_between(first, datetime.combine(add_months(self.months[-1], 1), datetime.min.time()))
        )
        self._suspects = find_suspect_hours(hours.values())
        self._thin = find_low_days(hours.values(), self._suspects)
        self._normal_lines = _normal_line_counts(hour for hour in hours.values() if hour.state == WHOLE)
        self._grids: dict[frozenset[str], _HourGrid] = {}

    def coverage_of_repository(
        self, repository: str, scopes: frozenset[str], counts: pa.Table, problems: LineProblems
    ) -> pa.Table:
        """COVERAGE_SCHEMA of one repository.

        scopes    searches that included this repository; hours read for other searches do not count
        counts    hour, kind, count of its events
        problems  problems with its own lines
        """
        if scopes not in self._grids:
            self._grids[scopes] = self._build_hour_grid(scopes)
        grid = self._grids[scopes]
        observed, expected = self._observed_and_expected(grid, counts)
        rows = []
        for position, month in enumerate(self.months):
            inside = np.flatnonzero(grid.month_index == position)
            share = float(grid.share[inside].mean())
            moments = [self._moments[index] for index in inside.tolist()] if problems.lost or problems.doubtful else []
            lost = {
                moment: problems.lost[main_file_of(moment)]
                for moment in moments
                if main_file_of(moment) in problems.lost
            }
            doubtful = {moment: problems.doubtful[moment] for moment in moments if moment in problems.doubtful}
            state = _month_state(share, {grid.problems[index] for index in inside.tolist()}, grid.breaks[position])
            full_count = expected[position]
            rows.append(
                {
                    "source": SOURCE,
                    "repository": repository,
                    "month": month,
                    "state": PARTIAL if state == WHOLE and (lost or doubtful) else state,
                    "events_observed": None if share == 0 else observed[position],
                    "events_expected": None if full_count is None or doubtful else full_count + sum(lost.values()),
                    "note": write_notes(
                        [*self._month_notes(grid, position, inside), *_line_problem_notes(lost, doubtful)]
                    ),
                }
            )
        return pa.Table.from_pylist(rows, schema=COVERAGE_SCHEMA)

    def _build_hour_grid(self, scopes: frozenset[str]) -> _HourGrid:
        count = len(self._moments)
        position_of = {month_index: position for position, month_index in enumerate(self.months)}
        month_index = np.array([position_of[start_of_month(moment)] for moment in self._moments], np.int64)
        share, kept_share, problems = np.zeros(count), np.ones((count, len(EVENT_TYPES))), [""] * count
        breaks: list[list[KnownBreak]] = [[] for _ in self.months]
        for index, moment in enumerate(self._moments):
            hour = self._hours.get(main_file_of(moment))
            hour = hour if hour is not None and (hour.scope in scopes or hour.state == ABSENT) else None
            share[index], problems[index] = self._share_and_problem(moment, hour)
            if hour is None or problems[index] == OUTSIDE:
                continue
            known = [
                known_break
                for known_break in self._breaks
                if known_break.since <= moment < known_break.until and known_break.archive == hour.archive
            ]
            thin = self._thin.get((hour.archive, hour.hour.date()))
            if thin and not problems[index] and not any(known_break.state == DAMAGED for known_break in known):
                problems[index] = THIN
                shares = [thin.get(kind, 1.0) * thin.get(ALL_TYPES, 1.0) for kind in EVENT_TYPES.values()]
                kept_share[index] *= [share if share >= LEAST_HOUR_SHARE else np.nan for share in shares]
            for known_break in known:
                if known_break not in breaks[month_index[index]]:
                    breaks[month_index[index]].append(known_break)
                if known_break.kept_share is not None and known_break.kept_share < LEAST_HOUR_SHARE:
                    share[index] *= known_break.kept_share
                else:
                    base = np.nan if known_break.kept_share is None else known_break.kept_share
                    kept_share[index] *= [
                        known_break.kept_share_by_type.get(kind, base) for kind in EVENT_TYPES.values()
                    ]
        return _HourGrid(month_index, share, kept_share, problems, breaks)

    def _share_and_problem(self, moment: datetime, hour: HourEntry | None) -> tuple[float, str]:
        """The share of an hour's lines that were read, and the problem of its file."""
        if not self._since <= moment < self._until or moment < FIRST_HOUR:
            return 0.0, OUTSIDE
        if hour is None:
            return 0.0, NOT_READ
        if hour.state == ABSENT:
            return 0.0, ABSENT
        if hour.hour in self._suspects:
            return self._suspects[hour.hour], SUSPECT
        if hour.state == WHOLE:
            return 1.0, ""
        read = sum(hour.types.values())
        if hour.ended == ENDED_WELL:
            share = read / max(hour.lines, 1) * (1 - hour.away)
            return share, SOME_LINES if share > 0 and not hour.away else PARTIAL
        usual = self._normal_lines(hour.hour)
        return (min(read / usual, 0.99) if usual else 0.5 * (read > 0)), PARTIAL

    def _observed_and_expected(self, grid: _HourGrid, counts: pa.Table) -> tuple[list[int], list[int | None]]:
        """Observed and expected events by month; expected covers the requested part of the month that is over."""
        months = len(self.months)
        first = np.datetime64(self._moments[0], "h")
        hour = (counts["hour"].to_numpy().astype("datetime64[h]") - first).astype(np.int64)
        kind = pc.index_in(counts["kind"], value_set=pa.array(list(EVENT_TYPES))).to_numpy()
        count = counts["count"].to_numpy().astype(np.float64)
        observed = np.bincount(grid.month_index[hour], count, months)
        usable = grid.share >= LEAST_HOUR_SHARE
        present_share = np.where(usable, grid.share, np.inf)[:, None] * grid.kept_share
        weighted = np.bincount(grid.month_index[hour], count / present_share[hour, kind], months)
        inside = np.array([why != OUTSIDE for why in grid.problems])
        asked = np.bincount(grid.month_index, inside, months)
        used = np.bincount(grid.month_index, usable, months)
        unknown = np.bincount(grid.month_index, usable & np.isnan(grid.kept_share).any(axis=1), months) > 0
        has_estimate = ~unknown & (used >= LEAST_USED_HOURS * asked) & (used > 0)
        expected = [
            round(float(weighted[position] * asked[position] / used[position])) if has_estimate[position] else None
            for position in range(months)
        ]
        return [int(total) for total in observed], expected

    def _month_notes(self, grid: _HourGrid, position: int, inside: np.ndarray) -> list[Note]:
        """Notes on what a month lacks."""
        parts: list[Note] = []
        wrong: dict[str, list[datetime]] = {}
        for index in inside.tolist():
            if grid.problems[index]:
                wrong.setdefault(grid.problems[index], []).append(self._moments[index])
        outside = wrong.pop(OUTSIDE, [])
        if len(outside) == len(inside):
            return [note("before_archive") if outside[-1] < FIRST_HOUR else note("not_requested")]
        if outside:
            first = max(self._since, self._moments[inside[0]])
            last = min(self._until, self._moments[inside[-1]] + HOUR)
            parts.append(note("read_only", when=f"{first:%Y-%m-%d %H:%M}/{last:%Y-%m-%d %H:%M}"))
        parts += [
            _hours_note(why, len(wrong[why]), len(inside), _format_time_spans(wrong[why]))
            for why in _ORDER
            if why in wrong
        ]
        return parts + [known_break.as_note() for known_break in grid.breaks[position]]


_ORDER: Final = (NOT_READ, ABSENT, PARTIAL, SUSPECT, THIN, SOME_LINES)


def _hours_note(why: str, count: int, hours: int, when: str) -> Note:
    """What is wrong with some hours of a month."""
    if why == NOT_READ:
        return note("hours_not_read", count=count, hours=hours, when=when)
    if why == ABSENT:
        return note("hours_absent", count=count, hours=hours, when=when)
    if why == PARTIAL:
        return note("hours_partial", count=count, hours=hours, when=when)
    if why == SUSPECT:
        return note("hours_suspect", count=count, hours=hours, when=when)
    if why == THIN:
        return note("hours_thin", count=count, hours=hours, when=when)
    return note("hours_unreadable", count=count, hours=hours, when=when)


def _month_state(share: float, why: Container[str], breaks: Sequence[KnownBreak]) -> str:
    if share == 0:
        return NOT_OBSERVED
    if THIN in why or any(known_break.state == DAMAGED for known_break in breaks):
        return DAMAGED
    return PARTIAL if share < 1 - NEGLIGIBLE_SHARE or PARTIAL in why else WHOLE


def _line_problem_notes(lost: Mapping[datetime, int], doubtful: Mapping[datetime, int]) -> list[Note]:
    """Notes on the problems with a repository's own lines in a month."""
    notes: list[Note] = []
    if lost:
        notes.append(note("own_lines_unreadable", count=sum(lost.values()), when=_format_time_spans(sorted(lost))))
    if doubtful:
        notes.append(note("lines_of_other_id", count=sum(doubtful.values()), when=_format_time_spans(sorted(doubtful))))
    return notes


def _format_time_spans(moments: Sequence[datetime]) -> str:
    """Hours as time spans.

    >>> _format_time_spans([datetime(2024, 5, 1, hour) for hour in (1, 2, 3, 7)])
    '2024-05-01T01/2024-05-01T03,2024-05-01T07'
    """
    spans: list[list[datetime]] = []
    for moment in moments:
        if spans and spans[-1][1] + HOUR == moment:
            spans[-1][1] = moment
        else:
            spans.append([moment, moment])
    return write_periods([(f"{first:%Y-%m-%dT%H}", f"{last:%Y-%m-%dT%H}") for first, last in spans])
