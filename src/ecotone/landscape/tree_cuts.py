"""The hierarchy as a tree that a reader can cut: several numbers of groups, each group named once for all cuts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from scipy import sparse

from ecotone.landscape.cluster_labels import ClusterLabel, label_clusters
from ecotone.landscape.clustering import UNCLUSTERED, Clustering, ClusterLevel
from ecotone.landscape.views import Floats, ProjectFeatures

CUTS_SCHEMA: Final = pa.schema(
    [
        ("groups", pa.int64()),
        ("project", pa.string()),
        ("cluster", pa.int64()),  # 1, 2, ..., in the order of the tree's branches
        ("label", pa.string()),
        ("label_zh", pa.string()),
        ("second_label", pa.string()),  # of the other group that it lies between; NULL for most
        ("second_label_zh", pa.string()),
        ("is_default", pa.bool_()),  # the cut into fields
    ]
)

Name = tuple[str, str]


def build_cuts_table(
    features: ProjectFeatures, fit: Floats, clustering: Clustering, named: Mapping[str, Sequence[ClusterLabel]]
) -> pa.Table:
    """One row for each cut and each project that has a place in the tree, in the order of the tree's branches."""
    names = _known_names(clustering, named)
    order = branch_order(clustering)
    rows = []
    for level in clustering.cuts:
        listed = _name_groups(features, fit, level, clustering.hierarchy.edges, names)
        seconds = level.second_cluster
        number: dict[int, int] = {}
        for row in order:
            group = int(level.cluster[row])
            number.setdefault(group, len(number) + 1)
            second = listed[seconds[row]] if seconds[row] != UNCLUSTERED else (None, None)
            rows.append(
                {
                    "groups": level.cluster_count, "project": clustering.projects[row], "cluster": number[group],
                    **dict(zip(("label", "label_zh"), listed[group], strict=True)),
                    **dict(zip(("second_label", "second_label_zh"), second, strict=True)),
                    "is_default": clustering.scale is not None and level.cluster_count == clustering.scale.groups,
                }
            )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=CUTS_SCHEMA)


def branch_order(clustering: Clustering) -> list[int]:
    """The projects so that every group of every cut is in one place: larger groups first."""
    rows = np.flatnonzero(clustering.hierarchy.connected)
    keys: list[np.ndarray] = []
    for level in clustering.cuts:
        sizes = np.bincount(level.cluster[rows], minlength=level.cluster_count)
        keys += [-sizes[level.cluster[rows]], level.cluster[rows]]
    names = np.argsort(np.argsort(np.array(clustering.projects)[rows]))
    return [int(rows[at]) for at in np.lexsort([names, *reversed(keys)])]


def _known_names(clustering: Clustering, named: Mapping[str, Sequence[ClusterLabel]]) -> dict[frozenset[int], Name]:
    """Members -> name, of the fields and parts: a group is called the same wherever it is."""
    names: dict[frozenset[int], Name] = {}
    for kind, level in (("part", clustering.parts), ("field", clustering.fields)):
        for index, label in enumerate(named[kind]):
            names[_members(level, index)] = (label.label, label.label_zh)
    return names


def _name_groups(
    features: ProjectFeatures, fit: Floats, level: ClusterLevel, edges: sparse.csr_array,
    names: dict[frozenset[int], Name],
) -> list[Name]:  # fmt: skip
    """The names of a cut's groups; new ones are added to `names`."""
    own = label_clusters(features, fit, level, edges)
    members = [_members(level, index) for index in range(level.cluster_count)]
    taken = {names[group][0] for group in members if group in names}
    for label, group in zip(own, members, strict=True):
        if group in names:
            continue
        name = (label.label, label.label_zh)
        if name[0] in taken:
            short = [project.rsplit("/", 1)[-1] for project in label.typical[:2]]
            name = (f"{' and '.join(short)}, and the like", f"{'、'.join(short)}一类")
        taken.add(name[0])
        names[group] = name
    return [names[group] for group in members]


def _members(level: ClusterLevel, index: int) -> frozenset[int]:
    return frozenset(np.flatnonzero(level.cluster == index).tolist())
