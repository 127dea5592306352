"""Hostile repositories, servers, files and users: every attempt must fail, and is counted by its kind.

Each attempt works in a folder of its own, with servers on this machine only; two attempts run at the same time. A
module `hostile_*.py` of this folder registers its attempts with `hostile_attempts.attempts`.
ACCEPTANCE_PARTS=git,folders makes those of some modules alone.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from tests.acceptance.hostile_attempts import ATTEMPTS
from tests.acceptance.settings import LONG, PARTS, has_part

MIN_ATTEMPTS = 120
MAX_SECONDS = 600
AT_ONCE = 2
SLOWEST_SHOWN = 12

pytestmark = LONG

for module in sorted(Path(__file__).parent.glob("hostile_*.py")):
    importlib.import_module(f"tests.acceptance.{module.stem}")


def make_attempts(numbers: Sequence[int], folder: Path) -> list[tuple[str, float]]:
    """Make attempts of one kind, which share what they prepare."""
    return [make_attempt(number, folder) for number in numbers]


def make_attempt(number: int, folder: Path) -> tuple[str, float]:
    """Make one attempt. Returns why it did harm, empty if it did none, and the seconds that it took."""
    own = folder / str(os.getpid()) / str(number)  # what the attempts of a process share lies beside it
    own.mkdir(parents=True)
    os.environ["HOME"] = str(own)
    attempt, began = ATTEMPTS[number], time.monotonic()
    try:
        attempt.hold(own, attempt.name)
    except BaseException as error:  # an attempt that breaks Ecotone does not hold either
        return f"{attempt.kind}: {attempt.name}: {type(error).__name__}: {str(error)[:300]}", time.monotonic() - began
    return "", time.monotonic() - began


def test_ecotone_holds_against_every_attempt() -> None:
    began, failures = time.monotonic(), list[str]()
    tried, held, seconds = Counter[str](), Counter[str](), defaultdict[str, float](float)
    slowest: list[tuple[float, str]] = []
    by_kind: dict[str, list[int]] = defaultdict(list)
    for number, attempt in enumerate(ATTEMPTS):
        if has_part(attempt.module):
            by_kind[attempt.kind].append(number)
    with (
        tempfile.TemporaryDirectory(prefix="hostile-") as folder,
        ProcessPoolExecutor(AT_ONCE, get_context("spawn")) as pool,
    ):
        running = {pool.submit(make_attempts, numbers, Path(folder)): numbers for numbers in by_kind.values()}
        for done in as_completed(running):
            for number, (failure, took) in zip(running[done], done.result(), strict=True):
                attempt = ATTEMPTS[number]
                tried[attempt.kind] += 1
                held[attempt.kind] += not failure
                seconds[attempt.kind] += took
                slowest.append((took, f"{attempt.kind}: {attempt.name}"))
                failures += [failure] if failure else []
    for kind in sorted(tried):
        print(f"{kind:48} tried {tried[kind]:4}  held {held[kind]:4}  in {seconds[kind]:5.0f} s")
    print(*(f"{took:6.1f} s  {name[:90]}" for took, name in sorted(slowest, reverse=True)[:SLOWEST_SHOWN]), sep="\n")
    total = time.monotonic() - began
    print(f"{'all':48} tried {tried.total():4}  held {held.total():4}  in {total:5.0f} s")
    print("\n".join(failures), file=sys.stderr)
    assert failures == []
    assert PARTS or tried.total() >= MIN_ATTEMPTS
    assert total < MAX_SECONDS
