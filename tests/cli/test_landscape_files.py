"""`ecotone` alone, `-h`, completion, and `ecotone run` without a landscape: the folder decides."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import ecotone, landscape_of, one_sentence
from tests.conftest import Simulated


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def commands_named(text: str) -> list[str]:
    return [line.split()[1] for line in text.splitlines() if line.startswith("  ecotone ")]


def test_ecotone_alone_says_what_to_do_next(here: Path):
    done = ecotone()
    assert done.code == 0
    assert commands_named(done.out) == ["init", "compare", "demo", "--help"]
    (here / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    landscape_of(here, {"a/b": "c"}).rename(here / "field.toml")
    assert commands_named(ecotone().out) == ["run", "compare", "--help"]
    assert "ecotone run field.toml" in ecotone().out
    (here / ".ecotone" / "report").mkdir(parents=True)
    (here / ".ecotone" / "report" / "index.html").touch()
    assert commands_named(ecotone().out) == ["run", "show", "doctor", "compare", "--help"]


def test_the_short_option_helps_too():
    for arguments in ([], ["run"], ["affiliations", "export"]):
        assert ecotone(*arguments, "-h").out == ecotone(*arguments, "--help").out != ""


def test_a_step_finds_the_only_landscape_of_the_folder(here: Path, simulated: Simulated):
    repository = min((simulated.field / "repositories").glob("*.git"))
    for step in ("run", "collect", "analyse", "report"):
        assert "There is no landscape file in this folder" in one_sentence(ecotone(step))
    landscape_of(here, {"a/b": repository})
    (here / "broken.toml").write_text("[landscape", encoding="utf-8")
    (here / "other.toml").write_text("landscape = 1", encoding="utf-8")
    assert ecotone("collect", "-q").code == 0
    (here / "second.toml").write_text("[landscape]\n", encoding="utf-8")
    assert "several landscape files in this folder: landscape.toml, second.toml." in one_sentence(ecotone("collect"))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('[landscape]\nname = "x"\n[[projects]]\nrepository = "a/b"\n', "line 3: unknown key 'projects'.*[[project]]?"),
        (
            '[landscapes]\nname = "x"\n[[project]]\nrepository = "a/b"\n',
            "line 1: unknown key 'landscapes'.*[landscape]?",
        ),
        (
            '[landscape]\nname = "x"\n[[project]]\nrepo = "a/b"\n',
            "line 4: unknown key 'repo'.*`repositories` or `repository`?",
        ),
        ('[landscape]\nnames = "x"\n[[project]]\nrepository = "a/b"\n', "line 2: unknown key 'names'.*`name`?"),
    ],
)
def test_a_misspelled_key_is_answered_with_what_was_meant(text: str, meant: str, here: Path):
    (here / "field.toml").write_text(text, encoding="utf-8")
    said = one_sentence(ecotone("run", "field.toml"))
    begin, end = meant.split(".*")
    assert begin in said
    assert said.endswith(f"Did you mean {end}")


def test_the_shell_completes_commands_and_choices():
    called = [sys.executable, "-c", "from ecotone.cli.main import app; app(prog_name='ecotone')"]
    for words, expected in (("ecotone comp", ["compare"]), ("ecotone report --lang ", ["en", "zh"])):
        asked = {"_ECOTONE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        done = subprocess.run(called, env={**os.environ, **asked}, capture_output=True, text=True, check=False)
        assert done.stdout.split() == expected
