"""What `doctor` says of months that a feed does not have completely."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa

from ecotone.events.schema import COVERAGE_SCHEMA
from ecotone.pipeline.doctor import NOTES_SHOWN, Diagnosis, _check_coverage
from ecotone.store.workspace import Workspace

BREAK = "the crawler reads one of three pages"


def row(source: str, month: int, state: str, note: str = "", repository: str = "octo/cat") -> dict[str, Any]:
    return {
        "source": source, "repository": repository, "month": date(2025, month, 1), "state": state, "note": note,
    }  # fmt: skip


def said(*rows: dict[str, Any]) -> list[Diagnosis]:
    table = pa.Table.from_pylist(list(rows), schema=COVERAGE_SCHEMA)
    return list(_check_coverage(cast("Workspace", SimpleNamespace(read_table=lambda _: table))))


def test_months_of_one_break_are_one_line_with_their_span_and_the_next_command():
    rows = [row("gharchive", month, "damaged", BREAK, name) for month in (6, 7, 9) for name in ("octo/cat", "octo/dog")]
    counted, _, noted = said(row("git", 6, "complete"), *rows, row("gharchive", 5, "complete"))
    assert counted.state == "repository-months: 1 complete, 6 damaged"
    assert "[sources.github]" in counted.advice
    assert "ecotone run" in counted.advice
    assert noted.state == f"2025-06 to 2025-07, 2025-09, 2 repositories: damaged: {BREAK}"


def test_months_that_another_feed_has_complete_need_nothing():
    archive = [row("gharchive", month, "damaged", BREAK) for month in (6, 7)]
    filled = [row("github", month, "complete") for month in (6, 7)]
    counted = said(*archive, *filled)[0]
    assert counted.state == "repository-months: 2 damaged; 2 of the 2 that are not complete are complete in github"
    assert counted.advice == ""
    half = said(*archive, filled[0], row("github", 7, "partial", "the month was not over"))[0]
    assert "1 of the 2 that are not complete" in half.state
    assert "[sources.github]" in half.advice


def test_git_alone_has_no_notes_and_many_notes_end_with_a_command():
    assert [one.subject for one in said(row("git", 6, "partial", "shallow"))] == ["coverage of git"]
    many = [row("gharchive", 6, "partial", f"note {number:02}", f"octo/{number}") for number in range(NOTES_SHOWN + 3)]
    *shown, last = said(*many)
    assert len(shown) == NOTES_SHOWN + 1
    assert shown[1].state == "2025-06, octo/0: partial: note 00"
    assert (last.state, "ecotone export coverage" in last.advice) == ("3 further notes", True)


def test_a_workspace_without_a_feed_is_told_by_git_alone(simulated: Any):
    workspace = Workspace.open(simulated.workspace)
    assert {one.subject for one in _check_coverage(workspace)} == {"coverage of git"}
