"""The commits by organisation that `ecotone show` prints."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pyarrow as pa

from ecotone.cli.show import _count_by_organisation


def test_months_without_commits_do_not_reach_further_back() -> None:
    """Commits of 2023 are not among those of two months of 2024, of which one has none."""
    rows = [
        {"month": date(2023, 5, 1), "organisation": "Acme", "events": 90},
        {"month": date(2024, 2, 1), "organisation": "(unknown)", "events": 3},
        {"month": date(2024, 2, 1), "organisation": "Acme", "events": 1},
    ]
    table = pa.Table.from_pylist(rows)
    ecotone: Any = SimpleNamespace(organisations=lambda **_: SimpleNamespace(to_arrow=lambda: table))
    counted = _count_by_organisation(ecotone, "team/tool", [date(2024, 1, 1), date(2024, 2, 1)])
    assert counted == [
        {"organisation": "(unknown)", "commits": 3, "share": 0.75},
        {"organisation": "Acme", "commits": 1, "share": 0.25},
    ]
