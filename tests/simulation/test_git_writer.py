from __future__ import annotations

from dataclasses import replace

import pytest

from ecotone.foundation.errors import EcotoneError, UserError
from ecotone.simulation.git_writer import write_repository

from .git_reading import complaints, git, references, rows


@pytest.fixture
def repository(tiny, tmp_path):
    path = tmp_path / "tiny.git"
    write_repository(tiny, path)
    return path


def test_the_tiny_history_reads_back_commit_by_commit(repository):
    assert rows(repository, "%s%x00%ae%x00%ad", "--date=raw", "--topo-order", "--first-parent") == [
        ["Odd", "one@org02.example", "2114380800 -0330"],
        ["Fix d", "one@org02.example", "1707436800 -0330"],
        ["Add c (#4)", "two@freemail.example", "1706918400 +0800"],
        ["Merge pull request #3 from person-0002/b", "one@org01.example", "1704585600 -0330"],
        ["Bump a (#1)", "49699333+dependabot[bot]@users.noreply.github.com", "1704326400 +0000"],
        ["Initial commit", "one@org01.example", "1704070800 -0330"],
    ]


def test_a_true_merge_brings_the_commits_of_its_head(repository):
    assert git(repository, "rev-list", "--count", "HEAD").strip() == b"7"
    (merge,) = rows(repository, "%P%x00%H", "--merges")
    assert merge[0].split()[1] == references(repository)["refs/pull/3/head"]


def test_every_pull_request_has_its_head_and_nothing_else_is_left(repository):
    assert sorted(references(repository)) == [
        "refs/heads/main",
        "refs/pull/1/head",
        "refs/pull/3/head",
        "refs/pull/4/head",
        "refs/tags/v0.1.0",
        "refs/tags/v0.2.0",
    ]
    assert not (repository / "marks").exists()


def test_a_head_starts_from_what_had_landed_by_then(repository):
    tips = references(repository)
    parent = git(repository, "rev-parse", f"{tips['refs/pull/3/head']}^").decode().strip()
    assert git(repository, "log", "-1", "--format=%s", parent).strip() == b"Bump a (#1)"


def test_merges_by_the_forge_are_committed_by_it(repository):
    committers = [row[0] for row in rows(repository, "%cn <%ce>", "--topo-order", "--first-parent")]
    assert committers[2:5] == ["GitHub <noreply@github.com>"] * 3


def test_tags_are_light_and_annotated(repository):
    out = git(repository, "for-each-ref", "--format=%(refname:short) %(objecttype) %(creatordate:unix)", "refs/tags")
    assert out.decode().splitlines() == ["v0.1.0 commit 1704070800", "v0.2.0 tag 1707436860"]


def test_bytes_that_are_not_utf8_are_kept(repository):
    assert b"author Person \xe9 0001 <one@org02.example>" in git(repository, "cat-file", "commit", "HEAD")


def test_git_finds_nothing_wrong(repository):
    assert complaints(repository) == []


def test_a_mailmap_joins_addresses(tiny, tmp_path):
    mapped = replace(tiny, mailmap="Person 0001 <one@org02.example> <one@org01.example>\n")
    write_repository(mapped, tmp_path / "mapped.git")
    first = rows(tmp_path / "mapped.git", "%aE", "--topo-order")[-1]
    assert first == ["one@org02.example"]


def test_the_users_settings_have_no_say(tiny, tmp_path, monkeypatch):
    settings = tmp_path / "settings"
    settings.write_text("[init]\n\tdefaultBranch = other\n\tdefaultObjectFormat = sha256\n[core]\n\tbroken\n[")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    tips = write_repository(tiny, tmp_path / "tiny.git")
    assert references(tmp_path / "tiny.git")["refs/heads/main"] == tips.main
    assert len(tips.main) == 40
    assert git(tmp_path / "tiny.git", "symbolic-ref", "HEAD").strip() == b"refs/heads/main"


def test_what_git_refuses_is_said(tiny, tmp_path):
    first, *others = tiny.landings
    author = first.change.author._replace(name="a < b")
    broken = replace(tiny, landings=(replace(first, change=replace(first.change, author=author)), *others))
    with pytest.raises(EcotoneError, match=r"git .*ended with"):
        write_repository(broken, tmp_path / "broken.git")


def test_without_git_the_user_is_told(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="install git"):
        write_repository(tiny, tmp_path / "none.git")
