"""Report: the newest tables as a folder of pages, figures and files."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from ecotone import report, signals
from ecotone.foundation.errors import MissingTable, UserError
from ecotone.foundation.landscape import Landscape
from ecotone.pipeline.collect import Failure
from ecotone.report.input import Language
from ecotone.report.published import published_organisations, published_signals
from ecotone.signals.declare import THEMES
from ecotone.store import files
from ecotone.store.workspace import Workspace

LOGIC: Final = 2
"""Raised when the same tables would give other pages."""

PUBLISHED: Final = ("projects", "signals", "organisations", "coverage")
"""Tables that hold no account and no person."""

DRAWN: Final[tuple[str, ...]] = ()
"""Further tables that pages draw, where the newest analysis has them."""

MARK: Final = "report.json"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller may choose of a report."""

    language: Language = "en"
    min_people: int = 3
    findings: tuple[report.Finding, ...] = ()


def write_report(
    workspace: Workspace, landscape: Landscape, failures: Sequence[Failure], wishes: Wishes, folder: Path | None = None
) -> Path:
    """Write the report of the newest tables, unless it is there already; returns its folder."""
    current = workspace.current()
    if current is None:
        raise MissingTable("There are no tables to report yet. Run `ecotone run LANDSCAPE` first.")
    target = folder or workspace.report
    mark = _mark(current, landscape, failures, wishes)
    if _marked(target) == mark:
        return target
    if folder is not None:
        _refuse_strangers(folder)
    source = report_input(workspace, landscape, current, failures, wishes)
    pages = chain(report.render(source), report.figures(source), table_files(workspace, wishes.min_people))
    note = (json.dumps({"made_from": mark}, sort_keys=True) + "\n").encode()
    files.write_folder(target, chain(pages, [(MARK, note)]), last=MARK)
    return target


def _refuse_strangers(folder: Path) -> None:
    """A report replaces its whole folder: only a new one, an empty one or a former report. Raises UserError."""
    in_use = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if in_use and not (folder / MARK).is_file():
        raise UserError(f"{folder} is in use and holds no report. Choose a folder that is new or empty with --output.")


def report_input(
    workspace: Workspace,
    landscape: Landscape,
    current: Mapping[str, Any],
    failures: Sequence[Failure],
    wishes: Wishes,
) -> report.ReportInput:
    """The newest tables as the report wants them."""
    measured = workspace.table("signals")
    months = measured["month"]
    first: date = landscape.since or pc.min(months).as_py()
    last: date = landscape.until or pc.max(months).as_py()
    return report.ReportInput(
        name=landscape.name,
        title=landscape.title,
        title_zh=landscape.title_zh,
        since=first,
        until=last,
        projects=workspace.table("projects"),
        signals=measured,
        organisations=workspace.table("organisations"),
        coverage=workspace.table("coverage"),
        readings=tuple(_readings(workspace, current)),
        glossary=signals.ALL,
        categories_zh=landscape.categories,
        themes=dict(THEMES),
        findings=wishes.findings,
        tables={name: workspace.table(name) for name in DRAWN if name in current["tables"]},
        failures=tuple((failure.repository, failure.sentence) for failure in failures),
        language=wishes.language,
        min_people=wishes.min_people,
    )


def _readings(workspace: Workspace, current: Mapping[str, Any]) -> Iterator[report.Reading]:
    commits = workspace.table("events").filter(pc.field("kind") == "commit")
    grouped = commits.group_by("repository").aggregate(
        [("person", "count_distinct"), ("created_at", "min"), ("created_at", "max")]
    )
    seen = {row["repository"]: row for row in grouped.to_pylist()}
    for reading in current["readings"]:
        row = seen.get(reading["repository"], {})
        yield report.Reading(
            project=reading["project"],
            source=reading["source"],
            commits=reading["landed"],
            people=row.get("person_count_distinct"),
            pull_heads=reading["request_heads"],
            tags=reading["tags"],
            rejected=reading["rejected"],
            first=row["created_at_min"].date() if row else None,
            last=row["created_at_max"].date() if row else None,
            note=reading["note"],
        )


def table_files(workspace: Workspace, min_people: int) -> Iterator[tuple[str, bytes]]:
    """The published tables as CSV and Parquet; small organisations are counted together there too."""
    for name in PUBLISHED:
        table = published_table(workspace, name, min_people)
        yield f"tables/{name}.csv", csv_bytes(table)
        buffer = io.BytesIO()
        pq.write_table(table, buffer, compression="zstd")
        yield f"tables/{name}.parquet", buffer.getvalue()


def published_table(workspace: Workspace, name: str, min_people: int) -> pa.Table:
    """One of the newest tables, with small organisations not named."""
    table = workspace.table(name)
    if name == "organisations":
        return published_organisations(table, min_people)
    if name == "signals":
        return published_signals(table, workspace.table("organisations"), min_people)
    return table


def csv_bytes(table: pa.Table) -> bytes:
    """A header line and a line a row; moments in ISO form, empty where NULL."""
    buffer = io.BytesIO()
    pyarrow.csv.write_csv(table, buffer, pyarrow.csv.WriteOptions(quoting_style="needed"))
    return buffer.getvalue()


def _mark(current: Mapping[str, Any], landscape: Landscape, failures: Sequence[Failure], wishes: Wishes) -> str:
    parts = (LOGIC, current["generation"], landscape, tuple(failures), wishes)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _marked(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / MARK).read_text("utf-8"))["made_from"])
    except (FileNotFoundError, ValueError, KeyError, NotADirectoryError):
        return None
