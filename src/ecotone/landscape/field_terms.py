"""How well each project fits the fields that a person would name: the glossary of field terms, by words and vectors."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any, Final

import numpy as np
from scipy import sparse

from ecotone.landscape.background_words import load_background_words
from ecotone.landscape.multiview_graph import Layers
from ecotone.landscape.text_features import readme_stop_words, stem_word
from ecotone.landscape.views import WORDS, Floats, ProjectFeatures, keep_heaviest, scale_rows

WORDS_READ: Final = 300
"""Words and pairs of a project that are compared with the cues."""
VECTOR_SHARE: Final = 0.3
"""Weight of the cosine of word vectors next to that of words."""
MEAN_SHARE: Final = 0.5
"""Share of the landscape's mean that is subtracted: a term that fits every project says little of one."""


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """A field: its name, and the words and pairs of words that tell of it.

    cues_zh  pairs of characters of the Chinese name, as Chinese texts are counted
    """

    name: str
    name_zh: str
    cues: tuple[str, ...]
    cues_zh: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BroadTerm:
    """Several fields together: their name, and their places among the field terms."""

    name: str
    name_zh: str
    places: tuple[int, ...]


@cache
def load_broad_terms() -> tuple[BroadTerm, ...]:
    """The names of several fields together, from `data/field_terms.toml`."""
    position = {term.name: at for at, term in enumerate(load_field_terms())}
    return tuple(
        BroadTerm(name, entry["zh"], tuple(position[term] for term in entry["terms"]))
        for name, entry in _load_glossary_file()["broad"].items()
    )


@cache
def load_field_terms() -> tuple[FieldTerm, ...]:
    """The glossary, from `data/field_terms.toml`."""
    return tuple(
        FieldTerm(name, entry["zh"], tuple(map(_stem_words, shlex.split(entry["cues"]))), _character_pairs(entry["zh"]))
        for name, entry in _load_glossary_file()["terms"].items()
    )


@cache
def _load_glossary_file() -> dict[str, Any]:
    return tomllib.loads((resources.files("ecotone.landscape") / "data" / "field_terms.toml").read_text("utf-8"))


def fit_field_terms(features: ProjectFeatures, layers: Layers) -> Floats:
    """(n, n_terms) how well each term fits each project, against the landscape's mean; 0 without words.

    The cosine of the project's weighed words with the cues, plus VECTOR_SHARE times the cosine of their mean vectors,
    minus MEAN_SHARE of the mean over projects.
    """
    terms, evidence = load_field_terms(), features.find_view(WORDS.name)
    if evidence is None:
        return np.zeros((len(features.projects), len(terms)))
    counts = evidence.counts.astype(np.float64)
    counts.data = 1.0 + np.log(np.maximum(counts.data, 1.0))
    weighed = sparse.csr_array(counts @ sparse.diags_array(_weigh_phrases(evidence.names)))
    read = scale_rows(keep_heaviest(weighed, WORDS_READ))
    names = [_stem_words(name) for name in evidence.names]
    fit = sum(
        _word_cosines(read, names, cues) for cues in ([term.cues for term in terms], [term.cues_zh for term in terms])
    )
    fit = np.asarray(fit) + VECTOR_SHARE * _vector_cosines(layers)
    present = evidence.present_projects
    return np.asarray(np.where(present[:, None], fit - MEAN_SHARE * fit[present].mean(axis=0), 0.0))


def _word_cosines(read: sparse.csr_array, names: Sequence[str], cues: Sequence[Sequence[str]]) -> Floats:
    """(n, n_terms) the cosine of projects' words with the cues of each term."""
    listed = sorted({cue for own in cues for cue in own})
    column_of = {cue: index for index, cue in enumerate(listed)}
    weight = dict(zip(listed, _weigh_phrases(listed), strict=True))
    rows = [(term, column_of[cue], weight[cue]) for term, own in enumerate(cues) for cue in dict.fromkeys(own)]
    term_rows = _sparse_rows(rows, (len(cues), len(listed)))
    known = [(column, column_of[name], 1.0) for column, name in enumerate(names) if name in column_of]
    chosen = _sparse_rows(known, (len(names), len(listed)))
    return np.asarray((read @ chosen @ scale_rows(term_rows).T).toarray())


def _vector_cosines(layers: Layers) -> Floats:
    """(n, n_terms) the cosine of the mean vectors of projects and of cues, both minus the mean of all terms."""
    background, terms = load_background_words(), load_field_terms()
    means = []
    for term in terms:
        words = [part for cue in term.cues for part in cue.split()]
        vectors = background.word_vectors(words)
        weight = _weigh_phrases(words) * (np.abs(vectors).sum(axis=1) > 0)
        means.append(weight @ vectors / max(float(weight.sum()), 1e-9))
    general = np.mean(means, axis=0)
    total = np.asarray(layers.heavy.sum(axis=1)).ravel()
    own = np.asarray(layers.heavy @ layers.vectors) / np.where(total > 0, total, 1.0)[:, None] - general
    own[total == 0] = 0.0
    return _unit_rows(own) @ _unit_rows(np.array(means) - general).T


def _weigh_phrases(phrases: Sequence[str]) -> Floats:
    """The weight of each word in general; a pair weighs as its rarer word, and 0 if every README has one of the two."""
    background, hidden = load_background_words(), readme_stop_words()
    parts = [phrase.split() for phrase in phrases]
    ends = [background.weigh_words([part[at] for part in parts], np.ones(len(parts)), 2) for at in (0, -1)]
    telling = np.array([not hidden.intersection(part) for part in parts], np.float64)
    return np.asarray(np.maximum(*ends) * telling)


def _sparse_rows(entries: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> sparse.csr_array:
    row, column, value = zip(*entries, strict=True) if entries else ((), (), ())
    places = (np.array(row, np.int64), np.array(column, np.int64))
    return sparse.coo_array((np.array(value, np.float64), places), shape=shape).tocsr()


def _unit_rows(values: Floats) -> Floats:
    length = np.linalg.norm(values, axis=1)
    return np.asarray(values / np.where(length > 1e-9, length, 1.0)[:, None])


def _stem_words(phrase: str) -> str:
    return " ".join(map(stem_word, phrase.split()))


def _character_pairs(text: str) -> tuple[str, ...]:
    """The pairs of neighbouring Chinese characters.

    >>> _character_pairs("AI 搜索引擎")
    ('搜索', '索引', '引擎')
    """
    return tuple(first + second for first, second in pairwise(text) if min(first, second) >= "\u4e00")
