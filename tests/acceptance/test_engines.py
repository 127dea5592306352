"""The whole analysis on a Spark cluster and at ClickHouse: the same tables as on DuckDB, also if a worker is killed.

Prints what each engine executed; fails if a value of a table differs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ecotone.foundation.landscape import read_landscape
from ecotone.pipeline.archive_signals import ARCHIVE_SIGNALS
from ecotone.pipeline.steps import Run, perform_steps, utc_now
from ecotone.simulation.feeds import ArchiveFaults, generate_feeds, write_field_feeds
from ecotone.simulation.simulated_field import make_simulated_field
from ecotone.store.workspace import Workspace
from tests.acceptance.settings import LONG, SHARED, WORKSPACE, has_part
from tests.acceptance.spark_cluster import PYTHON, SparkCluster
from tests.events.clickhouse.test_engine import TABLE
from tests.fakes.clickhouse.chdb_server import ChdbServer
from tests.fakes.clickhouse.event_table import event_table
from tests.pipeline.engines.same_values import all_tables, find_differences

pytestmark = LONG

ACCOUNTS_APART = "discussion_participants"
"""Where events stay, an account that git does not show is nobody's second one: this signal may count more."""
KILL_AFTER = 12
"""Tasks that are finished when a worker is killed."""


@dataclass(frozen=True)
class Example:
    """A landscape, and a workspace in which it was collected."""

    landscape: Path
    workspace: Path
    folder: Path

    def analyse(self, python: str | Path, address: str, name: str, *shared: str) -> Outcome:
        """Its tables, computed from what was collected alone."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for part in ("collected", "workspace.json"):
            (shutil.copytree if (self.workspace / part).is_dir() else shutil.copy)(self.workspace / part, folder / part)
        done = subprocess.run(
            [python, "tests/acceptance/engine_run.py", self.landscape, folder, address, *shared],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "src"}, check=True,
        )  # fmt: skip
        said: dict[str, Any] = json.loads(done.stdout)
        tables = all_tables(Workspace.open(folder))
        executed = ", ".join(f"{count} {what}" for what, count in sorted(said["executed"].items()))
        print(f"{self.landscape.stem:10} {name:12} {said['seconds']:7.1f} s  {executed}; {len(tables)} tables")
        return Outcome(tables, said["executed"])


@dataclass(frozen=True)
class Outcome:
    """What an analysis gave, and what engines executed for it."""

    tables: dict[str, pa.Table]
    executed: dict[str, int]

    def check(self, expected: Outcome, **least: int) -> None:
        """It has the expected tables, by values, and the engine executed at least so many of each."""
        assert find_differences(expected.tables, self.tables) == []
        for what, count in least.items():
            assert self.executed.get(what.replace("_", " "), 0) >= count, (what, self.executed)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkCluster]:
    if not PYTHON.exists():
        pytest.skip(f"{PYTHON} does not exist; run `make acceptance-engines`")
    with SparkCluster(tmp_path_factory.mktemp("spark") / "cluster") as started:
        print(f"\nSpark {started.version}: {len(started.executors())} executors registered")
        yield started


@pytest.fixture(scope="module")
def clickhouse() -> Iterator[str]:
    with ChdbServer() as server:
        yield server.url


@pytest.fixture(scope="module", params=["field", "corpus"])
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Example:
    if not has_part(request.param):
        pytest.skip("not among ACCEPTANCE_PARTS")
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "field":
        return simulated_example(folder)
    if not (WORKSPACE / "collected").exists() or not (SHARED / "corpus").exists():
        pytest.skip(f"{WORKSPACE} does not exist; run `make acceptance-trends` first, which collects it")
    return Example(Path("landscapes/corpus.toml"), WORKSPACE, folder)


def simulated_example(folder: Path) -> Example:
    """A field with histories and with the hours of an archive, collected."""
    field = make_simulated_field(folder / "field", seed=3, projects=6, people=60, months=10)
    write_field_feeds(field, folder / "field", faults=ArchiveFaults.from_names((), 3))
    landscape = folder / "field" / "landscape.toml"
    text = landscape.read_text("utf-8")
    landscape.write_text(f'{text}\n[sources.gharchive]\nlocation = "{folder}/field/hours"\n', "utf-8")
    run = Run(Workspace.create(folder / "collected"), read_landscape(landscape), utc_now(), lambda *_: None)
    perform_steps(run, ("collect",), lambda _: None)
    assert run.collected.failures == ()
    return Example(landscape, folder / "collected", folder)


def test_events_may_stay_at_the_engine(tmp_path: Path) -> None:
    """The signals of events are the same if only project-months leave the server that has the events."""
    field = make_simulated_field(tmp_path / "field", seed=4, projects=3, people=30, months=6)
    events = event_table(generate_feeds(field, renames=False), None, ambiguous=False)
    text = (tmp_path / "field" / "landscape.toml").read_text("utf-8")
    with ChdbServer() as server:
        server.load_table("github_events", TABLE, events)
        read = f'{text}\n[sources.clickhouse]\nlocation = "{server.url}"\nevents = true\n'
        stay = f'{text}\n[sources.clickhouse]\nlocation = "{server.url}"\n[engine]\nat = "{server.url}"\n'
        found = []
        for number, written in enumerate((read, stay)):
            landscape = tmp_path / "field" / f"landscape{number}.toml"
            landscape.write_text(written, "utf-8")
            workspace = Workspace.create(tmp_path / f"w{number}")
            run = Run(workspace, read_landscape(landscape), utc_now(), lambda *_: None)
            perform_steps(run, ("collect", "analyse"), lambda _: None)
            assert run.collected.failures == ()
            found.append(all_tables(workspace))
    columns = ["project", "month", *(column for signal in ARCHIVE_SIGNALS for column in signal.columns)]
    tables = [{"signals": tables["signals"].select(columns)} for tables in found]
    known = {name: len(column) - column.null_count for name, column in zip(columns, tables[0]["signals"], strict=True)}
    print(f"project-months with a value: {known}")
    assert min(known.values()) > 0
    here, there = (table["signals"][ACCOUNTS_APART].to_pylist() for table in tables)
    print(f"{ACCOUNTS_APART}: {sum(filter(None, here))} read, {sum(filter(None, there))} where events stay")
    assert all(1 <= other / one <= 1.2 for one, other in zip(here, there, strict=True) if one)
    assert find_differences(*({"signals": table["signals"].drop_columns(ACCOUNTS_APART)} for table in tables)) == []


@contextmanager
def killing_a_worker(cluster: SparkCluster) -> Iterator[list[int]]:
    """Kills a worker with its executor once some tasks are finished; yields at how many it was."""
    begun, ended, killed = cluster.finished_tasks(), threading.Event(), list[int]()

    def watch() -> None:
        while not ended.wait(0.2):
            if (finished := cluster.finished_tasks() - begun) >= KILL_AFTER:
                cluster.kill("worker1")
                killed.append(finished)
                print(f"a worker was killed after {finished} tasks")
                return

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield killed
    finally:
        ended.set()
        watching.join()
        cluster.start_worker(1)
        cluster.wait_for_executors()


def test_engines_give_the_same_tables(example: Example, cluster: SparkCluster, clickhouse: str) -> None:
    projects = len(read_landscape(example.landscape).projects)
    here = example.analyse(sys.executable, "duckdb", "duckdb")
    shared = example.folder / "shared"
    shared.mkdir()
    with killing_a_worker(cluster) as killed:
        spark = example.analyse(PYTHON, cluster.address, "spark", str(shared))
    there = example.analyse(sys.executable, clickhouse, "clickhouse")
    spark.check(here, spark_statements=2, spark_groups=4 * projects)
    there.check(here, clickhouse_statements=2)
    assert killed, "no worker was killed in mid-run"
    assert list(shared.iterdir()) == [], "files of the tables stay in the shared folder"
