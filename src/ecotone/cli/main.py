"""The command `ecotone`: its commands in the order readers meet them, and its exit codes.

0 done · 1 done, some sources failed (named) · 2 the user can fix it · 130 interrupted
"""

from __future__ import annotations

import errno
import io
import os
import sys
from importlib import metadata
from typing import Annotated

import typer

from ecotone.cli import discover, orgs, people, reading, running, starting
from ecotone.cli.console import say
from ecotone.foundation.errors import DiskFull, EcotoneError

app = typer.Typer(
    name="ecotone",
    help="Who builds an open-source field, for whom they work, and which projects rise.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

INTERRUPTED = 130
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)

COMMANDS = (
    starting.init,
    running.run,
    running.collect,
    running.analyse,
    running.report,
    reading.show,
    reading.compare,
    orgs.orgs,
    discover.discover,
    reading.export,
    reading.signals,
    people.why,
    people.people,
    people.forget,
    running.demo,
    reading.doctor,
    running.simulate,
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(people.affiliations, name="affiliations")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(metadata.version("ecotone"))
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Who builds an open-source field, for whom they work, and which projects rise."""
    del version


def main() -> None:
    """Run a command; an error is one sentence without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # what a terminal's encoding cannot say stops nothing
    try:
        app()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # the command line has caught the interruption itself
            say("ecotone: interrupted; run the same command again to go on.")
        raise
    except EcotoneError as error:
        say(f"ecotone: {error}")
        sys.exit(2)
    except BrokenPipeError:
        # whoever read our output has gone; keep Python from complaining about it on its way out
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        if error.errno in NO_SPACE:
            say(f"ecotone: {DiskFull()}")
            sys.exit(2)
        place = f": {error.filename}" if error.filename else ""
        say(f"ecotone: {error.strerror or error}{place}. Choose another place, or change its permissions.")
        sys.exit(2)
