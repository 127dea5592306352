"""The wide table: what an empty cell, a zero and an unobserved month look like."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis.expr.types as ir
import pytest

from ecotone.foundation.declaration import Example
from ecotone.signals import ALL, by_name
from ecotone.signals.compile import organisations_sql, wide_sql
from ecotone.signals.declare import signal
from ecotone.signals.example_rows import (
    act_rows,
    commits_by_organisation_rows,
    month_rows,
    opened_threads_row,
    pull_row,
)

from .engine import Rows, run


def cells(rows: Rows, *names: str) -> dict[Any, dict[str, Any]]:
    table = run(wide_sql([by_name(name) for name in names]), rows)
    return {(row["project"], row["month"].isoformat()[:7]): row for row in table.to_pylist()}


def test_a_month_without_acts_is_zero_where_it_was_observed_and_empty_where_not() -> None:
    rows = {
        "acts": act_rows("2024-05", "ab"),
        "months": [*month_rows("2024-05", 2), *month_rows("2024-07", git_state="not_observed")],
    }
    found = cells(rows, "commits", "bot_share")
    assert [(row["commits"], row["bot_share"]) for row in found.values()] == [
        (2, 0.0),
        (0, None),
        (None, None),
    ]


def test_acts_in_a_month_that_was_not_observed_are_not_shown() -> None:
    rows = {"acts": act_rows("2024-05", "ab"), "months": month_rows("2024-05", git_state="not_observed")}
    assert cells(rows, "commits")["p", "2024-05"]["commits"] is None


@pytest.mark.parametrize("coverage", ["complete", "partial", "damaged"])
def test_a_month_seen_in_part_or_damaged_shows_what_was_seen(coverage: str) -> None:
    rows = {"acts": act_rows("2024-05", "ab"), "months": month_rows("2024-05", git_state=coverage)}
    row = cells(rows, "commits", "releases")["p", "2024-05"]
    assert (row["coverage"], row["commits"], row["releases"]) == (coverage, 2, 0)


@pytest.mark.parametrize("state", ["not_observed", None])
@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("pull_requests_opened", "pull_request_heads_state"),
        ("threads_opened", "thread_numbers_state"),
        ("activity_opendigger_2023", "conversation_state"),
    ],
)
def test_a_signal_is_empty_where_what_it_needs_was_not_observed(name: str, flag: str, state: str | None) -> None:
    rows = {
        "acts": act_rows("2024-05", "a", "comment"),
        "pulls": [pull_row(1, "2024-05-02")],
        "threads": [opened_threads_row("2024-05", 3, 2, 4)],
        "months": [*month_rows("2024-05"), *[row | {"project": "p", flag: state} for row in month_rows("2024-06")]],
    }
    columns = by_name(name).columns
    found = cells(rows, name, "commits")
    assert all(found["p", "2024-05"][column] is not None for column in columns)
    assert all(found["p", "2024-06"][column] is None for column in columns)
    assert found["p", "2024-06"]["commits"] == 0
    hidden = cells(rows | {"months": [rows["months"][0] | {flag: state}]}, name)
    assert all(hidden["p", "2024-05"][column] is None for column in columns)


def test_bounds_stand_where_the_value_is_unknown() -> None:
    rows = {"acts": commits_by_organisation_rows("2024-05", unknown=2), "months": month_rows("2024-05")}
    row = cells(rows, "top_organisation_share", "top_organisation", "organisations")["p", "2024-05"]
    assert row["top_organisation_share"] is None
    assert (row["top_organisation_share_low"], row["top_organisation_share_high"]) == (0.0, 1.0)
    assert (row["top_organisation"], row["organisations"]) == (None, 0)


def test_a_row_that_says_unknown_is_not_zero() -> None:
    @signal(
        title="Half known",
        title_zh="一半已知",
        unit="acts",
        unit_zh="次",
        definition_zh="仅用于测试。",
        source="this test",
        theme="activity",
        when_empty=0,
        example=Example(rows={}, answer={}),
    )
    def half_known(threads: ir.Table) -> ir.Table:
        """A number that is sometimes unknown."""
        return threads.select("project", "month", value=threads.threads_opened)

    unknown = {"project": "p", "month": date(2024, 5, 1), "threads_opened": None}
    rows = {"threads": [unknown], "months": month_rows("2024-05", 2)}
    found = run(wide_sql([half_known]), rows).column("half_known").to_pylist()
    assert found == [None, 0.0]


def test_history_before_the_spine_counts_but_is_not_reported() -> None:
    rows = {"acts": [*act_rows("2019-01", "a"), *act_rows("2024-05", "ab")], "months": month_rows("2024-05")}
    found = cells(rows, "newcomers", "returning")
    assert list(found) == [("p", "2024-05")]
    assert (found["p", "2024-05"]["newcomers"], found["p", "2024-05"]["returning"]) == (1, 1)


def test_rows_come_by_project_and_month_and_columns_in_the_order_given() -> None:
    months = [*month_rows("2024-05", 2, project="q"), *month_rows("2023-12", 3, project="p")][::-1]
    table = run(wide_sql([by_name("releases"), by_name("commits")]), {"months": months})
    assert table.column_names == ["project", "month", "coverage", "releases", "commits"]
    keys = [(row["project"], row["month"]) for row in table.to_pylist()]
    assert keys == sorted(keys)
    assert len(keys) == len(months)


def test_every_signal_together_keeps_one_row_a_month() -> None:
    months = [*month_rows("2024-01", 5), *month_rows("2024-03", 2, project="q")]
    every = {name: list(rows) for signal in ALL for name, rows in signal.example.rows.items()}
    assert run(wide_sql(ALL), every | {"months": months}).num_rows == len(months)


def test_the_statement_is_the_same_each_time() -> None:
    assert wide_sql(ALL) == wide_sql(ALL)


def test_the_table_of_organisations_names_the_unknown_and_adds_up() -> None:
    rows = {
        "acts": [
            *act_rows("2024-05", "aab", organisation="x"),
            *act_rows("2024-05", "ac", organisation=None),
            *act_rows("2024-05", "dd", organisation="y", actor_kind="bot"),
            *act_rows("2024-05", "e", "review", organisation="z"),
            *act_rows("2024-06", "a", organisation="x"),
            *act_rows("2024-07", "a", organisation="x"),
        ],
        "months": [*month_rows("2024-05"), *month_rows("2024-06", git_state="not_observed")],
    }
    may = date(2024, 5, 1)
    assert run(organisations_sql(), rows).to_pylist() == [
        {"project": "p", "month": may, "organisation": "(unknown)", "people": 2, "events": 2, "share": 0.4},
        {"project": "p", "month": may, "organisation": "x", "people": 2, "events": 3, "share": 0.6},
    ]
