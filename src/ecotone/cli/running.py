"""Commands that change a workspace: run, collect, analyse, report, demo, simulate."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from ecotone.cli.console import (
    DEFAULT_WORKSPACE,
    JsonOption,
    PseudonymiseOption,
    QuietOption,
    WorkspaceOption,
    print_json,
    say,
    telling,
)
from ecotone.events import sources
from ecotone.foundation.errors import EcotoneError, UnknownName
from ecotone.foundation.landscape import Landscape, read_landscape
from ecotone.foundation.months import parse_month
from ecotone.pipeline.steps import STEPS, Run, perform, utc_now
from ecotone.store.workspace import Workspace

LandscapeArgument = Annotated[
    Path, typer.Argument(metavar="LANDSCAPE", help="The landscape file: which projects, in which field.")
]
LanguageOption = Annotated[Literal["en", "zh"], typer.Option("--lang", help="The language the report opens in.")]
MinPeopleOption = Annotated[
    int, typer.Option("--min-people", min=1, help="Organisations of fewer people in a month are counted, not named.")
]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write the report.")]

SOURCE_NAMES = tuple(source.name for source in sources.ALL)


def run(
    landscape: LandscapeArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    lang: LanguageOption = "en",
    min_people: MinPeopleOption = 3,
    output: OutputOption = None,
    pseudonymise: PseudonymiseOption = False,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Collect, analyse and report: everything, and on the next run only what is new."""
    steps = tuple(step.name for step in STEPS)
    _perform(landscape, workspace, steps, lang, min_people, output, quiet, json, pseudonymise)


def collect(
    landscape: LandscapeArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Read these sources only; git is the one there is.")
    ] = None,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Read the repositories of a landscape; nothing is computed yet."""
    for name in source or ():
        if name not in SOURCE_NAMES:
            raise UnknownName("source", name, SOURCE_NAMES)
    _perform(landscape, workspace, ("collect",), "en", 3, None, quiet, json)


def analyse(
    landscape: LandscapeArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    pseudonymise: PseudonymiseOption = False,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Compute the tables from what was collected."""
    _perform(landscape, workspace, ("analyse",), "en", 3, None, quiet, json, pseudonymise)


def report(
    landscape: LandscapeArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    lang: LanguageOption = "en",
    min_people: MinPeopleOption = 3,
    output: OutputOption = None,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Write the report of the newest tables."""
    _perform(landscape, workspace, ("report",), lang, min_people, output, quiet, json)


def _perform(
    path: Path,
    folder: Path,
    steps: tuple[str, ...],
    lang: Literal["en", "zh"],
    min_people: int,
    output: Path | None,
    quiet: bool,
    json: bool,
    pseudonymise: bool = False,
) -> None:
    landscape = read_landscape(path)
    done = _run(
        landscape, folder, steps, quiet, lang=lang, min_people=min_people, output=output, pseudonymise=pseudonymise
    )
    _conclude(done, steps, quiet, json)


def _run(
    landscape: Landscape,
    folder: Path,
    steps: tuple[str, ...],
    quiet: bool,
    *,
    lang: Literal["en", "zh"] = "en",
    min_people: int = 3,
    output: Path | None = None,
    pseudonymise: bool = False,
) -> Run:
    from ecotone.pipeline.reporting import Wishes

    choices = {"wishes": Wishes(language=lang, min_people=min_people), "folder": output, "pseudonymise": pseudonymise}
    with telling(quiet) as teller:
        done = Run(Workspace.create(folder), landscape, utc_now(), teller.progress, choices)
        try:
            perform(done, steps, teller.step)
        except EcotoneError:
            _name_failures(done)
            raise
    return done


def _conclude(done: Run, steps: tuple[str, ...], quiet: bool, json: bool) -> None:
    """Say what was done; exit code 1 if some repositories could not be read."""
    _name_failures(done)
    if json:
        print_json(
            {
                "landscape": done.landscape.name,
                "steps": steps,
                "repositories": len(done.collected.readings),
                "failures": [
                    {"project": one.project, "repository": one.repository, "reason": one.sentence}
                    for one in done.failures
                ],
                "report": str(done.report / "index.html") if done.report else None,
            }
        )
    elif done.report:
        say(f"The report is in {done.report / 'index.html'}", quiet)
    if done.failures:
        say(f"{len(done.failures)} of {len(done.failures) + _whole(done)} repositories could not be read.")
        raise typer.Exit(1)


def _name_failures(done: Run) -> None:
    for failure in done.failures:
        say(f"failed: {failure.sentence}")


def _whole(done: Run) -> int:
    failed = {failure.repository for failure in done.failures}
    return sum(reading.repository not in failed for reading in done.collected.readings)


def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder for the field and its report.")] = Path(
        "demo"
    ),
    seed: Annotated[int, typer.Option(help="Another seed, another field.")] = 7,
    lang: LanguageOption = "en",
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """A whole run on a simulated field, without a network: with a page that compares the results with the truth."""
    from ecotone.pipeline.demonstration import demonstrate

    with telling(quiet) as teller:
        done = demonstrate(output, seed, lang, teller.progress, teller.step)
    _conclude(done, tuple(step.name for step in STEPS), quiet, json)


def simulate(
    out: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    seed: Annotated[int, typer.Option(help="The same seed and sizes give the same field.")] = 7,
    projects: Annotated[int, typer.Option(help="How many projects.")] = 12,
    people: Annotated[int, typer.Option(help="How many people could take part.")] = 150,
    months: Annotated[int, typer.Option(help="How many months.")] = 36,
    last_month: Annotated[str, typer.Option(help="The last month, as 2025-06.")] = "2025-06",
    pace: Annotated[float, typer.Option(help="Changes a month at an ordinary project's peak.")] = 16.0,
    hostile: Annotated[bool, typer.Option(help="Plant names and dates that break careless programs.")] = True,
    tangled: Annotated[bool, typer.Option("--tangled", help="Make it hard to say who is who.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Write a field of made-up projects as real git repositories, with its landscape and its truth."""
    from ecotone.simulation import simulate as write_field

    last: date = parse_month(last_month)
    write_field(
        out,
        seed=seed,
        projects=projects,
        people=people,
        months=months,
        last_month=last,
        pace=pace,
        hostile=hostile,
        tangled=tangled,
    )
    say(f"Written. Read it with `ecotone run {out / 'landscape.toml'}`; what is true is in {out / 'truth.json'}", quiet)
