"""The commands `run`, `collect`, `analyse` and `report`: they change a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ecotone.cli.console import (
    DEFAULT_MIN_ORGANISATION_SIZE,
    DEFAULT_WORKSPACE,
    JsonOption,
    PseudonymiseOption,
    QuietOption,
    WorkspaceOption,
    print_json,
    print_message,
    progress_reporter,
)
from ecotone.cli.landscape_files import only_landscape_file
from ecotone.foundation.errors import EcotoneError, UnknownName

if TYPE_CHECKING:  # `ecotone --help` must import neither Arrow nor pydantic
    from ecotone.foundation.landscape import Landscape
    from ecotone.pipeline.steps import Run

LandscapeArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[LANDSCAPE]", help="The landscape file; by default the only one in this folder."),
]
LanguageOption = Annotated[
    Literal["en", "zh"], typer.Option("--lang", help="The language of the report when it opens, and of its figures.")
]
MinOrganisationSizeOption = Annotated[
    int,
    typer.Option(
        "--min-organisation-size", min=1, help="Organisations with fewer people in a month are counted, not named."
    ),
]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write the report.")]
FiguresOption = Annotated[bool, typer.Option("--figures", help="Write the charts as SVG and PNG files too.")]

EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine", help="Where to compute: duckdb, http://HOST:8123 (ClickHouse) or sc://HOST:15002 (Spark Connect)."
    ),
]

STEP_NAMES = ("collect", "analyse", "report")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of a command, without its landscape and workspace."""

    quiet: bool
    json: bool
    lang: Literal["en", "zh"] = "en"
    min_organisation_size: int = DEFAULT_MIN_ORGANISATION_SIZE
    output: Path | None = None
    pseudonymise: bool = False
    sources: tuple[str, ...] = ()
    shard: str | None = None
    figures: bool = False
    engine: str | None = None


def run(
    landscape: LandscapeArgument = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    lang: LanguageOption = "en",
    min_organisation_size: MinOrganisationSizeOption = DEFAULT_MIN_ORGANISATION_SIZE,
    output: OutputOption = None,
    figures: FiguresOption = False,
    pseudonymise: PseudonymiseOption = False,
    engine: EngineOption = None,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Collect, analyse and report: everything at first, later only what is new."""
    options = RunOptions(quiet, json, lang, min_organisation_size, output, pseudonymise, figures=figures, engine=engine)
    _perform_steps(landscape, workspace, STEP_NAMES, options)


def collect(
    landscape: LandscapeArgument = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Read this source only; may be given more than once.")
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option("--shard", help="Read one of several parts of the projects, as 3/8."),
    ] = None,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Read the repositories of a landscape; compute nothing yet."""
    from ecotone.events import sources

    for name in source or ():
        if name not in sources.SOURCE_NAMES:
            raise UnknownName("source", name, sources.SOURCE_NAMES)
    _perform_steps(
        landscape, workspace, ("collect",), RunOptions(quiet, json, sources=tuple(source or ()), shard=shard)
    )


def merge_collections(
    shards: Annotated[list[Path], typer.Argument(help="The workspaces of `ecotone collect --shard`.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    quiet: QuietOption = False,
) -> None:
    """Join what was collected in several workspaces."""
    from ecotone.pipeline.merge_workspaces import merge_shards
    from ecotone.store.workspace import Workspace

    count = merge_shards(Workspace.create(workspace), [Workspace.open(folder) for folder in shards])
    print_message(f"{count} repositories and feeds of {len(shards)} workspaces are in {workspace}.", quiet)


def analyse(
    landscape: LandscapeArgument = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    pseudonymise: PseudonymiseOption = False,
    engine: EngineOption = None,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Compute the tables from what was collected."""
    _perform_steps(
        landscape, workspace, ("analyse",), RunOptions(quiet, json, pseudonymise=pseudonymise, engine=engine)
    )


def report(
    landscape: LandscapeArgument = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    lang: LanguageOption = "en",
    min_organisation_size: MinOrganisationSizeOption = DEFAULT_MIN_ORGANISATION_SIZE,
    output: OutputOption = None,
    figures: FiguresOption = False,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Write the report of the newest tables."""
    options = RunOptions(quiet, json, lang, min_organisation_size, output, figures=figures)
    _perform_steps(landscape, workspace, ("report",), options)


def _perform_steps(path: Path | None, folder: Path, steps: tuple[str, ...], options: RunOptions) -> None:
    if "collect" in steps:
        from ecotone.pipeline.worker_processes import READING_MODULES, server_context

        server_context(READING_MODULES)  # its server loads them while this process loads its own
    from ecotone.foundation.landscape import read_landscape

    landscape = read_landscape(path or only_landscape_file(Path()))
    if landscape.claims:  # the names of signals need Ibis, which takes longer to load than to see that nothing is new
        _check_claims(landscape)
    done = _run_steps(landscape, folder, steps, options)
    print_outcome(done, steps, options.quiet, options.json)


def _check_claims(landscape: Landscape) -> None:
    from ecotone.foundation.landscape_claims import check_measures
    from ecotone.pipeline.data_dictionary import GLOSSARY

    check_measures(landscape.claims, {signal.name: signal for signal in GLOSSARY if not signal.text})


def _run_steps(landscape: Landscape, folder: Path, steps: tuple[str, ...], options: RunOptions) -> Run:
    from ecotone.foundation.engine_choice import choose_engine
    from ecotone.foundation.shard import parse_shard
    from ecotone.pipeline.report_state import ReportOptions
    from ecotone.pipeline.steps import Run, perform_steps, utc_now
    from ecotone.store.workspace import Workspace

    choices = {
        "wishes": ReportOptions(
            language=options.lang, min_people=options.min_organisation_size, figures=options.figures
        ),
        "folder": options.output,
        "pseudonymise": options.pseudonymise,
        "sources": options.sources,
        "shard": parse_shard(options.shard) if options.shard else None,
        "engine": choose_engine(landscape.engine, options.engine),
    }
    with progress_reporter(options.quiet) as progress:
        done = Run(Workspace.create(folder), landscape, utc_now(), progress.report_item, choices)
        try:
            perform_steps(done, steps, progress.begin_step)
        except EcotoneError:
            _print_failures(done)
            raise
    return done


def print_outcome(done: Run, steps: tuple[str, ...], quiet: bool, json: bool) -> None:
    """Print what was done; exit code 1 if some repositories could not be read."""
    _print_failures(done)
    for name in done.remade:
        print_message(f"{name} was damaged or missing, and was made again.")
    if json:
        print_json(
            {
                "landscape": done.landscape.name,
                "steps": steps,
                "repositories": len(done.collected.readings),
                "failures": [
                    {"project": failure.project, "repository": failure.repository, "reason": failure.sentence}
                    for failure in done.failures
                ],
                "remade": list(done.remade),
                "report": str(done.report / "index.html") if done.report else None,
            }
        )
    elif done.report:
        print_message(f"The report is in {done.report / 'index.html'}", quiet)
    failed = [failure for failure in done.failures if failure.project]
    if failed:
        print_message(f"{len(failed)} of {len(failed) + _count_read(done)} repositories could not be read.")
    if len(failed) < len(done.failures):
        print_message("Months that a feed could not read are unknown in the tables; `ecotone doctor` lists them.")
    if done.failures:
        raise typer.Exit(1)


def _print_failures(done: Run) -> None:
    for failure in done.failures:
        print_message(f"failed: {failure.sentence}")


def _count_read(done: Run) -> int:
    failed = {failure.repository for failure in done.failures if failure.project}
    return sum(reading.repository not in failed for reading in done.collected.readings)
