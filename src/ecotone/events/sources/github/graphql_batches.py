"""Batched GraphQL queries for facts, releases, reviews and profiles; the batch size adapts to GitHub's limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, TypeVar

from ecotone.events.sources.github import graphql_queries, response_parser
from ecotone.events.sources.github.client import RETRY_HINT, Answer, GitHubClient, QueryTooLarge
from ecotone.events.sources.github.json_fields import UnreadableValue, list_or_empty, optional_field, required_field
from ecotone.events.sources.github.page_store import PageStore, Window
from ecotone.events.sources.github.rest_pages import RepetitionCheck, UnusableList
from ecotone.events.sources.github.time_ranges import naive_utc
from ecotone.foundation.errors import SourceMalformed, SourceUnavailable
from ecotone.foundation.months import list_months_between, start_of_month

QUICK_SECONDS: Final = 2.5
"""Seconds; after a faster answer the batch size is doubled (GitHub gives up a query after ten seconds)."""

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class BatchQuery(Generic[Thing]):
    """A batched query: its name, the first and the largest batch size, and the function that builds it."""

    name: str
    first: int
    largest: int
    build: Callable[[Sequence[Thing]], tuple[str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Batch(Generic[Thing]):
    """A batch of items and its answer; None if even a single item is too large."""

    items: tuple[Thing, ...]
    answer: Answer | None


def query_in_batches(
    client: GitHubClient, ledger: PageStore, query: BatchQuery[Thing], items: Sequence[Thing]
) -> Iterator[Batch[Thing]]:
    """Query all items in batches; the size is halved after a refusal and doubled after a quick answer."""
    stored_size = size = min(ledger.batch_size(query.name) or query.first, query.largest)
    position = failures = 0
    while position < len(items):
        part = tuple(items[position : position + size])
        document, variables = query.build(part)
        try:
            answer = client.query_graphql(document, variables, query.name)
        except QueryTooLarge as error:
            failures += 1
            if not error.certain and failures >= client.backoff.attempts:
                raise SourceUnavailable(
                    f"GitHub did not answer {failures} queries for {query.name} in a row ({error}). {RETRY_HINT}"
                ) from error
            client.clock.sleep(client.backoff.wait_after_failures(failures))
            if len(part) > 1 and (error.certain or failures > 1):
                size = len(part) // 2
            elif error.certain:
                yield Batch(part, None)
                position, failures = position + 1, 0
            continue
        position, failures = position + len(part), 0
        if answer.seconds < QUICK_SECONDS and len(part) == size:
            size = min(size * 2, query.largest)
        if size != stored_size:
            ledger.record_batch_size(query.name, size)
            stored_size = size
        yield Batch(part, answer)


# repositories and their releases

_FACTS_QUERY: Final[BatchQuery[str]] = BatchQuery(
    "repositories",
    graphql_queries.REPOSITORIES_PER_QUERY,
    graphql_queries.REPOSITORIES_PER_QUERY,
    graphql_queries.repositories_query,
)


@dataclass(frozen=True, slots=True)
class FactsAnswer:
    """The facts in one answer by requested name, and the reason for each name without facts.

    refused  why releases were refused, by requested name
    """

    facts: Mapping[str, response_parser.RepositoryFacts]
    failures: Mapping[str, str]
    refused: Mapping[str, tuple[str, ...]]


def read_repository_facts(client: GitHubClient, ledger: PageStore, names: Sequence[str]) -> Iterator[FactsAnswer]:
    """Read facts about repositories, by requested name. Raises SourceError."""
    for part in query_in_batches(client, ledger, _FACTS_QUERY, names):
        facts: dict[str, response_parser.RepositoryFacts] = {}
        failures: dict[str, str] = {}
        refused: dict[str, tuple[str, ...]] = {}
        data = _answer_data(part.answer)
        for index, name in enumerate(part.items):
            try:
                value = optional_field(data, f"r{index}")
                if value is None:
                    failures[name] = _MISSING_REASON if part.answer else _TOO_LARGE_REASON
                    continue
                facts[name], refused[name] = response_parser.parse_graphql_facts(value)
            except UnreadableValue as error:
                failures[name] = f"GitHub's answer has an unexpected format ({error})"
        yield FactsAnswer(facts, failures, refused)


_MISSING_REASON: Final = "GitHub has no such repository, or it is private"


def read_releases(client: GitHubClient, ledger: PageStore, window: Window, node: str) -> Iterator[int]:
    """Read older releases, back to the start of the time range; yields the number of releases on each page."""
    cursor = window.next_url
    circle = RepetitionCheck(window.repository, "releases")
    while cursor is not None:
        variables = {"id": node, "after": cursor}
        answer = _query_single_item(client, ledger, "releases", graphql_queries.RELEASES_QUERY, variables)
        circle.check_page(optional_field(_answer_data(answer), "node"))
        try:
            releases, refused, next_cursor = response_parser.parse_connection(
                _list_of_node(answer, "releases"), response_parser.parse_release
            )
        except UnreadableValue as error:
            raise _unexpected_format("releases", error) from error
        cursor = None if is_older_than(releases, window.since) else next_cursor
        ledger.store_releases(window, releases, cursor, len(refused))
        yield len(releases)


LONGEST_DRAFT_SECONDS: Final = 30 * 86400
"""Longest time in seconds between draft and publication of a release; the list is sorted by creation of the drafts."""


def is_older_than(releases: Sequence[response_parser.Release], since: int) -> bool:
    """Whether all further pages (newest first) are older than `since`."""
    return bool(releases) and releases[-1].drafted < since - LONGEST_DRAFT_SECONDS


# pull requests


@dataclass(frozen=True, slots=True)
class PendingPull:
    """A pull request whose details are not read since its last change, `updated`."""

    repository: str
    number: int
    node: str
    updated: int


def pulls_without_details(ledger: PageStore, repositories: Sequence[str]) -> list[PendingPull]:
    """Pull requests that changed since their details were read."""
    sql = (
        "select repository, number, node, updated from threads"
        " where repository = ? and is_pull and node is not null and (asked is null or asked < updated) order by number"
    )
    return [PendingPull(*row) for repository in repositories for row in ledger.query_rows(sql, (repository,))]  # type: ignore[arg-type] # SQLite's rows have no types


def months_without_reviews(ledger: PageStore, repository: str) -> frozenset[date]:
    """Months that may lack reviews: those in which the pending pull requests were open."""
    sql = (
        "select opened, updated from threads"
        " where repository = ? and is_pull and node is not null and (asked is null or asked < updated)"
    )
    spans = ((start_of_month(naive_utc(int(str(at)))) for at in row) for row in ledger.query_rows(sql, (repository,)))
    return frozenset(month for opened, updated in spans for month in list_months_between(opened, updated))


def _pull_details_query(pulls: Sequence[PendingPull]) -> tuple[str, Mapping[str, object]]:
    return graphql_queries.PULL_DETAILS_QUERY, {"ids": [pull.node for pull in pulls]}


_PULL_QUERY: Final[BatchQuery[PendingPull]] = BatchQuery(
    "pulls", graphql_queries.PULLS_IN_FIRST_QUERY, graphql_queries.PULLS_PER_QUERY, _pull_details_query
)


_TOO_LARGE_REASON: Final = "it is too large for GitHub to answer"


def read_pulls(
    client: GitHubClient, ledger: PageStore, pulls: Sequence[PendingPull]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Read reviews, mergers and closers; yields numbers of finished pull requests and refusals. Raises SourceError."""
    for part in query_in_batches(client, ledger, _PULL_QUERY, pulls):
        if part.answer is None:  # not recorded as read: its months stay partial
            yield len(part.items), (_TOO_LARGE_REASON,)
            continue
        by_node = {pull.node: pull for pull in part.items}
        details, refused = _parse_nodes(part.answer, response_parser.parse_pull_details)
        details_by_pull = {
            (by_node[pull_details.node].repository, pull_details.number): pull_details
            for pull_details in details
            if pull_details.node in by_node
        }
        longer = {(pull.repository, pull.number) for pull in part.items} & {
            key for key, pull_details in details_by_pull.items() if pull_details.next_cursor
        }
        by_key = {(pull.repository, pull.number): pull for pull in part.items}
        # omitted and partly unreadable pull requests are not recorded as read: their months stay partial
        refused += (_LEFT_OUT_REASON,) * (len(by_key.keys() - details_by_pull.keys()) - len(refused))
        done = [key for key, pull_details in details_by_pull.items() if key not in longer and not pull_details.refused]
        for pull_details in details_by_pull.values():
            refused += pull_details.refused
        ledger.store_pull_details([(*key, by_key[key].updated) for key in done], details_by_pull)
        for key in sorted(longer):
            refused += _read_more_reviews(client, ledger, by_key[key], details_by_pull[key])
        yield len(part.items), refused


_LEFT_OUT_REASON: Final = "GitHub omits it from its answer"


def _read_more_reviews(
    client: GitHubClient, ledger: PageStore, pull: PendingPull, first: response_parser.PullDetails
) -> tuple[str, ...]:
    """Read further reviews of a pull request; returns why some were refused."""
    reasons: tuple[str, ...] = ()
    cursor = first.next_cursor
    circle = RepetitionCheck(f"{pull.repository}#{pull.number}", "reviews")
    while cursor is not None:
        answer = _query_single_item(
            client, ledger, "reviews", graphql_queries.REVIEWS_QUERY, {"id": pull.node, "after": cursor}
        )
        try:
            circle.check_page(optional_field(_answer_data(answer), "node"))
            reviews, refused, cursor = response_parser.parse_connection(
                _list_of_node(answer, "reviews"), response_parser.parse_review
            )
        except UnusableList as error:
            return (*reasons, str(error))
        except UnreadableValue as error:
            raise _unexpected_format("reviews", error) from error
        reasons += refused
        ledger.store_reviews(pull.repository, pull.number, reviews)
    if not (reasons or first.refused):
        ledger.store_pull_details([(pull.repository, pull.number, pull.updated)], {})
    return reasons


# people

OLD_PROFILE: Final = 180 * 86400
"""Seconds after which a profile is read again: people change employers."""


def people_without_profile(ledger: PageStore, now: int) -> list[tuple[str, str]]:
    """Login and id of people whose profile is missing or old."""
    sql = "select login, node from people where node is not null and (asked is null or asked < ?) order by login"
    return [(str(login), str(node)) for login, node in ledger.query_rows(sql, (now - OLD_PROFILE,))]


def _profile_query(people: Sequence[tuple[str, str]]) -> tuple[str, Mapping[str, object]]:
    return graphql_queries.PROFILES_QUERY, {"ids": [node for _, node in people]}


_PEOPLE_QUERY: Final[BatchQuery[tuple[str, str]]] = BatchQuery(
    "people", graphql_queries.PEOPLE_PER_QUERY, graphql_queries.PEOPLE_PER_QUERY, _profile_query
)


def read_profiles(
    client: GitHubClient, ledger: PageStore, people: Sequence[tuple[str, str]], now: int
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Read profiles; yields the number of finished people and refusals. Raises SourceError."""
    for part in query_in_batches(client, ledger, _PEOPLE_QUERY, people):
        if part.answer is None:
            yield len(part.items), (_TOO_LARGE_REASON,)
            continue
        profiles, refused = _parse_nodes(part.answer, response_parser.parse_profile)
        ledger.store_profiles([login for login, _ in part.items], profiles, now)
        yield len(part.items), refused


# authors of commits

RepositoryCommit = tuple[str, str]
"""A repository's current name and a sha."""


_AUTHORS_QUERY: Final[BatchQuery[RepositoryCommit]] = BatchQuery(
    "authors",
    graphql_queries.AUTHORS_PER_QUERY,
    graphql_queries.AUTHORS_PER_QUERY,
    graphql_queries.commit_authors_query,
)


def read_commit_authors(
    client: GitHubClient, ledger: PageStore, commits: Mapping[RepositoryCommit, RepositoryCommit], now: int
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Read who wrote commits; yields the number of finished commits and refusals. Raises SourceError.

    commits  repository's current name and sha -> the landscape's name and sha
    """
    for part in query_in_batches(client, ledger, _AUTHORS_QUERY, list(commits)):
        if part.answer is None:
            yield len(part.items), (_TOO_LARGE_REASON,)
            continue
        data, refused = _answer_data(part.answer), []
        authors: dict[tuple[str, str], response_parser.Person | None] = {}
        for commit, (repository, field) in zip(part.items, graphql_queries.commit_places(part.items), strict=True):
            try:
                answered = optional_field(optional_field(data, repository) or {}, field)
                author = optional_field(answered, "author") if answered else None
                authors[commits[commit]] = response_parser.parse_person(optional_field(author or {}, "user"))
            except UnreadableValue as error:
                refused.append(str(error))
        ledger.store_commit_authors(authors, now)
        yield len(part.items), tuple(refused)


# answers


def _query_single_item(
    client: GitHubClient, ledger: PageStore, name: str, document: str, variables: Mapping[str, object]
) -> Answer:
    def build_query(_: Sequence[str]) -> tuple[str, Mapping[str, object]]:
        return document, variables

    (part,) = query_in_batches(client, ledger, BatchQuery(name, 1, 1, build_query), [""])
    if part.answer is None:
        raise SourceUnavailable(f"A page of {name} is too large for GitHub. Run the same command again later.")
    return part.answer


def _answer_data(answer: Answer | None) -> object:
    return {} if answer is None else optional_field(answer.body, "data")


def _list_of_node(answer: Answer, name: str) -> object:
    """A list below `node`; empty if the node was deleted."""
    node = optional_field(_answer_data(answer), "node")
    return {"nodes": [], "pageInfo": {"hasNextPage": False}} if node is None else required_field(node, name)


def _parse_nodes(answer: Answer | None, read: Callable[[object], Thing]) -> tuple[tuple[Thing, ...], tuple[str, ...]]:
    """The parsed items of `nodes`; deleted items (null) and items of other types are left out."""
    try:
        values = list_or_empty(optional_field(_answer_data(answer), "nodes"))
    except UnreadableValue as error:
        raise _unexpected_format("nodes", error) from error
    return response_parser.parse_items([value for value in values if isinstance(value, dict) and len(value) > 1], read)


def _unexpected_format(what: str, error: UnreadableValue) -> SourceMalformed:
    return SourceMalformed(f"GitHub's list of {what} has an unexpected format ({error}). Please report it.")
