"""How many requests an account may make: windows that start with the first request and end an hour later."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

HOUR: Final = 3_600.0
ALLOWED: Final[Mapping[str, int]] = {"core": 5_000, "graphql": 5_000, "search": 30}
WITHOUT_TOKEN: Final[Mapping[str, int]] = {"core": 60, "graphql": 0, "search": 10}
LENGTHS: Final[Mapping[str, float]] = {"core": HOUR, "graphql": HOUR, "search": 60.0}


@dataclass(slots=True)
class LimitWindow:
    """What was used of an allowance since its window began."""

    used: int
    ends: float


class RateLimits:
    """Counts what every account uses of every resource.

    allowed  by resource; those left out are as at the forge
    length   of every window in seconds, None: as at the forge
    """

    def __init__(
        self, clock: Callable[[], float], allowed: Mapping[str, int] | None = None, length: float | None = None
    ) -> None:
        self.clock = clock
        self.allowed = {**ALLOWED, **(allowed or {})}
        self.length = length
        self._windows: dict[tuple[int | None, str], LimitWindow] = {}
        self._lock = threading.Lock()

    def find_allowance(self, account_position: int | None, resource: str) -> int:
        """What an account may use in a window."""
        return (WITHOUT_TOKEN if account_position is None else self.allowed)[resource]

    def spend_points(self, account_position: int | None, resource: str, points: int) -> bool:
        """Use points; False, and nothing is used, if too few are left."""
        with self._lock:
            window = self._current_window(account_position, resource)
            if window.used + points > self.find_allowance(account_position, resource):
                return False
            window.used += points
            return True

    def exhaust_allowance(self, account_position: int | None, resource: str, wait: float) -> None:
        """Take away all that is left for some seconds."""
        with self._lock:
            self._windows[account_position, resource] = LimitWindow(
                self.find_allowance(account_position, resource), self.clock() + wait
            )

    def make_headers(self, account_position: int | None, resource: str) -> dict[str, str]:
        """The headers that tell of it."""
        with self._lock:
            window = self._current_window(account_position, resource)
            allowance = self.find_allowance(account_position, resource)
            return {
                "x-ratelimit-limit": str(allowance),
                "x-ratelimit-remaining": str(allowance - window.used),
                "x-ratelimit-used": str(window.used),
                "x-ratelimit-reset": str(int(window.ends) + (window.ends % 1 > 0)),
                "x-ratelimit-resource": resource,
            }

    def _current_window(self, account_position: int | None, resource: str) -> LimitWindow:
        now = self.clock()
        window = self._windows.get((account_position, resource))
        if window is None or window.ends <= now:
            window = self._windows[account_position, resource] = LimitWindow(
                0, now + (self.length or LENGTHS[resource])
            )
        return window
