"""Projects that no workspace knows: read into the user's cache folder by the command itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import ecotone, one_sentence
from tests.conftest import Simulated


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, with a cache folder of its own beside it."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "here"


def test_compare_reads_two_repositories_from_an_empty_folder(simulated: Simulated, empty_folder: Path):
    repositories = sorted((simulated.field / "repositories").glob("*.git"))[:2]
    done = ecotone("compare", *repositories)
    assert done.code == 0, done.err
    assert "last month that is complete for all" in done.out
    assert "the highest bar is" in done.out
    page = empty_folder.parent / "cache" / "ecotone" / "comparison.html"
    assert str(page) in done.err
    assert re.search(r"Read and analysed in \d+ s; .*ecotone holds [\d.]+ MB", done.err.replace("\n", ""))
    assert page.is_file()
    assert list(empty_folder.iterdir()) == []


def test_two_folders_of_one_name_are_refused(simulated: Simulated, empty_folder: Path):
    repository = min((simulated.field / "repositories").glob("*.git"))
    for folder in ("one", "two"):
        (empty_folder / folder / "team").mkdir(parents=True)
        (empty_folder / folder / "team" / repository.name).symlink_to(repository)
    said = one_sentence(ecotone("compare", *sorted(empty_folder.glob("*/team/*.git"))))
    assert "are both called team/" in said
    assert "landscape" in said


def test_what_is_no_repository_is_one_sentence(empty_folder: Path):
    assert "'tool' is no repository: give owner/name" in one_sentence(ecotone("show", "tool"))
    assert list(empty_folder.parent.glob("cache/*")) == []


@pytest.mark.usefixtures("empty_folder")
def test_a_workspace_that_is_asked_for_is_not_replaced_by_the_cache():
    said = one_sentence(ecotone("show", "team/tool", "-w", "elsewhere"))
    assert "There is no workspace in elsewhere" in said
