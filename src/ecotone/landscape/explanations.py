"""Explain the similarity of two projects by the people, organisations, dependencies and words that they share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ecotone.landscape.field_terms import load_field_terms
from ecotone.landscape.text_features import stem_word
from ecotone.landscape.views import VIEWS, WORDS, Codes, Floats, ProjectFeatures, ViewFeatures, weigh_features

NAMES_PER_REASON: Final = 3
"""Number of features named in one reason."""
CUE_FACTOR: Final = 2.0
NAMED_VIEWS: Final = frozenset({"words", "dependencies", "organisations", "mentions"})
"""Views whose features are named; people are only counted."""
LEAST_COUNTS: Final[Mapping[str, int]] = {"words": 1, "organisations": 3}
"""Views in which counts matter, and the count that both projects need for a feature to be named."""


@dataclass(frozen=True, slots=True)
class SharedFeatures:
    """What two projects have in common in one view: the number of features, and the names of the heaviest."""

    view: str
    count: int
    feature_names: tuple[str, ...]


class FeatureComparison:
    """Look up what two projects, given by position, have in common."""

    def __init__(self, features: ProjectFeatures, hidden: frozenset[str] = frozenset()) -> None:
        self._features = features
        self._hidden = hidden
        self._weights: Mapping[str, Floats] = {
            evidence.view.name: _weigh_reasons(evidence) for evidence in features.evidence
        }

    def shared_features(self, first: int, second: int) -> tuple[SharedFeatures, ...]:
        """One entry for each view in which they share a feature, in the order of VIEWS."""
        shared_views = []
        for evidence in self._features.evidence:
            common = np.intersect1d(_feature_columns(evidence, first), _feature_columns(evidence, second))
            if len(common):
                shared_views.append(
                    SharedFeatures(
                        evidence.view.name, len(common), self._name_features(evidence, common, first, second)
                    )
                )
        return tuple(shared_views)

    def _name_features(self, evidence: ViewFeatures, common: Codes, first: int, second: int) -> tuple[str, ...]:
        name = evidence.view.name
        if name not in NAMED_VIEWS:
            return ()
        worth = self._weights[name][common]
        if name in LEAST_COUNTS:
            # a word used once, or the employer of a single person, explains nothing
            both = np.minimum(*(_feature_counts(evidence, row, common) for row in (first, second)))
            worth = worth * both
            common, worth = common[both >= LEAST_COUNTS[name]], worth[both >= LEAST_COUNTS[name]]
        order = np.lexsort((common, -np.round(worth, 9)))
        names = (evidence.names[common[at]] for at in order)
        return _distinct_stems(thing for thing in names if not self._hidden & set(thing.split()))


def _weigh_reasons(evidence: ViewFeatures) -> Floats:
    """How telling each feature is as a reason: its weight; of a word also how rare it is among the projects.

    A word that tells of a field by the glossary counts CUE_FACTOR times.
    """
    weight = weigh_features(evidence)
    if evidence.view.name != WORDS.name:
        return weight
    users = np.diff(evidence.counts.tocsc().indptr).astype(np.float64)
    size = max(float(evidence.present_projects.sum()), 2.0)
    cues = {cue for term in load_field_terms() for cue in term.cues}
    tells = np.array([CUE_FACTOR if stem_word(name) in cues else 1.0 for name in evidence.names])
    return np.asarray(weight * tells * np.log((size + 1.0) / np.maximum(users, 1.0)))


def _feature_columns(evidence: ViewFeatures, row: int) -> Codes:
    start, end = evidence.counts.indptr[row], evidence.counts.indptr[row + 1]
    return np.asarray(evidence.counts.indices[start:end])


def _feature_counts(evidence: ViewFeatures, row: int, columns: Codes) -> Floats:
    """The counts of a project in columns that it has; `columns` ascending."""
    start = evidence.counts.indptr[row]
    return np.asarray(evidence.counts.data[start + np.searchsorted(_feature_columns(evidence, row), columns)])


def _distinct_stems(names: Iterable[str]) -> tuple[str, ...]:
    """The first NAMES_PER_REASON terms, without one that shares a stem with an earlier one."""
    chosen: list[str] = []
    used: set[str] = set()
    for name in names:
        parts = {stem_word(part) for part in name.split()}
        if not parts & used:
            chosen.append(name)
            used |= parts
            if len(chosen) == NAMES_PER_REASON:
                break
    return tuple(chosen)


def explain_similarity(shared: Sequence[SharedFeatures], neighbour: str) -> str:
    """The reason as an English phrase.

    >>> explain_similarity(
    ...     [SharedFeatures("people", 23, ()), SharedFeatures("words", 40, ("agent", "tool", "graph"))],
    ...     "langgraph",
    ... )
    '23 people in common with langgraph; words: agent, tool, graph'
    >>> explain_similarity([SharedFeatures("organisations", 1, ()), SharedFeatures("dependencies", 2, ())], "langgraph")
    '1 organisation in common; 2 dependencies in common'
    """
    parts = []
    for entry in shared:
        if entry.view == "people":
            people = "1 person" if entry.count == 1 else f"{entry.count} people"
            parts.append(f"{people} in common with {neighbour}")
        elif entry.feature_names:
            parts.append(f"{entry.view}: {', '.join(entry.feature_names)}")
        else:
            parts.append(f"{entry.count} {_feature_noun(entry)} in common")
    return "; ".join(parts)


def _feature_noun(entry: SharedFeatures) -> str:
    things = next(view.feature_noun for view in VIEWS if view.name == entry.view)
    return " ".join(map(stem_word, things.split())) if entry.count == 1 else things


def explain_similarity_zh(shared: Sequence[SharedFeatures], neighbour: str) -> str:
    """The reason as a Chinese phrase."""
    called = {view.name: view.feature_noun_zh for view in VIEWS}
    parts = []
    for entry in shared:
        if entry.view == "people":
            parts.append(f"与 {neighbour} 有 {entry.count} 名共同参与者")
        elif entry.feature_names:
            parts.append(f"共同的{called[entry.view]}：{'、'.join(entry.feature_names)}")
        else:
            parts.append(f"有 {entry.count} 个共同的{called[entry.view]}")
    return "；".join(parts)
