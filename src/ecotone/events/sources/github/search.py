"""Find repositories by topics and words, beyond the limit of a thousand results for one search.

A search with more results is split into halves by the repositories' time of creation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from ecotone.events.sources.github import parse
from ecotone.events.sources.github.client import Client, Gone
from ecotone.events.sources.github.parse import RepositoryFacts
from ecotone.events.sources.github.values import Unreadable, field, optional, whole
from ecotone.foundation.errors import SourceMalformed, UserError

SHOWN: Final = 1000
"""Most results of one search."""

PER_PAGE: Final = 100
LONGEST: Final = 256
"""Most characters of a search."""

FIRST: Final = datetime.fromisoformat("2007-10-20")
"""When GitHub was founded."""

SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search.

    repositories  without duplicates, sorted by name
    complete      False if GitHub's search was incomplete or there are too many results
    """

    repositories: tuple[RepositoryFacts, ...]
    complete: bool


def search_repositories(
    client: Client,
    *,
    topics: Iterable[str] = (),
    words: Iterable[str] = (),
    language: str | None = None,
    least_stars: int = 0,
    since: datetime = FIRST,
    until: datetime,
    most: int = 10_000,
) -> Found:
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
    if len(_question(text, since, until)) > LONGEST:
        raise UserError(f"A search for repositories has at most {LONGEST} characters; leave out some topics or words.")
    found: dict[str, RepositoryFacts] = {}
    complete = True
    for rows, whole_window in _windows(client, text, since, until):
        complete &= whole_window
        found |= {one.name.casefold(): one for one in rows}
        if len(found) >= most:
            complete = False
            break
    return Found(tuple(found[name] for name in sorted(found)), complete)


def _windows(
    client: Client, text: str, since: datetime, until: datetime
) -> Iterator[tuple[tuple[RepositoryFacts, ...], bool]]:
    """Results and whether they are complete, newest first; halves a time range with too many results."""
    waiting = [(since, until)]
    while waiting:
        start, end = waiting.pop()
        if start >= end:
            continue
        rows, total, complete = _page(client, text, start, end, 1)
        if total > SHOWN and end - start > 2 * SECOND:
            middle = (start + (end - start) / 2).replace(microsecond=0)
            waiting += [(start, middle), (middle, end)]
            continue
        yield rows, complete and total <= SHOWN
        for page in range(2, -(-min(total, SHOWN) // PER_PAGE) + 1):
            rows, _, complete = _page(client, text, start, end, page)
            yield rows, complete


def _page(
    client: Client, text: str, since: datetime, until: datetime, page: int
) -> tuple[tuple[RepositoryFacts, ...], int, bool]:
    """One page: its repositories, the total number of results, and whether GitHub's search was complete."""
    query = urlencode({"q": _question(text, since, until), "per_page": PER_PAGE, "page": page})
    try:
        body = client.get(f"/search/repositories?{query}", "search", resource="search").body
        found, refused = parse.items(field(body, "items"), parse.found_repository)
        total = whole(field(body, "total_count"), least=0) or 0
        everywhere = optional(body, "incomplete_results") is not True
    except Gone as gone:
        raise UserError(f"GitHub rejects the search {text!r} ({gone}). Try other topics or words.") from gone
    except Unreadable as error:
        raise SourceMalformed(f"GitHub's search has an unexpected format ({error}). Please report it.") from error
    return found, total, everywhere and not refused


def _question(text: str, since: datetime, until: datetime) -> str:
    last = until - SECOND
    return f"{text} created:{since:%Y-%m-%dT%H:%M:%SZ}..{last:%Y-%m-%dT%H:%M:%SZ}"
