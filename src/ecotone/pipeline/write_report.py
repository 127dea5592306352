"""The step `report`: write the newest tables as a folder of pages, figures and files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from ecotone import report
from ecotone.events.schema import USABLE_TIMES
from ecotone.foundation.digests import record_of_bytes
from ecotone.foundation.errors import MissingTable, UserError
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.machine import processor_count
from ecotone.foundation.notes import write_notes
from ecotone.foundation.output_text import spreadsheet_cell, write_json_text
from ecotone.people.review_list import public_logins
from ecotone.pipeline.collect import Failure
from ecotone.pipeline.data_dictionary import FILE_NAME, GLOSSARY, describe_tables
from ecotone.pipeline.project_pool import code_digest
from ecotone.pipeline.report_state import ReportOptions, content_mark, read_mark
from ecotone.report.badge import BadgeFact
from ecotone.report.public_tables import public_organisations_table, public_signals_table
from ecotone.signals.declare import THEMES
from ecotone.store import files
from ecotone.store.workspace import REPORT_NOTE, Workspace

PUBLISHED: Final = ("projects", "signals", "organisations", "coverage", "signal_coverage")
"""Tables that hold no account and no person."""

REPORT_TABLES: Final[tuple[str, ...]] = (
    "employer_shares",
    "employer_evidence",
    "person_months",
    "owner_teams",
    "interactions",
    "brokerage",
    "cohesion",
    "project_edges",
    "trends",
    "verdicts",
    "findings",
    "field_monthly",
    "ai_assistance",
    "clusters",
    "cluster_groups",
    "cluster_cuts",
    "cluster_words",
    "cluster_events",
    "cluster_views",
    "category_agreement",
    "category_mismatches",
    "references",
    "signal_coverage",
    "stack_claims",
    "stack_reach",
    "stack_turnover",
    "stack_adoption",
    "stack_survival",
    "stack_spells",
    "tool_labels",
    "label_shares",
    "layer_cohorts",
    "layer_leaders",
    "layer_people",
    "layer_bridges",
)
"""Further tables that pages use if the newest analysis has them."""

TABLES_FILE: Final = "tables.zip"

_UNUSUAL_CELL: Final = "^[^a-zA-Z0-9]|[^\\x20-\\x7e]"
"""A cell that `spreadsheet_cell` may change: few columns have one."""


def write_report(
    workspace: Workspace,
    landscape: Landscape,
    failures: Sequence[Failure],
    wishes: ReportOptions,
    folder: Path | None = None,
) -> Path:
    """Write the report of the newest tables, unless it is up to date; returns its folder."""
    current = workspace.current_manifest()
    if current is None:
        raise MissingTable("There are no tables to report yet. Run `ecotone run LANDSCAPE` first.")
    target = folder or workspace.report_folder
    mark = content_mark(current, landscape, failures, wishes)
    if read_mark(target) == mark:
        return target
    if folder is not None:
        refuse_foreign_folder(folder)
    source = report_input(workspace, landscape, current, failures, wishes)
    drawn = report.draw_static_figures(source) if wishes.figures else ()
    former = _former_files(target)
    notes = {"made_from": mark, "inputs": former.made_from}  # the inputs are known when all pages are written
    with ThreadPoolExecutor(1) as thread:
        tables = thread.submit(table_file, workspace, wishes.min_people)  # compressed while pages are rendered
        pages = chain(report.render_report(source, former), drawn, map(Future.result, [tables]))
        files.replace_folder_atomically(target, pages, REPORT_NOTE, notes)
    return target


def _former_files(folder: Path) -> report.FormerFiles:
    """The files of the report in a folder that take long to make."""
    note = files.read_sealed_json(folder / REPORT_NOTE) or {}
    records = note.get("files", {})

    def read_file(path: str) -> bytes | None:
        content = (folder / path).read_bytes() if (folder / path).is_file() else b""
        return content if path in records and record_of_bytes(content) == tuple(records[path]) else None

    code = f"{code_digest()} {metadata.version('vl-convert-python')}"
    return report.FormerFiles(code, note.get("inputs", {}), read_file)


def write_comparison(workspace: Workspace, names: Sequence[str], wishes: ReportOptions, target: Path) -> Path:
    """Write the page that compares projects: one file if `target` ends in .html, else a folder.

    Returns the page. Raises UserError for a folder that is in use by something else.
    """
    source = newest_input(workspace, wishes)
    pages = dict(report.write_comparison(source, names))
    if target.suffix.lower() in (".html", ".htm"):
        files.write_bytes(target, report.inline_single_file(pages))
        return target
    refuse_foreign_folder(target)
    files.replace_folder_atomically(target, pages.items(), REPORT_NOTE, {"made_from": ["comparison", *names]})
    return target / "index.html"


def write_card(workspace: Workspace, names: Sequence[str], wishes: ReportOptions, target: Path) -> None:
    """Write a picture of 1200 x 630 pixels about projects, as PNG."""
    files.write_bytes(target, report.draw_social_card(newest_input(workspace, wishes), names))


def project_badge(workspace: Workspace, name: str, fact: BadgeFact, wishes: ReportOptions) -> bytes:
    """A fact about a project as a badge, an SVG file."""
    return report.draw_badge(newest_input(workspace, wishes), name, fact).encode("utf-8", "replace")


def project_answers(workspace: Workspace, name: str, wishes: ReportOptions) -> tuple[report.ProjectAnswer, ...]:
    """The questions and answers that open a project's page."""
    return report.answer_questions(newest_input(workspace, wishes), name)


def write_project_page(workspace: Workspace, name: str, wishes: ReportOptions, folder: Path) -> Path:
    """Write the report of the newest tables, unless it is up to date; returns the page of a project."""
    write_report(workspace, _newest_landscape(workspace), (), wishes, folder)
    return folder / report.project_path(newest_input(workspace, wishes), name)


def newest_input(workspace: Workspace, wishes: ReportOptions) -> report.ReportInput:
    """The newest tables for pages about some projects, without the landscape file."""
    landscape = _newest_landscape(workspace)
    return report_input(workspace, landscape, workspace.current_manifest() or {}, (), wishes)


def _newest_landscape(workspace: Workspace) -> Landscape:
    """What the newest tables know of their landscape: its name and its categories."""
    current = workspace.current_manifest()
    if current is None:
        raise MissingTable("There are no tables yet. Run `ecotone run LANDSCAPE` first.")
    name, titles = str(current["landscape"]), current.get("categories", {})
    return Landscape(name, name, "", None, None, categories=titles, organisations={}, free_mail_domains=(), projects=())


def refuse_foreign_folder(folder: Path) -> None:
    """Refuse a folder with other content, since a report replaces its whole folder. Raises UserError."""
    in_use = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if in_use and not (folder / REPORT_NOTE).is_file():
        raise UserError(f"{folder} is in use and holds no report. Choose a folder that is new or empty with --output.")


def report_input(
    workspace: Workspace,
    landscape: Landscape,
    current: Mapping[str, Any],
    failures: Sequence[Failure],
    wishes: ReportOptions,
) -> report.ReportInput:
    """The newest tables as the input of a report."""
    names = ["projects", "signals", "organisations", "coverage"]
    names += [name for name in REPORT_TABLES if name in current["tables"]]
    with ThreadPoolExecutor(processor_count()) as threads:
        releases = threads.submit(release_table, workspace)
        readings = threads.submit(report_readings, workspace, current)
        tables = dict(zip(names, threads.map(workspace.read_table, names), strict=True))
    months = tables["signals"]["month"]
    first: date = landscape.since or pc.min(months).as_py()
    last: date = landscape.until or pc.max(months).as_py()
    return report.ReportInput(
        name=landscape.name,
        title=landscape.title,
        title_zh=landscape.title_zh,
        since=first,
        until=last,
        projects=tables["projects"],
        signals=tables["signals"],
        organisations=tables["organisations"],
        coverage=tables["coverage"],
        readings=readings.result(),
        glossary=GLOSSARY,
        categories_zh=landscape.categories,
        themes=dict(THEMES),
        findings=wishes.findings,
        tables={name: tables[name] for name in REPORT_TABLES if name in tables} | {"releases": releases.result()},
        failures=tuple((failure.repository, write_notes([failure.note])) for failure in failures),
        language=wishes.language,
        min_people=wishes.min_people,
        figures=wishes.figures,
        address=landscape.address,
        claims=landscape.claims,
        public_logins=_public_logins(workspace, current) if landscape.shows_handles else None,
    )


def _public_logins(workspace: Workspace, current: Mapping[str, Any]) -> pa.Table | None:
    """The logins that the report's maker lets pages show; None where accounts are pseudonyms."""
    return None if current.get("pseudonymised") else public_logins(workspace.read_table("people"))


def release_table(workspace: Workspace) -> pa.Table:
    """The releases that tags show: project, created_at, tag."""
    events = workspace.read_table("events", ["kind", "source", "project", "created_at", "event_id"])
    releases = events.filter((pc.field("kind") == "release") & (pc.field("source") == "git"))
    tags = pc.replace_substring_regex(releases["event_id"], r"^.*:refs/tags/", "")
    return pa.table({"project": releases["project"], "created_at": releases["created_at"], "tag": tags})


def report_readings(workspace: Workspace, current: Mapping[str, Any]) -> tuple[report.SourceSummary, ...]:
    """What each source gave for each project, from the newest tables."""
    is_dated = pc.field("timestamp_quality").isin(USABLE_TIMES)
    events = workspace.read_table("events", ["kind", "timestamp_quality", "repository", "person", "created_at"])
    commits = events.filter((pc.field("kind") == "commit") & is_dated)
    grouped = commits.group_by("repository").aggregate(
        [("person", "count_distinct"), ("created_at", "min"), ("created_at", "max")]
    )
    by_repository = {row["repository"]: row for row in grouped.to_pylist()}
    return tuple(
        _summarise_source(reading, by_repository.get(reading["repository"], {})) for reading in current["readings"]
    )


def _summarise_source(reading: Mapping[str, Any], row: Mapping[str, Any]) -> report.SourceSummary:
    return report.SourceSummary(
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


def table_file(workspace: Workspace, min_people: int) -> tuple[str, bytes]:
    """The published tables as one archive of CSV files, in which small organisations are counted together."""
    return TABLES_FILE, zip_tables({name: published_table(workspace, name, min_people) for name in PUBLISHED})


def zip_tables(tables: Mapping[str, pa.Table]) -> bytes:
    """Tables as NAME.csv in an archive with their data dictionary; equal tables give equal bytes."""
    described = describe_tables(
        {name: table.schema for name, table in tables.items()}, "ecotone-tables", "Ecotone tables"
    )
    contents = {f"{name}.csv": table_as_csv(table) for name, table in tables.items()}
    contents[FILE_NAME] = (write_json_text(described, indent=1) + "\n").encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name)  # always dated 1980
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def published_table(workspace: Workspace, name: str, min_people: int) -> pa.Table:
    """One of the newest tables, with small organisations not named."""
    table = workspace.read_table(name)
    if name == "organisations":
        return public_organisations_table(table, min_people)
    if name == "signals":
        return public_signals_table(table, workspace.read_table("organisations"), min_people)
    return table


def table_as_csv(table: pa.Table) -> bytes:
    """A header line and a line a row; moments in ISO form, empty where NULL, no cell that a spreadsheet would run."""
    buffer = io.BytesIO()
    for index, field in enumerate(table.schema):
        if pa.types.is_binary(field.type):  # no table of ours has one
            cells = table[field.name].to_pylist()
            texts = pa.array([None if cell is None else cell.decode("utf-8", "replace") for cell in cells], pa.string())
            table = table.set_column(index, field.name, pa.chunked_array([texts]))
        if pa.types.is_string(table.schema.field(index).type):
            table = table.set_column(index, field.name, _spreadsheet_column(table[field.name]))
    pyarrow.csv.write_csv(table, buffer, pyarrow.csv.WriteOptions(quoting_style="needed"))
    return buffer.getvalue()


def _spreadsheet_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pc.any(pc.match_substring_regex(column, _UNUSUAL_CELL)).as_py():
        return column
    distinct = pc.unique(column)
    cells = pa.array([None if text is None else spreadsheet_cell(text) for text in distinct.to_pylist()], pa.string())
    return cells.take(pc.index_in(column, value_set=distinct).combine_chunks())
