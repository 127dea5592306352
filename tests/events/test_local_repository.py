"""Repositories on this machine are read where they are: any form of them, nothing written, nothing of theirs obeyed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ecotone.events.sources.base import ReadResult
from ecotone.events.sources.git.source import GitSource
from ecotone.foundation.errors import SourceMalformed
from ecotone.foundation.limits import LimitReached, ReadingLimits
from ecotone.foundation.notes import note, read_notes
from tests.events.making import ANN, BEN, DAY, START, Repository, straight
from tests.events.reading import Reader, plain_git, read_once, request_for, wanted_at

SETTINGS = ("-c", "safe.directory=*", "-c", "uploadpack.allowFilter=true", "-c", "protocol.file.allow=always")


def git(folder: Path, *arguments: str) -> None:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *SETTINGS, *arguments], cwd=folder, env=environment, check=True, capture_output=True)


@pytest.fixture
def origin(tmp_path: Path) -> Repository:
    made = straight(tmp_path / "origin.git", 3)
    files = {"README.md": b"# Kit\n", "go.mod": b"require e.org/a v1.0.0\n", "src/deep/a.go": b"package a\n"}
    tip = made.commit(made.tip(), at=START + 4 * DAY, by=BEN, files=files, ref="refs/heads/main")
    made.ref("refs/pull/7/head", made.commit(tip, at=START + 5 * DAY))
    made.tag("v1", tip, START + 6 * DAY, ANN)
    made.commit(tip, at=START + 6 * DAY, ref="refs/heads/side")
    plain_git(made.folder, "config", "uploadpack.allowFilter", "true")
    return made


def program_that_marks(folder: Path) -> Path:
    """A program that leaves the file `ran` in the folder."""
    program = folder / "program"
    program.write_text(f"#!/bin/sh\ntouch '{folder}/ran'\nexit 1\n")
    program.chmod(0o755)
    return program


def as_bare(origin: Repository, folder: Path) -> Path:
    git(folder, "clone", "-q", "--mirror", str(origin.folder), "copy")
    return folder / "copy"


def as_working_copy(origin: Repository, folder: Path) -> Path:
    git(folder, "clone", "-q", str(origin.folder), "copy")
    git(folder / "copy", "fetch", "-q", "origin", "+refs/pull/*:refs/pull/*", "side:side")
    return folder / "copy"


def as_worktree(origin: Repository, folder: Path) -> Path:
    copy = as_working_copy(origin, folder)
    git(copy, "worktree", "add", "-q", str(folder / "tree"), "-b", "other", "main")
    git(folder / "tree", "checkout", "-q", "--ignore-other-worktrees", "main")
    git(copy, "branch", "-D", "other")
    return folder / "tree"


def as_borrower(origin: Repository, folder: Path) -> Path:
    git(folder, "clone", "-q", "--mirror", "--shared", str(origin.folder), "copy")
    return folder / "copy"


def as_partial_clone(origin: Repository, folder: Path) -> Path:
    git(folder, "clone", "-q", "--mirror", "--filter=blob:none", origin.folder.as_uri(), "copy")
    return folder / "copy"


def as_checked_out_partial_clone_without_its_remote(origin: Repository, folder: Path) -> Path:
    git(folder, "clone", "-q", "--filter=blob:none", origin.folder.as_uri(), "copy")
    git(folder / "copy", "fetch", "-q", "origin", "+refs/pull/*:refs/pull/*", "side:side")
    origin.folder.rename(folder / "gone.git")
    return folder / "copy"


OF_BLOBS = frozenset(
    {"documents", "declarations", "manifest_contents", "manifest_gaps", "text_terms", "tool_terms", "readmes"}
)


def digest_tree(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(f"{path} {path.lstat().st_mtime_ns} {path.lstat().st_mode}".encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


@pytest.mark.parametrize(
    "make",
    [
        as_bare,
        as_working_copy,
        as_worktree,
        as_borrower,
        as_partial_clone,
        as_checked_out_partial_clone_without_its_remote,
    ],
)
def test_every_form_gives_the_same_tables_and_is_not_touched(
    make: Callable[[Repository, Path], Path], origin: Repository, tmp_path: Path
):
    bundle = tmp_path / "whole.bundle"
    plain_git(origin.folder, "bundle", "create", "-q", str(bundle), "HEAD", "--all")
    _, expected = read_once(tmp_path / "whole", bundle)
    (tmp_path / "made").mkdir()
    place = make(origin, tmp_path / "made")
    before = digest_tree(tmp_path / "made")
    found, tables = read_once(tmp_path / "c", place)
    assert digest_tree(tmp_path / "made") == before
    of_blobs = OF_BLOBS if make is as_partial_clone else frozenset()
    assert [name for name in expected if not tables[name].equals(expected[name]) and name not in of_blobs] == []
    if of_blobs:
        assert {note("readme_absent"), note("manifests_unreadable", count=1)} <= set(read_notes(found.reading.note))
        assert tables["manifest_gaps"]["reason"].to_pylist() == ["absent"]


OF_TREES = OF_BLOBS | {
    "areas", "identities", "snapshots", "file_versions", "roles", "access", "tree_names", "named_children",
}  # fmt: skip


@pytest.mark.parametrize("checked_out", [False, True])
def test_a_clone_without_trees_gives_its_commits_and_says_what_is_unknown(
    checked_out: bool, origin: Repository, tmp_path: Path
):
    _, expected = read_once(tmp_path / "whole", origin.folder)
    git(tmp_path, "clone", "-q", *([] if checked_out else ["--mirror"]), "--filter=tree:0", origin.folder.as_uri(), "t")
    place = tmp_path / "t"
    if checked_out:
        git(place, "fetch", "-q", "--filter=tree:0", "origin", "+refs/pull/*:refs/pull/*", "side:side")
    reader = Reader(tmp_path / "c", place)
    found = reader.read()
    assert reader.tables is not None
    assert found.reading is not None
    assert [name for name in expected if not reader.tables[name].equals(expected[name]) and name not in OF_TREES] == []
    assert reader.tables["areas"]["area"].null_count == reader.tables["areas"].num_rows == 4
    assert [reader.tables[name].num_rows for name in ("snapshots", "documents", "declarations", "roles")] == [0] * 4
    assert note("trees_absent") in read_notes(found.reading.note)
    git(place, "rev-list", "--objects", "--all")  # fetches what is absent
    assert note("trees_absent") not in read_notes(reader.read().reading.note)
    assert [name for name in expected if not reader.tables[name].equals(expected[name])] == []


def test_a_tree_that_is_absent_from_a_whole_repository_is_damage(origin: Repository, tmp_path: Path):
    for name in plain_git(origin.folder, "rev-list", "--objects", "--all").decode().split():
        if plain_git(origin.folder, "cat-file", "-t", name).strip() == b"tree":
            (origin.folder / "objects" / name[:2] / name[2:]).unlink()
            break
    with pytest.raises(SourceMalformed, match="damaged or incomplete history"):
        read_once(tmp_path / "c", origin.folder)


def test_a_folder_that_nobody_may_write_is_read(origin: Repository, tmp_path: Path):
    for path in (origin.folder, *origin.folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert read_once(tmp_path / "c", origin.folder)[0].reading.landed == 4
    finally:
        for path in (origin.folder, *origin.folder.rglob("*")):
            path.chmod(0o755)


def test_a_medium_that_cannot_be_written_is_read(origin: Repository, tmp_path: Path):
    place = tmp_path / "medium"
    place.mkdir()
    if os.geteuid() or os.system(f"mount --bind {origin.folder} {place} 2>/dev/null"):
        pytest.skip("cannot mount here")
    try:
        assert os.system(f"mount -o remount,bind,ro {place}") == 0
        with pytest.raises(OSError, match="Read-only"):
            (place / "x").touch()
        assert read_once(tmp_path / "c", place)[0].reading.landed == 4
    finally:
        os.system(f"umount -l {place}")


def test_the_settings_hooks_and_helpers_of_a_repository_are_not_obeyed(origin: Repository, tmp_path: Path):
    program = program_that_marks(tmp_path)
    text = (
        f"[core]\n\trepositoryformatversion = 1\n\tbare = true\n\tfsmonitor = {program}\n\tsshCommand = {program}\n"
        f"\talternateRefsCommand = {program}\n\tpager = {program}\n\thooksPath = {tmp_path}\n\tquotePath = true\n"
        f'[extensions]\n\tpartialClone = x\n[remote "x"]\n\tpromisor = true\n\turl = {origin.folder}\n'
        f"\tuploadpack = {program}\n[gpg]\n\tprogram = {program}\n[log]\n\tshowSignature = true\n\tshowRoot = false\n"
        f"\tdate = iso\n[diff]\n\texternal = {program}\n\trelative = true\n[mailmap]\n\tfile = {tmp_path}/mailmap\n"
        f'[filter "x"]\n\tsmudge = {program}\n[include]\n\tpath = /dev/zero\n[alias]\n\tlog = !{program}\n'
    )
    (tmp_path / "mailmap").write_text("Wrong <wrong@gamma.example> <ann@alpha.example>\n")
    _, expected = read_once(tmp_path / "plain", origin.folder)
    (origin.folder / "config").write_text(text)
    (origin.folder / "info").mkdir(exist_ok=True)
    (origin.folder / "info" / "attributes").write_text("* filter=x diff=x\n")
    (origin.folder / "info" / "grafts").write_text(f"{origin.commits[2]}\n")
    _, tables = read_once(tmp_path / "c", origin.folder)
    assert [name for name in expected if not tables[name].equals(expected[name])] == []
    assert not (tmp_path / "ran").exists()


def test_a_ref_whose_object_is_absent_is_left_out_and_noted(origin: Repository, tmp_path: Path):
    origin.ref("refs/heads/lost", "1" * 40)
    found, _ = read_once(tmp_path / "c", origin.folder)
    assert found.reading.landed == 4
    assert note("refs_absent", count=1) in read_notes(found.reading.note)


def test_what_is_fetched_from_elsewhere_and_stashed_is_not_read(origin: Repository, tmp_path: Path):
    lonely = origin.commit(at=START)
    for name in ("refs/stash", "refs/remotes/origin/x", "refs/notes/commits", "refs/original/refs/heads/main"):
        origin.ref(name, lonely)
    assert read_once(tmp_path / "c", origin.folder)[0].reading.commits == 6


def has_reftable() -> bool:
    """Whether this git reads reftables."""
    version = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, version.split()[2].split(".")[:2])) >= (2, 45)


@pytest.mark.skipif(not has_reftable(), reason="git reads reftables since 2.45")
@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_repository_with_a_reftable_is_read(object_format: str, tmp_path: Path):
    folder = tmp_path / "o"
    git(tmp_path, "init", "-q", "-b", "main", "--ref-format=reftable", f"--object-format={object_format}", str(folder))
    by = ("-c", "user.name=Ann", "-c", "user.email=ann@alpha.example")
    for number in range(3):
        git(folder, *by, "commit", "-q", "--allow-empty", "-m", f"work {number}")
    git(folder, "tag", "v1")
    git(folder, "update-ref", "refs/pull/1/head", "HEAD")
    git(folder, "worktree", "add", "-q", "-b", "side", str(tmp_path / "tree"), "main~1")
    program = program_that_marks(tmp_path)
    git(folder, "config", "core.fsmonitor", str(program))
    found, _ = read_once(tmp_path / "c", folder)
    assert (found.reading.landed, found.reading.branch, found.reading.tags) == (3, "main", 1)
    found, _ = read_once(tmp_path / "d", tmp_path / "tree")
    assert (found.reading.landed, found.reading.branch) == (2, "side")
    assert not (tmp_path / "ran").exists()


def test_a_folder_without_a_repository_and_a_damaged_reftable_are_refused(origin: Repository, tmp_path: Path):
    (origin.folder / "reftable").mkdir()
    (origin.folder / "reftable" / "tables.list").write_text("none.ref\n")
    with pytest.raises(SourceMalformed, match=r"keeps its refs in a reftable, which this git cannot read\. Install"):
        read_once(tmp_path / "c", origin.folder)
    shutil.rmtree(origin.folder / "objects")
    with pytest.raises(SourceMalformed, match="not a git repository"):
        read_once(tmp_path / "c", origin.folder)


def read_within(origin: Repository, folder: Path, limits: ReadingLimits) -> ReadResult:
    return GitSource().read(request_for(replace(wanted_at(origin.folder), limits=limits), folder))


@pytest.mark.parametrize(("key", "enough"), [("refs", 4), ("tree_entries", 6), ("tree_depth", 2), ("objects", 30)])
def test_a_repository_beyond_a_limit_is_refused_with_its_key(key: str, enough: int, origin: Repository, tmp_path: Path):
    if key == "objects":
        git(origin.folder, "repack", "-adq")
        listed = plain_git(origin.folder, "count-objects", "-v").decode().split()
        enough = int(listed[listed.index("in-pack:") + 1])
    assert read_within(origin, tmp_path / "c", ReadingLimits(**{key: enough})).reading.landed == 4
    with pytest.raises(LimitReached, match=rf"o/r: reading it takes more than the limit {key} = {enough - 1}\. Raise"):
        read_within(origin, tmp_path / "d", ReadingLimits(**{key: enough - 1}))


def test_a_long_message_and_a_large_readme_are_noted_with_their_keys(origin: Repository, tmp_path: Path):
    body = b"s\n\n" + b"x" * 2000 + b"\n\nCo-authored-by: Ben <ben@beta.example>\n"
    origin.commit(
        origin.tip(), at=START + 9 * DAY, message=body, files={"README.md": b"y" * 1025}, ref="refs/heads/main"
    )
    found = read_within(origin, tmp_path / "c", ReadingLimits(message_kb=1, manifest_kb=1))
    assert {note("messages_cut", count=1, limit="1"), note("readme_large", limit="1")} <= set(
        read_notes(found.reading.note)
    )


def test_a_head_that_is_no_text_leaves_the_branch_called_main(origin: Repository, tmp_path: Path) -> None:
    (origin.folder / "HEAD").write_bytes(b"ref: refs/heads/\xff\xfe\n")
    found, _ = read_once(tmp_path / "c", origin.folder)
    assert found.reading is not None
    assert found.reading.branch == "main"
