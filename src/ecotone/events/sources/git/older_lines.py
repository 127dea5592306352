"""Older lines of a history whose default branch was restarted.

A project may start its default branch afresh (a rewrite, a first public release) or switch to a branch that was begun
later. What was done before is then on another line: reachable from other branches and tags, or only below the heads of
the requests that were opened against it. Names play no part; a line is an older line of the project if

- it is shared: a branch or tag of the repository holds it, or the heads of FEWEST_REQUESTS requests rest on it;
- most of it (EARLIER_SHARE) was committed before the part of the default branch that it lacks began;
- it has at least as many commits as the default branch made in as long a time from that beginning; a line that has its
  beginning in common with the default branch, at least as many as the whole default branch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ecotone.events.sources.git.plausible_dates import first_plausible

FEWEST_REQUESTS: Final = 3
EARLIER_SHARE: Final = 0.75
SMALLEST_LINE: Final = 10
"""Fewest commits of an older line."""

MOST_BRANCHES: Final = 16
"""Most branches and tags that are looked at for a line with a common beginning, the newest first."""


@dataclass(frozen=True, slots=True)
class OlderLine:
    """An older line: its commits, and those at its ends, the newest first; positions."""

    commits: tuple[int, ...]
    tips: tuple[int, ...]


def find_older_lines(
    parents: Sequence[Sequence[int]],
    landed: NDArray[np.bool_],
    times: NDArray[np.int64],
    shared: Iterable[int],
    heads: Iterable[int],
) -> list[OlderLine]:
    """The older lines of a repository, the oldest first.

    parents  positions of each commit's parents
    landed   which commits are on the default branch
    times    committer time of each commit, in seconds
    shared   commits that branches and tags name
    heads    heads of requests
    """
    order = children_first(parents)
    shared, heads = sorted(set(shared)), sorted(set(heads))
    lines = _separate_lines(parents, order, landed, times, shared, heads)
    return lines or _common_beginning(parents, landed, times, shared)


def children_first(parents: Sequence[Sequence[int]]) -> list[int]:
    """All commits, each after all its children."""
    children = [0] * len(parents)
    for names in parents:
        for parent in names:
            children[parent] += 1
    waiting = [commit for commit, count in enumerate(children) if not count]
    order = []
    while waiting:
        commit = waiting.pop()
        order.append(commit)
        for parent in parents[commit]:
            children[parent] -= 1
            if not children[parent]:
                waiting.append(parent)
    return order


def _separate_lines(
    parents: Sequence[Sequence[int]],
    order: Sequence[int],
    landed: NDArray[np.bool_],
    times: NDArray[np.int64],
    shared: Sequence[int],
    heads: Sequence[int],
) -> list[OlderLine]:
    """Older lines that have no commit in common with the default branch."""
    separate = np.zeros(len(parents), bool)
    for commit in reversed(order):
        separate[commit] = not landed[commit] and all(separate[parent] for parent in parents[commit])
    if int(separate.sum()) < SMALLEST_LINE:
        return []
    held = _held_commits(parents, order, separate, shared, heads)
    lines = _connected(parents, held)
    return [line for line in lines if _is_older(np.array(line.commits), np.flatnonzero(landed), times)]


def _held_commits(
    parents: Sequence[Sequence[int]],
    order: Sequence[int],
    separate: NDArray[np.bool_],
    shared: Sequence[int],
    heads: Sequence[int],
) -> dict[int, None]:
    """The separate commits that a branch or tag holds or that enough requests rest on, children first."""
    by_ref = set(shared)
    requests: dict[int, frozenset[int]] = {head: frozenset({head}) for head in heads}
    held: dict[int, None] = {}
    for commit in order:
        resting = requests.pop(commit, frozenset())
        if not separate[commit]:
            continue
        is_held = commit in by_ref or len(resting) >= FEWEST_REQUESTS
        if is_held:
            held[commit] = None
        for parent in parents[commit]:
            if is_held:
                by_ref.add(parent)
            elif resting:
                together = requests.get(parent, frozenset()) | resting
                requests[parent] = frozenset(sorted(together)[:FEWEST_REQUESTS])
    return held


def _connected(parents: Sequence[Sequence[int]], held: Mapping[int, None]) -> list[OlderLine]:
    """Held commits as lines that have no commit in common, by their first commit."""
    line_of: dict[int, int] = {commit: commit for commit in held}

    def find(commit: int) -> int:
        while line_of[commit] != commit:
            line_of[commit] = line_of[line_of[commit]]
            commit = line_of[commit]
        return commit

    has_child = set()
    for commit in held:
        for parent in parents[commit]:
            has_child.add(parent)
            line_of[find(parent)] = find(commit)
    commits: dict[int, list[int]] = {}
    for commit in held:
        commits.setdefault(find(commit), []).append(commit)
    return [
        OlderLine(tuple(line), tuple(commit for commit in line if commit not in has_child)) for line in commits.values()
    ]


def _common_beginning(
    parents: Sequence[Sequence[int]], landed: NDArray[np.bool_], times: NDArray[np.int64], shared: Sequence[int]
) -> list[OlderLine]:
    """The line of a branch that has its beginning in common with the default branch, and far more history."""
    tips = [tip for tip in shared if not landed[tip]]
    fewest = max(SMALLEST_LINE, int(landed.sum()))
    if int(_reach(parents, tips, landed).sum()) < fewest:
        return []
    for tip in sorted(tips, key=lambda tip: (-int(times[tip]), tip))[:MOST_BRANCHES]:
        reached = _reach(parents, [tip], np.zeros(len(parents), bool))
        own = np.flatnonzero(reached & ~landed)
        new = np.flatnonzero(landed & ~reached)
        if len(own) >= fewest and _is_older(own, new, times):
            return [OlderLine(tuple(own[np.argsort(-times[own], kind="stable")].tolist()), (tip,))]
    return []


def _reach(parents: Sequence[Sequence[int]], tips: Iterable[int], stop: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which commits can be reached from the tips without those of `stop`."""
    reached = np.zeros(len(parents), bool)
    waiting = list(tips)
    while waiting:
        commit = waiting.pop()
        if not reached[commit] and not stop[commit]:
            reached[commit] = True
            waiting += parents[commit]
    return reached


def _is_older(own: NDArray[np.int64], new: NDArray[np.int64], times: NDArray[np.int64]) -> bool:
    """Whether commits came before the new part of the default branch, and are as many as it made in as long a time."""
    if len(own) < SMALLEST_LINE or not len(new):
        return False
    begins = first_plausible(times[new])
    earlier = times[own][times[own] < begins]
    if len(earlier) < EARLIER_SHARE * len(own):
        return False
    length = int(earlier.max()) - first_plausible(earlier)
    return len(own) >= int(np.sum((times[new] >= begins) & (times[new] <= begins + length)))
