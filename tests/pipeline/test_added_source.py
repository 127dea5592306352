"""A source is added by a folder and a name in the registry: it is then checked, read, covered and documented."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from ecotone.events import sources
from ecotone.foundation.errors import BadLandscape
from ecotone.foundation.landscape import parse_landscape, read_landscape
from ecotone.pipeline import feeds
from ecotone.pipeline.steps import Run, perform_steps
from ecotone.store.workspace import Workspace
from tests.conftest import Simulated

NOW = datetime.fromisoformat("2025-06-01")
REFERENCE = Path(__file__).parents[2] / "tools" / "write_reference.py"
SOURCE = '''
"""A forge that reports one issue per repository."""

from datetime import datetime, date

import pyarrow as pa
from pydantic import Field

from ecotone.events.event_ids import thread_event_id
from ecotone.events.schema import (
    COVERAGE_SCHEMA, EVENT_SCHEMA, PROFILE_SCHEMA, PULL_SCHEMA, REPOSITORY_SCHEMA
)
from ecotone.events.sources.base import ReadResult, Role, Source
from ecotone.foundation.landscape import SourceOptions


class Options(SourceOptions):
    number: int = Field(1, description="Number of the issue.")


class Forge(Source):
    name = "forge"
    title = "A forge"
    licence = "a test's"
    event_kinds = frozenset({"issue_opened"})
    Options = Options
    role = Role(event_rank=9)

    def read(self, request):
        names = [(wanted.project, wanted.repository) for wanted in request.repositories]
        events = [
            {"event_id": thread_event_id(name, request.options.number, "issue_opened"), "source": self.name,
             "kind": "issue_opened", "project": project, "repository": name, "created_at": datetime(2025, 1, 9),
             "account": "octo", "thread": request.options.number, "timestamp_quality": "exact"}
            for project, name in names
        ]
        coverage = [
            {"source": self.name, "repository": name, "month": date(2025, 1, 1), "state": "complete"}
            for _, name in names
        ]
        tables = {"pulls": PULL_SCHEMA, "profiles": PROFILE_SCHEMA, "repositories": REPOSITORY_SCHEMA}
        return ReadResult(
            {name: schema.empty_table() for name, schema in tables.items()}
            | {
                "events": pa.Table.from_pylist(events, schema=EVENT_SCHEMA),
                "coverage": pa.Table.from_pylist(coverage, schema=COVERAGE_SCHEMA),
            },
            self.event_kinds,
        )


SOURCE = Forge()
'''
PROJECT = '[landscape]\nname = "x"\n[[project]]\nrepository = "a/b"\n'


@pytest.fixture
def forge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The folder of a new source, and its line in the registry."""
    folder = tmp_path / "sources" / "forge"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "source.py").write_text(SOURCE, "utf-8")
    monkeypatch.setattr(sources, "__path__", [*sources.__path__, str(folder.parent)])
    monkeypatch.setattr(sources, "SOURCE_NAMES", (*sources.SOURCE_NAMES, "forge"))
    importlib.invalidate_caches()
    return "forge"


def test_a_new_source_is_read_and_covered(simulated: Simulated, tmp_path: Path, forge: str):
    folder = tmp_path / "w"
    shutil.copytree(simulated.workspace, folder)
    path = folder / "landscape.toml"
    text = simulated.landscape.read_text("utf-8").replace('"repositories/', f'"{simulated.field}/repositories/')
    path.write_text(f"{text}\n[sources.{forge}]\nnumber = 7000\n", "utf-8")
    workspace, landscape = Workspace.open(folder), read_landscape(path)
    with workspace.locked_for_writing():
        assert feeds.read_feeds(workspace, landscape, {forge}, NOW, lambda *_: None) == ()
    perform_steps(Run(workspace, landscape, NOW, lambda *_: None), ("analyse",), lambda _: None)
    repositories = {repository.name for project in landscape.projects for repository in project.repositories}
    events = [row for row in workspace.read_table("events").to_pylist() if row["source"] == forge]
    assert {(row["repository"], row["thread"]) for row in events} == {(name, 7000) for name in repositories}
    coverage = [row for row in workspace.read_table("coverage").to_pylist() if row["source"] == forge]
    assert {(row["repository"], row["month"], row["state"]) for row in coverage} == {
        (name, date(2025, 1, 1), "complete") for name in repositories
    }


def test_the_options_of_a_new_source_are_checked_and_documented(forge: str):
    landscape = parse_landscape(PROJECT + f"[sources.{forge}]\nnumbers = 1\n", Path("l.toml"))
    with pytest.raises(
        BadLandscape, match=r"l\.toml, line 6: the source 'forge' has no option 'numbers'\. Accepted: number"
    ):
        sources.check_sources(landscape)
    spec = importlib.util.spec_from_file_location("write_reference", REFERENCE)
    assert spec is not None
    assert spec.loader is not None
    write_reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(write_reference)
    page = "\n".join(write_reference.landscape_lines())
    assert "## [sources.forge]" in page
    assert "| `number` | Number of the issue. | `1` |" in page


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            '[sources.opendigger]\narchive = "x"\n',
            "line 6: the source 'opendigger' has no option 'archive'. Accepted: location.",
        ),
        ("[sources.github]\nlocation = 3\n", "line 6: location = 3 cannot be used: must be a URL or a path"),
        ("[sources.clickhouse]\nevents = 1\n", "events = 1 cannot be used: must be a valid boolean"),
        ("[sources.gitlab]\n", "line 5: no source is called 'gitlab'. Accepted: clickhouse, gharchive, git, github, "),
    ],
)
def test_an_option_that_a_source_does_not_have_is_refused(table: str, words: str):
    with pytest.raises(BadLandscape) as caught:
        sources.check_sources(parse_landscape(PROJECT + table, Path("l.toml")))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_registered_source_declares_itself():
    for name in sources.SOURCE_NAMES:
        source = sources.load_source(name)
        assert source.name == name
        assert source.licence
        assert set(source.role.extra_tables) <= {"counts", "references"}
        assert all(field.description for field in source.Options.model_fields.values())
    assert [source.name for source in sources.ranked_feeds()] == ["github", "gharchive", "clickhouse"]
