"""The atlas: nothing of persons in it, the same bytes for the same tables, a report from it alone."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from ecotone.foundation.landscape import read_landscape
from ecotone.pipeline import atlas
from ecotone.store.workspace import Workspace
from tests.conftest import Simulated

LARGEST = 2_000_000


@pytest.fixture(scope="module", params=atlas.ATLAS_FIELDS)
def kept(request: pytest.FixtureRequest) -> dict[str, pa.Table]:
    """The tables of a field of the atlas that comes with the program."""
    names, folder = atlas.read_provenance(request.param)["tables"], atlas.atlas_folder(request.param)
    return {name: pq.read_table(io.BytesIO((folder / f"{name}.parquet").read_bytes())) for name in names}


def made(simulated: Simulated) -> dict[str, bytes]:
    return dict(atlas.atlas_files(Workspace.open(simulated.workspace), read_landscape(simulated.landscape)))


def test_no_person_and_no_account_is_in_it(kept: dict[str, pa.Table]):
    for name, table in kept.items():
        assert not {"person", "account", "from_person", "to_person", "commit"} & set(table.column_names), name
        for column in table.columns:
            if pa.types.is_string(column.type):
                assert not any(re.search(r"@|\bp[0-9a-f]{15}\b|\b[0-9a-f]{40}\b", text or "")
                               for text in pc.unique(column).to_pylist()), name  # fmt: skip


def test_no_small_organisation_is_in_it(kept: dict[str, pa.Table]):
    rows = kept["organisations"].filter(~pc.field("organisation").isin(["(unknown)", "(smaller)"]))
    assert pc.all(pc.greater_equal(rows["people"], atlas.MIN_PEOPLE)).as_py() is not False
    named = set(zip(*(rows[name].to_pylist() for name in ("project", "month", "organisation")), strict=True))
    for name, columns in atlas.NAMING.items():
        if name not in kept:
            continue
        for column in columns:
            keys = zip(*(kept[name][one].to_pylist() for one in ("project", "month", column)), strict=True)
            assert {key for key in keys if key[2] not in (None, "(smaller)")} <= named, name
    if "overview" in kept:
        assert pc.min(kept["overview"]["people"]).as_py() >= atlas.MIN_PEOPLE


def test_reasons_name_no_organisation(kept: dict[str, pa.Table]):
    named = set(pc.unique(kept["organisations"]["organisation"]).to_pylist())
    for name in {"project_similarity", "category_mismatches"} & kept.keys():
        for row in kept[name].to_pylist():
            assert "organisations: " not in row["reason"], row
            assert "组织：" not in row["reason_zh"], row
            assert not set(re.split(r"[;:,] ", row["reason"])) & named, row


@pytest.mark.parametrize("field", atlas.ATLAS_FIELDS)
def test_it_is_small_and_says_what_it_was_made_from(field: str):
    size = sum(len(entry.read_bytes()) for entry in atlas.atlas_folder(field).iterdir())
    assert size < LARGEST
    about = atlas.read_provenance(field)
    assert about["counts"]["projects"] == len(about["readings"])
    assert about["observed_until"]["last"] >= about["observed_until"]["first"]
    assert about["formulas"]["activity"] == "activity/ecotone-2"
    assert all(table not in about["tables"] for table in atlas.LEFT_OUT)


def test_the_applications_are_public_and_few_bytes():
    size = sum(len(entry.read_bytes()) for entry in atlas.atlas_folder("applications").iterdir())
    assert size <= 300_000
    source = atlas.atlas_input(field="applications")
    assert all(address.startswith("https://") for address in source.projects["web_address"].to_pylist())
    assert source.tables["stack_claims"].num_rows >= 6
    assert source.organisations.num_rows == 0
    assert source.tables["stack_reach"].num_rows > 100


def test_the_same_tables_give_the_same_bytes(simulated: Simulated):
    first = made(simulated)
    assert first == made(simulated)
    assert atlas.PROVENANCE in first
    assert json.loads(first[atlas.PROVENANCE])["counts"]["project_months"] > 0


def test_small_organisations_go_together(simulated: Simulated):
    table = pq.read_table(io.BytesIO(made(simulated)["interactions.parquet"]))
    whole = Workspace.open(simulated.workspace).read_table("interactions")
    assert pc.sum(table["weight"]).as_py() == pytest.approx(pc.sum(whole["weight"]).as_py())
    assert table.num_rows <= whole.num_rows
    keys = [name for name in table.column_names if name != "weight"]
    assert table.group_by(keys).aggregate([]).num_rows == table.num_rows


def test_a_report_is_drawn_from_it_alone(tmp_path: Path):
    target = atlas.write_atlas(tmp_path / "atlas", "zh")
    assert (target / "index.html").exists()
    assert len(list((target / "project").glob("*.html"))) == atlas.read_provenance()["counts"]["projects"]
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    assert atlas.write_atlas(target, "zh") == target
    assert before == {path: path.stat().st_mtime_ns for path in target.rglob("*")}


def test_links_lead_to_files(tmp_path: Path):
    target = atlas.write_atlas(tmp_path / "atlas")
    for page in target.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#?]+)', page.read_text("utf-8")):
            if not link.startswith(("http", "data:")):
                assert (page.parent / link).exists(), (page.name, link)


def test_the_input_has_the_period_of_the_landscape():
    source = atlas.atlas_input()
    assert source.since == date(2023, 1, 1)
    assert source.until >= date(2026, 8, 1)
    assert "findings" in source.tables
