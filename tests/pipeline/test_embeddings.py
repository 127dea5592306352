"""A run that is asked to read what projects say of themselves, from their READMEs to the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

import ecotone
from ecotone.landscape import meaning
from tests.cli.command import ecotone as command
from tests.events.making import Repository

READMES = {
    "own/dory": b"# Dory\n\nDory is a vector database for similarity search over embeddings.\n",
    "own/nemo": b"# Nemo\n\nStore and query high-dimensional vectors with nearest neighbour indexes.\n",
    "own/gill": b"# Gill\n\nA fast web framework for building HTTP interfaces and websites.\n",
}


def written(folder: Path, embeddings: bool) -> Path:
    lines = ["[landscape]", 'name = "texts"', "observed_until = 2024-01-31", *["embeddings = true"] * embeddings]
    for name, text in READMES.items():
        made = Repository.new(folder / f"{name.split('/')[1]}.git")
        made.commit(files={"README.md": text}, ref="refs/heads/main")
        lines += ["[[project]]", f'repository = "{name}"', f'location = "{made.folder}"']
    landscape = folder / "landscape.toml"
    landscape.write_text("\n".join(lines) + "\n", "utf-8")
    return landscape


@pytest.mark.parametrize("asked", [True, False])
def test_texts_are_read_only_where_the_landscape_asks(tmp_path: Path, asked: bool):
    pytest.importorskip(meaning.PACKAGE)
    workspace = tmp_path / "w"
    assert command("collect", written(tmp_path, asked), "--workspace", workspace).code == 0
    assert command("analyse", tmp_path / "landscape.toml", "--workspace", workspace).code == 0
    opened = ecotone.open(workspace)
    views = {row["view"]: row for row in opened.table("cluster_views").to_arrow().to_pylist()}
    assert views["meaning"]["projects"] == (3 if asked else 0)
    texts = [row for row in opened.table("evidence").to_arrow().to_pylist() if row["view"] == "meaning"]
    assert [row["thing"].split()[0] for row in texts] == (["Dory", "A", "Store"] if asked else [])


def test_a_run_without_the_model_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(meaning, "PACKAGE", "no_such_package_at_all")
    meaning.encoder.cache_clear()
    landscape = written(tmp_path, embeddings=True)
    assert command("collect", landscape, "--workspace", tmp_path / "w").code == 0
    said = command("analyse", landscape, "--workspace", tmp_path / "w")
    meaning.encoder.cache_clear()
    assert said.code == 2
    assert "pip install 'ecotone[embeddings]'" in said.err
