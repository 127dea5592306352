"""Programs that use Ecotone under `mypy --strict`: its types are found, and a wrong use is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from mypy import api

ROOT = Path(__file__).parents[1]

GOOD = """
from datetime import date

import ecotone

opened = ecotone.read(["team/tool", "team/other"])
version: str = ecotone.__version__
rows: int = len(ecotone.open().signals(projects="team/tool", since="2024-01", until=date(2025, 1, 1)))
name: str = opened.project("team/tool")
"""
WRONG = {
    "month": 'import ecotone\n\necotone.open().signals(month="2024-01")\n',
    "since": "import ecotone\n\necotone.open().people(since=2024)\n",
    "table": "import ecotone\n\necotone.open().signal()\n",
}


@pytest.mark.slow
def test_a_program_is_checked_against_the_types_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    programs = {"good": GOOD, **WRONG}
    for name, text in programs.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setenv("MYPYPATH", str(ROOT / "src"))
    options = (
        "--strict",
        "--follow-imports=silent",
        "--ignore-missing-imports",
        "--config-file=",
        "--no-error-summary",
    )
    cache = f"--cache-dir={ROOT / '.mypy_cache'}"
    said, trouble, _ = api.run([*options, cache, *(str(tmp_path / f"{name}.py") for name in programs)])
    assert trouble == ""
    assert sorted(Path(line.split(":")[0]).stem for line in said.splitlines() if ": error:" in line) == sorted(WRONG)
