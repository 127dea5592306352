import subprocess
import sys
from pathlib import Path

import pytest

from .big_hour import write

ROOT = Path(__file__).parents[3]
WITHOUT_PANDAS = """
import sys
class Absent:  # Arrow imports pandas where other tests have installed it; Ecotone does not need it
    def find_spec(self, name, *_):
        if name == "pandas":
            raise ImportError(name)
sys.meta_path.insert(0, Absent())
from tests.events.gharchive.big_hour import main
main()
"""


@pytest.mark.slow
def test_an_hour_of_600_mb_needs_less_than_100_mb_beside_the_libraries(tmp_path: Path):
    (tmp_path / "hours").mkdir()
    raw = write(tmp_path / "hours" / "2021-07-21-10.json.gz", 60_000, 10)
    assert raw > 600e6
    command = [sys.executable, "-c", WITHOUT_PANDAS, str(tmp_path / "hours"), str(tmp_path / "feed")]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    events, before, peak = map(int, told.split())
    assert events == 600  # repeated ten times, counted once
    assert peak - before < 100, f"{before} MB before the first line, {peak} MB at most"
