"""`summary.json`, `llms.txt` and the changes: what the tables say, unknown as null, and no name that must not be."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pyarrow as pa
import pytest

from ecotone.report import ReportInput
from ecotone.report.field_changes import find_overtakings, moving_means
from ecotone.report.project_series import ProjectSeries
from ecotone.report.report_data import ReportData
from ecotone.report.summary_files import summarise_project, summary_files
from tests.report.made import HOSTILE, NAMES

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def written(source: ReportInput) -> dict[str, bytes]:
    return dict(summary_files(ReportData(source)))


def test_the_summary_has_every_finding_and_project_with_coverage(source: ReportInput, written: dict[str, bytes]):
    summary = json.loads(written["summary.json"])
    assert summary["schema"] == "ecotone-summary/1"
    assert len(summary["findings"]) == source.tables["findings"].num_rows
    assert {row["project"] for row in summary["projects"]} == set(NAMES)
    assert sum(summary["coverage"]["month_shares"].values()) == pytest.approx(1, abs=0.001)
    assert summary["coverage"]["not_read"] == [
        {"repository": "field/lost", "reason": "The repository could not be read; run it again."}
    ]
    estuary = next(row for row in summary["projects"] if row["project"] == "estuary")
    assert estuary["months"] == {"complete": 36, "partial": 1, "damaged": 0, "not_observed": 3}
    assert set(summary["definitions"]["signals"]) == set(estuary["signals"])
    for words, key in (("history", "history"), ("now", "now")):
        assert {row["verdict"][key] for row in summary["projects"]} <= set(summary["definitions"][words])


def test_a_value_is_of_a_complete_month_and_unknown_is_null(source: ReportInput):
    data = ReportData(source)
    project = data.projects_by_name["atlas-agents"]
    signals = summarise_project(data, project)["signals"]
    assert signals["commits"]["month"] == "2025-10"  # 2025-11 is partial
    assert signals["commits"]["value"] == data.signal_series("commits")["atlas-agents"].values[38]
    assert signals["commits"]["compared"] is True
    assert summarise_project(data, project)["company"] is None
    unjudged = ReportData(replace(source, tables={}))
    assert summarise_project(unjudged, unjudged.projects_by_name["brook"])["verdict"] is None


def test_a_small_organisation_has_no_name_in_the_answer(source: ReportInput):
    shares = {
        "project": "brook",
        "since": date(2025, 1, 1),
        "until": date(2025, 10, 1),
        "measure": "commits",
        "people": 2,
        "known_share": 0.7,
        "highest_share": 0.8,
        "estimate": None,
        "estimate_low": None,
        "estimate_high": None,
        "cautious_low": None,
        "cautious_high": None,
        "withheld": "",
        "is_owner": True,
    }
    rows = [shares | {"organisation": "Larch Systems"}, shares | {"organisation": None, "known_share": 0.1}]
    for fewest, named in ((2, True), (3, False)):
        tables = {"employer_shares": pa.Table.from_pylist(rows)}
        data = ReportData(replace(source, tables=tables, min_people=fewest))
        files = dict(summary_files(data))
        assert (b"Larch Systems" in files["summary.json"]) is named
        assert (b"Larch Systems" in files["llms.txt"]) is named
        answer = summarise_project(data, data.projects_by_name["brook"])["company"]
        assert (answer["verdict"], answer["known"], answer["since"]) == (
            "yes" if named else "work",
            0.7,
            "2025-01",
        )


def test_the_text_for_assistants_is_safe_markdown_with_links_to_pages(files: dict[str, bytes]):
    text = files["llms.txt"].decode()
    assert text.startswith(
        "# Agents & their tools\n\n> Ecotone's report on 12 open-source projects, 2022-08 to 2025-11"
    )
    assert HOSTILE not in text
    linked = [line.split("](")[1].split(")")[0] for line in text.splitlines() if line.startswith("- [")]
    assert len(linked) == 12 + 4
    assert set(linked) - {"tables.zip"} <= set(files)  # the pipeline adds the tables
    assert "field/lost: The repository could not be read" in text


def overtakings(*rows: tuple[float, float]) -> list[tuple[int, str, tuple[str, ...]]]:
    return list(find_overtakings({at: {"a": a, "b": b} for at, (a, b) in enumerate(rows)}))


def test_an_order_changes_only_with_a_clear_lead():
    assert overtakings((10, 20), (22.1, 20)) == [(1, "a", ("b",))]
    assert overtakings((10, 20), (21, 20), (20, 21), (21.9, 20)) == []  # never 10 % ahead
    assert overtakings((20, 20), (23, 20)) == []  # no order before
    assert overtakings((10, 20), (20, 20), (30, 20), (20, 30)) == [(2, "a", ("b",)), (3, "b", ("a",))]


def test_only_the_ten_highest_overtake():
    crowd = {f"p{place}": 100.0 + 20 * place for place in range(10)}
    rising = [(crowd | {"a": a, "b": 10.0}) for a in (5.0, 20.0, 500.0)]
    found = list(find_overtakings(dict(enumerate(rising))))
    assert found == [(2, "a", tuple(f"p{place}" for place in reversed(range(1, 10))))]


def test_a_mean_needs_three_whole_months():
    series = {"a": ProjectSeries(1, (3.0, 6.0, 9.0, 12.0, 30.0), "wwwpw")}
    assert moving_means(series, 5) == {0: {}, 1: {}, 2: {}, 3: {"a": 6.0}, 4: {}, 5: {}}


def test_feed_and_json_tell_the_same_changes(source: ReportInput, written: dict[str, bytes]):
    changes = json.loads(written["changes.json"])["changes"]
    feed = ElementTree.fromstring(written["changes.atom"])
    entries = feed.findall(f"{ATOM}entry")
    assert changes
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [change["id"] for change in changes]
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [change["text_en"] for change in changes]
    assert len({change["id"] for change in changes}) == len(changes)
    assert all("2024-11" <= change["month"] <= "2025-10" for change in changes)
    assert [change["project"] for change in changes if change["kind"] == "began"] == ["juniper"]
    chinese = dict(summary_files(ReportData(replace(source, language="zh"))))["changes.atom"].decode()
    assert 'xml:lang="zh"' in chinese
    assert "始于" in chinese


def test_a_change_keeps_its_id_when_a_month_is_added(source: ReportInput, written: dict[str, bytes]):
    shorter = replace(source, until=date(2025, 9, 1))
    before = json.loads(dict(summary_files(ReportData(shorter)))["changes.json"])["changes"]
    after = {change["id"] for change in json.loads(written["changes.json"])["changes"]}
    assert {change["id"] for change in before if change["month"] >= "2024-12"} <= after
