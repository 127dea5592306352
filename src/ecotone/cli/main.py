"""The command `ecotone`: its subcommands in the order of the help page, and its exit codes.

0 done · 1 done, but some sources failed (named) · 2 the user can fix it · 130 interrupted

Modules of `cli` import Arrow, pydantic and the analysis inside their commands, so that help pages open at once.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from ecotone.cli import assistant, discover, doctor, export, init, orgs, people, project_badge, run, show, simulate
from ecotone.cli.console import CommandGroup, print_lines, print_message
from ecotone.cli.landscape_files import next_steps
from ecotone.foundation.errors import DiskFull, EcotoneError

app = typer.Typer(
    name="ecotone",
    cls=CommandGroup,
    help="Who builds an open-source field, for which organisations, and which projects rise.",
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

INTERRUPTED = 130
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)

COMMANDS = (
    init.init,
    run.run,
    run.collect,
    run.analyse,
    run.report,
    show.show,
    show.compare,
    orgs.orgs,
    discover.discover,
    export.export,
    export.signals,
    people.explain,
    people.people,
    people.forget,
    simulate.demo,
    doctor.doctor,
    simulate.simulate,
)
for command in COMMANDS:
    app.command()(command)
app.command("merge")(run.merge_collections)
app.command("badge")(project_badge.draw_project_badge)
app.command("mcp")(assistant.serve_assistant)
app.add_typer(people.affiliations, name="affiliations")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(metadata.version("ecotone"))
        raise typer.Exit


@app.callback()
def common_options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Who builds an open-source field, for which organisations, and which projects rise."""
    del version
    if context.invoked_subcommand is None:
        print_lines(next_steps(Path()))


def main() -> None:
    """Run a command; an error is one sentence without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a character that the encoding lacks stops nothing
    try:
        app()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # typer has caught the interruption itself
            print_message("ecotone: interrupted; run the same command again to continue.")
        raise
    except EcotoneError as error:
        print_message(f"ecotone: {error}")
        sys.exit(2)
    except BrokenPipeError:
        # the reader of our output has ended; keep Python from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        if error.errno in NO_SPACE:
            print_message(f"ecotone: {DiskFull()}")
            sys.exit(2)
        path = f": {error.filename}" if error.filename else ""
        print_message(f"ecotone: {error.strerror or error}{path}. Choose another path, or change its permissions.")
        sys.exit(2)
