from __future__ import annotations

import os
from pathlib import Path

import pytest

from ecotone.events.sources.git import documents
from ecotone.events.sources.git.clone import parse_location, read_served_refs, update_clone
from ecotone.events.sources.git.command import SETTINGS, Git
from ecotone.events.sources.git.documents import read_documents, select_documents
from tests.events.making import Repository

FILES = {
    "README.md": b"# An agent framework\n",
    "docs/README.md": b"elsewhere\n",
    "pyproject.toml": b"[project]\nname = 'x'\n",
    "libs/core/package.json": b"{}",
    "libs/a/b/c/d/package.json": b"{}",
    "node_modules/kit/package.json": b"{}",
    "tests/go.mod": b"module x\n",
    "src/main.py": b"print()\n",
}


@pytest.fixture
def git(tmp_path: Path) -> Git:
    (tmp_path / "settings").write_text(SETTINGS, "utf-8")
    return Git(tmp_path / "settings")


def source_of(folder: Path, files: dict[str, bytes]) -> Repository:
    made = Repository.new(folder)
    made.commit(files=files, ref="refs/heads/main")
    return made


def cloned(git: Git, source: Repository, folder: Path) -> Path:
    place = parse_location(str(source.folder), "own/name")
    update_clone(git, place, folder, read_served_refs(git, place))
    return folder


def paths(table: object) -> list[str]:
    return table["path"].to_pylist()


def test_a_clone_without_blobs_is_given_these_ones_and_no_others(git, tmp_path):
    clone = cloned(git, source_of(tmp_path / "source", FILES), tmp_path / "clone.git")
    assert "blob" not in kinds(git, clone)
    found = read_documents(git, clone, "refs/heads/main")
    assert paths(found) == ["README.md", "libs/core/package.json", "pyproject.toml"]
    assert found["kind"].to_pylist() == ["readme", "manifest", "manifest"]
    assert found["text"][0].as_py() == "# An agent framework\n"
    assert kinds(git, clone).count("blob") == 3


def kinds(git: Git, clone: Path) -> list[str]:
    said = git.run("cat-file", "--batch-all-objects", "--batch-check", repository=clone).decode()
    return [line.split()[1] for line in said.splitlines()]


def test_what_a_source_cannot_give_is_absent_and_no_error(git, tmp_path):
    source = source_of(tmp_path / "source", FILES)
    clone = cloned(git, source, tmp_path / "clone.git")
    os.rename(source.folder, tmp_path / "gone")
    assert read_documents(git, clone, "refs/heads/main").num_rows == 0


def test_large_empty_and_binary_files_are_left_out(git, tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "MOST_BYTES", 100)
    files = {"README.md": b"x" * 101, "package.json": b"", "go.mod": b"\0binary", "Cargo.toml": b"[x]\n"}
    clone = cloned(git, source_of(tmp_path / "source", files), tmp_path / "clone.git")
    assert paths(read_documents(git, clone, "refs/heads/main")) == ["Cargo.toml"]


def test_the_manifests_nearest_to_the_root(monkeypatch):
    monkeypatch.setattr(documents, "MOST_MANIFESTS", 2)
    names = ["a/b/package.json", "package.json", "a/package.json", "a/b/c/package.json"]
    listed = b"\0".join(b"100644 blob %040d\t%s" % (at, name.encode()) for at, name in enumerate(names))
    assert [one.path for one in select_documents(listed)] == ["package.json", "a/package.json"]


def test_links_and_folders_are_no_documents():
    listed = b"120000 blob " + b"1" * 40 + b"\tREADME.md\x00160000 commit " + b"2" * 40 + b"\tpackage.json\x00"
    assert select_documents(listed) == []


@pytest.mark.parametrize(
    ("names", "first"),
    [
        (["readme.rst", "README.md"], "README.md"),
        ([".github/README.md", "README"], "README"),
        (["docs/readme.txt"], "docs/readme.txt"),
        (["src/README.md"], None),
    ],
)
def test_which_readme(names, first):
    listed = b"\0".join(b"100644 blob %040d\t%s" % (at, name.encode()) for at, name in enumerate(names))
    assert [one.path for one in select_documents(listed)] == ([first] if first else [])


def test_an_empty_branch_has_none(git, tmp_path):
    clone = cloned(git, source_of(tmp_path / "source", FILES), tmp_path / "clone.git")
    assert read_documents(git, clone, "refs/heads/none").num_rows == 0
