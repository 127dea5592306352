"""Faults of the archive's files; each has a name and can be switched on alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from ecotone.foundation.errors import UnknownName
from ecotone.simulation.chance import stream
from ecotone.simulation.feeds.eras import BY_ARRIVAL, COLLAPSE, LOST_WEEK
from ecotone.simulation.world import HOUR, Second

HOURLY: Final = ("absent", "truncated", "garbled", "one_event")
"""Faults of whole files; at most one strikes a file."""

NAMES: Final = (*HOURLY, "duplicates", "renames", "overlap", "pages", "week", "collapse", "ambiguous")

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
class Faults:
    """The faults to make; the same seed damages the same files and lines."""

    seed: int = 0
    names: frozenset[str] = field(default_factory=frozenset)

    @staticmethod
    def none() -> Faults:
        """No faults."""
        return Faults()

    @staticmethod
    def all(seed: int = 0) -> Faults:
        """All faults."""
        return Faults(seed, frozenset(NAMES))

    @staticmethod
    def named(names: Iterable[str], seed: int = 0) -> Faults:
        """The faults of these names; `all` and `none` are accepted. Raises UnknownName."""
        found: set[str] = set()
        for name in names:
            if name not in (*NAMES, "all", "none"):
                raise UnknownName("fault", name, (*NAMES, "all", "none"))
            found |= set(NAMES) if name == "all" else set() if name == "none" else {name}
        return Faults(seed, frozenset(found))

    def has(self, name: str) -> bool:
        """Whether this fault is switched on."""
        return name in self.names

    def of_file(self, name: str) -> str | None:
        """The fault of a whole file; None: no fault."""
        if stream(self.seed, f"month/{name[:7]}").random() >= BAD_MONTHS:
            return None
        place = stream(self.seed, f"file/{name}").random() / DAMAGED_FILES
        struck = HOURLY[int(place)] if place < len(HOURLY) else None
        return struck if struck in self.names else None

    def losses(self, file: str, lines: Sequence[tuple[Second, str]]) -> list[str | None]:
        """The fault that removes each line of a file (arrival, type of event; in order); None: the line stays."""
        if not lines or not self.names & {"pages", "week", "collapse"} or lines[-1][0] < PAGES_SINCE:
            return [None] * len(lines)
        rng = stream(self.seed, f"lines/{file}")
        shift = rng.randrange(PAGE * PAGES)
        return [
            self._loss(arrival, kind, (place + shift) // PAGE % PAGES, rng.random())
            for place, (arrival, kind) in enumerate(lines)
        ]

    def _loss(self, arrival: Second, kind: str, page: int, draw: float) -> str | None:
        if self.has("week") and LOST_WEEK[0] <= arrival < LOST_WEEK[1]:
            return "week" if draw >= KEPT_OF_THE_WEEK else None
        if self.has("collapse") and arrival >= COLLAPSE:
            return "collapse" if draw >= KEPT_2026.get(kind, OTHERS_2026) else None
        return "pages" if self.has("pages") and arrival >= PAGES_SINCE and page else None
