"""Convert GitHub's untrusted JSON into validated rows; an invalid item is refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from ecotone.events.sources.github.json_fields import (
    INTEGER_LIMIT,
    LONGEST_TEXT,
    UnreadableValue,
    exact_integer,
    list_or_empty,
    node_id,
    not_null,
    optional_field,
    required_field,
    single_line,
    unix_seconds,
    valid_login,
)

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}\Z")
_SHA: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_NUMBER_AT_END: Final = re.compile(r"/(?:issues|pulls)/(\d{1,12})\Z")

DELETED_ACCOUNT: Final = "ghost"
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
class Comment:
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
    next_cursor: str | None
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A published release; `drafted` is when its draft was created."""

    tag: str
    account: Person | None
    moment: int
    drafted: int
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


def parse_items(page: object, parse: Callable[[object], Row | None]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """The parsed items of a page, and why others were refused; `parse` returns None to skip one. Raises Unreadable."""
    if not isinstance(page, list):
        raise UnreadableValue("a list was expected")
    rows: list[Row] = []
    refused: list[str] = []
    for item in page:
        try:
            row = parse(item)
        except UnreadableValue as unreadable:
            refused.append(str(unreadable))
        else:
            if row is not None:
                rows.append(row)
    return tuple(rows), tuple(refused)


def parse_thread(item: object) -> Thread:
    """An entry of a list of issues, which includes pull requests."""
    pull = optional_field(item, "pull_request")
    merged = None if pull is None else unix_seconds(required_field(pull, "merged_at"), "merged_at")
    return Thread(
        number=not_null(exact_integer(required_field(item, "number")), "number"),
        is_pull=pull is not None,
        node=node_id(required_field(item, "node_id")),
        author=parse_person(required_field(item, "user")),
        opened=not_null(unix_seconds(required_field(item, "created_at"), "created_at"), "created_at"),
        updated=not_null(unix_seconds(required_field(item, "updated_at"), "updated_at"), "updated_at"),
        closed=unix_seconds(required_field(item, "closed_at"), "closed_at"),
        merged=merged,
        closed_by=parse_person(optional_field(item, "closed_by")),
    )


def parse_comment(item: object) -> Comment:
    """A comment on a thread."""
    return _parse_any_comment(item, "issue_url")


def parse_review_comment(item: object) -> Comment:
    """A comment on a line of a pull request."""
    return _parse_any_comment(item, "pull_request_url")


def _parse_any_comment(item: object, key: str) -> Comment:
    address = required_field(item, key)
    match = _NUMBER_AT_END.search(address) if isinstance(address, str) and len(address) < LONGEST_TEXT else None
    if match is None:
        raise UnreadableValue(f"{key} has no thread number")
    return Comment(
        native=not_null(exact_integer(required_field(item, "id")), "id"),
        account=parse_person(required_field(item, "user")),
        thread=not_null(exact_integer(int(match[1])), key),
        moment=not_null(unix_seconds(required_field(item, "created_at"), "created_at"), "created_at"),
    )


def parse_star_week(item: object) -> StarWeek:
    """One week of a repository's star history."""
    begin = exact_integer(required_field(item, "week"))
    if begin is None or not 946_684_800 <= begin < 2**36:
        raise UnreadableValue("week is not a valid time")
    return StarWeek(begin, not_null(exact_integer(required_field(item, "total"), least=-INTEGER_LIMIT), "total"))


def parse_pull_details(item: object) -> PullDetails:
    """A pull request in the answer to the query for reviews."""
    reviews, refused, next_cursor = parse_connection(required_field(item, "reviews"), parse_review)
    closers = optional_field(item, "timelineItems")
    last = (
        []
        if closers is None
        else [event for event in list_or_empty(optional_field(closers, "nodes")) if event is not None]
    )
    return PullDetails(
        node=not_null(node_id(required_field(item, "id")), "id"),
        number=not_null(exact_integer(required_field(item, "number")), "number"),
        merged_by=parse_person(optional_field(item, "mergedBy")),
        closed_by=parse_person(optional_field(last[-1], "actor")) if last else None,
        reviews=reviews,
        next_cursor=next_cursor,
        refused=refused,
    )


def parse_review(item: object) -> Review | None:
    """A review; None if it is pending."""
    handed_in = unix_seconds(required_field(item, "submittedAt"), "submittedAt")
    if handed_in is None:
        return None
    native = optional_field(item, "fullDatabaseId")
    if isinstance(native, str) and native.isascii() and native.isdigit() and len(native) < 16:
        native = int(native)
    if native is None:
        native = optional_field(item, "databaseId")
    return Review(
        not_null(exact_integer(native), "fullDatabaseId"), parse_person(required_field(item, "author")), handed_in
    )


def parse_release(item: object) -> Release | None:
    """A release; None if it is a draft."""
    published = unix_seconds(required_field(item, "publishedAt"), "publishedAt")
    if published is None or optional_field(item, "isDraft") is True:
        return None
    tag = required_field(item, "tagName")
    if not isinstance(tag, str) or not 0 < len(tag) < LONGEST_TEXT or not tag.isprintable():
        raise UnreadableValue("tagName is not a valid name")
    commit = optional_field(item, "tagCommit")
    sha = None if commit is None else required_field(commit, "oid")
    drafted = unix_seconds(optional_field(item, "createdAt"), "createdAt")
    return Release(
        tag=tag,
        account=parse_person(required_field(item, "author")),
        moment=published,
        drafted=published if drafted is None else drafted,
        commit=sha if isinstance(sha, str) and _SHA.match(sha) else None,
    )


def parse_graphql_facts(item: object) -> tuple[RepositoryFacts, tuple[str, ...]]:
    """A repository in a GraphQL answer, and why some of its releases were refused."""
    plain = parse_graphql_repository(item)
    newest = [
        unix_seconds(required_field(entry, "updatedAt"), "updatedAt")
        for kind in ("issues", "pullRequests")
        for entry in list_or_empty(optional_field(required_field(item, kind), "nodes"))
        if entry is not None
    ]
    releases, refused, next_cursor = parse_connection(required_field(item, "releases"), parse_release)
    touched = max((entry for entry in newest if entry is not None), default=None)
    return replace(plain, touched=touched, releases=releases, more_releases=next_cursor), refused


def parse_graphql_repository(item: object) -> RepositoryFacts:
    """A repository in a GraphQL answer, without its activity."""
    name = required_field(item, "nameWithOwner")
    if not isinstance(name, str) or not _NAME.match(name):
        raise UnreadableValue("nameWithOwner is not a valid name")
    topics = list_or_empty(optional_field(required_field(item, "repositoryTopics"), "nodes"))
    language = optional_field(item, "primaryLanguage")
    return RepositoryFacts(
        node=node_id(required_field(item, "id")),
        number=exact_integer(optional_field(item, "databaseId")),
        name=name,
        description=single_line(optional_field(item, "description")),
        topics=tuple(
            sorted(
                _parse_topics(
                    required_field(required_field(entry, "topic"), "name") for entry in topics if entry is not None
                )
            )
        ),
        language=None if language is None else single_line(required_field(language, "name")),
        stars=exact_integer(optional_field(item, "stargazerCount"), least=0),
        touched=None,
    )


def parse_rest_repository(item: object) -> RepositoryFacts:
    """A repository in a REST answer."""
    name = required_field(item, "full_name")
    if not isinstance(name, str) or not _NAME.match(name):
        raise UnreadableValue("full_name is not a valid name")
    return RepositoryFacts(
        node=node_id(optional_field(item, "node_id")),
        number=exact_integer(required_field(item, "id")),
        name=name,
        description=single_line(optional_field(item, "description")),
        topics=tuple(sorted(_parse_topics(list_or_empty(optional_field(item, "topics"))))),
        language=single_line(optional_field(item, "language")),
        stars=exact_integer(optional_field(item, "stargazers_count"), least=0),
        touched=None,
    )


def parse_profile(item: object) -> Profile:
    """The profile of a person."""
    return Profile(
        node=not_null(node_id(required_field(item, "id")), "id"),
        login=valid_login(required_field(item, "login")),
        number=exact_integer(optional_field(item, "databaseId")),
        name=single_line(optional_field(item, "name")),
        company=single_line(optional_field(item, "company")),
    )


def parse_person(value: object) -> Person | None:
    """An account, from REST or GraphQL; None for a deleted one."""
    if value is None:
        return None
    kind = optional_field(value, "__typename")
    name = valid_login(required_field(value, "login"))
    if name == DELETED_ACCOUNT:
        return None
    if kind == "Bot" and not name.endswith("[bot]"):  # GraphQL omits the suffix
        name = BARE_BOTS.get(name, f"{name}[bot]")
    asked = optional_field(value, "node_id") or optional_field(value, "id")
    return Person(
        name, node_id(asked) if "User" in (kind, optional_field(value, "type")) and isinstance(asked, str) else None
    )


def parse_connection(
    value: object, parse: Callable[[object], Row | None]
) -> tuple[tuple[Row, ...], tuple[str, ...], str | None]:
    """A GraphQL connection: its parsed items, why others were refused, and the next cursor (None at the end)."""
    rows, refused = parse_items(list_or_empty(required_field(value, "nodes")), parse)
    page = required_field(value, "pageInfo")
    cursor = optional_field(page, "endCursor") if required_field(page, "hasNextPage") is True else None
    if cursor is not None and not (isinstance(cursor, str) and 0 < len(cursor) < LONGEST_TEXT):
        raise UnreadableValue("endCursor is not a valid cursor")
    return rows, refused, cursor


def _parse_topics(values: Iterable[object]) -> set[str]:
    topics = set()
    for value in values:
        if not isinstance(value, str) or not 0 < len(value) <= 100:
            raise UnreadableValue("a topic is not a valid text")
        topics.add(value)
    return topics
