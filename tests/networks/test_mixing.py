"""How organisations meet: by hand, against networkx, and against planted homophily."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ecotone.networks.mixing import (
    bounded_cross_share,
    ei_permutation_test,
    mixing_matrix,
    newman_assortativity,
    organisation_conductance,
    weighted_reciprocity,
)
from ecotone.networks.person_network import PersonNetwork

from .made_networks import network, networks, planted


def external_internal(matrix):
    """E-I index by its definition, (E - I) / (E + I), from the mixing matrix."""
    known = matrix[:-1, :-1]
    return (known.sum() - 2 * np.trace(known)) / known.sum() if known.sum() > 0 else np.nan


# two of O0, two of O1, one unknown
HAND = network([(0, 1, 3.0), (0, 2, 1.0), (2, 3, 2.0), (3, 0, 2.0), (4, 0, 1.0), (2, 4, 1.0)], [0, 0, 1, 1, -1])


def graph_of(made: PersonNetwork, weighted: bool = True) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from((index, {"organisation": int(one)}) for index, one in enumerate(made.organisation_codes))
    for a, b, weight in zip(made.source, made.target, made.weight, strict=True):
        graph.add_edge(int(a), int(b), weight=float(weight) if weighted else 1.0)
    return graph


def test_mixing_by_hand():
    assert mixing_matrix(HAND).tolist() == [[3, 1, 0], [2, 2, 1], [1, 0, 0]]


def test_cross_share_by_hand():
    found = bounded_cross_share(mixing_matrix(HAND))
    # 3 of 8 known cross; 2 of 10 have an unknown end
    assert (found.value, found.low, found.high, found.unknown) == (3 / 8, 0.3, 0.5, 0.2)


def test_external_internal_by_hand():
    assert external_internal(mixing_matrix(HAND)) == (3 - 5) / 8


def test_conductance_and_reciprocity_by_hand():
    # O0: 3 leave it, 3 inside count at both ends; O1 likewise with 2
    assert organisation_conductance(mixing_matrix(HAND)).tolist() == [3 / 9, 3 / 7]
    assert weighted_reciprocity(mixing_matrix(HAND)) == 2 / 3


def test_nothing_is_not_zero():
    empty = mixing_matrix(network([], [0, 1]))
    for value in (
        bounded_cross_share(empty).value,
        external_internal(empty),
        newman_assortativity(empty),
        weighted_reciprocity(empty),
    ):
        assert np.isnan(value)
    assert np.isnan(organisation_conductance(empty)).all()
    tested = ei_permutation_test(network([], [0, 1]), seed=1)
    assert np.isnan([tested.value, tested.z, tested.p]).all()


@given(networks())
@settings(max_examples=100, deadline=None)
def test_bounds_hold_whatever_the_unknown_are(made: PersonNetwork):
    found = bounded_cross_share(mixing_matrix(made))
    rng = np.random.default_rng(0)
    for _ in range(5):
        group = np.where(
            made.organisation_codes == -1,
            rng.integers(0, made.organisation_count + 2, len(made.organisation_codes)),
            made.organisation_codes,
        )
        names = tuple(f"O{index}" for index in range(made.organisation_count + 2))
        guessed = bounded_cross_share(mixing_matrix(type(made)(made.source, made.target, made.weight, group, names)))
        assert found.low - 1e-12 <= guessed.value <= found.high + 1e-12
    if not np.isnan(found.value):
        assert found.low <= found.value <= found.high


@given(networks(unknown=False))
@settings(max_examples=100, deadline=None)
def test_assortativity_agrees_with_networkx(made: PersonNetwork):
    graph = graph_of(made)
    codes = sorted({int(one) for one in made.organisation_codes})
    matrix = nx.attribute_mixing_matrix(
        graph, "organisation", mapping={code: position for position, code in enumerate(codes)}, normalized=False
    )
    unweighted = type(made)(
        made.source, made.target, np.ones(len(made.source)), made.organisation_codes, made.organisations
    )
    np.testing.assert_array_equal(mixing_matrix(unweighted)[:-1, :-1][np.ix_(codes, codes)], matrix)
    ours = newman_assortativity(mixing_matrix(unweighted))
    assume(not np.isnan(ours))
    assert ours == pytest.approx(nx.attribute_assortativity_coefficient(graph, "organisation"), abs=1e-12)


@given(networks(unknown=False))
@settings(max_examples=60, deadline=None)
def test_a_weight_is_as_many_ties(made: PersonNetwork):
    """Weighted measures are those of a network in which each tie is repeated as often as it weighs."""
    times = made.weight.astype(int)
    repeated = type(made)(
        np.repeat(made.source, times),
        np.repeat(made.target, times),
        np.ones(times.sum()),
        made.organisation_codes,
        made.organisations,
    )
    np.testing.assert_allclose(mixing_matrix(repeated), mixing_matrix(made))


@given(networks(unknown=False))
@settings(max_examples=100, deadline=None)
def test_conductance_agrees_with_networkx(made: PersonNetwork):
    graph = nx.Graph()
    for a, b, weight in zip(made.source, made.target, made.weight, strict=True):
        before = graph.get_edge_data(int(a), int(b), {"weight": 0.0})["weight"]
        graph.add_edge(int(a), int(b), weight=before + float(weight))
    total = sum(dict(graph.degree(weight="weight")).values())
    for organisation, value in enumerate(organisation_conductance(mixing_matrix(made))):
        members = {node for node in graph if made.organisation_codes[node] == organisation}
        volume = sum(dict(graph.degree(members, weight="weight")).values())
        if 0 < volume <= total / 2 and total > volume:
            assert value == pytest.approx(nx.conductance(graph, members, weight="weight"))


@given(networks(unknown=False))
@settings(max_examples=60, deadline=None)
def test_reciprocity_agrees_with_networkx_where_everybody_is_an_organisation(made: PersonNetwork):
    alone = network(
        [(int(a), int(b), 1.0) for a, b in zip(made.source, made.target, strict=True)],
        list(range(len(made.organisation_codes))),
    )
    assert weighted_reciprocity(mixing_matrix(alone)) == pytest.approx(nx.overall_reciprocity(graph_of(alone)))


@given(networks())
@settings(max_examples=60, deadline=None)
def test_direction_does_not_matter_to_what_is_inside(made: PersonNetwork):
    turned = type(made)(made.target, made.source, made.weight, made.organisation_codes, made.organisations)
    assert external_internal(mixing_matrix(turned)) == pytest.approx(
        external_internal(mixing_matrix(made)), nan_ok=True
    )
    assert newman_assortativity(mixing_matrix(turned)) == pytest.approx(
        newman_assortativity(mixing_matrix(made)), nan_ok=True
    )


def test_the_expected_index_is_that_of_all_deals():
    """Four people, two of each organisation: a tie is inside in 1 of 3 deals, so E-I is 1/3 on average."""
    made = network([(0, 1, 1.0), (2, 3, 1.0)], [0, 0, 1, 1])
    found = ei_permutation_test(made, seed=1, permutations=20_000)
    assert found.value == -1
    assert found.expected == pytest.approx(1 / 3, abs=0.02)
    # the two ties are inside together: -1 in a third of the deals, 1 in the others
    assert found.deviation == pytest.approx(np.sqrt(8 / 9), abs=0.01)
    assert found.p == pytest.approx(1 / 3, abs=0.02)


def test_the_same_seed_gives_the_same_and_another_another():
    made = planted(np.random.default_rng(1), 60, 4, 0.2)
    assert ei_permutation_test(made, seed=1) == ei_permutation_test(made, seed=1)
    assert ei_permutation_test(made, seed=1) != ei_permutation_test(made, seed=2)


def test_one_organisation_differs_from_nothing():
    found = ei_permutation_test(network([(0, 1, 1.0)], [0, 0]), seed=1, permutations=50)
    assert np.isnan(found.z)
    assert found.p == 1.0


def test_the_unknown_are_left_out_of_the_test():
    made = ei_permutation_test(HAND, seed=1)
    assert made.value == external_internal(mixing_matrix(HAND))


def test_planted_homophily_is_ordered_and_none_is_not_seen():
    quiet, seeds = 0, range(20)
    for seed in seeds:
        rng = np.random.default_rng(seed)
        found = [planted(rng, 150, 6, strength) for strength in (0.0, 0.2, 0.6)]
        z = [ei_permutation_test(one, seed=seed, permutations=300).z for one in found]
        r = [newman_assortativity(mixing_matrix(one)) for one in found]
        assert z[0] > z[1] > z[2]
        assert r[0] < r[1] < r[2]
        quiet += abs(z[0]) < 2
    assert quiet >= 18


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_z_does_not_depend_on_the_unit(seed):
    made = planted(np.random.default_rng(seed), 30, 3, 0.3)
    scaled = type(made)(made.source, made.target, made.weight * 8, made.organisation_codes, made.organisations)
    assert ei_permutation_test(scaled, seed=1).z == pytest.approx(ei_permutation_test(made, seed=1).z)


def test_five_thousand_people_without_a_leaning():
    rng = np.random.default_rng(1)
    group = rng.integers(0, 200, 5_000)
    source, target = rng.integers(0, 5_000, (2, 50_000))
    keep = source != target
    made = network([(0, 1, 1.0)], group.tolist())
    made = type(made)(
        source[keep], target[keep], rng.random(int(keep.sum())), made.organisation_codes, made.organisations
    )
    assert abs(ei_permutation_test(made, seed=1).z) < 4
