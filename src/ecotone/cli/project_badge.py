"""The command `badge`: one fact about a project, for a README."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from ecotone.cli.console import DEFAULT_WORKSPACE, QuietOption, WorkspaceOption, print_message


def draw_project_badge(
    project: Annotated[
        str, typer.Argument(help="A project of the workspace, or any repository: owner/name, an address or a path.")
    ],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    fact: Annotated[
        Literal["now", "history", "company", "contributors", "organisations"],
        typer.Option("--fact", help="What the badge says."),
    ] = "now",
    output: Annotated[str, typer.Option("--output", "-o", help="A file; - is standard output.")] = "-",
    lang: Annotated[Literal["en", "zh"], typer.Option("--lang", help="The language of the badge.")] = "en",
    quiet: QuietOption = False,
) -> None:
    """Draw a badge of one fact about a project: an SVG file that needs no server.

    A repository that the workspace does not know is read into the user's cache folder first.
    """
    from ecotone.cli.opened_projects import open_projects
    from ecotone.pipeline.report_state import ReportOptions
    from ecotone.pipeline.write_report import project_badge
    from ecotone.store.files import write_bytes
    from ecotone.store.workspace import Workspace

    _, [name], workspace, _ = open_projects([project], workspace, quiet)
    content = project_badge(Workspace.open(workspace), name, fact, ReportOptions(language=lang))
    if output == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write_bytes(Path(output), content)
        print_message(f"The badge is in {output}", quiet)
