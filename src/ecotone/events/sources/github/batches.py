"""Batched GraphQL queries for facts, releases, reviews and profiles; the batch size adapts to GitHub's limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, TypeVar

from ecotone.events.sources.github import parse, queries
from ecotone.events.sources.github.client import AGAIN, Answer, Client, TooMuch
from ecotone.events.sources.github.ledger import Ledger, Window
from ecotone.events.sources.github.lists import Circle, Unusable
from ecotone.events.sources.github.values import Unreadable, field, listed, optional
from ecotone.events.sources.github.windows import naive
from ecotone.foundation.errors import SourceMalformed, SourceUnavailable
from ecotone.foundation.months import month_of, months_between

QUICK: Final = 2.5
"""Seconds; after a faster answer the batch size is doubled (GitHub gives up a query after ten seconds)."""

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Question(Generic[Thing]):
    """A batched query: its name, the first and the largest batch size, and the function that builds it."""

    name: str
    first: int
    most: int
    ask: Callable[[Sequence[Thing]], tuple[str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Part(Generic[Thing]):
    """A batch of items and its answer; None if even a single item is too large."""

    things: tuple[Thing, ...]
    answer: Answer | None


def in_parts(
    client: Client, ledger: Ledger, question: Question[Thing], things: Sequence[Thing]
) -> Iterator[Part[Thing]]:
    """Query all items in batches; the size is halved after a refusal and doubled after a quick answer."""
    kept = size = min(ledger.size(question.name) or question.first, question.most)
    place = failures = 0
    while place < len(things):
        part = tuple(things[place : place + size])
        document, variables = question.ask(part)
        try:
            answer = client.query(document, variables, question.name)
        except TooMuch as error:
            failures += 1
            if not error.certain and failures >= client.backoff.attempts:
                raise SourceUnavailable(
                    f"GitHub did not answer {failures} queries for {question.name} in a row ({error}). {AGAIN}"
                ) from error
            client.clock.sleep(client.backoff.after(failures))
            if len(part) > 1 and (error.certain or failures > 1):
                size = len(part) // 2
            elif error.certain:
                yield Part(part, None)
                place, failures = place + 1, 0
            continue
        place, failures = place + len(part), 0
        if answer.seconds < QUICK and len(part) == size:
            size = min(size * 2, question.most)
        if size != kept:
            ledger.note_size(question.name, size)
            kept = size
        yield Part(part, answer)


# repositories and their releases

_FACTS: Final[Question[str]] = Question(
    "repositories", queries.REPOSITORIES, queries.REPOSITORIES, queries.repositories
)


@dataclass(frozen=True, slots=True)
class Known:
    """The facts in one answer by requested name, and the reason for each name without facts.

    refused  why releases were refused, by requested name
    """

    facts: Mapping[str, parse.RepositoryFacts]
    failures: Mapping[str, str]
    refused: Mapping[str, tuple[str, ...]]


def read_facts(client: Client, ledger: Ledger, names: Sequence[str]) -> Iterator[Known]:
    """Read facts about repositories, by requested name. Raises SourceError."""
    for part in in_parts(client, ledger, _FACTS, names):
        facts: dict[str, parse.RepositoryFacts] = {}
        failures: dict[str, str] = {}
        refused: dict[str, tuple[str, ...]] = {}
        data = _data(part.answer)
        for index, name in enumerate(part.things):
            try:
                value = optional(data, f"r{index}")
                if value is None:
                    failures[name] = _MISSING if part.answer else _TOO_LARGE
                    continue
                facts[name], refused[name] = parse.repository_facts(value)
            except Unreadable as error:
                failures[name] = f"GitHub's answer has an unexpected format ({error})"
        yield Known(facts, failures, refused)


_MISSING: Final = "GitHub has no such repository, or it is private"


def read_releases(client: Client, ledger: Ledger, window: Window, node: str) -> Iterator[int]:
    """Read older releases, back to the start of the time range; yields the number of releases on each page."""
    cursor = window.next_url
    circle = Circle(window.repository, "releases")
    while cursor is not None:
        variables = {"id": node, "after": cursor}
        answer = _alone(client, ledger, "releases", queries.MORE_RELEASES, variables)
        circle.check(optional(_data(answer), "node"))
        try:
            found, refused, more = parse.connection(_of_node(answer, "releases"), parse.release)
        except Unreadable as error:
            raise _malformed("releases", error) from error
        cursor = None if is_before(found, window.since) else more
        ledger.keep_releases(window, found, cursor, len(refused))
        yield len(found)


DRAFTING: Final = 30 * 86400
"""Longest time in seconds between draft and publication of a release; the list is sorted by creation of the drafts."""


def is_before(releases: Sequence[parse.Release], since: int) -> bool:
    """Whether all further pages (newest first) are older than `since`."""
    return bool(releases) and releases[-1].made < since - DRAFTING


# pull requests


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request whose details are not read since its last change, `updated`."""

    repository: str
    number: int
    node: str
    updated: int


def pending_pulls(ledger: Ledger, repositories: Sequence[str]) -> list[Pull]:
    """Pull requests that changed since their details were read."""
    sql = (
        "select repository, number, node, updated from threads"
        " where repository = ? and is_pull and node is not null and (asked is null or asked < updated) order by number"
    )
    return [Pull(*row) for repository in repositories for row in ledger.rows(sql, (repository,))]  # type: ignore[arg-type] # SQLite's rows have no types


def pending_months(ledger: Ledger, repository: str) -> frozenset[date]:
    """Months that may lack reviews: those in which the pending pull requests were open."""
    sql = (
        "select opened, updated from threads"
        " where repository = ? and is_pull and node is not null and (asked is null or asked < updated)"
    )
    spans = ((month_of(naive(int(str(at)))) for at in row) for row in ledger.rows(sql, (repository,)))
    return frozenset(month for opened, updated in spans for month in months_between(opened, updated))


def _ask_pulls(pulls: Sequence[Pull]) -> tuple[str, Mapping[str, object]]:
    return queries.PULL_DETAILS, {"ids": [pull.node for pull in pulls]}


_PULLS: Final[Question[Pull]] = Question("pulls", queries.FIRST_PULLS, queries.PULLS, _ask_pulls)


_TOO_LARGE: Final = "it is too large for GitHub to answer"


def read_pulls(client: Client, ledger: Ledger, pulls: Sequence[Pull]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Read reviews, mergers and closers; yields numbers of finished pull requests and refusals. Raises SourceError."""
    for part in in_parts(client, ledger, _PULLS, pulls):
        if part.answer is None:  # not recorded as read: its months stay partial
            yield len(part.things), (_TOO_LARGE,)
            continue
        by_node = {pull.node: pull for pull in part.things}
        details, refused = _nodes(part.answer, parse.pull_details)
        found = {(by_node[one.node].repository, one.number): one for one in details if one.node in by_node}
        longer = {(pull.repository, pull.number) for pull in part.things} & {
            key for key, one in found.items() if one.more
        }
        by_key = {(pull.repository, pull.number): pull for pull in part.things}
        # omitted and partly unreadable pull requests are not recorded as read: their months stay partial
        refused += (_LEFT_OUT,) * (len(by_key.keys() - found.keys()) - len(refused))
        done = [key for key, one in found.items() if key not in longer and not one.refused]
        for one in found.values():
            refused += one.refused
        ledger.keep_details([(*key, by_key[key].updated) for key in done], found)
        for key in sorted(longer):
            refused += _read_more_reviews(client, ledger, by_key[key], found[key])
        yield len(part.things), refused


_LEFT_OUT: Final = "GitHub omits it from its answer"


def _read_more_reviews(client: Client, ledger: Ledger, pull: Pull, first: parse.PullDetails) -> tuple[str, ...]:
    """Read further reviews of a pull request; returns why some were refused."""
    reasons: tuple[str, ...] = ()
    cursor = first.more
    circle = Circle(f"{pull.repository}#{pull.number}", "reviews")
    while cursor is not None:
        answer = _alone(client, ledger, "reviews", queries.MORE_REVIEWS, {"id": pull.node, "after": cursor})
        try:
            circle.check(optional(_data(answer), "node"))
            found, refused, cursor = parse.connection(_of_node(answer, "reviews"), parse.review)
        except Unusable as error:
            return (*reasons, str(error))
        except Unreadable as error:
            raise _malformed("reviews", error) from error
        reasons += refused
        ledger.keep_reviews(pull.repository, pull.number, found)
    if not (reasons or first.refused):
        ledger.keep_details([(pull.repository, pull.number, pull.updated)], {})
    return reasons


# people

OLD_PROFILE: Final = 180 * 86400
"""Seconds after which a profile is read again: people change employers."""


def pending_people(ledger: Ledger, now: int) -> list[tuple[str, str]]:
    """Login and id of people whose profile is missing or old."""
    sql = "select login, node from people where node is not null and (asked is null or asked < ?) order by login"
    return [(str(login), str(node)) for login, node in ledger.rows(sql, (now - OLD_PROFILE,))]


def _ask_people(people: Sequence[tuple[str, str]]) -> tuple[str, Mapping[str, object]]:
    return queries.PROFILES, {"ids": [node for _, node in people]}


_PEOPLE: Final[Question[tuple[str, str]]] = Question("people", queries.PEOPLE, queries.PEOPLE, _ask_people)


def read_profiles(
    client: Client, ledger: Ledger, people: Sequence[tuple[str, str]], now: int
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Read profiles; yields the number of finished people and refusals. Raises SourceError."""
    for part in in_parts(client, ledger, _PEOPLE, people):
        if part.answer is None:
            yield len(part.things), (_TOO_LARGE,)
            continue
        found, refused = _nodes(part.answer, parse.profile)
        ledger.keep_profiles([login for login, _ in part.things], found, now)
        yield len(part.things), refused


# answers


def _alone(client: Client, ledger: Ledger, name: str, document: str, variables: Mapping[str, object]) -> Answer:
    def ask(_: Sequence[str]) -> tuple[str, Mapping[str, object]]:
        return document, variables

    (part,) = in_parts(client, ledger, Question(name, 1, 1, ask), [""])
    if part.answer is None:
        raise SourceUnavailable(f"A page of {name} is too large for GitHub. Run the same command again later.")
    return part.answer


def _data(answer: Answer | None) -> object:
    return {} if answer is None else optional(answer.body, "data")


def _of_node(answer: Answer, name: str) -> object:
    """A list below `node`; empty if the node was deleted."""
    found = optional(_data(answer), "node")
    return {"nodes": [], "pageInfo": {"hasNextPage": False}} if found is None else field(found, name)


def _nodes(answer: Answer | None, read: Callable[[object], Thing]) -> tuple[tuple[Thing, ...], tuple[str, ...]]:
    """The parsed items of `nodes`; deleted items (null) and items of other types are left out."""
    try:
        values = listed(optional(_data(answer), "nodes"))
    except Unreadable as error:
        raise _malformed("nodes", error) from error
    return parse.items([one for one in values if isinstance(one, dict) and len(one) > 1], read)


def _malformed(what: str, error: Unreadable) -> SourceMalformed:
    return SourceMalformed(f"GitHub's list of {what} has an unexpected format ({error}). Please report it.")
