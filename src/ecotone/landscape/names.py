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

from ecotone.landscape.grouping import NOWHERE, Level
from ecotone.landscape.views import Codes, Evidence, Floats, Marks, Seen, thing_weights
from ecotone.landscape.words import bare, stem

WORDS_SHOWN: Final = 12
WORDS_IN_LABEL: Final = 3
TYPICAL: Final = 3
USED_BY: Final = 1 / 3  # of a cluster's projects must use a characteristic term
SEPARATOR: Final = " · "


@dataclass(frozen=True, slots=True)
class Word:
    """A characteristic term of a cluster; `users` is the number of its projects that use it."""

    word: str
    word_zh: str
    score: float
    users: int


@dataclass(frozen=True, slots=True)
class Name:
    """The label of a cluster, its characteristic terms, and its typical projects in order."""

    label: str
    label_zh: str
    words: tuple[Word, ...]
    typical: tuple[str, ...]


def names(seen: Seen, level: Level, ties: sparse.csr_array, within: Codes | None = None) -> tuple[Name, ...]:
    """Label each cluster by the terms that distinguish it from the others.

    edges   (n, n); typical projects have most edge weight and resamplings inside the cluster
    within  (n_groups,) the field of each part; a part is compared with the other parts of its field
    """
    evidence = seen.by_name("words")
    typical = [_typical(seen, level, ties, index) for index in range(level.groups)]
    listed = [_words(seen, evidence, level.group, index, within) for index in range(level.groups)]
    labels: set[str] = set()
    found = []
    for index, (words, projects) in enumerate(zip(listed, typical, strict=True)):
        label, label_zh = _label(words, index, labels)
        labels.add(label)
        found.append(Name(label, label_zh, words, projects))
    return tuple(found)


def _typical(seen: Seen, level: Level, ties: sparse.csr_array, index: int) -> tuple[str, ...]:
    members = np.flatnonzero(level.group == index)
    inside = np.asarray(ties[members][:, members].sum(axis=1)).ravel()
    worth = inside * level.share[members, index]
    order = np.lexsort((members, -np.round(worth, 9)))
    return tuple(seen.projects[members[at]] for at in order[:TYPICAL])


def _words(seen: Seen, evidence: Evidence | None, group: Codes, index: int, within: Codes | None) -> tuple[Word, ...]:
    """The terms with the highest scores, after class-based TF-IDF (Grootendorst 2022, BERTopic, section 3.3).

    The score is the mean share of the term in the texts of the cluster's projects, times the share of projects that
    use it, times the log ratio to its share in other clusters, times its log-entropy weight.
    """
    if evidence is None:
        return ()
    known = evidence.present
    members = (group == index) & known
    others = _told_apart(group, index, within) & known
    users = _users(evidence, members)
    score = _scores(evidence, members, others)
    wanted = (users >= max(2.0, USED_BY * members.sum())) & (score > 0)
    wanted &= ~_names_of_projects(evidence.things, seen.projects)
    wanted &= np.array([not said_everywhere() & set(word.split()) for word in evidence.things], bool)
    order = [at for at in np.lexsort((np.arange(len(score)), -np.round(score, 12))) if wanted[at]]
    chosen = _without_doubles([evidence.things[at] for at in order], WORDS_SHOWN)
    column = {evidence.things[at]: at for at in order}
    return tuple(
        Word(word, in_chinese(word), round(float(score[column[word]]), 6), int(users[column[word]])) for word in chosen
    )


def _told_apart(group: Codes, index: int, within: Codes | None) -> Marks:
    if within is not None:
        siblings = np.flatnonzero((within == within[index]) & (np.arange(len(within)) != index))
        if len(siblings):
            return np.isin(group, siblings)
    return np.asarray((group != index) & (group != NOWHERE))


def _users(evidence: Evidence, members: Marks) -> Floats:
    chosen = evidence.counts[np.flatnonzero(members)]
    users: Floats = np.bincount(chosen.indices, minlength=len(evidence.things)).astype(np.float64)
    return users


def _scores(evidence: Evidence, members: Marks, others: Marks) -> Floats:
    inside, outside = (_mean_share(evidence, marks) for marks in (members, others))
    used_by = _users(evidence, members) / max(members.sum(), 1)
    apart: Floats = np.maximum(np.log((inside + 1e-4) / (outside + 1e-4)), 0.0)
    score: Floats = inside * used_by * apart * thing_weights(evidence)
    return score


def _mean_share(evidence: Evidence, members: Marks) -> Floats:
    """Mean over projects of a word's share of the project's damped counts."""
    rows = evidence.counts[np.flatnonzero(members)]
    damped = sparse.csr_array((1.0 + np.log(np.maximum(rows.data, 1.0)), rows.indices, rows.indptr), shape=rows.shape)
    length = np.asarray(damped.sum(axis=1)).ravel()
    share = sparse.diags_array(1.0 / np.where(length > 0, length, 1.0)) @ damped
    total: Floats = np.asarray(share.sum(axis=0)).ravel()
    return total / max(int(rows.shape[0]), 1)


def _names_of_projects(words: Sequence[str], projects: Sequence[str]) -> Marks:
    """Which terms are or contain the name or owner of a project, in any spelling."""
    taken = {bare(part) for project in projects for part in project.split("/")}
    return np.array([any(bare(part) in taken for part in (*word.split(), word)) for word in words], bool)


def _without_doubles(words: Sequence[str], wanted: int) -> list[str]:
    """The first `wanted` terms, without one that shares a stem with an earlier one."""
    chosen: list[str] = []
    seen: set[str] = set()
    for word in words:
        stems = {stem(part) for part in word.split()}
        if len(stems) < len(word.split()) or stems & seen:
            continue
        chosen.append(word)
        seen |= stems
        if len(chosen) == wanted:
            break
    return chosen


def _label(words: Sequence[Word], index: int, taken: set[str]) -> tuple[str, str]:
    """The fewest first terms, at least WORDS_IN_LABEL, that make a unique label; else a number."""
    for count in range(WORDS_IN_LABEL, len(words) + 1):
        label = SEPARATOR.join(one.word for one in words[:count])
        if label not in taken:
            return label, SEPARATOR.join(one.word_zh for one in words[:count])
    if words:
        label = SEPARATOR.join(one.word for one in words)
        if label not in taken:
            return label, SEPARATOR.join(one.word_zh for one in words)
    return f"group {index + 1}", f"第 {index + 1} 组"


def in_chinese(word: str) -> str:
    """A term in Chinese; unchanged where the glossary has none.

    >>> in_chinese("vector databases"), in_chinese("kubernetes")
    ('向量数据库', 'kubernetes')
    """
    known = glossary()
    whole = known.get(word) or known.get(" ".join(stem(part) for part in word.split()))
    if whole:
        return whole
    parts = [known.get(part) or known.get(stem(part)) for part in word.split()]
    if len(parts) > 1 and all(parts):
        return "".join(part for part in parts if part)
    return word


@cache
def said_everywhere() -> frozenset[str]:
    """Stop words: common English words and words common to all READMEs, from `data/readme_words.toml`."""
    text = (resources.files("ecotone.landscape") / "data" / "readme_words.toml").read_text("utf-8")
    return frozenset((*tomllib.loads(text)["words"], *ENGLISH_STOP_WORDS))


@cache
def glossary() -> Mapping[str, str]:
    """English word or pair -> Chinese, from `data/glossary.toml`."""
    text = (resources.files("ecotone.landscape") / "data" / "glossary.toml").read_text("utf-8")
    terms: Mapping[str, str] = tomllib.loads(text)["terms"]
    return terms
