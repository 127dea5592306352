"""Tables in a narrow terminal: months are cut, names and numbers never."""

from __future__ import annotations

from datetime import date

import pytest

from ecotone.cli import console, show


@pytest.mark.parametrize(("width", "months"), [(160, 12), (80, 6), (40, 1)])
def test_show_cuts_months_and_no_names(width: int, months: int, monkeypatch, capsys):
    monkeypatch.setattr(console.results, "width", width)
    rows = [
        {"month": date(2024, month, 1), "coverage": "complete", **dict.fromkeys(show.LISTED_SIGNALS, 12345.0)}
        for month in range(1, 13)
    ]
    show._print_months(rows)
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["signal", *(f"24-{month:02}" for month in range(13 - months, 13))]
    assert {line.split()[0] for line in lines} == {name for name in show.LISTED_SIGNALS if name != "top_organisation"}
    assert max(map(len, lines)) <= width
