"""An analysis of what is new gives the same tables as one of everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecotone.pipeline import project_pool
from tests.cli.command import ecotone, landscape_of
from tests.events.making import START, Repository, straight

DAY = 86_400
KNOWN = b"Ada Example <ada0@company1.example>"
STEPS_OF_ONE_PROJECT = (
    "read_histories", "measure_signals", "project_meetings", "build_project_networks", "build_project_trends"
)  # fmt: skip


@pytest.fixture
def repositories(tmp_path: Path) -> dict[str, Repository]:
    made = {name: straight(tmp_path / f"{name}.git", 5) for name in ("one", "two", "three")}
    for number, repository in enumerate(made.values()):
        for day in range(3):
            author = b"Ada Example <ada%d@company%d.example>" % (day % 2, number % 2)
            repository.commit(repository.tip(), at=START + (20 + 9 * day) * DAY, by=author, ref="refs/heads/main")
    return made


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, int]]:
    """How many projects each step computed, for each analysis."""
    found: list[dict[str, int]] = []
    leave = project_pool.ProjectPool.__exit__

    def note_computed(pool: project_pool.ProjectPool, *error: object) -> None:
        found.append(dict(pool.computed))
        leave(pool, *error)

    monkeypatch.setattr(project_pool.ProjectPool, "__exit__", note_computed)
    return found


def table_bytes(workspace: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in workspace.glob("tables/*/*.parquet")}


@pytest.mark.parametrize(("author", "mapped"), [(b"Eve Example <eve@other.example>", 1), (KNOWN, 0)])
def test_new_commits_of_one_project_compute_that_project_alone(
    tmp_path: Path, repositories: dict[str, Repository], computed: list[dict[str, int]], author: bytes, mapped: int
):
    """The map is computed again only if somebody takes part who did not before."""
    listed = {f"o/{name}": repository.folder for name, repository in repositories.items()}
    landscape = landscape_of(tmp_path / "l", listed, head="observed_until = 2030-01-01\n")
    grown, whole = tmp_path / "grown", tmp_path / "whole"
    assert ecotone("analyse", landscape, "-w", grown, "--quiet").code == 2  # nothing was collected
    for folder in (grown, whole):
        assert ecotone("collect", landscape, "-w", folder, "--quiet").code == 0
    assert ecotone("analyse", landscape, "-w", grown, "--quiet").code == 0
    before = table_bytes(grown)
    changed = repositories["two"]
    changed.commit(changed.tip(), at=START + 50 * DAY, by=author, ref="refs/heads/main")
    for folder in (grown, whole):
        assert ecotone("collect", landscape, "-w", folder, "--quiet").code == 0
        assert ecotone("analyse", landscape, "-w", folder, "--quiet").code == 0
    first, second, everything = computed[-3:]
    assert first["read_histories"] == everything["read_histories"] == 3
    assert {name: count for name, count in second.items() if name in STEPS_OF_ONE_PROJECT} == dict.fromkeys(
        STEPS_OF_ONE_PROJECT, 1
    )
    assert (second["map_projects"], second["compile_signals"], second["build_landscape_trends"]) == (mapped, 0, 1)
    after = table_bytes(grown)
    assert after == table_bytes(whole)
    assert after != before
