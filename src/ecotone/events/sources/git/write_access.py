"""Find acts that only somebody with write access to a repository can do; `GROUNDS` lists their kinds.

A landing whose committer is the web interface, a bot or no one in particular has no known lander: it is a row without
an account, so that readers can tell how many landings are attributable.

Pull-request heads and other branches are evidence only if they are the project's own; those of a fork say who may
write to the fork.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from ecotone.events.sources.git.branch_lines import BranchLines, is_long_lived, is_temporary
from ecotone.events.sources.git.landing_forms import parse_branch_owner
from ecotone.events.sources.git.landing_rules import WEB_COMMITTERS
from ecotone.events.sources.git.pull_requests import CommitColumns, PullRequest

MERGED: Final = "merged a branch"
COMMITTED: Final = "committed another's work"
PUSHED: Final = "pushed to the default branch"
BRANCH: Final = "worked on a branch of the repository"
UPDATED: Final = "updated another's pull request"
REVERTED: Final = "reverted with the site's button"
TAGGED: Final = "tagged a commit"
LISTED: Final = "listed as a maintainer"
LANDED: Final = "landed"
GROUNDS: Final = (MERGED, COMMITTED, PUSHED, BRANCH, UPDATED, REVERTED, TAGGED, LISTED)
"""Kinds of evidence of write access; a file of the tree gives LISTED. LANDED is a landing without a known lander."""

ACCESS_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("repository", pa.string()),
        ("created_at", pa.timestamp("us")),
        ("account", pa.string()),
        ("other_account", pa.string()),
        ("ground", pa.string()),
        ("commit", pa.string()),
    ]
)
"""One act that needs write access: who did it, and the author of the work it was done to (NULL: his own)."""

_PULLED_BRANCH: Final = re.compile(
    r"Merge branch '([^']{1,200})' of (?P<url>\S{1,300}) into (?P<into>\S{1,200})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class AccessAct:
    """An act that needs write access; `second` since 1970, `account` None if it is unknown who did it."""

    second: int
    account: str | None
    other_account: str | None
    ground: str
    commit: int


@dataclass(frozen=True, slots=True)
class OwnRefs:
    """The served refs of a repository.

    main_name  short name of the default branch
    branches   short name -> tip, without the default branch
    taggers    (commit, second, address) of each annotated tag
    """

    main_name: str
    branches: Mapping[str, int]
    taggers: Sequence[tuple[int, int, str]]


def find_access_acts(
    commits: CommitColumns,
    lines: BranchLines,
    requests: Sequence[PullRequest],
    refs: OwnRefs,
    repository: str,
    heads_own: bool,
) -> list[AccessAct]:
    """Every act that needs write access, by time.

    heads_own  whether the pull-request heads, and so the branches, are the project's own
    """
    own = {commit for request in requests if heads_own for commit in request.own_commits}
    line = [
        commit
        for commit, holder in enumerate(lines.held_by)
        if holder == commit and lines.on_main[commit] and commit not in own
    ]
    acts = [_landing_act(commits, lines, commit) for commit in line]
    acts += _merged_branch_acts(commits, line, repository)
    acts += [
        AccessAct(second, address, None, TAGGED, commit)
        for commit, second, address in refs.taggers
        if _is_personal(address)
    ]
    if heads_own:
        acts += _branch_tip_acts(commits, refs, lines)
        acts += _pulled_branch_acts(commits, refs.main_name, repository)
        for request in requests:
            acts += _request_acts(commits, request)
    return sorted(acts, key=lambda act: (act.second, act.commit, GROUNDS.index(act.ground) if act.account else -1))


def access_table(acts: Iterable[AccessAct], project: str, repository: str, shas: Sequence[str]) -> pa.Table:
    """The acts as ACCESS_SCHEMA."""
    listed = list(acts)
    columns = {
        "project": [project] * len(listed),
        "repository": [repository] * len(listed),
        "created_at": [act.second * 1_000_000 for act in listed],
        "account": [act.account for act in listed],
        "other_account": [act.other_account for act in listed],
        "ground": [act.ground for act in listed],
        "commit": [shas[act.commit] for act in listed],
    }
    return pa.table([pa.array(columns[field.name], field.type) for field in ACCESS_SCHEMA], schema=ACCESS_SCHEMA)


def _landing_act(commits: CommitColumns, lines: BranchLines, commit: int) -> AccessAct:
    """What a commit of the default branch's line shows of who put it there.

    A merge that pulls the branch itself, so that the line continues at a later parent, is a push of its author.
    """
    author, committer = commits.author_email[commit], commits.committer_email[commit]
    second, parents = commits.committer_time[commit], commits.graph.parents[commit]
    if len(parents) > 1:
        pulls_itself = lines.held_by[parents[0]] == commit or lines.merged_at.get(parents[0]) == commit
        brought = author if pulls_itself else commits.author_email[parents[-1]]
        if not _is_personal(author):
            return AccessAct(second, None, brought, LANDED, commit)
        return AccessAct(second, author, None if brought == author else brought, MERGED, commit)
    if not _is_personal(committer):
        return AccessAct(second, None, author, LANDED, commit)
    if committer == author:
        return AccessAct(second, author, None, PUSHED, commit)
    return AccessAct(second, committer, author, COMMITTED, commit)


def _merged_branch_acts(commits: CommitColumns, line: Iterable[int], repository: str) -> Iterator[AccessAct]:
    """Authors of the last commits of merged branches that were the repository's own."""
    owner = repository.casefold().rpartition("/")[0]
    for commit in line:
        parents = commits.graph.parents[commit]
        if len(parents) == 2 and (parse_branch_owner(commits.subject[commit]) or "").casefold() == owner:
            yield from _tip_act(commits, parents[1])


def _branch_tip_acts(commits: CommitColumns, refs: OwnRefs, lines: BranchLines) -> Iterator[AccessAct]:
    """Those who put the last commit on a served branch."""
    for name, tip in refs.branches.items():
        if not lines.on_main[tip] and not is_temporary(name):
            yield from _tip_act(commits, tip)


def _tip_act(commits: CommitColumns, tip: int) -> Iterator[AccessAct]:
    committer = commits.committer_email[tip]
    account = commits.author_email[tip] if committer.casefold() in WEB_COMMITTERS else committer
    if _is_personal(account):
        yield AccessAct(commits.committer_time[tip], account, None, BRANCH, tip)


def _pulled_branch_acts(commits: CommitColumns, main_name: str, repository: str) -> Iterator[AccessAct]:
    """Those who pulled a branch of the repository, other than a long-lived one, into their copy of it."""
    ending = "/" + repository.casefold()
    for commit, subject in enumerate(commits.subject):
        if not subject.startswith("Merge branch '") or len(commits.graph.parents[commit]) != 2:
            continue
        match = _PULLED_BRANCH.match(subject)
        if match is None or match[1] != match["into"] or match[1] == main_name or is_long_lived(match[1]):
            continue
        path = "/" + match["url"].casefold().removesuffix(".git").replace(":", "/")
        account = commits.author_email[commit]
        if path.endswith(ending) and _is_personal(account):
            yield AccessAct(commits.committer_time[commit], account, None, BRANCH, commit)


def _request_acts(commits: CommitColumns, request: PullRequest) -> Iterator[AccessAct]:
    """What the commits of a request show: others who pressed its button "Update branch", and the button "Revert"."""
    own = request.own_commits
    if not own:
        return
    parents = commits.graph.parents
    writers = {commits.author_email[commit] for commit in own if len(parents[commit]) < 2}
    for commit in own:
        author = commits.author_email[commit]
        by_site = commits.committer_email[commit].casefold() in WEB_COMMITTERS
        if not by_site or not _is_personal(author):
            continue
        if len(parents[commit]) == 2 and writers and author not in writers:
            yield AccessAct(commits.committer_time[commit], author, request.account, UPDATED, commit)
        elif len(own) == 1 and len(parents[commit]) == 1 and commits.subject[commit].startswith('Revert "'):
            yield AccessAct(commits.committer_time[commit], author, None, REVERTED, commit)


def _is_personal(address: str) -> bool:
    return bool(address) and address.casefold() not in WEB_COMMITTERS
