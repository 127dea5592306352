"""The handed facts about the stacks of sixteen applications, as the product's own types."""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from ecotone.events.sources.base import Period, PreviousRead, ReadRequest, RepositoryTarget
from ecotone.events.sources.git.source import GitSource
from ecotone.foundation.landscape import read_landscape
from ecotone.pipeline.steps import Run, perform_steps, utc_now
from ecotone.stack.application_stack import ApplicationStack, DeclaredSpan, build_stack
from ecotone.stack.technology_map import TechnologyMap
from ecotone.store.workspace import Workspace
from tests.acceptance.settings import REAL, SHARED


def month_number(text: str) -> int:
    """Months since January of year 0."""
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def month_text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from csv.DictReader(content.decode().splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)


def handed_spans(folder: Path) -> Mapping[str, list[DeclaredSpan]]:
    spans: dict[str, list[DeclaredSpan]] = defaultdict(list)
    for row in read_rows(folder / "dependencies_dev.tsv.gz"):
        months = month_number(row["first_month"]), month_number(row["last_month"]) + 1
        spans[row["repository"]].append(DeclaredSpan(row["ecosystem"], row["package"], row["scope"], *months))
    return spans


def handed_stacks(folder: Path, technologies: TechnologyMap) -> dict[str, ApplicationStack]:
    spans = handed_spans(folder)
    return {
        row["repository"]: build_stack(
            row["repository"],
            row["group"],
            (month_number(row["first_commit_month"]), month_number(row["first_snapshot"]),
             month_number(row["last_snapshot"])),
            spans[row["repository"]],
            technologies,
        )
        for row in read_rows(folder / "observed.tsv")
    }  # fmt: skip


def analyse_landscape(landscape: Path, folder: Path) -> Workspace:
    """A new workspace with the tables of a landscape."""
    run = Run(Workspace.create(folder), read_landscape(landscape), utc_now(), lambda _name, _done, _total: None)
    perform_steps(run, ("collect", "analyse"), lambda _step: None)
    return run.workspace


def real_repositories() -> dict[str, Path]:
    """Handed application -> bare repository; the list beside the histories says which fork holds a history."""
    names = {
        match[1]: match[2]
        for match in re.finditer(
            r"^- (\S+/\S+) · `(\S+/\S+)`$", (SHARED / "real" / "README.md").read_text("utf-8"), re.MULTILINE
        )
    }
    folders = {
        row["repository"]: REAL / f"{names.get(row['repository'], row['repository']).replace('/', '+')}.git"
        for row in read_rows(SHARED / "stack" / "observed.tsv")
    }
    return {name: folder for name, folder in folders.items() if folder.is_dir()}


def read_repository(location: Path, folder: Path, known: PreviousRead | None = None) -> PreviousRead:
    """Read one repository as the collection does; what the reading leaves."""
    wanted = RepositoryTarget(location.stem, location.stem, str(location), None, None)
    now = utc_now()
    request = ReadRequest(
        (wanted,), Period(now, now), folder, now, lambda _name, _done, _total: None, GitSource.Options(), known
    )
    result = GitSource().read(request)
    if result.tables is None:
        assert known is not None
        return known
    return PreviousRead(result.state, result.tables.__getitem__)
