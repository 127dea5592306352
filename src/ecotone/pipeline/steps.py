"""The steps of a run in order: `ecotone run` performs all, the command of a step's name performs one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from ecotone.events import sources
from ecotone.events.sources.base import ReadSummary
from ecotone.foundation.engine_choice import EngineChoice
from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.shard import Shard
from ecotone.pipeline.collect import (
    CollectionResult,
    Failure,
    collect_histories,
    load_earlier_reading,
    repository_targets,
)
from ecotone.pipeline.report_state import ReportOptions, report_is_current
from ecotone.pipeline.table_generation import generation_of, tables_are_current
from ecotone.store.files import using_umask
from ecotone.store.workspace import Workspace

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Run:
    """The options of a run, and the results of its steps so far.

    remade  kept files that were missing or damaged, and are made again
    umask   of the user, for files outside the workspace and for the report
    """

    workspace: Workspace
    landscape: Landscape
    now: datetime
    progress: Progress
    choices: Mapping[str, object] = field(default_factory=dict)
    collected: CollectionResult = field(default_factory=lambda: CollectionResult((), ()))
    report: Path | None = None
    remade: tuple[str, ...] = ()
    umask: int = 0o022

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Repositories that could not be read."""
        return self.collected.failures


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name is that of the command, its text is shown by the progress bar."""

    name: str
    text: str
    action: Callable[[Run], None]


def _collect_sources(run: Run) -> None:
    from ecotone.pipeline import feeds

    damaged = run.workspace.find_damage("collected")
    for slug in set(damaged.values()):
        run.workspace.forget_collected(slug)
    run.remade += tuple(damaged)
    chosen, shard = _chosen_sources(run), run.choices.get("shard")
    own = shard.choose_projects(run.landscape) if isinstance(shard, Shard) else run.landscape
    if sources.history_source().name in chosen:
        run.collected = collect_histories(run.workspace, own, run.now, run.progress)
        run.remade += run.collected.remade
    else:
        run.collected = CollectionResult(_earlier_readings(run), ())
    missed = feeds.read_feeds(run.workspace, run.landscape, chosen, run.now, run.progress, own)
    run.collected = CollectionResult(run.collected.readings, (*run.collected.failures, *missed))
    run.workspace.write_run_notes({"failures": [failure.as_json() for failure in run.collected.failures]})


def _analyse_tables(run: Run) -> None:
    damaged = run.workspace.find_damage("tables")
    run.remade += (*damaged, *run.workspace.find_damage("database"))
    if not run.collected.readings:
        run.collected = CollectionResult(_earlier_readings(run), run.collected.failures)
    readings, pseudonymise = run.collected.readings, bool(run.choices.get("pseudonymise"))
    generation = generation_of(run.workspace, run.landscape, readings, pseudonymise) if readings else ""
    is_current = readings and not damaged and tables_are_current(run.workspace, generation)
    if is_current and run.workspace.database_generation() == generation:
        return
    # imported here: a collection alone, or a run with nothing new, needs neither Ibis nor DuckDB
    from ecotone.pipeline.analyse import write_tables

    write_tables(
        run.workspace,
        run.landscape,
        readings,
        pseudonymise,
        bool(damaged),
        run.progress,
        cast("EngineChoice", run.choices.get("engine", run.landscape.engine)),
    )


def _write_report(run: Run) -> None:
    folder = run.choices.get("folder")
    wishes = run.choices.get("wishes")
    if not isinstance(wishes, ReportOptions):
        wishes = ReportOptions()
    if not isinstance(folder, Path):
        run.remade += tuple(run.workspace.find_damage("report"))
    target = folder if isinstance(folder, Path) else None
    if report_is_current(run.workspace, run.landscape, run.failures, wishes, target):
        run.report = target or run.workspace.report_folder
        return
    from ecotone.pipeline.write_report import write_report  # imported here: a report that is up to date needs no pages

    with using_umask(run.umask):
        run.report = write_report(run.workspace, run.landscape, run.failures, wishes, target)


def _chosen_sources(run: Run) -> frozenset[str]:
    """The sources to read: those of the option, or else git and all that the landscape names."""
    asked = run.choices.get("sources")
    named = frozenset({sources.history_source().name, *run.landscape.sources})
    if not (isinstance(asked, tuple) and asked):
        return named
    for name in sorted(set(asked) - named):
        raise UserError(
            f"The landscape {run.landscape.name!r} does not name the source {name!r}."
            f" Put [sources.{name}] into its file and run again."
        )
    return frozenset(map(str, asked))


def _earlier_readings(run: Run) -> tuple[ReadSummary, ...]:
    readings = (load_earlier_reading(run.workspace, wanted) for wanted in repository_targets(run.landscape))
    return tuple(reading for reading in readings if reading is not None)


STEPS: Final[tuple[Step, ...]] = (
    Step("collect", "Reading repositories", _collect_sources),
    Step("analyse", "Computing the tables", _analyse_tables),
    Step("report", "Writing the report", _write_report),
)


def perform_steps(run: Run, names: tuple[str, ...], announce: Callable[[Step], None]) -> None:
    """Perform the named steps in the order of STEPS, holding the workspace."""
    sources.check_sources(run.landscape)
    with run.workspace.locked_for_writing() as run.umask:
        for step in STEPS:
            if step.name in names:
                announce(step)
                step.action(run)


def utc_now() -> datetime:
    """The current time as naive UTC, in whole seconds; nothing else reads the clock."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
