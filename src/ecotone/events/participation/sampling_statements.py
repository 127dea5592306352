"""Statements over a sample of hours: which repositories share people. Rows of persons never leave the engine.

The statements are the same for ClickHouse, BigQuery and DuckDB except for the few parts of `Engine`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HOUR_TYPES: Final = (
    "'IssuesEvent', 'IssueCommentEvent', 'PullRequestEvent', 'PullRequestReviewEvent', 'PullRequestReviewCommentEvent',"
    " 'CommitCommentEvent', 'DiscussionEvent', 'DiscussionCommentEvent', 'PushEvent'"
)
"""Events by which an account takes part in threads or code. Stars and forks are none."""

SUBSAMPLES: Final = 10
"""Parts of the sampled hours; the sampling error is the spread when each is left out."""

BOT_NAMES: Final = r"(?i)\[bot\]$|[-_](ro)?bots?[0-9]*$|^bot[-_]|[-_]bot[-_]|[-_](ci|automation)$"
"""A pattern of RE2 for logins of programs."""

MOST_REPOSITORIES: Final = 200
"""An account that the sample sees in more repositories is not a person's."""

MOST_HOURS: Final = 0.5
"""An account that is active in one repository in a larger share of the sampled hours is not a person's, nor is one that
is active in more pairs of a repository and an hour than there are hours."""

FEWEST_HOURS: Final = 48
"""Sampled hours from which MOST_HOURS can be judged."""

_SPREAD: Final = 2_654_435_761  # 2^32 / golden ratio: multiples of it are spread evenly over 2^32
_RANGE: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class Engine:
    """How one engine writes what differs.

    rows      a SELECT of repository, person, hour (hours since 1970), part (0 to SUBSAMPLES - 1); bots are left out
    titles    a SELECT of repository, person, words: lower case, each word between blanks
    names     a condition on `{column}`: it is one of the given names
    contains  a condition on `words`: it contains the given text number `{number}`
    """

    rows: str
    titles: str
    names: str
    contains: str


def hour_position(hour: str) -> str:
    """An expression from 0 to 2^32 - 1, evenly spread over consecutive hours; `hour` counts hours since 1970."""
    return f"({hour} * {_SPREAD}) % {_RANGE}"


def sample_limit(share: float) -> int:
    """Hours with a position below this are sampled.

    >>> sample_limit(0.01), sample_limit(1.0)
    (42949672, 4294967296)
    """
    return int(share * _RANGE)


def is_sampled(hour: int, share: float) -> bool:
    """Whether an hour, counted since 1970, is in the sample.

    >>> sum(is_sampled(hour, 0.01) for hour in range(480_000, 480_000 + 2 * 365 * 24))
    175
    """
    return hour * _SPREAD % _RANGE < sample_limit(share)


def subsample_of(hour: int, share: float) -> int:
    """The part of the sample that an hour belongs to."""
    return hour * _SPREAD % _RANGE * SUBSAMPLES // sample_limit(share)


def ties_with(engine: Engine, hours: int) -> str:
    """The common table expressions of all statements: `ties` is (repository, person, only_part, repositories, people).

    A person with one repository connects nothing and is left out; so are accounts that are no person's. Windows stand
    for joins: engines that insert the text of an expression wherever it is named read the events once each time.
    hours  sampled hours
    """
    human = f"AND longest <= {int(MOST_HOURS * hours)} AND total <= {hours}" if hours >= FEWEST_HOURS else ""
    return f"""WITH acts AS ({engine.rows}),
memberships AS (
    SELECT repository, person, CASE WHEN MIN(part) = MAX(part) THEN MIN(part) ELSE -1 END AS only_part,
        COUNT(DISTINCT hour) AS active
    FROM acts GROUP BY repository, person
),
persons AS (
    SELECT repository, person, only_part, COUNT(*) OVER (PARTITION BY person) AS repositories,
        MAX(active) OVER (PARTITION BY person) AS longest, SUM(active) OVER (PARTITION BY person) AS total
    FROM memberships
),
ties AS (
    SELECT repository, person, only_part, repositories, COUNT(*) OVER (PARTITION BY repository) AS people
    FROM persons WHERE repositories > 1 AND repositories <= {MOST_REPOSITORIES} {human}
)"""  # noqa: S608 - parts of our own; values are parameters


CHANCE: Final = (
    "SELECT COUNT(*) AS all_memberships, SUM(repositories - 1) AS all_pairs, COUNT(DISTINCT repository) AS"
    " all_repositories, COUNT(DISTINCT person) AS all_people, (SELECT COUNT(DISTINCT hour) FROM acts) AS all_hours"
    " FROM ties"
)
"""One row: what the null model needs of all repositories together. ClickHouse lets an alias hide a column, so no result
has the name of one."""

SPELLINGS: Final = """SELECT repository, COUNT(*) AS all_people FROM ties WHERE {names} GROUP BY repository
ORDER BY all_people DESC, repository"""
"""The repositories with the given names in lower case, as they are written, and their people."""

SHARED_PEOPLE: Final = """,
members AS (SELECT repository AS member, person AS member_person FROM ties WHERE {names}),
pairs AS (
    SELECT member, repository, people, repositories, ROW_NUMBER() OVER (
        PARTITION BY repository, person ORDER BY CASE WHEN member = repository THEN 1 ELSE 0 END, member
    ) AS place
    FROM members JOIN ties ON member_person = person
)
SELECT member, repository AS other, MIN(people) AS all_people,
    SUM(CASE WHEN place = 1 AND member <> repository THEN 1 ELSE 0 END) AS newly, COUNT(*) AS shared,
    SUM(1.0 / (repositories - 1)) AS weight
FROM pairs GROUP BY member, repository ORDER BY member, other"""
"""Each given repository with each that shares people with it (itself too): a step of the extraction. `newly` counts the
people whom no member before it shares."""

LOSSES: Final = """,
members AS (SELECT * FROM ties WHERE {names}),
tied AS (
    SELECT ties.repository AS repository, {weights}
    FROM members JOIN ties ON members.person = ties.person
    WHERE members.repository <> ties.repository GROUP BY ties.repository HAVING COUNT(DISTINCT ties.person) > 1
),
seen AS (
    SELECT repository, {people} FROM ties WHERE repository IN (SELECT repository FROM tied) GROUP BY repository
)
SELECT tied.repository AS repository, {columns} FROM tied JOIN seen ON tied.repository = seen.repository
ORDER BY repository"""
"""For each repository: the weight to the given ones, and the people, that are lost without each subsample."""

SPEAKERS: Final = """SELECT repository, COUNT(DISTINCT person) AS all_people,
    COUNT(DISTINCT CASE WHEN {condition} THEN person END) AS speakers
FROM ({titles}) AS titles GROUP BY repository HAVING COUNT(DISTINCT CASE WHEN {condition} THEN person END) > 2
ORDER BY speakers DESC, repository LIMIT 200"""
"""Repositories by the people in threads whose titles, or the repository's name, contain all of the given words."""


def chance_statement(engine: Engine, hours: int) -> str:
    """The statement CHANCE."""
    return f"{ties_with(engine, hours)}\n{CHANCE}"


def spelling_statement(engine: Engine, hours: int) -> str:
    """The statement SPELLINGS."""
    return f"{ties_with(engine, hours)}\n{SPELLINGS.format(names=engine.names.format(column='LOWER(repository)'))}"


def shared_people_statement(engine: Engine, hours: int) -> str:
    """The statement SHARED_PEOPLE."""
    return ties_with(engine, hours) + SHARED_PEOPLE.format(names=engine.names.format(column="repository"))


def losses_statement(engine: Engine, hours: int) -> str:
    """The statement LOSSES: the repository, SUBSAMPLES columns of weights, SUBSAMPLES columns of people."""
    parts = range(SUBSAMPLES)
    lost = "SUM(CASE WHEN {condition} THEN {value} ELSE 0 END) AS {name}"
    weights = ", ".join(
        lost.format(
            condition=f"members.only_part = {part} OR ties.only_part = {part}",
            value="1.0 / (ties.repositories - 1)",
            name=f"weight_{part}",
        )
        for part in parts
    )
    people = ", ".join(lost.format(condition=f"only_part = {part}", value="1", name=f"people_{part}") for part in parts)
    columns = ", ".join([*(f"tied.weight_{part}" for part in parts), *(f"seen.people_{part}" for part in parts)])
    names = engine.names.format(column="repository")
    return ties_with(engine, hours) + LOSSES.format(names=names, weights=weights, people=people, columns=columns)


def speakers_statement(engine: Engine, words: int) -> str:
    """The statement SPEAKERS for so many words."""
    condition = " AND ".join(engine.contains.format(number=number) for number in range(words))
    return SPEAKERS.format(condition=condition, titles=engine.titles)
