"""Kill runs at random moments: whatever the moment, the next run ends with the bytes of an undisturbed one.

Simulates a small field and kills each step of a run with SIGKILL (its git processes live on), again and again; repeats
the step to its end and compares every kept file (`killed_steps`). Fails on any difference.
`check` does the same with whole runs, also with every table as CSV and as DuckDB gives it.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from ecotone.simulation import simulate_field
from ecotone.store.workspace import PUBLIC_TABLES, Workspace
from tests.acceptance.killed_steps import STEPS, kill_step, prepare_field
from tests.acceptance.settings import KILLS, LONG, SEED, has_part

LEFT_OVER = (".*.part-*", ".*.old-*", "clones/*/*.part-*", "tables/.*", "collected/*/.*")


pytestmark = LONG


@dataclass(slots=True)
class Totals:
    """What happened over all kills."""

    killed: int = 0
    too_late: int = 0  # the run had ended before its moment came
    different: list[str] = field(default_factory=list)


def run(landscape: Path, workspace: Path) -> None:
    """A run to its end; raises if it does not end well."""
    command = [sys.executable, "-m", "ecotone", "run", str(landscape), "-w", str(workspace), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the run into {workspace} ended with {done.returncode}: {done.stderr.strip()}")


def check(
    folder: Path,
    kills: int,
    seed: int,
    projects: int = 3,
    run: Callable[[Path, Path], None] = run,
    signs: Sequence[str] = (),
) -> Totals:
    """Kill `kills` runs in new workspaces inside `folder`; say what differs from an undisturbed run.

    signs  kill each run when the workspace holds a file of this pattern, in turn; without: at random moments
    """
    landscape = folder / "field" / "landscape.toml"
    simulate_field(
        folder / "field", seed=seed, projects=projects, people=16, months=5, last_month=date(2025, 3, 1), pace=4
    )
    began = time.monotonic()
    run(landscape, folder / "undisturbed")
    length = time.monotonic() - began
    expected = dict(contents(folder / "undisturbed"))
    totals, chance = Totals(), random.Random(seed)
    for number in range(kills):
        workspace = folder / f"killed-{number}"
        after = chance.uniform(0.0, length)
        if kill_one(landscape, workspace, after, signs[number % len(signs)] if signs else None):
            totals.killed += 1
        else:
            totals.too_late += 1
        run(landscape, workspace)
        found = dict(contents(workspace))
        totals.different += [
            f"kill {number} after {after:.3f} s: {name}"
            for name in sorted(expected.keys() | found.keys())
            if expected.get(name) != found.get(name)
        ]
        totals.different += [f"kill {number} after {after:.3f} s left {name}" for name in left_over(workspace)]
        shutil.rmtree(workspace)
    return totals


def kill_one(landscape: Path, workspace: Path, after: float, sign: str | None = None) -> bool:
    """Start a run, kill its Python process after so many seconds or at a sign; returns whether it was still alive."""
    command = [sys.executable, "-m", "ecotone", "run", str(landscape), "-w", str(workspace), "--quiet"]
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=silent, stderr=silent, start_new_session=True) as process:
        if sign is None:
            time.sleep(after)
        while sign is not None and process.poll() is None and not any(workspace.glob(sign)):
            time.sleep(0.002)
        alive = process.poll() is None
        if alive:
            os.kill(process.pid, signal.SIGKILL)
    return alive


def contents(workspace: Path) -> Iterator[tuple[str, str]]:
    """Name and digest of everything a run promises: exports, tables, report, database."""
    opened = Workspace.open(workspace)
    manifest = opened.current_manifest() or {"tables": [], "generation": None}
    for folder in ("tables", "report"):
        for path in sorted((workspace / folder).rglob("*")):
            if path.is_file():
                yield str(path.relative_to(workspace)), digest(path.read_bytes())
    names = [name for name in PUBLIC_TABLES if name in manifest["tables"]]
    for name in names:
        yield f"{name}.csv", digest(exported(workspace, name))
    with duckdb.connect(str(opened.database_path), read_only=True) as connection:
        for name in manifest["tables"]:
            same = connection.execute(f'SELECT * FROM "{name}"').to_arrow_table().equals(_plain(opened, name))
            yield f"ecotone.duckdb: {name} equals its file", str(same)
            if not same:
                raise SystemExit(f"{opened.database_path}: the table {name} is not the one in tables/")
        yield "ecotone.duckdb: generation", str(connection.execute("FROM generation").fetchall())


def exported(workspace: Path, name: str) -> bytes:
    """What `ecotone export` writes of a table."""
    from ecotone.api import open_workspace
    from ecotone.people.account_privacy import with_public_accounts
    from ecotone.pipeline.write_report import table_as_csv

    return table_as_csv(with_public_accounts(open_workspace(workspace).table(name).to_arrow()))


def left_over(workspace: Path) -> list[str]:
    """Half-written things that nobody removed."""
    return sorted(str(path.relative_to(workspace)) for pattern in LEFT_OVER for path in workspace.glob(pattern))


def digest(content: bytes) -> str:
    """Hexadecimal digest."""
    return hashlib.sha256(content).hexdigest()


def _plain(opened: Workspace, name: str) -> object:
    """A table as DuckDB gives it back: its types are fewer."""
    with duckdb.connect() as connection:
        connection.register("kept", opened.read_table(name))
        return connection.execute("SELECT * FROM kept").to_arrow_table()


def test_each_killed_step_ends_with_the_same_bytes() -> None:
    with tempfile.TemporaryDirectory(prefix="kill-") as name:
        folder, different = Path(name), list[str]()
        landscape = prepare_field(folder, SEED)
        for step in STEPS:
            kills = KILLS if has_part(step) else 0
            totals = kill_step(folder, landscape, step, kills, random.Random(f"{step} {SEED}"))
            different += totals.different
            print(
                f"{step}: {totals.killed} killed in the middle, {totals.too_late} after the end;"
                f" {len(totals.different)} differences; {totals.seconds:.0f} s"
            )
    assert different == []
