"""Output of the command line: results go to standard output, everything else to standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from typer.core import TyperGroup

from ecotone.foundation.errors import UserError
from ecotone.foundation.output_text import make_printable, write_json_text

if TYPE_CHECKING:  # `ecotone --help` must import neither Arrow nor pydantic
    from ecotone.pipeline.steps import Step

SHORTEST_MEASURED: Final = 10.0
"""Seconds after which the rate of a step is shown."""

WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", help="The folder that holds all data of Ecotone.", show_default=True)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
PseudonymiseOption = Annotated[
    bool, typer.Option("--pseudonymise", help="Replace accounts and persons by pseudonyms of this workspace.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but results and errors.")]
SinceOption = Annotated[str | None, typer.Option(help="The first month, as 2024-01.")]
UntilOption = Annotated[str | None, typer.Option(help="The last month, included.")]

DEFAULT_WORKSPACE = Path(".ecotone")
DEFAULT_MIN_ORGANISATION_SIZE = 3

PIPE_WIDTH = 160
"""Columns of a pipe or a file, which have no width of their own: enough for every table."""

results = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else PIPE_WIDTH)
messages = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print one JSON document to standard output, in UTF-8 regardless of the terminal's encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write((write_json_text(value, indent=1) + "\n").encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def print_lines(lines: Iterable[str]) -> None:
    """Print lines of a result, without markup and control characters."""
    for line in lines:
        results.print(make_printable(line), markup=False)


def print_message(text: str, quiet: bool = False) -> None:
    """Print a message to standard error, without markup and control characters; nothing if `quiet`."""
    if not quiet:
        messages.print(make_printable(text), markup=False)


class CommandGroup(TyperGroup):
    """A group whose absent flags are False, not None: typer would import pydantic to convert None.

    What is wrong with a command line is a UserError, not typer's three lines.
    """

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **extra: Any) -> Any:
        """Parse the options before the command. Raises UserError."""
        try:
            return super().make_context(info_name, args, *rest, **extra)
        except _USAGE_ERROR as error:
            raise _as_user_error(error) from None

    def invoke(self, ctx: Any) -> Any:
        """Parse the command's options and run it. Raises UserError."""
        try:
            return super().invoke(ctx)
        except _USAGE_ERROR as error:
            raise _as_user_error(error) from None

    def get_params(self, ctx: Any) -> list[Any]:
        """The options of the group, also those for help and shell completion."""
        options = super().get_params(ctx)
        for option in options:
            if getattr(option, "is_flag", False) and option.default is None:
                option.default = False
        return options


_USAGE_ERROR: Final = cast("type[typer.BadParameter]", typer.BadParameter.__base__)


def _as_user_error(error: typer.BadParameter) -> UserError:
    context, names = error.ctx, [""]
    while context is not None and context.parent is not None:
        names.insert(0, context.info_name or "")
        context = context.parent
    command = " ".join(("ecotone", *names)).rstrip()
    problem = error.format_message().replace("Value error, ", "").rstrip(".")
    return UserError(f"{problem}{'' if problem.endswith('?') else '.'} `{command} -h` lists what is accepted.")


class WorkRate:
    """How fast the items of a step are done, since its first report."""

    def __init__(self) -> None:
        self._begun = self._last = (0.0, 0)
        self._total = -1

    def describe_rate(self, done: int, total: int, now: float) -> str:
        """The items per second and the time left; empty in the first seconds.

        now  in seconds, of a clock that never goes back

        >>> rate = WorkRate()
        >>> [rate.describe_rate(done, 100, now) for done, now in ((10, 5.0), (30, 25.0), (100, 95.0))]
        ['', ', 1.0/s, 0:01:10 left', ', 1.0/s']
        """
        if total != self._total or done < self._last[1]:
            self._begun, self._total = (now, done), total
        self._last = (now, done)
        seconds, items = (after - before for after, before in zip(self._last, self._begun, strict=True))
        if seconds < SHORTEST_MEASURED or not items:
            return ""
        remaining = timedelta(seconds=round((total - done) * seconds / items))
        return f", {items / seconds:.1f}/s" + (f", {remaining} left" if done < total else "")


class ProgressReporter:
    """Reports the progress of a run: a bar on a terminal, plain lines in a log, nothing if quiet."""

    def __init__(self, quiet: bool, bar: Progress | None) -> None:
        self._quiet = quiet
        self._bar = bar
        self._rate = WorkRate()
        self._task = bar.add_task("", total=None, rate="") if bar else None

    def begin_step(self, step: Step) -> None:
        """Announce a step."""
        if self._bar is not None and self._task is not None:
            self._bar.reset(self._task, description=step.text, total=None, rate="")
        else:
            print_message(step.text, self._quiet)

    def report_item(self, name: str, done: int, total: int) -> None:
        """Report that one more item of the step is done, how fast, and the time left."""
        rate = self._rate.describe_rate(done, total, time.monotonic())
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=total, rate=rate)
        else:
            print_message(f"  {done}/{total} {name}{rate}", self._quiet)


@contextmanager
def progress_reporter(quiet: bool) -> Iterator[ProgressReporter]:
    """Open a `ProgressReporter` for the duration of a run."""
    if quiet or not messages.is_terminal:
        yield ProgressReporter(quiet, None)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[rate]}"),
    )
    with Progress(*columns, console=messages, transient=True) as bar:
        yield ProgressReporter(quiet, bar)
