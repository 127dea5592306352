import subprocess
import sys
from pathlib import Path

import pytest

from .big_hour import write

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_an_hour_of_600_mb_needs_less_than_200_mb(tmp_path: Path):
    (tmp_path / "hours").mkdir()
    raw = write(tmp_path / "hours" / "2021-07-21-10.json.gz", 60_000, 10)
    assert raw > 600e6
    command = [sys.executable, "-m", "tests.events.gharchive.big_hour", str(tmp_path / "hours"), str(tmp_path / "feed")]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    events, before, peak = map(int, told.split())
    assert events == 600  # repeated ten times, counted once
    assert peak < 200, f"{before} MB before the first line, {peak} MB at most"
