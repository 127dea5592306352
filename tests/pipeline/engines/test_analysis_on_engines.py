"""A whole analysis gives the same tables whether this process or an engine computes it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from ecotone.foundation.engine_choice import EngineChoice
from ecotone.pipeline import analyse, remote_steps
from ecotone.pipeline.engines import open_engine as engines
from ecotone.store.workspace import Workspace
from tests.cli.command import ecotone
from tests.conftest import Simulated
from tests.pipeline.engines.same_values import all_tables, find_differences


@pytest.fixture
def collected(simulated: Simulated, tmp_path: Path) -> Path:
    """A workspace with what was collected alone."""
    folder = tmp_path / "w"
    folder.mkdir()
    shutil.copytree(simulated.workspace / "collected", folder / "collected")
    shutil.copy(simulated.workspace / "workspace.json", folder)
    return folder


@pytest.mark.acceptance
def test_statements_run_at_clickhouse(collected: Path, simulated: Simulated) -> None:
    pytest.importorskip("chdb.session", reason="chdb has no wheel for this platform")
    from tests.fakes.clickhouse.chdb_server import ChdbServer

    with ChdbServer() as server:
        done = ecotone("analyse", simulated.landscape, "-w", collected, "--engine", server.url, "--quiet")
        assert (done.code, done.err) == (0, "")
        assert server.executed["SELECT"] + server.executed["WITH"] == 2
    assert find_differences(all_tables(Workspace(simulated.workspace)), all_tables(Workspace(collected))) == []


def test_tasks_travel_with_all_that_they_read(
    collected: Path, simulated: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each task is packed, computed from its row alone, and its tables come back as a stream."""
    asked = []

    def perform_here(row: pa.Table) -> pa.Table:
        assert b"workspace" not in row["content"][0].as_py(), "a path of this machine travels"
        return remote_steps.perform_task(row)

    def each_here(
        _: engines.LocalEngine, table: pa.Table, key: str, function: engines.GroupFunction, schema: pa.Schema
    ) -> pa.Table:
        assert (key, function, schema) == ("task", remote_steps.perform_task, remote_steps.RESULT_SCHEMA)
        asked.append(table.num_rows)
        return pa.concat_tables([perform_here(table.slice(number, 1)) for number in range(table.num_rows)])

    monkeypatch.setattr(engines.LocalEngine, "each", each_here)
    monkeypatch.setattr(analyse, "runs_groups_elsewhere", lambda choice: choice == EngineChoice())
    monkeypatch.setattr(remote_steps, "BYTES_OF_A_QUESTION", 1 << 12)
    assert ecotone("analyse", simulated.landscape, "-w", collected, "--quiet").code == 0
    assert sum(asked) >= 13
    assert len(asked) > 5
    assert find_differences(all_tables(Workspace(simulated.workspace)), all_tables(Workspace(collected))) == []
