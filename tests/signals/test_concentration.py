"""Organisations and concentration, computed again from plain counts."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.foundation.declaration import Row
from ecotone.signals import by_name
from ecotone.signals.concentration import organisations_table
from ecotone.signals.tables import TABLES

from .engine import answer_of, run
from .strategies import histories

Counts = dict[tuple[str, date], Counter[Any]]


def commits_by(column: str, history: list[Row]) -> Counts:
    """Persons' commits in each project-month, counted by `column`."""
    found: Counts = {}
    for row in history:
        if row["actor_kind"] == "person" and row["kind"] == "commit":
            found.setdefault((row["project"], row["month"]), Counter())[row[column]] += 1
    return found


def known(history: list[Row]) -> Counts:
    """The same by organisation, without the unknown and without months that have nothing else."""
    by_month = commits_by("organisation", history)
    return {
        key: rest
        for key, counts in by_month.items()
        if (rest := Counter({name: n for name, n in counts.items() if name is not None}))
    }


def values_of(name: str, history: list[Row]) -> dict[tuple[str, date], Any]:
    """The values of a signal with bounds, where it has one."""
    found = answer_of(by_name(name), {"acts": history})
    return {key: value for key, (value, _, _) in found.items() if value is not None}


def fewest_for_half(counts: Counter[Any]) -> int:
    """By trying 1, 2, 3 ... of the largest."""
    sizes = sorted(counts.values(), reverse=True)
    return next(k for k in range(1, len(sizes) + 1) if 2 * sum(sizes[:k]) >= sum(sizes))


@given(histories)
@settings(max_examples=50, deadline=None)
def test_absence_and_elephant_factor(history: list[Row]) -> None:
    people = {key: fewest_for_half(counts) for key, counts in commits_by("person", history).items()}
    assert answer_of(by_name("contributor_absence_factor"), {"acts": history}) == people
    elephants = {key: fewest_for_half(counts) for key, counts in known(history).items()}
    assert values_of("elephant_factor", history) == elephants


def test_the_published_worked_example_of_chaoss_gives_two() -> None:
    sizes = (1000, 202, 90, 33, 332, 343, 42, 433)  # CHAOSS, Contributor Absence Factor and Elephant Factor
    rows = [
        {
            "project": "p",
            "month": date(2024, 5, 1),
            "kind": "commit",
            "person": str(who),
            "actor_kind": "person",
            "organisation": str(who),
        }
        for who, size in enumerate(sizes)
        for _ in range(size)
    ]
    for name in ("contributor_absence_factor", "elephant_factor"):
        found = answer_of(by_name(name), {"acts": rows}).values()
        assert {one[0] if isinstance(one, tuple) else one for one in found} == {2}


@given(histories)
@settings(max_examples=50, deadline=None)
def test_hill_numbers(history: list[Row]) -> None:
    shares = {key: [n / counts.total() for n in counts.values()] for key, counts in known(history).items()}
    first = {key: math.exp(-sum(p * math.log(p) for p in ps)) for key, ps in shares.items()}
    second = {key: 1 / sum(p * p for p in ps) for key, ps in shares.items()}
    found_first = values_of("organisation_diversity_q1", history)
    found_second = values_of("organisation_diversity_q2", history)
    assert found_first == pytest.approx(first, abs=1e-6)
    assert found_second == pytest.approx(second, rel=1e-12)
    richness = {key: count for key, count in values_of("organisations", history).items() if count}
    assert richness == {key: len(ps) for key, ps in shares.items()}
    for key, count in richness.items():
        assert 1 - 1e-6 <= found_second[key] <= found_first[key] + 1e-6 <= count + 2e-6


@given(histories)
@settings(max_examples=50, deadline=None)
def test_the_top_organisation_and_the_bounds_of_its_share(history: list[Row]) -> None:
    expected = {}
    for key, counts in commits_by("organisation", history).items():
        unknown, total = counts[None], counts.total()
        top = max((n for name, n in counts.items() if name is not None), default=0)
        low, high = top / total, (top + unknown) / total
        expected[key] = (low if top else None, low, high)
    assert answer_of(by_name("top_organisation_share"), {"acts": history}) == expected
    names = {key: min(counts, key=lambda name: (-counts[name], name)) for key, counts in known(history).items()}
    assert answer_of(by_name("top_organisation"), {"acts": history}) == names


@given(histories)
@settings(max_examples=30, deadline=None)
def test_shares_of_the_table_of_organisations_add_to_one(history: list[Row]) -> None:
    import ibis

    table = organisations_table(TABLES["acts"])
    rows = run(str(ibis.to_sql(table, dialect="duckdb")), {"acts": history}).to_pylist()
    unknown = answer_of(by_name("unknown_share"), {"acts": history})
    totals: dict[Any, float] = {}
    for row in rows:
        key = (row["project"], row["month"])
        totals[key] = totals.get(key, 0.0) + row["share"]
        assert 1 <= row["people"] <= row["events"]
        if row["organisation"] == "(unknown)":
            assert row["share"] == unknown.pop(key)
    assert totals == pytest.approx(dict.fromkeys(commits_by("organisation", history), 1.0))
    assert set(unknown.values()) <= {0.0}


BOUNDED = (
    "organisations",
    "organisation_diversity_q1",
    "organisation_diversity_q2",
    "elephant_factor",
    "top_organisation_share",
)


@st.composite
def told_histories(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """A history, and the same with some of the unknown told: a known organisation, a new one, or none."""
    history = draw(histories)
    employer = {
        (person, row["project"], row["month"]): draw(st.sampled_from(("x", "y", "new", f"own {person}", None)))
        for row in history
        if row["organisation"] is None
        for person in [row["person"]]
    }
    told = [
        row | {"organisation": row["organisation"] or employer[row["person"], row["project"], row["month"]]}
        for row in history
    ]
    return history, told


@given(told_histories())
@settings(max_examples=150, deadline=None)
def test_whatever_the_unknown_are_the_value_is_within_the_bounds(pair: tuple[list[Row], list[Row]]) -> None:
    history, told = pair
    for name in BOUNDED:
        bounds = answer_of(by_name(name), {"acts": history})
        for key, (value, _, _) in answer_of(by_name(name), {"acts": told}).items():
            if value is not None:
                _, low, high = bounds[key]
                assert low - 1e-6 <= value <= high + 1e-6, (name, key, low, value, high)


@given(histories)
@settings(max_examples=50, deadline=None)
def test_without_unknown_work_the_bounds_are_the_value(history: list[Row]) -> None:
    known_only = [row for row in history if row["organisation"] is not None]
    for name in BOUNDED:
        for value, low, high in answer_of(by_name(name), {"acts": known_only}).values():
            assert low == pytest.approx(value)
            assert high == pytest.approx(value) or name == "elephant_factor"
