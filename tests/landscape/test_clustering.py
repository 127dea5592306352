from __future__ import annotations

import numpy as np
import pytest

from ecotone.landscape.clustering import UNCLUSTERED, cluster_projects
from ecotone.landscape.multiview_graph import split_half_reliability, weigh_views
from ecotone.landscape.partition_metrics import adjusted_mutual_information
from ecotone.landscape.resampling import permute_features
from ecotone.landscape.views import ProjectFeatures, ViewFeatures, unit_profiles
from tests.fakes.planted_groups import EASY, MEDIUM, NOTHING
from tests.landscape.making import planted, seen_of


@pytest.mark.parametrize(("difficulty", "wanted"), [(EASY, 0.95), (MEDIUM, 0.80)])
@pytest.mark.parametrize("seed", [1, 2])
def test_planted_groups_are_found_again(difficulty, wanted, seed):
    known, truth = planted(seed, 60, 4, difficulty)
    found = cluster_projects(known, seed)
    assert found.has_structure
    assert adjusted_mutual_information(truth, found.fields.cluster + 1) >= wanted
    assert (found.fields.stability[found.fields.cluster != UNCLUSTERED] > 1 / 3).all()


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_where_nothing_is_planted_nothing_is_found(seed):
    known, _ = planted(seed, 40, 4, NOTHING)
    found = cluster_projects(known, seed)
    assert not found.has_structure
    assert (found.fields.cluster == UNCLUSTERED).all()
    assert found.parts.cluster_count == 0


def test_the_same_input_gives_the_same_groups_in_any_order():
    known, _ = planted(3, 50, 3, EASY)
    again, _ = planted(3, 50, 3, EASY)
    one, other = cluster_projects(known, 5), cluster_projects(again, 5)
    assert one.fields.cluster.tolist() == other.fields.cluster.tolist()
    assert (one.fields.share == other.fields.share).all()


def test_dealing_keeps_every_number_and_loses_the_groups():
    known, _ = planted(1, 80, 4, EASY)
    words = known.find_view("words")
    other = permute_features(words, np.random.default_rng(1))
    assert other.counts.sum() == words.counts.sum()
    assert (np.asarray(other.counts.sum(axis=1)) == np.asarray(words.counts.sum(axis=1))).all()
    assert split_half_reliability(unit_profiles(words), 1) > 0.9
    assert split_half_reliability(unit_profiles(other), 1) < 0.1


def test_a_view_of_noise_weighs_nothing_beside_one_that_says_something():
    known, _ = planted(1, 60, 4, EASY)
    noise, _ = planted(2, 60, 4, NOTHING)
    words = known.find_view("words")
    people = noise.find_view("people")
    mixed = ProjectFeatures(known.projects, (ViewFeatures(people.view, people.names, people.counts), words))
    weights = weigh_views(mixed, 1).weights
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
        for evidence in [known.find_view(name)]
    }
    has["words"]["zz/alone"] = {"unheard": 5, "unseen": 2}
    found = cluster_projects(seen_of(**has), 1)
    assert found.has_structure
    assert found.fields.cluster[found.projects.index("zz/alone")] == UNCLUSTERED


def _things(evidence: ViewFeatures, row: int) -> list[str]:
    indptr = evidence.counts.indptr
    return [evidence.names[at] for at in evidence.counts.indices[indptr[row] : indptr[row + 1]]]


def _counts(evidence: ViewFeatures, row: int) -> list[float]:
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
    found = cluster_projects(seen_of(words=words), 1)
    both = found.projects.index("p/both")
    assert found.fields.cluster_count == 2
    assert found.fields.second_cluster[both] != UNCLUSTERED
    assert (np.delete(found.fields.second_cluster, both) == UNCLUSTERED).all()


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
    found = cluster_projects(seen_of(words=words), 1)
    for row in np.flatnonzero(found.parts.cluster != UNCLUSTERED):
        assert found.field_of_part[found.parts.cluster[row]] == found.fields.cluster[row]
    truth = np.array([sorted({one[2:4] for one in words}).index(one[2:4]) for one in found.projects])
    assert adjusted_mutual_information(truth, found.parts.cluster + 1) > 0.8


@pytest.mark.parametrize("projects", [0, 1, 2, 5])
def test_very_small_fields_have_no_structure(projects):
    words = {f"p/{at}": {"agent": 1, f"w{at}": 1} for at in range(projects)}
    assert not cluster_projects(seen_of(words=words), 1).has_structure
