"""A lower bound on the number of requests that read given data, to compare the real number with.

Pages are limited to a hundred entries (REST and GraphQL's `nodes`), thirty weeks of stars, and fifty repositories with
their newest thirty releases. A GraphQL query may cover several repositories; a REST list belongs to one. A list has to
be requested at least once even if it is empty, unless the facts show that nothing changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from ecotone.events.sources.github import queries
from ecotone.events.sources.github.lists import PER_PAGE, WEEKS_PER_PAGE


@dataclass(frozen=True, slots=True)
class Counts:
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


def least_requests(repositories: Sequence[Counts], people: int) -> Mapping[str, int]:
    """The fewest requests of each kind, by the names in `Client.kinds`.

    people  number of profiles

    >>> sum(least_requests([Counts(250, 120, 90, 0, 10, 100)], 130).values())
    14
    """
    changed = [one for one in repositories if one.changed]
    return {
        "repositories": ceil(len(repositories) / queries.REPOSITORIES),
        "releases": sum(_pages(one.releases - queries.INLINE_RELEASES, queries.RELEASES) for one in repositories),
        "threads": sum(max(_pages(one.threads, PER_PAGE), 1) for one in changed),
        "comments": sum(max(_pages(one.comments, PER_PAGE), 1) for one in changed),
        "review_comments": sum(max(_pages(one.review_comments, PER_PAGE), 1) for one in changed),
        "pulls": _pages(sum(one.pulls for one in changed), queries.PULLS),
        "reviews": sum(_pages(count - queries.REVIEWS, queries.REVIEWS) for one in changed for count in one.reviews),
        "people": _pages(people, queries.PEOPLE),
        "stars": sum(max(_pages(one.weeks, WEEKS_PER_PAGE), 1) for one in repositories),
    }


def _pages(count: int, size: int) -> int:
    return ceil(max(count, 0) / size)
