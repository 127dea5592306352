"""Calendar half-years of a panel: one month's burst does not decide them, and a turn still shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from ecotone.trends.project_panel import Panel
from ecotone.trends.robust_levels import Floats

HALF_YEAR_MONTHS: Final = 6
JULY: Final = 7


@dataclass(frozen=True, slots=True)
class HalfYear:
    """Six months of a panel.

    known             (projects,) the sum of what was observed whole
    unobserved_bound  (projects,) upper bound for the other months: the mean of the best three, for each of them
    project_months    number of project-months of projects that had begun
    months_observed   number of these that were observed whole
    projects          how many had begun
    """

    first: date
    known: Floats
    unobserved_bound: Floats
    project_months: int
    months_observed: int
    projects: int

    @property
    def is_second(self) -> bool:
        """Whether it is the second half-year of its year."""
        return self.first.month >= JULY

    @property
    def label(self) -> str:
        """Its short name, as in 2024H2."""
        return f"{self.first.year}H{2 if self.is_second else 1}"

    @property
    def total(self) -> float:
        """The sum of what was observed."""
        return float(self.known.sum())

    @property
    def observed_at_least(self) -> float:
        """Lower bound of the share of everything that was observed; 0 if nothing was."""
        whole = self.total + float(self.unobserved_bound.sum())
        return self.total / whole if whole > 0 else 0.0

    @property
    def coverage(self) -> float:
        """The share of project-months that were observed whole."""
        return self.months_observed / self.project_months if self.project_months else 0.0

    def share_with_bounds(self, positions: Sequence[int]) -> tuple[float, float, float]:
        """The share of these projects with its lower and upper bound; NaN if nothing was observed."""
        own, own_unseen = float(self.known[list(positions)].sum()), float(self.unobserved_bound[list(positions)].sum())
        others_unseen = float(self.unobserved_bound.sum()) - own_unseen
        if not self.total > 0:
            return np.nan, np.nan, np.nan
        return own / self.total, own / (self.total + others_unseen), (own + own_unseen) / (self.total + own_unseen)


def split_half_years(panel: Panel) -> tuple[HalfYear, ...]:
    """The calendar half-years whose six months are all in the panel."""
    observed, begun, highest = panel.observed, panel.has_begun, panel.upper_bounds
    half_years = []
    for at, month in enumerate(panel.months):
        if month.month in (1, JULY) and at + HALF_YEAR_MONTHS <= len(panel.months):
            span = slice(at, at + HALF_YEAR_MONTHS)
            half_years.append(
                HalfYear(
                    first=month,
                    known=np.where(observed[:, span], panel.values[:, span], 0.0).sum(axis=1),
                    unobserved_bound=highest * (begun[:, span] & ~observed[:, span]).sum(axis=1),
                    project_months=int(begun[:, span].sum()),
                    months_observed=int(observed[:, span].sum()),
                    projects=int(begun[:, span].any(axis=1).sum()),
                )
            )
    return tuple(half_years)
