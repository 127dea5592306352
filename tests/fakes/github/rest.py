"""What the forge's REST interface answers, before limits and troubles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from ecotone.simulation.feeds import api_objects
from ecotone.simulation.feeds.api_objects import Object
from ecotone.simulation.feeds.archive_eras import format_utc_time
from ecotone.simulation.feeds.event_objects import EventWriter
from ecotone.simulation.feeds.feed_accounts import remove_surrogates
from ecotone.simulation.feeds.feed_model import Thread
from ecotone.simulation.world import DAY
from tests.fakes.github.repositories import (
    FakeGitHub,
    LandedCommit,
    RemarkInThread,
    RepositoryState,
    make_account_page,
    matches_search,
    parse_second,
)

PER_PAGE: Final = 30
MOST: Final = 100
SEARCHED: Final = 1_000
EVENTS: Final = 300
DOCUMENTATION: Final = "https://docs.github.com/rest"


@dataclass(frozen=True, slots=True)
class Result:
    """A status, a JSON value, and the links of a list."""

    status: int
    value: Any = None
    link: str | None = None
    location: str | None = None
    resource: str = "core"


Query = Mapping[str, str]


def not_found(status: int = 404, message: str = "Not Found") -> Result:
    """What is said of things that are not there."""
    return Result(status, {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)})


class Rest:
    """Answers paths; `base` is the address that links are given under.

    gone  names of repositories that answer nothing but this status (404, 451)
    """

    def __init__(self, forge: FakeGitHub, base: str, *, stars_listed: bool, gone: Mapping[str, int]) -> None:
        self.forge = forge
        self.base = base
        self.stars_listed = stars_listed
        self.gone = {name.lower(): status for name, status in gone.items()}
        self.events = EventWriter(forge.feeds, ambiguous=False)

    def answer(self, path: str, *, known: bool) -> Result:
        """The answer to a path with its query; known: somebody with a token asks."""
        parts = urlsplit(path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        segments = [unquote(one) for one in parts.path.strip("/").split("/")]
        try:
            return self._answer(segments, query, parts.path, known)
        except ValueError as error:
            return not_found(422, f"Validation Failed: {error}")

    def _answer(self, segments: list[str], query: Query, path: str, known: bool) -> Result:
        match segments:
            case ["repos", owner, name, *rest]:
                return self._of_name(f"{owner}/{name}", rest, query, path, known)
            case ["repositories", number, *rest] if number.isdigit():
                seen = self.forge.by_number.get(int(number))
                return not_found() if seen is None else self._of(seen, rest, query, path, known)
            case ["users" | "orgs", login]:
                account = self.forge.accounts.get(login.lower())
                return not_found() if account is None else Result(200, make_account_page(account, self.forge.now))
            case ["search", "repositories"]:
                return self._search(query, path)
        return not_found()

    def _of_name(self, name: str, rest: list[str], query: Query, path: str, known: bool) -> Result:
        if name.lower() in self.gone:
            status = self.gone[name.lower()]
            return not_found(status, "Not Found" if status == 404 else "Repository access blocked")
        seen, former = self.forge.find_repository(name)
        if seen is None:
            return not_found()
        if former:
            tail = "/".join(["", *rest]) + (f"?{urlencode(query)}" if query else "")
            where = f"{self.base}/repositories/{seen.feed.number}{tail}"
            return Result(
                301, {"message": "Moved Permanently", "url": where, "documentation_url": DOCUMENTATION}, location=where
            )
        return self._of(seen, rest, query, path, known)

    def _of(self, seen: RepositoryState, rest: list[str], query: Query, path: str, known: bool) -> Result:
        match rest:
            case []:
                return Result(200, seen.api_object)
            case ["stargazers" | "subscribers"] if not self.stars_listed:
                return not_found() if known else not_found(401, "Requires authentication")
            case ["stargazers"]:
                found = [api_objects.make_user_object(mark.by) for mark in seen.stars]
                return self._page(found, query, path)
            case ["stargazers", "history"]:
                return self._page(seen.star_weeks(), query, path)
            case ["events"]:
                return self._events(seen, query, path)
            case ["topics"]:
                return Result(200, {"names": list(seen.feed.topics)})
            case ["languages"]:
                return Result(200, {seen.feed.project.language: 1_000})
        return self._list(seen, rest, query, path) or not_found()

    def _list(self, seen: RepositoryState, rest: list[str], query: Query, path: str) -> Result | None:
        """Lists of a repository, and single things by number."""
        shape = "/".join("#" if part.isdigit() else part for part in rest)
        numbers = [int(part) for part in rest if part.isdigit()]
        if shape in _LISTS:
            return self._page(_LISTS[shape](seen, query), query, path)
        if shape in _SINGLE or shape in _INSIDE:
            thread = seen.threads.get(numbers[0])
            if thread is None or thread.kind == "discussion" or (shape.startswith("pulls") and thread.kind != "pull"):
                return None
            if shape in _SINGLE:
                return Result(200, _SINGLE[shape](seen, thread))
            return self._page(_INSIDE[shape](seen, thread, query), query, path)
        return None

    def _events(self, seen: RepositoryState, query: Query, path: str) -> Result:
        page, per = _pages(query)
        if (page - 1) * per >= EVENTS:
            return not_found(
                422, "In order to keep the API fast for everyone, pagination is limited for this resource."
            )
        newest = []
        for number, act in self.forge.list_events(seen, self.forge.now - 30 * DAY):
            newest.append(self.events.make_event(act, number))
            if len(newest) == EVENTS:
                break
        return self._page(newest, query, path)

    def _search(self, query: Query, path: str) -> Result:
        wanted = query.get("q", "")
        if len(wanted) > 256 or not wanted:
            return not_found(422, "Validation Failed")
        page, per = _pages(query)
        if (page - 1) * per >= SEARCHED:
            return not_found(422, "Only the first 1000 search results are available")
        found = [seen for seen in self.forge.all_repositories if matches_search(seen, wanted)]
        found.sort(key=lambda seen: (-len(seen.stars), seen.feed.number))
        shown = found[:SEARCHED]
        listed = self._page([seen.api_object | {"score": 1.0} for seen in shown], query, path)
        value = {"total_count": len(found), "incomplete_results": False, "items": listed.value}
        return Result(200, value, listed.link, resource="search")

    def _page(self, found: Sequence[Any], query: Query, path: str) -> Result:
        """One page of a list with links to the others."""
        page, per = _pages(query)
        last = max(-(-len(found) // per), 1)
        links = []
        targets = (("prev", page - 1), ("next", page + 1), ("last", last), ("first", 1))
        for name, target in targets:
            useful = target != page and (name not in ("prev", "first") or page > 1) and (name != "last" or page < last)
            if useful and 1 <= target <= last:
                links.append(f'<{self.base}{path}?{urlencode({**query, "page": target})}>; rel="{name}"')
        start = (page - 1) * per
        return Result(200, [_whole(one) for one in found[start : start + per]], ", ".join(links) or None)


def _pages(query: Query) -> tuple[int, int]:
    return max(int(query.get("page", "1")), 1), min(max(int(query.get("per_page", PER_PAGE)), 1), MOST)


def _whole(one: Any) -> Any:
    """A row of a list; what is costly to make is made for the rows shown only."""
    return one() if callable(one) else one


def _issue(seen: RepositoryState, thread: Thread) -> Object:
    found = api_objects.make_issue_object(seen.feed, thread, seen.now)
    if thread.kind == "pull":
        found["pull_request"]["merged_at"] = format_utc_time(thread.merged_at) if thread.merged_at else None
    closer = api_objects.make_user_object(thread.closed_by) if thread.closed_by else None
    return found | {"closed_by": closer, "state_reason": "completed" if thread.closed_at else None}


def _pull(seen: RepositoryState, thread: Thread, *, whole: bool = False) -> Object:
    return api_objects.make_pull_object(seen.feed, thread, seen.now, seen.api_object, newer=True, whole=whole)


def _sorted(seen: RepositoryState, threads: list[Thread], query: Query) -> list[Thread]:
    """Threads in the order and of the state that a query wants; newest first unless it says otherwise."""
    state = query.get("state", "open")
    wanted = [one for one in threads if state == "all" or (one.closed_at is None) == (state == "open")]
    if "since" in query:
        since = parse_second(query["since"])
        wanted = [one for one in wanted if seen.last_changes[one.number] >= since]
    keys: dict[str, Callable[[Thread], tuple[int, int]]] = {
        "created": lambda one: (one.opened_at, one.number),
        "updated": lambda one: (seen.last_changes[one.number], one.number),
        "comments": lambda one: (sum(remark.kind == "comment" for remark in one.remarks), one.number),
    }
    key = keys[query.get("sort", "created") if query.get("sort", "created") in keys else "created"]
    return sorted(wanted, key=key, reverse=query.get("direction", "desc") != "asc")


def _issues(seen: RepositoryState, query: Query) -> list[Callable[[], Object]]:
    threads = _sorted(seen, seen.of_kind("issue", "pull"), query)
    return [partial(_issue, seen, one) for one in threads]


def _pulls(seen: RepositoryState, query: Query) -> list[Callable[[], Object]]:
    threads = _sorted(seen, seen.of_kind("pull"), {key: value for key, value in query.items() if key != "since"})
    return [partial(_pull, seen, one) for one in threads]


def _said(found: list[RemarkInThread], query: Query) -> list[Object]:
    """Comments in the order that a query wants; the oldest first unless it says otherwise."""
    if "since" in query:
        since = parse_second(query["since"])
        found = [one for one in found if one.remark.at >= since]
    if query.get("sort") in ("created", "updated"):
        backwards = query.get("direction", "desc") != "asc"
        found = sorted(found, key=lambda one: (one.remark.at, one.remark.number), reverse=backwards)
    return [_remark(one) for one in found]


def _remark(one: RemarkInThread) -> Object:
    feed = one.repository.feed
    if one.remark.kind == "comment":
        return api_objects.make_comment_object(feed, one.thread, one.remark)
    if one.remark.kind == "review":
        return api_objects.make_review_object(feed, one.thread, one.remark, upper=True)
    return api_objects.make_review_comment_object(feed, one.thread, one.remark)


def _of_thread(seen: RepositoryState, thread: Thread, kind: str, query: Query) -> list[Object]:
    found = [RemarkInThread(seen, thread, remark) for remark in thread.remarks if remark.kind == kind]
    return _said(found, {key: value for key, value in query.items() if key == "since"})


def _commit(one: LandedCommit) -> Object:
    change = one.commit.change
    author, committer = (
        {"name": remove_surrogates(who.name), "email": who.email, "date": format_utc_time(who.second)}
        for who in (change.author, change.committer)
    )
    return {
        "sha": one.commit.sha,
        "node_id": f"C_{one.commit.sha}",
        "commit": {"author": author, "committer": committer, "message": remove_surrogates(change.message).rstrip("\n")},
        "url": f"{api_objects.API}/repos/{one.repository.name}/commits/{one.commit.sha}",
        "html_url": f"{api_objects.WEB}/{one.repository.name}/commit/{one.commit.sha}",
        "author": None,
        "committer": None,
        "parents": [],
    }


def _commits(seen: RepositoryState, query: Query) -> list[Callable[[], Object]]:
    since = parse_second(query["since"]) if "since" in query else 0
    until = parse_second(query["until"]) if "until" in query else seen.now
    found = [one for one in seen.commits if since <= one.commit.change.committer.second <= until]
    return [partial(_commit, one) for one in found]


def _forks(seen: RepositoryState, query: Query) -> list[Object]:
    marks = seen.forks if query.get("sort") == "oldest" else seen.forks[::-1]
    name = seen.name.partition("/")[2]
    return [
        {
            "id": seen.feed.number + 1_000_000 + mark.by.number % 1_000_000,
            "name": name,
            "full_name": f"{mark.by.login}/{name}",
            "owner": api_objects.make_user_object(mark.by),
            "fork": True,
            "created_at": format_utc_time(mark.at),
        }
        for mark in marks
    ]


_LISTS: Final[Mapping[str, Callable[[RepositoryState, Query], Sequence[Any]]]] = {
    "issues": _issues,
    "pulls": _pulls,
    "issues/comments": lambda seen, query: _said(seen.list_remarks("comment"), query),
    "pulls/comments": lambda seen, query: _said(seen.list_remarks("review_comment"), query),
    "releases": lambda seen, _: [api_objects.make_release_object(seen.feed, one) for one in seen.releases],
    "commits": _commits,
    "forks": _forks,
    "comments": lambda seen, _: [
        api_objects.make_commit_comment_object(seen.feed, one, newer=True, association=True)
        for one in seen.feed.commit_comments
        if one.at < seen.now
    ],
}
_SINGLE: Final[Mapping[str, Callable[[RepositoryState, Thread], Object]]] = {
    "issues/#": _issue,
    "pulls/#": lambda seen, thread: _pull(seen, thread, whole=True),
}
_INSIDE: Final[Mapping[str, Callable[[RepositoryState, Thread, Query], Sequence[Any]]]] = {
    "issues/#/comments": lambda seen, thread, query: _of_thread(seen, thread, "comment", query),
    "pulls/#/comments": lambda seen, thread, query: _of_thread(seen, thread, "review_comment", query),
    "pulls/#/reviews": lambda seen, thread, query: _of_thread(seen, thread, "review", query),
    "pulls/#/commits": lambda _, thread, __: [{"sha": sha} for sha in thread.head],
}
