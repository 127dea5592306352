"""How large a report is: what a reader downloads or copies, without the tables and pictures beside it."""

from __future__ import annotations

import pytest

from ecotone.report import render_report
from tests.report.large import large_field

MEGABYTE = 1_000_000


@pytest.mark.parametrize(("projects", "most"), [(25, 3), (150, 8)])
def test_a_report_over_sixty_months_with_all_signals_stays_small(
    projects: int, most: int, capsys: pytest.CaptureFixture[str]
):
    source = large_field(projects, 60)
    size = sum(len(content) for _, content in render_report(source))
    with capsys.disabled():
        print(f"\n{projects} projects x 60 months x {len(source.glossary)} signals: {size / MEGABYTE:.2f} MB")  # noqa: T201 - measured figures
    assert size < most * MEGABYTE
