"""Help pages open at once: they import neither Arrow nor pydantic nor a database."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ecotone.cli.main import COMMANDS
from tests.conftest import Simulated

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


def test_a_run_with_nothing_new_loads_neither_queries_nor_pages(simulated: Simulated):
    """The simulated field names a feed too: all three steps end early."""
    loaded = modules_after("run", str(simulated.landscape), "--workspace", str(simulated.workspace), "--json")
    assert {"pyarrow", "ecotone.pipeline.feeds"} <= loaded
    assert not loaded & {"duckdb", "ibis", "ecotone.report", "scipy", "sklearn", "tldextract", "httpx"}
