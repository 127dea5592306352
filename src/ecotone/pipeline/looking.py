"""GitHub search for candidate repositories: by words, by topics, and by where contributors also work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from ecotone.events.sources.github.client import Client, Gone
from ecotone.events.sources.github.elsewhere import work_of
from ecotone.events.sources.github.parse import RepositoryFacts, found_repository
from ecotone.events.sources.github.search import search_repositories
from ecotone.events.sources.github.values import Unreadable
from ecotone.pipeline.discovering import Hit

MOST_HITS: Final = 300
"""Most repositories that one search returns."""


class GitHubSearch:
    """Searches GitHub with a token."""

    def __init__(self, client: Client, now: datetime) -> None:
        self._client = client
        self._now = now

    def topics(self, repositories: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Topics by repository; one request per repository."""
        found = {}
        for name in repositories:
            try:
                found[name] = found_repository(self._client.get(f"/repos/{name}", "seeds").body).topics
            except (Gone, Unreadable):
                found[name] = ()
        return found

    def find(self, words: Sequence[str], topics: Sequence[str]) -> Iterable[Hit]:
        """The first results; the newest repositories where GitHub has more than it shows."""
        found = search_repositories(self._client, words=words, topics=topics, until=self._now, most=MOST_HITS)
        return [_hit(one) for one in found.repositories]

    def work(self, logins: Sequence[str]) -> Mapping[str, Sequence[Hit]]:
        """Repositories by login; one request per twenty logins."""
        return {one.login: [_hit(facts) for facts in one.repositories] for one in work_of(self._client, logins)}


def _hit(facts: RepositoryFacts) -> Hit:
    return Hit(facts.name, facts.description, facts.topics)
