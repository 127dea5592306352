from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ecotone.events.sources.git import documents as reading_documents
from ecotone.events.sources.git.clone import RemoteLocation, read_served_refs, update_clone
from ecotone.events.sources.git.command import SETTINGS, Git
from ecotone.events.sources.git.documents import Documents, read_documents, select_documents
from ecotone.events.sources.git.local_repository import GitFolder, read_local_refs, write_view
from ecotone.foundation.limits import LimitReached, ReadingLimits
from tests.events.hosts import git_host
from tests.events.making import Repository
from tests.events.reading import plain_git

AUTHOR = ("-c", "user.name=Ada Example", "-c", "user.email=ada@alpha.example")

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


def cloned(git: Git, address: str, folder: Path) -> Path:
    place = RemoteLocation(address, local=False, bundle=False)
    update_clone(git, place, folder, read_served_refs(git, place, "own/name"))
    return folder


def documents_of(git: Git, repository: Path, *, fetches: bool = False) -> Documents:
    folder = GitFolder(repository, repository)
    view = git.settings.with_name("view.git")
    git, _ = write_view(git, folder, view, read_local_refs(folder, "own/name", git.limits))
    return read_documents(git, view, "refs/heads/main", "own/name", repository if fetches else None)


def paths(table: object) -> list[str]:
    return table["path"].to_pylist()


def test_a_clone_without_blobs_is_given_these_ones_and_no_others(git, tmp_path):
    with git_host(source_of(tmp_path / "source", FILES).folder) as address:
        clone = cloned(git, address, tmp_path / "clone.git")
        assert "blob" not in kinds(clone)
        found = documents_of(git, clone, fetches=True)
    assert paths(found.table) == ["README.md", "libs/core/package.json", "pyproject.toml"]
    assert found.table["kind"].to_pylist() == ["readme", "manifest", "manifest"]
    assert found.table["text"][0].as_py() == "# An agent framework\n"
    assert found.gaps == ()
    assert kinds(clone).count("blob") == 3


def kinds(clone: Path) -> list[str]:
    said = plain_git(clone, "cat-file", "--batch-all-objects", "--batch-check").decode()
    return [line.split()[1] for line in said.splitlines()]


@pytest.mark.parametrize("fetches", [True, False])
def test_what_a_source_cannot_give_is_a_gap_and_no_error(fetches, git, tmp_path):
    with git_host(source_of(tmp_path / "source", {**FILES, ".mailmap": b"A <a@x.example>\n"}).folder) as address:
        clone = cloned(git, address, tmp_path / "clone.git")
    found = documents_of(git, clone, fetches=fetches)
    assert found.table.num_rows == 0
    assert [str(gap) for gap in found.gaps] == [
        "3 READMEs or manifests are absent from the partial clone",
        "`.mailmap` is absent from the partial clone: names and addresses are not replaced by it",
    ]


def test_large_empty_and_binary_files_are_left_out(git, tmp_path):
    files = {"README.md": b"x" * 1025, "package.json": b"", "go.mod": b"\0binary", "Cargo.toml": b"[x]\n"}
    source = source_of(tmp_path / "source", files)
    found = documents_of(replace(git, limits=ReadingLimits(manifest_kb=1)), source.folder)
    assert paths(found.table) == ["Cargo.toml"]
    assert [str(gap) for gap in found.gaps] == ["1 README or manifest is larger than manifest_kb = 1 and left out"]


@pytest.mark.parametrize(("key", "enough"), [("tree_entries", 8), ("tree_depth", 5)])
def test_a_tree_beyond_the_limit_is_refused(key, enough, git, tmp_path):
    source = source_of(tmp_path / "source", FILES)
    documents_of(replace(git, limits=ReadingLimits(**{key: enough})), source.folder)
    with pytest.raises(LimitReached, match=f"limit {key} = {enough - 1}"):
        documents_of(replace(git, limits=ReadingLimits(**{key: enough - 1})), source.folder)


def test_the_manifests_nearest_to_the_root(monkeypatch):
    monkeypatch.setattr(reading_documents, "MOST_MANIFESTS", 2)
    names = ["a/b/package.json", "package.json", "a/package.json", "a/b/c/package.json"]
    found, _ = select_documents((name, f"{at:040}") for at, name in enumerate(names))
    assert [entry.path for entry in found] == ["package.json", "a/package.json"]


def test_links_are_no_documents(git, tmp_path):
    source = source_of(tmp_path / "source", FILES)
    blob = plain_git(source.folder, "rev-parse", "main:README.md").decode().strip()
    tree = f"120000 blob {blob}\tREADME.md\n160000 commit {source.tip()}\tgo.mod\n100644 blob {blob}\tsetup.cfg\n"
    made = subprocess.run(
        ["git", "--git-dir", source.folder, "mktree", "--missing"], input=tree.encode(), capture_output=True, check=True
    )
    linked = plain_git(source.folder, *AUTHOR, "commit-tree", "-m", "x", made.stdout.decode().strip()).decode().strip()
    plain_git(source.folder, "update-ref", "refs/heads/main", linked)
    assert paths(documents_of(git, source.folder).table) == ["setup.cfg"]


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
    found, _ = select_documents((name, f"{at:040}") for at, name in enumerate(names))
    assert [entry.path for entry in found] == ([first] if first else [])
