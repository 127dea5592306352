"""The same field gives the same bytes: in another workspace, in another order, however many are read at once."""

from __future__ import annotations

import json
import tomllib
from datetime import datetime
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from ecotone.foundation.landscape import read_landscape
from ecotone.pipeline import analyse, event_batches
from ecotone.pipeline import collect as collecting
from ecotone.pipeline.collect import repository_folder_name
from ecotone.pipeline.steps import Run, perform_steps
from ecotone.store.workspace import Workspace
from tests.cli.command import landscape_of
from tests.conftest import Simulated
from tests.events.making import Repository

ORDERED_AS_LISTED = {"projects", "coverage", "pulls"}


def analysed(landscape: Path, folder: Path, steps: tuple[str, ...] = ("collect", "analyse")) -> Workspace:
    """A run two years later than the one it is compared with: the clock must not show."""
    workspace = Workspace.create(folder)
    run = Run(workspace, read_landscape(landscape), datetime.fromisoformat("2027-06-01"), lambda *_: None)
    perform_steps(run, steps, lambda _: None)
    return workspace


def files_of(workspace: Path, folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (workspace / folder).rglob("*") if path.is_file()}


def test_another_workspace_another_day_the_same_bytes(simulated: Simulated, tmp_path: Path):
    analysed(simulated.landscape, tmp_path / "w", ("collect", "analyse", "report"))
    for folder in ("tables", "report"):
        one, two = files_of(simulated.workspace, folder), files_of(tmp_path / "w", folder)
        assert one.keys() == two.keys()
        assert [name for name in one if one[name] != two[name]] == []


@pytest.mark.parametrize("at_once", [1, 8])
def test_how_many_are_read_at_once_does_not_show(
    at_once: int, simulated: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(collecting, "AT_ONCE", at_once)
    if at_once == 1:  # the events of one project after another, and its signals
        monkeypatch.setattr(event_batches, "COMMITS_OF_BATCH", 1)
        monkeypatch.setattr(analyse, "ROWS_MEASURED", 1)
    analysed(simulated.landscape, tmp_path / "w")
    assert files_of(tmp_path / "w", "tables") == files_of(simulated.workspace, "tables")


def test_the_order_of_the_projects_only_orders_rows(simulated: Simulated, tmp_path: Path):
    head, *projects = simulated.landscape.read_text("utf-8").split("[[project]]")
    landscape = tmp_path / "landscape.toml"
    landscape.write_text("[[project]]".join([head, *(f"{one.rstrip()}\n\n" for one in reversed(projects))]), "utf-8")
    landscape.write_text(landscape.read_text("utf-8").replace('"repositories/', f'"{simulated.field}/repositories/'))
    assert tomllib.loads(landscape.read_text("utf-8"))["project"]
    other = analysed(landscape, tmp_path / "w")
    one = Workspace.open(simulated.workspace)
    manifest = other.current_manifest()
    assert manifest is not None
    for name in manifest["tables"]:
        left, right = one.read_table(name), other.read_table(name)
        if name in ORDERED_AS_LISTED:
            left, right = (
                table.sort_by([(column, "ascending") for column in table.column_names]) for table in (left, right)
            )
        assert left.equals(right), name


def test_nothing_new_writes_nothing(simulated: Simulated, tmp_path: Path):
    analysed(simulated.landscape, tmp_path / "w")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "w").rglob("*.parquet")}
    analysed(simulated.landscape, tmp_path / "w")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "w").rglob("*.parquet")} == before


def test_commits_counted_are_the_true_ones(simulated: Simulated):
    """The whole chain against what is known of the simulated field."""
    signals = pq.read_table(next((simulated.workspace / "tables").glob("*/signals.parquet")))
    for project in simulated.truth.projects:
        rows = signals.filter(pc.field("project") == project.project).to_pylist()
        assert {row["month"]: row["commits"] for row in rows} == {
            month.month: month.commits for month in project.months
        }


def test_a_project_keeps_nothing_of_its_former_name(simulated: Simulated, tmp_path: Path):
    """A repository that the landscape moves to another project is read anew, or not at all."""
    landscape = tmp_path / "l.toml"
    text = simulated.landscape.read_text("utf-8").replace('"repositories/', f'"{simulated.field}/repositories/')
    landscape.write_text(text, "utf-8")
    workspace = analysed(landscape, tmp_path / "w", ("collect",))
    name = simulated.truth.projects[0].repository
    landscape.write_text(text.replace(f'repository = "{name}"', f'repository = "{name}"\nname = "renamed"'), "utf-8")
    wanted = collecting.repository_targets(read_landscape(landscape))[0]
    assert wanted.project == "renamed"
    assert collecting.load_earlier_reading(workspace, wanted) is None
    analysed(landscape, tmp_path / "w")
    projects = workspace.read_table("signals")["project"].unique().to_pylist()
    assert "renamed" in projects
    assert name not in projects


def test_what_happens_at_the_end_of_observation_is_after_it(tmp_path: Path):
    """1700006400 is 2023-11-15T00:00:00Z; the landscape says that the history was seen to the end of the 14th."""
    made = Repository.new(tmp_path / "o.git")
    last = made.commit(at=1_700_006_399)
    after = made.commit(last, at=1_700_006_400, ref="refs/heads/main")
    head = "observed_until = 2023-11-14"
    workspace = analysed(landscape_of(tmp_path / "l", {"o/r": made.folder}, head), tmp_path / "w")
    events = {row["commit"]: row["timestamp_quality"] for row in workspace.read_table("events").to_pylist()}
    assert events == {last: "exact", after: "after_observed_until"}
    assert workspace.read_table("signals")["commits"].to_pylist() == [1]


def test_a_folder_for_every_name():
    names = ["a/b", ".a/b", "a/b/c", "a.b/c", "a/.b", "..a/b", "a_b/c"]
    assert len({repository_folder_name(name) for name in names}) == len(names)
    assert all(
        not repository_folder_name(name).startswith(".") and "/" not in repository_folder_name(name) for name in names
    )
    assert repository_folder_name("Owner/Name") == repository_folder_name("owner/name")


def test_notes_of_a_run_are_json(simulated: Simulated):
    notes = json.loads((simulated.workspace / "run.json").read_text())
    assert {key: notes[key] for key in notes if key != "digest"} == {"failures": []}
