"""Heads of requests as each forge keeps them, on repositories with its refs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecotone.events.sources.git.request_refs import is_kept_ref, parse_request_head, without_older_versions
from tests.events.making import ANN, START, Repository
from tests.events.reading import read_once

DAY = 86_400
BOB = b"Bob Example <bob@dev.example>"
FORGES = {
    "GitHub, Gitea, Forgejo, Codeberg, Gitee": "refs/pull/{n}/head",
    "GitLab, GitCode": "refs/merge-requests/{n}/head",
    "Bitbucket Data Center": "refs/pull-requests/{n}/from",
    "Gerrit": "refs/changes/0{n}/{n}/1",
}


def forge_repository(folder: Path, head: str) -> Repository:
    """Request 1 is merged, request 2 landed rebased by another committer, request 3 is open."""
    made = Repository.new(folder)
    base = made.commit(at=START, files={"a": b"1"})
    merged = made.commit(base, at=START + DAY, by=BOB, files={"b": b"1"}, message=b"add b\n")
    rebased = made.commit(base, at=START + DAY, by=BOB, files={"c": b"1"}, message=b"add c\n", committed=START + DAY)
    made.commit(base, at=START + 2 * DAY, by=BOB, files={"d": b"1"}, ref=head.format(n=3))
    made.ref(head.format(n=1), merged)
    made.ref(head.format(n=2), rebased)
    merge = made.commit(base, merged, at=START + 3 * DAY, message=b"bring b\n")
    made.commit(
        merge, at=START + DAY, by=BOB, committed=START + 4 * DAY, committer=ANN, files={"c": b"1"},
        message=b"add c\n\nChange-Id: I01\n", ref="refs/heads/main",
    )  # fmt: skip
    return made


@pytest.mark.parametrize("forge", FORGES)
def test_requests_of_every_forge_and_their_landings_are_read(forge: str, tmp_path: Path):
    made = forge_repository(tmp_path / "at", FORGES[forge])
    found, tables = read_once(tmp_path / "ours", made.folder)
    assert found.reading is not None
    assert found.reading.request_heads == 3
    pulls = {row["number"]: row for row in tables["pulls"].to_pylist()}
    assert {number: row["merged_at"] is not None for number, row in pulls.items()} == {1: True, 2: True, 3: False}


def test_of_the_patch_sets_of_a_change_the_newest_is_read(tmp_path: Path):
    made = forge_repository(tmp_path / "at", FORGES["Gerrit"])
    newest = made.commit(made.commits[0], at=START + 5 * DAY, by=BOB, files={"d": b"2"}, ref="refs/changes/03/3/10")
    made.ref("refs/changes/03/3/meta", newest)
    _, tables = read_once(tmp_path / "ours", made.folder)
    names = dict(zip(tables["refs"]["name"].to_pylist(), tables["refs"]["sha"].to_pylist(), strict=True))
    assert [name for name in names if name.startswith("refs/changes/03/")] == ["refs/changes/03/3/10"]
    assert names["refs/changes/03/3/10"] == newest


def test_a_servers_common_numbers_say_nothing_about_threads(tmp_path: Path):
    gerrit = forge_repository(tmp_path / "gerrit", FORGES["Gerrit"])
    gitlab = forge_repository(tmp_path / "gitlab", FORGES["GitLab, GitCode"])
    _, shared = read_once(tmp_path / "one", gerrit.folder)
    _, own = read_once(tmp_path / "two", gitlab.folder)
    assert shared["numbers"].num_rows == 0
    assert own["numbers"].num_rows > 0


@pytest.mark.parametrize("name", ["refs/pull/7/merge", "refs/merge-requests/7/merge", "refs/changes/07/7/meta",
                                  "refs/pull-requests/7/merge", "refs/pull/x/head", "refs/notes/commits"])  # fmt: skip
def test_other_refs_are_left_out(name: str):
    assert parse_request_head(name) is None
    assert not is_kept_ref(name)


def test_versions_are_compared_as_numbers():
    refs = {"refs/changes/45/12345/9": "a", "refs/changes/45/12345/10": "b", "refs/heads/main": "c"}
    assert without_older_versions(refs) == {"refs/changes/45/12345/10": "b", "refs/heads/main": "c"}
