"""Networks of people, drawn or written down."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from ecotone.networks.person_network import PersonNetwork


def network(ties: list[tuple[int, int, float]], group: list[int]) -> PersonNetwork:
    """From (source, target, weight) and each person's organisation, -1 for unknown."""
    source, target, weight = zip(*ties, strict=True) if ties else ((), (), ())
    names = tuple(f"O{index}" for index in range(max(group, default=-1) + 1))
    return PersonNetwork(
        np.array(source, np.int64),
        np.array(target, np.int64),
        np.array(weight, float),
        np.array(group, np.int64),
        names,
    )


@st.composite
def networks(draw, unknown: bool = True, most: int = 9):
    """A few people of a few organisations, whole weights, no tie twice and none to oneself."""
    size = draw(st.integers(2, most))
    group = draw(st.lists(st.integers(-1 if unknown else 0, 3), min_size=size, max_size=size))
    pairs = [(a, b) for a in range(size) for b in range(size) if a != b]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, min_size=1, max_size=30))
    return network([(a, b, float(draw(st.integers(1, 5)))) for a, b in chosen], group)


def planted(rng, people: int, organisations: int, homophily: float, ties: int = 8) -> PersonNetwork:
    """Everybody makes some ties; with chance `homophily` inside their organisation, else anywhere."""
    group = rng.integers(0, organisations, people)
    source = np.repeat(np.arange(people), ties)
    target = rng.integers(0, people, len(source))
    inside = rng.random(len(source)) < homophily
    members = [np.flatnonzero(group == one) for one in range(organisations)]
    own = np.array([rng.choice(members[group[one]]) for one in source])
    target = np.where(inside, own, target)
    keep = source != target
    names = tuple(f"O{index}" for index in range(organisations))
    return PersonNetwork(source[keep], target[keep], np.ones(int(keep.sum())), group.astype(np.int64), names)
