"""Find the commit that brought each commit to a branch: the nearest merge, not a later one.

The *line* of a branch runs from its tip along first parents. Two habits hide the true line:

- A *foxtrot* merge pulls the branch itself ("Merge branch 'main' of ..."): what was pushed before is then its second
  parent, and the line continues there.
- An *integration branch* (develop, release) collects requests for weeks before it is merged as a whole. A request
  landed when it reached that branch, so the line of an integration branch is followed too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

NOT_HELD: Final = -1
MIN_NAMED_ON_LINE: Final = 3
"""Requests that commits of a line name, from which on the line is an integration branch."""

_LONG_LIVED: Final = re.compile(
    r"(?:(?:.*/)?(?:main|master|trunk|develop|development|dev|devel|next|unstable|edge|nightly|integration|production"
    r"|prod|stable|maint|maintenance|lts|candidate|release|releases)"
    r"|(?:.*/)?(?:release|releases|rel|stable|maint|maintenance|lts|support|develop|version|branch)[-_/.]?v?[0-9].{0,40}"
    r"|(?:release|releases|stable|support)/.{1,40}"
    r"|(?:[a-z]{1,20}[-_])?v?[0-9]{1,4}(?:[._-](?:[0-9]{1,4}|x)){1,3}(?:[-_.](?:x|stable|release|branch|maint|dev|lts))?"
    r"|v[0-9]{1,3}(?:[-_.](?:x|stable|release|branch))?|[0-9]{1,3}[-_.](?:x|stable|release|lts))\Z",
    re.IGNORECASE,
)
_TEMPORARY: Final = re.compile(
    r"(?:gh-readonly-queue/|mergify/|dependabot/|renovate/|snyk-|bors/|trying|staging\.|auto\Z|try\Z|gh/)",
    re.IGNORECASE,
)
_MERGED_BRANCH: Final = re.compile(
    r"Merge (?:remote-tracking |remote )?(?:branch|commit|tag) '([^']{1,200})'(?: of (?P<url>\S{1,300}))?"
    r"|Merge pull request [#!][0-9]{1,8} from [^/\s]{1,100}/(\S{1,200})"
    r"|Merge ([\w./-]{1,200}) (?:in)?to [\w./-]{1,200}",
    re.IGNORECASE,
)
_REMOTES: Final = ("origin/", "upstream/")


@dataclass(frozen=True, slots=True)
class BranchRefs:
    """Branches and tags as positions of commits.

    main          tip of the default branch
    main_name     its short name
    repository    owner/name of the repository, to tell its own address from those of forks
    others        short name -> tip: other served branches
    tags          short name -> commit
    older         tips of the lines that the default branch left behind when it was restarted
    """

    main: int
    main_name: str
    repository: str
    others: Mapping[str, int]
    tags: Mapping[str, int]
    older: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class BranchLines:
    """What holds each commit, and through which commit it got there.

    held_by     the commit of a line that brought it; beyond the number of commits: a short branch; NOT_HELD
    on_main     whether the default branch, or an older line of it, holds it
    lasting     whether the default branch or another long-lived line holds it
    merged_at   tip of an integration branch -> the commit that merged that branch
    """

    held_by: Sequence[int]
    on_main: Sequence[bool]
    lasting: Sequence[bool]
    merged_at: Mapping[int, int]


def is_long_lived(name: str) -> bool:
    """Whether a branch name is that of an integration, release or maintenance branch.

    >>> [is_long_lived(name) for name in ("develop", "release-1.0", "3.12", "v2.x", "fix-12", "feature/next-step")]
    [True, True, True, True, False, False]
    """
    return _LONG_LIVED.match(name) is not None


def is_temporary(name: str) -> bool:
    """Whether a tool makes and removes branches of that name, such as a merge queue.

    >>> [is_temporary(name) for name in ("gh-readonly-queue/main/pr-7", "dependabot/npm/x", "fix-12")]
    [True, True, False]
    """
    return _TEMPORARY.match(name) is not None


def find_branch_lines(
    parents: Sequence[tuple[int, ...]],
    subjects: Sequence[str],
    committer_time: Sequence[int],
    refs: BranchRefs,
    naming: Mapping[int, int],
    heads: Collection[int],
) -> BranchLines:
    """Follow the default branch first, then other long-lived branches from the oldest tip on, then short ones.

    naming  commit -> the request that it names
    heads   heads of pull requests; a short branch that ends at one is the request's own and holds nothing
    """
    walk = _Walk(parents, subjects, naming, refs.repository)
    for tip in (refs.main, *refs.older):
        if walk.held_by[tip] == NOT_HELD:
            walk.follow(tip, refs.main_name)
    on_main = [holder != NOT_HELD for holder in walk.held_by]
    named = [(name, tip) for name, tip in sorted(refs.others.items()) if not is_temporary(name)]
    named += sorted(refs.tags.items())
    short: list[int] = []
    for name, tip in sorted(named, key=lambda pair: (committer_time[pair[1]], pair)):
        if walk.held_by[tip] != NOT_HELD:
            continue
        if is_long_lived(name) or (tip not in heads and walk.is_integration_line(walk.line_of(tip, name))):
            walk.follow(tip, name)
        else:
            short.append(tip)
    lasting = [holder != NOT_HELD for holder in walk.held_by]
    for label, tip in enumerate(short, start=len(parents)):
        if tip not in heads:
            walk.hold((tip,), label)
    return BranchLines(walk.held_by, on_main, lasting, walk.merged_at)


class _Walk:
    """Assigns commits to lines, each once; all walks together are linear."""

    def __init__(
        self, parents: Sequence[tuple[int, ...]], subjects: Sequence[str], naming: Mapping[int, int], repository: str
    ) -> None:
        self._parents = parents
        self._subjects = subjects
        self._naming = naming
        self._repository = repository.casefold()
        self.held_by = [NOT_HELD] * len(parents)
        self.merged_at: dict[int, int] = {}

    def follow(self, tip: int, name: str) -> None:
        """Hold everything that the line from a tip brought; integration branches within it are followed too."""
        lines = [(iter(reversed(self.line_of(tip, name))), NOT_HELD)]
        while lines:
            line, bringer = lines[-1]
            commit = next(line, None)
            if commit is None:
                lines.pop()
                if bringer != NOT_HELD:
                    self.hold(self._parents[bringer], bringer)
                continue
            self.held_by[commit] = commit
            side = self._integration_side(commit)
            if side:
                self.merged_at[side[0]] = commit
                lines.append((iter(reversed(side)), commit))
            else:
                self.hold(self._parents[commit], commit)

    def line_of(self, tip: int, name: str) -> list[int]:
        """The commits of a line, newest first, back to what is held already."""
        line = [tip]
        visited = {tip}
        while parents := self._parents[line[-1]]:
            following = parents[1] if len(parents) == 2 and self._pulls_itself(line[-1], name) else parents[0]
            if self.held_by[following] != NOT_HELD or following in visited:
                break
            line.append(following)
            visited.add(following)
        return line

    def hold(self, commits: Iterable[int], holder: int) -> None:
        """Let `holder` hold these commits and their ancestors, as far as nothing holds them."""
        waiting = [commit for commit in commits if self.held_by[commit] == NOT_HELD]
        while waiting:
            commit = waiting.pop()
            if self.held_by[commit] == NOT_HELD:
                self.held_by[commit] = holder
                waiting += [parent for parent in self._parents[commit] if self.held_by[parent] == NOT_HELD]

    def is_integration_line(self, line: Iterable[int]) -> bool:
        """Whether the commits of a line name several requests."""
        return len({self._naming[commit] for commit in line if commit in self._naming}) >= MIN_NAMED_ON_LINE

    def _integration_side(self, merge: int) -> list[int]:
        """The line of the integration branch that a merge brings; empty if it brings none."""
        parents = self._parents[merge]
        if len(parents) != 2:
            return []
        for side in parents:
            if self.held_by[side] != NOT_HELD:
                continue
            branch = _merged_branch(self._subjects[merge])
            line = self.line_of(side, branch)
            if (branch and is_long_lived(branch)) or self.is_integration_line(line):
                return line
        return []

    def _pulls_itself(self, merge: int, name: str) -> bool:
        match = _MERGED_BRANCH.match(self._subjects[merge])
        if not (name and match and match[1] and _without_remote(match[1]) == name):
            return False
        # "Merge branch 'main' of URL" also lands the main branch of a contributor's fork
        address = re.split(r"[/:]", (match["url"] or "").casefold().removesuffix(".git"))
        return not match["url"] or "/".join(address[-2:]) == self._repository


def _merged_branch(subject: str) -> str:
    match = _MERGED_BRANCH.match(subject)
    return _without_remote(next(filter(None, (match[1], match[2], match[3])), "")) if match else ""


def _without_remote(branch: str) -> str:
    for remote in _REMOTES:
        branch = branch.removeprefix(remote)
    return branch
