"""The six GraphQL queries; all other data is read from REST, where a page is cheaper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

REPOSITORIES_PER_QUERY: Final = 50
"""Repositories in one query: fifty took four seconds in a measurement, a hundred were refused."""

PULLS_PER_QUERY: Final = 100
"""Most pull requests in one query; GitHub's limit for `nodes`."""

PULLS_IN_FIRST_QUERY: Final = 50
"""Pull requests in the first query; the number grows if GitHub answers quickly."""

PEOPLE_PER_QUERY: Final = 100
AUTHORS_PER_QUERY: Final = 100
INLINE_RELEASES: Final = 30
RELEASES_PER_PAGE: Final = 100
REVIEWS_PER_PAGE: Final = 100

_LIMIT: Final = "rateLimit { cost remaining resetAt }"
_ACTOR: Final = "{ __typename login ... on User { id } }"
_RELEASE: Final = (
    "nodes { tagName createdAt publishedAt isDraft author "
    + _ACTOR
    + " tagCommit { oid } } pageInfo { hasNextPage endCursor }"
)
_NEWEST: Final = "(first: 1, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { updatedAt } }"
_NEWEST_FIRST: Final = "orderBy: {field: CREATED_AT, direction: DESC}"
_REVIEW: Final = "nodes { fullDatabaseId submittedAt author " + _ACTOR + " } pageInfo { hasNextPage endCursor }"

_AUTHOR: Final = "fragment author on Commit { author { user { __typename login id } } }"
_FACTS: Final = (
    "fragment facts on Repository { id databaseId nameWithOwner description stargazerCount"
    " primaryLanguage { name } repositoryTopics(first: 20) { nodes { topic { name } } }"
    f" issues{_NEWEST} pullRequests{_NEWEST}"
    f" releases(first: {INLINE_RELEASES}, {_NEWEST_FIRST}) {{ {_RELEASE} }} }}"
)


def repositories_query(names: Sequence[str]) -> tuple[str, Mapping[str, str]]:
    """The facts about repositories and their newest releases; answered under `r0`, `r1`, ..."""
    asked = range(len(names))
    declared = ", ".join(f"$o{index}: String!, $n{index}: String!" for index in asked)
    parts = " ".join(f"r{index}: repository(owner: $o{index}, name: $n{index}) {{ ...facts }}" for index in asked)
    variables = {}
    for index, name in enumerate(names):
        variables[f"o{index}"], _, variables[f"n{index}"] = name.partition("/")
    return f"query repositories({declared}) {{ {parts} {_LIMIT} }} {_FACTS}", variables


def commit_authors_query(commits: Sequence[tuple[str, str]]) -> tuple[str, Mapping[str, str]]:
    """The authors of commits (repository, sha); answered under `r0.c0`, `r0.c1`, ..., a repository once.

    The shas are checked: they consist of hexadecimal digits.
    """
    places = commit_places(commits)
    names = list(dict.fromkeys(name for name, _ in commits))
    declared = ", ".join(f"$o{index}: String!, $n{index}: String!" for index in range(len(names)))
    variables, parts = {}, []
    for index, name in enumerate(names):
        variables[f"o{index}"], _, variables[f"n{index}"] = name.partition("/")
        fields = " ".join(
            f'{keys[1]}: object(oid: "{sha}") {{ ...author }}'
            for (repository, sha), keys in zip(commits, places, strict=True)
            if repository == name
        )
        parts.append(f"r{index}: repository(owner: $o{index}, name: $n{index}) {{ {fields} }}")
    return f"query authors({declared}) {{ {' '.join(parts)} {_LIMIT} }} {_AUTHOR}", variables


def commit_places(commits: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The two keys under which the author of each commit (repository, sha) is answered."""
    index_of = {name: index for index, name in enumerate(dict.fromkeys(name for name, _ in commits))}
    return [(f"r{index_of[name]}", f"c{position}") for position, (name, _) in enumerate(commits)]


RELEASES_QUERY: Final = (
    "query releases($id: ID!, $after: String!) { node(id: $id) { ... on Repository {"
    f" releases(first: {RELEASES_PER_PAGE}, after: $after, {_NEWEST_FIRST}) {{ {_RELEASE} }} }} }} {_LIMIT} }}"
)

PULL_DETAILS_QUERY: Final = (
    "query pulls($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on PullRequest { id number"
    f" mergedBy {_ACTOR}"
    " timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent { actor " + _ACTOR + " } } }"
    f" reviews(first: {REVIEWS_PER_PAGE}) {{ {_REVIEW} }} }} }} {_LIMIT} }}"
)

REVIEWS_QUERY: Final = (
    "query reviews($id: ID!, $after: String!) { node(id: $id) { ... on PullRequest {"
    f" reviews(first: {REVIEWS_PER_PAGE}, after: $after) {{ {_REVIEW} }} }} }} {_LIMIT} }}"
)

PROFILES_QUERY: Final = (
    "query people($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on User { id databaseId login name company } }"
    f" {_LIMIT} }}"
)
