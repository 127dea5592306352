"""What every engine is asked for about who takes part where, and how its rows are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ecotone.events.participation import sampling_statements as statements
from ecotone.events.participation.sampling_statements import SUBSAMPLES

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chance:
    """What the null model needs of all persons with two or more repositories; and the hours that have events."""

    memberships: int
    pairs: float
    repositories: int
    people: int
    hours: int


@dataclass(frozen=True, slots=True)
class SharedPeople:
    """People whom a member of the field and a repository share; a member with itself: all its people.

    people  of the repository
    newly   shared people whom no earlier member shares: their sum is the people who take part in any member
    weight  sum over the shared people of 1 / (their repositories - 1)
    """

    member: str
    repository: str
    people: int
    newly: int
    shared: int
    weight: float


@dataclass(frozen=True, slots=True)
class SampledPeriod:
    """The sampled hours: [since, until) in seconds since 1970, and the share of hours.

    bots  logins in lower case that are left out
    """

    since: int
    until: int
    share: float
    bots: tuple[str, ...] = ()

    @property
    def hours(self) -> tuple[int, ...]:
        """The sampled hours, counted since 1970."""
        return tuple(
            hour
            for hour in range(-(-self.since // 3600), self.until // 3600)
            if statements.is_sampled(hour, self.share)
        )


class Participation(Protocol):
    """Answers about who takes part where; every method is one statement and raises SourceError."""

    def measure_chance(self) -> Chance:
        """Sums over all repositories."""
        ...

    def find_spellings(self, names: Sequence[str]) -> Mapping[str, str]:
        """Repository in lower case -> as it is written."""
        ...

    def list_shared_people(self, members: Sequence[str]) -> Sequence[SharedPeople]:
        """Each member with each repository that shares people with it."""
        ...

    def list_losses(self, members: Sequence[str]) -> Mapping[str, tuple[Floats, Floats]]:
        """Repository -> (weight to the members, people) lost without each subsample, for its sampling error."""
        ...

    def find_speakers(self, words: Sequence[str]) -> Sequence[tuple[str, int, int]]:
        """(repository, people, those of them in threads with all of the words)."""
        ...


def read_chance(rows: Sequence[Sequence[object]]) -> Chance:
    """The row of CHANCE."""
    memberships, pairs, repositories, people, hours = (_as_number(value) for value in rows[0])
    return Chance(int(memberships), pairs, int(repositories), int(people), int(hours))


def read_spellings(rows: Sequence[Sequence[object]]) -> dict[str, str]:
    """The rows of SPELLINGS; of two spellings the one with more people."""
    return {str(name).lower(): str(name) for name, _ in reversed(rows)}


def read_shared_people(rows: Sequence[Sequence[object]]) -> list[SharedPeople]:
    """The rows of SHARED_PEOPLE."""
    return [
        SharedPeople(
            str(member),
            str(name),
            int(_as_number(people)),
            int(_as_number(newly)),
            int(_as_number(shared)),
            _as_number(weight),
        )
        for member, name, people, newly, shared, weight in rows
    ]


def read_losses(rows: Sequence[Sequence[object]]) -> dict[str, tuple[Floats, Floats]]:
    """The rows of LOSSES."""
    return {str(row[0]): (_as_numbers(row[1 : SUBSAMPLES + 1]), _as_numbers(row[SUBSAMPLES + 1 :])) for row in rows}


def read_speakers(rows: Sequence[Sequence[object]]) -> list[tuple[str, int, int]]:
    """The rows of SPEAKERS."""
    return [(str(name), int(_as_number(people)), int(_as_number(speakers))) for name, people, speakers in rows]


def _as_number(value: object) -> float:
    """A number; ClickHouse writes large integers as texts, and the sum of nothing may be NULL."""
    return 0.0 if value is None else float(str(value))


def _as_numbers(values: Sequence[object]) -> Floats:
    return np.array([_as_number(value) for value in values], np.float64)
