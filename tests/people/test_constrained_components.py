"""Connected components under constraints."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.people.constrained_components import APART, LARGEST, TOO_MANY, TWO_IDS, Nodes, find_constrained_components

NONE = (np.empty(0, np.int64), np.empty(0, np.int64))


def components_of(count: int, ties: list[tuple[int, int, int]], ids: dict[int, int] | None = None, apart=NONE):
    github_id = np.full(count, -1)
    for node, number in (ids or {}).items():
        github_id[node] = number
    columns = np.array(ties, np.int64).reshape(-1, 3)
    return find_constrained_components(
        Nodes(np.ones(count, np.int64), github_id), columns[:, 0], columns[:, 1], columns[:, 2], apart
    )


def test_ties_join_transitively() -> None:
    assert components_of(5, [(0, 1, 3), (1, 2, 5), (3, 4, 6)]).component.tolist() == [0, 0, 0, 3, 3]


def test_a_component_of_two_ids_is_split_at_its_weakest_rule() -> None:
    found = components_of(4, [(0, 1, 1), (1, 2, 6), (2, 3, 3)], {0: 7, 3: 8})
    assert found.component.tolist() == [0, 0, 2, 2]
    assert found.rejection_reasons == [None, TWO_IDS, None]


def test_a_curator_may_join_two_ids() -> None:
    found = components_of(3, [(0, 1, 0), (1, 2, 5)], {0: 7, 1: 8})
    assert found.component.tolist() == [0, 0, 0]
    assert set(found.rejection_reasons) == {None}


def test_too_many_accounts_are_not_one_person() -> None:
    found = components_of(LARGEST + 1, [(0, other, 6) for other in range(1, LARGEST + 1)])
    assert len(set(found.component.tolist())) == LARGEST + 1
    assert set(found.rejection_reasons) == {TOO_MANY}


def test_what_is_to_be_kept_apart_stays_apart() -> None:
    found = components_of(3, [(0, 1, 3), (1, 2, 5)], apart=(np.array([0]), np.array([2])))
    assert found.component.tolist() == [0, 0, 2]
    assert found.rejection_reasons == [None, APART]


ties = st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29), st.integers(1, 7)), max_size=60)


@given(ties, st.dictionaries(st.integers(0, 29), st.integers(0, 4), max_size=8))
@settings(max_examples=200, deadline=None)
def test_no_component_ever_holds_two_ids_or_too_many(listed: list[tuple[int, int, int]], ids: dict[int, int]) -> None:
    found = components_of(30, listed, ids)
    held: dict[int, set[int]] = {}
    for node, number in ids.items():
        held.setdefault(int(found.component[node]), set()).add(number)
    assert all(len(numbers) == 1 for numbers in held.values())
    assert np.bincount(found.component).max() <= LARGEST
    for (one, other, _), refused in zip(listed, found.rejection_reasons, strict=True):
        if not refused:
            assert found.component[one] == found.component[other]
    again = components_of(30, list(reversed(listed)), ids)
    assert again.component.tolist() == found.component.tolist()
