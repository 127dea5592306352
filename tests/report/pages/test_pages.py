"""Pages on fields, AI collaborators, interaction and the landscape, from tables that can be counted by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ecotone.report import ReportInput, render_report
from ecotone.report.figure import Figure
from ecotone.report.highlighted_projects import find_highlighted_projects
from ecotone.report.page import Page, PageContext
from ecotone.report.pages import ai_collaborators, fields, interaction, organisations, project_map
from tests.report.made import HOSTILE, NAMES
from tests.report.pages.making import BROKERAGE, COHESION, LAST, met, presence, subject_of, with_tables

MONTH = date(2025, 10, 1)


def figure(page: Page, key: str) -> Figure:
    return next(one for one in page.figures if one.key == key)


def state(scope: str, month: date, leader_share: float, observed: float) -> dict[str, object]:
    return {
        "scope_kind": "category", "scope": scope, "signal": "activity", "month": month, "projects_known": 4,
        "projects_observed": 3, "observed_at_least": observed, "leader": "atlas-agents", "leader_share": leader_share,
        "leader_share_low": leader_share / 2, "leader_share_high": leader_share, "effective_projects": 2.5,
        "growth": 0.5, "parent": None, "total": 10.0, "share": None, "share_low": None, "share_high": None,
        "births": 0, "deaths": 0,
    }  # fmt: skip


def test_a_field_hides_and_names_its_giant_and_draws_the_riser_blue(source: ReportInput):
    pages = {page.path: page for page in fields.build_pages(subject_of(source))}
    drawn = figure(pages["field/agent-framework.html"], "field-agent-framework")
    colours = {row["name"]: row["colour"] for row in drawn.rows if "away" not in row}
    (mark,) = [row for row in drawn.rows if "away" in row]
    assert (mark["name"], mark["month"]) == ("giant-low-code", date(2025, 6, 1))
    assert mark["away"].en == "giant-low-code: peak 2,370 in 2025-06, off this scale"
    assert set(colours) == {"atlas-agents", "delta-graph", "juniper"}
    assert "giant-low-code" in drawn.text.en
    assert "giant-low-code" in drawn.text.zh
    coding = figure(pages["field/coding-tool.html"], "field-coding-tool")
    # the fastest riser is the giant itself: no other may be blue in its place, and none is promised
    assert "heath-ide" not in {row["name"] for row in coding.rows if "away" not in row}
    assert "blue" not in coding.text.en


def test_the_fastest_riser_is_blue_and_leads_its_label_with_its_rise(source: ReportInput):
    few = source.signals.filter(pc.not_equal(source.signals["project"], "giant-low-code"))
    kept = pc.is_in(few["project"], value_set=pa.array(["heath-ide", "brook", "atlas-agents"]))
    projects = source.projects.set_column(
        source.projects.schema.get_field_index("category"),
        "category",
        pa.array(["one" if name in ("heath-ide", "brook") else "two" for name in NAMES]),
    )
    made = replace(source, signals=few.filter(kept), projects=projects)
    field = subject_of(made)
    found = find_highlighted_projects(["heath-ide", "brook"], field.data.latest_values("activity"))
    page = next(page for page in fields.build_pages(field) if page.path == "field/one.html")
    rows = figure(page, "field-one").rows
    blue = {row["name"] for row in rows if row["colour"] == "riser"}
    assert found.riser == "heath-ide"
    assert blue == ({"heath-ide"} if not found.off_scale else set())
    assert ("blue" in figure(page, "field-one").text.en) == bool(blue)


def test_a_field_stands_for_its_last_month_that_was_seen_well(source: ReportInput):
    rows = [
        state("agent framework", date(2025, 8, 1), 0.4, 0.95),
        state("agent framework", MONTH, 0.9, 0.3),
        state("agent framework", date(2031, 1, 1), 0.1, 1.0),
    ]
    made = with_tables(source, field_monthly=rows)
    page = next(page for page in fields.build_pages(subject_of(made)) if page.path == "field/agent-framework.html")
    part = page.context["section"]
    assert "2025-08" in part.state.month.en
    assert [value for value, _ in part.state.numbers] == ["40.0%", "2.5", "3 / 4", "+50%"]


def test_a_field_of_one_project_has_no_leader(source: ReportInput):
    rows = [state("agent framework", MONTH, 1.0, 1.0) | {"projects_known": 1, "projects_observed": 1}]
    made = with_tables(source, field_monthly=rows)
    page = next(page for page in fields.build_pages(subject_of(made)) if page.path == "field/agent-framework.html")
    assert [value for value, _ in page.context["section"].state.numbers] == ["1 / 1", "+50%"]


def test_styles_share_a_field_and_lives_are_counted_by_quarter(source: ReportInput):
    quarter = [date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1)]
    styles = [
        state(style, month, 1.0, 1.0)
        | {
            "scope_kind": "style",
            "parent": "agent framework",
            "total": total,
            "share": share,
            "share_high": share + 0.1,
        }
        for month in quarter
        for style, total, share in (("low-code", 2.0, 0.2), ("sdk", 8.0, 0.8))
    ]
    rows = [
        state("agent framework", month, 0.4, 1.0) | {"births": 1, "deaths": int(month == quarter[2])}
        for month in quarter
    ]
    made = with_tables(source, field_monthly=[*styles, *rows, state("coding-tool", MONTH, 0.4, 1.0)])
    pages = {page.path: page for page in fields.build_pages(subject_of(made))}
    drawn = figure(pages["field/agent-framework.html"], "styles-agent-framework")
    assert [row["name"].zh for row in drawn.rows[:1]] == ["SDK"]  # the larger first
    assert {(row["name"].en, row["v"]) for row in drawn.rows if row["month"] == quarter[0]} == {
        ("SDK", 0.8),
        ("low-code", 0.2),
    }
    lives = figure(pages["field/agent-framework.html"], "lives-agent-framework")
    assert [(row["month"], row["name"].en, row["v"]) for row in lives.rows] == [
        (quarter[0], "new", 3),
        (quarter[0], "inactive", 1),
    ]
    assert [one.key for one in pages["field/coding-tool.html"].figures] == ["field-coding-tool", "leader-coding-tool"]


def assistance(kind: str, scope: str, product: str, assisted: int, made: int = 0) -> dict[str, object]:
    return {
        "scope_kind": kind, "scope": scope, "month": MONTH, "coverage": "complete", "product": product, "commits": 100,
        "assisted": assisted, "made": made, "share": (assisted + made) / 100, "projects_observed": 4,
        "projects_with": 1, "examples": "0123456789abcdef" if product != "(any)" and kind == "project" else "",
    }  # fmt: skip


@pytest.fixture
def agents(source: ReportInput) -> Page:
    products = [assistance("field", "all", f"Product {place}", 20 - place) for place in range(8)]
    rows = [
        *products,
        assistance("field", "all", "(any)", 90),
        assistance("category", "agent framework", "(any)", 20, 5),
        assistance("project", "brook", "(any)", 30, 10),
        assistance("project", "brook", HOSTILE, 30, 10),
        assistance("project", "fen", "(any)", 50) | {"commits": 19},
    ]
    (page,) = ai_collaborators.build_pages(subject_of(with_tables(source, ai_assistance=rows)))
    return page


def test_products_beyond_the_first_six_are_others(agents: Page):
    rows = figure(agents, "assisted-products").rows
    found = {row["name"].en: row["v"] for row in rows if row["month"] == MONTH and row["scope"] == ""}
    assert found == {**{f"Product {place}": 20 - place for place in range(6)}, "Other products": 14 + 13}


def test_shares_are_of_the_commits_of_projects_with_enough(agents: Page):
    (row,) = figure(agents, "assisted-projects").rows
    assert (row["project"], row["v"], row["named"], row["commits"]) == ("brook", 0.4, 40, 100)
    lines = figure(agents, "assisted-share").rows
    assert {row["name"].en: row["v"] for row in lines if row["month"] == MONTH} == {"Agent framework": 0.25}
    (breadth,) = [row["v"] for row in figure(agents, "assisted-breadth").rows if row["month"] == MONTH]
    assert breadth == 0.25


def cluster(
    name: str, *, found: str | None = "1", stability: float = 0.9, ours: bool = True
) -> list[dict[str, object]]:
    row = {
        "project": name,
        "cluster": found,
        "label": HOSTILE if found else None,
        "label_zh": None,
        "membership": 0.8,
        "stability": stability,
        "second_cluster": None,
        "second_cluster_share": None,
        "of_landscape": ours,
        "x": 0.5,
        "y": -0.5,
    }
    return [row | {"level": "field"}, row | {"level": "part"}]


GROUPS = [
    {
        "level": level, "cluster": "1", "field": "1", "label": HOSTILE, "label_zh": None, "projects": 3,
        "of_landscape": 2, "stability": 0.4, "typical": "brook far/away",
    }
    for level in ("field", "part")
]  # fmt: skip


def test_without_structure_the_page_says_so(source: ReportInput):
    made = with_tables(source, clusters=[*cluster("brook", found=None), *cluster("fen", found=None)], cluster_groups=[])
    (page,) = project_map.build_pages(subject_of(made))
    assert page.figures == ()
    text = dict(render_report(made))["map.html"].decode()
    assert "No reliable groups" in text
    assert "没有可靠的分组" in text


def test_what_is_unstable_is_drawn_as_such_and_strangers_are_plain_text(source: ReportInput):
    rows = [*cluster("brook"), *cluster("fen", stability=0.2), *cluster("far/away", ours=False)]
    made = with_tables(source, clusters=[*rows, *cluster("islet", found=None)], cluster_groups=GROUPS)
    (page,) = project_map.build_pages(subject_of(made))
    (group,) = page.context["groups"]
    (part,) = group.parts
    assert part.unsure
    assert {one.name: one.unsure for one in part.members} == {"brook": False, "fen": True, "far/away": False}
    assert [one.name for one in page.context["unclustered"]] == ["islet"]
    text = dict(render_report(made))["map.html"].decode()
    assert 'class="tile unsure"' in text
    assert 'href="project/brook.html"' in text
    assert 'href="project/islet.html"' in text
    assert "far-away.html" not in text
    assert "<bdi>away</bdi>" in text


def test_names_that_mean_harm_are_text_on_every_page(source: ReportInput):
    people = presence(*((HOSTILE, f"p{who}", HOSTILE, 1) for who in range(3)))
    made = with_tables(
        source, person_months=people, interactions=[met(HOSTILE, HOSTILE, HOSTILE, 1)], brokerage=BROKERAGE,
        cohesion=COHESION, clusters=cluster(HOSTILE), cluster_groups=GROUPS,
        ai_assistance=[assistance("project", "brook", "(any)", 30), assistance("project", "brook", HOSTILE, 30)],
        field_monthly=[state("agent framework", MONTH, 0.5, 1.0) | {"leader": HOSTILE}],
    )  # fmt: skip
    files = {path: content for path, content in render_report(made) if path.endswith((".html", ".js"))}
    expected = {"organisations.html", "interaction.html", "map.html", "collaborators.html", "fields.html"}
    assert expected <= set(files)
    assert any(path.startswith("organisation/") for path in files)
    for path, content in files.items():
        assert b"<script>alert" not in content, path
        assert b"<img src=x" not in content, path


def test_the_map_ties_projects_and_counts_those_left_out(source: ReportInput):
    tie = {
        "project_a": "brook", "project_b": "fen", "kind": "shared_people", "weight": 4.0, "quarter": None,
        "shared_count": 5, "shared_expected": 0.5, "p_value": 0.001, "significant": True,
    }  # fmt: skip
    others = [tie | {"project_b": "islet", "significant": False}, tie | {"project_b": "juniper", "quarter": LAST}]
    made = with_tables(
        source, interactions=[met("brook", "One", "Two", 1)], brokerage=BROKERAGE, cohesion=COHESION,
        person_months=presence(("brook", "a", None, 1)), project_edges=[others[1], tie, others[0]],
    )  # fmt: skip
    (page,) = interaction.build_pages(subject_of(made))
    drawn = figure(page, "project-map")
    assert {row["name"] for row in drawn.rows if row["mark"] == "dot"} == {"brook", "fen"}
    assert [(row["project"], row["partner"], row["members"]) for row in drawn.rows if row["mark"] == "tie"] == [
        ("brook", "fen", 5)
    ]
    assert drawn.text.en.endswith("left out: 10.")
    assert [page.path for page in organisations.build_pages(subject_of(made))] == ["organisations.html"]


@pytest.mark.parametrize(
    "build", [ai_collaborators.build_pages, interaction.build_pages, project_map.build_pages, organisations.build_pages]
)
def test_a_page_without_its_tables_is_left_out(source: ReportInput, build: Callable[[PageContext], Iterator[Page]]):
    assert list(build(subject_of(source))) == []


@pytest.mark.parametrize(("years", "shown"), [((2023, 2025), "2025"), ((2022,), None)])
def test_the_newest_owners_team_is_named(source: ReportInput, years: tuple[int, ...], shown: str | None):
    teams = [
        {"project": "brook", "year": year, "owner": "one", "organisation": "One", "known": 5, "agreeing": 4,
         "members": year - 2020}
        for year in years
    ]  # fmt: skip
    text = dict(render_report(with_tables(source, owner_teams=teams)))["project/brook.html"].decode()
    said = f"4 of the 5 people who can merge and whose employer is known in {shown} work for it; 5 more"
    assert (said in text) == (shown is not None)
    assert ("owns the repository" in text) == (shown is not None)
