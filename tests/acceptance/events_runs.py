"""Whole runs of the command line on a simulated field whose archive is damaged: no damaged month becomes a decline.

A measure that feeds did not hear throughout rests on git alone in all its months. It may then differ from the one that
rests on everything, but not by what was damaged: so it must be the one of a run without any feed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from ecotone.api import open_workspace
from ecotone.signals import ALL
from tests.acceptance.events_field import Tried
from tests.fakes import serve_github, serve_hours

Say = Callable[[str, bool, str], None]
Signals = dict[tuple[str, Any], dict[str, Any]]
FALLING: Final = frozenset({"declining", "rise and fall", "spike and fade", "dormant"})
TOLERANCE: Final = 1e-9
COUNTED: Final = frozenset({"activity", "pulls", "conversation", "actors"})  # themes that hang on no employer
SUNK: Final = 0.9
LARGE: Final = 20.0  # sums below it say nothing


def check_runs(say: Say, whole: Tried, damaged: Tried, folder: Path, tokens: Sequence[str]) -> None:
    """Run with git alone, the API, the damaged archive, and the last two: the last two never say what is not."""
    with serve_hours(damaged.folder) as site, serve_github(damaged.feeds, tokens) as api:
        sources = {
            "git": dict[str, str](),
            "true": {"github": api.url},
            "damaged": {"gharchive": site.url},
            "backfilled": {"gharchive": site.url, "github": api.url},
        }
        found = {}
        for name, chosen in sources.items():
            workspace = folder / f"run-{name}"
            if name == "backfilled":
                subprocess.run(["cp", "-r", str(folder / "run-damaged"), str(workspace)], check=True)
            done = _run(whole, chosen, workspace, tokens)
            lines = (done.stdout + done.stderr).strip().splitlines()
            say(f"the {name} run ends well", done.returncode == 0, f"exit {done.returncode} {lines[-1:]}")
            found[name] = workspace
            leaking = [
                str(path) for path in _files(workspace) if any(one.encode() in path.read_bytes() for one in tokens)
            ]
            words = any(one in done.stdout + done.stderr for one in tokens)
            say(
                f"the {name} run writes no token",
                not leaking and not words,
                f"in {sum(1 for _ in _files(workspace)):,} files",
            )
    true, alone = signals(found["true"]), signals(found["git"])
    for name in ("damaged", "backfilled"):
        damaged_months = _damaged(found[name]) if name == "damaged" else set(true)
        _compare(say, name, true, signals(found[name]), damaged_months, alone)
        _shapes(say, name, found["true"], found[name], found["git"])


def _run(
    field: Tried, sources: dict[str, str], workspace: Path, tokens: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    """A run of the landscape with these sources."""
    text = (field.folder.parent / "field" / "landscape.toml").read_text("utf-8")
    for name, url in sources.items():
        text += f'\n[sources.{name}]\nlocation = "{url}"\n'
    path = field.folder.parent / "field" / f"{workspace.name}.toml"
    path.write_text(text, encoding="utf-8")
    environment = {**os.environ, "ECOTONE_GITHUB_TOKEN": ",".join(tokens)}
    command = [sys.executable, "-m", "ecotone", "run", str(path), "-w", str(workspace), "--quiet"]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _damaged(workspace: Path) -> set[tuple[str, Any]]:
    """Project-months that the archive does not have whole."""
    rows = open_workspace(workspace).table("coverage").to_arrow().to_pylist()
    return {
        (row["repository"], row["month"]) for row in rows if row["source"] == "gharchive" and row["state"] != "complete"
    }


def signals(workspace: Path) -> Signals:
    """The table of signals by project and month."""
    rows = open_workspace(workspace).table("signals").to_arrow().to_pylist()
    return {(row.pop("project"), row.pop("month")): row for row in rows}


def _compare(say: Say, name: str, true: Signals, found: Signals, damaged: set[tuple[str, Any]], alone: Signals) -> None:
    """Counts of acts are the true ones or unknown; what hangs on who employs whom, at least, does not sink."""
    counts = {column for one in ALL if one.theme in COUNTED for column in one.columns}
    wrong: Counter[str] = Counter()
    unknown, same, example = 0, 0, ""
    for place, column, value, told in _figures(true, found):
        if told is None:
            unknown += 1
        elif abs(told - value) <= TOLERANCE * max(1.0, abs(value)):
            same += 1
        elif column in counts:
            wrong[column] += 1
            example = example or f"such as {place[0]} {place[1]:%Y-%m} {column}: {told} for {value}"
    figures = f"{same:,} figures true, {unknown:,} unknown, {sum(wrong.values())} counts wrong {dict(wrong)} {example}"
    say(f"the {name} run: a count of acts is true or unknown", not wrong, figures)
    on_git = _as_without_feeds(found, alone)
    sunk = {column: how for column, how in _sunk(true, found, damaged).items() if column not in on_git - counts}
    figures = f"{len(damaged)} project-months, sunk: {sunk}; {len(on_git - counts)} measures rest on git in all months"
    say(f"the {name} run: nothing sinks in damaged months", not sunk, figures)


def _as_without_feeds(found: Signals, alone: Signals) -> set[str]:
    """Columns that are in every month what a run without feeds makes of them."""
    columns = {column for row in found.values() for column in row}
    return {column for column in columns if all(row[column] == alone[place][column] for place, row in found.items())}


def _figures(true: Signals, found: Signals) -> Iterator[tuple[tuple[str, Any], str, float, float | None]]:
    """Every true number with the one that was found."""
    for place, row in true.items():
        for column, value in row.items():
            if isinstance(value, int | float) and not isinstance(value, bool) and column in found[place]:
                yield place, column, value, found[place][column]


def _sunk(true: Signals, found: Signals, damaged: set[tuple[str, Any]]) -> dict[str, str]:
    """Columns whose sum over damaged months falls short of the truth by a tenth more than over the others.

    A column may fall short in all months alike: measures rest on git alone where feeds did not see everything.
    """
    sums: dict[tuple[str, bool], list[float]] = {}
    for place, column, value, told in _figures(true, found):
        if told is not None:
            both = sums.setdefault((column, place in damaged), [0.0, 0.0])
            both[0] += value
            both[1] += told
    sunk = {}
    for (column, is_damaged), (value, told) in sorted(sums.items()):
        other = sums.get((column, False), [0.0, 0.0])
        if is_damaged and value >= LARGE and other[0] >= LARGE and told / value < SUNK * other[1] / other[0]:
            sunk[column] = f"{told / value:.2f} of the truth, elsewhere {other[1] / other[0]:.2f}"
    return sunk


def _shapes(say: Say, name: str, true: Path, found: Path, alone: Path) -> None:
    """What does not fall in truth, nor without any feed, does not fall here."""
    shapes = []
    for workspace in (true, found, alone):
        rows = open_workspace(workspace).table("trends").to_arrow().to_pylist()
        shapes.append({(row["project"], row["signal"]): row["shape"] for row in rows})
    fallen = [
        f"{project} {signal}: {shapes[1][project, signal]} for {shape}"
        for (project, signal), shape in shapes[0].items()
        if shape not in FALLING
        and shapes[1].get((project, signal)) in FALLING
        and shapes[2].get((project, signal)) not in FALLING
    ]
    say(
        f"the {name} run: no damage becomes a decline",
        not fallen,
        f"{len(shapes[0])} shapes, {len(fallen)} fallen {fallen[:3]}",
    )
