"""The forge's GraphQL types, as far as a collector of public acts asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from ecotone.simulation.feeds import objects
from ecotone.simulation.feeds.accounts import Account, clean
from ecotone.simulation.feeds.eras import written
from ecotone.simulation.feeds.serving import resolving
from ecotone.simulation.feeds.serving.forge import Forge, Landed, Seen
from ecotone.simulation.feeds.serving.graphql import Arguments, Rows, Schema, Spec
from ecotone.simulation.feeds.serving.resolving import Query, ReleaseNode, ThreadNode
from ecotone.simulation.world import Second

__all__ = ["Query", "schema_of"]


def _value(read: Callable[[Any], Any]) -> Spec:
    """A plain value."""
    return Spec("", lambda one, _: read(one))


def _object(returns: str, read: Callable[[Any], Any]) -> Spec:
    return Spec(returns, lambda one, _: read(one))


def _time(read: Callable[[Any], Second | None]) -> Spec:
    def resolve(one: Any, _: Arguments) -> str | None:
        second = read(one)
        return None if second is None else written(second)

    return Spec("", resolve)


def _rows(returns: str, read: Callable[[Any, Arguments], Rows]) -> Spec:
    return Spec(returns, read, connection=True)


def _login(account: Account) -> str:
    return account.login.removesuffix("[bot]")


def _thread_fields(kind: str) -> dict[str, Spec]:
    word = {"Issue": "issues", "PullRequest": "pull", "Discussion": "discussions"}[kind]
    return {
        "id": _value(lambda one: objects.thread_node(one.thread)),
        "databaseId": _value(lambda one: one.thread.native),
        "fullDatabaseId": _value(lambda one: str(one.thread.native)),
        "number": _value(lambda one: one.thread.number),
        "title": _value(lambda one: clean(one.thread.title)),
        "body": _value(lambda one: clean(one.thread.title)),
        "bodyText": _value(lambda one: clean(one.thread.title)),
        "url": _value(lambda one: f"{objects.WEB}/{one.seen.name}/{word}/{one.thread.number}"),
        "createdAt": _time(lambda one: one.thread.opened_at),
        "updatedAt": _time(lambda one: one.seen.touched[one.thread.number]),
        "author": _object("Actor", lambda one: one.thread.by),
        "authorAssociation": _value(lambda _: "NONE"),
        "locked": _value(lambda _: False),
        "closed": _value(lambda one: one.thread.closed_at is not None),
        "closedAt": _time(lambda one: one.thread.closed_at),
        "comments": _rows("IssueComment", resolving.said_in("comment")),
        "labels": _rows("Label", lambda _, __: Rows((), lambda one: one)),
        "repository": _object("Repository", lambda one: one.seen),
    }


def _remark_fields(kind: str) -> dict[str, Spec]:
    return {
        "id": _value(lambda one: objects.node(kind, one.remark.number)),
        "databaseId": _value(lambda one: one.remark.number % 2**31),  # the forge's own is of 32 bits
        "fullDatabaseId": _value(lambda one: str(one.remark.number)),
        "body": _value(lambda _: "Is this needed?"),
        "bodyText": _value(lambda _: "Is this needed?"),
        "url": _value(lambda one: f"{objects.WEB}/{one.seen.name}/pull/{one.thread.number}#{one.remark.number}"),
        "createdAt": _time(lambda one: one.remark.at),
        "updatedAt": _time(lambda one: one.remark.at),
        "author": _object("Actor", lambda one: one.remark.by),
        "authorAssociation": _value(lambda _: "NONE"),
    }


def _signer(which: str) -> Spec:
    return _object("GitActor", lambda one: getattr(one.commit.change, which))


def _actor_fields() -> dict[str, Spec]:
    return {
        "id": _value(lambda one: objects.node(one.type, one.number)),
        "login": _value(_login),
        "url": _value(lambda one: f"{objects.WEB}/{one.login}"),
        "avatarUrl": _value(lambda one: f"https://avatars.githubusercontent.com/u/{one.number}?v=4"),
        "resourcePath": _value(lambda one: f"/{one.login}"),
        "databaseId": _value(lambda one: one.number),
        "createdAt": _time(lambda one: 1_400_000_000 + one.number % 100_000_000),
    }


def _person_fields(forge: Forge) -> dict[str, Spec]:
    more = {"company": lambda one: one.company_at(forge.now), "bio": lambda _: None, "location": lambda _: None}
    return (
        _actor_fields()
        | {name: _value(read) for name, read in more.items()}
        | {
            "name": _value(lambda one: one.name),
            "repositoriesContributedTo": _rows("Repository", resolving.contributed_by(forge)),
        }
    )


def _query_fields() -> dict[str, Spec]:
    return {
        "repository": Spec("Repository", resolving.repository_of),
        "repositoryOwner": Spec("RepositoryOwner", resolving.account_of),
        "user": Spec("User", resolving.account_of),
        "organization": Spec("Organization", resolving.account_of),
        "node": Spec("Node", lambda query, arguments: resolving.node_of(query.forge, arguments["id"])),
        "nodes": Spec("[Node]", resolving.nodes_of),
        "search": _rows("SearchResultItem", resolving.search),
        "viewer": _object("User", lambda query: query.viewer),
        "rateLimit": _object("RateLimit", lambda query: query.limit()),
    }


def _repository_fields() -> dict[str, Spec]:
    plain: dict[str, Callable[[Seen], Any]] = {
        "id": lambda seen: objects.node("Repository", seen.feed.number),
        "databaseId": lambda seen: seen.feed.number,
        "name": lambda seen: seen.name.partition("/")[2],
        "nameWithOwner": lambda seen: seen.name,
        "description": lambda seen: seen.feed.description,
        "url": lambda seen: f"{objects.WEB}/{seen.name}",
        "createdAt": lambda seen: written(seen.feed.founded_at),
        "pushedAt": lambda seen: seen.object["pushed_at"],
        "updatedAt": lambda seen: seen.object["updated_at"],
        "stargazerCount": lambda seen: len(seen.stars),
        "forkCount": lambda seen: len(seen.forks),
        "isFork": lambda _: False,
        "isArchived": lambda _: False,
        "isPrivate": lambda _: False,
        "isEmpty": lambda _: False,
        "homepageUrl": lambda _: None,
        "diskUsage": lambda seen: seen.object["size"],
    }
    return {name: _value(read) for name, read in plain.items()} | {
        "owner": _object("RepositoryOwner", lambda seen: seen.owner),
        "primaryLanguage": _object("Named", lambda seen: seen.feed.project.language),
        "languages": _rows("Named", lambda seen, _: Rows((seen.feed.project.language,), lambda one: one)),
        "repositoryTopics": _rows("RepositoryTopic", lambda seen, _: Rows(seen.feed.topics, lambda one: one)),
        "licenseInfo": _object("License", lambda _: objects.LICENCE),
        "defaultBranchRef": _object("Ref", lambda seen: seen),
        "issue": Spec("Issue", resolving.thread_of("issue")),
        "pullRequest": Spec("PullRequest", resolving.thread_of("pull")),
        "issueOrPullRequest": Spec("IssueOrPullRequest", resolving.thread_of("issue", "pull")),
        "discussion": Spec("Discussion", resolving.thread_of("discussion")),
        "issues": _rows("Issue", resolving.threads_of("issue")),
        "pullRequests": _rows("PullRequest", resolving.threads_of("pull")),
        "discussions": _rows("Discussion", resolving.threads_of("discussion")),
        "releases": _rows("Release", resolving.releases_of),
        "forks": _rows("Fork", resolving.forks_of),
        "stargazers": _rows("User", lambda seen, _: Rows((), lambda one: one, total=len(seen.stars))),
        "watchers": _rows("User", lambda seen, _: Rows((), lambda one: one, total=len(seen.stars) // 10)),
    }


def _pull_fields() -> dict[str, Spec]:
    plain: dict[str, Callable[[ThreadNode], Any]] = {
        "state": lambda one: resolving.state_of(one.thread),
        "merged": lambda one: one.thread.merged_at is not None,
        "isDraft": lambda _: False,
        "additions": lambda one: len(one.thread.head),
        "deletions": lambda _: 0,
        "changedFiles": lambda _: 1,
        "baseRefName": lambda _: "main",
        "headRefName": lambda one: one.thread.head_ref,
        "headRefOid": lambda one: one.thread.head_at(one.seen.now),
        "baseRefOid": lambda one: one.thread.base,
    }
    return (
        _thread_fields("PullRequest")
        | {name: _value(read) for name, read in plain.items()}
        | {
            "mergedAt": _time(lambda one: one.thread.merged_at),
            "mergedBy": _object("Actor", lambda one: one.thread.merged_by),
            "mergeCommit": _object("Oid", lambda one: one.thread.landing),
            "reviews": _rows("PullRequestReview", resolving.said_in("review")),
            "reviewThreads": _rows("ReviewThread", resolving.review_threads),
            "commits": _rows("Oid", lambda one, _: Rows(one.thread.head, lambda sha: sha)),
            "timelineItems": _rows("TimelineItem", resolving.timeline_of),
        }
    )


def _commit_fields() -> dict[str, Spec]:
    plain: dict[str, Callable[[Landed], Any]] = {
        "id": lambda one: f"C_{one.commit.sha}",
        "oid": lambda one: one.commit.sha,
        "message": lambda one: clean(one.commit.change.message).rstrip("\n"),
        "messageHeadline": lambda one: clean(one.commit.change.message).partition("\n")[0],
        "additions": lambda _: 1,
        "deletions": lambda _: 0,
        "url": lambda one: f"{objects.WEB}/{one.seen.name}/commit/{one.commit.sha}",
    }
    return {name: _value(read) for name, read in plain.items()} | {
        "committedDate": _time(lambda one: one.commit.change.committer.second),
        "authoredDate": _time(lambda one: one.commit.change.author.second),
        "author": _signer("author"),
        "committer": _signer("committer"),
        "history": _rows("Commit", resolving.history_of),
        "associatedPullRequests": _rows("PullRequest", resolving.associated),
    }


def _small_types() -> dict[str, dict[str, Spec]]:
    """Types of a few fields."""
    signer = {"name": _value(lambda one: clean(one.name)), "email": _value(lambda one: one.email)}
    fork = {
        "nameWithOwner": _value(lambda one: f"{one.mark.by.login}/{one.seen.name.partition('/')[2]}"),
        "createdAt": _time(lambda one: one.mark.at),
        "owner": _object("RepositoryOwner", lambda one: one.mark.by),
        "isFork": _value(lambda _: True),
    }
    item = {
        "createdAt": _time(lambda one: one.node.thread.closed_at),
        "actor": _object("Actor", lambda one: one.node.thread.closed_by),
    }
    limit = ("limit", "cost", "remaining", "used", "resetAt", "nodeCount")
    return {
        "RateLimit": {name: _value(itemgetter(name)) for name in limit},
        "Named": {"name": _value(lambda one: one), "id": _value(lambda one: f"L_{one}")},
        "Label": {"name": _value(lambda one: one)},
        "RepositoryTopic": {"topic": _object("Named", lambda one: one)},
        "License": {
            "spdxId": _value(lambda one: one["spdx_id"]),
            "name": _value(lambda one: one["name"]),
            "key": _value(lambda one: one["key"]),
        },
        "Ref": {
            "name": _value(lambda _: "main"),
            "target": _object("GitObject", lambda seen: seen.commits[0] if seen.commits else None),
        },
        "Oid": {"oid": _value(lambda sha: sha), "commit": _object("Oid", lambda sha: sha)},
        "GitActor": signer | {"date": _time(lambda one: one.second), "user": _object("User", lambda _: None)},
        "Fork": fork,
        "ReviewThread": {
            "comments": _rows("PullRequestReviewComment", lambda one, _: Rows((one,), lambda two: two.remark.number))
        },
        "ClosedEvent": item | {"id": _value(lambda one: f"CE_{one.node.thread.native}")},
        "MergedEvent": item | {"commit": _object("Oid", lambda one: one.node.thread.landing)},
    }


def _spoken_types() -> dict[str, Mapping[str, Spec]]:
    """What is said about a thread, and releases."""
    review: dict[str, Spec] = _remark_fields("PullRequestReview") | {
        "state": _value(lambda one: one.remark.state.upper()),
        "submittedAt": _time(lambda one: one.remark.at),
        "commit": _object("Oid", lambda one: one.thread.head_at(one.remark.at)),
        "comments": _rows("PullRequestReviewComment", resolving.comments_of_review),
        "pullRequest": _object("PullRequest", lambda one: ThreadNode(one.seen, one.thread)),
    }
    line: dict[str, Spec] = _remark_fields("PullRequestReviewComment") | {
        "path": _value(lambda _: "core/file-1.txt"),
        "replyTo": _object("PullRequestReviewComment", lambda _: None),
        "pullRequestReview": _object("PullRequestReview", resolving.review_of),
        "pullRequest": _object("PullRequest", lambda one: ThreadNode(one.seen, one.thread)),
    }
    release: dict[str, Callable[[ReleaseNode], Any]] = {
        "id": lambda one: objects.node("Release", one.release.number),
        "databaseId": lambda one: one.release.number,
        "tagName": lambda one: one.release.tag,
        "name": lambda one: one.release.tag,
        "createdAt": lambda one: written(one.release.at),
        "publishedAt": lambda one: written(one.release.at),
        "isDraft": lambda _: False,
        "isPrerelease": lambda _: False,
        "url": lambda one: f"{objects.WEB}/{one.seen.name}/releases/tag/{one.release.tag}",
    }
    return {
        "IssueComment": _remark_fields("IssueComment")
        | {"issue": _object("Issue", lambda one: ThreadNode(one.seen, one.thread))},
        "PullRequestReview": review,
        "PullRequestReviewComment": line,
        "Release": {name: _value(read) for name, read in release.items()}
        | {
            "author": _object("User", lambda one: one.release.by),
            "tagCommit": _object("Oid", lambda one: one.release.sha),
        },
    }


def schema_of(forge: Forge) -> Schema:
    """The types of a forge."""
    issue = {
        "state": _value(lambda one: resolving.state_of(one.thread)),
        "stateReason": _value(lambda one: "COMPLETED" if one.thread.closed_at else None),
    }
    types: dict[str, Mapping[str, Spec]] = {
        "Query": _query_fields(),
        "Repository": _repository_fields(),
        "Issue": _thread_fields("Issue") | issue | {"timelineItems": _rows("TimelineItem", resolving.timeline_of)},
        "PullRequest": _pull_fields(),
        "Discussion": _thread_fields("Discussion") | {"category": _object("Named", lambda _: "Q&A")},
        **_spoken_types(),
        "Commit": _commit_fields(),
        "User": _person_fields(forge),
        "Bot": _actor_fields(),
        "Organization": _person_fields(forge),
        **_small_types(),
    }
    actors = frozenset({"User", "Bot", "Organization"})
    abstract = {
        "Actor": actors,
        "RepositoryOwner": actors,
        "Node": frozenset(set(types) - {"Query", "RateLimit", "GitActor"}),
        "SearchResultItem": frozenset({"Repository", "Issue", "PullRequest"}),
        "IssueOrPullRequest": frozenset({"Issue", "PullRequest"}),
        "TimelineItem": frozenset({"ClosedEvent", "MergedEvent"}),
        "GitObject": frozenset({"Commit"}),
    }
    actor = frozenset({"login", "url", "avatarUrl", "resourcePath"})
    common = {
        "Actor": actor,
        "RepositoryOwner": actor | {"id"},
        "Node": frozenset({"id"}),
        "GitObject": frozenset({"oid", "id"}),
    }
    return Schema(types, abstract, common, resolving.typename)
