"""The values of the fields of `schema.graphql`: one function for each field of each type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ecotone.simulation.feeds import api_objects
from ecotone.simulation.feeds.archive_eras import format_utc_time
from ecotone.simulation.feeds.feed_accounts import FeedAccount
from ecotone.simulation.feeds.feed_model import PublishedRelease, Thread
from tests.fakes.github.repositories import FakeGitHub, LandedCommit, RemarkInThread, RepositoryState

Arguments = Mapping[str, Any]
Resolver = Callable[[Any, Arguments], Any]


class NotFound(Exception):
    """One object does not exist: its value is null, with an error."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a connection in their order; `sort_key` is what a cursor points to."""

    rows: Sequence[Any]
    sort_key: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class ThreadNode:
    """An issue or a pull request of a repository."""

    repository: RepositoryState
    thread: Thread


@dataclass(frozen=True, slots=True)
class ReleaseNode:
    """A release of a repository."""

    repository: RepositoryState
    release: PublishedRelease


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """The end of a thread."""

    type_name: str  # ClosedEvent | MergedEvent
    thread: Thread


@dataclass(frozen=True, slots=True)
class QueryRoot:
    """The root of every query; `rate_limit` returns the rest of the allowance."""

    forge: FakeGitHub
    rate_limit: Callable[[], Mapping[str, Any]]
    viewer: FeedAccount


REMARK_KINDS: Final = {
    "IssueComment": "comment",
    "PullRequestReview": "review",
    "PullRequestReviewComment": "review_comment",
}


def type_name_of(value: Any) -> str:
    """The GraphQL type of a value."""
    if isinstance(value, FeedAccount):
        return value.type
    if isinstance(value, ThreadNode):
        return {"issue": "Issue", "pull": "PullRequest", "discussion": "Discussion"}[value.thread.kind]
    if isinstance(value, RemarkInThread):
        return next(name for name, kind in REMARK_KINDS.items() if kind == value.remark.kind)
    if isinstance(value, TimelineItem):
        return value.type_name
    return {RepositoryState: "Repository", ReleaseNode: "Release", LandedCommit: "Commit"}[type(value)]


def find_repository(root: QueryRoot, arguments: Arguments) -> RepositoryState:
    """A repository by owner and name; former names lead to it."""
    name = f"{arguments['owner']}/{arguments['name']}"
    repository, is_former_name = root.forge.find_repository(name)
    if repository is None or (is_former_name and not arguments["followRenames"]):
        raise NotFound(f"Could not resolve to a Repository with the name '{name}'.")
    return repository


def find_user(root: QueryRoot, arguments: Arguments) -> FeedAccount:
    """An account by login; bots are not found that way."""
    account = root.forge.accounts.get(arguments["login"].lower())
    if account is None or account.type == "Bot":
        raise NotFound(f"Could not resolve to a User with the login of '{arguments['login']}'.")
    return account


def find_node(forge: FakeGitHub, identifier: str) -> Any:
    """The object with an opaque id, or a `NotFound`."""
    if not forge.nodes:
        forge.nodes.update(_index_nodes(forge))
    return forge.nodes.get(identifier) or NotFound(f"Could not resolve to a node with the global id of '{identifier}'")


def _index_nodes(forge: FakeGitHub) -> Iterator[tuple[str, Any]]:
    for account in forge.accounts.values():
        yield api_objects.make_node_id(account.type, account.number), account
    for repository in forge.projects:
        yield api_objects.make_node_id("Repository", repository.feed.number), repository
        for thread in repository.of_kind("issue", "pull"):
            yield api_objects.make_thread_node_id(thread), ThreadNode(repository, thread)
        for release in repository.releases:
            yield api_objects.make_node_id("Release", release.number), ReleaseNode(repository, release)
        for type_name, kind in REMARK_KINDS.items():
            for said in repository.list_remarks(kind):
                yield api_objects.make_node_id(type_name, said.remark.number), said


def _descending(arguments: Arguments) -> bool:
    return bool((arguments.get("orderBy") or {}).get("direction") == "DESC")


def _threads_of(kind: str) -> Resolver:
    def resolve_threads(repository: RepositoryState, arguments: Arguments) -> Rows:
        order = (arguments.get("orderBy") or {}).get("field", "CREATED_AT")

        def sort_key(node: ThreadNode) -> list[int]:
            number = node.thread.number
            if order == "UPDATED_AT":
                return [repository.last_changes[number], number]
            return [len(node.thread.remarks) if order == "COMMENTS" else node.thread.opened_at, number]

        nodes = [ThreadNode(repository, thread) for thread in repository.of_kind(kind)]
        return Rows(sorted(nodes, key=sort_key, reverse=_descending(arguments)), sort_key)

    return resolve_threads


def _remarks_of(kind: str) -> Resolver:
    def resolve_remarks(node: ThreadNode, _: Arguments) -> Rows:
        remarks = [one for one in node.thread.remarks if one.kind == kind]
        return Rows(
            [RemarkInThread(node.repository, node.thread, one) for one in remarks], lambda said: said.remark.number
        )

    return resolve_remarks


def _review_comments(review: RemarkInThread, _: Arguments) -> Rows:
    remarks = [remark for remark in review.thread.remarks if remark.kind == "review_comment"]
    comments = [
        RemarkInThread(review.repository, review.thread, remark)
        for remark in remarks
        if remark.review == review.remark.number
    ]
    return Rows(comments, lambda said: said.remark.number)


def _timeline_items(node: ThreadNode, arguments: Arguments) -> Rows:
    thread = node.thread
    wanted = arguments.get("itemTypes") or ("CLOSED_EVENT", "MERGED_EVENT")
    items = []
    if "MERGED_EVENT" in wanted and thread.merged_at is not None:
        items.append(TimelineItem("MergedEvent", thread))
    if "CLOSED_EVENT" in wanted and thread.closed_at is not None:
        items.append(TimelineItem("ClosedEvent", thread))
    return Rows(items, lambda item: item.type_name)


def _releases(repository: RepositoryState, arguments: Arguments) -> Rows:
    nodes = [ReleaseNode(repository, release) for release in repository.releases]
    return Rows(nodes if _descending(arguments) else nodes[::-1], lambda node: node.release.number)


def _find_commit(repository: RepositoryState, arguments: Arguments) -> LandedCommit | None:
    """A commit of the default branch; null for others."""
    return next((one for one in repository.commits if one.commit.sha == arguments["oid"]), None)


def _find_author(forge: FakeGitHub) -> Resolver:
    """The account whose address a commit has; null for bots and unknown addresses."""

    def resolve_author(landed: LandedCommit, _: Arguments) -> Any:
        account = forge.feeds.accounts.addresses.get(landed.commit.change.author.email.lower())
        return {"user": account if account is not None and account.type == "User" else None}

    return resolve_author


def _contributed_repositories(forge: FakeGitHub) -> Resolver:
    """The repositories in which an account opened a thread; those with most stars first."""

    def resolve_repositories(account: FeedAccount, _: Arguments) -> Rows:
        repositories = [
            repository
            for repository in forge.projects
            if any(thread.by.number == account.number for thread in repository.threads.values())
        ]
        repositories.sort(key=lambda repository: (-len(repository.stars), repository.feed.number))
        return Rows(repositories, lambda repository: repository.feed.number)

    return resolve_repositories


def _plain(read: Callable[[Any], Any]) -> Resolver:
    """A field without arguments."""
    return lambda value, _: read(value)


def _account_fields() -> dict[str, Resolver]:
    return {
        "id": _plain(lambda account: api_objects.make_node_id(account.type, account.number)),
        "databaseId": _plain(lambda account: account.number),
        "login": _plain(lambda account: account.login.removesuffix("[bot]")),
        "url": _plain(lambda account: f"{api_objects.WEB}/{account.login}"),
        "name": _plain(lambda account: account.name),
    }


def _thread_fields() -> dict[str, Resolver]:
    return {
        "id": _plain(lambda node: api_objects.make_thread_node_id(node.thread)),
        "number": _plain(lambda node: node.thread.number),
        "createdAt": _plain(lambda node: format_utc_time(node.thread.opened_at)),
        "updatedAt": _plain(lambda node: format_utc_time(node.repository.last_changes[node.thread.number])),
        "author": _plain(lambda node: node.thread.by),
        "timelineItems": _timeline_items,
    }


def _remark_fields(type_name: str) -> dict[str, Resolver]:
    return {
        "id": _plain(lambda said: api_objects.make_node_id(type_name, said.remark.number)),
        "fullDatabaseId": _plain(lambda said: str(said.remark.number)),
        "createdAt": _plain(lambda said: format_utc_time(said.remark.at)),
        "author": _plain(lambda said: said.remark.by),
    }


def _event_fields() -> dict[str, Resolver]:
    return {
        "createdAt": _plain(lambda item: format_utc_time(item.thread.closed_at)),
        "actor": _plain(lambda item: item.thread.closed_by),
    }


def make_resolvers(forge: FakeGitHub) -> dict[str, dict[str, Resolver]]:
    """The resolvers of every type; fields without one are keys of a dictionary."""
    return {
        "Query": {
            "repository": find_repository,
            "user": find_user,
            "node": lambda root, arguments: find_node(root.forge, arguments["id"]),
            "nodes": lambda root, arguments: [find_node(root.forge, one) for one in arguments["ids"]],
            "viewer": _plain(lambda root: root.viewer),
            "rateLimit": _plain(lambda root: root.rate_limit()),
        },
        "User": _account_fields()
        | {
            "company": _plain(lambda account: account.find_company_at(forge.now)),
            "repositoriesContributedTo": _contributed_repositories(forge),
        },
        "Bot": _account_fields(),
        "Organization": _account_fields(),
        "Repository": {
            "id": _plain(lambda repository: api_objects.make_node_id("Repository", repository.feed.number)),
            "databaseId": _plain(lambda repository: repository.feed.number),
            "nameWithOwner": _plain(lambda repository: repository.name),
            "description": _plain(lambda repository: repository.feed.description),
            "stargazerCount": _plain(lambda repository: len(repository.stars)),
            "primaryLanguage": _plain(lambda repository: {"name": repository.feed.project.language}),
            "repositoryTopics": _plain(
                lambda repository: Rows(
                    [{"topic": {"name": topic}} for topic in repository.feed.topics], lambda row: row["topic"]["name"]
                )
            ),
            "issues": _threads_of("issue"),
            "pullRequests": _threads_of("pull"),
            "releases": _releases,
            "object": _find_commit,
        },
        "Commit": {"oid": _plain(lambda landed: landed.commit.sha), "author": _find_author(forge)},
        "Issue": _thread_fields()
        | {"comments": _remarks_of("comment"), "labels": _plain(lambda _: Rows((), lambda row: row))},
        "PullRequest": _thread_fields()
        | {"mergedBy": _plain(lambda node: node.thread.merged_by), "reviews": _remarks_of("review")},
        "ClosedEvent": _event_fields(),
        "MergedEvent": _event_fields(),
        "IssueComment": _remark_fields("IssueComment"),
        "PullRequestReview": _remark_fields("PullRequestReview")
        | {"submittedAt": _plain(lambda said: format_utc_time(said.remark.at)), "comments": _review_comments},
        "PullRequestReviewComment": _remark_fields("PullRequestReviewComment"),
        "Release": {
            "id": _plain(lambda node: api_objects.make_node_id("Release", node.release.number)),
            "tagName": _plain(lambda node: node.release.tag),
            "createdAt": _plain(lambda node: format_utc_time(node.release.at)),
            "publishedAt": _plain(lambda node: format_utc_time(node.release.at)),
            "isDraft": _plain(lambda _: False),
            "author": _plain(lambda node: node.release.by),
            "tagCommit": _plain(lambda node: _find_commit(node.repository, {"oid": node.release.sha})),
        },
    }
