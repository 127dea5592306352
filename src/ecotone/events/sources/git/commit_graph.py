"""The commit graph, and the commits on the default branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

NOT_LANDED: Final = -1


@dataclass(frozen=True, slots=True)
class CommitGraph:
    """Commits as positions 0..n-1 and the positions of their parents, first parent first.

    Parents that were not read (in a shallow clone) are left out.
    """

    parents: Sequence[tuple[int, ...]]

    @classmethod
    def from_parent_shas(cls, shas: Sequence[str], parents: Sequence[str]) -> tuple[CommitGraph, Mapping[str, int]]:
        """The graph of the commits `shas`, and the position of each."""
        position = {sha: index for index, sha in enumerate(shas)}
        known = [
            tuple(position[name] for name in names.split(" ") if name in position) if names else () for names in parents
        ]
        return cls(known), position

    def first_parent_line(self, tip: int) -> list[int]:
        """The commits from the tip back to a root along first parents."""
        line = [tip]
        while parents := self.parents[line[-1]]:
            line.append(parents[0])
        return line

    def find_landing_commits(self, tip: int) -> list[int]:
        """For each commit, the commit of the first-parent line that merged it; NOT_LANDED if none did."""
        landed_by = [NOT_LANDED] * len(self.parents)
        self.add_landing_commits(tip, landed_by)
        return landed_by

    def add_landing_commits(self, tip: int, landed_by: list[int]) -> list[int]:
        """Add what a further line landed to `landed_by`; returns the new commits of that line, oldest first."""
        line = []
        for landing in reversed(self.first_parent_line(tip)):
            if landed_by[landing] != NOT_LANDED:
                continue
            line.append(landing)
            landed_by[landing] = landing
            waiting = [parent for parent in self.parents[landing] if landed_by[parent] == NOT_LANDED]
            while waiting:
                commit = waiting.pop()
                if landed_by[commit] == NOT_LANDED:
                    landed_by[commit] = landing
                    waiting += [parent for parent in self.parents[commit] if landed_by[parent] == NOT_LANDED]
        return line
