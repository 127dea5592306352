"""Explain the similarity of two projects by the people, organisations, dependencies and words that they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ecotone.landscape.views import VIEWS, Evidence, Floats, Seen, thing_weights
from ecotone.landscape.words import stem

SHOWN: Final = 3
"""Number of features named in one reason."""
NAMED: Final = frozenset({"words", "dependencies", "organisations", "mentions"})
"""Views whose features are named; people are only counted."""
COUNTED: Final[Mapping[str, int]] = {"words": 1, "organisations": 3}
"""Views in which counts matter, and the count that both projects need for a feature to be named."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What two projects have in common in one view: the number of features, and the names of the heaviest."""

    view: str
    count: int
    things: tuple[str, ...]


class Reasons:
    """Look up what two projects, given by position, have in common."""

    def __init__(self, seen: Seen, hidden: frozenset[str] = frozenset()) -> None:
        self._seen = seen
        self._hidden = hidden
        self._weights: Mapping[str, Floats] = {one.view.name: thing_weights(one) for one in seen.evidence}

    def shared(self, one: int, other: int) -> tuple[Shared, ...]:
        """One entry for each view in which they share a feature, in the order of VIEWS."""
        found = []
        for evidence in self._seen.evidence:
            common = np.intersect1d(_things(evidence, one), _things(evidence, other))
            if len(common):
                found.append(Shared(evidence.view.name, len(common), self._named(evidence, common, one, other)))
        return tuple(found)

    def _named(self, evidence: Evidence, common: Floats, one: int, other: int) -> tuple[str, ...]:
        name = evidence.view.name
        if name not in NAMED:
            return ()
        worth = self._weights[name][common]
        if name in COUNTED:
            # a word used once, or the employer of a single person, explains nothing
            both = np.minimum(*(_counts(evidence, row)[common] for row in (one, other)))
            worth = worth * both
            common, worth = common[both >= COUNTED[name]], worth[both >= COUNTED[name]]
        order = np.lexsort((common, -np.round(worth, 9)))
        names = [evidence.things[common[at]] for at in order]
        chosen = [thing for thing in names if not self._hidden & set(thing.split())]
        return tuple(_apart(chosen)[:SHOWN])


def _things(evidence: Evidence, row: int) -> np.ndarray:
    start, end = evidence.counts.indptr[row], evidence.counts.indptr[row + 1]
    return np.asarray(evidence.counts.indices[start:end])


def _counts(evidence: Evidence, row: int) -> Floats:
    return np.asarray(evidence.counts[[row]].toarray()).ravel()


def _apart(names: Sequence[str]) -> list[str]:
    """Without a term that shares a stem with an earlier one."""
    chosen: list[str] = []
    for name in names:
        parts = {stem(part) for part in name.split()}
        if not any(parts & {stem(part) for part in other.split()} for other in chosen):
            chosen.append(name)
    return chosen


def sentence(shared: Sequence[Shared], other: str) -> str:
    """The reason as an English phrase.

    >>> sentence([Shared("people", 23, ()), Shared("words", 40, ("agent", "tool", "graph"))], "langgraph")
    '23 people in common with langgraph; words: agent, tool, graph'
    >>> sentence([Shared("organisations", 1, ()), Shared("dependencies", 2, ())], "langgraph")
    '1 organisation in common; 2 dependencies in common'
    """
    parts = []
    for one in shared:
        if one.view == "people":
            people = "1 person" if one.count == 1 else f"{one.count} people"
            parts.append(f"{people} in common with {other}")
        elif one.things:
            parts.append(f"{one.view}: {', '.join(one.things)}")
        else:
            parts.append(f"{one.count} {_things_called(one)} in common")
    return "; ".join(parts)


def _things_called(one: Shared) -> str:
    things = next(view.things for view in VIEWS if view.name == one.view)
    return " ".join(map(stem, things.split())) if one.count == 1 else things


def sentence_zh(shared: Sequence[Shared], other: str) -> str:
    """The reason as a Chinese phrase."""
    called = {view.name: view.things_zh for view in VIEWS}
    parts = []
    for one in shared:
        if one.view == "people":
            parts.append(f"与 {other} 有 {one.count} 名共同参与者")
        elif one.things:
            parts.append(f"共同的{called[one.view]}：{'、'.join(one.things)}")
        else:
            parts.append(f"有 {one.count} 个共同的{called[one.view]}")
    return "；".join(parts)
