"""The command `init`."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import typer

from ecotone.cli.console import print_message
from ecotone.foundation.errors import UserError


def init(
    field: Annotated[Literal["agents", "coding", "stack"], typer.Argument(help="The field to start from.")] = "agents",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file to write.")] = None,
) -> None:
    """Write a starter landscape to edit: real projects of a field, with categories and layers."""
    from ecotone.store.files import write_bytes

    target = output or Path(f"{field}.toml")
    if target.exists():
        raise UserError(f"{target} exists already; `ecotone init {field} -o FILE` writes to another file.")
    write_bytes(target, _starter_landscape(field))
    print_message(f"{target} is written. Edit it, then run: ecotone run {target}")


def _starter_landscape(field: str) -> bytes:
    """The landscape file, from the installed package or from the checkout."""
    packaged = resources.files("ecotone") / "landscapes" / f"{field}.toml"
    if packaged.is_file():
        return packaged.read_bytes()
    return (Path(__file__).parents[3] / "landscapes" / f"{field}.toml").read_bytes()
