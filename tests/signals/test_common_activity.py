"""Several projects are compared by the activity that all of them have."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from ecotone.signals.common_activity import comparable_activity
from ecotone.signals.coverage import SIGNAL_COVERAGE_SCHEMA

MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)


def table(*rows: tuple[str, date, float | None, float | None]) -> pa.Table:
    columns = zip(*rows, strict=True)
    names = ("project", "month", "activity", "activity_landed")
    return pa.table(dict(zip(names, map(list, columns), strict=True))).append_column(
        "coverage", pa.array(["complete"] * len(rows))
    )


def test_all_have_threads() -> None:
    assert comparable_activity(table(("a", MAY, 3.0, 2.0), ("b", MAY, 1.0, 1.0)), None) == "activity"


def test_one_project_without_threads_decides_for_all() -> None:
    assert comparable_activity(table(("a", MAY, 3.0, 2.0), ("b", MAY, None, 1.0)), None) == "activity_landed"


def test_a_month_that_was_not_observed_decides_nothing() -> None:
    signals = table(("a", MAY, 3.0, 2.0), ("b", MAY, 2.0, 1.0), ("b", JUNE, None, None))
    states = [("a", MAY, "complete"), ("b", MAY, "complete"), ("b", JUNE, "not_observed")]
    rows = [
        {"project": project, "month": month, "signal": "activity_landed", "state": state}
        for project, month, state in states
    ]
    assert comparable_activity(signals, pa.Table.from_pylist(rows, schema=SIGNAL_COVERAGE_SCHEMA)) == "activity"


def test_a_table_with_one_of_them_has_that_one() -> None:
    both = table(("a", MAY, None, 2.0))
    assert comparable_activity(both.drop_columns(["activity_landed"]), None) == "activity"
    assert comparable_activity(both.drop_columns(["activity"]), None) == "activity_landed"


def test_names_do_not_matter() -> None:
    for names in (("a", "b"), ("b", "a"), ("湿地", "x/y")):
        signals = table((names[0], MAY, 3.0, 2.0), (names[1], MAY, None, 1.0))
        assert comparable_activity(signals, None) == "activity_landed"


def test_one_project_is_drawn_with_the_terms_that_all_its_months_have() -> None:
    late = table(("a", MAY, None, None), ("a", JUNE, 3.0, 2.0))
    commits = late.append_column("activity_commits", pa.array([1.0, 1.5]))
    assert comparable_activity(commits, None) == "activity_commits"
    assert comparable_activity(late.slice(1).append_column("activity_commits", pa.array([1.5])), None) == "activity"


def test_an_early_month_without_requests_does_not_decide_for_other_projects() -> None:
    signals = table(("a", MAY, None, None), ("a", JUNE, 3.0, 2.0), ("b", MAY, 1.0, 1.0), ("b", JUNE, 1.0, 1.0))
    assert comparable_activity(signals.append_column("activity_commits", pa.array([1.0] * 4)), None) == "activity"
