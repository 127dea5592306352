"""The step `analyse`: compute the public tables from the collected ones; their generation is named by the inputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from importlib import metadata, resources
from pathlib import Path
from typing import Final, cast

import pyarrow as pa
import pyarrow.compute as pc

from ecotone import networks, signals
from ecotone.events.sources.base import ReadSummary
from ecotone.foundation.capped_files import is_cappable_file, read_capped_file
from ecotone.foundation.digests import record_of_bytes
from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import Landscape
from ecotone.people.owner_team import find_repository_owners
from ecotone.pipeline import aggregate_counts, feeds, interaction_tables, landscape_tables, stack_tables, trend_tables
from ecotone.pipeline.collect import repository_folder_name
from ecotone.pipeline.collected_tables import CollectedTables
from ecotone.pipeline.context import AnalysisContext
from ecotone.pipeline.erasure import forgotten_people, protect_tables
from ecotone.pipeline.join import join_collected
from ecotone.pipeline.project_pool import ProjectPool, ProjectTask
from ecotone.pipeline.project_steps import split_by_project
from ecotone.pipeline.shared_history import note_shared_history
from ecotone.signals.compile import organisations_sql, wide_sql
from ecotone.signals.coverage import signal_coverage
from ecotone.signals.employer_shares import employer_shares_table
from ecotone.store.duckdb_engine import DuckEngine, write_database
from ecotone.store.workspace import Workspace

LOGIC: Final = 21
"""Increase it when the same collected data would give other tables."""

DATA_FOLDERS: Final = tuple(
    f"ecotone.{folder}.data" for folder in ("people", "signals", "networks", "landscape", "stack")
)


def write_tables(
    workspace: Workspace,
    landscape: Landscape,
    readings: Sequence[ReadSummary],
    pseudonymise: bool = False,
    remake: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> str:
    """Write the tables, unless the newest ones have the same inputs; returns the name of their generation.

    remake    write them anew, since some of their files are damaged
    progress  called with a step of single projects, the number done, and the total
    """
    if not readings:
        raise UserError(
            f"Nothing could be read of the {len(landscape.projects)} projects of {landscape.name!r},"
            " so there is nothing to analyse. Correct the errors above and run again."
        )
    generation = generation_of(workspace, landscape, readings, pseudonymise)
    current = workspace.current_manifest()
    if remake or current is None or current["generation"] != generation:
        with ProjectPool(workspace.partitions_folder, progress) as pool:
            tables, notes = _compute_tables(workspace, landscape, readings, pool)
            tables = protect_tables(workspace, tables, pseudonymise)
            workspace.publish_tables(generation, tables, {**notes, "pseudonymised": pseudonymise})
    if workspace.database_generation() != generation:
        names = (workspace.current_manifest() or {})["tables"]
        write_database(workspace.database_path, {name: workspace.table_path(name) for name in names}, generation)
    return generation


def _compute_tables(
    workspace: Workspace, landscape: Landscape, readings: Sequence[ReadSummary], pool: ProjectPool
) -> tuple[dict[str, pa.Table], dict[str, object]]:
    """The public tables, and what the manifest says of them."""
    collected = CollectedTables(workspace)
    observed = join_collected(workspace, landscape, readings, collected, pool)
    tables = build_public_tables(AnalysisContext(workspace, landscape, readings, observed, collected, pool))
    return tables, {
        "landscape": landscape.name,
        "categories": dict(landscape.categories),
        "readings": [_reading_note(reading) for reading in note_shared_history(readings, observed.shared_commits)],
        "refused": [list(line) for line in observed.refused],
    }


def generation_of(
    workspace: Workspace, landscape: Landscape, readings: Sequence[ReadSummary], pseudonymise: bool = False
) -> str:
    """A digest of everything that the tables depend on: inputs, landscape, rules and version."""
    digest = hashlib.sha256()
    parts: list[object] = [LOGIC, metadata.version("ecotone"), repr(landscape)]
    for reading in readings:
        state = workspace.read_collected_state(repository_folder_name(reading.repository)) or {}
        parts.append([reading.repository, state.get("generation"), reading.observed_until.isoformat()])
    parts.append(feeds.stored_generations(workspace, landscape))
    parts.append([pseudonymise, sorted(forgotten_people(workspace).digests)])
    files = [path for path in _landscape_files(landscape) if is_cappable_file(path)]
    parts += [[path.name, record_of_bytes(read_capped_file(path))] for path in files]
    digest.update(json.dumps(parts, sort_keys=True).encode())
    for folder in DATA_FOLDERS:
        for entry in sorted(resources.files(folder).iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith((".toml", ".tsv")):
                digest.update(entry.read_bytes())
    return digest.hexdigest()[:16]


def _landscape_files(landscape: Landscape) -> tuple[Path, ...]:
    return (*(entry.path for entry in landscape.affiliations), *landscape.term_files, *landscape.technology_files)


def build_public_tables(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables of `ecotone export`, by name."""
    for maker in FIELD_STEPS:
        context.tables.update(maker(context))
    return context.tables


def _signal_tables(context: AnalysisContext) -> dict[str, pa.Table]:
    """The joined tables, and the signals that are computed by SQL."""
    observed = context.joined
    read = observed.signal_tables()
    rows_of = {name: split_by_project(table) for name, table in read.items()}
    tasks = []
    for project in sorted(rows_of["months"]):
        own = {name: rows_of[name].get(project, table.slice(0, 0)) for name, table in read.items()}
        tasks.append(ProjectTask(project, (own,), tuple(own.values())))
    measure = partial(_measure_signals, context.workspace.spill_folder)
    parts = [part.read_tables() for part in context.pool.run_together("measure_signals", measure, tasks)]
    measured, organisations = (
        pa.concat_tables([part[name] for part in parts]) for name in ("signals", "organisations")
    )
    return {
        "projects": observed.projects,
        "events": observed.events,
        "people": observed.people,
        "affiliations": observed.affiliations,
        "links": observed.links,
        "affiliation_basis": observed.attributions,
        "affiliation_conflicts": observed.disputes,
        "signals": measured,
        "organisations": organisations,
        "employer_shares": employer_shares_table(
            observed.acts,
            observed.core,
            observed.months,
            observed.owner_teams,
            find_repository_owners(context.landscape),
        ),
        "coverage": observed.coverage,
        "pulls": observed.pulls,
        "shared_commits": observed.shared_commits,
        "core_team": observed.core,
        "owner_teams": observed.owner_teams,
    }


def _measure_signals(spill: Path, tasks: Sequence[ProjectTask]) -> dict[str, dict[str, pa.Table]]:
    """The signals that SQL computes, and the organisations, of several projects."""
    owns = [cast("Mapping[str, pa.Table]", task.arguments[0]) for task in tasks]
    engine = DuckEngine({name: pa.concat_tables([own[name] for own in owns]) for name in owns[0]}, spill)
    try:
        tables = {
            "signals": engine.run(wide_sql(signals.ALL, engine.dialect)),
            "organisations": engine.run(organisations_sql(engine.dialect)),
        }
    finally:
        engine.close()
    rows_of = {name: split_by_project(table) for name, table in tables.items()}
    return {
        task.subject: {name: rows_of[name].get(task.subject, table.slice(0, 0)) for name, table in tables.items()}
        for task in tasks
    }


def _signal_coverage_table(context: AnalysisContext) -> dict[str, pa.Table]:
    """How completely each signal was observed."""
    observed = context.joined
    counting = pc.unique(context.tables["counts"]["source"]).to_pylist()
    inputs = {signal.name: signal.inputs for signal in (*signals.ALL, *networks.ALL)}
    counts = dict.fromkeys(aggregate_counts.COUNTED_SIGNALS, counting)
    return {"signal_coverage": signal_coverage(observed.project_months, observed.states, inputs, counts)}


FIELD_STEPS: Final[tuple[Callable[[AnalysisContext], Mapping[str, pa.Table]], ...]] = (
    _signal_tables,
    aggregate_counts.fill_signals_from_counts,
    _signal_coverage_table,
    interaction_tables.build_interaction_tables,
    landscape_tables.build_landscape_tables,
    stack_tables.build_tables_of_stack,
    trend_tables.build_trend_tables,
)
"""Steps that need all projects, in order: each sees the tables before it, and may replace one with a wider one.

The steps that need one project alone are in `project_steps`.
"""


def _reading_note(reading: ReadSummary) -> dict[str, object]:
    return {**asdict(reading), "observed_until": reading.observed_until.isoformat(), "location": None}
