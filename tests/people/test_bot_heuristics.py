"""Timing heuristics for bots."""

from __future__ import annotations

import pyarrow as pa

from ecotone.people.bot_heuristics import find_machine_like_accounts, number_subject_forms

HOUR = 3600


def commits_of_account(account: str, times: list[int], subjects: list[str]) -> pa.Table:
    form = number_subject_forms(pa.chunked_array([subjects]))
    return pa.table({"account": [account] * len(times), "time": times, "form": form})


def test_a_nightly_job_shows_and_a_person_does_not() -> None:
    machine = commits_of_account(
        "m@org01.example", [23 * HOUR * n for n in range(200)], [f"Bump to 1.{n}" for n in range(200)]
    )
    days = [n for n in range(280) if (n + 3) % 7 < 5]
    times = [n * 24 * HOUR + (9 + n % 8) * HOUR for n in days]
    person = commits_of_account("p@org01.example", times, ["Fix " + "x" * n for n in days])
    evidence = find_machine_like_accounts(pa.concat_tables([machine, person]))
    assert evidence == {
        "m@org01.example": "behaviour of 200 commits: no weekly or daily rhythm, one subject form in 100%"
    }


def test_few_commits_show_nothing() -> None:
    assert find_machine_like_accounts(commits_of_account("m@org01.example", [1] * 49, ["Bump 1"] * 49)) == {}


def test_a_form_that_many_use_is_no_sign_of_one() -> None:
    times = [23 * HOUR * n for n in range(60)]
    alike = [
        commits_of_account(f"m{number}@org01.example", times, [f"Bump to 1.{n}" for n in range(60)])
        for number in range(3)
    ]
    assert len(find_machine_like_accounts(pa.concat_tables(alike[:2]))) == 2
    assert find_machine_like_accounts(pa.concat_tables(alike)) == {}


def test_nearly_all_commits_in_bursts_are_enough() -> None:
    for seconds, is_detected in ((30, True), (90, False)):
        times = [1_000_000 + seconds * n for n in range(60)]
        evidence = find_machine_like_accounts(
            commits_of_account("m@org01.example", times, [f"Fix {'x' * n}" for n in range(60)])
        )
        assert (
            evidence == {"m@org01.example": "behaviour of 60 commits: 100% within a minute of the one before"}
        ) is is_detected
