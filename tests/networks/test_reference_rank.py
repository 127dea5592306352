"""Keeping and receiving: three ways to the same balance, and the frozen one that only comes near."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from .reference_rank import iterate_frozen, iterate_to_tolerance, solve_closed_form

ORACLE = Path(__file__).parents[3] / "shared" / "oracles" / "openrank_unit_case.json"


@st.composite
def graphs(draw):
    """(weights, start, retention) of up to eight nodes, none handing on more than it has."""
    size = draw(st.integers(1, 8))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    weights = rng.random((size, size)) * (rng.random((size, size)) < 0.5)
    weights /= np.maximum(weights.sum(axis=0), 1.0)
    return sparse.csr_array(weights), rng.random(size) * 3, rng.uniform(0.05, 1.0, size)


def two_nodes():
    """a hands all to b, b half of its own to a; both keep half."""
    return sparse.csr_array(np.array([[0.0, 0.5], [1.0, 0.0]])), np.array([1.0, 2.0]), np.array([0.5, 0.5])


def test_two_nodes_by_hand():
    # a = 0.5 + 0.25 b, b = 1 + 0.5 a: b = 1 + 0.25 + 0.125 b, so b = 10/7 and a = 6/7
    np.testing.assert_allclose(solve_closed_form(*two_nodes()), [6 / 7, 10 / 7], rtol=1e-14)


def test_frozen_two_nodes_by_hand():
    # 1st update: a = 0.5 + 0.25 * 2 = 1 (moved by 0: frozen), b = 1 + 0.5 * 1 = 1.5
    # 2nd: a stays 1 for good, b = 1 + 0.5 * 1 = 1.5 (frozen)
    settled = iterate_frozen(*two_nodes(), tolerance=0.01)
    np.testing.assert_array_equal(settled.values, [1.0, 1.5])
    assert (settled.updates, settled.converged) == (2, True)


def test_the_first_superstep_only_hands_out():
    assert iterate_frozen(*two_nodes(), tolerance=0.0, supersteps=1).updates == 0
    assert iterate_frozen(*two_nodes(), tolerance=0.0, supersteps=4).updates == 3


@given(graphs())
@settings(max_examples=100, deadline=None)
def test_iteration_ends_within_the_promised_error(graph):
    exact = solve_closed_form(*graph)
    for tolerance in (1e-3, 1e-6, 1e-12):
        near = iterate_to_tolerance(*graph, tolerance=tolerance)
        assert near.converged
        assert np.abs(near.values - exact).sum() <= tolerance * np.abs(near.values).sum() * (1 + 1e-9) + 1e-15


@given(graphs())
@settings(max_examples=50, deadline=None)
def test_frozen_without_tolerance_is_the_closed_form(graph):
    near = iterate_frozen(*graph, tolerance=1e-13, supersteps=5_000)
    np.testing.assert_allclose(near.values, solve_closed_form(*graph), atol=1e-10)


@given(graphs(), st.floats(0.1, 10))
@settings(max_examples=50, deadline=None)
def test_values_scale_with_the_start(graph, factor):
    weights, start, retention = graph
    np.testing.assert_allclose(
        solve_closed_form(weights, start * factor, retention), solve_closed_form(*graph) * factor
    )


@pytest.mark.parametrize(
    ("weight", "retention", "words"),
    [(-0.1, 0.5, "0 or more"), (0.5, 1.5, "0 to 1"), (3.0, 0.5, "never settle")],
)
def test_impossible_graphs_are_named(weight, retention, words):
    weights = sparse.csr_array(np.array([[0.0, weight], [0.0, 0.0]]))
    with pytest.raises(ValueError, match=words):
        solve_closed_form(weights, np.ones(2), np.full(2, retention))


def test_shapes_must_match():
    with pytest.raises(ValueError, match="do not match"):
        solve_closed_form(sparse.csr_array((2, 2)), np.ones(3), np.ones(3))


@pytest.mark.shared
@pytest.mark.skipif(not ORACLE.exists(), reason="the published case is not beside the checkout")
def test_the_published_case():
    case = json.loads(ORACLE.read_text())
    names = [node["id"] for node in case["nodes"]]
    start, retention = (np.array([node[key] for node in case["nodes"]], float) for key in ("init", "retention"))
    rows = [(names.index(e["target"]), names.index(e["source"]), e["weight"]) for e in case["edges"]]
    to, of, weight = zip(*rows, strict=True)
    weights = sparse.csr_array((weight, (to, of)), shape=(len(names), len(names)))
    # the tolerance and the limit that the published case was run with
    frozen = iterate_frozen(weights, start, retention, tolerance=0.0001, supersteps=30)
    np.testing.assert_allclose(frozen.values, [case["expected"][name] for name in names], atol=1e-3)
    exact = solve_closed_form(weights, start, retention)
    np.testing.assert_allclose(exact, [case["our_closed_form"][name] for name in names], atol=1e-6)
    np.testing.assert_allclose(iterate_to_tolerance(weights, start, retention, 1e-12).values, exact, atol=1e-9)
