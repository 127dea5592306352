from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from ecotone.foundation.months import add_months
from ecotone.report.project_answers import answer_project_questions, rank_in_category
from ecotone.report.report_data import ReportData
from tests.report.made import declared
from tests.report.test_overview_answer import LENGTH, SINCE, assisted, field_of

VERDICT = {"history": "steady", "now_change": 0.25, "first_month": SINCE, "last_month": SINCE}


@pytest.fixture
def data() -> ReportData:
    """Projects a, b and c of 30, 20 and 20; `gone` ended. Three of ten people made half; a tenth names an agent."""
    last = add_months(SINCE, LENGTH - 1)
    tables = {
        "verdicts": pa.Table.from_pylist(
            [VERDICT | {"project": "a", "now": "growing"}, VERDICT | {"project": "b", "now": "stopped"}]
        ),
        "ai_assistance": pa.Table.from_pylist(
            [assisted("project", "a", add_months(last, -step), 5, 50) for step in range(6)]
        ),
    }
    field, _ = field_of({"a": [30] * 24, "b": [20] * 24, "c": [20] * 24, "gone": [90] * 12}, tables)
    rows = field.source.signals.num_rows
    signals = field.source.signals
    for name, value in (("contributors", 10.0), ("contributor_absence_factor", 3.0)):
        signals = signals.append_column(name, pa.array([value] * rows))
    added = [declared(name, name, name, "people", "人") for name in signals.column_names[-2:]]
    glossary = (*field.source.glossary, *added)
    return ReportData(replace(field.source, signals=signals, glossary=glossary))


def answers_of(data: ReportData, name: str) -> dict[str, str]:
    project = data.projects_by_name[name]
    return {one.key: one.answer.en for one in answer_project_questions(data, data.categories[0], project)}


def test_every_question_is_answered_with_its_figures(data: ReportData):
    answers = answers_of(data, "a")
    place = "Place 1 of 3 compared in its field, X."
    assert answers["alive"] == f"Growing (+25% on the year): 10 contributors in 2024-12. {place}"
    assert answers["missed"] == "3 of 10 contributors made at least half of the commits of 2024-12."
    assert answers["assisted"].startswith("10.0% of 300 commits name an AI agent (2024-07 to 2024-12)")
    assert answers["whose"].startswith("Not measured")
    assert "merge" not in answers  # the tables have no such signal


def test_a_stopped_project_is_not_alive_and_an_unknown_one_is_said(data: ReportData):
    assert answers_of(data, "b")["alive"].startswith("No: Stopped")
    assert answers_of(data, "c")["alive"] == "Too few complete months to say."
    assert answers_of(data, "b")["assisted"] == "Fewer than six complete months with commits."


def test_equal_projects_share_a_place_and_one_that_ended_has_none(data: ReportData):
    places = {name: rank_in_category(data, data.categories[0], data.projects_by_name[name]) for name in "abc"}
    assert places == {"a": (1, 3), "b": (2, 3), "c": (2, 3)}
    assert rank_in_category(data, data.categories[0], data.projects_by_name["gone"]) is None


def with_signal(data: ReportData, name: str, values: list[float | None]) -> ReportData:
    """The data with other values of a signal in project a."""
    signals = data.source.signals
    of_a = iter(values)
    column = [
        next(of_a) if project == "a" else old
        for project, old in zip(
            signals["project"].to_pylist(), signals[name].to_pylist() if name in signals.column_names else [1.0] * 99,
            strict=False,
        )
    ]  # fmt: skip
    if name in signals.column_names:
        signals = signals.drop_columns(name)
    glossary = [entry for entry in data.source.glossary if entry.name != name]
    glossary.append(declared(name, name, name, "people", "人"))
    signals = signals.append_column(name, pa.array(column, pa.float64()))
    return ReportData(replace(data.source, signals=signals, glossary=tuple(glossary)))


def test_a_last_month_without_commits_hides_neither_who_was_there_nor_what_git_shows(data: ReportData):
    """Nobody commits in 2024-12: the answers are those of 2024-11, with its one contributor."""
    quiet = with_signal(data, "contributors", [10.0] * 22 + [1.0, 0.0])
    quiet = with_signal(quiet, "contributor_absence_factor", [3.0] * 22 + [1.0, None])
    quiet = with_signal(quiet, "maintainers", [2.0] * 24)
    quiet = with_signal(quiet, "core_share", [0.5] * 23 + [None])
    answers = answers_of(quiet, "a")
    assert answers["missed"] == "One contributor made all commits of 2024-11."
    assert answers["merge"] == (
        "2 people can merge, as far as git shows (2024-12); 50.0% of the commits of 2024-11 are theirs."
    )
    busy = with_signal(quiet, "contributors", [10.0] * 24)
    assert answers_of(busy, "a")["merge"].startswith("2 people or more")
