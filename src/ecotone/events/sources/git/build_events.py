"""Build events, pull requests and thread bounds from a history."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from ecotone.events import thread_numbers
from ecotone.events.schema import AFTER_OBSERVED, APPROXIMATE, BEFORE_FIRST, EVENT_SCHEMA, EXACT, PULL_SCHEMA
from ecotone.events.signed_accounts import is_shared_address, repair_address
from ecotone.events.sources.git.branch_lines import BranchLines, BranchRefs, find_branch_lines
from ecotone.events.sources.git.commit_graph import NOT_LANDED
from ecotone.events.sources.git.credit_lines import CO_AUTHOR_KEYS, DEFAULT_AUTHOR_LINES
from ecotone.events.sources.git.history import History, accounts_by_signature, with_accounts
from ecotone.events.sources.git.landed_history import LandedHistory, find_landed_history
from ecotone.events.sources.git.landing_forms import EXPLICIT, KINDS, RequestReference
from ecotone.events.sources.git.log_parser import REFERENCE_SCHEMA
from ecotone.events.sources.git.plausible_dates import CLOCK_SKEW, MAX_SECONDS_BEFORE_FIRST
from ecotone.events.sources.git.pull_requests import CommitColumns, PullRequest, reconstruct_pull_requests
from ecotone.events.sources.git.release_tags import Tag, group_releases
from ecotone.events.sources.git.repeated_credits import LISTED_COMMITS, Credit, find_repeated_credits
from ecotone.events.sources.git.write_access import OwnRefs, access_table, find_access_acts

SOURCE: Final = "git"
SQUASHED_SCHEMA: Final = pa.schema([("landing", pa.string()), ("sha", pa.string())])
"""Commits of branches that a squash replaced, and the commit that landed in their place; by request, oldest first."""

REVIEW_KEYS: Final = frozenset({"reviewed-by", "approved-by", "acked-by"})
TAGS: Final = "refs/tags/"
WEB_COMMITTERS: Final = frozenset({"noreply@github.com"})  # the web interface, not a person
_PERSON: Final = re.compile(r"([^<]*)<([^<>\s@]+@[^<>\s]+|)>\Z")


@dataclass(frozen=True, slots=True)
class GitEvents:
    """Events and pull requests of a history.

    events      EVENT_SCHEMA
    pulls       PULL_SCHEMA
    sequence    bounds on thread numbers
    logins      pairs (login, account): owner and author of the branch of a merged request
    heads_own   whether the pull-request heads are the project's own
    found       the commits that landed on the default branch and on older lines
    squashed    SQUASHED_SCHEMA
    access      write_access.ACCESS_SCHEMA: acts that need write access
    """

    events: pa.Table
    pulls: pa.Table
    sequence: thread_numbers.NumberSequence
    logins: tuple[tuple[str, str], ...]
    heads_own: bool
    landed_history: LandedHistory
    squashed: pa.Table
    access: pa.Table


class _EventColumns:
    """Events being collected, column by column."""

    def __init__(self, project: str, repository: str) -> None:
        self.project = project
        self.repository = repository
        self.rows: dict[str, list[object]] = {
            name: []
            for name in EVENT_SCHEMA.names
            if name not in ("source", "project", "repository", "timestamp_quality")
        }
        self.approximate: list[bool] = []
        self.undated: list[bool] = []

    def add_event(
        self,
        event_id: str,
        kind: str,
        second: int,
        offset: int,
        account: str,
        *,
        other_account: str | None = None,
        thread: int | None = None,
        commit: str | None = None,
        approximate: bool = False,
        undated: bool = False,
    ) -> None:
        rows = self.rows
        rows["event_id"].append(event_id)
        rows["kind"].append(kind)
        rows["created_at"].append(second * 1_000_000)
        rows["utc_offset_minutes"].append(offset)
        rows["account"].append(account)
        rows["other_account"].append(other_account)
        rows["thread"].append(thread)
        rows["commit"].append(commit)
        self.approximate.append(approximate)
        self.undated.append(undated)

    def to_event_table(self, first: int) -> pa.Table:
        """The events; times before `first` (seconds) and those of undated commits are marked impossible."""
        count = len(self.approximate)
        moments = np.array(self.rows["created_at"], np.int64) // 1_000_000
        quality = np.where(np.array(self.approximate, bool), APPROXIMATE, EXACT).astype(object)
        quality[np.array(self.undated, bool)] = AFTER_OBSERVED
        quality[moments < first] = BEFORE_FIRST
        constant = {"source": SOURCE, "project": self.project, "repository": self.repository}
        columns = {
            **{name: pa.array(values, EVENT_SCHEMA.field(name).type) for name, values in self.rows.items()},
            **{name: pa.repeat(pa.scalar(value, pa.string()), count) for name, value in constant.items()},
            "timestamp_quality": pa.array(quality, pa.string()),
        }
        return pa.table([columns[name] for name in EVENT_SCHEMA.names], schema=EVENT_SCHEMA)


def build_git_events(
    history: History, project: str, repository: str, author_lines: Sequence[str] | None = None
) -> GitEvents:
    """Events, pull requests and thread bounds of one history.

    author_lines  keys of lines in messages that name an author, who counts as a co-author; None: the usual ones
    """
    landed_history = find_landed_history(history)
    commits, shas, position = (
        _read_commit_columns(history, landed_history),
        landed_history.shas,
        landed_history.position,
    )
    heads = {number: position[sha] for number, sha in history.pull_request_heads().items() if sha in position}
    lines = _read_branch_lines(history, commits, landed_history, frozenset(heads.values()), repository)
    requests, sequence, heads_own = reconstruct_pull_requests(
        commits, lines, heads, repository, own_numbers=history.has_own_numbers()
    )
    first = landed_history.dates.first - MAX_SECONDS_BEFORE_FIRST
    columns = _EventColumns(project, repository)
    _add_commit_events(columns, history, commits, requests, landed_history)
    squashed = find_squashed_commits(commits, requests)
    credit_keys = CO_AUTHOR_KEYS | frozenset(DEFAULT_AUTHOR_LINES if author_lines is None else author_lines)
    _add_trailer_events(columns, history, commits, landed_history, credit_keys, squashed)
    _add_request_events(columns, commits, requests, shas)
    _add_release_events(columns, history, commits, position)
    access = find_access_acts(commits, lines, requests, _read_own_refs(history, position), repository, heads_own)
    return GitEvents(
        events=columns.to_event_table(first),
        pulls=_build_pull_table(requests, project, repository, first),
        sequence=sequence,
        logins=_branch_owner_logins(requests),
        heads_own=heads_own,
        landed_history=landed_history,
        squashed=pa.table(
            [
                pa.array([landed_history.shas[landing] for landing, _ in squashed], pa.string()),
                pa.array([landed_history.shas[commit] for _, commit in squashed], pa.string()),
            ],
            schema=SQUASHED_SCHEMA,
        ),
        access=access_table(access, project, repository, shas),
    )


def _read_own_refs(history: History, position: Mapping[str, int]) -> OwnRefs:
    """The served branches, and the taggers of annotated tags whose address is somebody's own."""
    branches: dict[str, int] = {}
    taggers: list[tuple[int, int, str]] = []
    rows = zip(*(history.refs[name].to_pylist() for name in ("name", "sha", "tag_time", "tagger_email")), strict=True)
    for name, sha, tag_time, tagger in rows:
        if sha not in position:
            continue
        if name.startswith("refs/heads/") and name != history.branch:
            branches[name.removeprefix("refs/heads/")] = position[sha]
        elif name.startswith(TAGS) and tag_time is not None:
            address = repair_address(tagger or "")
            if not is_shared_address(address):
                taggers.append((position[sha], tag_time, address))
    return OwnRefs(history.branch.removeprefix("refs/heads/"), branches, taggers)


def find_squashed_commits(commits: CommitColumns, requests: Iterable[PullRequest]) -> list[tuple[int, int]]:
    """The commits of merged requests that did not land themselves, each as (the commit that landed instead, commit).

    A commit that was rebased or copied landed itself: another commit than the squash has its author and its date.
    """
    landed = [index for index, landing in enumerate(commits.landed_by) if landing != NOT_LANDED]
    brought: dict[int, list[int]] = {}
    for index in landed:
        if commits.landed_by[index] != index:
            brought.setdefault(commits.landed_by[index], []).append(index)
    replaced = [
        (target, request.own_commits)
        for request in requests
        if request.landing is not None
        and request.own_commits
        and (target := _squash_of_landing(commits, brought, request.landing, request.own_commits)) is not None
    ]
    landed_as: dict[tuple[str, int], set[int]] = {}
    for index in landed:
        landed_as.setdefault((commits.author_email[index], commits.author_time[index]), set()).add(index)
    return [
        (target, commit)
        for target, own in replaced
        for commit in reversed(own)
        if commits.landed_by[commit] == NOT_LANDED
        and landed_as.get((commits.author_email[commit], commits.author_time[commit]), set()) <= {target}
    ]


def _squash_of_landing(
    commits: CommitColumns, brought: Mapping[int, Sequence[int]], landing: int, own: Sequence[int]
) -> int | None:
    """The commit that a request was squashed to: the landing, or the only other commit that a merge brought."""
    if len(commits.graph.parents[landing]) < 2:
        return landing
    others = brought.get(landing, ())
    return others[0] if len(others) == 1 and others[0] not in own else None


def _read_commit_columns(history: History, landed_history: LandedHistory) -> CommitColumns:
    table = with_accounts(history.commits, history.identities)
    return CommitColumns(
        graph=landed_history.graph,
        landed_by=landed_history.landed_by,
        author_name=table["author_name"].to_pylist(),
        author_email=table["author_email"].to_pylist(),
        author_time=landed_history.dates.author.tolist(),
        committer_email=table["committer_email"].to_pylist(),
        committer_time=landed_history.dates.committer.tolist(),
        subject=table["subject"].to_pylist(),
        references=_read_references(history, landed_history.position),
    )


def _read_references(history: History, position: Mapping[str, int]) -> dict[int, list[RequestReference]]:
    """Commit -> the pull requests and issues that its message names, strongest first."""
    references: dict[int, list[RequestReference]] = {}
    rows = zip(*(history.references[name].to_pylist() for name in REFERENCE_SCHEMA.names), strict=True)
    for sha, number, kind, form, named_repository in rows:
        references.setdefault(position[sha], []).append(RequestReference(number, kind, form, named_repository))
    for named in references.values():
        named.sort(key=lambda reference: KINDS.index(reference.kind))
    return references


def _read_branch_lines(
    history: History, commits: CommitColumns, landed_history: LandedHistory, heads: frozenset[int], repository: str
) -> BranchLines:
    refs = zip(history.refs["name"].to_pylist(), history.refs["sha"].to_pylist(), strict=True)
    branches: dict[str, int] = {}
    tags: dict[str, int] = {}
    for name, sha in refs:
        for prefix, chosen in (("refs/heads/", branches), ("refs/tags/", tags)):
            if name.startswith(prefix) and sha in landed_history.position:
                chosen[name.removeprefix(prefix)] = landed_history.position[sha]
    main_name = history.branch.removeprefix("refs/heads/")
    older = [tip for line in landed_history.older for tip in line.tips]
    named = BranchRefs(branches.pop(main_name), main_name, repository, branches, tags, older)
    naming = {
        commit: landed_history[0].number
        for commit, landed_history in commits.references.items()
        if landed_history[0].kind in EXPLICIT
    }
    return find_branch_lines(commits.graph.parents, commits.subject, commits.committer_time, named, naming, heads)


def _add_commit_events(
    columns: _EventColumns,
    history: History,
    commits: CommitColumns,
    requests: Iterable[PullRequest],
    landed_history: LandedHistory,
) -> None:
    """Add the landed commits, each with the request that it landed; a commit of two or more parents is a merge."""
    threads: dict[int, list[int]] = {}
    for request in requests:
        if request.landing is not None:
            threads.setdefault(request.landing, []).append(request.number)
    offsets = history.commits["author_offset"].to_pylist()
    exact, dated = landed_history.dates.exact.tolist(), landed_history.dates.dated.tolist()
    for index, landing in enumerate(commits.landed_by):
        if landing != NOT_LANDED:
            columns.add_event(
                f"{columns.repository}@{landed_history.shas[index]}",
                "merge" if len(commits.graph.parents[index]) > 1 else "commit",
                commits.author_time[index],
                offsets[index],
                commits.author_email[index],
                thread=_thread_of_commit(commits, index, threads.get(index, ())),
                commit=landed_history.shas[index],
                approximate=not exact[index],
                undated=not dated[index],
            )


def _thread_of_commit(commits: CommitColumns, commit: int, landed: Sequence[int]) -> int | None:
    """The request that a commit landed; of several, the one that its message names."""
    named = [reference.number for reference in commits.references.get(commit, ()) if reference.number in landed]
    return next(iter((*named, *landed)), None)


def _add_trailer_events(
    columns: _EventColumns,
    history: History,
    commits: CommitColumns,
    landed_history: LandedHistory,
    co_author_keys: frozenset[str],
    squashed: Sequence[tuple[int, int]],
) -> None:
    """Add co-authors and reviewers of landed commits and of the commits squashed in them, except the author.

    Credits that a squash repeats of commits which had landed before are left out.
    """
    offsets = history.commits["author_offset"]
    accounts = accounts_by_signature(history.identities)
    authors = dict(zip(map(str.casefold, commits.author_name), commits.author_email, strict=True))
    added: set[tuple[str, str, str]] = set()
    credited: dict[int, list[Credit]] = {}
    listed: dict[int, list[str]] = {}
    rows = zip(*(history.trailers[name].to_pylist() for name in ("sha", "key", "value")), strict=True)
    for sha, key, value in rows:
        kind = "co_author" if key in co_author_keys else "review" if key in REVIEW_KEYS else None
        signer = _PERSON.match(value) if kind else None
        index = landed_history.position.get(sha)
        if key == LISTED_COMMITS and index is not None:
            listed[index] = value.splitlines()
        if kind is not None and signer is not None and index is not None:
            name, address = signer[1].strip(), signer[2]
            account = accounts.get((name, address), address) if address else authors.get(name.casefold())
            if account is not None:
                credited.setdefault(index, []).append((kind, account))
    repeated = _find_repeated_credits(commits, listed, credited, squashed)
    own = ((index, *credit) for index, named in credited.items() for credit in named)
    of_branches = ((landing, *credit) for landing, commit in squashed for credit in credited.get(commit, ()))
    for index, kind, account in (*own, *of_branches):
        if commits.landed_by[index] == NOT_LANDED or (kind, account.casefold()) in repeated.get(index, ()):
            continue
        sha, author = landed_history.shas[index], commits.author_email[index]
        act = (sha, kind, account.casefold())
        if act in added or account.casefold() == author.casefold():
            continue
        added.add(act)
        columns.add_event(
            f"{columns.repository}@{sha}#{kind}:{account}",
            kind,
            commits.author_time[index],
            offsets[index].as_py(),
            account,
            other_account=author,
            commit=sha,
            approximate=not landed_history.dates.exact[index],
            undated=not landed_history.dates.dated[index],
        )


def _find_repeated_credits(
    commits: CommitColumns,
    listed: Mapping[int, Sequence[str]],
    credited: Mapping[int, Sequence[Credit]],
    squashed: Iterable[tuple[int, int]],
) -> Mapping[int, frozenset[Credit]]:
    """The credits of each squash that are those of commits which had landed before."""
    if not listed:
        return {}
    landed = {
        index: commits.committer_time[index]
        for index, landing in enumerate(commits.landed_by)
        if landing != NOT_LANDED and len(commits.graph.parents[index]) < 2
    }
    of_commits = {
        index: [
            ("co_author", author.casefold()),
            *((kind, account.casefold()) for kind, account in credited.get(index, ())),
        ]
        for index, author in enumerate(commits.author_email)
    }
    return find_repeated_credits(commits.subject, landed, listed, of_commits, squashed)


def _add_request_events(
    columns: _EventColumns, commits: CommitColumns, requests: Iterable[PullRequest], shas: Sequence[str]
) -> None:
    for request in requests:
        identifier = f"{columns.repository}#{request.number}"
        account = request.account or ""
        if request.opened is not None:
            head = None if request.head is None else shas[request.head]
            columns.add_event(
                f"{identifier}:pull_opened", "pull_opened", request.opened, 0, account,
                thread=request.number, commit=head, approximate=True,
            )  # fmt: skip
        if request.merged is not None and request.landing is not None:
            columns.add_event(
                f"{identifier}:pull_merged", "pull_merged", request.merged, 0, account,
                other_account=_merger_account(commits, request), thread=request.number, commit=shas[request.landing],
                approximate=True,
            )  # fmt: skip


def _merger_account(commits: CommitColumns, request: PullRequest) -> str | None:
    """The account that merged a request: the author of its merge commit, if there is one."""
    landing = request.landing
    if landing is None or len(commits.graph.parents[landing]) < 2:
        return None
    merger = commits.author_email[landing]
    return None if merger in WEB_COMMITTERS else merger


def _add_release_events(
    columns: _EventColumns, history: History, commits: CommitColumns, position: Mapping[str, int]
) -> None:
    """Add one release for each publication; see `release_tags`."""
    committers = commits.committer_email
    rows = zip(*(history.refs[name].to_pylist() for name in ("name", "sha", "tag_time", "tagger_email")), strict=True)
    tags: list[Tag] = []
    tagged: dict[str, tuple[bool, str]] = {}
    for name, sha, tag_time, tagger in rows:
        index = position.get(sha)
        if name.startswith(TAGS) and index is not None:
            committed = commits.committer_time[index]
            # a tag cannot be older than its commit
            is_known = tag_time is not None and tag_time >= committed - CLOCK_SKEW
            tag = Tag(name.removeprefix(TAGS), sha, tag_time if is_known else committed, committed)
            tags.append(tag)
            address = repair_address(tagger or "")
            tagged[tag.name] = (is_known, committers[index] if is_shared_address(address) else address)
    for release in group_releases(tags, columns.repository):
        tag = release.tags[0]
        is_known, account = tagged[tag.name]
        columns.add_event(
            f"{columns.repository}:{TAGS}{tag.name}",
            "release",
            release.time,
            0,
            account,
            commit=tag.commit,
            approximate=not is_known,
        )


def _build_pull_table(requests: list[PullRequest], project: str, repository: str, first: int) -> pa.Table:
    def usable_microseconds(second: int | None) -> int | None:
        return second * 1_000_000 if second is not None and second >= first else None

    columns = {
        "project": [project] * len(requests),
        "repository": [repository] * len(requests),
        "number": [request.number for request in requests],
        "opened_at": [usable_microseconds(request.opened) for request in requests],
        "merged_at": [usable_microseconds(request.merged) for request in requests],
        "first_commit_at": [usable_microseconds(request.first_own) for request in requests],
        "last_commit_at": [usable_microseconds(request.last_own) for request in requests],
        "account": [request.account for request in requests],
        "has_head": [request.head is not None for request in requests],
        "evidence": [request.evidence for request in requests],
    }
    return pa.table([pa.array(columns[field.name], field.type) for field in PULL_SCHEMA], schema=PULL_SCHEMA)


def _branch_owner_logins(requests: Iterable[PullRequest]) -> tuple[tuple[str, str], ...]:
    pairs = {(request.login, request.account) for request in requests if request.login and request.account}
    return tuple(sorted((str(login), str(account)) for login, account in pairs))
