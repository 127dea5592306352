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
from ecotone.events.sources.gharchive.hours import FIRST, HOUR, between, file_of, floor
from ecotone.events.sources.gharchive.ledger import ABSENT, PARTIAL, SUSPECT, WHOLE, Hour
from ecotone.events.sources.gharchive.thin import ALL, thin_days
from ecotone.events.sources.gharchive.unzip import WHOLE as ENDED_WELL
from ecotone.foundation.months import add_months, month_of, months_between
from ecotone.foundation.notes import OPEN_END, Note, note, write_notes, write_periods

SOURCE: Final = "gharchive"

OUTSIDE: Final = "outside"  # of the requested period
NOT_READ: Final = "not read"
SOME_LINES: Final = "some lines"  # the file is complete, but some of its lines could not be read
THIN: Final = "thin"  # far fewer events than in the surrounding weeks

OPEN: Final = datetime.fromisoformat("9999-12-31")
"""The end of a break that has not ended."""

DAMAGED: Final = "damaged"
NOT_OBSERVED: Final = "not_observed"

TINY: Final = 0.2
"""An hour is suspect if it has less than this share of the median lines of its neighbours,"""

IMPROBABLE: Final = 1e-6
"""and if the Poisson probability of so few lines is below this."""

NEIGHBOUR_DAYS: Final = 14

LEAST_SHARE: Final = 0.05
"""Smallest share of an hour's events from which the missing ones are estimated."""

LEAST_USED: Final = 0.1
"""Smallest share of usable hours from which a month's full count is estimated."""

NEGLIGIBLE: Final = 1e-4
"""A month counts as whole if its unreadable lines make up less than this share of its hours."""

TYPE_OF: Final = {
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
class Break:
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
        end = OPEN_END if self.until == OPEN else f"{self.until:%Y-%m-%d}"
        when = write_periods([(f"{self.since:%Y-%m-%d}", end)])
        return Note(self.code, (("when", when), ("source", self.source)))


@cache
def known_breaks() -> tuple[Break, ...]:
    """The known breaks of all archives, sorted by start."""
    told = tomllib.loads((files("ecotone.events.sources.gharchive") / "data" / "breaks.toml").read_text("utf-8"))
    found = [Break(**{"until": OPEN, **one}) for one in told["break"]]
    return tuple(sorted(found, key=lambda one: (one.since, one.until)))


def suspects(hours: Iterable[Hour]) -> dict[datetime, float]:
    """Implausibly small hours, with their share of their neighbours' median.

    The median covers four weeks, so that a lost week is still recognised.
    """
    whole = [hour for hour in hours if hour.state == WHOLE]
    usual = _usual_lines(whole)
    found = {}
    for hour in whole:
        middle = usual(hour.hour)
        if middle and hour.lines < TINY * middle and _at_most(hour.lines, middle) < IMPROBABLE:
            found[hour.hour] = hour.lines / middle
    return found


def _usual_lines(whole: Iterable[Hour]) -> Callable[[datetime], float | None]:
    """A function from an hour to the median of the daily medians of lines within two weeks."""
    by_day: dict[date, list[int]] = {}
    for hour in whole:
        by_day.setdefault(hour.hour.date(), []).append(hour.lines)
    daily = {day: median(lines) for day, lines in by_day.items()}

    @cache
    def around(day: date) -> float | None:
        near = (day + timedelta(days=step) for step in range(-NEIGHBOUR_DAYS, NEIGHBOUR_DAYS + 1))
        found = [daily[one] for one in near if one in daily]
        return float(median(found)) if found else None

    return lambda moment: around(moment.date())


def _at_most(count: int, mean: float) -> float:
    """The Poisson probability of at most `count` events in an hour."""
    if mean > 600:
        return 0.0
    term = total = exp(-mean)
    for step in range(1, count + 1):
        term *= mean / step
        total += term
    return total


@dataclass(frozen=True, slots=True)
class _Seen:
    """The hours (UTC) of the requested months, as they were read for one search.

    month_index  the position of an hour's month
    share        the share of its lines that were read, 0..1
    kept_share   hours x kinds: the share of the real events that the archive has; NaN if unknown
    problems     the problem of an hour's file (absent, partial, suspect, thin, some lines, not read); empty if none
    breaks       the breaks that touch a month, by position
    """

    month: np.ndarray
    share: np.ndarray
    kept: np.ndarray
    why: list[str]
    breaks: list[list[Break]]


@dataclass(frozen=True, slots=True)
class Own:
    """Problems with the lines of one repository.

    lost      hour in the file name -> lines that could not be read
    doubtful  hour (UTC) -> lines under its name whose repository id differs from that of its newest lines
    """

    lost: Mapping[datetime, int] = field(default_factory=dict)
    doubtful: Mapping[datetime, int] = field(default_factory=dict)


class Coverage:
    """Computes the coverage of months from what was read of the archive.

    hours   log entries by hour
    breaks  known breaks
    since, until, now  the requested period and the time of the request; naive UTC
    """

    def __init__(
        self,
        hours: Mapping[datetime, Hour],
        breaks: Sequence[Break],
        since: datetime,
        until: datetime,
        now: datetime,
    ) -> None:
        self._hours, self._breaks = hours, breaks
        self._since, self._until = floor(since), max(floor(since) + HOUR, min(until, now))
        self.months = months_between(month_of(self._since), month_of(self._until - timedelta(microseconds=1)))
        first = datetime.combine(self.months[0], datetime.min.time())
        self._moments = list(between(first, datetime.combine(add_months(self.months[-1], 1), datetime.min.time())))
        self._suspects = suspects(hours.values())
        self._thin = thin_days(hours.values(), self._suspects)
        self._usual = _usual_lines(hour for hour in hours.values() if hour.state == WHOLE)
        self._known: dict[frozenset[str], _Seen] = {}

    def of(self, repository: str, scopes: frozenset[str], counts: pa.Table, own: Own) -> pa.Table:
        """COVERAGE_SCHEMA of one repository.

        scopes    searches that included this repository; hours read for other searches do not count
        counts    hour, kind, count of its events
        problems  problems with its own lines
        """
        if scopes not in self._known:
            self._known[scopes] = self._seen(scopes)
        seen = self._known[scopes]
        observed, expected = self._events(seen, counts)
        rows = []
        for place, month in enumerate(self.months):
            inside = np.flatnonzero(seen.month == place)
            share = float(seen.share[inside].mean())
            its = [self._moments[index] for index in inside.tolist()] if own.lost or own.doubtful else []
            lost = {moment: own.lost[file_of(moment)] for moment in its if file_of(moment) in own.lost}
            doubtful = {moment: own.doubtful[moment] for moment in its if moment in own.doubtful}
            state = _state(share, {seen.why[index] for index in inside.tolist()}, seen.breaks[place])
            due = expected[place]
            rows.append(
                {
                    "source": SOURCE,
                    "repository": repository,
                    "month": month,
                    "state": PARTIAL if state == WHOLE and (lost or doubtful) else state,
                    "observed": None if share == 0 else observed[place],
                    "expected": None if due is None or doubtful else due + sum(lost.values()),
                    "note": write_notes([*self._notes(seen, place, inside), *_own_notes(lost, doubtful)]),
                }
            )
        return pa.Table.from_pylist(rows, schema=COVERAGE_SCHEMA)

    def _seen(self, scopes: frozenset[str]) -> _Seen:
        count = len(self._moments)
        place_of = {month: place for place, month in enumerate(self.months)}
        month = np.array([place_of[month_of(moment)] for moment in self._moments], np.int64)
        share, kept, why = np.zeros(count), np.ones((count, len(TYPE_OF))), [""] * count
        breaks: list[list[Break]] = [[] for _ in self.months]
        for index, moment in enumerate(self._moments):
            hour = self._hours.get(file_of(moment))
            hour = hour if hour is not None and (hour.scope in scopes or hour.state == ABSENT) else None
            share[index], why[index] = self._share(moment, hour)
            if hour is None or why[index] == OUTSIDE:
                continue
            known = [one for one in self._breaks if one.since <= moment < one.until and one.archive == hour.archive]
            thin = self._thin.get((hour.archive, hour.hour.date()))
            if thin and not why[index] and not any(one.state == DAMAGED for one in known):
                why[index] = THIN
                shares = [thin.get(kind, 1.0) * thin.get(ALL, 1.0) for kind in TYPE_OF.values()]
                kept[index] *= [share if share >= LEAST_SHARE else np.nan for share in shares]
            for one in known:
                if one not in breaks[month[index]]:
                    breaks[month[index]].append(one)
                if one.kept_share is not None and one.kept_share < LEAST_SHARE:
                    share[index] *= one.kept_share
                else:
                    base = np.nan if one.kept_share is None else one.kept_share
                    kept[index] *= [one.kept_share_by_type.get(kind, base) for kind in TYPE_OF.values()]
        return _Seen(month, share, kept, why, breaks)

    def _share(self, moment: datetime, hour: Hour | None) -> tuple[float, str]:
        """The share of an hour's lines that were read, and the problem of its file."""
        if not self._since <= moment < self._until or moment < FIRST:
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
        usual = self._usual(hour.hour)
        return (min(read / usual, 0.99) if usual else 0.5 * (read > 0)), PARTIAL

    def _events(self, seen: _Seen, counts: pa.Table) -> tuple[list[int], list[int | None]]:
        """Observed and expected events by month; expected covers the requested part of the month that is over."""
        months = len(self.months)
        first = np.datetime64(self._moments[0], "h")
        hour = (counts["hour"].to_numpy().astype("datetime64[h]") - first).astype(np.int64)
        kind = pc.index_in(counts["kind"], value_set=pa.array(list(TYPE_OF))).to_numpy()
        count = counts["count"].to_numpy().astype(np.float64)
        observed = np.bincount(seen.month[hour], count, months)
        usable = seen.share >= LEAST_SHARE
        there = np.where(usable, seen.share, np.inf)[:, None] * seen.kept
        weighted = np.bincount(seen.month[hour], count / there[hour, kind], months)
        inside = np.array([why != OUTSIDE for why in seen.why])
        asked = np.bincount(seen.month, inside, months)
        used = np.bincount(seen.month, usable, months)
        unknown = np.bincount(seen.month, usable & np.isnan(seen.kept).any(axis=1), months) > 0
        told = ~unknown & (used >= LEAST_USED * asked) & (used > 0)
        expected = [
            round(float(weighted[place] * asked[place] / used[place])) if told[place] else None
            for place in range(months)
        ]
        return [int(one) for one in observed], expected

    def _notes(self, seen: _Seen, place: int, inside: np.ndarray) -> list[Note]:
        """Notes on what a month lacks."""
        parts: list[Note] = []
        wrong: dict[str, list[datetime]] = {}
        for index in inside.tolist():
            if seen.why[index]:
                wrong.setdefault(seen.why[index], []).append(self._moments[index])
        outside = wrong.pop(OUTSIDE, [])
        if len(outside) == len(inside):
            return [note("before_archive") if outside[-1] < FIRST else note("not_requested")]
        if outside:
            first = max(self._since, self._moments[inside[0]])
            last = min(self._until, self._moments[inside[-1]] + HOUR)
            parts.append(note("read_only", when=f"{first:%Y-%m-%d %H:%M}/{last:%Y-%m-%d %H:%M}"))
        parts += [_hours_note(why, len(wrong[why]), len(inside), _listed(wrong[why])) for why in _ORDER if why in wrong]
        return parts + [one.as_note() for one in seen.breaks[place]]


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


def _state(share: float, why: Container[str], breaks: Sequence[Break]) -> str:
    if share == 0:
        return NOT_OBSERVED
    if THIN in why or any(one.state == DAMAGED for one in breaks):
        return DAMAGED
    return PARTIAL if share < 1 - NEGLIGIBLE or PARTIAL in why else WHOLE


def _own_notes(lost: Mapping[datetime, int], doubtful: Mapping[datetime, int]) -> list[Note]:
    """Notes on the problems with a repository's own lines in a month."""
    notes: list[Note] = []
    if lost:
        notes.append(note("own_lines_unreadable", count=sum(lost.values()), when=_listed(sorted(lost))))
    if doubtful:
        notes.append(note("lines_of_other_id", count=sum(doubtful.values()), when=_listed(sorted(doubtful))))
    return notes


def _listed(moments: Sequence[datetime]) -> str:
    """Hours as time spans.

    >>> _listed([datetime(2024, 5, 1, hour) for hour in (1, 2, 3, 7)])
    '2024-05-01T01/2024-05-01T03,2024-05-01T07'
    """
    spans: list[list[datetime]] = []
    for moment in moments:
        if spans and spans[-1][1] + HOUR == moment:
            spans[-1][1] = moment
        else:
            spans.append([moment, moment])
    return write_periods([(f"{first:%Y-%m-%dT%H}", f"{last:%Y-%m-%dT%H}") for first, last in spans])
