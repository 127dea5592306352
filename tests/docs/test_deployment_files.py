"""The files for GitHub Actions and Docker: the steps run as they are written, and what they name exists."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "run" in step}


def run_refresh_step(folder: Path, exit_code: int) -> subprocess.CompletedProcess[str]:
    """The step "Refresh the report" as a runner runs it, with a command that notes its arguments and ends so."""
    program = folder / "ecotone" / "bin" / "ecotone"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{folder}/arguments"\nexit {exit_code}\n', encoding="utf-8")
    program.chmod(0o755)
    step = STEPS["Refresh the report"]
    values = {"LANDSCAPE": "my field.toml", "OUTPUT": "$(touch harm)", "LANGUAGE_OF_REPORT": "zh"}
    assert set(values) == set(step["env"])
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    environment = {**os.environ, **values, "RUNNER_TEMP": str(folder)}
    return subprocess.run(shell, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("exit_code", "ends", "warns"), [(0, 0, False), (1, 0, True), (2, 2, False), (130, 130, False)]
)
def test_a_report_without_some_repositories_is_published_with_a_warning(
    exit_code: int, ends: int, warns: bool, tmp_path: Path
):
    done = run_refresh_step(tmp_path, exit_code)
    assert done.returncode == ends
    assert ("::warning::" in done.stdout) is warns
    assert (tmp_path / "arguments").read_text("utf-8").splitlines() == [
        "run",
        "my field.toml",
        "--output",
        "$(touch harm)",
        "--lang",
        "zh",
    ]
    assert not (tmp_path / "harm").exists()


def test_inputs_reach_a_shell_only_through_its_environment():
    assert all("${{" not in step["run"] for step in STEPS.values())
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text("utf-8")))
    assert used == set(ACTION["inputs"])


def test_the_image_copies_what_exists_and_runs_without_root():
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = {
        name for line in lines if line.startswith("COPY ") and "--from" not in line for name in line.split()[1:-1]
    }
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)
    assert all(
        re.fullmatch(r"FROM python:3\.\d+\.\d+-slim-\w+( AS \w+)?", line) for line in lines if line.startswith("FROM")
    )
    assert [line for line in lines if line.startswith("USER ")] == ["USER ecotone"]
    assert lines.index("USER ecotone") > max(at for at, line in enumerate(lines) if line.startswith("RUN "))


def test_the_services_have_no_rights_beyond_their_volume():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
