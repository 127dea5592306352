"""Joins against a file of joins: real `.mailmap` files, held out.

Each repository is read from a copy whose newest tree lacks the file. Then pairs of accounts are compared with what
git makes of them by the file: the same person (one proper address), two people (full proper names without a common
word), or undecided (the file lists both apart, under names that may be one person's). Prints counts alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from ecotone.events.signed_accounts import names_differ
from ecotone.foundation.landscape import read_landscape
from ecotone.pipeline.collected_tables import CollectedTables
from ecotone.pipeline.join import join_collected
from ecotone.pipeline.project_pool import ProjectPool
from ecotone.pipeline.steps import Run, perform_steps, utc_now
from ecotone.store.workspace import Workspace
from tests.acceptance.settings import LONG, require_real

PRECISION = 0.998
REPOSITORIES = ("sympy+sympy", "openzfs+zfs", "postgis+postgis", "jquery+jquery")
HOLDER = {f"GIT_{role}_{part}": "held@out.example" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}

pytestmark = LONG


@pytest.mark.parametrize("repository", REPOSITORIES)
def test_joins_agree_with_a_file_that_was_held_out(repository: str, tmp_path: Path) -> None:
    source = require_real(repository)
    people, identities = _read_without_the_file(source, tmp_path)
    proper = _ask_the_file(source, identities)
    counts: Counter[tuple[str, bool]] = Counter()
    for first, second in combinations(sorted(proper.keys() & people.keys()), 2):
        counts[_compare_entries(proper[first], proper[second]), people[first] == people[second]] += 1
    right, wrong = counts["same", True], counts["different", True]
    precision, recall = right / max(right + wrong, 1), right / max(right + counts["same", False], 1)
    print(
        f"{repository:18} {len(proper):6,} accounts  precision {precision:.4f} (>= {PRECISION})  recall {recall:.4f}"
        f"  joined: {right} rightly, {wrong} wrongly, {counts['undecided', True]} undecided; of"
        f" {right + counts['same', False]} pairs"
    )
    assert right
    assert precision >= PRECISION


def _read_without_the_file(source: Path, folder: Path) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """The person of each account, and each signature with its account."""
    copy = folder / "held-out.git"
    _git(folder, "init", "--quiet", "--bare", str(copy))
    (copy / "objects" / "info" / "alternates").write_text(f"{source.resolve()}/objects\n")
    for file in ("packed-refs", "HEAD"):
        shutil.copyfile(source / file, copy / file)
    head = _git(source, "rev-parse", "HEAD").strip()
    for name, value in (("core.repositoryformatversion", "1"), ("extensions.partialClone", "origin")):
        _git(copy, "config", name, value)
    tree = [line for line in _git(copy, "ls-tree", head).splitlines() if not line.endswith("\t.mailmap")]
    without = _git(copy, "mktree", "--missing", feed="\n".join(tree) + "\n").strip()
    moment = _git(copy, "log", "-1", "--format=%ct", head).strip()
    dates = {"GIT_AUTHOR_DATE": f"@{moment} +0000", "GIT_COMMITTER_DATE": f"@{moment} +0000"}
    commit = _git(copy, "commit-tree", without, "-p", head, "-m", "Leave the file out", more=HOLDER | dates).strip()
    _git(copy, "update-ref", "HEAD", commit)
    (folder / "landscape.toml").write_text(
        f'[landscape]\nname = "held-out"\n[[project]]\nrepository = "held/out"\nlocation = "{copy}"\n'
    )
    landscape = read_landscape(folder / "landscape.toml")
    run = Run(Workspace.create(folder / "workspace"), landscape, utc_now(), lambda *_: None)
    perform_steps(run, ("collect",), lambda _: None)
    tables = CollectedTables(run.workspace)
    pool = ProjectPool(run.workspace.partitions_folder)
    observed = join_collected(run.workspace, landscape, run.collected.readings, tables, pool)
    people = dict(zip(*(observed.people[name].to_pylist() for name in ("account", "person")), strict=True))
    identities = tables.read_table(run.collected.readings[0].repository, "identities")
    rows = zip(*(identities[name].to_pylist() for name in ("name", "email", "account")), strict=True)
    return people, [row for row in rows if row[1] and not set("<>\n") & set(row[0] + row[1])]


def _ask_the_file(source: Path, identities: list[tuple[str, str, str]]) -> dict[str, tuple[str, str]]:
    """The proper name and address of each account that the file lists, if all its signatures have the same."""
    listed = _git(source, "show", "HEAD:.mailmap").casefold()
    feed = "".join(f"{name} <{email}>\n" for name, email, _ in identities)
    answers = _git(source, "-c", "mailmap.blob=HEAD:.mailmap", "check-mailmap", "--stdin", feed=feed).split("\n")
    proper: dict[str, set[tuple[str, str]]] = {}
    for (_, email, account), answer in zip(identities, answers, strict=False):
        name, _, address = answer.rpartition("<")
        if f"<{email.casefold()}>" in listed:
            proper.setdefault(account, set()).add((name.strip(), address.rstrip(">").casefold()))
    return {account: next(iter(entries)) for account, entries in proper.items() if len(entries) == 1}


def _compare_entries(first: tuple[str, str], second: tuple[str, str]) -> str:
    if first[1] == second[1]:
        return "same"
    return "different" if names_differ(first[0], second[0]) else "undecided"


def _git(folder: Path, *arguments: str, feed: str = "", more: dict[str, str] | None = None) -> str:
    run = subprocess.run(
        ["git", *arguments],
        cwd=folder, input=feed.encode(), capture_output=True, check=True,
        env=os.environ | {"GIT_NO_LAZY_FETCH": "1"} | (more or {}),
    )  # fmt: skip
    return run.stdout.decode("utf-8", "replace")
