"""The steps of a run in order: `ecotone run` performs all, the command of a step's name performs one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ecotone.events import sources
from ecotone.events.sources.base import Reading
from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import Landscape
from ecotone.pipeline.collect import Collected, Failure, collect, earlier_reading, wanted_of
from ecotone.store.workspace import Workspace

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Run:
    """The options of a run, and the results of its steps so far."""

    workspace: Workspace
    landscape: Landscape
    now: datetime
    progress: Progress
    choices: Mapping[str, object] = field(default_factory=dict)
    collected: Collected = field(default_factory=lambda: Collected((), ()))
    report: Path | None = None

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Repositories that could not be read."""
        return self.collected.failures


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name is that of the command, its text is shown by the progress bar."""

    name: str
    text: str
    perform: Callable[[Run], None]


def _collect(run: Run) -> None:
    from ecotone.pipeline import feeds

    chosen = _chosen(run)
    if sources.ALL[0].name in chosen:
        run.collected = collect(run.workspace, run.landscape, run.now, run.progress)
    else:
        run.collected = Collected(_earlier(run), ())
    missed = feeds.read(run.workspace, run.landscape, chosen, run.now, run.progress)
    run.collected = Collected(run.collected.readings, (*run.collected.failures, *missed))
    run.workspace.note_run({"failures": [asdict(failure) for failure in run.collected.failures]})


def _analyse(run: Run) -> None:
    # imported here: a collection alone needs neither Ibis nor DuckDB
    from ecotone.pipeline.analyse import analyse

    if not run.collected.readings:
        run.collected = Collected(_earlier(run), run.collected.failures)
    analyse(run.workspace, run.landscape, run.collected.readings, bool(run.choices.get("pseudonymise")))


def _report(run: Run) -> None:
    from ecotone.pipeline.reporting import Wishes, write_report

    folder = run.choices.get("folder")
    wishes = run.choices.get("wishes")
    run.report = write_report(
        run.workspace,
        run.landscape,
        run.failures,
        wishes if isinstance(wishes, Wishes) else Wishes(),
        folder if isinstance(folder, Path) else None,
    )


def _chosen(run: Run) -> frozenset[str]:
    """The sources to read: those of the option, or else git and all that the landscape names."""
    asked = run.choices.get("sources")
    named = frozenset({*(source.name for source in sources.ALL), *run.landscape.sources})
    if not (isinstance(asked, tuple) and asked):
        return named
    for name in sorted(set(asked) - named):
        raise UserError(
            f"The landscape {run.landscape.name!r} does not name the source {name!r}."
            f" Put [sources.{name}] into its file and run again."
        )
    return frozenset(map(str, asked))


def _earlier(run: Run) -> tuple[Reading, ...]:
    found = (earlier_reading(run.workspace, wanted) for wanted in wanted_of(run.landscape))
    return tuple(reading for reading in found if reading is not None)


STEPS: Final[tuple[Step, ...]] = (
    Step("collect", "Reading repositories", _collect),
    Step("analyse", "Computing the tables", _analyse),
    Step("report", "Writing the report", _report),
)


def perform(run: Run, names: tuple[str, ...], said: Callable[[Step], None]) -> None:
    """Perform the named steps in the order of STEPS, holding the workspace."""
    with run.workspace.writing():
        for step in STEPS:
            if step.name in names:
                said(step)
                step.perform(run)


def utc_now() -> datetime:
    """The current time as naive UTC, in whole seconds; nothing else reads the clock."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
