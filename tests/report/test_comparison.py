from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pyarrow as pa
import pytest

from ecotone.report import ReportInput, draw_social_card, inline_single_file, render_report, write_comparison
from ecotone.report.pages.side_by_side import last_common_months
from ecotone.report.palette import LIGHT
from ecotone.report.report_data import ReportData
from ecotone.report.social_card import social_card_svg
from tests.report.made import EMPLOYERS, HOSTILE, NAMES

CHOSEN = ("atlas-agents", "heath-ide", HOSTILE)


@pytest.fixture(scope="module")
def pages(source: ReportInput) -> dict[str, bytes]:
    return dict(write_comparison(source, CHOSEN))


def test_the_page_stands_alone(pages: dict[str, bytes]):
    text = pages["index.html"].decode()
    for target in re.findall(r'(?:href|src)="([^"#]+)"', text):
        assert target.startswith("data:image/svg+xml,") or target in pages, target
    assert "<nav" not in text
    assert HOSTILE not in text


def test_it_shows_the_last_month_that_all_were_observed_whole(source: ReportInput, pages: dict[str, bytes]):
    field = ReportData(source)
    months = last_common_months(field, [field.projects_by_name[name] for name in CHOSEN])
    assert months is not None
    assert f"{months.last:%Y-%m}" == "2025-10"
    text = pages["index.html"].decode()
    assert "Values in 2025-10" in text
    row = re.search(r'<th scope="row"><span lang="en">Activity</span>.*?</tr>', text, flags=re.DOTALL)
    assert row is not None
    series = field.signal_series("activity")["atlas-agents"]
    assert f"<bdi>{series.values[38]:.1f}</bdi>" in row[0]


def test_it_opens_with_who_leads_and_with_the_answers_on_each(source: ReportInput, pages: dict[str, bytes]):
    field = ReportData(source)
    months = last_common_months(field, [field.projects_by_name[name] for name in CHOSEN])
    assert months is not None
    series = field.signal_series("activity")
    first, last = (field.months.index(month) for month in (months.first, months.last))
    assert last - first == 2
    means = {
        name: sum(series[name].values[at - series[name].first] for at in range(first, last + 1)) / 3 for name in CHOSEN
    }
    assert months.levels == pytest.approx(means)
    leader = max(means, key=lambda name: means[name])
    text = pages["index.html"].decode()
    assert f"{leader} leads with {means[leader]:.1f} points a month (activity), before" in text
    assert (
        text.index("leads with")
        < text.index('class="project-tiles"')
        < text.index('class="spark')
        < text.index("<table")
    )


def test_projects_keep_the_colours_of_the_whole_report(source: ReportInput, pages: dict[str, bytes]):
    whole = dict(render_report(source))["data/landscape.js"]
    assert pages["data/landscape.js"] == whole


def test_an_organisation_too_small_to_name_is_not_named(source: ReportInput):
    text = dict(write_comparison(replace(source, min_people=100), CHOSEN))["index.html"].decode()
    assert "a smaller organisation" in text
    assert not any(name in text for name in EMPLOYERS if name != HOSTILE)


def test_without_a_common_month_there_are_curves_but_no_numbers(source: ReportInput):
    states = source.signals["coverage"].to_pylist()
    names = source.signals["project"].to_pylist()
    kept = ["partial" if name == "heath-ide" else state for name, state in zip(names, states, strict=True)]
    at = source.signals.column_names.index("coverage")
    table = source.signals.set_column(at, "coverage", pa.array(kept))
    text = dict(write_comparison(replace(source, signals=table), CHOSEN))["index.html"].decode()
    assert "No month has complete data for all of them" in text
    assert 'id="side-activity"' in text


def test_one_file_holds_everything_and_allows_only_its_own_scripts(pages: dict[str, bytes]):
    text = inline_single_file(pages).decode()
    assert not re.search(r'<script[^>]* src=|<link rel="stylesheet"', text)
    policy = re.search(r"script-src ([^;]*);", text)
    assert policy is not None
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", text, flags=re.DOTALL)
    assert len(scripts) > 10
    for one in scripts:
        digest = base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]
    assert "'unsafe-inline'" not in policy[1]


def test_a_card_is_a_picture_of_the_right_size(source: ReportInput):
    for names in (CHOSEN[:1], CHOSEN, NAMES[9:10]):
        content = draw_social_card(source, names)
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert (int.from_bytes(content[16:20]), int.from_bytes(content[20:24])) == (1200, 630)
    assert draw_social_card(source, CHOSEN) == draw_social_card(source, CHOSEN)


def test_a_card_names_its_source_and_what_it_shows(source: ReportInput):
    text = social_card_svg(source, ["heath-ide"])
    for part in (
        "heath-ide",
        "Activity by month (points)",
        "activity/ecotone-1",
        "data through 2025-11-18",
        "2025-10",
    ):
        assert part in text
    assert "<img" not in social_card_svg(source, CHOSEN)


def test_a_project_that_was_never_observed_whole_still_has_a_card(source: ReportInput):
    empty = replace(source, signals=source.signals.slice(0, 0))
    assert "atlas-agents" in social_card_svg(empty, ["atlas-agents", "brook"])


def test_projects_that_stand_alone_together_have_colours_of_their_own(source: ReportInput):
    alone = ReportData(source)
    names = tuple(project.name for project in alone.projects)
    colours = {project.name: project.colour_index for project in alone.projects}
    shared = next((one, other) for one in names for other in names if one < other and colours[one] == colours[other])
    together = ReportData(source, shared)
    assert together.projects_by_name[shared[0]].colour_index == alone.projects_by_name[shared[0]].colour_index
    assert together.projects_by_name[shared[1]].colour_index != alone.projects_by_name[shared[1]].colour_index
    everyone = ReportData(source, names)
    assert {everyone.projects_by_name[name].colour_index for name in names} == set(range(len(LIGHT)))
    assert (
        ReportData(source, ("heath-ide", "brook")).projects_by_name["islet"].colour_index
        == alone.projects_by_name["islet"].colour_index
    )
