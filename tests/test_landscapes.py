"""The landscapes that come with the project: each repository once, each category with a title in Chinese."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LANDSCAPES = sorted((ROOT / "landscapes").glob("*.toml"))
CORPUS = ROOT.parent / "shared" / "corpus" / "projects.csv"


def read(path: Path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", LANDSCAPES, ids=lambda path: path.stem)
def test_a_landscape_is_named_after_its_file_and_titles_every_category(path: Path):
    landscape = read(path)
    assert landscape["landscape"]["name"] == path.stem
    assert {project["category"] for project in landscape["project"]} == set(landscape["categories"])
    assert {project["layer"] for project in landscape["project"]} <= {
        "application",
        "model",
        "data",
        "web",
        "operations",
    }


@pytest.mark.parametrize("path", LANDSCAPES, ids=lambda path: path.stem)
def test_no_repository_stands_twice_under_any_of_its_names(path: Path):
    projects = read(path)["project"]
    names = [name for project in projects for name in [project["repository"], *project.get("aliases", [])]]
    assert all(name.count("/") == 1 for name in names)
    assert [name for name, count in Counter(map(str.casefold, names)).items() if count > 1] == []


def test_a_repository_has_the_same_labels_in_every_landscape():
    labels: dict[str, set[tuple[str, ...]]] = {}
    for path in LANDSCAPES:
        for project in read(path)["project"]:
            label = tuple(project.get(key, "") for key in ("category", "layer", "style", "language"))
            labels.setdefault(project["repository"].casefold(), set()).add(label)
    assert {name: found for name, found in labels.items() if len(found) > 1} == {}


@pytest.mark.shared
@pytest.mark.skipif(not CORPUS.exists(), reason="needs the histories beside the checkout")
def test_the_corpus_landscape_has_every_history_and_its_last_day():
    projects = {project["repository"]: project for project in read(ROOT / "landscapes" / "corpus.toml")["project"]}
    with CORPUS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["repository"] for row in rows} == set(projects)
    for row in rows:
        project = projects[row["repository"]]
        assert project["observed_until"].isoformat() == row["observed_until"]
        assert (ROOT / "landscapes" / project["location"]).exists()


def test_the_landscape_of_applications_has_both_groups_and_roles():
    projects = read(ROOT / "landscapes" / "applications.toml")["project"]
    groups = Counter(project["ai_native"] for project in projects if project["role"] == "application")
    assert groups[True] >= 60
    assert groups[False] >= 60
