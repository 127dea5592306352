"""Months of labels, counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from ecotone.events.sources.git.self_descriptions import README_SCHEMA, TERM_SCHEMA
from ecotone.trends.tool_labels import build_label_tables, explain_label, find_tool_months, labelled_later


def day(month: int) -> date:
    return date(2024, month, 1)


def readme(project: str, since: int, until: int | None, gap: str | None = None) -> dict[str, Any]:
    return {
        "project": project, "repository": project, "file": "README.md", "since": day(since),
        "until": until and day(until), "gap": gap,
    }  # fmt: skip


def term(
    project: str, kind: str, word: str, since: int, until: int | None = None, section: str = "lead"
) -> dict[str, Any]:
    return {
        "project": project, "repository": project, "file": "README.md", "kind": kind, "term": word, "section": section,
        "line": 2, "commit": "0" * 40, "since": day(since), "until": until and day(until),
    }  # fmt: skip


READMES = [
    readme("a", 1, 3), readme("a", 3, None), readme("b", 1, 4), readme("b", 4, None, "too_large"), readme("c", 2, None),
]  # fmt: skip
TERMS = [
    term("a", "ai", "AI", 3),
    term("a", "agent", "agents", 5),
    term("a", "model", "LLM", 2, section="body"),
    term("c", "model", "LLM", 2, 4),
]
PROJECTS = [{"project": name, "category": "ide" if name in "ab" else "kit"} for name in "abcd"]


def assisted(kind: str, scope: str, month: int, product: str, count: int, share: float) -> dict[str, Any]:
    return {
        "scope_kind": kind, "scope": scope, "month": day(month), "product": product, "projects_with": count,
        "share": share,
    }  # fmt: skip


ASSISTANCE = [
    *(assisted("project", "a", month, "(any)", int(month > 4), 0.0) for month in range(1, 7)),
    assisted("category", "ide", 5, "(any)", 1, 0.25),
    assisted("category", "ide", 5, "Helper", 1, 0.1),
]


@pytest.fixture(scope="module")
def tables() -> dict[str, pa.Table]:
    windows = {(name, name): day(6) for name in "abc"}
    months = find_tool_months(
        pa.Table.from_pylist(TERMS, schema=TERM_SCHEMA), pa.Table.from_pylist(READMES, schema=README_SCHEMA), windows
    )
    return build_label_tables(pa.Table.from_pylist(PROJECTS), months, pa.Table.from_pylist(ASSISTANCE))


def test_a_label_is_what_a_tool_says_in_its_lead(tables):
    rows = {row["project"]: row for row in tables["tool_labels"].to_pylist()}
    a = rows["a"]
    first = [a[f"first_{name}"] for name in ("readme", "mention", "label", "agent")]
    assert first == [day(1), day(2), day(3), day(5)]
    assert (a["labelled_from_start"], a["labelled_now"], a["first_assisted"]) == (False, True, day(5))
    c = rows["c"]
    assert (c["first_label"], c["labelled_from_start"], c["labelled_now"]) == (day(2), True, False)


def test_without_a_readable_readme_nothing_is_known(tables):
    rows = {row["project"]: row for row in tables["tool_labels"].to_pylist()}
    assert (rows["b"]["readme_months"], rows["b"]["last_readme"], rows["b"]["labelled_now"]) == (3, day(3), False)
    d = rows["d"]
    assert (d["readme_months"], d["first_readme"], d["labelled_from_start"], d["labelled_now"]) == (0, None, None, None)


def test_shares_are_of_the_tools_known_in_the_month(tables):
    rows = {
        (row["scope"], row["month"].month): row for row in tables["label_shares"].to_pylist() if row["kind"] == "any"
    }
    counted = {key: (row["projects_labelled"], row["projects_known"]) for key, row in rows.items()}
    assert [counted["ide", month] for month in range(1, 7)] == [(0, 2), (0, 2), (1, 2), (1, 1), (1, 1), (1, 1)]
    assert [counted["all", month] for month in range(1, 7)] == [(0, 2), (1, 3), (2, 3), (1, 2), (1, 2), (1, 2)]
    assert rows["ide", 5]["assisted_share"] == 0.25
    assert rows["ide", 4]["assisted_share"] is None
    assert rows["ide", 3]["share_low"] < 0.5 < rows["ide", 3]["share_high"]


def test_only_tools_without_a_label_at_first_can_become_one(tables):
    assert labelled_later(tables["tool_labels"].to_pylist()) == (1, 2)


def test_a_kind_a_term_or_all_of_them_are_explained_by_time():
    rows = [row for row in TERMS if row["project"] == "a"]
    assert [row["term"] for row in explain_label(rows, "label")] == ["LLM", "AI", "agents"]
    assert [row["term"] for row in explain_label(rows, "Agent")] == ["agents"]
    assert [row["term"] for row in explain_label(rows, "llm")] == ["LLM"]
    assert explain_label(rows, "redis") == []
