"""Name clusters in English and Chinese as a person would: by field terms, a phrase of their own, typical projects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.foundation.display_names import as_heading
from ecotone.landscape.background_words import load_background_words
from ecotone.landscape.clustering import UNCLUSTERED, ClusterLevel
from ecotone.landscape.field_terms import load_broad_terms, load_field_terms
from ecotone.landscape.text_features import load_glossary, normalise_name, readme_stop_words, stem_word
from ecotone.landscape.views import Codes, Floats, Marks, ProjectFeatures, ViewFeatures

WORDS_SHOWN: Final = 12
TYPICAL: Final = 3
USED_BY: Final = 1 / 3  # of a cluster's projects must use a characteristic term
NEAR_TOP: Final = 5
"""Rank among all field terms up to which a term is near the top for a project."""
LEAST_FIT: Final = 0.12
"""Fit of a term to a project that holds it, and on average to a large cluster that it names."""
SMALL_CLUSTER_FIT: Final = 0.18
"""Divided by its members, the further fit that a cluster needs: two projects have some term in common by chance."""
LEAST_HOLDERS: Final = 0.5
"""Share of members that must have the term near the top."""
FEWEST_HOLDERS: Final = 2
LEAST_OF_PAIR: Final = 0.3
"""Share of members for each of two terms that name a cluster together."""
NEAREST_OF_PAIR: Final = 3
"""Rank up to which a member has one of the two terms: the further ones are had by chance."""
LEAST_TOGETHER: Final = 2 / 3
"""Share of members that must have one of the two terms."""
FEWEST_OF_PAIR: Final = 6
"""Members of a cluster that two terms may name."""
FEWEST_OF_BROAD: Final = 3
"""Members of a cluster that the name of several fields may name."""
LEAST_BROAD_FIT: Final = 0.2
"""How well the best of these fields fits a member on average: of many terms one fits by chance."""
LEAST_OF_PHRASE: Final = 2 / 3
"""Share of members that must use a phrase that names a cluster."""
LEAST_LIFT: Final = 4.0
"""How many times more common a phrase is in the cluster than outside."""
LEAST_WORD_WEIGHT: Final = 5.0
"""Weight of both words of a phrase, in general: one description in 150 at most has the word."""


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
    features: ProjectFeatures, fit: Floats, level: ClusterLevel, edges: sparse.csr_array, within: Codes | None = None
) -> tuple[ClusterLabel, ...]:
    """Name each cluster; no two of a level have the same name.

    fit     (n, n_terms) as `fit_field_terms` gives it
    edges   (n, n); typical projects have most edge weight and resamplings inside the cluster
    within  (n_groups,) the field of each part; the words of a part are compared with the other parts of its field
    """
    words = features.find_view("words")
    subject = NamingInput(fit, level, words, np.zeros(0, bool) if words is None else _nameable_terms(features, words))
    typical = [_typical_projects(features, level, edges, index) for index in range(level.cluster_count)]
    names = _choose_names(subject, typical)
    return tuple(
        ClusterLabel(*names[index], _characteristic_terms(subject, index, within), projects)
        for index, projects in enumerate(typical)
    )


@dataclass(frozen=True, slots=True)
class NamingInput:
    """What names are chosen from.

    fit       (n, n_terms) as `fit_field_terms` gives it
    nameable  (n_words,) words that are neither of every README nor the name of a project
    """

    fit: Floats
    level: ClusterLevel
    words: ViewFeatures | None
    nameable: Marks


def _nameable_terms(features: ProjectFeatures, words: ViewFeatures) -> Marks:
    hidden = readme_stop_words()  # a word with a hyphen may be written as two
    general = np.array(
        [bool(hidden.intersection((*word.split(), word.replace(" ", "-")))) for word in words.names], bool
    )
    return ~general & ~_match_project_names(words.names, features.projects)


def _choose_names(subject: NamingInput, typical: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """(English, Chinese) of each cluster; a name goes to the cluster that it fits best."""
    offers = sorted(
        ((order, -round(worth, 9), index, name) for index in range(len(typical))
         for order, worth, name in _possible_names(subject, index, typical[index])),
    )  # fmt: skip
    chosen: dict[int, tuple[str, str]] = {}
    taken: set[str] = set()
    for _, _, index, name in offers:
        if index not in chosen and name[0] not in taken:
            chosen[index] = name
            taken.add(name[0])
    return [chosen[index] for index in range(len(typical))]


def _possible_names(
    subject: NamingInput, index: int, typical: Sequence[str]
) -> Iterator[tuple[int, float, tuple[str, str]]]:
    """(order of preference, worth, (English, Chinese)) of names for a cluster.

    First a field term that half the members have near the top; then two terms of which two thirds have one; then one
    name of several fields, if two thirds have one of them; then a pair of words that most members use and few others;
    else the most typical projects.
    """
    terms, fit = load_field_terms(), subject.fit
    members = np.flatnonzero(subject.level.cluster == index)
    mean = fit[members].mean(axis=0)
    rank = np.argsort(np.argsort(-fit[members], axis=1, kind="stable"), axis=1)
    holds = (rank < NEAR_TOP) & (fit[members] >= LEAST_FIT)
    share = holds.mean(axis=0)
    enough = (
        (share >= LEAST_HOLDERS)
        & (holds.sum(axis=0) >= FEWEST_HOLDERS)
        & (mean >= LEAST_FIT + SMALL_CLUSTER_FIT / len(members))
    )
    yield from ((0, float(mean[at]), (terms[at].name, terms[at].name_zh)) for at in np.flatnonzero(enough))
    holds &= rank < NEAREST_OF_PAIR
    some = np.flatnonzero(holds.mean(axis=0) >= LEAST_OF_PAIR) if len(members) >= FEWEST_OF_PAIR else ()
    for first, second in combinations(sorted(map(int, some), key=lambda at: -mean[at]), 2):
        together, both = (holds[:, first] | holds[:, second]).mean(), (holds[:, first] & holds[:, second]).mean()
        repeated = set(terms[first].name.split()) & set(terms[second].name.split())
        # a second term that only the same members have adds nothing
        if together >= LEAST_TOGETHER and together - both >= LEAST_OF_PAIR and not repeated:
            english = f"{terms[first].name} and {terms[second].name}"
            yield 1, float(mean[first] + mean[second]), (english, f"{terms[first].name_zh}与{terms[second].name_zh}")
    # the rank of the best term of several fields that are known by one name, and how well it fits
    for broad in load_broad_terms() if len(members) >= FEWEST_OF_BROAD else ():
        best = fit[members][:, broad.places].max(axis=1)
        if holds[:, broad.places].any(axis=1).mean() >= LEAST_TOGETHER and best.mean() >= LEAST_BROAD_FIT:
            yield 2, float(best.mean()), (broad.name, broad.name_zh)
    yield from ((3, worth, (phrase, translate_to_chinese(phrase)))
                for phrase, worth in _common_phrases(subject, subject.level.cluster == index))  # fmt: skip
    short_names = [name.rsplit("/", 1)[-1] for name in typical[:2]]
    if len(members) == len(short_names):
        yield 4, 0.0, (" and ".join(short_names), "与".join(short_names))
    yield 4, 0.0, (f"{' and '.join(short_names)}, and the like", f"{'、'.join(short_names)}一类")
    yield 5, 0.0, (f"{' and '.join(typical[:2])}, and the like", f"{'、'.join(typical[:2])}一类")
    yield 6, 0.0, (f"Group {index + 1}", f"第 {index + 1} 组")


def _common_phrases(subject: NamingInput, members: Marks) -> Iterator[tuple[str, float]]:
    """Pairs of telling words that most members use, with the logarithm of how much more common they are among them."""
    evidence = subject.words
    if evidence is None or members.sum() < TYPICAL:
        return
    users = _count_term_users(evidence, members)
    everywhere = np.bincount(evidence.counts.indices, minlength=len(evidence.names))
    inside, outside = users / members.sum(), (everywhere - users) / max(int((~members).sum()), 1)
    lift = (inside + 0.01) / (outside + 0.01)
    background = load_background_words()
    for at in np.flatnonzero((inside >= LEAST_OF_PHRASE) & (lift >= LEAST_LIFT) & subject.nameable):
        words = evidence.names[at].split()
        weight = background.weigh_words(words, np.ones(len(words)), 2)
        if len(words) == 2 and weight.min() >= LEAST_WORD_WEIGHT:
            yield as_heading(evidence.names[at]), float(inside[at] * np.log(lift[at]))


def _typical_projects(
    features: ProjectFeatures, level: ClusterLevel, edges: sparse.csr_array, index: int
) -> tuple[str, ...]:
    members = np.flatnonzero(level.cluster == index)
    inside = np.asarray(edges[members][:, members].sum(axis=1)).ravel()
    worth = inside * level.share[members, index]
    order = np.lexsort((members, -np.round(worth, 9)))
    return tuple(features.projects[members[at]] for at in order[:TYPICAL])


def _characteristic_terms(subject: NamingInput, index: int, within: Codes | None) -> tuple[ClusterTerm, ...]:
    """The terms with the highest scores, after class-based TF-IDF (Grootendorst 2022, BERTopic, section 3.3).

    The score is the mean share of the term in the texts of the cluster's projects, times the share of projects that
    use it, times the log ratio to its share in other clusters.
    """
    evidence, group = subject.words, subject.level.cluster
    if evidence is None:
        return ()
    known = evidence.present_projects
    members = (group == index) & known
    others = _comparison_projects(group, index, within) & known
    users = _count_term_users(evidence, members)
    score = _score_terms(evidence, members, others)
    wanted = (users >= max(2.0, USED_BY * members.sum())) & (score > 0)
    wanted &= subject.nameable
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
    score: Floats = inside * used_by * log_ratio
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
