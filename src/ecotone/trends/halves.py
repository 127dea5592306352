"""Calendar half-years of a panel: one month's burst does not decide them, and a turn still shows."""

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
    unseen     (projects,) upper bound for the other months: the mean of the best three, for each of them
    possible   number of project-months of projects that had begun
    observed   number of these that were observed whole
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
        """Whether it is the second half-year of its year."""
        return self.first.month >= JULY

    @property
    def label(self) -> str:
        """Its short name, as in 2024H2."""
        return f"{self.first.year}H{2 if self.second else 1}"

    @property
    def total(self) -> float:
        """The sum of what was observed."""
        return float(self.known.sum())

    @property
    def observed_at_least(self) -> float:
        """Lower bound of the share of everything that was observed; 0 if nothing was."""
        whole = self.total + float(self.unseen.sum())
        return self.total / whole if whole > 0 else 0.0

    @property
    def coverage(self) -> float:
        """The share of project-months that were observed whole."""
        return self.observed / self.possible if self.possible else 0.0

    def share(self, places: Sequence[int]) -> tuple[float, float, float]:
        """The share of these projects with its lower and upper bound; NaN if nothing was observed."""
        own, own_unseen = float(self.known[list(places)].sum()), float(self.unseen[list(places)].sum())
        others_unseen = float(self.unseen.sum()) - own_unseen
        if not self.total > 0:
            return np.nan, np.nan, np.nan
        return own / self.total, own / (self.total + others_unseen), (own + own_unseen) / (self.total + own_unseen)


def halves(panel: Panel) -> tuple[Half, ...]:
    """The calendar half-years whose six months are all in the panel."""
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
