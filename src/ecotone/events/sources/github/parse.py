"""From GitHub's JSON to plain rows; whatever comes is hostile until parsed: it is read, or refused with a reason."""

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
"""Stands for every account that was deleted: it is nobody in particular."""

BARE_BOTS: Final = {"copilot-swe-agent": "Copilot", "Copilot": "Copilot"}
"""Bots by what GraphQL calls them, which REST names without `[bot]`."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Person:
    """Who did something: the login as REST writes it, and the id to ask for a profile with (people only)."""

    login: str
    node: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """An issue or a pull request, as far as a list shows it; seconds since 1970."""

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
    """A verdict on a pull request."""

    native: int
    account: Person | None
    moment: int


@dataclass(frozen=True, slots=True)
class PullDetails:
    """What only GraphQL tells of a pull request; `more` is the cursor behind the last review, if there are more."""

    node: str
    number: int
    merged_by: Person | None
    closed_by: Person | None
    reviews: tuple[Review, ...]
    more: str | None
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A published release; `made` is when its draft was made."""

    tag: str
    account: Person | None
    moment: int
    made: int
    commit: str | None


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """What GitHub says of a repository; `touched` is the newest change of any thread (None: there is none)."""

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
    """What an account says of itself."""

    node: str
    login: str
    number: int | None
    name: str | None
    company: str | None


@dataclass(frozen=True, slots=True)
class StarWeek:
    """Stars of one week, which begins at `begin` (seconds since 1970)."""

    begin: int
    stars: int


def items(page: object, parse: Callable[[object], Row | None]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Every item of a page, read or refused; `parse` may leave one out by giving None. Raises Unreadable."""
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
    """An entry of a list of issues; pull requests are among them."""
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
        raise Unreadable(f"{place} names no thread")
    return Said(
        native=needed(whole(field(item, "id")), "id"),
        account=person(field(item, "user")),
        thread=needed(whole(int(match[1])), place),
        moment=needed(moment(field(item, "created_at"), "created_at"), "created_at"),
    )


def star_week(item: object) -> StarWeek:
    """A week of a repository's star history."""
    begin = whole(field(item, "week"))
    if begin is None or not 946_684_800 <= begin < 2**36:
        raise Unreadable("week is no moment")
    return StarWeek(begin, needed(whole(field(item, "total"), least=-MOST), "total"))


def pull_details(item: object) -> PullDetails:
    """A pull request as the query for reviews shows it."""
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
    """A review; None while it is not handed in."""
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
    """A release; None while it is a draft."""
    published = moment(field(item, "publishedAt"), "publishedAt")
    if published is None or optional(item, "isDraft") is True:
        return None
    tag = field(item, "tagName")
    if not isinstance(tag, str) or not 0 < len(tag) < LONGEST or not tag.isprintable():
        raise Unreadable("tagName is no name")
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
    """A repository as GraphQL shows it, and what of its releases could not be read."""
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
    """A repository as GraphQL shows it, without what happened in it."""
    name = field(item, "nameWithOwner")
    if not isinstance(name, str) or not _NAME.match(name):
        raise Unreadable("nameWithOwner is no name")
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
    """A repository as REST shows it."""
    name = field(item, "full_name")
    if not isinstance(name, str) or not _NAME.match(name):
        raise Unreadable("full_name is no name")
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
    """What a person says of himself or herself."""
    return Profile(
        node=needed(node(field(item, "id")), "id"),
        login=login(field(item, "login")),
        number=whole(optional(item, "databaseId")),
        name=line(optional(item, "name")),
        company=line(optional(item, "company")),
    )


def person(value: object) -> Person | None:
    """Who did something, from REST or GraphQL; None for a deleted account."""
    if value is None:
        return None
    kind = optional(value, "__typename")
    name = login(field(value, "login"))
    if name == NOBODY:
        return None
    if kind == "Bot" and not name.endswith("[bot]"):  # GraphQL leaves out what REST writes
        name = BARE_BOTS.get(name, f"{name}[bot]")
    asked = optional(value, "node_id") or optional(value, "id")
    return Person(name, node(asked) if "User" in (kind, optional(value, "type")) and isinstance(asked, str) else None)


def connection(
    value: object, parse: Callable[[object], Row | None]
) -> tuple[tuple[Row, ...], tuple[str, ...], str | None]:
    """A list of GraphQL: what was read, what was refused, and the cursor to go on with (None at its end)."""
    found, refused = items(listed(field(value, "nodes")), parse)
    page = field(value, "pageInfo")
    cursor = optional(page, "endCursor") if field(page, "hasNextPage") is True else None
    if cursor is not None and not (isinstance(cursor, str) and 0 < len(cursor) < LONGEST):
        raise Unreadable("endCursor is no cursor")
    return found, refused, cursor


def _topics(values: Iterable[object]) -> set[str]:
    found = set()
    for value in values:
        if not isinstance(value, str) or not 0 < len(value) <= 100:
            raise Unreadable("a topic is no word")
        found.add(value)
    return found
