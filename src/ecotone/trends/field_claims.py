"""Statements about a field, each measured: a figure, its interval, the period, the number of cases and a verdict.

claims/ecotone-1: a statement holds if the whole interval lies on its side of the threshold, holds in part if only the
figure does, does not hold otherwise. Shares of cases have Wilson's score interval (Wilson 1927, JASA 22), shares of
activity the bounds that unobserved months allow (table `field_monthly`). With fewer than five cases nothing is said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa

from ecotone.foundation.months import add_months
from ecotone.signals.common_activity import comparable_activity
from ecotone.stack.adoption import wilson_bounds
from ecotone.stack.claims import DOES_NOT_HOLD, HOLDS, IN_PART, TOO_FEW
from ecotone.stack.project_layers import APPLICATION
from ecotone.trends.ai_assistance import ANY_PRODUCT
from ecotone.trends.field_state import WHOLE_FIELD, leader_share_bounds
from ecotone.trends.half_years import HalfYear, split_half_years
from ecotone.trends.layer_history import ALL_COHORTS, COHORTS, INFRASTRUCTURE
from ecotone.trends.project_panel import Panel, build_panel
from ecotone.trends.tool_labels import labelled_later
from ecotone.trends.verdict_words import CLIMBING, EMERGING, RISE_AND_FALL, SPIKE_AND_FADE, TOO_SHORT

FORMULA: Final = "claims/ecotone-1"
UNMEASURED: Final = "unmeasured"
MIN_CASES: Final = 5
HALF: Final = 0.5
NOTICEABLE: Final = 0.1
"""Share of the projects from which a kind of curve is more than an exception."""

MULTIPLIED: Final = 2.0
MIN_OBSERVED: Final = 0.75
EDITOR_WORDS: Final = frozenset({"editor", "editors", "ide", "ides"})
"""A category whose name has one of these words holds editors."""
LOW_CODE, JAVA = "low-code", "Java"
RATIO: Final = "models_dropped_more"
STACK_CLAIMS: Final = (
    "model_first", "model_at_once", "model_replaces_database", "several_models", RATIO, "safety_gains",
)  # fmt: skip
"""The claims of the table `stack_claims`, in the order of the page."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MeasuredClaim:
    """One statement and what the landscape says about it.

    name       the statement's name
    verdict    holds, in_part, does_not_hold, too_few or unmeasured
    figure     the value compared; its unit is `share` or `times`; None: not measured
    low, high  its interval; None: none is known
    compared   the threshold, or the value of the other side
    cases      number of projects, applications or spells behind the figure
    leader     the project or style in the figure, if one is meant
    """

    name: str
    verdict: str
    figure: float | None = None
    low: float | None = None
    high: float | None = None
    compared: float | None = None
    unit: str = "share"
    since: date | None = None
    until: date | None = None
    cases: int = 0
    leader: str = ""


def judge_claim(figure: float, low: float | None, high: float | None, threshold: float, *, above: bool = True) -> str:
    """The verdict of a figure with its interval against a threshold.

    >>> judge_claim(0.6, 0.52, 0.7, 0.5), judge_claim(0.6, 0.4, 0.7, 0.5), judge_claim(0.3, 0.2, 0.4, 0.5, above=False)
    ('holds', 'in_part', 'holds')
    """
    if (figure > threshold) != above or figure == threshold:
        return DOES_NOT_HOLD
    edge = low if above else high
    return HOLDS if edge is not None and edge != threshold and (edge > threshold) == above else IN_PART


def measure_claims(tables: Mapping[str, pa.Table], since: date | None = None) -> tuple[MeasuredClaim, ...]:
    """Every statement in the order of the talk; what the tables cannot say is `unmeasured`.

    tables  projects, signals; signal_coverage, verdicts, ai_assistance, tool_labels,
            layer_cohorts and stack_claims if present
    since   the first month of the period; None: the first in `signals`
    """
    signal = comparable_activity(tables["signals"], tables.get("signal_coverage"))
    panel = (
        build_panel(tables["projects"], tables["signals"], signal, since, tables.get("signal_coverage"))
        if signal in tables["signals"].column_names
        else None
    )
    halves = [half for half in split_half_years(panel) if half.observed_at_least >= MIN_OBSERVED] if panel else []
    measures: dict[str, Callable[[], MeasuredClaim | None]] = {
        "multiplied": lambda: _measure_births(panel),
        "none_dominates": lambda: _measure_dominance(panel, halves),
        "rise_and_climb": lambda: _measure_curves(_rows_of(tables, "verdicts")),
        "low_code_leads": lambda: _measure_low_code(panel, halves),
        "not_java": lambda: _measure_java(tables["projects"]),
        "ide_becomes_ai": lambda: _measure_labels(_rows_of(tables, "tool_labels")),
        "tools_collaborate": lambda: _measure_assistance(_rows_of(tables, "ai_assistance")),
        "infrastructure_changed": lambda: _measure_infrastructure(_rows_of(tables, "layer_cohorts")),
    }
    measured = [measure() or MeasuredClaim(name, UNMEASURED) for name, measure in measures.items()]
    newest = max((row["month"] for row in _rows_of(tables, "stack_reach")), default=None)
    judged = {row["claim"]: row for row in _rows_of(tables, "stack_claims")}
    return (
        *measured,
        *(_read_stack_claim(judged.get(name), newest) or MeasuredClaim(name, UNMEASURED) for name in STACK_CLAIMS),
    )


def _rows_of(tables: Mapping[str, pa.Table], name: str) -> Sequence[Row]:
    return tables[name].to_pylist() if name in tables else []


def _measure_births(panel: Panel | None) -> MeasuredClaim | None:
    """How many times as many projects exist in the last month as in the first."""
    if panel is None or not panel.months:
        return None
    first, last = int(panel.has_begun[:, 0].sum()), int(panel.has_begun[:, -1].sum())
    span: dict[str, Any] = {"since": panel.months[0], "until": panel.months[-1], "cases": last}
    if first < MIN_CASES:
        return MeasuredClaim("multiplied", TOO_FEW, **span)
    times = last / first
    verdict = HOLDS if times >= MULTIPLIED else IN_PART if times > 1 else DOES_NOT_HOLD
    return MeasuredClaim("multiplied", verdict, times, compared=MULTIPLIED, unit="times", **span)


def _measure_dominance(panel: Panel | None, halves: Sequence[HalfYear]) -> MeasuredClaim | None:
    if panel is None or not halves:
        return None
    half = halves[-1]
    bounds = leader_share_bounds(half.known, half.unobserved_bound)
    if bounds is None:
        return None
    span = _half_year_span(half)
    leader = panel.projects[bounds.position].name
    if half.projects < MIN_CASES:
        return MeasuredClaim("none_dominates", TOO_FEW, **span)
    verdict = judge_claim(bounds.share, bounds.low, bounds.high, HALF, above=False)
    return MeasuredClaim("none_dominates", verdict, bounds.share, bounds.low, bounds.high, HALF, leader=leader, **span)


def _measure_curves(verdicts: Sequence[Row]) -> MeasuredClaim | None:
    """The rarer of two shares of the projects: those that rose and fell, and those that climb or emerge."""
    judged = [row for row in verdicts if row["history"] and row["history"] != TOO_SHORT.name]
    if not judged:
        return None
    counts = Counter(row["history"] for row in judged)
    rarer = min(counts[RISE_AND_FALL.name] + counts[SPIKE_AND_FADE.name], counts[CLIMBING.name] + counts[EMERGING.name])
    span: dict[str, Any] = {
        "since": min((row["first_month"] for row in judged if row.get("first_month")), default=None),
        "until": max((row["last_month"] for row in judged if row.get("last_month")), default=None),
    }
    return _judge_cases("rise_and_climb", rarer, len(judged), NOTICEABLE, **span)


def _measure_low_code(panel: Panel | None, halves: Sequence[HalfYear]) -> MeasuredClaim | None:
    """The share of low-code projects in the activity of the category that has most of them, against the next style."""
    if panel is None or not halves:
        return None
    homes = Counter(project.category for project in panel.projects if project.style == LOW_CODE)
    if not homes:
        return None
    category = min(homes, key=lambda name: (-homes[name], name))
    half = halves[-1]
    styles: dict[str, list[int]] = {}
    for at, project in enumerate(panel.projects):
        if project.category == category and project.style:
            styles.setdefault(project.style, []).append(at)
    inside = [at for members in styles.values() for at in members]
    part = HalfYear(
        half.first,
        half.known[inside],
        half.unobserved_bound[inside],
        half.project_months,
        half.months_observed,
        len(inside),
    )
    position = {at: own for own, at in enumerate(inside)}
    if len(styles) < 2 or not part.total > 0:
        return None
    span: dict[str, Any] = {**_half_year_span(half), "cases": len(inside)}
    if len(inside) < MIN_CASES:
        return MeasuredClaim("low_code_leads", TOO_FEW, **span)
    shares = {style: part.share_with_bounds([position[at] for at in members]) for style, members in styles.items()}
    figure, low, high = shares.pop(LOW_CODE)
    next_style = max(shares, key=lambda style: (shares[style][0], style))
    second, _, second_high = shares[next_style]
    verdict = DOES_NOT_HOLD if figure <= second else HOLDS if low > second_high else IN_PART
    return MeasuredClaim("low_code_leads", verdict, figure, low, high, second, leader=next_style, **span)


def _measure_java(projects: pa.Table) -> MeasuredClaim | None:
    languages = [language for language in projects["language"].to_pylist() if language]
    if not languages:
        return None
    return _judge_cases("not_java", sum(language != JAVA for language in languages), len(languages), HALF)


def _measure_labels(rows: Sequence[Row]) -> MeasuredClaim | None:
    """Of the editors whose first README did not call them AI tools, the share whose newest one does."""
    editors = [row for row in rows if EDITOR_WORDS & set(re.findall(r"[a-z]+", row["category"].casefold()))]
    if not editors:
        return None
    span: dict[str, Any] = {
        name: choose((row[column] for row in editors if row[column]), default=None)
        for name, column, choose in (("since", "first_readme", min), ("until", "last_readme", max))
    }
    return _judge_cases("ide_becomes_ai", *labelled_later(editors), HALF, **span)


def _measure_assistance(rows: Iterable[Row]) -> MeasuredClaim | None:
    """The share of observed projects in which a commit of the last complete month names an AI agent."""
    field = [
        row
        for row in rows
        if row["scope_kind"] == "field"
        and row["scope"] == WHOLE_FIELD
        and row["product"] == ANY_PRODUCT
        and row["coverage"] == "complete"
    ]
    last = max(field, key=lambda row: row["month"], default=None)
    if last is None:
        return None
    return _judge_cases(
        "tools_collaborate",
        last["projects_with"],
        last["projects_observed"],
        HALF,
        since=last["month"],
        until=last["month"],
    )


def _measure_infrastructure(rows: Sequence[Row]) -> MeasuredClaim | None:
    """The share of the activity below the applications by projects that began after ChatGPT: some, but under a half."""
    newest = COHORTS[-1][0]
    shares = {
        (row["layer"], row["half_year"]): row for row in rows if row["cohort"] == newest and row["share"] is not None
    }
    below = max((key for key in shares if key[0] == INFRASTRUCTURE), default=None)
    if below is None:
        return None
    row, above = shares[below], shares.get((APPLICATION, below[1]))
    projects = sum(
        each["projects"]
        for each in rows
        if (each["layer"], each["half_year"]) == below and each["cohort"] != ALL_COHORTS
    )
    span: dict[str, Any] = {"since": below[1], "until": add_months(below[1], 5), "cases": projects}
    if projects < MIN_CASES:
        return MeasuredClaim("infrastructure_changed", TOO_FEW, **span)
    figure, low, high = row["share"], row["share_low"], row["share_high"]
    parts = judge_claim(figure, low, high, NOTICEABLE), judge_claim(figure, low, high, HALF, above=False)
    verdict = max(parts, key=(HOLDS, IN_PART, DOES_NOT_HOLD).index)
    compared = above["share"] if above else None
    return MeasuredClaim("infrastructure_changed", verdict, figure, low, high, compared, **span)


def _read_stack_claim(row: Row | None, newest: date | None) -> MeasuredClaim | None:
    """A claim that the table `stack_claims` has judged."""
    if row is None:
        return None
    is_ratio = row["claim"] == RATIO
    bounds = (row["figure"], row["figure_low"], row["figure_high"])
    unit = "times" if is_ratio else "share"
    threshold = 1.0 if is_ratio else HALF
    return MeasuredClaim(row["claim"], row["verdict"], *bounds, threshold, unit, newest, newest, row["of"])


def _judge_cases(
    name: str,
    hits: int,
    cases: int,
    threshold: float,
    *,
    above: bool = True,
    since: date | None = None,
    until: date | None = None,
) -> MeasuredClaim:
    """A share of cases with Wilson's interval, against a threshold."""
    if cases < MIN_CASES:
        return MeasuredClaim(name, TOO_FEW, since=since, until=until, cases=cases)
    low, high = wilson_bounds(hits, cases)
    share = hits / cases
    verdict = judge_claim(share, low, high, threshold, above=above)
    return MeasuredClaim(
        name, verdict, share, max(low, 0.0), min(high, 1.0), threshold, since=since, until=until, cases=cases
    )


def _half_year_span(half: HalfYear) -> dict[str, Any]:
    return {"since": half.first, "until": add_months(half.first, 5), "cases": half.projects}
