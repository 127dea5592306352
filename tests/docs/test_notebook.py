"""The notebook of the how-to pages runs from top to bottom and shows what it says."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Simulated

NOTEBOOK = Path(__file__).parents[2] / "docs" / "how-to" / "notebook.ipynb"


def run_cell(source: str, names: dict[str, Any]) -> Any:
    """Execute a cell as a notebook does; its value is that of a last expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)  # the notebook is ours
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if isinstance(last, ast.Expr) else None


def test_the_notebook_runs_and_shows_tables(simulated: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / ".ecotone").symlink_to(simulated.workspace)
    monkeypatch.chdir(tmp_path)
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    assert (notebook["nbformat"], [cell for cell in notebook["cells"] if cell.get("outputs")]) == (4, [])
    names: dict[str, Any] = {}
    shown = [run_cell(cell["source"], names) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    projects, busiest, meaning, verdicts, shares = shown
    assert "<table>" in projects._repr_html_()
    assert len(busiest) > 0
    assert meaning["unit"] == "people"
    assert {"project", "history", "now", "now_change"} == set(verdicts[0])
    assert "employer_shares of" in repr(shares)
