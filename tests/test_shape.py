"""Nothing grows too large to read, and every exception to a check has its reason beside it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(path for folder in ("src", "tests", "tools", "bench") for path in (ROOT / folder).rglob("*.py"))
LINES_OF_A_FUNCTION = 60
LINES_OF_A_FILE = 500
EXCEPTION = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b")
WITH_REASON = re.compile(r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w, -]+\])\s*(?:-\s+|#\s+)\S")


def too_long(text: str) -> list[str]:
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [
        f"{node.name}: {length} lines"
        for node in functions
        if (length := (node.end_lineno or 0) - node.lineno + 1) > LINES_OF_A_FUNCTION
    ]


def without_reason(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if EXCEPTION.search(line) and not WITH_REASON.search(line)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_small_and_says_why_it_makes_exceptions(path: Path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LINES_OF_A_FILE
    assert too_long(text) == []
    if path != Path(__file__):
        assert without_reason(text) == []


def test_the_ceilings_are_seen():
    body = "    x = 1\n" * LINES_OF_A_FUNCTION
    assert too_long(f"def large():\n{body}") == ["large: 61 lines"]
    assert too_long(f"def small():\n{body[:-10]}") == []
    bare = ["x = 1  # noqa: S608", "y = f()  # type: ignore[misc]", "z  # noqa"]
    told = ["x = 1  # noqa: S608 - our own names", "y = f()  # type: ignore[misc] - no types", "def noqa(): ..."]
    assert without_reason("\n".join(bare + told)) == bare
