"""The table `employer_shares`: periods, known shares and people of two employers."""

from datetime import UTC, date, datetime
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ecotone.people.owner_team import TEAM_SCHEMA
from ecotone.people.unknown_employer_estimate import Levels
from ecotone.signals import employer_shares
from ecotone.signals.employer_shares import EMPLOYER_SHARES_SCHEMA, employer_shares_table


def utc(*numbers):
    return datetime(*numbers, tzinfo=UTC).replace(tzinfo=None)


def acts_of(*rows):
    names = ("project", "month", "person", "organisation", "count", "kind", "actor_kind", "basis")
    filled = [(*row, *("commit", "person", None)[len(row) - 5 :]) for row in rows]
    lines = [dict(zip(names, row, strict=True)) for row in filled for _ in range(row[4])]
    schema = pa.schema(
        [(name, pa.date32() if name == "month" else pa.string()) for name in names if name != "count"]
        + [("created_at", pa.timestamp("us")), ("account", pa.string())]
    )
    dated = [line | {"created_at": utc(line["month"].year, line["month"].month, 2)} for line in lines]
    return pa.Table.from_pylist(dated, schema=schema)


def spine_of(project, first, count, partial=0):
    months = [date(first + (position // 12), position % 12 + 1, 1) for position in range(count)]
    states = ["complete"] * (count - partial) + ["partial"] * partial
    return pa.table({"project": [project] * count, "month": pa.array(months, pa.date32()), "git_state": states})


NOBODY = pa.schema([("project", pa.string()), ("person", pa.string()), ("since", pa.timestamp("us"))]).empty_table()


NO_TEAMS = TEAM_SCHEMA.empty_table()


def table_of(acts, core, months, teams=NO_TEAMS, owners=()):
    return employer_shares_table(acts, core, months, teams, dict(owners))


def shares_by(table, measure, column):
    return {(row["until"], row["organisation"]): row[column] for row in table.to_pylist() if row["measure"] == measure}


def test_periods_end_with_the_last_whole_month():
    acts = acts_of(
        ("p", date(2023, 3, 1), "a", "x", 2),
        ("p", date(2024, 1, 1), "a", "x", 3),
        ("p", date(2024, 6, 1), "b", None, 1),
        ("p", date(2024, 7, 1), "c", "y", 50),  # partly observed
    )
    table = table_of(acts, NOBODY, spine_of("p", 2023, 19, partial=1))
    assert table.schema == EMPLOYER_SHARES_SCHEMA
    spans = {(row["since"], row["until"]) for row in table.to_pylist()}
    assert spans == {(date(2023, 7, 1), date(2024, 6, 1)), (date(2023, 1, 1), date(2023, 6, 1))}
    known = shares_by(table, "commits", "known_share")
    assert known == {
        (date(2024, 6, 1), "x"): 0.75,
        (date(2024, 6, 1), None): 0.25,
        (date(2023, 6, 1), "x"): 1.0,
        (date(2023, 6, 1), None): 0.0,
    }


def test_a_person_of_two_employers_is_one_person_and_keeps_the_commits_of_both():
    month = date(2024, 2, 1)
    acts = acts_of(
        ("p", month, "a", "x", 3), ("p", month, "a", "y", 1), ("p", month, "a", None, 4), ("p", month, "b", None, 2)
    )
    table = table_of(acts, NOBODY, spine_of("p", 2024, 2))
    assert shares_by(table, "people", "known_share") == {(month, "x"): 0.5, (month, "y"): 0.0, (month, None): 0.5}
    assert shares_by(table, "commits", "known_share") == {(month, "x"): 0.3, (month, "y"): 0.1, (month, None): 0.6}
    assert shares_by(table, "commits", "highest_share") == {(month, "x"): 0.9, (month, "y"): 0.7, (month, None): None}
    assert shares_by(table, "people", "people") == {(month, "x"): 1, (month, "y"): 0, (month, None): 1}


def test_without_known_employers_only_the_unknown_has_a_row():
    month = date(2024, 1, 1)
    bots = ("p", month, "z", "x", 9, "commit", "bot")
    table = table_of(acts_of(("p", month, "a", None, 2), bots), NOBODY, spine_of("p", 2024, 1))
    assert shares_by(table, "commits", "known_share") == {(month, None): 1.0}
    assert set(table["withheld"].to_pylist()) == {"few_known", "one_person"}


def test_roles_enter_the_estimate():
    month = date(2024, 1, 1)
    insiders = [("p", month, f"i{n}", "x" if n < 8 else None, 3) for n in range(12)]
    others = [("p", month, f"o{n}", "y" if n < 8 else None, 3) for n in range(12)]
    core = pa.Table.from_pylist(
        [{"project": "p", "person": f"i{n}", "since": utc(2023, 1, 1)} for n in range(12)], schema=NOBODY.schema
    )
    acts, spine = acts_of(*insiders[:9], *others), spine_of("p", 2024, 1)
    with_roles, without = (
        shares_by(table_of(acts, members, spine), "people", "estimate")[month, "y"] for members in (core, NOBODY)
    )
    assert with_roles > without + 0.02


def test_the_owners_team_counts_beside_the_known_people_of_its_organisation():
    month, team = date(2024, 2, 1), ("commit", "person", "team")
    acts = acts_of(
        ("p", month, "a", "Acme", 2),
        ("p", month, "b", "y", 1),
        ("p", month, "c", None, 3, *team),
        ("p", month, "c", None, 1),
        ("p", month, "d", None, 1),
        ("p", month, "a", None, 1, *team),  # known and of the team counts once
        ("q", month, "e", None, 2, *team),  # no team in its year
    )
    row = {"project": "p", "year": 2024, "owner": "acme", "organisation": "Acme"}
    teams = pa.Table.from_pylist([row, row | {"project": "q", "year": 2023}], schema=TEAM_SCHEMA)
    spine = pa.concat_tables([spine_of(project, 2024, 2) for project in "pq"])
    table = table_of(acts, NOBODY, spine, teams, {"p": "acme", "q": "acme"})
    of_project = table.filter(pc.equal(table["project"], "p"))
    assert shares_by(of_project, "commits", "team_share") == {
        (month, "Acme"): 0.6667,  # 2, 3 and 1 of 9
        (month, "y"): None,
        (month, None): None,
    }
    assert shares_by(of_project, "people", "team_share")[month, "Acme"] == 0.5
    assert shares_by(of_project, "commits", "is_owner") == {
        (month, "Acme"): True,
        (month, "y"): False,
        (month, None): None,
    }
    assert table["team_share"].drop_null().to_pylist() == [0.5, 0.6667]


def test_intervals_have_the_levels_that_the_other_projects_give(monkeypatch):
    month = date(2024, 1, 1)
    accounts = {"a": "a@users.noreply.github.com", "b": "b@acme.example"}
    earlier = [("p", date(2022, 6, 1), f"a{n}", "x", 4) for n in range(3)]
    acts = acts_of(*earlier, *[("p", month, f"{'ab'[n % 2]}{n}", ("x", "y", None)[n % 3], 4) for n in range(24)])
    hidden = [accounts[person[0]] for person in acts["person"].to_pylist()]
    acts = acts.set_column(acts.schema.get_field_index("account"), "account", pa.array(hidden))
    seen = []

    def calibrate(projects, rates, level):
        seen.append((projects["p"], rates))
        return {"p": Levels(level, level)}

    widths = []
    for level in (0.2, 0.9):
        monkeypatch.setattr(employer_shares, "calibrate_levels", partial(calibrate, level=level))
        table = table_of(acts, NOBODY, spine_of("p", 2022, 25)).to_pylist()
        widths.append([row["estimate_high"] - row["estimate_low"] for row in table if row["estimate"] is not None])
    assert all(narrow < wide for narrow, wide in zip(*widths, strict=True))
    people, rates = seen[0]
    assert len(people.commits) == 16
    assert people.no_reply.tolist() == [1.0] * 8 + [0.0] * 8
    assert rates == {1: 0.5}


def test_no_acts_give_no_rows():
    assert table_of(acts_of(), NOBODY, spine_of("p", 2024, 1)).num_rows == 0


@pytest.mark.parametrize("order", [1, -1])
def test_order_of_rows_does_not_matter(order):
    month = date(2024, 1, 1)
    rows = [("p", month, f"a{n}", ("x", "y", None)[n % 3], n + 1) for n in range(20)]
    expected = table_of(acts_of(*rows), NOBODY, spine_of("p", 2024, 1))
    assert table_of(acts_of(*rows[::order]), NOBODY, spine_of("p", 2024, 1)).equals(expected)
