"""A landscape's own claims: read with clear errors, measured, and shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from ecotone.foundation.errors import BadLandscape
from ecotone.foundation.landscape import parse_landscape
from ecotone.foundation.landscape_claims import LandscapeClaim, check_measures
from ecotone.foundation.months import add_months
from ecotone.report import ReportInput, render_report
from ecotone.report.claim_measurement import measure_landscape_claim
from ecotone.report.report_data import ReportData

LANDSCAPE = """
[landscape]
name = "x"
[[project]]
repository = "a/b"
category = "tools"
[[claim]]
statement = "s"
measure = "activity"
"""


def claim_of(**more: object) -> LandscapeClaim:
    plain = LandscapeClaim("Many are busy", "多数活跃", "activity", "", "level", "above", 0.0, 0.5, "f, line 1")
    return replace(plain, **more)  # type: ignore[arg-type] - fields of the dataclass


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ("", "line 7: a claim needs one of `above`, `at_least`, `at_most` and `below`"),
        ("above = 1\nbelow = 2", "this one has 2"),
        ('above = 1\nproject = "a/b"', "this one names only a/b"),
        ('above = 1\nproject = "a/b"\ncompared_with = "a/b"', "this one names only a/b"),
        ('above = 1\nproject = "a/b"\ncompared_with = "a/d"', "Did you mean 'a/b'?"),
        ('above = 1\ncategory = "tolls"', "Did you mean 'tools'?"),
        ("above = 1\nshare = 2", "share = 2 cannot be used"),
        ("above = 1\nthreshold = 2", "unknown key 'threshold'. Accepted here: above, against, at_least"),
    ],
)
def test_a_mistake_in_a_claim_is_named(added: str, words: str):
    with pytest.raises(BadLandscape, match=r"line 7|cannot be used|unknown key") as raised:
        parse_landscape(LANDSCAPE + added, Path("f"))
    assert words in str(raised.value)


def test_a_measure_that_is_no_signal_is_named():
    claims = parse_landscape(LANDSCAPE.replace("activity", "actvity") + "above = 1", Path("f")).claims
    with pytest.raises(
        BadLandscape, match=r"f, line 7: No numeric signal is called 'actvity'\. Did you mean 'activity'"
    ):
        check_measures(claims, {"activity": None})


def test_the_share_of_the_projects_that_fit_is_the_figure(source: ReportInput):
    data = ReportData(source)
    levels = sorted(
        sum(values[month] for month in sorted(values)[-3:]) / 3
        for name, series in data.signal_series("activity").items()
        if data.latest_values("activity")[name].compared and len(values := series.whole_values()) >= 3
    )
    middle = (levels[len(levels) // 2 - 1] + levels[len(levels) // 2]) / 2
    above = measure_landscape_claim(data, claim_of(value=middle))
    below = measure_landscape_claim(data, claim_of(value=middle, side="below"))
    assert above.figure is not None
    assert below.figure is not None
    assert above.figure + below.figure == pytest.approx(1)
    assert above.low is not None
    assert above.high is not None
    assert above.low < above.figure < above.high


def test_too_few_projects_say_nothing_and_an_absent_signal_is_not_measured(source: ReportInput):
    data = ReportData(source)
    assert measure_landscape_claim(data, claim_of(category="infrastructure")).verdict == "too_few"
    assert measure_landscape_claim(data, claim_of(measure="nothing")).verdict == "unmeasured"


def test_the_page_shows_the_landscapes_claims_first_in_both_languages(source: ReportInput):
    page = dict(render_report(replace(source, claims=(claim_of(),))))["claims.html"].decode()
    assert page.index("Many are busy") < page.index("No project dominates")
    assert "多数活跃" in page


def paired_source(source: ReportInput, one: list[int | None], other: list[int | None]) -> ReportInput:
    """A report of two projects with these acts month by month; None: not observed."""
    months = [add_months(date(2024, 1, 1), step) for step in range(len(one))]
    rows = [
        {
            "project": project,
            "month": month,
            "coverage": "complete" if value is not None else "not_observed",
            "activity": value,
        }
        for project, values in (("ada/one", one), ("ada/other", other))
        for month, value in zip(months, values, strict=True)
    ]
    projects = pa.Table.from_pylist(
        [
            row | {"project": name}
            for row, name in zip(source.projects.to_pylist(), ("ada/one", "ada/other"), strict=False)
        ],
        source.projects.schema,
    )
    return replace(
        source,
        since=months[0],
        until=months[-1],
        projects=projects,
        signals=pa.Table.from_pylist(rows),
        organisations=source.organisations.slice(0, 0),
        coverage=source.coverage.slice(0, 0),
        tables={},
    )


@pytest.mark.parametrize(
    ("one", "other", "side", "verdict", "figure", "low", "high"),
    [
        # twice in every quarter: at least twice, but not more than twice
        ([4] * 12, [2] * 12, "at_least", "holds", 2.0, 2.0, 2.0),
        ([4] * 12, [2] * 12, "above", "does_not_hold", 2.0, 2.0, 2.0),
        ([4] * 12, [2] * 12, "at_most", "holds", 2.0, 2.0, 2.0),
        # 90 acts beside 36 in the year, but 3 beside 9 in the first quarter
        ([1] * 3 + [9] * 6 + [11] * 3, [3] * 12, "above", "in_part", 2.5, 1 / 3, 11 / 3),
        # a month that one of both lacks is no month of the comparison
        ([None, *[4] * 12], [50, *[2] * 12], "at_least", "holds", 2.0, 2.0, 2.0),
        # nothing to divide by in the first quarter: no upper end
        ([6] * 12, [0] * 3 + [2] * 9, "above", "in_part", 4.0, 3.0, None),
    ],
)
def test_two_projects_are_compared_over_the_months_that_both_have(
    source: ReportInput,
    one: list[int | None],
    other: list[int | None],
    side: str,
    verdict: str,
    figure: float,
    low: float,
    high: float | None,
):
    data = ReportData(paired_source(source, one, other))
    measured = measure_landscape_claim(
        data, claim_of(project="ada/one", compared_with="ada/other", side=side, value=2.0)
    )
    assert (measured.verdict, measured.cases) == (verdict, 12)
    assert (measured.figure, measured.low, measured.high) == pytest.approx((figure, low, high))


@pytest.mark.parametrize(("one", "other"), [([4] * 11, [2] * 11), ([4] * 12, [0] * 12)])
def test_less_than_a_year_and_nothing_to_divide_by_say_nothing(
    source: ReportInput, one: list[int | None], other: list[int | None]
):
    data = ReportData(paired_source(source, one, other))
    measured = measure_landscape_claim(data, claim_of(project="ada/one", compared_with="ada/other"))
    assert (measured.verdict, measured.figure) == ("too_few", None)


def test_the_page_names_both_projects_and_the_ratio(source: ReportInput):
    pair = claim_of(project="ada/one", compared_with="ada/other", side="at_least", value=2.0)
    two = replace(paired_source(source, [4] * 12, [2] * 12), claims=(pair,))
    page = dict(render_report(two))["claims.html"].decode()
    assert "of one: 2 times other" in page
    assert "claimed: at least 2" in page
