from __future__ import annotations

import numpy as np
import pytest

from ecotone.landscape.fusion import layers, reliability
from ecotone.landscape.grouping import NOWHERE, group
from ecotone.landscape.partitions import adjusted_information
from ecotone.landscape.stability import dealt
from ecotone.landscape.views import Evidence, Seen, profiles
from tests.fakes.planted_groups import EASY, MEDIUM, NOTHING
from tests.landscape.making import planted, seen_of


@pytest.mark.parametrize(("difficulty", "wanted"), [(EASY, 0.95), (MEDIUM, 0.80)])
@pytest.mark.parametrize("seed", [1, 2])
def test_planted_groups_are_found_again(difficulty, wanted, seed):
    known, truth = planted(seed, 60, 4, difficulty)
    found = group(known, seed)
    assert found.structure
    assert adjusted_information(truth, found.fields.group + 1) >= wanted
    assert (found.fields.stability[found.fields.group != NOWHERE] > 1 / 3).all()


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_where_nothing_is_planted_nothing_is_found(seed):
    known, _ = planted(seed, 40, 4, NOTHING)
    found = group(known, seed)
    assert not found.structure
    assert (found.fields.group == NOWHERE).all()
    assert found.parts.groups == 0


def test_the_same_input_gives_the_same_groups_in_any_order():
    known, _ = planted(3, 50, 3, EASY)
    again, _ = planted(3, 50, 3, EASY)
    one, other = group(known, 5), group(again, 5)
    assert one.fields.group.tolist() == other.fields.group.tolist()
    assert (one.fields.share == other.fields.share).all()


def test_dealing_keeps_every_number_and_loses_the_groups():
    known, _ = planted(1, 80, 4, EASY)
    words = known.by_name("words")
    other = dealt(words, np.random.default_rng(1))
    assert other.counts.sum() == words.counts.sum()
    assert (np.asarray(other.counts.sum(axis=1)) == np.asarray(words.counts.sum(axis=1))).all()
    assert reliability(profiles(words), 1) > 0.9
    assert reliability(profiles(other), 1) < 0.1


def test_a_view_of_noise_weighs_nothing_beside_one_that_says_something():
    known, _ = planted(1, 60, 4, EASY)
    noise, _ = planted(2, 60, 4, NOTHING)
    words = known.by_name("words")
    people = noise.by_name("people")
    mixed = Seen(known.projects, (Evidence(people.view, people.things, people.counts), words))
    weights = layers(mixed, 1).weights
    assert weights["words"] > 0.9
    assert weights["people"] < 0.1


def test_a_project_that_shares_nothing_belongs_nowhere():
    known, _ = planted(1, 40, 3, EASY)
    has = {
        name: {
            project: dict(zip(_things(evidence, row), _counts(evidence, row), strict=True))
            for row, project in enumerate(known.projects)
            if _things(evidence, row)
        }
        for name in ("words", "people")
        for evidence in [known.by_name(name)]
    }
    has["words"]["zz/alone"] = {"unheard": 5, "unseen": 2}
    found = group(seen_of(**has), 1)
    assert found.structure
    assert found.fields.group[found.projects.index("zz/alone")] == NOWHERE


def _things(evidence: Evidence, row: int) -> list[str]:
    indptr = evidence.counts.indptr
    return [evidence.things[at] for at in evidence.counts.indices[indptr[row] : indptr[row + 1]]]


def _counts(evidence: Evidence, row: int) -> list[float]:
    indptr = evidence.counts.indptr
    return evidence.counts.data[indptr[row] : indptr[row + 1]].tolist()


def test_a_project_of_two_groups_stands_between_them():
    rng = np.random.default_rng(4)
    words = {
        f"p/{side}{at:02}": {f"{side}{one}": 2 for one in rng.choice(30, 14, replace=False)}
        for side in "ab"
        for at in range(12)
    }
    words["p/both"] = {f"{side}{one}": 2 for side in "ab" for one in range(7)}
    found = group(seen_of(words=words), 1)
    both = found.projects.index("p/both")
    assert found.fields.groups == 2
    assert found.fields.second[both] != NOWHERE
    assert (np.delete(found.fields.second, both) == NOWHERE).all()


def test_parts_lie_in_their_field():
    rng = np.random.default_rng(4)
    words = {
        f"p/{field}{part}{at:02}": {
            **{f"{field}{one}": 1 for one in rng.choice(40, 14, replace=False)},
            **{f"{field}{part}{one}": 1 for one in rng.choice(40, 9, replace=False)},
        }
        for field in "xyz"
        for part in "mn"
        for at in range(14)
    }
    found = group(seen_of(words=words), 1)
    for row in np.flatnonzero(found.parts.group != NOWHERE):
        assert found.within[found.parts.group[row]] == found.fields.group[row]
    truth = np.array([sorted({one[2:4] for one in words}).index(one[2:4]) for one in found.projects])
    assert adjusted_information(truth, found.parts.group + 1) > 0.8


@pytest.mark.parametrize("projects", [0, 1, 2, 5])
def test_very_small_fields_have_no_structure(projects):
    words = {f"p/{at}": {"agent": 1, f"w{at}": 1} for at in range(projects)}
    assert not group(seen_of(words=words), 1).structure
