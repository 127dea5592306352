"""What several machines collected in shards, joined, is what one collection would have read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from ecotone.events import sources
from ecotone.events.schema import EVENT_SCHEMA, PROFILE_SCHEMA
from ecotone.events.sources.base import ReadResult
from ecotone.foundation.errors import UserError
from ecotone.foundation.shard import Shard, parse_shard
from ecotone.pipeline.feeds import store_source_tables
from ecotone.pipeline.merge_workspaces import merge_shards
from ecotone.store.workspace import Workspace
from tests.cli.command import ecotone, landscape_of
from tests.events.making import START, straight
from tests.pipeline.test_incremental_analysis import table_bytes

NAMES = ("one", "two", "three", "four")
DAY = 86_400


@pytest.fixture
def landscape(tmp_path: Path) -> Path:
    folders = {}
    for number, name in enumerate(NAMES):
        repository = straight(tmp_path / f"{name}.git", 3)
        author = b"Ada Example <ada@company%d.example>" % (number % 2)
        repository.commit(repository.tip(), at=START + (9 + number) * DAY, by=author, ref="refs/heads/main")
        folders[f"o/{name}"] = repository.folder
    return landscape_of(tmp_path / "l", folders, head="observed_until = 2030-01-01\n")


def collect_shards(landscape: Path, folder: Path, count: int) -> list[Path]:
    shards = [folder / f"shard{number}" for number in range(1, count + 1)]
    for number, shard in enumerate(shards, 1):
        assert ecotone("collect", landscape, "-w", shard, "--shard", f"{number}/{count}", "--quiet").code == 0
    return shards


def test_merged_shards_give_the_same_tables_as_one_collection(landscape: Path, tmp_path: Path) -> None:
    shards = collect_shards(landscape, tmp_path, 2)
    sizes = [len(Workspace(shard).collected_slugs()) for shard in shards]
    assert sum(sizes) == len(NAMES)
    assert 0 not in sizes, "the shards of this example must differ"
    merged, whole = tmp_path / "merged", tmp_path / "whole"
    assert ecotone("collect", landscape, "-w", whole, "--quiet").code == 0
    for _ in range(2):  # a second time nothing changes
        done = ecotone("merge", *shards, "-w", merged)
        assert (done.code, done.err.strip()) == (0, f"4 repositories and feeds of 2 workspaces are in {merged}.")
    for folder in (merged, whole):
        assert ecotone("analyse", landscape, "-w", folder, "--quiet").code == 0
    assert table_bytes(merged) == table_bytes(whole)


def test_a_damaged_file_of_a_shard_is_named_and_nothing_is_merged(landscape: Path, tmp_path: Path) -> None:
    shards = collect_shards(landscape, tmp_path, 2)
    file = min(path for shard in shards for path in shard.glob("collected/*/events.*.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    done = ecotone("merge", *shards, "-w", tmp_path / "merged")
    assert done.code == 2
    assert done.err.startswith(f"ecotone: {file} is missing or damaged.")
    assert Workspace(tmp_path / "merged").collected_slugs() == []


def test_two_readings_of_one_repository_are_refused(landscape: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    assert ecotone("collect", landscape, "-w", whole, "--quiet").code == 0
    later = straight(tmp_path / "other.git", 4)
    other = landscape_of(tmp_path / "m", {"o/one": later.folder}, head="observed_until = 2030-01-01\n")
    assert ecotone("collect", other, "-w", tmp_path / "other", "--quiet").code == 0
    done = ecotone("merge", whole, tmp_path / "other", "-w", tmp_path / "merged")
    assert done.code == 2
    assert "have read o/one differently. Merge shards of one collection" in done.err


def feed_workspace(folder: Path, repository: str, company: str, day: int) -> Workspace:
    workspace = Workspace.create(folder)
    seen = datetime.fromisoformat(f"2024-01-0{day}")
    tables = {
        "events": pa.Table.from_pylist([{"event_id": f"{repository}#1", "repository": repository}], EVENT_SCHEMA),
        "profiles": pa.Table.from_pylist([{"login": "octo", "company": company, "seen_at": seen}], PROFILE_SCHEMA),
    }
    source = next(one for one in sources.load_sources() if one.name == "github")
    store_source_tables(workspace, source, ReadResult(tables=tables, event_kinds=frozenset({"star"})))
    return workspace


def test_a_feed_of_several_shards_has_all_events_and_the_newest_profile(tmp_path: Path) -> None:
    shards = [feed_workspace(tmp_path / name, f"o/{name}", name, day) for name, day in (("one", 2), ("two", 1))]
    merged = Workspace.create(tmp_path / "merged")
    assert merge_shards(merged, shards) == 1
    assert merged.read_collected("+feed+github", "events")["repository"].to_pylist() == ["o/one", "o/two"]
    assert merged.read_collected("+feed+github", "profiles")["company"].to_pylist() == ["one"]
    assert (merged.read_collected_state("+feed+github") or {})["covers"] == ["star"]


def test_every_project_is_in_one_shard() -> None:
    names = [f"owner/name{number}" for number in range(800)]
    of = [[name for name in names if Shard(number, 8).has_project(name)] for number in range(1, 9)]
    assert sorted(name for shard in of for name in shard) == sorted(names)
    assert min(map(len, of)) > 50


@pytest.mark.parametrize("text", ["0/8", "9/8", "3", "3/", "a/b", "-1/2", "1/0", "3/8/9", ""])
def test_a_shard_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="cannot be used: write NUMBER/COUNT"):
        parse_shard(text)
