"""The atlas: aggregate monthly figures of real projects by field, shipped for reports without network.

It contains no account, no person, no commit, and no organisation of fewer than three people.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ecotone import networks, report, signals
from ecotone.foundation.errors import MissingTable
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.location import web_address
from ecotone.networks.organisation_summary import summarise_organisations
from ecotone.people.employer_evidence import without_organisations
from ecotone.pipeline.report_state import LOGIC, read_mark
from ecotone.pipeline.write_report import (
    REPORT_TABLES,
    TABLES_FILE,
    published_table,
    refuse_foreign_folder,
    report_readings,
    zip_tables,
)
from ecotone.report.privacy import SMALLER, suppress_small_organisations
from ecotone.report.public_tables import public_employer_shares_table
from ecotone.report.report_input import Language
from ecotone.signals.declare import THEMES
from ecotone.store.files import replace_folder_atomically
from ecotone.store.workspace import REPORT_NOTE, Workspace

FORMAT_VERSION: Final = 1
# 1: first public form

ATLAS_FIELDS: Final = ("corpus", "infrastructure", "applications")
"""The landscapes whose figures are shipped; the first one is the default."""

MIN_PEOPLE: Final = 3
PROVENANCE: Final = "provenance.json"
BASIC: Final = ("projects", "signals", "organisations", "coverage")
"""Tables that every report needs."""

LEFT_OUT: Final = ("person_months", "person_interactions", "people", "events", "influence", "references")
"""Tables that are left out: they name persons, or belong to another publisher."""

STACK_TABLES: Final = (
    "stack_adoption",
    "stack_claims",
    "stack_reach",
    "stack_spells",
    "stack_survival",
    "stack_turnover",
    "label_shares",
    "tool_labels",
    "verdicts",
)
TABLES_OF_FIELD: Final[Mapping[str, Sequence[str]]] = {"applications": STACK_TABLES}
"""Landscapes that are shipped for some tables alone, beside those that every report needs, and name no organisation."""
SIGNALS_OF_FIELD: Final[Mapping[str, Sequence[str]]] = {
    "applications": (
        "activity", "commits", "contributors", "newcomers", "releases", "assisted_share", "model_providers",
        "model_kits", "databases", "vector_stores",
    )
}  # fmt: skip
"""The signals of these."""

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "reason": ("; ", "organisations: "),
    "reason_zh": ("；", "共同的组织："),
}
"""Columns with reasons for similarity: the separator of their parts, and how the part about organisations begins."""

MAPPED: Final = (
    "clusters",
    "cluster_groups",
    "cluster_cuts",
    "cluster_events",
    "cluster_views",
    "cluster_words",
    "category_agreement",
    "category_mismatches",
    "project_similarity",
)
"""Tables of the map."""

NAMING: Final[Mapping[str, tuple[str, ...]]] = {
    "interactions": ("from_organisation", "to_organisation"),
    "brokerage": ("organisation",),
}
"""Tables that name organisations by project and month, and the columns that do."""


def atlas_folder(field: str = ATLAS_FIELDS[0]) -> Traversable:
    """The folder of a field of the atlas: one Parquet file a table, and `provenance.json`."""
    return files("ecotone.pipeline") / "data" / "atlas" / field


# ---- making


def atlas_files(workspace: Workspace, landscape: Landscape) -> Iterator[tuple[str, bytes]]:
    """Every file of the atlas of the newest tables, as (name, bytes); equal tables give equal bytes."""
    current = workspace.current_manifest()
    if current is None:
        raise MissingTable("There are no tables to make an atlas from. Run `ecotone run LANDSCAPE` first.")
    tables = {name: published_table(workspace, name, MIN_PEOPLE) for name in BASIC}
    tables["projects"] = _with_web_addresses(tables["projects"], landscape)
    if landscape.name in SIGNALS_OF_FIELD:
        columns = ("project", "month", "coverage", *SIGNALS_OF_FIELD[landscape.name])
        tables["signals"] = tables["signals"].select(columns)
        tables["organisations"] = tables["organisations"].slice(0, 0)
    everything = {*REPORT_TABLES, *MAPPED, "field_monthly", "ai_assistance", "overview"} - {*LEFT_OUT, *BASIC}
    wanted = everything & set(TABLES_OF_FIELD.get(landscape.name, everything))
    for name in sorted(wanted):
        if name in current["tables"]:
            tables[name] = _aggregate_table(name, workspace.read_table(name), workspace.read_table("organisations"))
    if "overview" in wanted and "person_months" in current["tables"]:
        there, met, roles = (workspace.read_table(name) for name in ("person_months", "interactions", "brokerage"))
        tables["overview"] = summarise_organisations(there, met, roles, MIN_PEOPLE)
    for name, table in sorted(tables.items()):
        yield f"{name}.parquet", _parquet_bytes(table)
    yield PROVENANCE, _provenance_bytes(workspace, landscape, current, tables)


def _with_web_addresses(projects: pa.Table, landscape: Landscape) -> pa.Table:
    """The projects with the addresses that the landscape gives; a copy that was read from a disk has none."""
    addresses = {project.name: web_address(project.repositories[0].location) for project in landscape.projects}
    known = [
        own or addresses.get(name)
        for name, own in zip(projects["project"].to_pylist(), projects["web_address"].to_pylist(), strict=True)
    ]
    position = projects.schema.get_field_index("web_address")
    return projects.set_column(position, "web_address", pa.array(known, pa.string()))


def _aggregate_table(name: str, table: pa.Table, by_month: pa.Table) -> pa.Table:
    """A table without small organisations, and without references to commits."""
    if name in NAMING:
        return _without_small_organisations(table, NAMING[name], by_month)
    if name == "layer_bridges":
        people = pc.subtract(pc.add(table["people"], table["other_people"]), table["in_both"])
        return table.filter(pc.greater_equal(people, MIN_PEOPLE))
    if name == "employer_shares":
        return public_employer_shares_table(table, MIN_PEOPLE)
    if name == "employer_evidence":
        return without_organisations(table)
    if "reason" in table.column_names:
        return _without_organisation_reasons(table)
    if name == "project_edges":
        return table.filter(pc.field("significant") & pc.field("quarter").is_null())
    if name == "ai_assistance":
        return table.set_column(
            table.schema.get_field_index("examples"), "examples", pa.array([""] * table.num_rows, pa.string())
        )
    return table


def _without_small_organisations(table: pa.Table, columns: Sequence[str], by_month: pa.Table) -> pa.Table:
    """Replace organisations of fewer than three people with commits in the project-month by `(smaller)`."""
    named = suppress_small_organisations(by_month, MIN_PEOPLE).named
    keys = [table[name].to_pylist() for name in ("project", "month")]
    for column in columns:
        names = [
            name if name is None or name in named.get(project, {}).get(month, {}) else SMALLER
            for project, month, name in zip(*keys, table[column].to_pylist(), strict=True)
        ]
        table = table.set_column(table.schema.get_field_index(column), column, pa.array(names, pa.string()))
    if "people" in table.column_names:  # a row is one organisation's: nothing can be said of several together
        return table.filter(pc.field(columns[0]) != SMALLER)
    weights = [name for name in table.column_names if pa.types.is_floating(table.schema.field(name).type)]
    by = [name for name in table.column_names if name not in weights]
    grouped = table.group_by(by, use_threads=False).aggregate([(name, "sum") for name in weights])
    summed = grouped.rename_columns([*by, *weights]).select(table.column_names)
    return summed.sort_by([(name, "ascending") for name in by])


def _without_organisation_reasons(table: pa.Table) -> pa.Table:
    """Reasons without the part that names organisations."""
    for column, (between, part) in REASONS.items():
        texts = (text.split(between) for text in table[column].to_pylist())
        reasons = [between.join(piece for piece in pieces if not piece.startswith(part)) for pieces in texts]
        table = table.set_column(table.schema.get_field_index(column), column, pa.array(reasons, pa.string()))
    return table


def _parquet_bytes(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(None), buffer, compression="zstd", compression_level=19)
    return buffer.getvalue()


def _provenance_bytes(
    workspace: Workspace, landscape: Landscape, current: Mapping[str, Any], tables: Mapping[str, pa.Table]
) -> bytes:
    """The origin of the atlas, and what a report needs in addition to the tables."""
    readings = report_readings(workspace, current)
    until = [row["observed_until"] for row in tables["projects"].to_pylist() if row["observed_until"] is not None]
    people = workspace.read_table("people")
    persons = people.filter(pc.field("actor_kind") == "person")["person"]
    content = {
        "format": FORMAT_VERSION,
        "made_by": "tools/make_atlas.py",
        "landscape": {
            "name": landscape.name,
            "title": landscape.title,
            "title_zh": landscape.title_zh,
            "since": f"{landscape.since:%Y-%m-%d}" if landscape.since else None,
            "categories": dict(landscape.categories),
        },
        "observed_until": {"first": min(until).isoformat(), "last": max(until).isoformat()},
        "counts": {
            "projects": tables["projects"].num_rows,
            "project_months": tables["signals"].num_rows,
            "commits": sum(reading.commits or 0 for reading in readings),
            "persons": pc.count_distinct(persons).as_py(),
        },
        "formulas": {signal.name: signal.formula for signal in signals.ALL}
        | {signal.name: signal.formula for signal in networks.ALL},
        "tables": {name: table.num_rows for name, table in sorted(tables.items())},
        "readings": [_reading_as_json(reading) for reading in readings],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _reading_as_json(reading: report.SourceSummary) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name in reading.__slots__
        for value in (getattr(reading, name),)
    }


# ---- reading


def read_provenance(field: str = ATLAS_FIELDS[0]) -> dict[str, Any]:
    """The origin of a field of the atlas. Raises MissingTable if this copy of the program has none."""
    try:
        content: dict[str, Any] = json.loads((atlas_folder(field) / PROVENANCE).read_text("utf-8"))
    except FileNotFoundError:
        raise MissingTable("This copy of Ecotone has no atlas. Make one with `make atlas`.") from None
    return content


def atlas_input(language: Language = "en", field: str = ATLAS_FIELDS[0]) -> report.ReportInput:
    """A field of the atlas as the input of a report. Raises MissingTable."""
    about, folder = read_provenance(field), atlas_folder(field)
    tables = {name: pq.read_table(io.BytesIO((folder / f"{name}.parquet").read_bytes())) for name in about["tables"]}
    landscape, months = about["landscape"], tables["signals"]["month"]
    first: date = date.fromisoformat(landscape["since"]) if landscape["since"] else pc.min(months).as_py()
    last: date = pc.max(months).as_py()
    return report.ReportInput(
        name=landscape["name"],
        title=landscape["title"],
        title_zh=landscape["title_zh"],
        since=first,
        until=last,
        **{name: tables[name] for name in BASIC},
        readings=tuple(_reading_from_json(noted) for noted in about["readings"]),
        glossary=(*signals.ALL, *networks.ALL),
        categories_zh=landscape["categories"],
        themes=dict(THEMES),
        tables={name: table for name, table in tables.items() if name not in BASIC},
        language=language,
        min_people=MIN_PEOPLE,
    )


def write_atlas(target: Path, language: Language = "en", field: str = ATLAS_FIELDS[0]) -> Path:
    """Write the report of a field of the atlas into a folder that is new, empty or a former report; returns it.

    Raises MissingTable.
    """
    provenance = atlas_folder(field) / PROVENANCE
    about = provenance.read_bytes() if provenance.is_file() else b""
    mark = hashlib.sha256(repr((LOGIC, about, language)).encode()).hexdigest()
    if read_mark(target) != mark:
        refuse_foreign_folder(target)
        source = atlas_input(language, field)
        tables = zip_tables({name: getattr(source, name) for name in BASIC})
        pages = chain(report.render_report(source), [(TABLES_FILE, tables)])
        replace_folder_atomically(target, pages, REPORT_NOTE, {"made_from": mark})
    return target


def _reading_from_json(noted: Mapping[str, Any]) -> report.SourceSummary:
    days = {name: date.fromisoformat(noted[name]) if noted[name] else None for name in ("first", "last")}
    return report.SourceSummary(**{**noted, **days})
