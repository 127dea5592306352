"""The refs under which forges keep the heads of requests.

The landing of a request is recognised by its head, in the same way for all of them (`landing_rules`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class RequestRefs:
    """How one family of forges names the heads of requests.

    forges       who names them so
    folder       the folder of refs; all of it is fetched
    pattern      of a head, with the groups `number` and, where a request has several heads, `version`
    own_numbers  whether each repository has a sequence of numbers of its own
    """

    forges: str
    folder: str
    pattern: re.Pattern[str]
    own_numbers: bool = True


_NUMBER: Final = r"(?P<number>\d{1,8})"

REQUEST_REFS: Final = (
    RequestRefs("GitHub, Gitea, Forgejo, Codeberg, Gitee", "refs/pull", re.compile(rf"refs/pull/{_NUMBER}/head\Z")),
    RequestRefs("GitLab, GitCode", "refs/merge-requests", re.compile(rf"refs/merge-requests/{_NUMBER}/head\Z")),
    RequestRefs("Bitbucket Data Center", "refs/pull-requests", re.compile(rf"refs/pull-requests/{_NUMBER}/from\Z")),
    # the first folder is the number's last two digits; a server numbers the changes of all its repositories together
    RequestRefs("Gerrit", "refs/changes", re.compile(rf"refs/changes/\d\d/{_NUMBER}/(?P<version>\d{{1,5}})\Z"), False),
)  # fmt: skip
"""sr.ht and Bitbucket Cloud offer no heads."""

_VERSIONED: Final = tuple(f"{kind.folder}/" for kind in REQUEST_REFS if "version" in kind.pattern.groupindex)
"""Where requests have several heads."""


@dataclass(frozen=True, slots=True)
class RequestHead:
    """What the name of a ref says: which request, and which version of it (0: the only one)."""

    number: int
    version: int
    own_numbers: bool


def parse_request_head(name: str) -> RequestHead | None:
    """The request whose head a ref is; None for any other ref.

    >>> parse_request_head("refs/merge-requests/7/head")
    RequestHead(number=7, version=0, own_numbers=True)
    >>> parse_request_head("refs/changes/45/12345/3").version, parse_request_head("refs/changes/45/12345/meta")
    (3, None)
    """
    for kind in REQUEST_REFS:
        if match := kind.pattern.match(name):
            return RequestHead(int(match["number"]), int(match.groupdict().get("version") or 0), kind.own_numbers)
    return None


def is_kept_ref(name: str) -> bool:
    """Whether a ref is read: a branch, a tag, or the head of a request."""
    return name.startswith(("refs/heads/", "refs/tags/")) or any(kind.pattern.match(name) for kind in REQUEST_REFS)


def without_older_versions(refs: Mapping[str, str]) -> dict[str, str]:
    """The refs without the versions of a request that a newer one replaced."""
    versions = {
        name: head for name in refs if name.startswith(_VERSIONED) and (head := parse_request_head(name)) is not None
    }
    newest: dict[int, tuple[int, str]] = {}
    for name, head in versions.items():
        newest[head.number] = max(newest.get(head.number, (0, "")), (head.version, name))
    newest_names = {name for _, name in newest.values()}
    return {name: sha for name, sha in refs.items() if name not in versions or name in newest_names}
