"""Find repositories by topics and words, beyond the limit of a thousand results for one search.

A search with more results is split into halves by the repositories' time of creation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from ecotone.events.sources.github import response_parser
from ecotone.events.sources.github.client import GitHubClient, ResourceGone
from ecotone.events.sources.github.json_fields import UnreadableValue, exact_integer, optional_field, required_field
from ecotone.events.sources.github.response_parser import RepositoryFacts
from ecotone.foundation.errors import SourceMalformed, UserError

MOST_RESULTS: Final = 1000
"""Most results of one search."""

PER_PAGE: Final = 100
LONGEST_SEARCH: Final = 256
"""Most characters of a search."""

FIRST: Final = datetime.fromisoformat("2007-10-20")
"""When GitHub was founded."""

SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The result of a search.

    repositories  without duplicates, sorted by name
    complete      False if GitHub's search was incomplete or there are too many results
    """

    repositories: tuple[RepositoryFacts, ...]
    complete: bool


def search_repositories(
    client: GitHubClient,
    *,
    topics: Iterable[str] = (),
    words: Iterable[str] = (),
    language: str | None = None,
    least_stars: int = 0,
    since: datetime = FIRST,
    until: datetime,
    most: int = 10_000,
) -> SearchResult:
    """Repositories created in [since, until) with all of the topics and words.

    most  number of results after which the search stops

    Raises UserError for a search that GitHub rejects, SourceError if GitHub does not answer.
    """
    parts = [*words, *(f"topic:{topic}" for topic in topics)]
    if language:
        parts.append(f'language:"{language}"')
    if least_stars:
        parts.append(f"stars:>={least_stars}")
    text = " ".join(parts)
    if not text or any(not part.isprintable() for part in parts):
        raise UserError("A search for repositories needs a topic or a word, without control characters.")
    if len(_search_text(text, since, until)) > LONGEST_SEARCH:
        raise UserError(
            f"A search for repositories has at most {LONGEST_SEARCH} characters; leave out some topics or words."
        )
    facts_by_name: dict[str, RepositoryFacts] = {}
    complete = True
    for rows, whole_window in _search_in_windows(client, text, since, until):
        complete &= whole_window
        facts_by_name |= {facts.name.casefold(): facts for facts in rows}
        if len(facts_by_name) >= most:
            complete = False
            break
    return SearchResult(tuple(facts_by_name[name] for name in sorted(facts_by_name)), complete)


def _search_in_windows(
    client: GitHubClient, text: str, since: datetime, until: datetime
) -> Iterator[tuple[tuple[RepositoryFacts, ...], bool]]:
    """Results and whether they are complete, newest first; halves a time range with too many results."""
    waiting = [(since, until)]
    while waiting:
        start, end = waiting.pop()
        if start >= end:
            continue
        rows, total, complete = _search_page(client, text, start, end, 1)
        if total > MOST_RESULTS and end - start > 2 * SECOND:
            middle = (start + (end - start) / 2).replace(microsecond=0)
            waiting += [(start, middle), (middle, end)]
            continue
        yield rows, complete and total <= MOST_RESULTS
        for page in range(2, -(-min(total, MOST_RESULTS) // PER_PAGE) + 1):
            rows, _, complete = _search_page(client, text, start, end, page)
            yield rows, complete


def _search_page(
    client: GitHubClient, text: str, since: datetime, until: datetime, page: int
) -> tuple[tuple[RepositoryFacts, ...], int, bool]:
    """One page: its repositories, the total number of results, and whether GitHub's search was complete."""
    query = urlencode({"q": _search_text(text, since, until), "per_page": PER_PAGE, "page": page})
    try:
        body = client.get_rest(f"/search/repositories?{query}", "search", resource="search").body
        repositories, refused = response_parser.parse_items(
            required_field(body, "items"), response_parser.parse_rest_repository
        )
        total = exact_integer(required_field(body, "total_count"), least=0) or 0
        everywhere = optional_field(body, "incomplete_results") is not True
    except ResourceGone as gone:
        raise UserError(f"GitHub rejects the search {text!r} ({gone}). Try other topics or words.") from gone
    except UnreadableValue as error:
        raise SourceMalformed(f"GitHub's search has an unexpected format ({error}). Please report it.") from error
    return repositories, total, everywhere and not refused


def _search_text(text: str, since: datetime, until: datetime) -> str:
    last = until - SECOND
    return f"{text} created:{since:%Y-%m-%dT%H:%M:%SZ}..{last:%Y-%m-%dT%H:%M:%SZ}"
