"""Names stay plain: three counts over src may fall and not rise; `language_limits.toml` holds the limits."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIMITS = ROOT / "tests" / "language_limits.toml"
VAGUE = {"also", "found", "given", "heard", "kept", "left", "made", "more", "one", "other"} | {
    "paid", "place", "said", "seen", "shown", "spoken", "told", "who",
}  # fmt: skip
"""Names of variables that do not say what the variable holds."""


def one_word_functions(trees: Iterable[ast.Module]) -> int:
    """Functions of modules whose name is a single word; a declared signal's function has the signal's public name."""
    bodies = (node for tree in trees for node in tree.body)
    functions = (node for node in bodies if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return sum("_" not in node.name and not declares_signal(node) for node in functions)


def declares_signal(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = (decorator.func for decorator in function.decorator_list if isinstance(decorator, ast.Call))
    return any(isinstance(name, ast.Name) and name.id in ("signal", "network_signal") for name in calls)


def vague_variables(trees: Iterable[ast.Module]) -> int:
    """Assignments and parameters with a vague name."""
    return sum(name in VAGUE for tree in trees for name in variable_names(tree))


def variable_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def repeated_file_names(paths: Iterable[Path]) -> int:
    """File names that occur in more than one folder."""
    counts = Counter(path.name for path in paths if path.name != "__init__.py")
    return sum(count > 1 for count in counts.values())


def measured_counts() -> Mapping[str, int]:
    paths = sorted((ROOT / "src").rglob("*.py"))
    trees = [ast.parse(path.read_text("utf-8")) for path in paths]
    return {
        "one_word_functions": one_word_functions(trees),
        "vague_variables": vague_variables(trees),
        "repeated_file_names": repeated_file_names(paths),
    }


def complaint(name: str, count: int, limit: int) -> str | None:
    """What to do where a count differs from its limit."""
    if count > limit:
        return f"{name}: {count}, at most {limit} are accepted. Give the new ones names that say what they are."
    if count < limit:
        return f"{name}: {count}, fewer than the limit of {limit}. Lower the limit in tests/{LIMITS.name} to {count}."
    return None


def test_names_stay_plain():
    counts, limits = measured_counts(), tomllib.loads(LIMITS.read_text("utf-8"))
    assert set(counts) == set(limits)
    assert [text for name, count in counts.items() if (text := complaint(name, count, limits[name]))] == []


@pytest.mark.parametrize(
    ("text", "functions", "variables"),
    [
        ("def read():\n    found = 1", 1, 1),
        ("def read_file(one):\n    return [other for other in one]", 0, 2),
        ("def _read(*, kept, row): ...", 0, 1),
        ("@signal(unit='people')\ndef stars(): ...\n@cache\ndef read(): ...", 1, 0),
        ("class Reader:\n    def read(self): ...", 0, 0),
    ],
)
def test_names_are_counted(text: str, functions: int, variables: int):
    trees = [ast.parse(text)]
    assert one_word_functions(trees) == functions
    assert vague_variables(trees) == variables


def test_limits_bind_in_both_directions():
    assert complaint("x", 3, 3) is None
    assert "at most 3" in (complaint("x", 4, 3) or "")
    assert "Lower the limit" in (complaint("x", 2, 3) or "")
    paths = [Path("a/read.py"), Path("b/read.py"), Path("a/__init__.py"), Path("b/__init__.py"), Path("c/tables.py")]
    assert repeated_file_names(paths) == 1
