"""Ties between projects: weights by hand, and chance against drawn networks."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from ecotone.networks import project_edges
from ecotone.networks.project_edges import (
    HARMONIC,
    NEWMAN,
    ORGANISATIONS,
    EdgeList,
    _configuration_probabilities,
    build_project_edges,
    count_shared_members,
    harmonic_weights,
    newman_weights,
    null_model_p_values,
    significant_edges,
)

from .made import acts


def as_dict(pairs: EdgeList) -> dict[tuple[int, int], float]:
    return {(int(a), int(b)): float(v) for a, b, v in zip(pairs.a, pairs.b, pairs.value, strict=True)}


#                         ann  bob  cat
ACTIVITY = sparse.csr_array(np.array([[4.0, 1.0, 0.0], [4.0, 3.0, 0.0], [0.0, 1.0, 9.0]]))


def test_weights_by_hand():
    # ann: 4*4/8 = 2 on (0, 1); bob in three: 3/4 on (0, 1), 1/2 on (0, 2), 3/4 on (1, 2)
    pairs = count_shared_members(ACTIVITY)
    assert as_dict(harmonic_weights(ACTIVITY, pairs)) == {(0, 1): 2.75, (0, 2): 0.5, (1, 2): 0.75}
    # ann ties (0, 1) by 1, bob each pair by 1/2
    assert as_dict(newman_weights(ACTIVITY, pairs)) == {(0, 1): 1.5, (0, 2): 0.5, (1, 2): 0.5}
    assert as_dict(pairs) == {(0, 1): 2, (0, 2): 1, (1, 2): 1}


activities = st.builds(
    lambda seed, projects, members: (
        np.random.default_rng(seed).integers(0, 3, (projects, members))
        * (np.random.default_rng(seed + 1).random((projects, members)) < 0.5)
    ),
    st.integers(0, 2**31),
    st.integers(1, 7),
    st.integers(1, 12),
)


@given(activities)
@settings(max_examples=100, deadline=None)
def test_weights_are_those_of_plain_loops(dense):
    activity = sparse.csr_array(dense.astype(float))
    expected: dict[tuple[int, int], list[float]] = {}
    degrees = (dense > 0).sum(axis=0)
    for m in range(dense.shape[1]):
        for a, b in combinations(np.flatnonzero(dense[:, m]), 2):
            x, y = dense[a, m], dense[b, m]
            sums = expected.setdefault((int(a), int(b)), [0.0, 0.0, 0.0])
            for position, value in enumerate((x * y / (x + y), 1 / (degrees[m] - 1), 1)):
                sums[position] += value
    pairs = count_shared_members(activity)
    found_weights = (harmonic_weights(activity, pairs), newman_weights(activity, pairs), pairs)
    for position, found in enumerate(map(as_dict, found_weights)):
        assert found == pytest.approx({pair: sums[position] for pair, sums in expected.items()})


@given(activities)
@settings(max_examples=60, deadline=None)
def test_newman_gives_each_member_as_much_as_they_have_company(dense):
    # summed over pairs, a member of k > 1 projects gives k / 2
    degrees = (dense > 0).sum(axis=0)
    activity = sparse.csr_array(dense.astype(float))
    weights = newman_weights(activity, count_shared_members(activity))
    assert weights.value.sum() == pytest.approx(degrees[degrees > 1].sum() / 2)


def test_configuration_keeps_every_degree():
    per_project, sizes, times = np.array([30.0, 12.0, 5.0, 1.0]), np.array([1, 2, 3]), np.array([30, 6, 2])
    probability = _configuration_probabilities(per_project, sizes, times)
    np.testing.assert_allclose(probability @ times, per_project, rtol=1e-6)
    np.testing.assert_allclose(probability.sum(axis=0), sizes, rtol=1e-6)


def random_membership(rng, projects=25, members=600):
    size = np.minimum(rng.geometric(0.6, members), 6)
    pull = rng.pareto(1.0, projects) + 0.2
    pull[-2:] = 0.2
    rows = [rng.choice(projects, k, replace=False, p=pull / pull.sum()) for k in size]
    columns = np.repeat(np.arange(members), size)
    return np.concatenate(rows), columns, (projects, members)


def test_chance_is_what_swapping_gives():
    """The expected shares against rewiring: swaps that keep everybody's number of ties exactly."""
    rng = np.random.default_rng(5)
    rows, columns, shape = random_membership(rng, 12, 250)
    present = np.zeros(shape, dtype=bool)
    present[rows, columns] = True
    pairs = EdgeList(*np.triu_indices(shape[0], 1), value=np.ones(shape[0] * (shape[0] - 1) // 2))
    expected, _ = null_model_p_values(sparse.csr_array(present.astype(float)), pairs)
    total, draws = np.zeros(len(pairs.a)), 150
    rows, columns = np.nonzero(present)
    for step in range(draws * 600):
        one, other = rng.integers(0, len(rows), 2)
        a, b, c, d = rows[one], rows[other], columns[one], columns[other]
        if not present[a, d] and not present[b, c]:
            present[a, c] = present[b, d] = False
            present[a, d] = present[b, c] = True
            columns[one], columns[other] = d, c
        if step % 600 == 599:
            shared = present.astype(float) @ present.T.astype(float)
            total += shared[pairs.a, pairs.b] / draws
    assert expected.sum() == pytest.approx(total.sum(), rel=0.01)
    np.testing.assert_allclose(expected, total, atol=1.0, rtol=0.15)


def test_chance_seldom_keeps_chance_and_finds_what_is_planted():
    kept, planted = 0, 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        rows, columns, _ = random_membership(rng)
        for plant in (False, True):
            if plant:  # twenty people of two small projects
                rows = np.concatenate([rows, np.repeat([23, 24], 20)])
                columns = np.concatenate([columns, np.tile(np.arange(600, 620), 2)])
            activity = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(25, 620))
            pairs = count_shared_members(activity)
            _, p_values = null_model_p_values(activity, pairs)
            keep = significant_edges(p_values, tests=300)
            if plant:
                planted += bool(keep[(pairs.a == 23) & (pairs.b == 24)].all())
            else:
                kept += int(keep.any())
    assert kept <= 2  # of 20 networks without structure, one in twenty may keep a tie
    assert planted == 20


def test_members_of_one_project_tie_nothing():
    activity = sparse.csr_array((np.ones(12), ([0] * 5 + [1] * 5 + [0, 1], [*range(10), 10, 10])), shape=(2, 11))
    expected, p_values = null_model_p_values(activity, count_shared_members(activity))
    # one member of two among two projects: nothing else was possible
    np.testing.assert_allclose(expected, [1.0], rtol=0.01)
    assert p_values[0] == pytest.approx(1 - np.exp(-1), rel=0.01)


def test_backbone_by_hand():
    # limits at 5 %: .0125 .025 .0375 .05; the third smallest passes, so the first three are kept
    assert significant_edges(np.array([0.9, 0.03, 0.001, 0.026])).tolist() == [False, True, True, True]
    assert not significant_edges(np.array([0.9, 0.03, 0.001, 0.026]), tests=1_000).any()
    assert significant_edges(np.array([])).tolist() == []


def test_the_table():
    table = acts(
        *[("2024-01", "p", "ann", "commit")] * 4,
        ("2024-02", "q", "ann", "commit"),
        ("2024-05", "q", "bob", "commit"),
        ("2024-05", "r", "bob", "review"),
        ("2024-05", "r", "eve", "star"),
        ("2024-05", "p", "eve", "commit"),
        organisations={"ann": "Acme"},
    )
    rows = {
        (row["project_a"], row["project_b"], str(row["quarter"]), row["kind"]): row["weight"]
        for row in build_project_edges(table).to_pylist()
    }
    assert rows == {
        ("p", "q", "2024-01-01", HARMONIC): pytest.approx(2 / 3, abs=1e-6),  # sqrt(4) and sqrt(1)
        ("p", "q", "2024-01-01", NEWMAN): 1.0,
        ("p", "q", "2024-01-01", ORGANISATIONS): 0.5,  # one person there in one month each
        ("q", "r", "2024-04-01", HARMONIC): 0.5,
        ("q", "r", "2024-04-01", NEWMAN): 1.0,
        ("p", "q", "None", HARMONIC): pytest.approx(2 / 3, abs=1e-6),
        ("p", "q", "None", NEWMAN): 1.0,
        ("q", "r", "None", HARMONIC): 0.5,
        ("q", "r", "None", NEWMAN): 1.0,
        ("p", "q", "None", ORGANISATIONS): 0.5,
    }


def test_of_many_projects_only_significant_pairs_are_listed(monkeypatch: pytest.MonkeyPatch):
    together = [("2024-01", project, f"x{number}", "commit") for number in range(8) for project in ("p", "q")]
    alone = [("2024-01", f"o{number}", f"y{number}", "commit") for number in range(40)]
    table = acts(*together, *alone, ("2024-01", "o1", "y2", "commit"))
    everything = build_project_edges(table)
    assert {True, False} == set(everything["significant"].to_pylist())
    monkeypatch.setattr(project_edges, "MOST_LISTED", 30)
    monkeypatch.setattr(project_edges, "MOST_ENTRIES", 5)  # a few projects, and a few pairs, at a time
    listed = build_project_edges(table)
    assert listed.equals(everything.filter(everything["significant"]))
    assert set(listed["project_a"].to_pylist()) == {"p"}


def test_nothing_ties_nothing():
    assert build_project_edges(acts()).num_rows == 0
