"""GitHub search for candidate repositories: by words, by topics, and by where contributors also work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from ecotone.events.sources.github.client import GitHubClient, ResourceGone
from ecotone.events.sources.github.contributed_repositories import contributed_repositories
from ecotone.events.sources.github.json_fields import UnreadableValue
from ecotone.events.sources.github.repository_search import search_repositories
from ecotone.events.sources.github.response_parser import RepositoryFacts, parse_rest_repository
from ecotone.pipeline.discover import FoundRepository

MOST_HITS: Final = 300
"""Most repositories that one search returns."""


class GitHubSearch:
    """Searches GitHub with a token."""

    def __init__(self, client: GitHubClient, now: datetime) -> None:
        self._client = client
        self._now = now

    def repository_topics(self, repositories: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Topics by repository; one request per repository."""
        topics = {}
        for name in repositories:
            try:
                topics[name] = parse_rest_repository(self._client.get_rest(f"/repos/{name}", "seeds").body).topics
            except (ResourceGone, UnreadableValue):
                topics[name] = ()
        return topics

    def find_repositories(self, words: Sequence[str], topics: Sequence[str]) -> Iterable[FoundRepository]:
        """The first results; the newest repositories where GitHub has more than it shows."""
        results = search_repositories(self._client, words=words, topics=topics, until=self._now, most=MOST_HITS)
        return [_search_hit(facts) for facts in results.repositories]

    def repositories_of_people(self, logins: Sequence[str]) -> Mapping[str, Sequence[FoundRepository]]:
        """Repositories by login; one request per twenty logins."""
        return {
            contributor.login: [_search_hit(facts) for facts in contributor.repositories]
            for contributor in contributed_repositories(self._client, logins)
        }


def _search_hit(facts: RepositoryFacts) -> FoundRepository:
    return FoundRepository(facts.name, facts.description, facts.topics)
