from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from ecotone.foundation.months import add_months
from ecotone.trends.ai_assistance import ANY_PRODUCT
from ecotone.trends.field_claims import MeasuredClaim, measure_claims

SINCE = date(2024, 1, 1)


def claims_of(
    projects: Sequence[Mapping[str, Any]], levels: Mapping[str, float], more: Mapping[str, pa.Table] | None = None
) -> dict[str, MeasuredClaim]:
    """Claims of projects with a constant activity over a year."""
    listed = [
        {"category": "x", "style": "", "language": "", "first_event": date(2020, 1, 1)} | dict(project)
        for project in projects
    ]
    signals = [
        {"project": name, "month": add_months(SINCE, step), "coverage": "complete", "activity": level}
        for name, level in levels.items()
        for step in range(12)
    ]
    tables = {"projects": pa.Table.from_pylist(listed), "signals": pa.Table.from_pylist(signals)} | dict(more or {})
    return {claim.name: claim for claim in measure_claims(tables)}


def even(count: int, **attributes: object) -> list[dict[str, object]]:
    return [{"project": f"p{at}"} | attributes for at in range(count)]


def levels_of(*values: float) -> dict[str, float]:
    return {f"p{at}": value for at, value in enumerate(values)}


@pytest.mark.parametrize(
    ("values", "verdict"), [((10, 10, 10, 10, 10), "holds"), ((90, 1, 1, 1, 1), "does_not_hold"), ((9, 1), "too_few")]
)
def test_one_project_dominates_or_not(values: tuple[float, ...], verdict: str):
    claim = claims_of(even(len(values)), levels_of(*values))["none_dominates"]
    assert claim.verdict == verdict
    assert claim.cases == len(values)
    assert (claim.since, claim.until) == (date(2024, 7, 1), date(2024, 12, 1))


@pytest.mark.parametrize(
    ("java", "others", "verdict"), [(1, 20, "holds"), (4, 6, "in_part"), (8, 2, "does_not_hold"), (0, 4, "too_few")]
)
def test_the_share_of_languages_has_an_interval(java: int, others: int, verdict: str):
    projects = [{"project": f"p{at}", "language": "Java" if at < java else "Go"} for at in range(java + others)]
    claim = claims_of(projects, levels_of(*[1.0] * (java + others)))["not_java"]
    assert claim.verdict == verdict
    if claim.figure is not None and claim.low is not None and claim.high is not None:
        assert claim.figure == others / (java + others)
        assert claim.low < claim.figure < claim.high


def test_projects_multiply_if_twice_as_many_exist_at_the_end():
    young = [{"project": f"p{at}", "first_event": date(2024, 5, 1)} for at in range(5, 10)]
    claim = claims_of([*even(5), *young], levels_of(*[1.0] * 10))["multiplied"]
    assert (claim.verdict, claim.figure, claim.cases) == ("holds", 2.0, 10)


@pytest.mark.parametrize(("low_code", "verdict"), [(30.0, "holds"), (1.0, "does_not_hold")])
def test_low_code_is_compared_with_the_next_style(low_code: float, verdict: str):
    projects = [{"project": f"p{at}", "style": "low-code" if at < 2 else "library"} for at in range(5)]
    claim = claims_of(projects, levels_of(low_code, low_code, 5, 5, 5))["low_code_leads"]
    assert (claim.verdict, claim.leader) == (verdict, "library")
    assert claim.figure == pytest.approx(2 * low_code / (2 * low_code + 15))


def test_both_kinds_of_curves_must_be_more_than_exceptions():
    words = ["climbing"] * 10 + ["rise and fall"] * 10
    verdicts = pa.Table.from_pylist(
        [{"history": word, "first_month": SINCE, "last_month": SINCE} for word in [*words, "too short to say"]]
    )
    claim = claims_of(even(5), levels_of(*[1.0] * 5), {"verdicts": verdicts})["rise_and_climb"]
    assert (claim.verdict, claim.figure, claim.cases) == ("holds", 0.5, 20)


def test_agents_are_counted_by_project_in_the_last_complete_month():
    rows = [
        {
            "scope_kind": "field", "scope": "all", "product": ANY_PRODUCT, "coverage": "complete",
            "month": add_months(SINCE, step), "projects_with": 19 if step else 0, "projects_observed": 20,
        }
        for step in range(2)
    ]  # fmt: skip
    claim = claims_of(even(5), levels_of(*[1.0] * 5), {"ai_assistance": pa.Table.from_pylist(rows)})
    assert (claim["tools_collaborate"].verdict, claim["tools_collaborate"].figure) == ("holds", 0.95)


def layer_row(layer: str, cohort: str, share: float, low: float, high: float, projects: int = 3) -> dict[str, object]:
    return {
        "half_year": SINCE, "layer": layer, "cohort": cohort, "projects": projects, "activity": 1.0, "share": share,
        "share_low": low, "share_high": high,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("share", "low", "high", "verdict"),
    [
        (0.3, 0.2, 0.4, "holds"), (0.3, 0.05, 0.4, "in_part"), (0.3, 0.2, 0.6, "in_part"),
        (0.05, 0.0, 0.2, "does_not_hold"), (0.7, 0.6, 0.8, "does_not_hold"),
    ],
)  # fmt: skip
def test_infrastructure_changed_if_some_but_less_than_half_is_new(share: float, low: float, high: float, verdict: str):
    rows = [
        layer_row("infrastructure", "after_chatgpt", share, low, high),
        layer_row("infrastructure", "before_2015", 1 - share, 0, 1),
        layer_row("infrastructure", "all", 0.5, 0.5, 0.5, 6),
        layer_row("application", "after_chatgpt", 0.9, 0.9, 0.9),
    ]
    claim = claims_of(even(5), levels_of(*[1.0] * 5), {"layer_cohorts": pa.Table.from_pylist(rows)})
    measured = claim["infrastructure_changed"]
    assert (measured.verdict, measured.figure, measured.compared, measured.cases) == (verdict, share, 0.9, 6)


def test_editors_become_tools_of_ai_if_most_that_were_not_are():
    rows = [
        {
            "category": "ide",
            "labelled_from_start": at == 9,
            "labelled_now": at > 0,
            "first_readme": SINCE,
            "last_readme": SINCE,
        }
        for at in range(10)
    ]
    rows += [{**rows[0], "category": "database"}] * 9
    claim = claims_of(even(5), levels_of(*[1.0] * 5), {"tool_labels": pa.Table.from_pylist(rows)})["ide_becomes_ai"]
    assert (claim.verdict, claim.cases) == ("holds", 9)
    assert claim.figure == pytest.approx(8 / 9)


def test_what_the_tables_cannot_say_is_not_measured():
    claims = claims_of(even(5), levels_of(*[1.0] * 5))
    assert claims["ide_becomes_ai"].verdict == claims["model_first"].verdict == "unmeasured"
    assert claims["tools_collaborate"].figure is None
