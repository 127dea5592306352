"""Help pages open at once: they import neither Arrow nor pydantic nor a database."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ecotone.cli.main import COMMANDS

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


def test_looking_for_what_is_new_loads_neither_queries_nor_pages():
    program = "import json, sys, ecotone.pipeline.steps, ecotone.pipeline.feeds; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert "pyarrow" in loaded
    assert not loaded & {"duckdb", "ibis", "ecotone.report", "scipy", "sklearn", "tldextract"}
