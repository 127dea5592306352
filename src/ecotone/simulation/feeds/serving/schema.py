"""The forge's GraphQL types, as far as a collector of public acts asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from ecotone.simulation.feeds import objects
from ecotone.simulation.feeds.accounts import Account, clean
from ecotone.simulation.feeds.acts import Mark, Published, Remark, Thread
from ecotone.simulation.feeds.eras import written
from ecotone.simulation.feeds.serving.forge import Forge, Landed, Said, Seen, matches, second_from, within
from ecotone.simulation.feeds.serving.graphql import Arguments, Missing, Rows, Schema, Spec
from ecotone.simulation.world import DAY, Second

SEARCHED: Final = 1_000


@dataclass(frozen=True, slots=True)
class ThreadNode:
    """An issue, a pull request or a discussion of a project."""

    seen: Seen
    thread: Thread


@dataclass(frozen=True, slots=True)
class ReleaseNode:
    """A release of a project."""

    seen: Seen
    release: Published


@dataclass(frozen=True, slots=True)
class ForkNode:
    """A fork, of which little is known."""

    seen: Seen
    mark: Mark


@dataclass(frozen=True, slots=True)
class ItemNode:
    """An end of a thread in its timeline."""

    kind: str  # ClosedEvent | MergedEvent
    node: ThreadNode


@dataclass(frozen=True, slots=True)
class Query:
    """Where every query begins; `limit` tells what is left of the allowance."""

    forge: Forge
    limit: Callable[[], Mapping[str, Any]]
    viewer: Account


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


def _ordered(rows: list[ThreadNode], arguments: Arguments) -> Rows:
    """Threads in the order that `orderBy` wants; by number without."""
    order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
    seen = rows[0].seen if rows else None

    def key(one: ThreadNode) -> Any:
        assert seen is not None
        if order["field"] == "UPDATED_AT":
            return [seen.touched[one.thread.number], one.thread.number]
        if order["field"] == "COMMENTS":
            return [len(_remarks(one, "comment")), one.thread.number]
        return [one.thread.opened_at, one.thread.number]

    return Rows(sorted(rows, key=key, reverse=order["direction"] == "DESC"), key)


def _state(thread: Thread) -> str:
    if thread.kind == "pull" and thread.merged_at is not None:
        return "MERGED"
    return "CLOSED" if thread.closed_at is not None else "OPEN"


def _threads(kind: str) -> Callable[[Seen, Arguments], Rows]:
    def resolve(seen: Seen, arguments: Arguments) -> Rows:
        narrowed = arguments.get("filterBy") or {}
        states = arguments.get("states") or narrowed.get("states")
        states = [states] if isinstance(states, str) else states
        since = second_from(narrowed["since"]) if narrowed.get("since") else 0
        found = [
            ThreadNode(seen, thread)
            for thread in seen.of_kind(kind)
            if (not states or _state(thread) in states) and seen.touched[thread.number] >= since
        ]
        return _ordered(found, arguments)

    return resolve


def _thread(*kinds: str) -> Callable[[Seen, Arguments], ThreadNode]:
    def resolve(seen: Seen, arguments: Arguments) -> ThreadNode:
        thread = seen.threads.get(arguments["number"])
        if thread is None or thread.kind not in kinds:
            raise Missing(f"Could not resolve to an issue or pull request with the number of {arguments['number']}.")
        return ThreadNode(seen, thread)

    return resolve


def _remarks(node: ThreadNode, kind: str) -> list[Said]:
    return [Said(node.seen, node.thread, remark) for remark in node.thread.remarks if remark.kind == kind]


def _said(kind: str) -> Callable[[ThreadNode, Arguments], Rows]:
    def resolve(node: ThreadNode, arguments: Arguments) -> Rows:
        states = {one.upper() for one in arguments.get("states") or ()}
        found = [one for one in _remarks(node, kind) if not states or one.remark.state.upper() in states]
        return Rows(found, lambda one: one.remark.number)

    return resolve


def _of_review(review: Said, _: Arguments) -> Rows:
    found = [
        one
        for one in _remarks(ThreadNode(review.seen, review.thread), "review_comment")
        if one.remark.review == review.remark.number
    ]
    return Rows(found, lambda one: one.remark.number)


def _timeline(node: ThreadNode, arguments: Arguments) -> Rows:
    kinds = arguments.get("itemTypes") or ["CLOSED_EVENT", "MERGED_EVENT"]
    found = []
    if "MERGED_EVENT" in kinds and node.thread.merged_at is not None:
        found.append(ItemNode("MergedEvent", node))
    if "CLOSED_EVENT" in kinds and node.thread.closed_at is not None:
        found.append(ItemNode("ClosedEvent", node))
    return Rows(found, lambda one: one.kind)


def _history(tip: Landed, arguments: Arguments) -> Rows:
    since = second_from(arguments["since"]) if arguments.get("since") else 0
    until = second_from(arguments["until"]) if arguments.get("until") else tip.seen.now
    found = [one for one in tip.seen.commits if since <= one.commit.change.committer.second <= until]
    return Rows(found, lambda one: one.commit.sha)


def _releases(seen: Seen, arguments: Arguments) -> Rows:
    order = arguments.get("orderBy") or {"direction": "ASC"}
    found = [ReleaseNode(seen, one) for one in seen.releases]
    found = found if order["direction"] == "DESC" else found[::-1]
    return Rows(found, lambda one: one.release.number)


def _forks(seen: Seen, arguments: Arguments) -> Rows:
    order = arguments.get("orderBy") or {"direction": "ASC"}
    found = [ForkNode(seen, mark) for mark in seen.forks]
    return Rows(found[::-1] if order["direction"] == "DESC" else found, lambda one: one.mark.by.number)


def _repository(query: Query, arguments: Arguments) -> Seen:
    name = f"{arguments['owner']}/{arguments['name']}"
    seen, former = query.forge.find(name)
    if seen is None or (former and arguments.get("followRenames") is False):
        raise Missing(f"Could not resolve to a Repository with the name '{name}'.")
    return seen


def _account(query: Query, arguments: Arguments) -> Account:
    login = arguments["login"].lower()
    account = query.forge.accounts.get(login)
    if account is None or account.type == "Bot":
        raise Missing(f"Could not resolve to a User with the login of '{arguments['login']}'.")
    return account


def node_of(forge: Forge, identifier: str) -> Any:
    """What an opaque id stands for; raises Missing."""
    if not forge.nodes:
        forge.nodes.update(_index(forge))
    if identifier not in forge.nodes:
        raise Missing(f"Could not resolve to a node with the global id of '{identifier}'")
    return forge.nodes[identifier]


def _index(forge: Forge) -> Iterator[tuple[str, Any]]:
    """Everything that has an opaque id."""
    for account in forge.accounts.values():
        yield objects.node(account.type, account.number), account
    for seen in forge.projects:
        yield objects.node("Repository", seen.feed.number), seen
        for thread in seen.threads.values():
            yield objects.thread_node(thread), ThreadNode(seen, thread)
        for release in seen.releases:
            yield objects.node("Release", release.number), ReleaseNode(seen, release)
        for name, kind in _REMARKS.items():
            for said in seen.said(kind):
                yield objects.node(name, said.remark.number), said


_REMARKS: Final = {
    "IssueComment": "comment",
    "PullRequestReview": "review",
    "PullRequestReviewComment": "review_comment",
}


def _nodes(query: Query, arguments: Arguments) -> list[Any]:
    found: list[Any] = []
    for identifier in arguments["ids"]:
        try:
            found.append(node_of(query.forge, identifier))
        except Missing as missing:
            found.append(missing)
    return found


def _search(query: Query, arguments: Arguments) -> Rows:
    wanted, kind = arguments["query"], arguments["type"]
    found: list[Any]
    if kind == "REPOSITORY":
        found = sorted(
            (seen for seen in query.forge.everything if matches(seen, wanted)),
            key=lambda seen: (-len(seen.stars), seen.feed.number),
        )
        return Rows(found[:SEARCHED], lambda seen: seen.feed.number, extra={"repositoryCount": len(found)})
    words = dict(word.partition(":")[::2] for word in wanted.split() if ":" in word)
    seen, _ = query.forge.find(words.get("repo", ""))
    kinds = {"pr": ("pull",), "pull-request": ("pull",), "issue": ("issue",)}.get(
        words.get("is", ""), ("pull", "issue")
    )
    found = [ThreadNode(seen, one) for one in seen.of_kind(*kinds)] if seen else []
    if "created" in words:
        unit = 1 if "T" in words["created"] else DAY
        found = [one for one in found if within(one.thread.opened_at, words["created"], second_from, unit)]
    return Rows(found[:SEARCHED], lambda one: one.thread.number, extra={"issueCount": len(found)})


def typename(value: Any) -> str:
    """The type of a value."""
    if isinstance(value, Account):
        return value.type
    if isinstance(value, ThreadNode):
        return {"issue": "Issue", "pull": "PullRequest", "discussion": "Discussion"}[value.thread.kind]
    if isinstance(value, Said):
        return next(name for name, kind in _REMARKS.items() if kind == value.remark.kind)
    if isinstance(value, ItemNode):
        return value.kind
    return {Seen: "Repository", Landed: "Commit", ReleaseNode: "Release"}[type(value)]


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
        "comments": _rows("IssueComment", _said("comment")),
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
        _actor_fields() | {name: _value(read) for name, read in more.items()} | {"name": _value(lambda one: one.name)}
    )


def _query_fields() -> dict[str, Spec]:
    return {
        "repository": Spec("Repository", _repository),
        "repositoryOwner": Spec("RepositoryOwner", _account),
        "user": Spec("User", _account),
        "organization": Spec("Organization", _account),
        "node": Spec("Node", lambda query, arguments: node_of(query.forge, arguments["id"])),
        "nodes": Spec("[Node]", _nodes),
        "search": _rows("SearchResultItem", _search),
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
        "issue": Spec("Issue", _thread("issue")),
        "pullRequest": Spec("PullRequest", _thread("pull")),
        "issueOrPullRequest": Spec("IssueOrPullRequest", _thread("issue", "pull")),
        "discussion": Spec("Discussion", _thread("discussion")),
        "issues": _rows("Issue", _threads("issue")),
        "pullRequests": _rows("PullRequest", _threads("pull")),
        "discussions": _rows("Discussion", _threads("discussion")),
        "releases": _rows("Release", _releases),
        "forks": _rows("Fork", _forks),
        "stargazers": _rows("User", lambda seen, _: Rows((), lambda one: one, total=len(seen.stars))),
        "watchers": _rows("User", lambda seen, _: Rows((), lambda one: one, total=len(seen.stars) // 10)),
    }


def _pull_fields() -> dict[str, Spec]:
    plain: dict[str, Callable[[ThreadNode], Any]] = {
        "state": lambda one: _state(one.thread),
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
            "reviews": _rows("PullRequestReview", _said("review")),
            "reviewThreads": _rows("ReviewThread", _review_threads),
            "commits": _rows("Oid", lambda one, _: Rows(one.thread.head, lambda sha: sha)),
            "timelineItems": _rows("TimelineItem", _timeline),
        }
    )


def _review_threads(node: ThreadNode, _: Arguments) -> Rows:
    """One a comment: in this field a comment is never answered on its own line."""
    return Rows(_remarks(node, "review_comment"), lambda one: one.remark.number)


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
        "history": _rows("Commit", _history),
        "associatedPullRequests": _rows("PullRequest", _associated),
    }


def _associated(one: Landed, _: Arguments) -> Rows:
    found = [ThreadNode(one.seen, one.seen.threads[one.pull])] if one.pull is not None else []
    return Rows(found, lambda node: node.thread.number)


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


def schema_of(forge: Forge) -> Schema:
    """The types of a forge."""
    review: dict[str, Spec] = _remark_fields("PullRequestReview") | {
        "state": _value(lambda one: one.remark.state.upper()),
        "submittedAt": _time(lambda one: one.remark.at),
        "commit": _object("Oid", lambda one: one.thread.head_at(one.remark.at)),
        "comments": _rows("PullRequestReviewComment", _of_review),
        "pullRequest": _object("PullRequest", lambda one: ThreadNode(one.seen, one.thread)),
    }
    line: dict[str, Spec] = _remark_fields("PullRequestReviewComment") | {
        "path": _value(lambda _: "core/file-1.txt"),
        "replyTo": _object("PullRequestReviewComment", lambda _: None),
        "pullRequestReview": _object("PullRequestReview", _review_of),
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
    issue = {
        "state": _value(lambda one: _state(one.thread)),
        "stateReason": _value(lambda one: "COMPLETED" if one.thread.closed_at else None),
    }
    types: dict[str, Mapping[str, Spec]] = {
        "Query": _query_fields(),
        "Repository": _repository_fields(),
        "Issue": _thread_fields("Issue") | issue | {"timelineItems": _rows("TimelineItem", _timeline)},
        "PullRequest": _pull_fields(),
        "Discussion": _thread_fields("Discussion") | {"category": _object("Named", lambda _: "Q&A")},
        "IssueComment": _remark_fields("IssueComment")
        | {"issue": _object("Issue", lambda one: ThreadNode(one.seen, one.thread))},
        "PullRequestReview": review,
        "PullRequestReviewComment": line,
        "Release": {name: _value(read) for name, read in release.items()}
        | {
            "author": _object("User", lambda one: one.release.by),
            "tagCommit": _object("Oid", lambda one: one.release.sha),
        },
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
    return Schema(types, abstract, common, typename)


def _review_of(one: Said) -> Said | None:
    remarks: Sequence[Remark] = one.thread.remarks
    found = [remark for remark in remarks if remark.kind == "review" and remark.number == one.remark.review]
    return Said(one.seen, one.thread, found[0]) if found else None
