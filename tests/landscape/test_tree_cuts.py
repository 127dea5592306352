"""The tree of groups that a reader can cut."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest

from ecotone.landscape.cluster_labels import label_clusters
from ecotone.landscape.clustering import Clustering, cluster_projects
from ecotone.landscape.field_terms import fit_field_terms
from ecotone.landscape.tree_cuts import build_cuts_table
from ecotone.landscape.views import VIEWS, ProjectFeatures, build_project_features
from tests.fakes.planted_groups import EASY, plant_groups


@pytest.fixture(scope="module")
def grouped() -> tuple[ProjectFeatures, Clustering, list[dict[str, object]]]:
    planted = plant_groups(1, 30, 3, EASY)
    views = {view.name: view for view in VIEWS}
    known = build_project_features(planted.group, {views[name]: rows for name, rows in planted.rows.items()})
    found = cluster_projects(known, 1, 4)
    fit = fit_field_terms(known, found.layers)
    edges = found.hierarchy.edges
    named = {"field": label_clusters(known, fit, found.fields, edges),
             "part": label_clusters(known, fit, found.parts, edges, found.field_of_part)}  # fmt: skip
    return known, found, build_cuts_table(known, fit, found, named).to_pylist()


def test_a_user_says_how_many_groups(grouped):
    _, found, rows = grouped
    assert found.scale.groups == 4
    assert {row["groups"] for row in rows if row["is_default"]} == {4}


def test_every_cut_is_a_division_of_the_one_before(grouped):
    known, _, rows = grouped
    groups: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        groups[row["groups"]][row["cluster"]].add(row["project"])
    counts = sorted(groups)
    assert counts[0] == 2
    for count in counts:
        assert sorted(groups[count]) == list(range(1, count + 1))
        assert sum(map(len, groups[count].values())) == len(known.projects)
    for coarse, fine in pairwise(counts):
        assert all(any(part <= whole for whole in groups[coarse].values()) for part in groups[fine].values())


def test_a_group_has_one_name_and_a_name_is_of_one_group_in_a_cut(grouped):
    _, _, rows = grouped
    names: dict[frozenset[str], set[str]] = defaultdict(set)
    for count in {row["groups"] for row in rows}:
        members: dict[str, set[str]] = defaultdict(set)
        clusters: dict[str, set[int]] = defaultdict(set)
        for row in rows:
            if row["groups"] == count:
                members[row["label"]].add(row["project"])
                clusters[row["label"]].add(row["cluster"])
        assert all(len(numbers) == 1 for numbers in clusters.values())
        for label, projects in members.items():
            names[frozenset(projects)].add(label)
    assert all(len(labels) == 1 for labels in names.values())
