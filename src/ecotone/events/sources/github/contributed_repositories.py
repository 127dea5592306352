"""Other repositories that people recently contributed to, according to GitHub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ecotone.events.sources.github import response_parser
from ecotone.events.sources.github.client import RETRY_HINT, GitHubClient, QueryTooLarge
from ecotone.events.sources.github.json_fields import UnreadableValue, list_or_empty, optional_field, required_field
from ecotone.events.sources.github.response_parser import RepositoryFacts
from ecotone.foundation.errors import SourceMalformed, SourceUnavailable

PEOPLE_PER_QUERY: Final = 20
"""People in one query; halved if it is too large for GitHub."""
REPOSITORIES_PER_PERSON: Final = 50
"""Most repositories of one person, those with most stars first."""

_CONTRIBUTIONS: Final = (
    f"repositoriesContributedTo(first: {REPOSITORIES_PER_PERSON}, includeUserRepositories: true, privacy: PUBLIC,"
    " contributionTypes: [COMMIT, PULL_REQUEST, PULL_REQUEST_REVIEW, ISSUE],"
    " orderBy: {field: STARGAZERS, direction: DESC}) { nodes { id databaseId nameWithOwner description"
    " stargazerCount primaryLanguage { name } repositoryTopics(first: 20) { nodes { topic { name } } } } }"
)


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person and the repositories he or she recently contributed to."""

    login: str
    repositories: tuple[RepositoryFacts, ...]


def contributed_repositories(client: GitHubClient, logins: Sequence[str]) -> Iterator[Contributor]:
    """The repositories that each person recently contributed to, without deleted accounts and failing queries.

    Raises NoToken, SourceUnavailable, SourceMalformed.
    """
    waiting = [tuple(logins[at : at + PEOPLE_PER_QUERY]) for at in range(0, len(logins), PEOPLE_PER_QUERY)][::-1]
    failures = 0
    while waiting:
        part = waiting.pop()
        document, variables = _contributions_query(part)
        try:
            answer = client.query_graphql(document, variables, "elsewhere")
        except QueryTooLarge as error:
            failures += 1
            if not error.certain and failures >= client.backoff.attempts:
                raise SourceUnavailable(
                    f"GitHub did not answer {failures} queries in a row ({error}). {RETRY_HINT}"
                ) from error
            client.clock.sleep(client.backoff.wait_after_failures(failures))
            half = len(part) // 2
            waiting += [some for some in (part[half:], part[:half]) if some and (half or not error.certain)]
            continue
        failures = 0
        yield from _parse_contributors(answer.body, part)


def _contributions_query(logins: Sequence[str]) -> tuple[str, Mapping[str, str]]:
    declared = ", ".join(f"$l{index}: String!" for index in range(len(logins)))
    parts = " ".join(f"u{index}: user(login: $l{index}) {{ ...work }}" for index in range(len(logins)))
    text = f"query elsewhere({declared}) {{ {parts} rateLimit {{ cost remaining resetAt }} }}"
    return f"{text} fragment work on User {{ login {_CONTRIBUTIONS} }}", {
        f"l{at}": login for at, login in enumerate(logins)
    }


def _parse_contributors(body: object, logins: Sequence[str]) -> Iterator[Contributor]:
    try:
        data = required_field(body, "data")
        for index, login in enumerate(logins):
            user = optional_field(data, f"u{index}")
            if user is None:
                continue
            nodes = list_or_empty(optional_field(optional_field(user, "repositoriesContributedTo"), "nodes"))
            yield Contributor(login, tuple(_parse_repositories(nodes)))
    except UnreadableValue as error:
        raise SourceMalformed(f"GitHub's answer has an unexpected format ({error}). Please report it.") from error


def _parse_repositories(nodes: Sequence[object]) -> Iterator[RepositoryFacts]:
    """The repositories that can be parsed."""
    for node in nodes:
        if node is None:
            continue
        try:
            yield response_parser.parse_graphql_repository(node)
        except UnreadableValue:
            continue
