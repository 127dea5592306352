from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pyarrow as pa
import pytest

from ecotone.simulation.comparison import VALIDATION_CHECKS, compare_with_truth
from ecotone.simulation.truth_pairs import normalise_account

COUNTS = ("commits", "contributors", "newcomers", "pull_requests_opened", "pull_requests_merged", "releases")


def share(part, total):
    return part / total if total else None


def perfect_signals(truth):
    return [
        {
            "project": project.project,
            "month": month.month,
            "coverage": "complete",
            **{name: getattr(month, name) for name in COUNTS},
            "threads_opened_low": float(month.threads_opened),
            "threads_opened_high": float(month.threads_opened),
            "assisted_share": share(month.assisted_commits, month.person_commits),
            "bot_share": share(month.bot_commits, month.commits),
            "agent_share": share(month.agent_commits, month.commits),
        }
        for project in truth.projects
        for month in project.months
    ]


def perfect_people(truth):
    rows = [
        {"account": account, "person": f"x{one.person}", "actor_kind": "person", "evidence": ""}
        for one in truth.people
        for account in one.accounts
    ]
    return [*rows, {"account": "bot@bots.example", "person": "b", "actor_kind": "bot", "evidence": ""}]


def perfect_organisations(truth):
    return [
        {"project": one.project, "month": month.month, "organisation": name, "events": events}
        for one in truth.projects
        for month in one.months
        for name, events in [*month.commits_by_organisation.items(), ("(unknown)", 1)]
    ]


def answers(truth, signals=None, people=None, organisations=None):
    found = compare_with_truth(
        truth,
        signals=pa.Table.from_pylist(perfect_signals(truth) if signals is None else signals),
        people=pa.Table.from_pylist(perfect_people(truth) if people is None else people),
        organisations=pa.Table.from_pylist(perfect_organisations(truth) if organisations is None else organisations),
    )
    return {question.__name__: one for question, one in zip(VALIDATION_CHECKS, found, strict=True)}


def wrong(found):
    return {name for name, one in found.items() if not one.agrees}


@pytest.fixture(scope="module")
def truth(small):
    return small.truth


def busy(truth, column="commits"):
    """Position of the row with most of something."""
    rows = perfect_signals(truth)
    return max(range(len(rows)), key=lambda row: rows[row][column] or 0)


def changed(truth, column, change):
    rows = perfect_signals(truth)
    row = busy(truth, column)
    rows[row] = rows[row] | {column: change(rows[row][column])}
    return rows


def test_the_truth_agrees_with_itself(truth):
    found = answers(truth)
    assert wrong(found) == set()
    assert all(one.truth == one.computed for name, one in found.items() if name != "check_thread_bounds")


def test_everything_is_said_in_both_languages(truth):
    for one in answers(truth).values():
        assert all((one.question, one.question_zh, one.unit, one.unit_zh, one.note, one.note_zh))
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one.question_zh + one.note_zh)


@pytest.mark.parametrize(
    ("column", "question"),
    [("commits", "check_commits"), ("pull_requests_merged", "check_pulls_merged"), ("releases", "check_releases")],
)
def test_exact_counts_are_wrong_by_one(truth, column, question):
    assert question in wrong(answers(truth, changed(truth, column, lambda value: value + 1)))


@pytest.mark.parametrize(
    ("column", "question"), [("contributors", "check_contributors"), ("newcomers", "check_newcomers")]
)
def test_counts_of_people_may_be_off_by_little(truth, column, question):
    total = sum(row[column] for row in perfect_signals(truth))
    little, much = int(total * 0.1), int(total * 0.1) + 1
    assert question not in wrong(answers(truth, changed(truth, column, lambda value: value + little)))
    assert question in wrong(answers(truth, changed(truth, column, lambda value: value + much)))


def test_too_many_here_do_not_make_up_for_too_few_there(truth):
    rows = perfect_signals(truth)
    one, other = busy(truth), 0
    rows[one] = rows[one] | {"commits": rows[one]["commits"] + 1}
    rows[other] = rows[other] | {"commits": rows[other]["commits"] - 1}
    found = answers(truth, rows)["check_commits"]
    assert found.truth == found.computed
    assert not found.agrees
    assert f"Exact in {len(rows) - 2} of {len(rows)}" in found.note


def test_a_month_that_was_not_found_counts_as_missing(truth):
    rows = perfect_signals(truth)
    del rows[busy(truth)]
    assert "check_commits" in wrong(answers(truth, rows))


def test_a_month_too_many_counts_too(truth):
    rows = perfect_signals(truth)
    extra = dict.fromkeys(rows[0]) | {"project": rows[0]["project"], "month": date(1999, 1, 1), "commits": 1}
    assert "check_commits" in wrong(answers(truth, [*rows, extra]))


def test_months_may_be_moments(truth):
    rows = [row | {"month": datetime.combine(row["month"], time())} for row in perfect_signals(truth)]
    assert wrong(answers(truth, rows)) == set()


@pytest.mark.parametrize(
    ("column", "question"),
    [
        ("bot_share", "check_bot_share"),
        ("agent_share", "check_agent_share"),
        ("assisted_share", "check_assisted_share"),
    ],
)
def test_shares_are_wrong_by_one_commit(truth, column, question):
    rows = perfect_signals(truth)
    row = busy(truth)
    rows[row] = rows[row] | {column: rows[row][column] + 1.01 / rows[row]["commits"]}
    assert question in wrong(answers(truth, rows))


def test_a_split_person_is_reported(truth):
    rows = perfect_people(truth)
    several = [one.person for one in truth.people if len(one.accounts) > 1]
    person = f"x{several[0]}"
    row = next(index for index, one in enumerate(rows) if one["person"] == person)
    rows[row] = rows[row] | {"person": "somebody else"}
    found = answers(truth, people=rows)["check_identity_resolution"]
    assert found.note.startswith("1 were split, 0 were taken")
    assert int(found.computed) == int(found.truth) + 1


def test_many_taken_for_one_do_not_pass(truth):
    rows = [row | {"person": "all"} if row["actor_kind"] == "person" else row for row in perfect_people(truth)]
    found = answers(truth, people=rows)["check_identity_resolution"]
    assert (found.computed, found.agrees) == ("1", False)
    assert found.note.startswith(f"0 were split, {len(truth.people) - 1} were taken")


def test_people_taken_for_bots_are_not_found(truth):
    rows = [row | {"actor_kind": "bot"} for row in perfect_people(truth)]
    found = answers(truth, people=rows)["check_identity_resolution"]
    assert (found.computed, found.agrees) == ("0", False)


def test_a_wrong_employer_is_counted(truth):
    rows = perfect_organisations(truth)
    rows[0] = rows[0] | {"organisation": "Somebody Else"}
    assert answers(truth, organisations=rows)["check_employers"].computed == str(rows[0]["events"])
    everything = [row | {"organisation": "Somebody Else"} for row in rows]
    assert "check_employers" in wrong(answers(truth, organisations=everything))


def test_an_unknown_employer_is_not_a_wrong_one(truth):
    rows = [row | {"organisation": "(unknown)"} for row in perfect_organisations(truth)]
    found = answers(truth, organisations=rows)["check_employers"]
    assert (found.computed, found.agrees) == ("0", False)  # but naming nobody is no answer either


def test_intervals_must_hold_the_truth_in_nine_of_ten_months(truth):
    rows = perfect_signals(truth)
    outside = len(rows) // 10
    low = [row | {"threads_opened_low": row["threads_opened_high"] + 1} for row in rows]
    assert "check_thread_bounds" not in wrong(answers(truth, low[:outside] + rows[outside:]))
    assert "check_thread_bounds" in wrong(answers(truth, low[: outside + 1] + rows[outside + 1 :]))
    none = [row | {"threads_opened_low": None} for row in rows]
    assert "check_thread_bounds" in wrong(answers(truth, none))


def test_the_leader_and_the_riser_are_found_by_the_numbers(truth):
    found = answers(truth)
    assert found["check_leading_project"].truth == next(one.project for one in truth.projects if one.leads)
    other = found["check_fastest_riser"].truth
    rows = [
        row | {"commits": row["commits"] // 9} if row["project"] == other and row["month"] > date(2024, 12, 1) else row
        for row in perfect_signals(truth)
    ]
    assert answers(truth, rows)["check_fastest_riser"].computed != other
    silent = [
        row | {"commits": 0} if row["project"] == found["check_leading_project"].truth else row
        for row in perfect_signals(truth)
    ]
    assert "check_leading_project" in wrong(answers(truth, silent))


def test_what_is_missing_leaves_its_question_unanswered(truth):
    only = [
        {"project": row["project"], "month": row["month"], "commits": row["commits"]} for row in perfect_signals(truth)
    ]
    found = compare_with_truth(truth, signals=pa.Table.from_pylist(only), people=None, organisations=None)
    answered = {
        question.__name__ for question, one in zip(VALIDATION_CHECKS, found, strict=True) if one.computed != "—"
    }
    assert answered == {"check_commits", "check_leading_project", "check_fastest_riser"}
    assert all("signals." in one.note or "no " in one.note for one in found if one.computed == "—")


def test_impossible_dates_are_mentioned(truth):
    assert "2 have impossible author dates" in answers(truth)["check_commits"].note
    none = replace(truth, projects=tuple(replace(one, impossible_dates=()) for one in truth.projects))
    assert "impossible" not in answers(none)["check_commits"].note


def test_accounts_meet_whatever_their_spelling():
    assert normalise_account("7+P@users.noreply.github.com") == normalise_account("login:p") == normalise_account("P")
    assert normalise_account("A Name <A@org.example>") == normalise_account("email:a@ORG.example")
