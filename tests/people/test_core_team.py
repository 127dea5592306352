"""The core team from acts that need write access, counted by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa

from ecotone.events.sources.git.write_access import (
    ACCESS_SCHEMA,
    BRANCH,
    COMMITTED,
    LANDED,
    MERGED,
    PUSHED,
    REVERTED,
    TAGGED,
    UPDATED,
)
from ecotone.people.core_team import add_people_to_access, find_core_teams

BEGIN = datetime.fromisoformat("2024-01-01T12:00:00")
CONTRIBUTIONS = pa.schema([("project", pa.string()), ("person", pa.string()), ("created_at", pa.timestamp("us"))])


def team_of(*acts: tuple[int, str | None, str, str | None], contributed: dict[str, int] | None = None):
    """Person -> (days until the evidence is complete, days to access, grounds)."""
    rows = [
        {"project": "p", "repository": "p", "created_at": BEGIN + timedelta(days=day), "account": account,
         "other_account": other, "ground": ground, "commit": "c"}
        for day, account, ground, other in acts
    ]  # fmt: skip
    accounts = sorted({name for row in rows for name in (row["account"], row["other_account"]) if name})
    people = pa.table(
        {
            "account": accounts,
            "person": [name.rstrip("12") for name in accounts],
            "actor_kind": ["bot" if name == "bot" else "person" for name in accounts],
        }
    )
    access = add_people_to_access(pa.Table.from_pylist(rows, schema=ACCESS_SCHEMA), people)
    contributions = [
        {"project": "p", "person": person, "created_at": BEGIN + timedelta(days=day)}
        for person, day in (contributed or {}).items()
    ]
    team = find_core_teams(access, pa.Table.from_pylist(contributions, schema=CONTRIBUTIONS))
    return {
        row["person"]: ((row["since"] - BEGIN).days, row["days_to_access"], row["grounds"]) for row in team.to_pylist()
    }


def test_two_kinds_are_needed():
    assert team_of((0, "ada", PUSHED, None), (3, "ada", TAGGED, None), (9, "ada", BRANCH, None)) == {
        "ada": (3, None, f"{PUSHED}; {BRANCH}; {TAGGED}")
    }
    assert team_of((0, "ada", PUSHED, None), (3, "ada", PUSHED, None)) == {}
    assert team_of((0, "ada", TAGGED, None), (3, "ada", TAGGED, None)) == {}


def test_work_of_two_others():
    landed = (0, "ada", MERGED, "ben")
    assert team_of(landed, (1, "ada", COMMITTED, "ben")) == {}
    assert team_of(landed, (1, "ada", COMMITTED, "ben2")) == {}  # another account of the same person
    assert team_of(landed, (2, "ada", COMMITTED, "cem"))["ada"][0] == 2


def test_landing_own_work_is_a_push():
    assert team_of((0, "ada", MERGED, "ada1"), (1, "ada", COMMITTED, "ada2"), (2, "ada", PUSHED, None)) == {}


def test_days_of_branches_and_pushes():
    assert team_of((0, "ada", BRANCH, None), (0, "ada", BRANCH, None)) == {}
    assert team_of((0, "ada", BRANCH, None), (5, "ada", BRANCH, None))["ada"][0] == 5
    pushes = [(day, "ada", PUSHED, None) for day in range(10)]
    assert team_of(*pushes[:9]) == {}
    assert team_of(*pushes)["ada"][0] == 9


def test_updates_count_from_the_second_author_on():
    button = [(0, "ada", UPDATED, "ben"), (1, "ada", REVERTED, None)]
    assert team_of(*button) == {}
    assert team_of(*button, (4, "ada", UPDATED, "cem"))["ada"] == (4, None, f"{UPDATED}; {REVERTED}")


def test_bots_and_unknown_landers_are_nobody():
    acts = [(day, "bot", MERGED, name) for day, name in enumerate(("ben", "cem", "dan"))]
    acts += [(day, None, LANDED, name) for day, name in enumerate(("ben", "cem", "dan"))]
    assert team_of(*acts) == {}


def test_days_from_the_first_contribution():
    acts = [(30, "ada", PUSHED, None), (40, "ada", TAGGED, None)]
    assert team_of(*acts, contributed={"ada": 10})["ada"][:2] == (40, 20)
    assert team_of(*acts, contributed={"ada": 30})["ada"][:2] == (40, None)  # began with write access


def test_later_acts_change_no_earlier_moment():
    acts = [(0, "ada", PUSHED, None), (3, "ada", TAGGED, None)]
    assert team_of(*acts)["ada"][0] == team_of(*acts, (4, "ada", MERGED, "ben"), (5, "ada", MERGED, "cem"))["ada"][0]
