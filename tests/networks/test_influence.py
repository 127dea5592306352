"""Influence month by month, from hand-made acts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.foundation.errors import UnknownName
from ecotone.networks import influence as subject
from ecotone.networks.influence import ECOTONE, OPENRANK, compute_influence, influence_without_people, load_formula

from .made import acts, month

CLOSED = replace(load_formula(OPENRANK), frozen=False, tolerance=1e-13, supersteps=1_000)


def values(table: pa.Table, kind: str = "project") -> dict[tuple[str, str], float]:
    return {
        (row["subject"], f"{row['month']:%Y-%m}"): row["influence"]
        for row in table.to_pylist()
        if row["subject_kind"] == kind
    }


def one_person_one_project(start_person: float, start_project: float = 0.0) -> tuple[float, float]:
    """(project, person) of the kernel's graph with one of each, its Background given back; three equations.

    p = .3 p0 + .7 (.95 u + b/2), u = .5 u0 + .5 (.95 p + b/2), b = .85 * .05 (p + u)
    """
    matrix = np.array([[1, -0.665, -0.35], [-0.475, 1, -0.25], [-0.0425, -0.0425, 1]])
    project, person, background = np.linalg.solve(matrix, [0.3 * start_project, 0.5 * start_person, 0])
    return project + background / 2, person + background / 2


def start_of(activity: float) -> float:
    return 1 / (1 + np.exp(0.10425 * (44.08 - activity)))


def test_first_month_inheritance_and_forgetting():
    table = acts(
        ("2024-05", "p", "ann", "pull_opened"), ("2024-08", "p", "ann", "pull_opened"), ("2026-12", "q", "x", "comment")
    )
    found, people = (values(compute_influence(table, CLOSED), kind) for kind in ("project", "person"))
    project, person = one_person_one_project(start_of(40.679))
    assert found["p", "2024-05"] == pytest.approx(project, abs=1e-6)
    assert people["ann", "2024-05"] == pytest.approx(person, abs=1e-6)
    # June and July without acts: 0.85 of it is left each month
    assert found["p", "2024-07"] == pytest.approx(project * 0.85**2, abs=1e-6)
    # August starts from what is left after three months
    again = one_person_one_project(start_of(40.679) + person * 0.85**3, project * 0.85**3)
    assert found["p", "2024-08"] == pytest.approx(again[0], abs=1e-6)
    # then it fades until 0.01
    last = max(when for subject, when in found if subject == "p")
    assert found["p", last] > 0.01 >= found["p", last] * 0.85


def test_commits_alone_are_no_tie_in_the_published_kernel():
    table = acts(("2024-05", "p", "ann", "commit"), ("2024-05", "q", "bob", "pull_opened"))
    assert set(values(compute_influence(table, load_formula(OPENRANK)))) == {("q", "2024-05")}
    assert ("p", "2024-05") in values(compute_influence(table, load_formula(ECOTONE)))


def test_the_published_kernel_freezes():
    found = compute_influence(acts(("2024-05", "p", "ann", "pull_opened")), load_formula(OPENRANK))
    exact, _ = one_person_one_project(start_of(40.679))
    near = values(found)["p", "2024-05"]
    assert near != pytest.approx(exact, abs=1e-6)
    assert near == pytest.approx(exact, rel=0.1)


def test_machines_are_left_out():
    many = [("2024-05", f"p{index}", "spider", "pull_opened") for index in range(301)]
    table = acts(
        *many,
        ("2024-05", "p1", "ann", "pull_opened"),
        ("2024-05", "p2", "robot", "pull_opened"),
        kinds={"robot": "bot"},
    )
    found = compute_influence(table, load_formula(OPENRANK))
    assert set(values(found, "person")) == {("ann", "2024-05")}
    assert set(values(found)) == {("p1", "2024-05")}
    at_limit = compute_influence(acts(*many[:300]), CLOSED)
    assert ("spider", "2024-05") in values(at_limit, "person")


def test_people_whom_nobody_can_name_raise_a_project():
    table = acts(("2024-05", "p", "ann", "commit"), ("2024-05", "q", "bob", "commit"))
    crowd = pa.table({"project": ["q"], "month": pa.array([month("2024-05")]), "people": [10.0]})
    found = values(compute_influence(table, load_formula(ECOTONE), crowd))
    assert found["q", "2024-05"] > 1.2 * found["p", "2024-05"]
    alone = values(compute_influence(table, load_formula(ECOTONE)))
    assert alone["q", "2024-05"] == pytest.approx(alone["p", "2024-05"], abs=1e-6)


def test_who_is_missed():
    table = acts(
        *[("2024-05", "p", "ann", "commit")] * 9,
        ("2024-05", "p", "bob", "commit"),
        ("2024-05", "q", "bob", "commit"),
        ("2024-05", "q", "cat", "commit"),
        organisations={"ann": "Acme"},
    )
    leaving = pc.unique(table.filter(pc.equal(table["organisation"], "Acme"))["person"])
    assert leaving.to_pylist() == ["ann"]
    rows = {row["project"]: row for row in influence_without_people(table, leaving, load_formula(ECOTONE)).to_pylist()}
    assert rows["p"]["share"] > 0.5
    # bob brings less from p to q when p has less; in a field of three people that is much
    assert 0 < rows["q"]["share"] < rows["p"]["share"] - 0.1
    gone = influence_without_people(table, pa.array(["ann", "bob", "cat"]), load_formula(ECOTONE))
    assert gone["share"].to_pylist() == [1.0, 1.0]
    nobody = influence_without_people(table, pa.array([], pa.string()), load_formula(ECOTONE))
    assert nobody["share"].to_pylist() == [0.0, 0.0]


@st.composite
def histories(draw):
    size = draw(st.integers(1, 25))
    rows = [
        (
            draw(st.sampled_from(["2024-01", "2024-02", "2024-04"])),
            draw(st.sampled_from("pqr")),
            draw(st.sampled_from("abcde")),
            draw(st.sampled_from(["commit", "review", "pull_merged", "comment"])),
        )
        for _ in range(size)
    ]
    return acts(*rows)


@given(histories(), st.randoms(use_true_random=False), st.sampled_from([OPENRANK, ECOTONE]))
@settings(max_examples=40, deadline=None)
def test_the_order_of_acts_does_not_matter(table, random, name):
    order = list(range(table.num_rows))
    random.shuffle(order)
    assert compute_influence(table.take(order), load_formula(name)).equals(compute_influence(table, load_formula(name)))


@given(histories())
@settings(max_examples=40, deadline=None)
def test_values_are_positive_and_rows_unique(table):
    found = compute_influence(table, load_formula(ECOTONE))
    assert pc.all(pc.greater(found["influence"], 0)).as_py() in (True, None)
    keys = list(zip(*(found[name].to_pylist() for name in ("subject_kind", "subject", "month")), strict=True))
    assert len(keys) == len(set(keys))
    assert found.schema == subject.CODED_SCHEMA


def test_nothing_gives_an_empty_table():
    assert compute_influence(acts(), load_formula(ECOTONE)).num_rows == 0


def test_unknown_formulas_are_named():
    with pytest.raises(UnknownName, match="Did you mean 'influence/ecotone-1'"):
        load_formula("influence/ecotone-2")


def test_a_crowd_is_as_many_people_with_one_act_each():
    chosen = replace(load_formula(ECOTONE), weights={"commit": 14.695, "issue_opened": 22.235}, tolerance=1e-13)
    named = [("2024-05", "p", f"x{index}", "issue_opened") for index in range(10)]
    known = [("2024-05", "p", "ann", "commit"), ("2024-05", "q", "ann", "commit")]
    crowd = pa.table({"project": ["p"], "month": pa.array([month("2024-05")]), "people": [10.0]})
    one, other = compute_influence(acts(*known), chosen, crowd), compute_influence(acts(*known, *named), chosen)
    assert values(one) == pytest.approx(values(other), abs=2e-6)
    assert values(one, "person")["ann", "2024-05"] == pytest.approx(values(other, "person")["ann", "2024-05"], abs=2e-6)
