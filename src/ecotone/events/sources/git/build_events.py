"""Build events, pull requests and thread bounds from a history."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events import thread_numbers
from ecotone.events.schema import APPROXIMATE, BEFORE_FIRST, EVENT_SCHEMA, EXACT, PULL_SCHEMA
from ecotone.events.sources.git.branch_lines import BranchLines, BranchRefs, find_branch_lines
from ecotone.events.sources.git.commit_graph import NOT_LANDED, CommitGraph
from ecotone.events.sources.git.history import History
from ecotone.events.sources.git.landing_forms import EXPLICIT, KINDS, RequestReference
from ecotone.events.sources.git.log_parser import LATEST_SECOND, REFERENCE_SCHEMA
from ecotone.events.sources.git.pull_requests import CommitColumns, PullRequest, reconstruct_pull_requests

SOURCE: Final = "git"
MAX_SECONDS_BEFORE_FIRST: Final = 31 * 86400
"""Seconds that an author time may precede the first commit: work may begin before its repository."""

REVIEW_KEYS: Final = frozenset({"reviewed-by", "approved-by", "acked-by"})
WEB_COMMITTERS: Final = frozenset({"noreply@github.com"})  # the web interface, not a person
_PERSON: Final = re.compile(r"[^<]*<([^<>\s]+@[^<>\s]+)>\Z")


@dataclass(frozen=True, slots=True)
class GitEvents:
    """Events and pull requests of a history.

    events      EVENT_SCHEMA
    pulls       PULL_SCHEMA
    sequence    bounds on thread numbers
    logins      pairs (login, account): owner and author of the branch of a merged request
    heads_own   whether the pull-request heads are the project's own
    landed      number of commits on the default branch
    """

    events: pa.Table
    pulls: pa.Table
    sequence: thread_numbers.NumberSequence
    logins: tuple[tuple[str, str], ...]
    heads_own: bool
    landed: int


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

    def to_event_table(self, first: int) -> pa.Table:
        """The events; times before `first` (seconds) are marked impossible."""
        count = len(self.approximate)
        moments = np.array(self.rows["created_at"], np.int64) // 1_000_000
        quality = np.where(np.array(self.approximate, bool), APPROXIMATE, EXACT).astype(object)
        quality[moments < first] = BEFORE_FIRST
        constant = {"source": SOURCE, "project": self.project, "repository": self.repository}
        columns = {
            **{name: pa.array(values, EVENT_SCHEMA.field(name).type) for name, values in self.rows.items()},
            **{name: pa.repeat(pa.scalar(value, pa.string()), count) for name, value in constant.items()},
            "timestamp_quality": pa.array(quality, pa.string()),
        }
        return pa.table([columns[name] for name in EVENT_SCHEMA.names], schema=EVENT_SCHEMA)


def build_git_events(history: History, project: str, repository: str) -> GitEvents:
    """Events, pull requests and thread bounds of one history."""
    commits, shas, position = _read_commit_columns(history)
    tip = position[_branch_tip_sha(history)]
    heads = {number: position[sha] for number, sha in history.pull_request_heads().items() if sha in position}
    lines = _read_branch_lines(history, commits, position, frozenset(heads.values()), repository)
    requests, sequence, heads_own = reconstruct_pull_requests(commits, lines, heads, repository)
    first = _first_root_time(commits, tip) - MAX_SECONDS_BEFORE_FIRST
    columns = _EventColumns(project, repository)
    _add_commit_events(columns, history, commits, requests, shas)
    _add_trailer_events(columns, history, commits, position)
    _add_request_events(columns, commits, requests, shas)
    _add_release_events(columns, history, commits, position)
    landed = sum(landing != NOT_LANDED for landing in commits.landed_by)
    return GitEvents(
        events=columns.to_event_table(first),
        pulls=_build_pull_table(requests, project, repository, first),
        sequence=sequence,
        logins=_branch_owner_logins(requests),
        heads_own=heads_own,
        landed=landed,
    )


def _read_commit_columns(history: History) -> tuple[CommitColumns, list[str], Mapping[str, int]]:
    table = history.commits
    shas = table["sha"].to_pylist()
    graph, position = CommitGraph.from_parent_shas(shas, table["parents"].to_pylist())
    landed_by = graph.find_landing_commits(position[_branch_tip_sha(history)])
    commits = CommitColumns(
        graph=graph,
        landed_by=landed_by,
        author_name=table["author_name"].to_pylist(),
        author_email=table["author_email"].to_pylist(),
        author_time=table["author_time"].to_pylist(),
        committer_email=table["committer_email"].to_pylist(),
        committer_time=table["committer_time"].to_pylist(),
        subject=table["subject"].to_pylist(),
        references=_read_references(history, position),
    )
    return commits, shas, position


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
    history: History, commits: CommitColumns, position: Mapping[str, int], heads: frozenset[int], repository: str
) -> BranchLines:
    refs = zip(history.refs["name"].to_pylist(), history.refs["sha"].to_pylist(), strict=True)
    branches: dict[str, int] = {}
    tags: dict[str, int] = {}
    for name, sha in refs:
        for prefix, chosen in (("refs/heads/", branches), ("refs/tags/", tags)):
            if name.startswith(prefix) and sha in position:
                chosen[name.removeprefix(prefix)] = position[sha]
    main_name = history.branch.removeprefix("refs/heads/")
    named = BranchRefs(branches.pop(main_name), main_name, repository, branches, tags)
    naming = {commit: found[0].number for commit, found in commits.references.items() if found[0].kind in EXPLICIT}
    return find_branch_lines(commits.graph.parents, commits.subject, commits.committer_time, named, naming, heads)


def _branch_tip_sha(history: History) -> str:
    names = history.refs["name"].to_pylist()
    return str(history.refs["sha"][names.index(history.branch)].as_py())


def _first_root_time(commits: CommitColumns, tip: int) -> int:
    """The earliest time of a root commit that reached the default branch.

    Times of 0 are ignored: git gives them if it cannot read a date.
    """
    roots = [
        moment
        for index, parents in enumerate(commits.graph.parents)
        if not parents and commits.landed_by[index] != NOT_LANDED
        for moment in (commits.author_time[index], commits.committer_time[index])
        if moment > 0
    ]
    return min(roots, default=commits.author_time[tip])


def _add_commit_events(
    columns: _EventColumns,
    history: History,
    commits: CommitColumns,
    requests: Iterable[PullRequest],
    shas: list[str],
) -> None:
    """Add the landed commits, each with the request that it landed; a commit of two or more parents is a merge."""
    threads: dict[int, list[int]] = {}
    for request in requests:
        if request.landing is not None:
            threads.setdefault(request.landing, []).append(request.number)
    offsets = history.commits["author_offset"].to_pylist()
    for index, landing in enumerate(commits.landed_by):
        if landing != NOT_LANDED:
            columns.add_event(
                f"{columns.repository}@{shas[index]}",
                "merge" if len(commits.graph.parents[index]) > 1 else "commit",
                commits.author_time[index],
                offsets[index],
                commits.author_email[index],
                thread=_thread_of_commit(commits, index, threads.get(index, ())),
                commit=shas[index],
            )


def _thread_of_commit(commits: CommitColumns, commit: int, landed: Sequence[int]) -> int | None:
    """The request that a commit landed; of several, the one that its message names."""
    named = [reference.number for reference in commits.references.get(commit, ()) if reference.number in landed]
    return next(iter((*named, *landed)), None)


def _add_trailer_events(
    columns: _EventColumns, history: History, commits: CommitColumns, position: Mapping[str, int]
) -> None:
    """Add co-authors and reviewers of landed commits, except the author."""
    offsets = history.commits["author_offset"]
    added: set[tuple[str, str, str]] = set()
    rows = zip(*(history.trailers[name].to_pylist() for name in ("sha", "key", "value")), strict=True)
    for sha, key, value in rows:
        kind = "co_author" if key == "co-authored-by" else "review" if key in REVIEW_KEYS else None
        signer = _PERSON.match(value) if kind else None
        index = position.get(sha)
        if kind is None or signer is None or index is None or commits.landed_by[index] == NOT_LANDED:
            continue
        account, author = signer[1], commits.author_email[index]
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
        )


def _add_request_events(
    columns: _EventColumns, commits: CommitColumns, requests: Iterable[PullRequest], shas: list[str]
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
    committers = history.commits["committer_email"]
    rows = zip(*(history.refs[name].to_pylist() for name in ("name", "sha", "tag_time", "tagger_email")), strict=True)
    for name, sha, moment, tagger in rows:
        index = position.get(sha)
        if name.startswith("refs/tags/") and index is not None:
            columns.add_event(
                f"{columns.repository}:{name}",
                "release",
                commits.committer_time[index] if moment is None else moment,
                0,
                tagger or committers[index].as_py(),
                commit=sha,
                approximate=moment is None,
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


def after_newest_commit(history: History, now: datetime) -> datetime:
    """One second after the newest commit of any ref, naive UTC; commits dated in the future are ignored."""
    times = history.commits["committer_time"]
    past = times.filter(pc.less(times, int(now.replace(tzinfo=UTC).timestamp())))
    newest = pc.max(past).as_py() or pc.max(times).as_py() or 0
    return datetime.fromtimestamp(min(newest + 1, LATEST_SECOND), UTC).replace(tzinfo=None)
