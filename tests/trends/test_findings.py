"""Findings: every template says its numbers, in both languages."""

from __future__ import annotations

import json
import re
from datetime import date

import pyarrow as pa
import pytest

from ecotone.trends.ai_assistance import build_assistance_table
from ecotone.trends.findings import KINDS, build_findings
from ecotone.trends.findings.model import ACTIVITY
from ecotone.trends.findings.projects import build_growth_findings
from ecotone.trends.trends_table import build_trends_table
from ecotone.trends.verdicts_table import SCHEMA
from tests.trends.making import acts, projects, signals

ZH = {"tools": "工具", "engines": "引擎"}
NAMES = ("a/a", "b/b", "c/c", "d/d", "e/e")
LISTED = projects(
    ("a/a", "tools", "low-code", "Python", "2023-01-05"),
    ("b/b", "tools", "sdk", "Python", "2020-01-01"),
    ("c/c", "tools", "sdk", "Java", "2020-01-01"),
    ("d/d", "engines", "", "Go", "2020-01-01"),
    ("e/e", "tools", "low-code", "Python", "2020-01-01"),
)
SERIES = {
    "a/a": [float(month) for month in range(2, 26)],  # climbs to 25
    "b/b": [20.0] * 24,
    "c/c": [2.0, 3, 5, 7, 9, 12, 14, 15, 16, 16, 16, 16, 15, 14, 12, 10, 9, 8, 7, 6, 5, 5, 4, 4],
    "d/d": [30.0] * 12 + [3.0] * 12,
    "e/e": [10.0] * 12 + [0.0] * 11 + ["?0"],
}


TRENDS = build_trends_table(signals(SERIES, since="2023-01")).to_pylist()


def verdict(project, history, since, now, *, sure=0.99, change=None, now_sure=None):
    return {
        "project": project, "history": history, "history_confidence": sure, "history_alternative": "climbing",
        "since": date.fromisoformat(since), "now": now, "now_confidence": now_sure, "now_change": change,
        "now_change_low": None if change is None else change - 0.1,
        "now_change_high": None if change is None else change + 0.09,
        "months": 24, "first_month": date(2023, 1, 1), "last_month": date(2024, 12, 1),
    }  # fmt: skip


VERDICTS = pa.Table.from_pylist(
    [
        verdict("a/a", "climbing", "2023-01-01", "growing", change=0.33, now_sure=0.99),
        verdict("b/b", "steady", "2023-01-01", "unclear", sure=0.64),
        verdict("c/c", "rise and fall", "2023-09-01", "shrinking", change=-0.4, now_sure=0.97),
        verdict("d/d", "declining", "2023-06-01", "stopped", sure=0.49),
        verdict("e/e", "dormant", "2024-01-01", "stopped", now_sure=0.99),
    ],
    schema=SCHEMA,
)


@pytest.fixture(scope="module")
def rows():
    measured = signals(SERIES, since="2023-01")
    helped = [(name, f"2024-{month:02}", "person", None, 90) for name in NAMES for month in range(1, 13)]
    helped += [("a/a", f"2024-{month:02}", "person", "X", 25) for month in range(4, 13)]
    helped += [("d/d", f"2024-{month:02}", "agent", "Y", 20) for month in range(10, 13)]
    table = build_assistance_table(LISTED, measured, acts(*helped))
    tables = {
        "projects": LISTED, "signals": measured, "trends": build_trends_table(measured), "verdicts": VERDICTS,
        "ai_assistance": table,
    }  # fmt: skip
    return build_findings(tables, ZH).to_pylist()


def the(rows, kind, subject):
    (row,) = [row for row in rows if (row["kind"], row["subject"]) == (kind, subject)]
    return row["text_en"], row["text_zh"], json.loads(row["figures"])


def test_a_verdict(rows):
    en, zh, figures = the(rows, "verdict", "c/c")
    assert en == (
        "c/c: rise and fall, with its high around 2023-09 (confidence 0.99). Now shrinking, -40 % (-50 % to -31 %): the"
        " last complete months, to 2024-12, against the year before (confidence 0.97)."
    )
    assert zh == (
        "c/c：冲高回落，高点约在 2023 年 9 月（置信度 0.99）。目前收缩，-40%（-50% 至 -31%），即截至 2024 年 12 月的"
        "最近几个完整月份与此前一年相比（置信度 0.97）。"
    )
    assert (figures["history"], figures["now"], figures["since"]) == ("rise and fall", "shrinking", "2023-09")


def test_an_unsure_verdict_names_the_second_word(rows):
    en, zh, _ = the(rows, "verdict", "b/b")
    assert en == "b/b: steady (confidence 0.64; else climbing). Now unclear."
    assert zh == "b/b：平稳（置信度 0.64；其次可能为“持续攀升”）。目前尚不明朗。"


def test_a_project_that_stopped(rows):
    en, zh, _ = the(rows, "verdict", "e/e")
    assert en == "e/e: dormant since 2024-01 (confidence 0.99). Now stopped (confidence 0.99)."
    assert zh == "e/e：自 2024 年 1 月起沉寂（置信度 0.99）。目前停滞（置信度 0.99）。"


def test_a_guess_is_no_finding(rows):
    assert [row["subject"] for row in rows if row["kind"] == "verdict"] == ["a/a", "c/c", "e/e", "b/b"]


@pytest.mark.parametrize("now", ["stable", "shrinking", "stopped", "mixed", "unclear"])
def test_only_a_growing_project_grows_fastest(now):
    growth = list(
        build_growth_findings(TRENDS, {"a/a": "tools", "b/b": "tools"}, ZH, {"a/a": now, "b/b": "growing"}, ACTIVITY)
    )
    assert not growth
    assert list(build_growth_findings(TRENDS, {"a/a": "tools", "b/b": "tools"}, ZH, {"a/a": "growing"}, ACTIVITY))


def test_dominance_and_its_verdicts(rows):
    en, zh, figures = the(rows, "dominance", "tools")
    # a: 20..25 = 135 and b: 120 and c: 31; e: 0, and its unseen month at most 10
    assert figures["leader_share"] == pytest.approx(135 / 286, abs=1e-5)
    assert en.startswith("a/a leads the tools projects without a majority: in the second half of 2024 it had 47 %")
    assert "had 47 % (46 % to 47 % with what was not observed) of the activity" in en
    assert zh.startswith("a/a 在工具中领先，但未过半：2024 年下半年占活跃度的 47%")
    assert "96 % of 24 project-months" in en


def test_breadth(rows):
    en, _, figures = the(rows, "breadth", "all")
    assert "of the field is spread as over" in en
    assert figures["before_half"] == "2023H1"


def test_styles(rows):
    en, zh, figures = the(rows, "styles", "tools")
    assert (figures["ahead"], figures["behind"]) == ("sdk", "low-code")
    assert figures["share"] == pytest.approx(151 / 286, abs=1e-5)
    assert "SDK had the largest share of activity in the second half of 2024, 53 %" in en
    assert "“SDK”类项目" in zh
    assert "“低代码”类项目为 47%" in zh


def test_the_riser(rows):
    en, zh, figures = the(rows, "riser", "tools")
    # 24 on average against 18
    assert en == (
        "Fastest growing, tools: a/a, up 33 %; activity averages 24 points in the three whole months to 2024-12,"
        " 18 in the nine before."
    )
    assert "工具中上升最快的是 a/a" in zh
    assert figures["momentum"] == pytest.approx(1 / 3, abs=1e-5)


def test_assistance(rows):
    en, zh, figures = the(rows, "ai_assistance", "all")
    # July to December: 9 + 1 projects' 90 a month, e's December is not whole: 29 * 90 + 150 + 60
    assert (figures["named"], figures["commits"]) == (210, 29 * 90 + 210)
    assert "7.4 % of the commits" in en
    assert "(210 of 2,820)" in en
    assert "提交中有 7.4% 注明由智能体协助或编写（2,820 次中的 210 次）" in zh
    assert "2 of the 4 projects observed (5 known) had any" in en


def test_products(rows):
    en, zh, _ = the(rows, "products", "all")
    assert "X (79 %) and Y (21 %) of 285 commits that name any of 2 AI products" in en
    assert "X（79%）、Y（21%）" in zh


def test_lag(rows):
    en, zh, figures = the(rows, "lag", "all")
    # tools: 75 of 1,155 in the quarter to June, 50 of 1,130 in that to May; engines: 20 of 290 in October's
    assert figures == {"first": "tools", "since": "2024-06", "not_reached": 0, "engines": 4}
    assert en == (
        "AI agents first reached 5 % of the commits of three months in the tools projects, in 2024-06;"
        " engines 4 months later."
    )
    assert zh == ("智能体参与的提交占连续三个月提交总数的比例，最早于 2024 年 6 月在工具中达到 5%；引擎晚 4 个月。")


def test_assisted_projects(rows):
    en, _, _ = the(rows, "assisted project", "a/a")
    assert en == (
        "a/a: 22 % of the commits of persons and AI agents from 2024-07 to 2024-12 name an agent"
        " (150 of 690, products named: 1)."
    )


def test_births_and_silence(rows):
    en, zh, figures = the(rows, "births", "all")
    assert en == (
        "Of the 5 projects of the field, 1 began in or after 2023-01; 1 fell silent, without a month above 5 % of"
        " their high for half a year or more: e/e."
    )
    assert "5 个项目中，1 个始于 2023 年 1 月及以后；1 个已归于沉寂" in zh
    assert figures["names"] == "e/e"


def test_languages(rows):
    en, zh, _ = the(rows, "languages", "all")
    assert en == "Of 5 projects whose main language is given, 1 are written in Java (20 %): Python 3, Go 1, Java 1."
    assert "使用 Java 的有 1 个（20%）：Python 3 个、Go 1 个、Java 1 个。" in zh


def test_coverage(rows):
    en, zh, _ = the(rows, "coverage", "all")
    assert en == (
        "4 of 5 projects were observed whole in 2024-12, the last month of which any was; all that had begun by then"
        " were last observed whole in 2024-11."
    )
    assert zh.endswith("上一次当时全部项目都得到完整观测是在 2024 年 11 月。")


def test_every_template_is_used_and_no_sentence_is_without_a_figure(rows):
    assert {row["kind"] for row in rows} == set(KINDS)
    assert [row["order"] for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert re.search(r"\d", row["text_en"]), row
        assert re.search(r"\d", row["text_zh"]), row
        assert re.search("[\u4e00-\u9fff]", row["text_zh"]), row
        assert json.loads(row["figures"])
        # the same numbers in both languages: percentages and confidences
        numbers = [re.findall(r"\d+(?:\.\d+)?(?= ?%)", row[name]) for name in ("text_en", "text_zh")]
        assert sorted(numbers[0]) == sorted(numbers[1]), row
        assert not re.search(r"\bnan\b|\binf\b|None", row["text_en"] + row["text_zh"]), row


def test_nothing_known_nothing_said():
    empty = {
        "projects": projects(),
        "signals": signals({}),
        "trends": build_trends_table(signals({})),
        "ai_assistance": build_assistance_table(projects(), signals({}), acts()),
    }
    assert build_findings(empty, {}).num_rows == 0


def test_a_curve_nobody_can_read_is_not_put_into_words():
    measured = signals({"a/a": [3.0, 4.0, 5.0]}, since="2023-01")
    listed = projects(("a/a", "", "", "", "2023-01-05"))
    tables = {
        "projects": listed,
        "signals": measured,
        "trends": build_trends_table(measured),
        "ai_assistance": build_assistance_table(listed, measured, acts()),
    }
    assert "verdict" not in {row["kind"] for row in build_findings(tables, {}, date(2023, 1, 1)).to_pylist()}


def test_a_field_of_one_category_says_nothing_twice():
    alone = LISTED.set_column(LISTED.column_names.index("category"), "category", pa.array(["uncategorised"] * 5))
    measured = signals(SERIES, since="2023-01")
    tables = {
        "projects": alone, "signals": measured, "trends": build_trends_table(measured), "verdicts": VERDICTS,
        "ai_assistance": build_assistance_table(alone, measured, acts(("a/a", "2024-01", "person", None, 9))),
    }  # fmt: skip
    found_rows = build_findings(tables, ZH).to_pylist()
    field_kinds = [row["kind"] for row in found_rows if row["kind"] in ("dominance", "breadth", "births", "riser")]
    assert sorted(field_kinds) == sorted(set(field_kinds))
    assert "dominance" in field_kinds
    assert not any("uncategorised" in row["text_en"] + row["text_zh"] for row in found_rows)
