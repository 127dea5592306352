"""The small chart of a project's last months."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pyarrow as pa

from ecotone.cli.answer_lines import MONTHS, activity_lines
from ecotone.foundation.months import add_months
from ecotone.signals.coverage import SIGNAL_COVERAGE_SCHEMA

BEGIN = date(2020, 1, 1)


def chart(unknown: int, months: int = 48) -> list[str]:
    """The lines of a project whose requests are unknown in its first months; 2 points a month, of commits 1."""
    known = [None] * unknown + [2.0] * (months - unknown)
    signals = pa.table(
        {
            "project": ["p"] * months, "month": [add_months(BEGIN, at) for at in range(months)],
            "coverage": ["complete"] * months, "pull_requests_merged": known,
            "activity": known, "activity_landed": known, "activity_commits": [1.0] * months,
        }
    )  # fmt: skip
    read = SimpleNamespace(to_arrow=lambda: signals)
    coverage = SimpleNamespace(to_arrow=SIGNAL_COVERAGE_SCHEMA.empty_table)
    ecotone = SimpleNamespace(signals=lambda **_: read, table=lambda *_, **__: coverage)
    return list(activity_lines(ecotone, ["p"]))  # type: ignore[arg-type]  # stands in for a workspace


def test_all_bars_have_the_same_terms() -> None:
    heading, bars, known = chart(unknown=48 - MONTHS + 1)
    assert heading.startswith("activity_commits, 2021-01 to 2023-12")
    assert bars.endswith("█" * MONTHS)
    assert known == "  p: requests are known from 2021-02 to 2023-12 only"


def test_months_that_are_not_drawn_decide_nothing() -> None:
    heading, _ = chart(unknown=48 - MONTHS)
    assert heading.startswith("activity, 2021-01 to 2023-12; the highest bar is 2 a month")
