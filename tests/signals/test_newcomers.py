"""Who comes, stays and goes, counted again person by person."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given, settings

from ecotone.foundation.declaration import Row
from ecotone.foundation.months import add_months
from ecotone.signals import by_name
from ecotone.signals.example_rows import month_rows

from .engine import answer_of
from .strategies import FIRST, MONTHS, histories

Key = tuple[str, date]


def contributed(history: list[Row]) -> dict[tuple[str, str], set[date]]:
    """The months in which each (project, person) contributed."""
    found: dict[tuple[str, str], set[date]] = {}
    for row in history:
        if row["actor_kind"] == "person" and row["kind"] in ("commit", "co_author"):
            found.setdefault((row["project"], row["person"]), set()).add(row["month"])
    return found


def counted(name: str, history: list[Row]) -> Counter[Key]:
    months = [row for project in "pq" for row in month_rows(FIRST.isoformat()[:7], MONTHS + 8, project=project)]
    return Counter(answer_of(by_name(name), {"acts": history, "months": months}))


@given(histories)
@settings(max_examples=40, deadline=None)
def test_contributors_are_newcomers_or_returning(history: list[Row]) -> None:
    of = {name: counted(name, history) for name in ("contributors", "newcomers", "returning")}
    assert of["newcomers"] + of["returning"] == of["contributors"]
    everybody = contributed(history)
    assert of["contributors"] == Counter((p, month) for (p, _), months in everybody.items() for month in months)
    assert of["newcomers"] == Counter((p, min(months)) for (p, _), months in everybody.items())


@given(histories)
@settings(max_examples=40, deadline=None)
def test_the_departed_were_here_six_months_ago_and_not_since(history: list[Row]) -> None:
    expected = Counter(
        (project, add_months(month, 6))
        for (project, _), months in contributed(history).items()
        for month in months
        if not any(add_months(month, step) in months for step in range(1, 7))
    )
    assert counted("inactive_contributors", history) == expected


@given(histories)
@settings(max_examples=20, deadline=None)
def test_names_do_not_matter(history: list[Row]) -> None:
    renamed = [row | {"person": chr(ord("z") - ord(row["person"]) % 26)} for row in history]
    for name in ("newcomers", "inactive_contributors", "contributor_absence_factor"):
        assert counted(name, renamed) == counted(name, history)
