"""What is read push by push is exactly what a fresh clone gives."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.events.hosts import git_host
from tests.events.making import START, Pushes, Repository, straight
from tests.events.reading import Reader, read_once

SEQUENCES = 14
PUSHES = 4


def assert_like_a_fresh_clone(reader: Reader, fresh: Path, pushes: Sequence[str] = ()) -> None:
    found, tables = read_once(fresh, reader.location, reader.branch)
    assert reader.tables is not None
    for name, table in tables.items():
        assert reader.tables[name].schema == table.schema, name
        assert reader.tables[name].to_pylist() == table.to_pylist(), (name, pushes)
    assert reader.state is not None
    assert reader.state["generation"] == found.state["generation"]
    assert reader.state["reading"] == found.state["reading"]


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_reading_each_push_gives_what_a_fresh_clone_gives(seed: int, tmp_path: Path):
    pushes = Pushes(Repository.new(tmp_path / "origin.git"), seed)
    place = tmp_path / "origin.git"
    with git_host(place) if seed % 2 else nullcontext(place) as location:
        reader = Reader(tmp_path / "kept", location)
        reader.read()
        said = []
        for step in range(PUSHES):
            # some readings see several pushes at once
            said += [pushes.push() for _ in range(pushes.random.choice([1, 1, 3]))]
            reader.read()
            assert_like_a_fresh_clone(reader, tmp_path / f"fresh-{step}", said)


def reader_of(repository: Repository, tmp_path: Path) -> Reader:
    reader = Reader(tmp_path / "kept", repository.folder)
    reader.read()
    return reader


def test_nothing_new_is_known_again_without_reading(tmp_path: Path):
    reader = reader_of(straight(tmp_path / "o.git"), tmp_path)
    reader.read()
    assert reader.known_again


def test_a_default_branch_that_changes_without_a_commit_is_noticed(tmp_path: Path):
    origin = straight(tmp_path / "o.git", 4)
    origin.ref("refs/heads/old", origin.commits[1])
    reader = reader_of(origin, tmp_path)
    origin.head("refs/heads/old")
    found = reader.read()
    assert (found.reading.branch, found.reading.landed) == ("old", 2)
    assert_like_a_fresh_clone(reader, tmp_path / "fresh")


def test_a_branch_turned_folder_is_fetched(tmp_path: Path):
    origin = straight(tmp_path / "o.git", 4)
    origin.ref("refs/heads/topic", origin.commits[0])
    reader = reader_of(origin, tmp_path)
    origin.drop("refs/heads/topic")
    origin.ref("refs/heads/topic/one", origin.commits[1])
    reader.read()
    assert_like_a_fresh_clone(reader, tmp_path / "fresh")


def test_everything_rewritten_leaves_nothing_of_the_former_history(tmp_path: Path):
    origin = straight(tmp_path / "o.git", 4)
    reader = reader_of(origin, tmp_path)
    other = origin.commit(at=START + 5, message=b"another beginning\n", ref="refs/heads/main")
    found = reader.read()
    assert found.reading.commits == 1
    assert reader.tables is not None
    assert reader.tables["commits"]["sha"].to_pylist() == [other]
    assert_like_a_fresh_clone(reader, tmp_path / "fresh")


def test_a_copy_that_was_removed_is_made_again_beside_the_known_tables(tmp_path: Path):
    """The new copy lacks what was force-pushed away; known commits must not be told twice."""
    origin = straight(tmp_path / "o.git", 2)
    message = b"a\n\nCo-authored-by: Ben <ben@beta.example>\n"
    base = origin.commit(origin.tip(), at=START + 5, message=message)
    origin.commit(base, at=START + 6, message=b"b\n", ref="refs/pull/1/head")
    with git_host(origin.folder) as address:
        reader = Reader(tmp_path / "kept", address)
        reader.read()
        origin.commit(base, at=START + 7, message=b"c\n", ref="refs/pull/1/head")
        (tmp_path / "kept" / "repository.git").rename(tmp_path / "away.git")
        reader.read()
        assert_like_a_fresh_clone(reader, tmp_path / "fresh")
