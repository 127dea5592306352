"""Short notation for the rows of the declarations' examples.

Months are written `2024-03`, people are single letters, and the project is `p` unless a row says otherwise.
Columns that are left out are NULL.
"""

from __future__ import annotations

from datetime import datetime

from ecotone.foundation.declaration import Row
from ecotone.foundation.months import add_months, parse_month
from ecotone.signals.coverage import COMPLETE, INPUTS, state_column


def act_rows(month: str, people: str, kind: str = "commit", **columns: str | None) -> list[Row]:
    """One act for each letter: `aab` is two acts of person a and one of person b."""
    first = parse_month(month)
    return [
        {
            "project": "p",
            "month": first,
            "kind": kind,
            "account": letter,
            "person": letter,
            "actor_kind": "person",
        }
        | columns
        for letter in people
    ]


def thread_act(moment: str, person: str, kind: str, thread: int, actor_kind: str = "person") -> Row:
    """One act in a thread at a moment written as ISO 8601 (UTC)."""
    at = datetime.fromisoformat(moment)
    return {
        "project": "p",
        "month": at.date().replace(day=1),
        "created_at": at,
        "kind": kind,
        "account": person,
        "person": person,
        "actor_kind": actor_kind,
        "thread": thread,
    }


def commits_by_organisation_rows(month: str, **commits: int) -> list[Row]:
    """Commits by organisation, each by one person; `unknown` means that no organisation is known."""
    return [
        row
        for organisation, count in commits.items()
        for row in act_rows(month, "a" * count, organisation=None if organisation == "unknown" else organisation)
    ]


def pull_row(number: int, opened: str | None, merged: str | None = None) -> Row:
    """A pull request opened and merged at moments written as ISO 8601 (UTC)."""
    row: dict[str, object] = {"project": "p", "number": number}
    for act, moment in (("opened", opened), ("merged", merged)):
        at = datetime.fromisoformat(moment) if moment else None
        row |= {f"{act}_at": at, f"{act}_month": at.date().replace(day=1) if at else None}
    return row


def month_rows(first: str, count: int = 1, observed_until: str = "2030-01-01", **columns: str) -> list[Row]:
    """`count` months of one project from `first` on; every input is complete unless `columns` say otherwise."""
    rows: list[Row] = []
    for step in range(count):
        month = add_months(parse_month(first), step)
        following = add_months(month, 1)
        rows.append(
            {
                "project": "p",
                "month": month,
                "month_index": month.year * 12 + month.month - 1,
                "month_end": datetime(following.year, following.month, 1),  # noqa: DTZ001 - naive UTC
                "observed_until": datetime.fromisoformat(observed_until),
            }
            | dict.fromkeys(map(state_column, INPUTS), COMPLETE)
            | columns
        )
    return rows


def opened_threads_row(month: str, count: float, low: float | None = None, high: float | None = None) -> Row:
    """Issues and pull requests opened in a month, with the bounds of that count."""
    return {
        "project": "p",
        "month": parse_month(month),
        "threads_opened": count,
        "threads_opened_low": count if low is None else low,
        "threads_opened_high": count if high is None else high,
    }


def stack_rows(month: str, **technologies: int) -> list[Row]:
    """How many technologies of each layer a month has."""
    return [
        {"project": "p", "month": parse_month(month), "layer": layer, "technologies": count}
        for layer, count in technologies.items()
    ]


def core_row(person: str, since: str, days_to_access: int | None = None) -> Row:
    """A member of the core team since a day."""
    return {"project": "p", "person": person, "since": datetime.fromisoformat(since), "days_to_access": days_to_access}


def landing_rows(month: str, people: str, author: str = "z", ground: str = "merged a branch") -> list[Row]:
    """One landing of the author's work for each letter, a minute apart; `-` is a landing whose lander is not known."""
    first = parse_month(month)
    return [
        {
            "project": "p",
            "month": first,
            "created_at": datetime(first.year, first.month, 1, minute // 60, minute % 60),  # noqa: DTZ001 - naive UTC
            "ground": ground,
            "person": None if letter == "-" else letter,
            "other_person": author,
        }
        for minute, letter in enumerate(people)
    ]
