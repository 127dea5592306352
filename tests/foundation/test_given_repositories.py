"""Repositories as people give them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ecotone.foundation.errors import UserError
from ecotone.foundation.given_repositories import GivenRepository, landscape_of_repositories, read_given_repository


@pytest.mark.parametrize(
    ("text", "name", "location"),
    [
        ("team/tool", "team/tool", "https://github.com/team/tool"),
        ("team/src", "team/src", "https://github.com/team/src"),
        ("team/tool.git", "team/tool", "https://github.com/team/tool"),
        ("https://git.example.org/team/tool/", "team/tool", "https://git.example.org/team/tool"),
        ("https://git.example.org/team/tool/tree/main/src", "team/tool", "https://git.example.org/team/tool"),
        ("https://git.example.org/a/b/tool/-/merge_requests/3", "a/b/tool", "https://git.example.org/a/b/tool"),
        ("https://git.example.org/team/pull", "team/pull", "https://git.example.org/team/pull"),
        ("https://git.example.org/team/tool?tab=readme#top", "team/tool", "https://git.example.org/team/tool"),
        ("git@git.example.org:team/tool.git", "team/tool", "git@git.example.org:team/tool.git"),
        ("ssh://git@git.example.org:22/team/tool.git", "team/tool", "ssh://git@git.example.org:22/team/tool.git"),
        ("https://git.sr.example.org/~ada/tool", "ada/tool", "https://git.sr.example.org/~ada/tool"),
    ],
)
def test_a_repository_is_read_as_it_is_given(text: str, name: str, location: str) -> None:
    assert read_given_repository(text) == GivenRepository(name, location)


def test_a_path_is_named_after_its_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "team" / "my tool.git"
    folder.mkdir(parents=True)
    assert read_given_repository(str(folder)) == GivenRepository("team/my-tool", str(folder))
    monkeypatch.chdir(folder)
    assert read_given_repository(".") == GivenRepository("team/my-tool", str(folder))


@pytest.mark.parametrize(
    ("folders", "name"),
    [
        ("mirrors/team+my.tool.git", "team/my.tool"),
        ("clones/team+tool/repository.git", "team/tool"),
        ("team+tool/a/b", "a/b"),
        ("team/c++", "team/c"),
        ("team/a+b+c", "team/a-b-c"),
        ("team/-a+b", "team/a-b"),
    ],
)
def test_a_folder_may_say_owner_and_name(tmp_path: Path, folders: str, name: str) -> None:
    (tmp_path / folders).mkdir(parents=True)
    assert read_given_repository(str(tmp_path / folders)).name == name


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://ada:s3cret@git.example.org/team/tool.git", "team/tool"),
        ("git@git.example.org:team/tool.git", "team/tool"),
        ("/srv/elsewhere/tool.git", "ada/clone"),
        ("https://git.example.org/a b", "ada/clone"),
    ],
)
@pytest.mark.parametrize("is_bare", [False, True])
def test_a_clone_is_named_after_its_origin_on_a_host(tmp_path: Path, address: str, name: str, is_bare: bool) -> None:
    folder = tmp_path / "ada" / "clone"
    settings = folder if is_bare else folder / ".git"
    settings.mkdir(parents=True)
    other = '[remote "fork"]\n\turl = https://git.example.org/other/fork.git\n'
    (settings / "config").write_text(f'{other}[remote "origin"]\n\tfetch = +refs/*:refs/*\n\turl = {address}\n{other}')
    assert read_given_repository(str(folder)) == GivenRepository(name, str(folder))


@pytest.mark.parametrize(
    "text", ["", "tool", "https://git.example.org/", "ext::sh -c id", "a/b/c d", "--upload-pack=x"]
)
def test_anything_else_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(UserError, match="repository"):
        read_given_repository(text)


def test_a_landscape_lists_each_as_a_project() -> None:
    given = [read_given_repository(text) for text in ("team/tool", "https://git.example.org/group/other")]
    landscape = landscape_of_repositories(given)
    assert [project.name for project in landscape.projects] == ["team/tool", "group/other"]
    assert landscape.projects[1].repositories[0].location == "https://git.example.org/group/other"
    assert landscape.since is None, "a peak is the highest month of the whole history"


def test_settings_that_are_a_pipe_are_not_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "team" / "tool.git"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "config")
    assert read_given_repository(str(folder)) == GivenRepository("team/tool", str(folder))
