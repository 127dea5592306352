"""Commands that change a workspace: run, collect, analyse, report, demo, simulate."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

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

if TYPE_CHECKING:  # both are slow to import, and few commands need them
    from ecotone.simulation.feeds import Faults
    from ecotone.simulation.field import Field

LandscapeArgument = Annotated[
    Path, typer.Argument(metavar="LANDSCAPE", help="The landscape file: which projects, in which field.")
]
LanguageOption = Annotated[
    Literal["en", "zh"], typer.Option("--lang", help="The language the report opens in, and that of its figures.")
]
MinPeopleOption = Annotated[
    int, typer.Option("--min-people", min=1, help="Organisations of fewer people in a month are counted, not named.")
]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write the report.")]
FiguresOption = Annotated[bool, typer.Option("--figures", help="Write the charts as SVG and PNG files too.")]

SIMULATED_TOKEN = "ghp_simulated"  # noqa: S105 - good for the simulated API only


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command was asked beside its landscape and workspace."""

    quiet: bool
    json: bool
    lang: Literal["en", "zh"] = "en"
    min_people: int = 3
    output: Path | None = None
    pseudonymise: bool = False
    sources: tuple[str, ...] = ()
    figures: bool = False


def run(
    landscape: LandscapeArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    lang: LanguageOption = "en",
    min_people: MinPeopleOption = 3,
    output: OutputOption = None,
    figures: FiguresOption = False,
    pseudonymise: PseudonymiseOption = False,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Collect, analyse and report: everything, and on the next run only what is new."""
    steps = tuple(step.name for step in STEPS)
    _perform(landscape, workspace, steps, Asked(quiet, json, lang, min_people, output, pseudonymise, figures=figures))


def collect(
    landscape: LandscapeArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Read this source only; may be given more than once.")
    ] = None,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Read the repositories of a landscape; nothing is computed yet."""
    for name in source or ():
        if name not in sources.SOURCE_NAMES:
            raise UnknownName("source", name, sources.SOURCE_NAMES)
    _perform(landscape, workspace, ("collect",), Asked(quiet, json, sources=tuple(source or ())))


def analyse(
    landscape: LandscapeArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    pseudonymise: PseudonymiseOption = False,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Compute the tables from what was collected."""
    _perform(landscape, workspace, ("analyse",), Asked(quiet, json, pseudonymise=pseudonymise))


def report(
    landscape: LandscapeArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    lang: LanguageOption = "en",
    min_people: MinPeopleOption = 3,
    output: OutputOption = None,
    figures: FiguresOption = False,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Write the report of the newest tables."""
    _perform(landscape, workspace, ("report",), Asked(quiet, json, lang, min_people, output, figures=figures))


def _perform(path: Path, folder: Path, steps: tuple[str, ...], asked: Asked) -> None:
    done = _run(read_landscape(path), folder, steps, asked)
    _conclude(done, steps, asked.quiet, asked.json)


def _run(landscape: Landscape, folder: Path, steps: tuple[str, ...], asked: Asked) -> Run:
    from ecotone.pipeline.reporting import Wishes

    choices = {
        "wishes": Wishes(language=asked.lang, min_people=asked.min_people, figures=asked.figures),
        "folder": asked.output,
        "pseudonymise": asked.pseudonymise,
        "sources": asked.sources,
    }
    with telling(asked.quiet) as teller:
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
    of_git = [failure for failure in done.failures if failure.project]
    if of_git:
        say(f"{len(of_git)} of {len(of_git) + _whole(done)} repositories could not be read.")
    if len(of_git) < len(done.failures):
        say("What feeds could not read is unknown in the tables; `ecotone doctor` says which months.")
    if done.failures:
        raise typer.Exit(1)


def _name_failures(done: Run) -> None:
    for failure in done.failures:
        say(f"failed: {failure.sentence}")


def _whole(done: Run) -> int:
    failed = {failure.repository for failure in done.failures if failure.project}
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
    """Two reports without a network: a simulated field beside its truth, and the atlas of real projects."""
    from ecotone.pipeline.demonstration import ATLAS, demonstrate

    with telling(quiet) as teller:
        done = demonstrate(output, seed, lang, teller.progress, teller.step)
    if not (quiet or json):
        say(f"The atlas of real projects: {output / ATLAS / 'index.html'}")
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
    feeds: Annotated[bool, typer.Option("--feeds", help="Write its events as hourly archives too.")] = False,
    faults: Annotated[str, typer.Option(help="What is wrong with the archives: all, or names with commas.")] = "none",
    serve: Annotated[bool, typer.Option("--serve", help="Serve archives, API and ClickHouse until Ctrl-C.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Write a field of made-up projects as real git repositories, with its landscape and its truth."""
    from ecotone.simulation.field import make_field

    last: date = parse_month(last_month)
    wrong = _faults(faults, seed) if feeds or serve else None
    field = make_field(
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
    if wrong is not None:
        _write_feeds(field, out, wrong, serve, quiet)


def _faults(text: str, seed: int) -> Faults:
    from ecotone.simulation.feeds import Faults

    return Faults.named(filter(None, text.split(",")), seed)


def _write_feeds(field: Field, out: Path, faults: Faults, serve: bool, quiet: bool) -> None:
    """Write the hourly archives; if asked to, serve them beside the API and ClickHouse until interrupted."""
    from ecotone.simulation.feeds import serve_all, write_feeds

    made, hours = write_feeds(field, out, faults=faults)
    say(f"The hours are in {out / 'hours'}; what is true of them is in {out / 'feeds-truth.json'}", quiet)
    if not serve:
        return
    with serve_all(made, hours, out / "hours", faults=faults, tokens=(SIMULATED_TOKEN,)) as addresses:
        print_json({**addresses, "token": SIMULATED_TOKEN})
        with suppress(KeyboardInterrupt):
            while True:
                time.sleep(3600)
