from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.landscape import hierarchy
from ecotone.landscape.clustering import UNCLUSTERED, cluster_projects
from ecotone.landscape.hierarchy import build_average_tree, build_ward_tree, cut_tree
from ecotone.landscape.partition_metrics import adjusted_mutual_information
from ecotone.landscape.resampling import permute_features
from ecotone.landscape.views import ProjectFeatures, ViewFeatures
from tests.fakes.planted_groups import EASY, MEDIUM, NOTHING
from tests.landscape.making import planted, seen_of


@pytest.mark.parametrize(("difficulty", "wanted"), [(EASY, 0.95), (MEDIUM, 0.80)])
@pytest.mark.parametrize("seed", [1, 2])
def test_planted_groups_are_found_again(difficulty, wanted, seed):
    known, truth = planted(seed, 60, 4, difficulty)
    found = cluster_projects(known, seed)
    assert found.has_structure
    assert adjusted_mutual_information(truth, found.fields.cluster + 1) >= wanted
    # a project with little evidence may be at home nowhere
    assert (found.fields.stability[found.fields.cluster != UNCLUSTERED] > 1 / 3).mean() > 0.95


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
    assert (other.counts != words.counts).nnz > 0


def test_views_that_are_reasons_only_change_nothing():
    known, _ = planted(1, 40, 3, EASY)
    without = ProjectFeatures(known.projects, tuple(one for one in known.evidence if one.view.compares))
    assert len(without.evidence) < len(known.evidence)
    one, other = cluster_projects(known, 1), cluster_projects(without, 1)
    assert (one.hierarchy.tree == other.hierarchy.tree).all()
    assert one.fields.cluster.tolist() == other.fields.cluster.tolist()


def test_a_clear_gap_is_taken_whatever_the_size_else_about_the_root_of_half():
    known, _ = planted(2, 90, 3, EASY)
    assert cluster_projects(known, 1).fields.cluster_count == 3
    words = {f"p/{at:02}": {f"w{(at + step) % 90:02}": 3 for step in range(12)} for at in range(90)}  # a ring
    ring = cluster_projects(seen_of(words=words), 1)
    assert 4 <= ring.fields.cluster_count <= 10


@pytest.mark.parametrize("build_tree", [build_ward_tree, build_average_tree])
def test_a_large_field_is_cut_like_a_small_one(build_tree, monkeypatch):
    rng = np.random.default_rng(3)
    truth = np.repeat(np.arange(6), 40)
    points = rng.normal(size=(6, 8))[truth] * 4 + rng.normal(size=(240, 8))
    points /= np.linalg.norm(points, axis=1)[:, None]
    exact = cut_tree(build_tree(points), 6)
    monkeypatch.setattr(hierarchy, "MOST_EXACT", 50)
    monkeypatch.setattr(hierarchy, "KNOTS", 30)
    tree = build_tree(points)
    assert len(tree) == 239
    assert tree[-1, 3] == 240
    assert adjusted_mutual_information(exact, cut_tree(tree, 6)) > 0.95
    # every finer cut lies within the coarser one
    for groups in (2, 6, 40, 120):
        fine, coarse = cut_tree(tree, groups + 1), cut_tree(tree, groups)
        assert fine.max() == groups
        assert len({*zip(fine.tolist(), coarse.tolist(), strict=True)}) == groups + 1


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
    words["p/both"] = {f"{side}{one}": 2 for side in "ab" for one in range(12)}
    found = cluster_projects(seen_of(words=words), 1)
    both = found.projects.index("p/both")
    assert found.fields.cluster_count == 2
    assert found.fields.second_cluster[both] != UNCLUSTERED
    assert (np.delete(found.fields.second_cluster, both) == UNCLUSTERED).all()


def test_parts_lie_in_their_field_and_have_about_four_projects():
    rng = np.random.default_rng(4)
    words = {
        f"p/{field}{part}{at:02}": {
            **{f"{field}{one}": 1 for one in rng.choice(40, 14, replace=False)},
            **{f"{field}{part}{one}": 1 for one in rng.choice(15, 9, replace=False)},
        }
        for field in "xyz"
        for part in "mnop"
        for at in range(5)
    }
    found = cluster_projects(seen_of(words=words), 1)
    assert (found.parts.cluster != UNCLUSTERED).all()
    assert (found.field_of_part[found.parts.cluster] == found.fields.cluster).all()
    assert (np.bincount(found.parts.cluster) >= 2).all()
    truth = np.array([sorted({one[2:4] for one in words}).index(one[2:4]) for one in found.projects])
    assert adjusted_mutual_information(truth, found.parts.cluster + 1) > 0.7


@pytest.mark.parametrize("projects", [0, 1, 2, 5])
def test_very_small_fields_have_no_structure(projects):
    words = {f"p/{at}": {"agent": 1, f"w{at}": 1} for at in range(projects)}
    assert not cluster_projects(seen_of(words=words), 1).has_structure


@given(st.integers(2, 14), st.integers(0, 10_000))
def test_chains_of_neighbours_join_as_looking_at_all_pairs_does(size, seed):
    points = np.random.default_rng(seed).normal(size=(size, 4))
    points /= np.linalg.norm(points, axis=1)[:, None]
    tree = build_average_tree(points)
    assert (np.diff(tree[:, 2]) >= 0).all()
    for groups in range(1, size + 1):
        assert sorted(map(sorted, _join_all_pairs(points, groups))) == _members_of(cut_tree(tree, groups))


def _members_of(group):
    return sorted(np.flatnonzero(group == index).tolist() for index in range(group.max() + 1))


def _join_all_pairs(points, groups):
    """The groups that remain if the two nearest ones are joined until there are so many."""
    distance = {
        (frozenset({i}), frozenset({j})): 1 - points[i] @ points[j]
        for i in range(len(points))
        for j in range(len(points))
    }
    left = [frozenset({i}) for i in range(len(points))]
    while len(left) > groups:
        height, first, second = min(
            ((distance[a, b], a, b) for a, b in combinations(left, 2)), key=lambda found: found[0]
        )
        left = [group for group in left if group not in (first, second)]
        for other in left:
            mean = (len(first) * distance[first, other] + len(second) * distance[second, other]) / len(first | second)
            mean += hierarchy.DILATION * (mean - height)
            distance[first | second, other] = distance[other, first | second] = mean
        left.append(first | second)
    return left
