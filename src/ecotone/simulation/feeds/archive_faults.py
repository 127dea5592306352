"""Faults of the archive's files; each has a name and can be switched on alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from ecotone.foundation.errors import UnknownName
from ecotone.simulation.feeds.archive_eras import BY_ARRIVAL, COLLAPSE, LOST_WEEK
from ecotone.simulation.random_streams import random_stream
from ecotone.simulation.world import HOUR, Second

HOURLY: Final = ("absent", "truncated", "garbled", "one_event")
"""Faults of whole files; at most one strikes a file."""

FAULT_NAMES: Final = (*HOURLY, "duplicates", "renames", "overlap", "pages", "week", "collapse", "ambiguous")

BAD_MONTHS: Final = 0.35  # share of months in which files are damaged
DAMAGED_FILES: Final = 0.006  # share of such a month's files, for each fault
DUPLICATED: Final = 0.01  # share of lines

PAGE: Final = 3  # lines that one page holds here
PAGES: Final = 3  # of these the crawler reads the first
PAGES_SINCE: Final[Second] = BY_ARRIVAL + 20 * HOUR
KEPT_OF_THE_WEEK: Final = 0.005

KEPT_2026: Final[Mapping[str, float]] = MappingProxyType(
    {"WatchEvent": 0.15, "PullRequestEvent": 0.04, "PushEvent": 0.25, "IssuesEvent": 0.4, "IssueCommentEvent": 0.4}
)
"""Share that is left from February 2026 on, about as public counts of that year put it; others keep OTHERS_2026."""
OTHERS_2026: Final = 0.3


@dataclass(frozen=True, slots=True)
class ArchiveFaults:
    """The faults to make; the same seed damages the same files and lines."""

    seed: int = 0
    names: frozenset[str] = field(default_factory=frozenset)

    @staticmethod
    def no_faults() -> ArchiveFaults:
        """No faults."""
        return ArchiveFaults()

    @staticmethod
    def all_faults(seed: int = 0) -> ArchiveFaults:
        """All faults."""
        return ArchiveFaults(seed, frozenset(FAULT_NAMES))

    @staticmethod
    def from_names(names: Iterable[str], seed: int = 0) -> ArchiveFaults:
        """The faults of these names; `all_faults` and `no_faults` are accepted. Raises UnknownName."""
        fault_names: set[str] = set()
        for name in names:
            if name not in (*FAULT_NAMES, "all", "none"):
                raise UnknownName("fault", name, (*FAULT_NAMES, "all", "none"))
            fault_names |= set(FAULT_NAMES) if name == "all" else set() if name == "none" else {name}
        return ArchiveFaults(seed, frozenset(fault_names))

    def has_fault(self, name: str) -> bool:
        """Whether this fault is switched on."""
        return name in self.names

    def draw_file_fault(self, name: str) -> str | None:
        """The fault of a whole file; None: no fault."""
        if random_stream(self.seed, f"month/{name[:7]}").random() >= BAD_MONTHS:
            return None
        position = random_stream(self.seed, f"file/{name}").random() / DAMAGED_FILES
        struck = HOURLY[int(position)] if position < len(HOURLY) else None
        return struck if struck in self.names else None

    def draw_lost_lines(self, file: str, lines: Sequence[tuple[Second, str]]) -> list[str | None]:
        """The fault that removes each line of a file (arrival, type of event; in order); None: the line stays."""
        if not lines or not self.names & {"pages", "week", "collapse"} or lines[-1][0] < PAGES_SINCE:
            return [None] * len(lines)
        rng = random_stream(self.seed, f"lines/{file}")
        shift = rng.randrange(PAGE * PAGES)
        return [
            self._loss_share_at(arrival, kind, (position + shift) // PAGE % PAGES, rng.random())
            for position, (arrival, kind) in enumerate(lines)
        ]

    def _loss_share_at(self, arrival: Second, kind: str, page: int, draw: float) -> str | None:
        if self.has_fault("week") and LOST_WEEK[0] <= arrival < LOST_WEEK[1]:
            return "week" if draw >= KEPT_OF_THE_WEEK else None
        if self.has_fault("collapse") and arrival >= COLLAPSE:
            return "collapse" if draw >= KEPT_2026.get(kind, OTHERS_2026) else None
        return "pages" if self.has_fault("pages") and arrival >= PAGES_SINCE and page else None
