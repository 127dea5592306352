"""Intervals of mixing measures: the same values as without each person, computed one by one."""

from dataclasses import replace

import numpy as np
import pytest

from ecotone.networks.mixing import bounded_cross_share, mixing_matrix, newman_assortativity
from ecotone.networks.mixing_intervals import DEVIATIONS, FEWEST_PEOPLE, assortativity_interval, ei_index_interval
from ecotone.networks.person_network import UNKNOWN, PersonNetwork


def random_network(people, edges, seed, unknown=0.3):
    generator = np.random.default_rng(seed)
    source = generator.integers(0, people, edges)
    target = (source + generator.integers(1, people, edges)) % people
    codes = np.where(generator.random(people) < unknown, UNKNOWN, generator.integers(0, 3, people))
    return PersonNetwork(source, target, generator.random(edges) + 0.1, codes, ("x", "y", "z"))


def without(network, person):
    keep = (network.source != person) & (network.target != person)
    return replace(network, source=network.source[keep], target=network.target[keep], weight=network.weight[keep])


def ei_index(network):
    return 2 * bounded_cross_share(mixing_matrix(network)).value - 1


def assortativity(network):
    return newman_assortativity(mixing_matrix(network))


@pytest.mark.parametrize(
    ("interval", "measure"), [(ei_index_interval, ei_index), (assortativity_interval, assortativity)]
)
@pytest.mark.parametrize("seed", range(5))
def test_error_is_that_of_leaving_out_each_known_person(interval, measure, seed):
    network = random_network(40, 200, seed)
    source, target = network.edge_organisations
    known = (source != UNKNOWN) & (target != UNKNOWN)
    people = np.unique(np.concatenate([network.source[known], network.target[known]]))
    values = np.array([measure(without(network, person)) for person in people])
    count = len(people)
    error = np.sqrt((count - 2) / (2 * count) * np.sum((values - values.mean()) ** 2))
    value = measure(network)
    expected = (value, max(value - DEVIATIONS * error, -1), min(value + DEVIATIONS * error, 1))
    assert interval(network) == pytest.approx(expected)


@pytest.mark.parametrize("interval", [ei_index_interval, assortativity_interval])
def test_too_few_known_people_give_no_interval(interval):
    network = random_network(FEWEST_PEOPLE - 1, 60, 1, unknown=0)
    assert np.isnan(interval(network)).all()


def test_one_organisation_has_no_assortativity():
    network = random_network(30, 100, 1)
    alone = replace(network, organisation_codes=np.zeros(30, np.int64))
    assert np.isnan(assortativity_interval(alone)).all()
    assert ei_index_interval(alone) == (-1, -1, -1)
