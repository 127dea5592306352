"""Convert GitHub's untrusted JSON into validated rows; an invalid item is refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from ecotone.events.sources.github.values import (
    LONGEST,
    MOST,
    Unreadable,
    field,
    line,
    listed,
    login,
    moment,
    needed,
    node,
    optional,
    whole,
)

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}\Z")
_SHA: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_NUMBER_AT_END: Final = re.compile(r"/(?:issues|pulls)/(\d{1,12})\Z")

NOBODY: Final = "ghost"
"""GitHub's placeholder for deleted accounts."""

BARE_BOTS: Final = {"copilot-swe-agent": "Copilot", "Copilot": "Copilot"}
"""Bots that REST names without `[bot]`, by their GraphQL login."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Person:
    """An account: its login as in REST, and the node id for its profile (people only)."""

    login: str
    node: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """An issue or a pull request as listed; times in seconds since 1970."""

    number: int
    is_pull: bool
    node: str | None
    author: Person | None
    opened: int
    updated: int
    closed: int | None
    merged: int | None
    closed_by: Person | None


@dataclass(frozen=True, slots=True)
class Said:
    """A comment on a thread, or on a line of a pull request."""

    native: int
    account: Person | None
    thread: int
    moment: int


@dataclass(frozen=True, slots=True)
class Review:
    """A review of a pull request."""

    native: int
    account: Person | None
    moment: int


@dataclass(frozen=True, slots=True)
class PullDetails:
    """Details of a pull request that only GraphQL has; `next_cursor` leads to further reviews, if there are any."""

    node: str
    number: int
    merged_by: Person | None
    closed_by: Person | None
    reviews: tuple[Review, ...]
    more: str | None
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A published release; `drafted` is when its draft was created."""

    tag: str
    account: Person | None
    moment: int
    made: int
    commit: str | None


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """Metadata of a repository; `touched` is the latest change of any thread (None: there is no thread)."""

    node: str | None
    number: int | None
    name: str
    description: str | None
    topics: tuple[str, ...]
    language: str | None
    stars: int | None
    touched: int | None
    releases: tuple[Release, ...] = ()
    more_releases: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """The public profile of an account."""

    node: str
    login: str
    number: int | None
    name: str | None
    company: str | None


@dataclass(frozen=True, slots=True)
class StarWeek:
    """Stars of one week that begins at `begin` (seconds since 1970)."""

    begin: int
    stars: int


def items(page: object, parse: Callable[[object], Row | None]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """The parsed items of a page, and why others were refused; `parse` returns None to skip one. Raises Unreadable."""
    if not isinstance(page, list):
        raise Unreadable("a list was expected")
    rows: list[Row] = []
    refused: list[str] = []
    for item in page:
        try:
            row = parse(item)
        except Unreadable as unreadable:
            refused.append(str(unreadable))
        else:
            if row is not None:
                rows.append(row)
    return tuple(rows), tuple(refused)


def thread(item: object) -> Thread:
    """An entry of a list of issues, which includes pull requests."""
    pull = optional(item, "pull_request")
    merged = None if pull is None else moment(field(pull, "merged_at"), "merged_at")
    return Thread(
        number=needed(whole(field(item, "number")), "number"),
        is_pull=pull is not None,
        node=node(field(item, "node_id")),
        author=person(field(item, "user")),
        opened=needed(moment(field(item, "created_at"), "created_at"), "created_at"),
        updated=needed(moment(field(item, "updated_at"), "updated_at"), "updated_at"),
        closed=moment(field(item, "closed_at"), "closed_at"),
        merged=merged,
        closed_by=person(optional(item, "closed_by")),
    )


def comment(item: object) -> Said:
    """A comment on a thread."""
    return _said(item, "issue_url")


def review_comment(item: object) -> Said:
    """A comment on a line of a pull request."""
    return _said(item, "pull_request_url")


def _said(item: object, place: str) -> Said:
    address = field(item, place)
    match = _NUMBER_AT_END.search(address) if isinstance(address, str) and len(address) < LONGEST else None
    if match is None:
        raise Unreadable(f"{place} has no thread number")
    return Said(
        native=needed(whole(field(item, "id")), "id"),
        account=person(field(item, "user")),
        thread=needed(whole(int(match[1])), place),
        moment=needed(moment(field(item, "created_at"), "created_at"), "created_at"),
    )


def star_week(item: object) -> StarWeek:
    """One week of a repository's star history."""
    begin = whole(field(item, "week"))
    if begin is None or not 946_684_800 <= begin < 2**36:
        raise Unreadable("week is not a valid time")
    return StarWeek(begin, needed(whole(field(item, "total"), least=-MOST), "total"))


def pull_details(item: object) -> PullDetails:
    """A pull request in the answer to the query for reviews."""
    found, refused, more = connection(field(item, "reviews"), review)
    closers = optional(item, "timelineItems")
    last = [] if closers is None else [event for event in listed(optional(closers, "nodes")) if event is not None]
    return PullDetails(
        node=needed(node(field(item, "id")), "id"),
        number=needed(whole(field(item, "number")), "number"),
        merged_by=person(optional(item, "mergedBy")),
        closed_by=person(optional(last[-1], "actor")) if last else None,
        reviews=found,
        more=more,
        refused=refused,
    )


def review(item: object) -> Review | None:
    """A review; None if it is pending."""
    handed_in = moment(field(item, "submittedAt"), "submittedAt")
    if handed_in is None:
        return None
    native = optional(item, "fullDatabaseId")
    if isinstance(native, str) and native.isascii() and native.isdigit() and len(native) < 16:
        native = int(native)
    if native is None:
        native = optional(item, "databaseId")
    return Review(needed(whole(native), "fullDatabaseId"), person(field(item, "author")), handed_in)


def release(item: object) -> Release | None:
    """A release; None if it is a draft."""
    published = moment(field(item, "publishedAt"), "publishedAt")
    if published is None or optional(item, "isDraft") is True:
        return None
    tag = field(item, "tagName")
    if not isinstance(tag, str) or not 0 < len(tag) < LONGEST or not tag.isprintable():
        raise Unreadable("tagName is not a valid name")
    commit = optional(item, "tagCommit")
    sha = None if commit is None else field(commit, "oid")
    made = moment(optional(item, "createdAt"), "createdAt")
    return Release(
        tag=tag,
        account=person(field(item, "author")),
        moment=published,
        made=published if made is None else made,
        commit=sha if isinstance(sha, str) and _SHA.match(sha) else None,
    )


def repository_facts(item: object) -> tuple[RepositoryFacts, tuple[str, ...]]:
    """A repository in a GraphQL answer, and why some of its releases were refused."""
    plain = plain_repository(item)
    newest = [
        moment(field(one, "updatedAt"), "updatedAt")
        for kind in ("issues", "pullRequests")
        for one in listed(optional(field(item, kind), "nodes"))
        if one is not None
    ]
    releases, refused, more = connection(field(item, "releases"), release)
    touched = max((one for one in newest if one is not None), default=None)
    return replace(plain, touched=touched, releases=releases, more_releases=more), refused


def plain_repository(item: object) -> RepositoryFacts:
    """A repository in a GraphQL answer, without its activity."""
    name = field(item, "nameWithOwner")
    if not isinstance(name, str) or not _NAME.match(name):
        raise Unreadable("nameWithOwner is not a valid name")
    topics = listed(optional(field(item, "repositoryTopics"), "nodes"))
    language = optional(item, "primaryLanguage")
    return RepositoryFacts(
        node=node(field(item, "id")),
        number=whole(optional(item, "databaseId")),
        name=name,
        description=line(optional(item, "description")),
        topics=tuple(sorted(_topics(field(field(one, "topic"), "name") for one in topics if one is not None))),
        language=None if language is None else line(field(language, "name")),
        stars=whole(optional(item, "stargazerCount"), least=0),
        touched=None,
    )


def found_repository(item: object) -> RepositoryFacts:
    """A repository in a REST answer."""
    name = field(item, "full_name")
    if not isinstance(name, str) or not _NAME.match(name):
        raise Unreadable("full_name is not a valid name")
    return RepositoryFacts(
        node=node(optional(item, "node_id")),
        number=whole(field(item, "id")),
        name=name,
        description=line(optional(item, "description")),
        topics=tuple(sorted(_topics(listed(optional(item, "topics"))))),
        language=line(optional(item, "language")),
        stars=whole(optional(item, "stargazers_count"), least=0),
        touched=None,
    )


def profile(item: object) -> Profile:
    """The profile of a person."""
    return Profile(
        node=needed(node(field(item, "id")), "id"),
        login=login(field(item, "login")),
        number=whole(optional(item, "databaseId")),
        name=line(optional(item, "name")),
        company=line(optional(item, "company")),
    )


def person(value: object) -> Person | None:
    """An account, from REST or GraphQL; None for a deleted one."""
    if value is None:
        return None
    kind = optional(value, "__typename")
    name = login(field(value, "login"))
    if name == NOBODY:
        return None
    if kind == "Bot" and not name.endswith("[bot]"):  # GraphQL omits the suffix
        name = BARE_BOTS.get(name, f"{name}[bot]")
    asked = optional(value, "node_id") or optional(value, "id")
    return Person(name, node(asked) if "User" in (kind, optional(value, "type")) and isinstance(asked, str) else None)


def connection(
    value: object, parse: Callable[[object], Row | None]
) -> tuple[tuple[Row, ...], tuple[str, ...], str | None]:
    """A GraphQL connection: its parsed items, why others were refused, and the next cursor (None at the end)."""
    found, refused = items(listed(field(value, "nodes")), parse)
    page = field(value, "pageInfo")
    cursor = optional(page, "endCursor") if field(page, "hasNextPage") is True else None
    if cursor is not None and not (isinstance(cursor, str) and 0 < len(cursor) < LONGEST):
        raise Unreadable("endCursor is not a valid cursor")
    return found, refused, cursor


def _topics(values: Iterable[object]) -> set[str]:
    found = set()
    for value in values:
        if not isinstance(value, str) or not 0 < len(value) <= 100:
            raise Unreadable("a topic is not a valid text")
        found.add(value)
    return found
