"""Run `ecotone` as a user does: in this process (quick), or in one of its own."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from ecotone.cli.main import main


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended and what it wrote."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()


def ecotone(*arguments: object) -> Outcome:
    """A command in this process; what is no error on purpose is raised here."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True), io.StringIO()
    code = 0
    with _called(["ecotone", *map(str, arguments)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
    buffer = out.buffer
    assert isinstance(buffer, io.BytesIO)
    return Outcome(code, buffer.getvalue(), err.getvalue())


@contextmanager
def _called(arguments: list[str]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", arguments)
        patch.setenv("COLUMNS", "200")
        yield


def ecotone_process(*arguments: object) -> subprocess.Popen[str]:
    """A command in a process of its own, leader of its own group, not waited for."""
    command = [sys.executable, "-m", "ecotone", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def landscape_of(folder: Path, repositories: Mapping[str, object], head: str = "") -> Path:
    """A landscape file of these repositories (name -> location)."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["[landscape]", 'name = "made"', head]
    for name, location in repositories.items():
        lines += ["[[project]]", f'repository = "{name}"', f'category = "c"\nlocation = {_quoted(str(location))}']
    path = folder / "landscape.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def one_sentence(outcome: Outcome, code: int = 2) -> str:
    """The only line of a command that could not do what was asked; no traceback, no result."""
    assert outcome.code == code, outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.raw == b""
    lines = outcome.err.strip().splitlines()
    assert len(lines) == 1, outcome.err
    assert lines[0].startswith("ecotone: ")
    return lines[0]
