"""Other repositories that people recently contributed to, according to GitHub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ecotone.events.sources.github import parse
from ecotone.events.sources.github.client import AGAIN, Client, TooMuch
from ecotone.events.sources.github.parse import RepositoryFacts
from ecotone.events.sources.github.values import Unreadable, field, listed, optional
from ecotone.foundation.errors import SourceMalformed, SourceUnavailable

AT_ONCE: Final = 20
"""People in one query; halved if it is too large for GitHub."""
EACH: Final = 50
"""Most repositories of one person, those with most stars first."""

_WORK: Final = (
    f"repositoriesContributedTo(first: {EACH}, includeUserRepositories: true, privacy: PUBLIC,"
    " contributionTypes: [COMMIT, PULL_REQUEST, PULL_REQUEST_REVIEW, ISSUE],"
    " orderBy: {field: STARGAZERS, direction: DESC}) { nodes { id databaseId nameWithOwner description"
    " stargazerCount primaryLanguage { name } repositoryTopics(first: 20) { nodes { topic { name } } } } }"
)


@dataclass(frozen=True, slots=True)
class Worker:
    """A person and the repositories he or she recently contributed to."""

    login: str
    repositories: tuple[RepositoryFacts, ...]


def work_of(client: Client, logins: Sequence[str]) -> Iterator[Worker]:
    """The repositories that each person recently contributed to, without deleted accounts and failing queries.

    Raises NoToken, SourceUnavailable, SourceMalformed.
    """
    waiting = [tuple(logins[at : at + AT_ONCE]) for at in range(0, len(logins), AT_ONCE)][::-1]
    failures = 0
    while waiting:
        part = waiting.pop()
        document, variables = _question(part)
        try:
            answer = client.query(document, variables, "elsewhere")
        except TooMuch as error:
            failures += 1
            if not error.certain and failures >= client.backoff.attempts:
                raise SourceUnavailable(
                    f"GitHub did not answer {failures} queries in a row ({error}). {AGAIN}"
                ) from error
            client.clock.sleep(client.backoff.after(failures))
            half = len(part) // 2
            waiting += [some for some in (part[half:], part[:half]) if some and (half or not error.certain)]
            continue
        failures = 0
        yield from _workers(answer.body, part)


def _question(logins: Sequence[str]) -> tuple[str, Mapping[str, str]]:
    declared = ", ".join(f"$l{index}: String!" for index in range(len(logins)))
    parts = " ".join(f"u{index}: user(login: $l{index}) {{ ...work }}" for index in range(len(logins)))
    text = f"query elsewhere({declared}) {{ {parts} rateLimit {{ cost remaining resetAt }} }}"
    return f"{text} fragment work on User {{ login {_WORK} }}", {f"l{at}": login for at, login in enumerate(logins)}


def _workers(body: object, logins: Sequence[str]) -> Iterator[Worker]:
    try:
        data = field(body, "data")
        for index, login in enumerate(logins):
            user = optional(data, f"u{index}")
            if user is None:
                continue
            nodes = listed(optional(optional(user, "repositoriesContributedTo"), "nodes"))
            yield Worker(login, tuple(_repositories(nodes)))
    except Unreadable as error:
        raise SourceMalformed(f"GitHub's answer has an unexpected format ({error}). Please report it.") from error


def _repositories(nodes: Sequence[object]) -> Iterator[RepositoryFacts]:
    """The repositories that can be parsed."""
    for one in nodes:
        if one is None:
            continue
        try:
            yield parse.plain_repository(one)
        except Unreadable:
            continue
