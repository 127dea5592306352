"""Credits that a squash repeats: those of commits that its branch had merged from the default branch.

A site's squash button lists the commits of a branch and credits all their authors. If the branch had merged the default
branch, these are also commits that have landed before: whoever wrote them had no part in the squash.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

Credit = tuple[str, str]
"""The kind of an act, and an account."""

LISTED_COMMITS: Final = "listed commits"
"""The key of the lines with which a squash lists its commits; no trailer has a key with a space."""
MOST_LISTED: Final = 2_000
LEAST_TELLING: Final = 20
"""Characters of a subject without a number that identifies a commit."""

_NUMBERED: Final = re.compile(r"[(\[][#!][0-9]{1,8}[)\]]\Z")


def list_squashed_subjects(body: str) -> list[str]:
    """The subjects that a squash lists, each behind an asterisk.

    >>> list_squashed_subjects("* fix: retry (#7)\\n\\n* add  a test\\n- a point\\n")
    ['fix: retry (#7)', 'add a test']
    """
    return [" ".join(line[2:].split()) for line in body.splitlines() if line.startswith("* ")][:MOST_LISTED]


def find_repeated_credits(
    subjects: Sequence[str],
    landed_times: Mapping[int, int],
    listed: Mapping[int, Sequence[str]],
    credits_of: Mapping[int, Sequence[Credit]],
    squashed: Iterable[tuple[int, int]],
) -> dict[int, frozenset[Credit]]:
    """Squash -> the credits that it only repeats, by position; a credit of a commit that it replaced is its own.

    subjects      of all commits
    landed_times  landed commit -> its committer time, seconds
    listed        commit -> the subjects that its message lists
    credits_of    commit -> author, as an act of a co-author, and credited people
    squashed      pairs: the squash, and a commit of its branch that it replaced
    """
    commits_of_subject: defaultdict[str, list[int]] = defaultdict(list)
    wanted = {subject for squash in listed.keys() & landed_times.keys() for subject in listed[squash]}
    for commit in landed_times:
        subject = " ".join(subjects[commit].split())
        if subject in wanted:
            commits_of_subject[subject].append(commit)
    own: defaultdict[int, set[Credit]] = defaultdict(set)
    for squash, commit in squashed:
        own[squash].update(credits_of.get(commit, ()))
    repeated = {}
    for squash in listed.keys() & landed_times.keys():
        earlier = {
            credit
            for subject in listed[squash]
            if _identifies_commit(subject, commits_of_subject[subject])
            for commit in commits_of_subject[subject]
            if commit != squash and landed_times[commit] <= landed_times[squash]
            for credit in credits_of.get(commit, ())
        }
        repeated[squash] = frozenset(earlier - own[squash])
    return repeated


def _identifies_commit(subject: str, commits: Sequence[int]) -> bool:
    """Whether a subject is that of one commit: by the number of its request, or by its length."""
    return _NUMBERED.search(subject) is not None or (len(commits) == 1 and len(subject) >= LEAST_TELLING)
