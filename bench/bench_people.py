"""One million accounts into persons: processor seconds, memory, and what twice as many cost."""

from __future__ import annotations

import gc
import resource
import time
from random import Random

import pytest

from ecotone.people import ties
from ecotone.people.persons import resolve

ACCOUNTS = 1_000_000
SECONDS = 20
MEGABYTES = 2_000
GROWTH = 2.3


def crowd(count: int) -> tuple[list[str], object]:
    """Accounts of people with one to three each: no-reply addresses, company and private mail, and their ties."""
    rng = Random(f"crowd/{count}")
    accounts: list[str] = []
    rows = []
    while len(accounts) < count:
        person = len(accounts)
        mine = [f"{person}+login{person}@users.noreply.github.com", f"p{person}@org{rng.randrange(5000)}.example",
                f"p{person}@freemail.example"][: rng.choice((1, 2, 2, 3))]  # fmt: skip
        rule = rng.choice((ties.MAILMAP, ties.SIGNED_TWICE, ties.REQUEST))
        rows += [(mine[0], other, rule.name, "said") for other in mine[1:]]
        accounts += mine
    return accounts, ties.table_of(rows)


def seconds(count: int) -> float:
    accounts, found = crowd(count)
    gc.collect()
    began = time.process_time()
    people = resolve(accounts, found, {})
    taken = time.process_time() - began
    assert people.table.num_rows == len(accounts)
    return taken


@pytest.mark.benchmark(group="people")
def test_a_million_accounts(benchmark: object) -> None:
    half = seconds(ACCOUNTS // 2)
    whole = benchmark.pedantic(seconds, args=(ACCOUNTS,), rounds=1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times = f"{half:.1f} s for half, {whole:.1f} s for all ({whole / half:.2f} times)"
    print(f"\n{ACCOUNTS:,} accounts: {times}; {peak:.0f} MB")
    assert whole < SECONDS
    assert whole < GROWTH * half
    assert peak < MEGABYTES
