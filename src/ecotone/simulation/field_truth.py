"""The truth of a simulated field: the values that an analysis of its repositories should find."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from ecotone.foundation.errors import UserError

# 1: first public form
FORMAT_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class MonthTruth:
    """One project-month (UTC). Commits are those of the default branch, without merge commits, by author time.

    contributors    distinct people who wrote a commit or are named as co-author of one
    newcomers       those who contribute to this project for the first time
    threads_opened  issues and pull requests
    person_commits  commits by people, assisted commits included, without those of bots and agents
    commits_by_organisation  people's commits by employer at the time; commits without an employer are left out
    """

    month: date
    commits: int
    person_commits: int
    assisted_commits: int
    bot_commits: int
    agent_commits: int
    contributors: int
    newcomers: int
    pull_requests_opened: int
    pull_requests_merged: int
    threads_opened: int
    releases: int
    commits_by_organisation: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ThreadTruth:
    """An issue or pull request; merged_at is None for issues and unmerged pull requests."""

    number: int
    kind: str  # pull | issue
    opened_at: datetime  # naive UTC
    merged_at: datetime | None


@dataclass(frozen=True, slots=True)
class ImpossibleDate:
    """A commit with an impossible author date; it counts when it was committed."""

    person: str
    author_time: datetime
    landed_at: datetime


@dataclass(frozen=True, slots=True)
class ProjectTruth:
    """One project: its attributes, planned activity curve, months and threads.

    months  all months from the first to that of observed_until, months without activity included
    tip     object name of the default branch
    """

    project: str
    repository: str
    category: str
    layer: str
    style: str
    language: str
    shape: str
    leads: bool
    observed_until: datetime  # exclusive, naive UTC
    tip: str
    impossible_dates: tuple[ImpossibleDate, ...]
    months: tuple[MonthTruth, ...]
    threads: tuple[ThreadTruth, ...]


@dataclass(frozen=True, slots=True)
class SpellTruth:
    """An employment in [since, until); None: outside the period, or no employer."""

    organisation: str | None
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class PersonTruth:
    """One person: the addresses in the repositories, in lower case, and the employment spells."""

    person: str
    accounts: tuple[str, ...]
    spells: tuple[SpellTruth, ...]


@dataclass(frozen=True, slots=True)
class OrganisationTruth:
    """One employer and the domains its people sign with."""

    organisation: str
    kind: str
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldTruth:
    """The truth of a field. People without any trace in a repository are left out."""

    version: int
    seed: int
    since: date
    until: date  # last month
    projects: tuple[ProjectTruth, ...]
    people: tuple[PersonTruth, ...]
    organisations: tuple[OrganisationTruth, ...]


def encode_field_truth(truth: FieldTruth) -> bytes:
    """JSON with one line for each project, person and organisation; the same truth gives the same bytes."""
    listed = ("projects", "people", "organisations")
    plain = [
        f"{_encode_json(listed_field.name)}: {_encode_json(getattr(truth, listed_field.name))}"
        for listed_field in fields(truth)
        if listed_field.name not in listed
    ]
    lists = [f"{_encode_json(key)}: [\n{_encode_rows(getattr(truth, key))}\n]" for key in listed]
    return ("{\n" + ",\n".join(plain + lists) + "\n}\n").encode("ascii")


def _encode_rows(rows: Iterable[object]) -> str:
    return ",\n".join(_encode_json(row) for row in rows)


def _encode_json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, default=_as_plain_value)


def _as_plain_value(value: Any) -> Any:
    """Convert times to text and dataclasses to objects."""
    if isinstance(value, date):
        return value.isoformat()
    return {field_name: getattr(value, field_name) for field_name in value.__slots__}


def read_field_truth(path: Path) -> FieldTruth:
    """Read the truth that a simulation wrote.

    Raises UserError if the file is missing, is not such a file, or is of another version.
    """
    try:
        raw = json.loads(path.read_bytes())
        version = raw["version"]
    except (OSError, ValueError, KeyError, TypeError):
        raise UserError(
            f"{str(path)!r} is not a simulated field's truth; `ecotone simulate OUT --seed 1` writes one."
        ) from None
    if version != FORMAT_VERSION:
        raise UserError(
            f"{str(path)!r} has version {version!r} and this program reads {FORMAT_VERSION};"
            " write it anew with `ecotone simulate`."
        )
    return FieldTruth(
        version=version,
        seed=raw["seed"],
        since=date.fromisoformat(raw["since"]),
        until=date.fromisoformat(raw["until"]),
        projects=tuple(_parse_project(row) for row in raw["projects"]),
        people=tuple(_parse_person(row) for row in raw["people"]),
        organisations=tuple(
            OrganisationTruth(**row | {"domains": tuple(row["domains"])}) for row in raw["organisations"]
        ),
    )


def _parse_project(row: dict[str, Any]) -> ProjectTruth:
    return ProjectTruth(
        **row
        | {
            "observed_until": datetime.fromisoformat(row["observed_until"]),
            "impossible_dates": tuple(
                ImpossibleDate(
                    date_row["person"],
                    datetime.fromisoformat(date_row["author_time"]),
                    datetime.fromisoformat(date_row["landed_at"]),
                )
                for date_row in row["impossible_dates"]
            ),
            "months": tuple(
                MonthTruth(**date_row | {"month": date.fromisoformat(date_row["month"])}) for date_row in row["months"]
            ),
            "threads": tuple(
                ThreadTruth(
                    date_row["number"],
                    date_row["kind"],
                    datetime.fromisoformat(date_row["opened_at"]),
                    datetime.fromisoformat(date_row["merged_at"]) if date_row["merged_at"] else None,
                )
                for date_row in row["threads"]
            ),
        }
    )


def _parse_person(row: dict[str, Any]) -> PersonTruth:
    spells = tuple(
        SpellTruth(spell["organisation"], _parse_day(spell["since"]), _parse_day(spell["until"]))
        for spell in row["spells"]
    )
    return PersonTruth(row["person"], tuple(row["accounts"]), spells)


def _parse_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
