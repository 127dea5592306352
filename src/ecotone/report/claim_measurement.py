"""Measure a landscape's own claims: the share of projects whose signal is on one side of a value, or two projects.

Two projects are compared over the last year for which both have complete data: the figure is the ratio of their means,
its range that of the four quarters. The range says how steady the ratio is; it is no interval of a sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any, Final

from ecotone.foundation.landscape_claims import LandscapeClaim
from ecotone.report.report_data import ReportData
from ecotone.stack.adoption import wilson_bounds
from ecotone.stack.claims import DOES_NOT_HOLD, HOLDS, IN_PART, TOO_FEW
from ecotone.trends.field_claims import MIN_CASES, UNMEASURED, MeasuredClaim, judge_claim

RECENT: Final = 3
YEAR: Final = 12
QUARTER: Final = 3


def measure_landscape_claim(data: ReportData, claim: LandscapeClaim) -> MeasuredClaim:
    """The share of the compared projects that fit, with Wilson's interval, or one project beside another; the verdict.

    A project is compared if its months of comparison are complete in the landscape's newest month of comparison.
    """
    if not data.has_signal(claim.measure):
        return MeasuredClaim("own", UNMEASURED)
    if claim.project:
        return _compare_two_projects(data, claim)
    levels, last = _project_levels(data, claim)
    if last is None:
        return MeasuredClaim("own", UNMEASURED)
    until = data.months[last]
    span: dict[str, Any] = {"since": data.months[max(last - RECENT + 1, 0)], "until": until}
    fitting = sum(claim.fits(level) for level in levels)
    cases = len(levels)
    if cases < MIN_CASES:
        return MeasuredClaim("own", TOO_FEW, compared=claim.share, cases=cases, **span)
    low, high = (min(max(bound, 0.0), 1.0) for bound in wilson_bounds(fitting, cases))
    verdict = judge_claim(fitting / cases, low, high, claim.share)
    return MeasuredClaim("own", verdict, fitting / cases, low, high, claim.share, cases=cases, **span)


def _compare_two_projects(data: ReportData, claim: LandscapeClaim) -> MeasuredClaim:
    """The ratio of two projects' means over the last twelve months that both have, with its range over the quarters.

    The claim holds if every quarter fits, and holds in part if only the year does. Nothing is said if the other
    project's mean is zero.
    """
    series = data.signal_series(claim.measure)
    if not {claim.project, claim.compared_with} <= series.keys():
        return MeasuredClaim("own", UNMEASURED)
    dividends, divisors = (series[name].whole_values() for name in (claim.project, claim.compared_with))
    months = sorted(dividends.keys() & divisors.keys())[-YEAR:]
    if not months:
        return MeasuredClaim("own", UNMEASURED)
    span: dict[str, Any] = {"since": data.months[months[0]], "until": data.months[months[-1]], "cases": len(months)}

    def ratio_of(chosen: Sequence[int]) -> float | None:
        divisor = sum(divisors[month] for month in chosen)
        return sum(dividends[month] for month in chosen) / divisor if divisor > 0 else None

    ratio = ratio_of(months)
    if len(months) < YEAR or ratio is None:
        return MeasuredClaim("own", TOO_FEW, compared=claim.value, unit="times", **span)
    quarters = [ratio_of(months[begin : begin + QUARTER]) for begin in range(0, YEAR, QUARTER)]
    known = [quarter for quarter in quarters if quarter is not None]
    steady = len(known) == len(quarters) and all(map(claim.fits, known))
    verdict = DOES_NOT_HOLD if not claim.fits(ratio) else HOLDS if steady else IN_PART
    high = max(known) if len(known) == len(quarters) else None
    return MeasuredClaim("own", verdict, ratio, min(known), high, claim.value, "times", **span)


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
