"""Build the public tables of the landscape: clusters, their labels, similarity, evolution and agreement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from ecotone.landscape.category_agreement import Disagreement
from ecotone.landscape.cluster_evolution import Change
from ecotone.landscape.cluster_labels import ClusterLabel
from ecotone.landscape.clustering import UNCLUSTERED, Clustering, ClusterLevel
from ecotone.landscape.explanations import FeatureComparison, explain_similarity, explain_similarity_zh
from ecotone.landscape.multiview_graph import VIEW_WEIGHTS
from ecotone.landscape.partition_metrics import Agreement
from ecotone.landscape.similarity import nearest_projects
from ecotone.landscape.text_features import readme_stop_words
from ecotone.landscape.views import VIEWS, Floats, ProjectFeatures

CLUSTERS_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("cluster", pa.string()),  # "2" a field, "2.1" its first part; NULL: unclustered
        ("label", pa.string()),
        ("label_zh", pa.string()),
        ("membership", pa.float64()),  # share of the project's edge weight inside the cluster
        ("stability", pa.float64()),  # share of resamplings that assign it there
        ("level", pa.string()),  # field | part
        ("second_cluster", pa.string()),  # a second cluster; NULL for most
        ("second_cluster_share", pa.float64()),  # share of resamplings that assign it there
        ("of_landscape", pa.bool_()),  # False: known from a term file only
        ("x", pa.float64()),
        ("y", pa.float64()),
    ]
)
GROUPS_SCHEMA: Final = pa.schema(
    [
        ("level", pa.string()),
        ("cluster", pa.string()),
        ("field", pa.string()),  # the field of a part; a field itself
        ("label", pa.string()),
        ("label_zh", pa.string()),
        ("projects", pa.int64()),
        ("of_landscape", pa.int64()),
        ("stability", pa.float64()),  # mean Jaccard index with the best match in each resampling
        ("typical", pa.string()),  # typical projects, separated by spaces
    ]
)
WORDS_SCHEMA: Final = pa.schema(
    [
        ("level", pa.string()),
        ("cluster", pa.string()),
        ("rank", pa.int64()),
        ("word", pa.string()),
        ("word_zh", pa.string()),
        ("score", pa.float64()),
        ("projects", pa.int64()),  # projects of the cluster that use it
    ]
)
MOVES_SCHEMA: Final = pa.schema(
    [
        ("half_year", pa.date32()),
        ("event", pa.string()),  # born grew shrank stayed split merged gone moved
        ("line", pa.int64()),  # the number that a cluster keeps through time
        ("other_line", pa.int64()),  # split, moved: origin; merged: target
        ("label", pa.string()),
        ("label_zh", pa.string()),
        ("other_label", pa.string()),
        ("other_label_zh", pa.string()),
        ("project", pa.string()),  # moved only
        ("projects_before", pa.int64()),
        ("projects_after", pa.int64()),
    ]
)
SIMILARITY_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("rank", pa.int64()),
        ("similar_project", pa.string()),
        ("similarity", pa.float64()),  # -1 to 1
        ("reason", pa.string()),
        ("reason_zh", pa.string()),
    ]
)
VIEWS_SCHEMA: Final = pa.schema(
    [
        ("view", pa.string()),
        ("title", pa.string()),
        ("title_zh", pa.string()),
        ("projects", pa.int64()),  # projects with evidence
        ("things", pa.int64()),
        ("weight", pa.float64()),  # share in similarity; 0: shown as a reason only; NULL: without evidence
    ]
)
CURATED_SCHEMA: Final = pa.schema(
    [
        ("level", pa.string()),
        *((name, pa.int64()) for name in ("projects", "categories", "groups")),
        *((name, pa.float64()) for name in ("homogeneity", "completeness", "ami", "ami_chance", "ari", "ari_chance")),
        *((name, pa.float64()) for name in ("ami_naive", "nearest", "nearest_naive")),  # next to README TF-IDF and Ward
    ]
)
DISAGREEMENTS_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("curated", pa.string()),
        ("found_with", pa.string()),
        ("cluster", pa.string()),
        ("share", pa.float64()),  # of the cluster's categorised projects that have that category
        ("stability", pa.float64()),
        ("nearest", pa.string()),
        ("reason", pa.string()),
        ("reason_zh", pa.string()),
    ]
)
NEIGHBOURS_LISTED: Final = 20
DIGITS: Final = 6

Row = Mapping[str, object]


def iterate_levels(clustering: Clustering) -> Iterator[tuple[str, ClusterLevel]]:
    """The two levels by their names in tables."""
    yield "field", clustering.fields
    yield "part", clustering.parts


def cluster_identifiers(clustering: Clustering) -> Mapping[str, tuple[str, ...]]:
    """Identifiers of clusters by level: fields "1", "2", ...; the parts of field "2" are "2.1", "2.2", ..."""
    counted = [0] * clustering.fields.cluster_count
    parts = []
    for field in clustering.field_of_part:
        counted[field] += 1
        parts.append(f"{field + 1}.{counted[field]}")
    return {"field": tuple(str(index + 1) for index in range(clustering.fields.cluster_count)), "part": tuple(parts)}


def build_clusters_table(
    clustering: Clustering, named: Mapping[str, Sequence[ClusterLabel]], coordinates: Floats, inside: frozenset[str]
) -> pa.Table:
    """One row for each level and project, fields first; `inside` are the projects of the landscape."""
    cluster_ids = cluster_identifiers(clustering)
    rows: list[Row] = []
    for kind, level in iterate_levels(clustering):
        seconds, stability = level.second_cluster, level.stability
        for row, project in enumerate(clustering.projects):
            group, second = int(level.cluster[row]), int(seconds[row])
            somewhere = group != UNCLUSTERED
            between = second != UNCLUSTERED
            rows.append(
                {
                    "project": project,
                    "cluster": cluster_ids[kind][group] if somewhere else None,
                    "label": named[kind][group].label if somewhere else None,
                    "label_zh": named[kind][group].label_zh if somewhere else None,
                    "membership": round(float(level.inside_share[row]), DIGITS) if somewhere else None,
                    "stability": round(float(stability[row]), DIGITS),
                    "level": kind,
                    "second_cluster": cluster_ids[kind][second] if between else None,
                    "second_cluster_share": round(float(level.share[row, second]), DIGITS) if between else None,
                    "of_landscape": project in inside,
                    "x": float(coordinates[row, 0]),
                    "y": float(coordinates[row, 1]),
                }
            )
    return pa.Table.from_pylist(rows, schema=CLUSTERS_SCHEMA)


def build_groups_table(
    clustering: Clustering, named: Mapping[str, Sequence[ClusterLabel]], inside: frozenset[str]
) -> pa.Table:
    """One row for each cluster, fields first."""
    cluster_ids = cluster_identifiers(clustering)
    own = np.array([project in inside for project in clustering.projects], bool)
    rows = [
        {
            "level": kind,
            "cluster": cluster_ids[kind][index],
            "field": cluster_ids["field"][index if kind == "field" else int(clustering.field_of_part[index])],
            "label": named[kind][index].label,
            "label_zh": named[kind][index].label_zh,
            "projects": int((level.cluster == index).sum()),
            "of_landscape": int(((level.cluster == index) & own).sum()),
            "stability": round(float(level.jaccard[index]), DIGITS),
            "typical": " ".join(named[kind][index].typical),
        }
        for kind, level in iterate_levels(clustering)
        for index in range(level.cluster_count)
    ]
    return pa.Table.from_pylist(rows, schema=GROUPS_SCHEMA)


def build_words_table(clustering: Clustering, named: Mapping[str, Sequence[ClusterLabel]]) -> pa.Table:
    """One row for each cluster and characteristic term, the highest score first."""
    cluster_ids = cluster_identifiers(clustering)
    rows = [
        {
            "level": kind,
            "cluster": cluster_ids[kind][index],
            "rank": rank,
            "word": word.word,
            "word_zh": word.word_zh,
            "score": word.score,
            "projects": word.users,
        }
        for kind, level in iterate_levels(clustering)
        for index in range(level.cluster_count)
        for rank, word in enumerate(named[kind][index].words, 1)
    ]
    return pa.Table.from_pylist(rows, schema=WORDS_SCHEMA)


def build_moves_table(changes: Sequence[Change], labels: Mapping[tuple[date, int], tuple[str, str]]) -> pa.Table:
    """One row for each change; `labels` are the labels of each cluster number in each half-year."""

    def latest_label(change: Change, line: int | None) -> tuple[str | None, str | None]:
        """The cluster's last label up to the period of the change, or its first one after it."""
        known = sorted(period for period, number in labels if number == line)
        past = [period for period in known if period <= change.period] or known[:1]
        return labels[past[-1], line] if past and line is not None else (None, None)

    rows = [
        {
            "half_year": change.period,
            "event": change.event,
            "line": change.line,
            "other_line": change.other_line,
            **dict(zip(("label", "label_zh"), latest_label(change, change.line), strict=True)),
            **dict(zip(("other_label", "other_label_zh"), latest_label(change, change.other_line), strict=True)),
            "project": change.project,
            "projects_before": change.before,
            "projects_after": change.after,
        }
        for change in changes
    ]
    return pa.Table.from_pylist(rows, schema=MOVES_SCHEMA)


def build_similarity_table(features: ProjectFeatures, positions: Floats) -> pa.Table:
    """One row for each project and each of its most similar projects, with the reason."""
    reasons = FeatureComparison(features, readme_stop_words())
    nearest, similarity = nearest_projects(positions, NEIGHBOURS_LISTED)
    rows = []
    for row, project in enumerate(features.projects):
        value = np.round(similarity[row], DIGITS)
        order = [int(at) for at, alike in zip(nearest[row], value, strict=True) if alike > 0]
        for rank, at in enumerate(order, 1):
            shared = reasons.shared_features(row, at)
            neighbour = features.projects[at]
            rows.append(
                {
                    "project": project,
                    "rank": rank,
                    "similar_project": neighbour,
                    "similarity": float(value[rank - 1]),
                    "reason": explain_similarity(shared, neighbour),
                    "reason_zh": explain_similarity_zh(shared, neighbour),
                }
            )
    return pa.Table.from_pylist(rows, schema=SIMILARITY_SCHEMA)


def build_views_table(features: ProjectFeatures) -> pa.Table:
    """One row for each view, including those without evidence; word vectors are part of words."""
    rows = []
    for view in VIEWS:
        evidence = features.find_view(view.name)
        rows.append(
            {
                "view": view.name, "title": view.title, "title_zh": view.title_zh,
                "projects": int(evidence.present_projects.sum()) if evidence else 0,
                "things": len(evidence.names) if evidence else 0,
                "weight": VIEW_WEIGHTS.get(view.name, 0.0) if evidence else None,
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=VIEWS_SCHEMA)


@dataclass(frozen=True, slots=True)
class Quality:
    """How well one level agrees with the categories, with the naive baseline.

    nearest  share of the five nearest projects in the same category; `naive_*`: of README TF-IDF and Ward's method
    """

    agreement: Agreement
    naive_ami: float
    nearest: float | None
    naive_nearest: float | None


def build_agreement_table(compared: Mapping[str, Quality]) -> pa.Table:
    """One row for each level: the agreement of categories and clusters."""
    rows = [
        {
            "level": kind,
            "projects": quality.agreement.projects,
            "categories": quality.agreement.categories,
            "groups": quality.agreement.clusters,
            **{name: round(float(getattr(quality.agreement, name)), DIGITS) for name in CURATED_SCHEMA.names[4:10]},
            "ami_naive": round(quality.naive_ami, DIGITS),
            "nearest": quality.nearest,
            "nearest_naive": quality.naive_nearest,
        }
        for kind, quality in compared.items()
    ]
    return pa.Table.from_pylist(rows, schema=CURATED_SCHEMA)


def build_disagreements_table(clustering: Clustering, listed: Sequence[Disagreement]) -> pa.Table:
    """One row for each project in a cluster of another category."""
    cluster_ids = cluster_identifiers(clustering)["field"]
    rows = [
        {
            "project": disagreement.project,
            "curated": disagreement.curated,
            "found_with": disagreement.found_with,
            "cluster": cluster_ids[disagreement.cluster],
            "share": round(disagreement.share, DIGITS),
            "stability": round(disagreement.stability, DIGITS),
            "nearest": disagreement.nearest,
            "reason": explain_similarity(disagreement.shared, disagreement.nearest),
            "reason_zh": explain_similarity_zh(disagreement.shared, disagreement.nearest),
        }
        for disagreement in listed
    ]
    return pa.Table.from_pylist(rows, schema=DISAGREEMENTS_SCHEMA)
