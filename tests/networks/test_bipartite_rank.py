"""People and projects with a Background: against the same graph written out as one matrix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from ecotone.networks.bipartite_rank import BipartiteGraph, Rates, iterate_frozen_rank, solve_rank

from . import reference_rank

RATES = Rates(person=0.5, project=0.3, background=0.15, to_background=0.05)


def whole_graph(field: BipartiteGraph, rates: Rates):
    """(weights, start, retention) of projects, people and the Background, in this order."""
    ties = field.weights.toarray()
    projects, people = ties.shape
    size = projects + people
    weights = np.zeros((size + 1, size + 1))
    give = 1 - rates.to_background
    weights[:projects, projects:size] = give * np.nan_to_num(ties / ties.sum(axis=0))
    weights[projects:size, :projects] = give * np.nan_to_num(ties.T / ties.sum(axis=1))
    weights[size, :size] = rates.to_background
    counts = np.concatenate([np.ones(projects), field.counts])
    weights[:size, size] = counts / counts.sum()
    start = np.concatenate([field.projects, field.people, [0.0]])
    retention = np.repeat([rates.project, rates.person, rates.background], [projects, people, 1])
    return sparse.csr_array(weights), start, retention


@st.composite
def fields(draw, crowds: bool = True):
    """A few projects and people, some without any tie."""
    projects, people = draw(st.integers(1, 6)), draw(st.integers(1, 9))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    ties = rng.integers(0, 5, (projects, people)) * (rng.random((projects, people)) < 0.4)
    counts = rng.integers(1, 5, people) if crowds else np.ones(people)
    return BipartiteGraph(
        sparse.csr_array(ties.astype(float)), rng.random(projects) * 4, rng.random(people), counts.astype(float)
    )


rates = st.builds(Rates, *[st.floats(0.05, 1.0)] * 3, st.floats(0, 0.9))


@pytest.mark.filterwarnings("ignore:invalid value")
@given(fields(), rates)
@settings(max_examples=200, deadline=None)
def test_elimination_gives_the_closed_form(field, rates):
    exact = reference_rank.solve_closed_form(*whole_graph(field, rates))
    found = solve_rank(field, rates, tolerance=1e-13)
    values = np.concatenate([found.projects, found.people, [found.background]])
    np.testing.assert_allclose(values, exact, rtol=1e-9, atol=1e-11)


@pytest.mark.filterwarnings("ignore:invalid value")
@given(fields(), rates, st.sampled_from([1e-2, 1e-4, 1e-7]))
@settings(max_examples=100, deadline=None)
def test_the_error_is_within_the_tolerance(field, rates, tolerance):
    exact = reference_rank.solve_closed_form(*whole_graph(field, rates))
    found = solve_rank(field, rates, tolerance)
    assert found.converged
    error = np.abs(np.concatenate([found.projects, found.people]) - exact[:-1]).sum()
    assert error <= tolerance * exact[:-1].sum() * (1 + 1e-6) + 1e-14


@pytest.mark.filterwarnings("ignore:invalid value")
@given(fields(crowds=False))
@settings(max_examples=100, deadline=None)
def test_frozen_is_the_frozen_iteration_of_the_whole_graph(field):
    exact = reference_rank.iterate_frozen(*whole_graph(field, RATES), tolerance=0.01)
    found = iterate_frozen_rank(field, RATES, tolerance=0.01)
    values = np.concatenate([found.projects, found.people, [found.background]])
    np.testing.assert_allclose(values, exact.values, rtol=1e-12, atol=1e-14)
    assert found.updates == exact.updates


def test_a_crowd_is_as_many_people():
    """Three people who are alike, one by one or as one column that counts for three."""
    apart = BipartiteGraph(
        sparse.csr_array([[1.0, 1.0, 1.0, 5.0]]), np.ones(1), np.array([0.2, 0.2, 0.2, 1.0]), np.ones(4)
    )
    crowd = BipartiteGraph(sparse.csr_array([[3.0, 5.0]]), np.ones(1), np.array([0.6, 1.0]), np.array([3.0, 1.0]))
    one, other = solve_rank(apart, RATES, 1e-14), solve_rank(crowd, RATES, 1e-14)
    np.testing.assert_allclose(other.projects, one.projects, rtol=1e-12)
    np.testing.assert_allclose(other.people[0], one.people[:3].sum(), rtol=1e-12)
    np.testing.assert_allclose(other.background, one.background, rtol=1e-12)


def test_one_of_each_by_hand():
    # nothing to the Background: v_p = 0.3 * 1 + 0.7 v_u, v_u = 0.5 * 2 + 0.5 v_p; v_p = (0.3 + 0.7) / (1 - 0.35)
    field = BipartiteGraph(sparse.csr_array([[7.0]]), np.array([1.0]), np.array([2.0]), np.ones(1))
    found = solve_rank(field, Rates(0.5, 0.3, 0.15, 0.0), 1e-14)
    np.testing.assert_allclose(found.projects, 1 / 0.65)
    np.testing.assert_allclose(found.people, 1 + 0.5 / 0.65)
    assert found.background == 0


def test_the_order_of_nodes_does_not_matter():
    rng = np.random.default_rng(3)
    ties = rng.random((20, 50)) * (rng.random((20, 50)) < 0.2)
    rows, columns = rng.permutation(20), rng.permutation(50)
    start = rng.random(50)
    one = solve_rank(BipartiteGraph(sparse.csr_array(ties), np.ones(20), start, np.ones(50)), RATES, 1e-13)
    other = solve_rank(
        BipartiteGraph(sparse.csr_array(ties[rows][:, columns]), np.ones(20), start[columns], np.ones(50)), RATES, 1e-13
    )
    np.testing.assert_allclose(other.projects, one.projects[rows], rtol=1e-10)


@pytest.mark.parametrize(
    ("bad", "words"),
    [(Rates(0.0, 0.3, 0.1, 0.1), "above 0 and at most 1"), (Rates(0.5, 0.3, 0.1, 1.0), "at least 0 and below 1")],
)
def test_rates_that_never_settle_are_named(bad, words):
    field = BipartiteGraph(sparse.csr_array([[1.0]]), np.ones(1), np.ones(1), np.ones(1))
    with pytest.raises(ValueError, match=words):
        solve_rank(field, bad)


def test_negative_ties_and_wrong_shapes_are_named():
    with pytest.raises(ValueError, match="0 or more"):
        solve_rank(BipartiteGraph(sparse.csr_array([[-1.0]]), np.ones(1), np.ones(1), np.ones(1)), RATES)
    with pytest.raises(ValueError, match="do not match"):
        solve_rank(BipartiteGraph(sparse.csr_array([[1.0]]), np.ones(2), np.ones(1), np.ones(1)), RATES)
