"""The simulated field that the readers of events are held against, and how their tables are compared with its truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ecotone.simulation.feeds import ArchiveFaults, FieldFeeds, WrittenHours, generate_feeds, write_hours
from ecotone.simulation.feeds.feed_truth import list_event_rows
from ecotone.simulation.simulated_field import SimulatedField, make_simulated_field
from ecotone.simulation.world import to_datetime
from tests.acceptance.events_reading import Task

Row = dict[str, Any]
LATER: Final = timedelta(days=45)  # after the period the archive is final
LOUD: Final = ("pages", "week", "collapse")  # faults that damage whole months


@dataclass(frozen=True)
class Tried:
    """A field with its hours, and where they lie; `faults` are those that were made."""

    field: SimulatedField
    feeds: FieldFeeds
    hours: WrittenHours
    faults: ArchiveFaults
    folder: Path

    @cached_property
    def rows(self) -> list[Row]:
        """Every act that is counted, once."""
        return list(list_event_rows(self.feeds, self.hours))

    @property
    def repositories(self) -> tuple[str, ...]:
        """The wanted ones, by their last names."""
        return tuple(feed.project.repository for feed in self.feeds.projects)

    @property
    def ids(self) -> dict[str, list[int]]:
        """The forge's numbers of them."""
        return {feed.project.repository: [feed.number] for feed in self.feeds.projects}

    @property
    def since(self) -> datetime:
        """The beginning of the period."""
        return to_datetime(self.field.world.month_starts[0])

    @property
    def until(self) -> datetime:
        """Its end."""
        return to_datetime(self.field.world.month_starts[-1])

    def archive(self, place: str, folder: Path, **changes: Any) -> Task:
        """The task to read the hours at a place."""
        return Task("gharchive", place, str(folder), *self._what(), **{"ids": self.ids, **changes})

    def github(self, url: str, folder: Path, **changes: Any) -> Task:
        """The task to read the API."""
        repositories, since, until, _ = self._what()
        now = (self.until + timedelta(hours=1)).isoformat()
        return Task("github", url, str(folder), repositories, since, until, now, **changes)

    def _what(self) -> tuple[tuple[str, ...], str, str, str]:
        now = self.until + LATER
        return self.repositories, self.since.isoformat(), self.until.isoformat(), now.isoformat()


def make(
    folder: Path, names: Iterable[str], *, seed: int, last_month: date, months: int, projects: int = 6, filler: int = 24
) -> tuple[Tried, Tried]:
    """A field written whole and once more with these faults; both from the same truth."""
    faults = ArchiveFaults.from_names(names, seed)
    field = make_simulated_field(
        folder / "field",
        seed=seed,
        projects=projects,
        people=10 * projects,
        months=months,
        last_month=last_month,
        pace=6,
    )
    found = []
    for name, made in (("complete", ArchiveFaults.no_faults()), ("damaged", faults)):
        feeds = generate_feeds(field, renames=made.has_fault("renames"))
        hours = write_hours(feeds, folder / name, faults=made, filler=filler)
        found.append(Tried(field, feeds, hours, made, folder / name))
    return found[0], found[1]


@dataclass(frozen=True, slots=True)
class Difference:
    """How a reader's events differ from what is true.

    silent   (repository, month) of whole coverage in which something differs: what must never be
    lacking  acts that the files hold and the reader did not tell
    strange  acts that were told and never were
    columns  acts told with another account, other_account, time or thread
    """

    compared: int
    silent: list[tuple[str, date]]
    lacking: list[str]
    strange: list[str]
    columns: Counter[str]

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.silent or self.lacking or self.strange or self.columns)


def states(coverage: pa.Table, source: str) -> dict[tuple[str, date], str]:
    """The state of each repository and month by one source."""
    rows = coverage.to_pylist()
    return {(row["repository"], row["month"]): row["state"] for row in rows if row["source"] == source}


def difference(
    tried: Tried, events: pa.Table, coverage: Mapping[tuple[str, date], str], kinds: frozenset[str], unclear: set[str]
) -> Difference:
    """Hold events against the truth, wherever the data exists.

    kinds    those that are compared
    unclear  ids of closes that may be merges: they are neither told nor strange
    """
    true = {row["id"]: row for row in tried.rows if row["kind"] in kinds and row["lost"] != "untold"}
    told = {row["event_id"]: row for row in events.to_pylist() if row["kind"] in kinds}
    bare = {key for key, row in true.items() if row["kind"] == "pull_merged" and _closed(row) in unclear}
    present = {key for key, row in true.items() if row["lost"] is None}
    missing = set(true) - set(told) - bare
    silent = {(true[key]["project"], _month(true[key])) for key in missing}
    silent = {place for place in silent if coverage.get(place) == "complete"}
    return Difference(
        compared=len(true),
        silent=sorted(silent),
        lacking=sorted((present & missing) - {key for key in true if true[key]["lost"] == "truncated"}),
        strange=sorted(set(told) - set(true) - unclear),
        columns=_columns([(true[key], told[key]) for key in set(true) & set(told)]),
    )


def _closed(row: Row) -> str:
    """What a merge is called where its line looks like any close."""
    moment = datetime.fromisoformat(row["created_at"])
    return f"{row['project']}#{row['thread']}:pull_closed@{moment:%Y%m%dT%H%M%S}"


def _month(row: Row) -> date:
    return date.fromisoformat(row["created_at"][:7] + "-01")


def _columns(pairs: list[tuple[Row, Row]]) -> Counter[str]:
    """Which columns differ how often; a commit's account and an other account that nobody told are not compared."""
    found: Counter[str] = Counter()
    for true, told in pairs:
        kind = true["kind"]
        if true["created_at"] != f"{told['created_at']:%Y-%m-%dT%H:%M:%SZ}":
            found[f"created_at of {kind}"] += 1
        if kind != "commit" and (told["account"] or true["account"]) != true["account"]:
            found[f"account of {kind}"] += 1
        if (told["other_account"] or true["other_account"]) != true["other_account"]:
            found[f"other_account of {kind}"] += 1
        if true["thread"] != told["thread"]:
            found[f"thread of {kind}"] += 1
    return found


def lost_months(tried: Tried) -> Counter[tuple[str, date]]:
    """How many acts of a repository and month the files lack."""
    rows = [row for row in tried.rows if row["lost"] not in (None, "untold")]
    return Counter((row["project"], _month(row)) for row in rows)


def loud_months(tried: Tried) -> set[date]:
    """Months that a fault of whole months touches."""
    found = {one.file[:7] for one in tried.hours.damage if one.fault in LOUD}
    return {date.fromisoformat(f"{month}-01") for month in found}
