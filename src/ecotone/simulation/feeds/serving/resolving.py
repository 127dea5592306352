"""What the forge's GraphQL answers to fields that take arguments, and what its opaque ids stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ecotone.simulation.feeds import objects
from ecotone.simulation.feeds.accounts import Account
from ecotone.simulation.feeds.acts import Mark, Published, Remark, Thread
from ecotone.simulation.feeds.serving.forge import Forge, Landed, Said, Seen, matches, second_from, within
from ecotone.simulation.feeds.serving.graphql import Arguments, Missing, Rows
from ecotone.simulation.world import DAY

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


def ordered(rows: list[ThreadNode], arguments: Arguments) -> Rows:
    """Threads in the order that `orderBy` wants; by number without."""
    order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
    seen = rows[0].seen if rows else None

    def key(one: ThreadNode) -> Any:
        assert seen is not None
        if order["field"] == "UPDATED_AT":
            return [seen.touched[one.thread.number], one.thread.number]
        if order["field"] == "COMMENTS":
            return [len(remarks_of(one, "comment")), one.thread.number]
        return [one.thread.opened_at, one.thread.number]

    return Rows(sorted(rows, key=key, reverse=order["direction"] == "DESC"), key)


def state_of(thread: Thread) -> str:
    """OPEN, CLOSED or MERGED."""
    if thread.kind == "pull" and thread.merged_at is not None:
        return "MERGED"
    return "CLOSED" if thread.closed_at is not None else "OPEN"


def threads_of(kind: str) -> Callable[[Seen, Arguments], Rows]:
    """The threads of a kind, by state and time of change."""

    def resolve(seen: Seen, arguments: Arguments) -> Rows:
        narrowed = arguments.get("filterBy") or {}
        states = arguments.get("states") or narrowed.get("states")
        states = [states] if isinstance(states, str) else states
        since = second_from(narrowed["since"]) if narrowed.get("since") else 0
        found = [
            ThreadNode(seen, thread)
            for thread in seen.of_kind(kind)
            if (not states or state_of(thread) in states) and seen.touched[thread.number] >= since
        ]
        return ordered(found, arguments)

    return resolve


def thread_of(*kinds: str) -> Callable[[Seen, Arguments], ThreadNode]:
    """One thread by its number."""

    def resolve(seen: Seen, arguments: Arguments) -> ThreadNode:
        thread = seen.threads.get(arguments["number"])
        if thread is None or thread.kind not in kinds:
            raise Missing(f"Could not resolve to an issue or pull request with the number of {arguments['number']}.")
        return ThreadNode(seen, thread)

    return resolve


def remarks_of(node: ThreadNode, kind: str) -> list[Said]:
    """What was said in a thread, of one kind."""
    return [Said(node.seen, node.thread, remark) for remark in node.thread.remarks if remark.kind == kind]


def said_in(kind: str) -> Callable[[ThreadNode, Arguments], Rows]:
    """The same as rows, narrowed to states of reviews."""

    def resolve(node: ThreadNode, arguments: Arguments) -> Rows:
        states = {one.upper() for one in arguments.get("states") or ()}
        found = [one for one in remarks_of(node, kind) if not states or one.remark.state.upper() in states]
        return Rows(found, lambda one: one.remark.number)

    return resolve


def comments_of_review(review: Said, _: Arguments) -> Rows:
    """The comments that came with a review."""
    found = [
        one
        for one in remarks_of(ThreadNode(review.seen, review.thread), "review_comment")
        if one.remark.review == review.remark.number
    ]
    return Rows(found, lambda one: one.remark.number)


def timeline_of(node: ThreadNode, arguments: Arguments) -> Rows:
    """The ends of a thread."""
    kinds = arguments.get("itemTypes") or ["CLOSED_EVENT", "MERGED_EVENT"]
    found = []
    if "MERGED_EVENT" in kinds and node.thread.merged_at is not None:
        found.append(ItemNode("MergedEvent", node))
    if "CLOSED_EVENT" in kinds and node.thread.closed_at is not None:
        found.append(ItemNode("ClosedEvent", node))
    return Rows(found, lambda one: one.kind)


def history_of(tip: Landed, arguments: Arguments) -> Rows:
    """The commits of the default branch by time of commit, the newest first."""
    since = second_from(arguments["since"]) if arguments.get("since") else 0
    until = second_from(arguments["until"]) if arguments.get("until") else tip.seen.now
    found = [one for one in tip.seen.commits if since <= one.commit.change.committer.second <= until]
    return Rows(found, lambda one: one.commit.sha)


def releases_of(seen: Seen, arguments: Arguments) -> Rows:
    """Releases, the oldest first unless told otherwise."""
    order = arguments.get("orderBy") or {"direction": "ASC"}
    found = [ReleaseNode(seen, one) for one in seen.releases]
    found = found if order["direction"] == "DESC" else found[::-1]
    return Rows(found, lambda one: one.release.number)


def forks_of(seen: Seen, arguments: Arguments) -> Rows:
    """Forks, the oldest first unless told otherwise."""
    order = arguments.get("orderBy") or {"direction": "ASC"}
    found = [ForkNode(seen, mark) for mark in seen.forks]
    return Rows(found[::-1] if order["direction"] == "DESC" else found, lambda one: one.mark.by.number)


def repository_of(query: Query, arguments: Arguments) -> Seen:
    """A repository by owner and name; former names lead to it."""
    name = f"{arguments['owner']}/{arguments['name']}"
    seen, former = query.forge.find(name)
    if seen is None or (former and arguments.get("followRenames") is False):
        raise Missing(f"Could not resolve to a Repository with the name '{name}'.")
    return seen


def account_of(query: Query, arguments: Arguments) -> Account:
    """An account by login; bots are not found that way."""
    login = arguments["login"].lower()
    account = query.forge.accounts.get(login)
    if account is None or account.type == "Bot":
        raise Missing(f"Could not resolve to a User with the login of '{arguments['login']}'.")
    return account


def contributed_by(forge: Forge) -> Callable[[Account, Arguments], Rows]:
    """The repositories in which an account opened a thread, those with most stars first."""

    def resolve(account: Account, _: Arguments) -> Rows:
        found = [
            seen for seen in forge.projects if any(one.by.number == account.number for one in seen.threads.values())
        ]
        found.sort(key=lambda seen: (-len(seen.stars), seen.feed.number))
        return Rows(found, lambda seen: seen.feed.number)

    return resolve


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
        for name, kind in REMARKS.items():
            for said in seen.said(kind):
                yield objects.node(name, said.remark.number), said


REMARKS: Final = {
    "IssueComment": "comment",
    "PullRequestReview": "review",
    "PullRequestReviewComment": "review_comment",
}


def nodes_of(query: Query, arguments: Arguments) -> list[Any]:
    """What several opaque ids stand for; what is missing stands there as such."""
    found: list[Any] = []
    for identifier in arguments["ids"]:
        try:
            found.append(node_of(query.forge, identifier))
        except Missing as missing:
            found.append(missing)
    return found


def search(query: Query, arguments: Arguments) -> Rows:
    """Repositories by words and keys, or the issues and pull requests of one repository."""
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
        return next(name for name, kind in REMARKS.items() if kind == value.remark.kind)
    if isinstance(value, ItemNode):
        return value.kind
    return {Seen: "Repository", Landed: "Commit", ReleaseNode: "Release"}[type(value)]


def review_threads(node: ThreadNode, _: Arguments) -> Rows:
    """One a comment: in this field a comment is never answered on its own line."""
    return Rows(remarks_of(node, "review_comment"), lambda one: one.remark.number)


def associated(one: Landed, _: Arguments) -> Rows:
    """The pull request that brought a commit."""
    found = [ThreadNode(one.seen, one.seen.threads[one.pull])] if one.pull is not None else []
    return Rows(found, lambda node: node.thread.number)


def review_of(one: Said) -> Said | None:
    """The review that a comment came with."""
    remarks: Sequence[Remark] = one.thread.remarks
    found = [remark for remark in remarks if remark.kind == "review" and remark.number == one.remark.review]
    return Said(one.seen, one.thread, found[0]) if found else None
