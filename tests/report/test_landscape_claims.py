"""A landscape's own claims: read with clear errors, measured, and shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ecotone.foundation.errors import BadLandscape
from ecotone.foundation.landscape import parse_landscape
from ecotone.foundation.landscape_claims import LandscapeClaim, check_measures
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
    plain = LandscapeClaim("Many are busy", "多数活跃", "activity", "", "level", True, 0.0, 0.5, "f, line 1")
    return replace(plain, **more)  # type: ignore[arg-type] - fields of the dataclass


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ("", "line 7: a claim needs either `above` or `below`"),
        ("above = 1\nbelow = 2", "either `above` or `below`"),
        ('above = 1\ncategory = "tolls"', "Did you mean 'tools'?"),
        ("above = 1\nshare = 2", "share = 2 cannot be used"),
        ("above = 1\nthreshold = 2", "unknown key 'threshold'. Accepted here: above, against"),
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
    below = measure_landscape_claim(data, claim_of(value=middle, above=False))
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
