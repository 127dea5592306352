"""Projects are compared in one month."""

from __future__ import annotations

import pytest

from ecotone.trends.comparison_month import find_comparison_month, momenta_of_compared_projects
from ecotone.trends.project_panel import build_panel
from tests.trends.making import projects, signals


@pytest.mark.parametrize(
    ("complete", "expected"),
    [
        ([], None),
        ([set(), set()], None),
        ([{7}], 7),
        ([{1, 2, 3, 4}] * 4, 4),
        ([{3, 4}] * 3 + [{3}], 4),  # three of four have the newest
        ([{3, 4}] + [{3}] * 2, 3),  # one of three has
        ([{4}, {1, 2}], 4),  # what ended long ago decides nothing
    ],
)
def test_the_newest_month_unless_far_more_have_the_one_before(complete: list[set[int]], expected: int | None):
    assert find_comparison_month(complete) == expected


def test_momentum_ends_for_all_in_the_same_month():
    """c has one month more than the others, and rises in it; d ended two months before; e is young."""
    listed = projects(*((name, "tools", "", "", "2023-01-01") for name in "abcde"))
    series = {
        "a": [10.0] * 9 + [20.0] * 3 + ["?99"],
        "b": [10.0] * 9 + [5.0] * 3 + ["?99"],
        "c": [10.0] * 9 + [30.0] * 3 + [900.0],
        "d": [10.0] * 10 + ["?5"] * 3,
        "e": [None] * 8 + [10.0] * 4 + ["?9"],
    }
    panel = build_panel(listed, signals(series, since="2024-01"), "activity")
    momenta = {row["project"]: (row["momentum"], row["recent_mean"]) for row in momenta_of_compared_projects(panel)}
    assert momenta == {"a": (1.0, 20.0), "b": (-0.5, 5.0), "c": (2.0, 30.0)}
    months = {f"{row['last_month']:%Y-%m}" for row in momenta_of_compared_projects(panel)}
    assert months == {"2024-12"}


def test_no_month_no_momentum():
    listed = projects(("a", "tools", "", "", "2023-01-01"))
    assert momenta_of_compared_projects(build_panel(listed, signals({"a": ["?1", "?2"]}), "activity")) == []
