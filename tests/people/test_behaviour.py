"""A machine's rhythm and a person's."""

from __future__ import annotations

import pyarrow as pa

from ecotone.people.behaviour import forms, machine_like

HOUR = 3600


def commits(account: str, times: list[int], subjects: list[str]) -> pa.Table:
    form = forms(pa.chunked_array([subjects]))
    return pa.table({"account": [account] * len(times), "time": times, "form": form})


def test_a_nightly_job_shows_and_a_person_does_not() -> None:
    machine = commits("m@org01.example", [23 * HOUR * n for n in range(200)], [f"Bump to 1.{n}" for n in range(200)])
    days = [n for n in range(280) if (n + 3) % 7 < 5]
    times = [n * 24 * HOUR + (9 + n % 8) * HOUR for n in days]
    person = commits("p@org01.example", times, ["Fix " + "x" * n for n in days])
    found = machine_like(pa.concat_tables([machine, person]))
    assert found == {"m@org01.example": "behaviour of 200 commits: no weekly or daily rhythm, one subject form in 100%"}


def test_few_commits_show_nothing() -> None:
    assert machine_like(commits("m@org01.example", [1] * 49, ["Bump 1"] * 49)) == {}
