"""Half-years of a panel: long enough that one month's burst decides nothing, short enough to see a turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from ecotone.trends.levels import Floats
from ecotone.trends.panel import Panel

MONTHS: Final = 6
JULY: Final = 7


@dataclass(frozen=True, slots=True)
class Half:
    """Six months of a panel.

    known      (projects,) the sum of what was observed whole
    unseen     (projects,) what each did in its other months at most: the mean of its best three, for each
    possible   project-months of projects that had begun
    observed   of these, how many were observed whole
    projects   how many had begun
    """

    first: date
    known: Floats
    unseen: Floats
    possible: int
    observed: int
    projects: int

    @property
    def second(self) -> bool:
        """Whether it is the second half of its year."""
        return self.first.month >= JULY

    @property
    def label(self) -> str:
        """Its short name, as in 2024H2."""
        return f"{self.first.year}H{2 if self.second else 1}"

    @property
    def total(self) -> float:
        """What was observed."""
        return float(self.known.sum())

    @property
    def observed_at_least(self) -> float:
        """The least share of everything that was observed; 0 where nothing was."""
        whole = self.total + float(self.unseen.sum())
        return self.total / whole if whole > 0 else 0.0

    @property
    def coverage(self) -> float:
        """The share of project-months that were observed whole."""
        return self.observed / self.possible if self.possible else 0.0

    def share(self, places: Sequence[int]) -> tuple[float, float, float]:
        """The share of some of the projects, with the least and the most that it can be; NaN where nothing was seen."""
        own, own_unseen = float(self.known[list(places)].sum()), float(self.unseen[list(places)].sum())
        others_unseen = float(self.unseen.sum()) - own_unseen
        if not self.total > 0:
            return np.nan, np.nan, np.nan
        return own / self.total, own / (self.total + others_unseen), (own + own_unseen) / (self.total + own_unseen)


def halves(panel: Panel) -> tuple[Half, ...]:
    """Every calendar half-year that lies whole on the panel's axis."""
    seen, begun, highest = panel.seen, panel.begun, panel.highest
    found = []
    for at, month in enumerate(panel.months):
        if month.month in (1, JULY) and at + MONTHS <= len(panel.months):
            span = slice(at, at + MONTHS)
            found.append(
                Half(
                    first=month,
                    known=np.where(seen[:, span], panel.values[:, span], 0.0).sum(axis=1),
                    unseen=highest * (begun[:, span] & ~seen[:, span]).sum(axis=1),
                    possible=int(begun[:, span].sum()),
                    observed=int(seen[:, span].sum()),
                    projects=int(begun[:, span].any(axis=1).sum()),
                )
            )
    return tuple(found)
