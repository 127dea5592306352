"""Counts that a source gives month by month fill what nobody told act by act, and nothing else."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from ecotone.events.schema import (
    COUNT_SCHEMA,
    COVERAGE_SCHEMA,
    EVENT_SCHEMA,
    PROFILE_SCHEMA,
    PULL_SCHEMA,
    REPOSITORY_SCHEMA,
)
from ecotone.events.sources import load_source
from ecotone.events.sources.base import FeedTables, ReadResult
from ecotone.foundation.landscape import read_landscape
from ecotone.pipeline import feeds
from ecotone.pipeline.steps import Run, perform_steps
from ecotone.store.workspace import Workspace
from tests.conftest import Simulated

MONTH, LOST = date(2024, 12, 1), date(2025, 1, 1)


def counts_alone(repository: str) -> ReadResult:
    """Seven issues in a month that was counted whole, and three in one that was not."""
    counts = [
        {"repository": repository, "month": month, "kind": "issue_opened", "events": events, "actors": 1,
         "source": "clickhouse"}
        for month, events in ((MONTH, 7), (LOST, 3))
    ]  # fmt: skip
    coverage = [
        {"source": "clickhouse", "repository": repository, "month": month, "state": state}
        for month, state in ((MONTH, "complete"), (LOST, "damaged"))
    ]
    return FeedTables(
        EVENT_SCHEMA.empty_table(),
        PULL_SCHEMA.empty_table(),
        pa.Table.from_pylist(coverage, schema=COVERAGE_SCHEMA),
        PROFILE_SCHEMA.empty_table(),
        REPOSITORY_SCHEMA.empty_table(),
        extra_tables={"counts": pa.Table.from_pylist(counts, schema=COUNT_SCHEMA)},
    ).as_result(frozenset())


def test_a_month_counted_whole_is_known_and_one_that_is_not_stays_open(simulated: Simulated, tmp_path: Path):
    folder = tmp_path / "w"
    shutil.copytree(simulated.workspace, folder)
    landscape = folder / "landscape.toml"
    text = simulated.landscape.read_text("utf-8").replace('"repositories/', f'"{simulated.field}/repositories/')
    landscape.write_text(text + "\n[sources.clickhouse]\n", "utf-8")
    workspace, read = Workspace.open(folder), read_landscape(landscape)
    repository = read.projects[0].repositories[0].name
    with workspace.locked_for_writing():
        feeds.store_source_tables(workspace, load_source("clickhouse"), counts_alone(repository))
        before = workspace.read_collected_state(feeds.feed_folder_name("clickhouse"))
        feeds.store_source_tables(workspace, load_source("clickhouse"), counts_alone(repository))  # the same again
        assert workspace.read_collected_state(feeds.feed_folder_name("clickhouse")) == before
    run = Run(workspace, read, datetime.fromisoformat("2025-06-01"), lambda *_: None)
    perform_steps(run, ("analyse",), lambda _: None)
    rows = {
        (row["project"], row["month"]): (row["issues_opened"], row["stars"])
        for row in workspace.read_table("signals").select(["project", "month", "issues_opened", "stars"]).to_pylist()
    }
    project = read.projects[0].name
    assert rows[project, MONTH] == (7, 0)  # counted, and none of the other kind
    assert {value for key, value in rows.items() if key != (project, MONTH)} == {(None, None)}
    assert workspace.read_table("counts").num_rows == 2
    assert workspace.read_table("references").num_rows == 0
