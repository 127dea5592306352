"""The table `verdicts`: which months count, without the commits of bots and agents."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from ecotone.signals.coverage import COMPLETE
from ecotone.trends.verdicts_table import SCHEMA, build_verdicts_table
from tests.trends.making import projects, signals

MEASURES = ("contributors", "commits", "pull_requests_merged", "bot_share", "agent_share")


def measured(since="2023-01", **columns):
    """A project's signals; `columns` in the notation of `signals`; contributors say which months are complete."""
    table = signals({"a/a": columns["contributors"]}, since=since, name="contributors")
    for name in MEASURES[1:]:
        values = columns.get(name)
        if values is not None:
            table = table.append_column(name, pa.array([None if value is None else float(value) for value in values]))
    return table


def row(table, began="2023-01-05", period=None):
    listed = projects(("a/a", "tools", "", "", began))
    (found,) = build_verdicts_table(listed, table, period).to_pylist()
    return found


def test_a_project_that_grows():
    people = [4] * 12 + [6] * 6 + [9] * 6
    found = row(measured(contributors=people, commits=[5 * n for n in people], pull_requests_merged=people))
    assert (found["history"], found["now"]) == ("climbing", "growing")
    assert found["now_change_low"] <= found["now_change"] <= found["now_change_high"]
    assert found["contributors_change"] == pytest.approx(found["now_change"], abs=0.2)
    assert (found["months"], found["now_months"]) == (24, 18)
    assert (found["first_month"], found["last_month"]) == (date(2023, 1, 1), date(2024, 12, 1))


@pytest.mark.parametrize("machines", ["bot_share", "agent_share"])
@pytest.mark.parametrize("commits", [20, 90, 400])
def test_machines_keep_no_project_alive(machines, commits):
    people, alive = [8] * 16 + [0] * 8, [60] * 16 + [commits] * 8
    found = row(measured(contributors=people, commits=alive, **{machines: [0.0] * 16 + [1.0] * 8}))
    assert (found["history"], found["now"], found["since"]) == ("dormant", "stopped", date(2024, 5, 1))
    kept = row(measured(contributors=people, commits=alive, **{machines: [0.0] * 24}))
    assert kept["now"] != "stopped" or commits == 20


def test_a_month_in_part_is_left_out():
    people = [9] * 23
    whole = row(measured(contributors=people, commits=[40] * 23))
    table = measured(contributors=[*people, "?1"], commits=[40] * 23 + [2])
    assert row(table) == whole
    assert COMPLETE in table["coverage"].to_pylist()


def test_a_month_without_an_input_is_left_out():
    people = [9] * 24
    found = row(measured(contributors=people, commits=[40] * 20 + [None] + [40] * 3))
    assert (found["months"], found["history"]) == (23, "steady")


def test_unknown_requests_have_no_change():
    people = [9] * 24
    found = row(measured(contributors=people, commits=[40] * 24, pull_requests_merged=[None] * 24))
    assert (found["now"], found["merged_change"]) == ("stable", None)
    assert found["commits_change"] == pytest.approx(0.0)


@pytest.mark.parametrize(("began", "history"), [("2023-01-05", "emerging"), ("2019-05-01", "climbing")])
def test_only_what_began_in_the_period_emerges(began, history):
    people = list(range(3, 18))
    table = measured(contributors=people, commits=[4 * n for n in people])
    assert row(table, began, date(2023, 1, 1))["history"] == history


def test_months_before_the_period_do_not_count():
    people = [30] * 12 + [10] * 24
    found = row(measured(since="2022-01", contributors=people, commits=people), "2020-01-01", date(2023, 1, 1))
    assert (found["months"], found["history"], found["first_month"]) == (24, "steady", date(2023, 1, 1))


def test_nothing_to_judge():
    empty = signals({"a/a": ["."] * 5}, name="contributors").append_column(
        "commits", pa.array([None] * 5, pa.float64())
    )
    listed = projects(("a/a", "tools", "", "", "2023-01-05"))
    assert build_verdicts_table(listed, empty).equals(SCHEMA.empty_table())
    assert build_verdicts_table(listed, signals({"a/a": [3.0] * 5})).equals(SCHEMA.empty_table())


def test_the_same_tables_give_the_same_verdicts():
    people = [5, 9, 4, 8, 6, 7, 9, 12, 3, 8, 9, 14, 10, 8, 15, 9, 12, 13, 9, 16]
    table = measured(contributors=people, commits=[3 * n for n in people])
    assert row(table) == row(table)
