"""Measure a landscape's own claims: the share of projects whose signal is above or below a value."""

from __future__ import annotations

from statistics import fmean
from typing import Any, Final

from ecotone.foundation.landscape_claims import LandscapeClaim
from ecotone.report.report_data import ReportData
from ecotone.stack.adoption import wilson_bounds
from ecotone.stack.claims import TOO_FEW
from ecotone.trends.field_claims import MIN_CASES, UNMEASURED, MeasuredClaim, judge_claim

RECENT: Final = 3
YEAR: Final = 12


def measure_landscape_claim(data: ReportData, claim: LandscapeClaim) -> MeasuredClaim:
    """The share of the compared projects that fit, with Wilson's interval, and its verdict.

    A project is compared if its months of comparison are complete in the landscape's newest month of comparison.
    """
    if not data.has_signal(claim.measure):
        return MeasuredClaim("own", UNMEASURED)
    levels, last = _project_levels(data, claim)
    if last is None:
        return MeasuredClaim("own", UNMEASURED)
    until = data.months[last]
    span: dict[str, Any] = {"since": data.months[max(last - RECENT + 1, 0)], "until": until}
    fitting = sum((level > claim.value) if claim.above else (level < claim.value) for level in levels)
    cases = len(levels)
    if cases < MIN_CASES:
        return MeasuredClaim("own", TOO_FEW, compared=claim.share, cases=cases, **span)
    low, high = (min(max(bound, 0.0), 1.0) for bound in wilson_bounds(fitting, cases))
    verdict = judge_claim(fitting / cases, low, high, claim.share)
    return MeasuredClaim("own", verdict, fitting / cases, low, high, claim.share, cases=cases, **span)


def _project_levels(data: ReportData, claim: LandscapeClaim) -> tuple[list[float], int | None]:
    """The value of each compared project, and the index of the month of comparison."""
    series = data.signal_series(claim.measure)
    members = [project for project in data.projects if claim.category in ("", project.category)]
    whole = {project.name: series[project.name].whole_values() for project in members}
    main = data.latest_values(data.main_signal.name) if data.main_signal else {}
    ends = [latest.last_at for name, latest in main.items() if latest.compared and latest.last_at is not None]
    last = max(ends, default=None)
    if last is None:
        return [], None
    months = [last - step for step in range(RECENT)]
    levels: list[float] = []
    for values in whole.values():
        if not all(month in values for month in months):
            continue
        now = fmean(values[month] for month in months)
        if claim.against == "level":
            levels.append(now)
        elif all(month - YEAR in values for month in months) and (
            then := fmean(values[month - YEAR] for month in months)
        ):
            levels.append(now / then)
    return levels, last
