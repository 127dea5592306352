"""The index of the search box, and the releases that a curve marks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from ecotone.report import ReportInput
from ecotone.report.dated_events import MOST_MARKED, find_releases, split_version
from ecotone.report.report_data import ReportData
from ecotone.report.search_index import KINDS
from tests.report.made import HOSTILE, NAMES


def index_of(files: dict[str, bytes]) -> dict[str, list[list[object]]]:
    text = files["data/search.js"].decode()
    content = json.loads(text[text.index("]=") + 2 : -2])
    by_kind: dict[str, list[list[object]]] = {kind: [] for kind in KINDS}
    for kind, *entry in content["entries"]:
        by_kind[KINDS[kind]].append(entry)
    return by_kind


def test_every_project_field_page_and_method_is_in_the_index_with_its_page(files: dict[str, bytes]):
    found = index_of(files)
    assert {entry[0][0] for entry in found["project"]} == set(NAMES)  # type: ignore[index] - of any JSON
    assert len(found["field"]) == 3
    assert {entry[1] for entry in found["page"]} >= {"index.html", "ranking.html", "methods.html"}
    for entries in found.values():
        assert all(str(entry[1]).partition("#")[0] in files for entry in entries)


def test_a_name_that_means_harm_is_text_in_the_index(files: dict[str, bytes]):
    assert HOSTILE.encode() not in files["data/search.js"]
    assert b"<script" not in files["data/search.js"]


def released(source: ReportInput, *tags: tuple[str, str]) -> dict[str, tuple[str, ...]]:
    table = pa.table({
        "project": [NAMES[0]] * len(tags),
        "created_at": pa.array([datetime.fromisoformat(day) for day, _ in tags], pa.timestamp("us")),
        "tag": [tag for _, tag in tags],
    })  # fmt: skip
    data = ReportData(replace(source, tables={**source.tables, "releases": table}))
    return {f"{month:%Y-%m}": names for month, names in find_releases(data, NAMES[0]).items()}


def test_few_releases_are_all_marked_in_their_months(source: ReportInput):
    marked = released(source, ("2024-02-03", "v1.0.1"), ("2024-01-05", "v1.0.0"), ("2024-02-20", "v1.1.0"))
    assert marked == {"2024-01": ("v1.0.0",), "2024-02": ("v1.0.1", "v1.1.0")}
    assert released(source) == {}


def test_of_many_releases_those_of_larger_steps_are_marked(source: ReportInput):
    weekly = [(f"20{20 + at // 12}-{at % 12 + 1:02}-01", f"v1.{at // 6}.{at % 6}") for at in range(48)]
    marked = released(source, *weekly)
    assert len(marked) == 8
    assert marked["2020-01"] == ("v1.0.0",)
    assert marked["2020-07"] == ("v1.1.0",)
    assert len(marked) <= MOST_MARKED


def test_packages_of_one_repository_have_versions_of_their_own():
    assert split_version("core==1.2.0") != split_version("cli==1.2.0")
    assert split_version("release") == ("release", ())
