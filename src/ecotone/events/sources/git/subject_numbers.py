"""Parse pull-request numbers, and the logins of merges, from commit subjects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MAX_NUMBER: Final = 10_000_000  # larger numbers are ticket ids or dates of other systems

_MERGE = re.compile(r"Merge pull request #(\d{1,8}) from ([A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}))/(\S+)")
_SQUASH = re.compile(r"\((?:#|!)(\d{1,8})\)\s*\Z")


@dataclass(frozen=True, slots=True)
class PullReference:
    """The pull request that a commit lands, and the owner of its branch (merges only)."""

    number: int
    login: str | None


def parse_pull_reference(subject: str) -> PullReference | None:
    """The pull request that a subject names.

    The number in parentheses at the end is the request itself; earlier ones are references.

    >>> parse_pull_reference("fix: retry (#12) (#34)")
    PullReference(number=34, login=None)
    >>> parse_pull_reference("Merge pull request #7 from octo-org/patch-1")
    PullReference(number=7, login='octo-org')
    >>> parse_pull_reference('Revert "fix (#12)"') is None
    True
    """
    if "#" not in subject and "!" not in subject:
        return None
    if merge := _MERGE.match(subject):
        number, login = int(merge[1]), merge[2]
    elif squash := _SQUASH.search(subject):
        number, login = int(squash[1]), None
    else:
        # GitHub omits the branch if it was deleted
        bare = re.match(r"Merge pull request #(\d{1,8})\b|Merge .*\(#(\d{1,8})\)", subject)
        if not bare:
            return None
        number, login = int(bare[1] or bare[2]), None
    return PullReference(number, login) if 0 < number <= MAX_NUMBER else None
