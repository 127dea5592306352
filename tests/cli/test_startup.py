"""Help pages open at once: they import neither Arrow nor pydantic nor a database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ecotone.cli.main import COMMANDS
from tests.cli.command import ecotone, landscape_of
from tests.events.making import straight

SLOW_MODULES = ("duckdb", "httpx", "ibis", "numpy", "pandas", "pyarrow", "pydantic", "ruptures")
SCRIPT = """
import json, sys
from ecotone.cli.main import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def modules_after(*arguments: str) -> set[str]:
    command = [sys.executable, "-c", SCRIPT, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["affiliations", "export", "--help"],
        ["badge", "--help"],
        ["mcp", "--help"],
        *([command.__name__, "--help"] for command in COMMANDS),
    ],
    ids=" ".join,
)
def test_help_imports_nothing_slow(arguments: list[str]):
    assert modules_after(*arguments).isdisjoint(SLOW_MODULES)


def test_a_run_with_nothing_new_loads_neither_queries_nor_pages(tmp_path: Path):
    listed = {"o/one": straight(tmp_path / "one.git", 3).folder}
    landscape = landscape_of(tmp_path / "l", listed, head="observed_until = 2030-01-01\n")
    assert ecotone("run", landscape, "-w", tmp_path / "w", "--quiet").code == 0
    loaded = modules_after("run", str(landscape), "--workspace", str(tmp_path / "w"), "--json")
    assert "pyarrow" in loaded
    assert loaded.isdisjoint({"duckdb", "ibis", "ecotone.report", "scipy", "sklearn", "tldextract"})
