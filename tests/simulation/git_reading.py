"""Read repositories with plain git, knowing nothing of how they were written."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(repository: Path, *arguments: str) -> bytes:
    command = ("git", "-c", "safe.directory=*", "--git-dir", str(repository), *arguments)
    return subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT).stdout


def complaints(repository: Path) -> list[str]:
    """Everything that git finds wrong with a repository, warnings included."""
    command = (
        "git",
        "-c",
        "safe.directory=*",
        "--git-dir",
        str(repository),
        "fsck",
        "--full",
        "--strict",
        "--no-dangling",
    )
    done = subprocess.run(command, check=False, capture_output=True, env=ENVIRONMENT)
    said = (done.stdout + done.stderr).decode("utf-8", "replace").splitlines()
    return [*said, *([f"exit code {done.returncode}"] if done.returncode else [])]


def rows(repository: Path, form: str, *arguments: str) -> list[list[str]]:
    """One list of fields a commit of the default branch; `form` has its fields separated by %x00."""
    out = git(repository, "log", "-z", f"--format={form}%x01", *arguments).decode("utf-8", "replace")
    return [row.lstrip("\0").split("\0") for row in out.split("\x01") if row.strip("\0")]


def month(second: str | int) -> date:
    moment = datetime.fromtimestamp(int(second), UTC)
    return date(moment.year, moment.month, 1)


def references(repository: Path) -> dict[str, str]:
    out = git(repository, "for-each-ref", "--format=%(refname) %(objectname)").decode()
    return dict(line.rsplit(" ", 1) for line in out.splitlines())


def releases(repository: Path) -> Counter[date]:
    """Tags by the month of the tagger's date, or of the commit's for light ones."""
    out = git(repository, "for-each-ref", "--format=%(creatordate:unix)", "refs/tags").decode()
    return Counter(month(second) for second in out.split())
