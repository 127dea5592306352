"""`import ecotone`: relations that read only what is asked for."""

from __future__ import annotations

from datetime import date
from importlib import metadata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import ecotone
from ecotone.api import Ecotone
from ecotone.foundation.errors import MissingTable, UnknownName, UserError
from ecotone.store.workspace import PUBLIC_TABLES, Workspace
from tests.conftest import Simulated


@pytest.fixture
def opened(simulated: Simulated) -> Ecotone:
    return ecotone.open(simulated.workspace)


@pytest.mark.parametrize("name", PUBLIC_TABLES)
def test_one_method_a_table(name: str, opened: Ecotone, simulated: Simulated):
    held = pq.read_table(next((simulated.workspace / "tables").glob(f"*/{name}.parquet")))
    assert getattr(opened, name)().to_arrow().equals(held)
    assert opened.table(name).to_arrow().equals(held)


def test_projects_since_and_until_are_both_kept(opened: Ecotone, simulated: Simulated):
    name = simulated.truth.projects[0].project
    every = opened.signals(projects=[name]).to_arrow()
    months = every["month"].to_pylist()
    found = opened.signals(projects=[name], since=f"{months[1]:%Y-%m}", until=f"{months[3]:%Y-%m}").to_arrow()
    assert found["month"].to_pylist() == months[1:4]
    assert set(found["project"].to_pylist()) == {name}
    assert opened.events(until="2000-01").to_arrow().num_rows == 0


def test_a_spell_is_kept_if_it_reaches_into_the_months(tmp_path: Path):
    workspace = Workspace.create(tmp_path)
    spells = [
        ("before", date(2023, 1, 1), date(2024, 3, 1)),
        ("last day", date(2023, 1, 1), date(2024, 3, 2)),
        ("always", None, None),
        ("within", date(2024, 3, 5), date(2024, 3, 9)),
        ("last month", date(2024, 4, 30), None),
        ("after", date(2024, 5, 1), None),
    ]
    columns = list(zip(*spells, strict=True))
    days = pa.date32()
    table = pa.table([columns[0], pa.array(columns[1], days), pa.array(columns[2], days)], ["person", "since", "until"])
    workspace.publish_tables("one", {"affiliations": table}, {})
    kept = ecotone.open(tmp_path).affiliations(since="2024-03", until="2024-04").to_arrow()["person"].to_pylist()
    assert kept == ["last day", "always", "within", "last month"]


@pytest.mark.parametrize("name", ["people", "projects", "trends", "clusters"])
def test_a_table_without_months_says_so(name: str, opened: Ecotone):
    for choice in ({"since": "2024-01"}, {"until": "2024-01"}):
        with pytest.raises(UserError, match=f"The table '{name}' has no month column"):
            opened.table(name, **choice).to_arrow()


def test_months_the_wrong_way_round_or_empty_are_refused(opened: Ecotone):
    with pytest.raises(UserError, match="until = 2024-01 is before since = 2024-02"):
        opened.signals(since="2024-02", until="2024-01")
    with pytest.raises(UserError, match="'' is not a month"):
        opened.signals(since="")


def test_nothing_is_read_before_it_is_asked_for(opened: Ecotone):
    relation = opened.signals(since="2025-01")
    assert relation.since == date(2025, 1, 1)
    assert relation.path.name == "signals.parquet"


def test_frames_or_a_sentence_where_the_library_is_missing(opened: Ecotone):
    for way in ("to_pandas", "to_polars"):
        said = "run `pip install"
        try:
            assert len(getattr(opened.projects(), way)()) == 3
        except UserError as error:
            said = str(error)
        assert "run `pip install" in said


def test_names_that_are_not_there(opened: Ecotone, simulated: Simulated):
    with pytest.raises(UnknownName, match="Did you mean 'events'"):
        opened.table("evnts")
    with pytest.raises(UnknownName, match="No project is called 'x'"):
        opened.signals(projects=["x"])
    with pytest.raises(UserError, match="The table 'people' has no project column"):
        opened.people(projects=[simulated.truth.projects[0].project]).to_arrow()
    with pytest.raises(MissingTable, match="There is no workspace"):
        ecotone.open(simulated.field)


def test_readings_tell_what_was_read(opened: Ecotone, simulated: Simulated):
    readings = opened.last_reads()
    assert set(readings) == {project.repository for project in simulated.truth.projects}
    for project in simulated.truth.projects:
        pulls = sum(thread.kind == "pull" for thread in project.threads)
        assert readings[project.repository]["request_heads"] == pulls
        assert readings[project.repository]["landed"] >= sum(month.commits for month in project.months)


def test_one_name_and_a_day_choose_as_lists_and_months_do(opened: Ecotone, simulated: Simulated):
    name = simulated.truth.projects[0].project
    asked = opened.signals(projects=[name], since="2024-10", until="2025-01").to_arrow()
    assert asked.num_rows == 4
    assert opened.signals(projects=name, since=date(2024, 10, 9), until=date(2025, 1, 31)).to_arrow().equals(asked)


def test_a_relation_tells_its_rows_without_reading_them_all(opened: Ecotone, simulated: Simulated):
    name = simulated.truth.projects[0].project
    relation = opened.signals(projects=name, since="2024-10", until="2025-01")
    assert len(relation) == 4
    assert repr(relation).startswith(f"signals of {', '.join(relation.projects or ())} since 2024-10 until 2025-01: 4 ")
    page = relation._repr_html_()
    assert page.count("<tr>") == 5
    assert "4 rows, 4 shown" in page
    assert "None" not in page
    refused = opened.people(since="2024-01")
    assert "has no month column" in repr(refused)
    assert "has no month column" in refused._repr_html_()


def test_an_open_workspace_tells_its_projects_and_tables(opened: Ecotone, simulated: Simulated):
    assert f"; projects: {len(simulated.truth.projects)}; tables: " in repr(opened)


def test_a_workspace_without_tables_tells_so(tmp_path: Path):
    Workspace.create(tmp_path)
    assert repr(ecotone.open(tmp_path)).endswith("; projects: 0; tables: 0")


def test_a_notebook_shows_markup_of_a_stranger_as_text(tmp_path: Path):
    workspace = Workspace.create(tmp_path)
    workspace.publish_tables("one", {"people": pa.table({"account": ["<script>x</script>", None]})}, {})
    page = ecotone.open(tmp_path).people()._repr_html_()
    assert "<td>&lt;script&gt;x&lt;/script&gt;</td>" in page
    assert "<td></td>" in page


def test_other_libraries_take_a_relation_as_it_is(opened: Ecotone):
    relation = opened.projects()
    assert pa.table(relation).equals(relation.to_arrow())


def test_a_signal_carries_its_unit_and_definition(opened: Ecotone):
    schema = opened.signals().to_arrow().schema
    said = schema.field("commits").metadata
    assert said[b"unit"] == b"commits"
    assert said[b"formula"].startswith(b"commits/")
    assert said[b"definition"]
    assert schema.field("contributor_absence_factor").metadata[b"null_means"]
    assert schema.field("project").metadata is None


def test_read_computes_a_repository_that_is_only_named(simulated: Simulated, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    repository = min((simulated.field / "repositories").glob("*.git"))
    found = ecotone.read(str(repository)).projects().to_arrow()
    assert found.num_rows == 1
    assert (tmp_path / "ecotone").is_dir()


def test_the_version_is_that_of_the_package():
    assert ecotone.__version__ == metadata.version("ecotone")
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = ecotone.nothing
