"""The step `analyse`: compute the public tables from the collected ones; their generation is named by the inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final, cast

import pyarrow as pa
import pyarrow.compute as pc

from ecotone import networks, signals
from ecotone.events.sources.base import ReadSummary
from ecotone.foundation.engine_choice import THIS_MACHINE, EngineChoice
from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.machine import give_share
from ecotone.people.employer_evidence import employer_evidence_table
from ecotone.people.owner_team import find_repository_owners
from ecotone.pipeline import (
    aggregate_counts,
    archive_signals,
    interaction_tables,
    label_tables,
    landscape_tables,
    layer_tables,
    stack_tables,
    trend_tables,
)
from ecotone.pipeline.collected_tables import CollectedTables
from ecotone.pipeline.context import AnalysisContext, PublicTables
from ecotone.pipeline.engines.open_engine import dialect_of, open_engine, runs_groups_elsewhere
from ecotone.pipeline.engines.types import with_types_of
from ecotone.pipeline.erasure import table_protection
from ecotone.pipeline.join import join_collected
from ecotone.pipeline.project_pool import ProjectPool, ProjectTask, read_results
from ecotone.pipeline.project_steps import split_by_project
from ecotone.pipeline.remote_steps import compute_elsewhere
from ecotone.pipeline.shared_history import note_shared_history
from ecotone.pipeline.table_generation import generation_of, tables_are_current
from ecotone.signals.compile import organisations_rows, organisations_sql, result_schema, wide_sql, wide_table
from ecotone.signals.coverage import signal_coverage
from ecotone.signals.employer_shares import commits_of_periods, estimate_employer_shares
from ecotone.store.duckdb_engine import write_database
from ecotone.store.workspace import Workspace


def write_tables(
    workspace: Workspace,
    landscape: Landscape,
    readings: Sequence[ReadSummary],
    pseudonymise: bool = False,
    remake: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
    choice: EngineChoice = THIS_MACHINE,
) -> str:
    """Write the tables, unless the newest ones have the same inputs; returns the name of their generation.

    remake    write them anew, since some of their files are damaged
    progress  called with a step of single projects, the number done, and the total
    choice    the engine that computes
    """
    if not readings:
        raise UserError(
            f"Nothing could be read of the {len(landscape.projects)} projects of {landscape.name!r},"
            " so there is nothing to analyse. Correct the errors above and run again."
        )
    generation = generation_of(workspace, landscape, readings, pseudonymise)
    give_share(landscape.machine.memory_mb, landscape.machine.processes)
    if remake or not tables_are_current(workspace, generation):
        elsewhere = partial(compute_elsewhere, choice) if runs_groups_elsewhere(choice) else None
        with ProjectPool(workspace.partitions_folder, progress, elsewhere=elsewhere) as pool:
            collected = CollectedTables(workspace)
            observed = join_collected(workspace, landscape, readings, collected, pool)
            protect = table_protection(workspace, observed.people, pseudonymise)
            with PublicTables(partial(workspace.write_table, generation), protect) as written:
                context = AnalysisContext(workspace, landscape, readings, observed, collected, pool, written, choice)
                notes = {**_manifest_notes(context), "pseudonymised": pseudonymise}
                del observed
                build_public_tables(context)
                workspace.publish_tables(generation, {}, notes, written.write_others(context.tables))
    if workspace.database_generation() != generation:
        names = (workspace.current_manifest() or {})["tables"]
        write_database(workspace.database_path, {name: workspace.table_path(name) for name in names}, generation)
    return generation


def _manifest_notes(context: AnalysisContext) -> dict[str, object]:
    """What the manifest says of the tables."""
    readings = note_shared_history(context.readings, context.joined.shared_commits)
    return {
        "landscape": context.landscape.name,
        "categories": dict(context.landscape.categories),
        "readings": [_reading_note(reading) for reading in readings],
        "refused": [list(line) for line in context.joined.refused],
    }


def build_public_tables(context: AnalysisContext) -> None:
    """Compute the tables of `ecotone export`: write those that no later step reads, the others are in `tables`."""
    context.written.write_whole("events", context.joined.events)
    context = context.without_events()
    for maker in FIELD_STEPS:
        for name, table in maker(context).items():
            if name in READ_LATER:
                context.tables[name] = table
            else:
                context.written.write_whole(name, table)


def _signal_tables(context: AnalysisContext) -> dict[str, pa.Table]:
    """The joined tables, and the signals that are computed by SQL."""
    observed = context.joined
    read = observed.signal_tables()
    rows_of = {name: split_by_project(table) for name, table in read.items()}
    tasks = []
    for project in sorted(rows_of["months"]):
        own = {name: rows_of[name].get(project, table.slice(0, 0)) for name, table in read.items()}
        tasks.append(ProjectTask(project, (own,), tuple(own.values()), own["acts"].num_rows))
    dialect = dialect_of(context.choice)
    (compiled,) = context.pool.run_step(compile_signals, [ProjectTask(dialect, (dialect,))])
    measure = partial(_measure_signals, context.choice, context.workspace.spill_folder, compiled.read_tables())
    parts = list(read_results(context.pool.run_together("measure_signals", measure, tasks)))
    measured, organisations = (
        pa.concat_tables([part[name] for part in parts]) for name in ("signals", "organisations")
    )
    return {
        "projects": observed.projects,
        "people": observed.people,
        "affiliations": observed.affiliations,
        "links": observed.links,
        "affiliation_basis": observed.attributions,
        "affiliation_conflicts": observed.disputes,
        "signals": measured,
        "organisations": organisations,
        "employer_evidence": employer_evidence_table(
            observed.acts, observed.core, observed.affiliations, observed.owner_teams
        ),
        "coverage": observed.coverage,
        "pulls": observed.pulls,
        "shared_commits": observed.shared_commits,
        "core_team": observed.core,
        "owner_teams": observed.owner_teams,
    }


def _start_estimates(context: AnalysisContext) -> dict[str, pa.Table]:
    """Begin to estimate the shares of employers, which takes long and which no other table needs."""
    observed, owners = context.joined, find_repository_owners(context.landscape)
    commits = commits_of_periods(observed.acts, observed.months, observed.owner_teams)
    months = observed.months.select(["project", "month", "git_state"])
    task = ProjectTask("landscape", (commits, observed.core, months, owners), rows=observed.acts.num_rows)
    context.started[estimate_shares.__name__] = context.pool.start_step(estimate_shares, [task])
    return {}


def estimate_shares(
    commits: pa.Table, core: pa.Table, months: pa.Table, owners: Mapping[str, str]
) -> dict[str, pa.Table]:
    """The table `employer_shares`; a step that needs all projects."""
    return {"employer_shares": estimate_employer_shares(commits, core, months, owners)}


def _employer_shares(context: AnalysisContext) -> dict[str, pa.Table]:
    (estimated,) = context.started[estimate_shares.__name__]()
    return estimated.read_tables()


def compile_signals(dialect: str) -> dict[str, pa.Table]:
    """The statements of the signals and of the organisations, and empty tables with the types of their results.

    Compiling takes longer than running them once.
    """
    compiled = {"signals": wide_sql(signals.ALL, dialect), "organisations": organisations_sql(dialect)}
    results = {"signals": wide_table(signals.ALL), "organisations": organisations_rows()}
    return {
        "statements": pa.table({name: [statement] for name, statement in compiled.items()}),
        **{name: result_schema(rows).empty_table() for name, rows in results.items()},
    }


def _measure_signals(
    choice: EngineChoice, spill: Path, compiled: Mapping[str, pa.Table], tasks: Sequence[ProjectTask]
) -> dict[str, dict[str, pa.Table]]:
    """The signals that SQL computes, and the organisations, of several projects."""
    owns = [cast("Mapping[str, pa.Table]", task.make_arguments()[0]) for task in tasks]
    (statements,) = compiled["statements"].to_pylist()
    engine = open_engine(choice, {name: pa.concat_tables([own[name] for own in owns]) for name in owns[0]}, spill)
    with closing(engine):
        tables = {name: with_types_of(engine.run(sql), compiled[name].schema) for name, sql in statements.items()}
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
    pushed = [signal.name for signal in archive_signals.pushed_signals(context)]
    counts = dict.fromkeys((*aggregate_counts.COUNTED_SIGNALS, *pushed), counting)
    return {"signal_coverage": signal_coverage(observed.project_months, observed.states, inputs, counts)}


READ_LATER: Final = frozenset(
    {
        "projects", "signals", "signal_coverage", "person_months", "counts", "project_features", "verdicts",
        "ai_assistance", "stack_turnover", "stack_reach", "stack_claims",
    }
)  # fmt: skip
"""Tables that a step reads or replaces after the one that makes them; the others leave memory at once."""

FIELD_STEPS: Final[tuple[Callable[[AnalysisContext], Mapping[str, pa.Table]], ...]] = (
    landscape_tables.start_mapping,
    _start_estimates,
    interaction_tables.start_influence,
    _signal_tables,
    aggregate_counts.fill_signals_from_counts,
    archive_signals.fill_signals_from_archive,
    _signal_coverage_table,
    interaction_tables.build_interaction_tables,
    trend_tables.start_trends,
    landscape_tables.build_landscape_tables,
    stack_tables.build_tables_of_stack,
    trend_tables.build_trend_tables,
    label_tables.build_tables_of_labels,
    layer_tables.build_tables_of_layers,
    _employer_shares,
)
"""Steps that need all projects, in order: each sees the tables before it, and may replace one with a wider one.

The steps that need one project alone are in `project_steps`.
"""


def _reading_note(reading: ReadSummary) -> dict[str, object]:
    return {**asdict(reading), "observed_until": reading.observed_until.isoformat(), "location": None}
