"""Build events, pull requests and thread bounds from a history."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import compress
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events import numbering
from ecotone.events.schema import APPROXIMATE, BEFORE_FIRST, EVENT_SCHEMA, EXACT, PULL_SCHEMA
from ecotone.events.sources.git.graph import NOT_LANDED, CommitGraph
from ecotone.events.sources.git.history import History
from ecotone.events.sources.git.log import LATEST_SECOND
from ecotone.events.sources.git.numbers import named_by
from ecotone.events.sources.git.pulls import Commits, PullRequest, read_pulls

SOURCE: Final = "git"
GRACE: Final = 31 * 86400
"""Seconds that an author time may precede the first commit: work may begin before its repository."""

REVIEW_KEYS: Final = frozenset({"reviewed-by", "approved-by", "acked-by"})
WEB_COMMITTERS: Final = frozenset({"noreply@github.com"})  # the web interface, not a person
_PERSON: Final = re.compile(r"[^<]*<([^<>\s]+@[^<>\s]+)>\Z")


@dataclass(frozen=True, slots=True)
class Acts:
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
    sequence: numbering.Sequence
    logins: tuple[tuple[str, str], ...]
    heads_own: bool
    landed: int


class _Columns:
    """Events being collected, column by column."""

    def __init__(self, project: str, repository: str) -> None:
        self.project = project
        self.repository = repository
        self.rows: dict[str, list[object]] = {
            name: [] for name in EVENT_SCHEMA.names if name not in ("source", "project", "repository", "time_quality")
        }
        self.approximate: list[bool] = []

    def add(
        self,
        event_id: str,
        kind: str,
        second: int,
        offset: int,
        account: str,
        *,
        counterpart: str | None = None,
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
        rows["counterpart"].append(counterpart)
        rows["thread"].append(thread)
        rows["commit"].append(commit)
        self.approximate.append(approximate)

    def table(self, first: int) -> pa.Table:
        """The events; times before `first` (seconds) are marked impossible."""
        count = len(self.approximate)
        moments = np.array(self.rows["created_at"], np.int64) // 1_000_000
        quality = np.where(np.array(self.approximate, bool), APPROXIMATE, EXACT).astype(object)
        quality[moments < first] = BEFORE_FIRST
        constant = {"source": SOURCE, "project": self.project, "repository": self.repository}
        columns = {
            **{name: pa.array(values, EVENT_SCHEMA.field(name).type) for name, values in self.rows.items()},
            **{name: pa.repeat(pa.scalar(value, pa.string()), count) for name, value in constant.items()},
            "time_quality": pa.array(quality, pa.string()),
        }
        return pa.table([columns[name] for name in EVENT_SCHEMA.names], schema=EVENT_SCHEMA)


def read_acts(history: History, project: str, repository: str) -> Acts:
    """Events, pull requests and thread bounds of one history."""
    commits, shas, position = _commits(history)
    tip = position[_tip(history)]
    heads = {number: position[sha] for number, sha in history.request_heads().items() if sha in position}
    requests, sequence, own = read_pulls(commits, heads)
    first = _first_moment(commits, tip) - GRACE
    columns = _Columns(project, repository)
    _add_commits(columns, history, commits, shas)
    _add_trailers(columns, history, commits, position)
    _add_requests(columns, commits, requests, shas)
    _add_releases(columns, history, commits, position)
    landed = sum(bringer != NOT_LANDED for bringer in commits.landed_by)
    return Acts(
        events=columns.table(first),
        pulls=_pull_table(requests, project, repository, first),
        sequence=sequence,
        logins=_logins(requests),
        heads_own=own,
        landed=landed,
    )


def _commits(history: History) -> tuple[Commits, list[str], Mapping[str, int]]:
    table = history.commits
    shas = table["sha"].to_pylist()
    graph, position = CommitGraph.of(shas, table["parents"].to_pylist())
    landed_by = graph.landings(position[_tip(history)])
    subjects = table["subject"].to_pylist()
    named = {
        index: found
        for index in compress(range(len(shas)), (bringer != NOT_LANDED for bringer in landed_by))
        if (found := named_by(subjects[index]))
    }
    commits = Commits(
        graph=graph,
        landed_by=landed_by,
        author_time=table["author_time"].to_pylist(),
        author_email=table["author_email"].to_pylist(),
        committer_time=table["committer_time"].to_pylist(),
        named=named,
    )
    return commits, shas, position


def _tip(history: History) -> str:
    names = history.refs["name"].to_pylist()
    return str(history.refs["sha"][names.index(history.branch)].as_py())


def _first_moment(commits: Commits, tip: int) -> int:
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


def _add_commits(columns: _Columns, history: History, commits: Commits, shas: list[str]) -> None:
    offsets = history.commits["author_offset"].to_pylist()
    for index, bringer in enumerate(commits.landed_by):
        if bringer != NOT_LANDED:
            named = commits.named.get(index)
            columns.add(
                f"{columns.repository}@{shas[index]}",
                "commit",
                commits.author_time[index],
                offsets[index],
                commits.author_email[index],
                thread=named.number if named else None,
                commit=shas[index],
            )


def _add_trailers(columns: _Columns, history: History, commits: Commits, position: Mapping[str, int]) -> None:
    """Add co-authors and reviewers of landed commits, except the author."""
    offsets = history.commits["author_offset"]
    seen: set[tuple[str, str, str]] = set()
    rows = zip(*(history.trailers[name].to_pylist() for name in ("sha", "key", "value")), strict=True)
    for sha, key, value in rows:
        kind = "co_author" if key == "co-authored-by" else "review" if key in REVIEW_KEYS else None
        signer = _PERSON.match(value) if kind else None
        index = position.get(sha)
        if kind is None or signer is None or index is None or commits.landed_by[index] == NOT_LANDED:
            continue
        account, author = signer[1], commits.author_email[index]
        act = (sha, kind, account.casefold())
        if act in seen or account.casefold() == author.casefold():
            continue
        seen.add(act)
        columns.add(
            f"{columns.repository}@{sha}#{kind}:{account}",
            kind,
            commits.author_time[index],
            offsets[index].as_py(),
            account,
            counterpart=author,
            commit=sha,
        )


def _add_requests(columns: _Columns, commits: Commits, requests: Iterable[PullRequest], shas: list[str]) -> None:
    for request in requests:
        identifier = f"{columns.repository}#{request.number}"
        account = request.account or ""
        if request.opened is not None:
            head = None if request.head is None else shas[request.head]
            columns.add(
                f"{identifier}:pull_opened", "pull_opened", request.opened, 0, account,
                thread=request.number, commit=head, approximate=True,
            )  # fmt: skip
        if request.merged is not None and request.landing is not None:
            columns.add(
                f"{identifier}:pull_merged", "pull_merged", request.merged, 0, account,
                counterpart=_merger(commits, request), thread=request.number, commit=shas[request.landing],
                approximate=True,
            )  # fmt: skip


def _merger(commits: Commits, request: PullRequest) -> str | None:
    """The account that merged a request: the author of its merge commit, if there is one."""
    landing = request.landing
    if landing is None or len(commits.graph.parents[landing]) < 2:
        return None
    merger = commits.author_email[landing]
    return None if merger in WEB_COMMITTERS else merger


def _add_releases(columns: _Columns, history: History, commits: Commits, position: Mapping[str, int]) -> None:
    committers = history.commits["committer_email"]
    rows = zip(*(history.refs[name].to_pylist() for name in ("name", "sha", "tag_time", "tagger_email")), strict=True)
    for name, sha, moment, tagger in rows:
        index = position.get(sha)
        if name.startswith("refs/tags/") and index is not None:
            columns.add(
                f"{columns.repository}:{name}",
                "release",
                commits.committer_time[index] if moment is None else moment,
                0,
                tagger or committers[index].as_py(),
                commit=sha,
                approximate=moment is None,
            )


def _pull_table(requests: list[PullRequest], project: str, repository: str, first: int) -> pa.Table:
    def usable(second: int | None) -> int | None:
        return second * 1_000_000 if second is not None and second >= first else None

    columns = {
        "project": [project] * len(requests),
        "repository": [repository] * len(requests),
        "number": [request.number for request in requests],
        "opened_at": [usable(request.opened) for request in requests],
        "merged_at": [usable(request.merged) for request in requests],
        "first_commit_at": [usable(request.first_own) for request in requests],
        "last_commit_at": [usable(request.last_own) for request in requests],
        "account": [request.account for request in requests],
        "has_head": [request.head is not None for request in requests],
        "evidence": [request.evidence for request in requests],
    }
    return pa.table([pa.array(columns[field.name], field.type) for field in PULL_SCHEMA], schema=PULL_SCHEMA)


def _logins(requests: Iterable[PullRequest]) -> tuple[tuple[str, str], ...]:
    pairs = {(request.login, request.account) for request in requests if request.login and request.account}
    return tuple(sorted((str(login), str(account)) for login, account in pairs))


def newest_commit(history: History, now: datetime) -> datetime:
    """One second after the newest commit of any ref, naive UTC; commits dated in the future are ignored."""
    times = history.commits["committer_time"]
    past = times.filter(pc.less(times, int(now.replace(tzinfo=UTC).timestamp())))
    newest = pc.max(past).as_py() or pc.max(times).as_py() or 0
    return datetime.fromtimestamp(min(newest + 1, LATEST_SECOND), UTC).replace(tzinfo=None)
