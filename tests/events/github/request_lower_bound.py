"""A lower bound on the number of requests that read given data, to compare the real number with.

Pages are limited to a hundred entries (REST and GraphQL's `nodes`), thirty weeks of stars, and fifty repositories with
their newest thirty releases. A GraphQL query may cover several repositories; a REST list belongs to one. A list has to
be requested at least once even if it is empty, unless the facts show that nothing changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from ecotone.events.sources.github import graphql_queries
from ecotone.events.sources.github.rest_pages import PER_PAGE, WEEKS_PER_PAGE


@dataclass(frozen=True, slots=True)
class DataCounts:
    """The amount of data of one repository in a period [since, until).

    threads          issues and pull requests created before `until` and changed at or after `since`
    pulls            pull requests among them
    comments, review_comments   created in the period
    releases         drafted at most thirty days before `since`, or later
    reviews          all reviews of each of `pulls`; may be omitted if none has more than a hundred
    weeks            weeks of stars from the one that contains `since` to now
    changed          False: no thread changed in the period
    """

    threads: int
    pulls: int
    comments: int
    review_comments: int
    releases: int
    weeks: int
    reviews: Sequence[int] = field(default_factory=tuple)
    changed: bool = True


def lower_bound_of_requests(repositories: Sequence[DataCounts], people: int) -> Mapping[str, int]:
    """The fewest requests of each kind, by the names in `Client.kinds`.

    people  number of profiles

    >>> sum(lower_bound_of_requests([DataCounts(250, 120, 90, 0, 10, 100)], 130).values())
    14
    """
    changed = [counts for counts in repositories if counts.changed]
    return {
        "repositories": ceil(len(repositories) / graphql_queries.REPOSITORIES_PER_QUERY),
        "releases": sum(
            _page_count(counts.releases - graphql_queries.INLINE_RELEASES, graphql_queries.RELEASES_PER_PAGE)
            for counts in repositories
        ),
        "threads": sum(max(_page_count(counts.threads, PER_PAGE), 1) for counts in changed),
        "comments": sum(max(_page_count(counts.comments, PER_PAGE), 1) for counts in changed),
        "review_comments": sum(max(_page_count(counts.review_comments, PER_PAGE), 1) for counts in changed),
        "pulls": _page_count(sum(counts.pulls for counts in changed), graphql_queries.PULLS_PER_QUERY),
        "reviews": sum(
            _page_count(count - graphql_queries.REVIEWS_PER_PAGE, graphql_queries.REVIEWS_PER_PAGE)
            for counts in changed
            for count in counts.reviews
        ),
        "people": _page_count(people, graphql_queries.PEOPLE_PER_QUERY),
        "stars": sum(max(_page_count(counts.weeks, WEEKS_PER_PAGE), 1) for counts in repositories),
    }


def _page_count(count: int, size: int) -> int:
    return ceil(max(count, 0) / size)
