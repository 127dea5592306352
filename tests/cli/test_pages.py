"""What `report`, `compare` and `show` write beside the terminal: pages and pictures."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.cli.command import ecotone, one_sentence
from tests.conftest import Simulated

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def names(simulated: Simulated) -> list[str]:
    return [project.project for project in simulated.truth.projects][:2]


def test_compare_writes_one_page_that_holds_everything(simulated: Simulated, names: list[str], tmp_path: Path):
    page, picture = tmp_path / "both.html", tmp_path / "both.png"
    assert ecotone("compare", *names, "-w", simulated.workspace, "--social-card", picture).code == 0
    done = ecotone("compare", *names, "-w", simulated.workspace, "-o", page, "--lang", "zh")
    assert done.code == 0, done.err
    text = page.read_text("utf-8")
    assert '<html lang="zh">' in text
    assert all(name in text for name in names)
    assert "<script src=" not in text
    assert picture.read_bytes()[:8] == PNG
    assert str(page) in done.err
    assert "last month that is complete for all" in done.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["both.html", "both.png"]


def test_compare_writes_the_same_page_twice(simulated: Simulated, names: list[str], tmp_path: Path):
    for place in ("one.html", "two.html"):
        assert ecotone("compare", *names, "-w", simulated.workspace, "-o", tmp_path / place).code == 0
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_compare_writes_a_folder_and_replaces_only_what_it_wrote(
    simulated: Simulated, names: list[str], tmp_path: Path
):
    folder = tmp_path / "both"
    for _ in range(2):
        assert ecotone("compare", *names, "-w", simulated.workspace, "-o", folder).code == 0
    assert (folder / "index.html").is_file()
    assert (folder / "assets" / "vega.js").is_file()
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear")
    said = one_sentence(ecotone("compare", *names, "-w", simulated.workspace, "-o", mine))
    assert "is in use and holds no report" in said
    assert (mine / "letter.txt").read_text() == "dear"


def test_show_writes_the_report_and_names_the_page_of_the_project(
    simulated: Simulated, names: list[str], tmp_path: Path
):
    done = ecotone("show", names[0], "-w", simulated.workspace, "-o", tmp_path / "report", "--lang", "zh")
    assert done.code == 0, done.err
    page = Path(done.err.strip().removeprefix("The page is in "))
    assert page.parent == tmp_path / "report" / "project"
    assert '<html lang="zh' in page.read_text()
    assert done.out.splitlines()[1].startswith("还活跃吗？")


def test_show_writes_a_card(simulated: Simulated, names: list[str], tmp_path: Path):
    done = ecotone("show", names[0], "-w", simulated.workspace, "--social-card", tmp_path / "one.png")
    assert done.code == 0, done.err
    assert (tmp_path / "one.png").read_bytes()[:8] == PNG


def test_report_writes_its_charts_as_files_when_asked(simulated: Simulated, tmp_path: Path):
    plain, drawn = tmp_path / "plain", tmp_path / "drawn"
    for folder, more in ((plain, ()), (drawn, ("--figures",))):
        done = ecotone("report", simulated.landscape, "-w", simulated.workspace, "-o", folder, *more)
        assert done.code == 0, done.err
    assert not (plain / "figures").exists()
    with zipfile.ZipFile(plain / "tables.zip") as archive:
        names = {f"{name}.csv" for name in ("projects", "signals", "organisations", "coverage", "signal_coverage")}
        assert {entry.filename for entry in archive.infolist()} == names | {"datapackage.json"}
        assert archive.read("signals.csv").startswith(b'"project","month","coverage","activity"')
    assert (plain / "tables.zip").read_bytes() == (drawn / "tables.zip").read_bytes()
    names = {path.name for path in (drawn / "figures").iterdir()}
    assert {"ranks.svg", "ranks.png"} <= names
    assert any(name.startswith("activity-") for name in names)
    assert b"figures/activity-" in (drawn / "index.html").read_bytes()
    assert b"figures/activity-" not in (plain / "index.html").read_bytes()
