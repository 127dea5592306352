from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import read_landscape
from ecotone.foundation.notes import note, read_notes
from ecotone.pipeline.steps import Run, perform_steps
from ecotone.store.workspace import Workspace
from tests.events.making import Repository

NOW = datetime.fromisoformat("2024-07-01")
FILES = {
    "2024-01-10": {"requirements.txt": b"openai\npsycopg2\n", "connectors/x/requirements.txt": b"anthropic\n"},
    "2024-03-10": {"requirements.txt": b"openai\nmistralai\nacme-store\n", "go.mod": b"\0"},
    "2024-04-10": {"go.mod": b"module x\n"},
}


def repository(folder: Path, files: dict[str, dict[str, bytes]]) -> Repository:
    made = Repository.new(folder)
    for day, content in files.items():
        at = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
        made.commit(*made.commits[-1:], at=at, files=content, ref="refs/heads/main")
    return made


def analyse(tmp_path: Path, header: str = "", entry: str = "") -> Workspace:
    repository(tmp_path / "app.git", FILES)
    repository(tmp_path / "kit.git", {day: {"package.json": b'{"dependencies": {"openai": "1"}}'} for day in FILES})
    repository(tmp_path / "bare.git", {day: {"main.c": day.encode()} for day in FILES})
    (tmp_path / "landscape.toml").write_text(
        f'[landscape]\nname = "x"\nobserved_until = 2024-05-31\n{header}\n'
        f'[[project]]\nrepository = "o/app"\nlocation = "app.git"\n{entry}\n'
        '[[project]]\nrepository = "o/kit"\nlocation = "kit.git"\nrole = "framework"\n'
        '[[project]]\nrepository = "o/bare"\nlocation = "bare.git"\nrole = "application"\nai_native = false\n',
        "utf-8",
    )
    run = Run(
        Workspace.create(tmp_path / "workspace"), read_landscape(tmp_path / "landscape.toml"), NOW, lambda *_: None
    )
    perform_steps(run, ("collect", "analyse"), lambda _: None)
    return run.workspace


ENTRY = 'role = "application"\nai_native = true\nconnectors = ["connectors/"]'


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    return analyse(tmp_path_factory.mktemp("field"), entry=ENTRY)


def test_signals_are_null_where_nothing_readable_is_declared(workspace):
    signals = workspace.read_table("signals").to_pylist()
    counted = {
        (row["project"], f"{row['month']:%m}"): (row["model_providers"], row["databases"], row["vector_stores"])
        for row in signals
    }
    assert [counted["o/app", month] for month in ("01", "02", "03", "04")] == [
        (1, 1, 0),
        (1, 1, 0),
        (None, None, None),
        (2, 0, 0),
    ]  # fmt: skip; in March a manifest begins of which nothing is known
    assert counted["o/app", "05"] == (None, None, None)  # no snapshot
    assert {counted["o/kit", month] for month in ("01", "04")} == {(None, None, None)}  # a framework
    assert {counted["o/bare", month] for month in ("01", "04")} == {(None, None, None)}  # no manifest


def test_a_month_with_an_unreadable_manifest_is_partial(workspace):
    rows = [row for row in workspace.read_table("coverage").to_pylist() if row["source"] == "manifests"]
    states = {(row["project"], f"{row['month']:%m}"): row for row in rows}
    assert [states["o/app", month]["state"] for month in ("01", "03", "04", "05")] == [
        "complete", "partial", "complete", "not_observed",
    ]  # fmt: skip
    assert read_notes(states["o/app", "03"]["note"]) == (note("manifests_unreadable_in_month", count=1),)
    assert {states["o/bare", month]["state"] for month in ("01", "04")} == {"not_observed"}
    gaps = workspace.read_table("manifest_gaps").to_pylist()
    assert [(row["manifest"], row["since"], row["until"]) for row in gaps] == [
        ("go.mod", date(2024, 3, 1), date(2024, 4, 1))
    ]
    coverage = {
        (row["project"], f"{row['month']:%m}"): row["state"]
        for row in workspace.read_table("signal_coverage").to_pylist()
        if row["signal"] == "databases"
    }
    assert [coverage["o/app", month] for month in ("01", "03", "05")] == ["complete", "partial", "not_observed"]


def test_measures_are_of_applications_alone(workspace):
    reach = {
        (row["application_kind"], f"{row['month']:%m}"): (row["applications"], row["with_layer"])
        for row in workspace.read_table("stack_reach").to_pylist()
        if row["layer"] == "DATABASE"
    }
    assert (
        reach["all", "01"] == reach["ai", "01"] == (1, 1)
    )  # the framework and the one without manifests are not in it
    assert reach["ai", "04"] == (1, 0)
    assert ("traditional", "01") not in reach
    adoption = {row["project"]: row for row in workspace.read_table("stack_adoption").to_pylist()}
    assert set(adoption) == {"o/app", "o/bare"}
    assert (adoption["o/app"]["lag_months"], adoption["o/app"]["first_vector"]) == (0, None)
    assert {row["project"] for row in workspace.read_table("stack").to_pylist()} == {"o/app", "o/kit"}


def test_connectors_are_not_the_applications_own(workspace):
    stack = workspace.read_table("stack").to_pylist()
    assert {row["technology"] for row in stack if row["project"] == "o/app"} == {"openai", "mistral", "postgresql"}
    declarations = workspace.read_table("declarations").to_pylist()
    assert {row["package"] for row in declarations if row["connector"]} == {"anthropic"}


def test_a_landscape_extends_the_map(tmp_path):
    (tmp_path / "own.tsv").write_text(
        "ecosystem\tpattern\tlayer\ttechnology\tgenerative\npypi\tacme-*\tvector\tacme\t0\n", "utf-8"
    )
    signals = analyse(tmp_path, 'technology_files = ["own.tsv"]', ENTRY).read_table("signals").to_pylist()
    assert [row["vector_stores"] for row in signals if row["project"] == "o/app"] == [0, 0, None, 1, None]


def test_a_missing_map_is_one_sentence(tmp_path):
    with pytest.raises(UserError, match=r"There is no file of technologies .*own\.tsv"):
        analyse(tmp_path, 'technology_files = ["own.tsv"]')
