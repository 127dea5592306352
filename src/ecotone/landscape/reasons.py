"""Why two projects are said to be alike, in words that can be checked: whom and what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ecotone.landscape.meaning import ALIKE, turned
from ecotone.landscape.views import VIEWS, Evidence, Floats, Seen, profiles, thing_weights
from ecotone.landscape.words import stem

SHOWN: Final = 3
"""Words, dependencies or organisations named in one reason."""
NAMED: Final = frozenset({"words", "dependencies", "organisations", "mentions"})
"""Views whose things are named; people are only counted."""
COUNTED: Final[Mapping[str, int]] = {"words": 1, "organisations": 3}
"""Views in which it matters how much there is of a thing, and how much both sides must have for it to be named."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What two projects have in common in one view: how many things, and the ones that weigh most, by name.

    Where things are alike by degrees, not the same, nothing is counted.
    """

    view: str
    count: int
    things: tuple[str, ...]


class Reasons:
    """What pairs of projects have in common, looked up by position."""

    def __init__(self, seen: Seen, hidden: frozenset[str] = frozenset()) -> None:
        self._seen = seen
        self._hidden = hidden
        self._weights: Mapping[str, Floats] = {one.view.name: thing_weights(one) for one in seen.evidence}
        self._directions: Mapping[str, Floats] = {
            one.view.name: turned(profiles(one), one.vectors) for one in seen.evidence if one.vectors is not None
        }

    def shared(self, one: int, other: int) -> tuple[Shared, ...]:
        """In the order of VIEWS; a view in which nothing is shared is left out."""
        found = []
        for evidence in self._seen.evidence:
            directions = self._directions.get(evidence.view.name)
            if directions is not None:
                if float(directions[one] @ directions[other]) >= ALIKE:
                    found.append(Shared(evidence.view.name, 0, ()))
                continue
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
            # how much both have of it: a word said once, or one person's employer, is no reason
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
    """Without a word that a pair before it holds, or a pair that holds a word before it."""
    chosen: list[str] = []
    for name in names:
        parts = {stem(part) for part in name.split()}
        if not any(parts & {stem(part) for part in other.split()} for other in chosen):
            chosen.append(name)
    return chosen


def sentence(shared: Sequence[Shared], other: str) -> str:
    """A reason in words.

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
        elif not one.count:
            parts.append("texts alike in meaning")
        elif one.things:
            parts.append(f"{one.view}: {', '.join(one.things)}")
        else:
            parts.append(f"{one.count} {_things_called(one)} in common")
    return "; ".join(parts)


def _things_called(one: Shared) -> str:
    things = next(view.things for view in VIEWS if view.name == one.view)
    return " ".join(map(stem, things.split())) if one.count == 1 else things


def sentence_zh(shared: Sequence[Shared], other: str) -> str:
    """The same in Chinese."""
    called = {view.name: view.things_zh for view in VIEWS}
    parts = []
    for one in shared:
        if one.view == "people":
            parts.append(f"与 {other} 有 {one.count} 名共同参与者")
        elif not one.count:
            parts.append("文义相近")
        elif one.things:
            parts.append(f"共同的{called[one.view]}：{'、'.join(one.things)}")
        else:
            parts.append(f"有 {one.count} 个共同的{called[one.view]}")
    return "；".join(parts)
