"""The command `doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from ecotone.cli.console import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, print_json, print_lines


def doctor(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every kept file to its end, clones and stores of feeds too.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """List what is missing, unreachable or damaged, and the next command."""
    from ecotone.pipeline.doctor import examine_workspace

    diagnoses = examine_workspace(workspace, verify)
    if json:
        print_json([{"about": each.subject, "state": each.state, "next": each.advice} for each in diagnoses])
        return
    for diagnosis in diagnoses:
        print_lines([f"{diagnosis.subject}: {diagnosis.state}"])
        if diagnosis.advice:
            print_lines([f"    {diagnosis.advice}"])
