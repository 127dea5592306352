"""The data dictionary describes every column of every file, as a Frictionless Data Package."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date

import pyarrow as pa

from ecotone.pipeline.data_dictionary import describe_tables
from ecotone.pipeline.write_report import zip_tables
from ecotone.store.workspace import Workspace
from tests.conftest import Simulated


def test_types_units_and_bounds_are_described():
    schema = pa.schema([("project", pa.string()), ("month", pa.date32()), ("organisations_low", pa.float64())])
    (table,) = describe_tables({"signals": schema}, "x", "X")["resources"]
    project, month, low = table["schema"]["fields"]
    assert (project["type"], month["type"], low["type"]) == ("string", "date", "number")
    assert project["description"] == "Name of the project."
    assert low["description"].startswith("Lower bound. ")
    assert low["unit"] == "organisations"


def test_every_column_of_every_public_table_has_a_description(simulated: Simulated):
    workspace = Workspace.open(simulated.workspace)
    tables = (workspace.current_manifest() or {})["tables"]
    described = describe_tables({name: workspace.read_table(name).schema for name in tables}, "x", "X")
    empty = [
        (table["name"], field["name"])
        for table in described["resources"]
        for field in table["schema"]["fields"]
        if not field.get("description")
    ]
    assert empty == []
    assert all(table["description"] for table in described["resources"])


def test_the_archive_of_tables_holds_the_dictionary_of_its_files():
    content = zip_tables({"coverage": pa.table({"project": ["a"], "month": [date(2025, 1, 1)]})})
    archive = zipfile.ZipFile(io.BytesIO(content))
    package = json.loads(archive.read("datapackage.json"))
    for table in package["resources"]:
        header = next(csv.reader(io.StringIO(archive.read(table["path"]).decode())))
        assert header == [field["name"] for field in table["schema"]["fields"]]
