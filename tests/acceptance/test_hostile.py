"""Hostile repositories, servers, files and users: every attempt must fail, and is counted by its kind.

Each attempt works in a folder of its own, with servers on this machine only. A module `hostile_*.py` of this folder
registers its attempts with `hostile_attempts.attempts`.
"""

from __future__ import annotations

import importlib
import time
from collections import Counter
from pathlib import Path

from tests.acceptance.hostile_attempts import ATTEMPTS
from tests.acceptance.settings import LONG

MIN_ATTEMPTS = 120
MAX_SECONDS = 600

pytestmark = LONG

for module in sorted(Path(__file__).parent.glob("hostile_*.py")):
    importlib.import_module(f"tests.acceptance.{module.stem}")


def test_ecotone_holds_against_every_attempt(tmp_path: Path) -> None:
    began, tried, held = time.monotonic(), Counter[str](), Counter[str]()
    failures: list[str] = []
    for number, attempt in enumerate(ATTEMPTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        tried[attempt.kind] += 1
        try:
            attempt.hold(folder, attempt.name)
        except Exception as error:  # an attempt that breaks Ecotone does not hold either
            failures.append(f"{attempt.kind}: {attempt.name}: {type(error).__name__}: {str(error)[:300]}")
        else:
            held[attempt.kind] += 1
    for kind in sorted(tried):
        print(f"{kind:44} tried {tried[kind]:4}  held {held[kind]:4}")
    seconds = time.monotonic() - began
    print(f"{'all':44} tried {tried.total():4}  held {held.total():4}  in {seconds:.0f} s")
    print("\n".join(failures))
    assert failures == []
    assert tried.total() >= MIN_ATTEMPTS
    assert seconds < MAX_SECONDS
