"""The answer to "is this one company's project?" from rows of `employer_shares`."""

from datetime import date

import pytest

from ecotone.signals.company_answer import answer_company_question

SPAN = {"since": date(2024, 1, 1), "until": date(2024, 12, 1), "measure": "commits", "withheld": None}
NO_ESTIMATE = dict.fromkeys(("estimate", "estimate_low", "estimate_high", "cautious_low", "cautious_high"))


def row(name, known, highest, estimate=None, interval=(None, None), cautious=(None, None), team=None, owner=True):
    return SPAN | {
        "organisation": name,
        "people": 5,
        "known_share": known,
        "highest_share": highest,
        "estimate": estimate,
        "estimate_low": interval[0],
        "estimate_high": interval[1],
        "cautious_low": cautious[0],
        "cautious_high": cautious[1],
        "is_owner": owner,
        "team_share": team,
    }


def unknown(share):
    return row(None, share, None)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("x", 0.51, 0.9), unknown(0.39)], ("yes", "known")),
        ([row("x", 0.51, 0.9, owner=False), unknown(0.39)], ("work", "known")),
        ([row("x", 0.5, 0.9), unknown(0.4)], ("unclear", "known")),  # half is not more than half
        ([row("x", 0.3, 0.49), row("y", 0.2, 0.39), unknown(0.19)], ("no", "known")),
        ([row("x", 0.3, 0.9, 0.8, (0.7, 0.9), (0.55, 0.9)), unknown(0.6)], ("yes", "estimate")),
        ([row("x", 0.3, 0.9, 0.8, (0.7, 0.9), (0.55, 0.9), owner=False), unknown(0.6)], ("work", "estimate")),
        ([row("x", 0.3, 0.9), row("y", 0.1, 0.9, team=0.51), unknown(0.6)], ("yes", "team")),
        ([row("x", 0.3, 0.9, team=0.5), unknown(0.6)], ("unclear", "known")),
        ([row("x", 0.3, 0.9, 0.8, (0.7, 0.9), (0.45, 0.9)), unknown(0.6)], ("unclear", "estimate")),
        ([row("x", 0.1, 0.8, 0.2, (0.1, 0.3), (0.1, 0.4)), unknown(0.7)], ("no", "estimate")),
        ([row("x", 0.1, 0.8, 0.2, (0.1, 0.3), (0.1, 0.6)), unknown(0.7)], ("unclear", "estimate")),
        (
            [row("x", 0.1, 0.8, 0.2, (0.1, 0.3), (0.1, 0.4)), row("y", 0.05, 0.7, 0.4, (0.1, 0.6)), unknown(0.7)],
            ("unclear", "estimate"),
        ),
        ([unknown(1.0)], ("unclear", "known")),
    ],
)
def test_more_than_half_is_decided_by_what_is_known_then_by_the_cautious_range(rows, expected):
    for order in (rows, rows[::-1]):
        answer = answer_company_question(order, 3)
        assert (answer.verdict, answer.ground) == expected


def test_the_newest_period_of_commits_answers():
    earlier = {"since": date(2023, 1, 1), "until": date(2023, 12, 1)}
    people = {"measure": "people"}
    rows = [row("x", 0.2, 0.4), unknown(0.2), row("x", 0.9, 1.0) | earlier, unknown(0.1) | earlier]
    rows += [row("x", 0.8, 1.0) | people, unknown(0.2) | people]
    answer = answer_company_question(rows, 3)
    assert (answer.verdict, answer.until, answer.known, answer.unknown) == ("no", date(2024, 12, 1), 0.2, 0.2)


def test_nothing_was_computed():
    assert answer_company_question([], 3) is None


def test_a_small_organisation_is_neither_named_nor_called_the_owner():
    rows = [row("x", 0.6, 0.9), unknown(0.3)]
    answer = answer_company_question(rows, 6)
    assert (answer.verdict, answer.organisation, answer.people, answer.known) == ("work", None, 0, 0.6)


def test_the_share_that_decides_is_that_of_its_ground():
    team = [row("x", 0.3, 0.9), row("y", 0.1, 0.9, team=0.51), unknown(0.6)]
    estimate = [row("x", 0.3, 0.9, 0.8, (0.7, 0.9), (0.55, 0.9)), unknown(0.6)]
    answers = [answer_company_question(rows, 3) for rows in (team, estimate, team[:1] + team[2:])]
    assert [(answer.organisation, answer.share) for answer in answers] == [("y", 0.51), ("x", 0.8), ("x", 0.3)]
