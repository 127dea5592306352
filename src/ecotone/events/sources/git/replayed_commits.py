"""Recognise commits that were replayed together: a develop branch that is rebased onto the default branch.

Such commits have one committer time, that of the release, and keep the author times of their landing on the develop
branch, in order. A queue that lands requests together also gives them one committer time, but their author times are
in no order; the commits of one request are in order, but name no other requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

DAY: Final = 86_400
MAX_GAP: Final = 60  # seconds between the committer times of neighbours that were replayed together
MIN_COMMITS: Final = 10  # that were replayed together
MIN_REQUESTS: Final = 5  # different requests that they name
MIN_SPREAD: Final = 3 * DAY  # between their first and last author times
MIN_IN_ORDER: Final = 0.9  # share of neighbours whose author times are in order


def landing_times(
    parents: Sequence[tuple[int, ...]],
    author_time: Sequence[int],
    committer_time: Sequence[int],
    requests: Mapping[int, int],
) -> list[int]:
    """When each commit landed: its committer time, or its author time if it was replayed with others.

    requests  commit -> the pull request that it names
    """
    times = list(committer_time)
    for run in _runs(parents, committer_time):
        authored = [author_time[commit] for commit in run]
        named = {requests[commit] for commit in run if commit in requests}
        in_order = sum(earlier <= later for earlier, later in pairwise(authored))
        if (
            len(named) >= MIN_REQUESTS
            and max(authored) - min(authored) >= MIN_SPREAD
            and in_order >= MIN_IN_ORDER * (len(run) - 1)
        ):
            for commit in run:
                times[commit] = min(author_time[commit], committer_time[commit])
    return times


def _runs(parents: Sequence[tuple[int, ...]], committer_time: Sequence[int]) -> Iterator[list[int]]:
    """Commits of one parent each that follow each other within MAX_GAP seconds, oldest first."""
    following: dict[int, int] = {}
    for commit, own in enumerate(parents):
        if len(own) == 1 and 0 <= committer_time[commit] - committer_time[own[0]] <= MAX_GAP:
            following.setdefault(own[0], commit)
    continued = set(following.values())
    for first in sorted(following.keys() - continued):
        run = [first]
        while run[-1] in following:
            run.append(following[run[-1]])
        if len(run) >= MIN_COMMITS:
            yield run
