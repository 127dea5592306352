"""Label clusters in English and Chinese by their characteristic terms and typical projects."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from ecotone.landscape.clustering import UNCLUSTERED, ClusterLevel
from ecotone.landscape.text_features import normalise_name, stem_word
from ecotone.landscape.views import Codes, Floats, Marks, ProjectFeatures, ViewFeatures, weigh_features

WORDS_SHOWN: Final = 12
WORDS_IN_LABEL: Final = 3
TYPICAL: Final = 3
USED_BY: Final = 1 / 3  # of a cluster's projects must use a characteristic term
SEPARATOR: Final = " · "


@dataclass(frozen=True, slots=True)
class ClusterTerm:
    """A characteristic term of a cluster; `users` is the number of its projects that use it."""

    word: str
    word_zh: str
    score: float
    users: int


@dataclass(frozen=True, slots=True)
class ClusterLabel:
    """The label of a cluster, its characteristic terms, and its typical projects in order."""

    label: str
    label_zh: str
    words: tuple[ClusterTerm, ...]
    typical: tuple[str, ...]


def label_clusters(
    features: ProjectFeatures, level: ClusterLevel, edges: sparse.csr_array, within: Codes | None = None
) -> tuple[ClusterLabel, ...]:
    """Label each cluster by the terms that distinguish it from the others.

    edges   (n, n); typical projects have most edge weight and resamplings inside the cluster
    within  (n_groups,) the field of each part; a part is compared with the other parts of its field
    """
    evidence = features.find_view("words")
    typical = [_typical_projects(features, level, edges, index) for index in range(level.cluster_count)]
    listed = [
        _characteristic_terms(features, evidence, level.cluster, index, within) for index in range(level.cluster_count)
    ]
    labels: set[str] = set()
    cluster_labels = []
    for index, (words, projects) in enumerate(zip(listed, typical, strict=True)):
        label, label_zh = _unique_label(words, index, labels)
        labels.add(label)
        cluster_labels.append(ClusterLabel(label, label_zh, words, projects))
    return tuple(cluster_labels)


def _typical_projects(
    features: ProjectFeatures, level: ClusterLevel, edges: sparse.csr_array, index: int
) -> tuple[str, ...]:
    members = np.flatnonzero(level.cluster == index)
    inside = np.asarray(edges[members][:, members].sum(axis=1)).ravel()
    worth = inside * level.share[members, index]
    order = np.lexsort((members, -np.round(worth, 9)))
    return tuple(features.projects[members[at]] for at in order[:TYPICAL])


def _characteristic_terms(
    features: ProjectFeatures, evidence: ViewFeatures | None, group: Codes, index: int, within: Codes | None
) -> tuple[ClusterTerm, ...]:
    """The terms with the highest scores, after class-based TF-IDF (Grootendorst 2022, BERTopic, section 3.3).

    The score is the mean share of the term in the texts of the cluster's projects, times the share of projects that
    use it, times the log ratio to its share in other clusters, times its log-entropy weight.
    """
    if evidence is None:
        return ()
    known = evidence.present_projects
    members = (group == index) & known
    others = _comparison_projects(group, index, within) & known
    users = _count_term_users(evidence, members)
    score = _score_terms(evidence, members, others)
    wanted = (users >= max(2.0, USED_BY * members.sum())) & (score > 0)
    wanted &= ~_match_project_names(evidence.names, features.projects)
    wanted &= np.array([not readme_stop_words() & set(word.split()) for word in evidence.names], bool)
    order = [at for at in np.lexsort((np.arange(len(score)), -np.round(score, 12))) if wanted[at]]
    chosen = _drop_repeated_stems([evidence.names[at] for at in order], WORDS_SHOWN)
    column = {evidence.names[at]: at for at in order}
    return tuple(
        ClusterTerm(word, translate_to_chinese(word), round(float(score[column[word]]), 6), int(users[column[word]]))
        for word in chosen
    )


def _comparison_projects(group: Codes, index: int, within: Codes | None) -> Marks:
    if within is not None:
        siblings = np.flatnonzero((within == within[index]) & (np.arange(len(within)) != index))
        if len(siblings):
            return np.isin(group, siblings)
    return np.asarray((group != index) & (group != UNCLUSTERED))


def _count_term_users(evidence: ViewFeatures, members: Marks) -> Floats:
    chosen = evidence.counts[np.flatnonzero(members)]
    users: Floats = np.bincount(chosen.indices, minlength=len(evidence.names)).astype(np.float64)
    return users


def _score_terms(evidence: ViewFeatures, members: Marks, others: Marks) -> Floats:
    inside, outside = (_mean_term_share(evidence, marks) for marks in (members, others))
    used_by = _count_term_users(evidence, members) / max(members.sum(), 1)
    log_ratio: Floats = np.maximum(np.log((inside + 1e-4) / (outside + 1e-4)), 0.0)
    score: Floats = inside * used_by * log_ratio * weigh_features(evidence)
    return score


def _mean_term_share(evidence: ViewFeatures, members: Marks) -> Floats:
    """Mean over projects of a word's share of the project's damped counts."""
    rows = evidence.counts[np.flatnonzero(members)]
    damped = sparse.csr_array((1.0 + np.log(np.maximum(rows.data, 1.0)), rows.indices, rows.indptr), shape=rows.shape)
    length = np.asarray(damped.sum(axis=1)).ravel()
    share = sparse.diags_array(1.0 / np.where(length > 0, length, 1.0)) @ damped
    total: Floats = np.asarray(share.sum(axis=0)).ravel()
    return total / max(int(rows.shape[0]), 1)


def _match_project_names(words: Sequence[str], projects: Sequence[str]) -> Marks:
    """Which terms are or contain the name or owner of a project, in any spelling."""
    taken = {normalise_name(part) for project in projects for part in project.split("/")}
    return np.array([any(normalise_name(part) in taken for part in (*word.split(), word)) for word in words], bool)


def _drop_repeated_stems(words: Sequence[str], wanted: int) -> list[str]:
    """The first `wanted` terms, without one that shares a stem with an earlier one."""
    chosen: list[str] = []
    used_stems: set[str] = set()
    for word in words:
        stems = {stem_word(part) for part in word.split()}
        if len(stems) < len(word.split()) or stems & used_stems:
            continue
        chosen.append(word)
        used_stems |= stems
        if len(chosen) == wanted:
            break
    return chosen


def _unique_label(words: Sequence[ClusterTerm], index: int, taken: set[str]) -> tuple[str, str]:
    """The fewest first terms, at least WORDS_IN_LABEL, that make a unique label; else a number."""
    for count in range(WORDS_IN_LABEL, len(words) + 1):
        label = SEPARATOR.join(term.word for term in words[:count])
        if label not in taken:
            return label, SEPARATOR.join(term.word_zh for term in words[:count])
    if words:
        label = SEPARATOR.join(term.word for term in words)
        if label not in taken:
            return label, SEPARATOR.join(term.word_zh for term in words)
    return f"group {index + 1}", f"第 {index + 1} 组"


def translate_to_chinese(word: str) -> str:
    """A term in Chinese; unchanged where the glossary has none.

    >>> translate_to_chinese("vector databases"), translate_to_chinese("kubernetes")
    ('向量数据库', 'kubernetes')
    """
    known = load_glossary()
    whole = known.get(word) or known.get(" ".join(stem_word(part) for part in word.split()))
    if whole:
        return whole
    parts = [known.get(part) or known.get(stem_word(part)) for part in word.split()]
    if len(parts) > 1 and all(parts):
        return "".join(part for part in parts if part)
    return word


@cache
def readme_stop_words() -> frozenset[str]:
    """Stop words: common English words and words common to all READMEs, from `data/readme_words.toml`."""
    text = (resources.files("ecotone.landscape") / "data" / "readme_words.toml").read_text("utf-8")
    return frozenset((*tomllib.loads(text)["words"], *ENGLISH_STOP_WORDS))


@cache
def load_glossary() -> Mapping[str, str]:
    """English word or pair -> Chinese, from `data/glossary.toml`."""
    text = (resources.files("ecotone.landscape") / "data" / "glossary.toml").read_text("utf-8")
    terms: Mapping[str, str] = tomllib.loads(text)["terms"]
    return terms
