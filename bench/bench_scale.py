"""Time and memory of each step of an analysis of simulated projects, at several sizes, and how they grow.

    python bench/bench_scale.py [--sizes 100 1000 10000] [--acts 1300] [--folder build/scale]
    python bench/bench_scale.py --rows 100000000 [--signals NAME ...]

Collected tables are written directly, without git (`simulated_tables.py`); then everything that `ecotone analyse` does
is done in a process of its own. Memory is the largest sum over the process and its children (proportional set size).
Growth is the slope of the logarithm of time over the logarithm of the number of projects, between neighbouring sizes.
With --rows, the signals alone are computed over a table of so many acts that DuckDB reads from Parquet, with 3 GB.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

STEPS_SHOWN = 0.5  # seconds at the largest size from which a step is shown


class MemoryWatch:
    """The memory of this process and its children, read every tenth of a second."""

    def __init__(self) -> None:
        self.highest = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            self.highest = max(self.highest, memory_of_processes(os.getpid()))
            time.sleep(0.1)


def memory_of_processes(root: int) -> int:
    """The memory of a process and its descendants in bytes; of pages that several share, each has its part."""
    return sum(map(_proportional_size, _process_tree(root)))


def _process_tree(root: int) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        for thread in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                waiting += map(int, thread.read_text("ascii").split())
            except OSError:
                continue
    return found


def _proportional_size(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def measure_size(projects: int, acts: int, folder: Path) -> None:
    """Analyse so many projects; print a JSON object of each step's seconds and highest memory so far."""
    import resource

    from simulated_tables import simulated_landscape, without_syncing, write_projects

    from ecotone.pipeline import analyse, join, project_pool
    from ecotone.store.workspace import Workspace

    without_syncing()
    landscape = simulated_landscape(projects)
    workspace = Workspace.create(folder)
    begun = time.perf_counter()
    readings = write_projects(workspace, landscape, acts)
    print(f"  {projects} projects written in {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    watch = MemoryWatch()
    steps: dict[str, dict[str, float]] = {}

    def note_step(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def run(*arguments: object, **named: object) -> object:
            started, used, watch.highest = time.perf_counter(), _processor_seconds(), 0
            try:
                return function(*arguments, **named)
            finally:
                time.sleep(0.15)
                steps[name] = {
                    "seconds": time.perf_counter() - started - 0.15,
                    "processor": _processor_seconds() - used,
                    "memory": float(watch.highest),
                }
                print(f"  {projects} {name}: {steps[name]}", file=sys.stderr, flush=True)

        run.__name__ = function.__name__
        return run

    def _processor_seconds() -> float:
        return sum(
            usage.ru_utime + usage.ru_stime
            for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        )

    analyse.join_collected = note_step("join", join.join_collected)
    analyse.FIELD_STEPS = tuple(note_step(step.__name__.strip("_"), step) for step in analyse.FIELD_STEPS)
    analyse.write_database = note_step("write_database", analyse.write_database)
    started = time.perf_counter()
    before = _processor_seconds()
    analyse.write_tables(workspace, landscape, readings)
    whole = {"seconds": time.perf_counter() - started, "processor": _processor_seconds() - before}
    whole["memory"] = max(step["memory"] for step in steps.values())
    acts_counted = workspace.read_table("events").num_rows
    print(json.dumps({"projects": projects, "acts": acts_counted, "steps": {**steps, "all": whole}}))
    assert project_pool.ROWS_OF_ONE_PROCESS


def measure_sizes(sizes: list[int], acts: int, folder: Path) -> list[dict[str, object]]:
    """Each size in a process of its own."""
    results = []
    for projects in sizes:
        place = folder / str(projects)
        shutil.rmtree(place, ignore_errors=True)
        command = [sys.executable, __file__, "--one", str(projects), "--acts", str(acts), "--folder", str(place)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        results.append(json.loads(done.stdout.splitlines()[-1]))
        shutil.rmtree(place, ignore_errors=True)
    return results


def print_growth(results: list[dict[str, object]]) -> None:
    """A line for each step: seconds and memory by size, and the growth between neighbouring sizes."""
    sizes = [int(result["projects"]) for result in results]
    print("acts: " + ", ".join(f"{result['projects']} projects {result['acts']:,}" for result in results))
    print(f"{'step':32s}" + "".join(f"{size:>22,}" for size in sizes) + "   growth of processor time")
    for name in results[-1]["steps"]:
        rows = [result["steps"].get(name) for result in results]
        if rows[-1]["processor"] < STEPS_SHOWN or None in rows:
            continue
        cells = "".join(f"{row['processor']:>10.1f} s {row['memory'] / 1e9:>7.2f} GB" for row in rows)
        pairs = zip(zip(sizes, rows, strict=True), zip(sizes[1:], rows[1:], strict=True), strict=False)
        growth = [
            math.log(after["processor"] / max(before["processor"], 0.01)) / math.log(size / smaller)
            for (smaller, before), (size, after) in pairs
        ]
        print(f"{name:32s}{cells}   " + ", ".join(f"{slope:.2f}" for slope in growth))


def measure_signals(rows: int, folder: Path, names: list[str]) -> None:
    """Every signal over so many acts that DuckDB reads from Parquet, within 3 GB."""
    from simulated_acts import write_acts

    from ecotone import signals
    from ecotone.signals.compile import wide_sql
    from ecotone.store.duckdb_engine import open_connection

    folder.mkdir(parents=True, exist_ok=True)
    paths = write_acts(rows, folder)
    watch, failed = MemoryWatch(), 0
    for signal in signals.ALL:
        if names and signal.name not in names:
            continue
        connection = open_connection(":memory:", folder / "spill", memory=3_000_000_000)
        for name, path in paths.items():
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
        started, watch.highest = time.perf_counter(), 0
        try:
            found = connection.execute(f"SELECT count(*) FROM ({wide_sql([signal])})").fetchone()[0]
            outcome = f"{found:,} project-months"
        except Exception as error:
            failed += 1
            outcome = f"FAILED: {error}"
        connection.close()
        print(
            f"{signal.name:32s} {time.perf_counter() - started:>7.1f} s {watch.highest / 1e9:>6.2f} GB  {outcome}",
            flush=True,
        )
    sys.exit(failed > 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--acts", type=int, default=1_300)
    parser.add_argument("--folder", type=Path, default=Path("build/scale"))
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--signals", nargs="*", default=[], help="names; all by default")
    parser.add_argument("--one", type=int)
    chosen = parser.parse_args()
    if chosen.one:
        measure_size(chosen.one, chosen.acts, chosen.folder)
    elif chosen.rows:
        measure_signals(chosen.rows, chosen.folder, chosen.signals)
    else:
        print_growth(measure_sizes(chosen.sizes, chosen.acts, chosen.folder))
