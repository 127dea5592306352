"""The people, organisations and projects of a simulated field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

Second = int
"""Seconds since 1970, UTC."""

HOUR: Final = 3_600
DAY: Final = 24 * HOUR
ALWAYS: Final[Second] = 0
NEVER: Final[Second] = 1 << 40  # later than any simulated time


@dataclass(frozen=True, slots=True)
class Organisation:
    """A made-up employer; people sign with its first domain or a sub-domain of it.

    dated  domains that it owned in [since, until) only
    """

    name: str
    kind: str  # company | university
    domains: tuple[str, ...]
    dated: tuple[tuple[str, Second, Second], ...] = ()


@dataclass(frozen=True, slots=True)
class Spell:
    """An employment in [since, until); None: no employer."""

    organisation: str | None
    since: Second
    until: Second


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address that a person signs with in [since, until)."""

    email: str
    since: Second
    until: Second


@dataclass(frozen=True, slots=True)
class Person:
    """A person with all names and addresses that commits may show.

    name          as signed; lone surrogates are bytes that are not UTF-8
    spells        in time order, without gaps from ALWAYS to NEVER
    addresses     likewise
    alias         (name, e-mail) of a second signature, joined to the first by the repository's `.mailmap`
    second_email  an address used at the same time as the first, under the same name
    forge_email   the address with which the forge signs merges; None: the current address
    """

    number: int
    name: str
    login: str
    offset_minutes: int
    spells: tuple[Spell, ...]
    addresses: tuple[Address, ...]
    alias: tuple[str, str] | None = None
    second_email: str | None = None
    forge_email: str | None = None

    @property
    def account_key(self) -> str:
        """The key of the person in the truth.

        >>> Person(7, "Person 0007", "person-0007", 0, (), ()).account_key
        'p0007'
        """
        return f"p{self.number:04d}"

    def find_employer_at(self, moment: Second) -> str | None:
        """The employer at a time."""
        return next((spell.organisation for spell in self.spells if spell.since <= moment < spell.until), None)

    def find_email_at(self, moment: Second) -> str:
        """The address at a time."""
        return next(address.email for address in self.addresses if address.since <= moment < address.until)


@dataclass(frozen=True, slots=True)
class Membership:
    """One person's time in one project, in positions of the world's months: [first, end)."""

    person: int
    first: int
    end: int
    weight: float  # of their share of the work while they are there
    core: bool = False  # may merge and release


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its attributes, activity curve, workflow and members."""

    repository: str
    category: str
    category_zh: str
    layer: str
    style: str
    language: str
    shape: str
    leads: bool  # towers over its category
    levels: tuple[float, ...]  # one a month of the world
    pace: float  # landed changes a month at level 1
    observed_until: Second
    landing: tuple[float, float, float]  # weights of squash merge, true merge, direct push
    bot_share: float  # of pull requests
    assisted_at_end: float  # share of people's changes that name an agent, in the last month; grows from 0
    agents_at_end: float  # likewise of pull requests that an agent wrote
    signs_off: bool
    conventional: bool  # `feat: ...` titles
    memberships: tuple[Membership, ...]

    @property
    def repository_name(self) -> str:
        """The repository without its owner."""
        return self.repository.rpartition("/")[2]

    @property
    def first_month(self) -> int:
        """Position of the month in which the project begins."""
        return next(position for position, level in enumerate(self.levels) if level > 0)


@dataclass(frozen=True, slots=True)
class World:
    """All input of a simulation; the same world and seed give the same history."""

    seed: int
    months: tuple[date, ...]
    month_starts: tuple[Second, ...]  # one more than months: the last is the end of the period
    organisations: tuple[Organisation, ...]
    people: tuple[Person, ...]
    projects: tuple[Project, ...]
    free_mail: tuple[str, ...]
    hostile: bool  # plant names, tags and dates that break careless readers
    plain_bots: bool = False  # bots whose login does not end in `[bot]` are at work too


def to_second(day: date) -> Second:
    """Midnight (UTC) of a day.

    >>> to_second(date(1970, 1, 2))
    86400
    """
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def to_datetime(second: Second) -> datetime:
    """The naive UTC time of a second."""
    return datetime.fromtimestamp(second, UTC).replace(tzinfo=None)
