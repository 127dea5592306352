"""The commands `export` and `signals`: tables in other formats, and the glossary of the signals."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ecotone.cli.console import (
    DEFAULT_WORKSPACE,
    JsonOption,
    PseudonymiseOption,
    SinceOption,
    UntilOption,
    WorkspaceOption,
    print_json,
    print_lines,
    print_message,
)
from ecotone.foundation.output_text import write_json_text

if TYPE_CHECKING:
    import pyarrow as pa


def export(
    table: Annotated[
        str,
        typer.Argument(help="A table: projects, events, people, signals, ...; or `datapackage`, which describes all."),
    ],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    file_format: Annotated[
        Literal["csv", "parquet", "json"], typer.Option("--format", "-f", help="The format.")
    ] = "csv",
    output: Annotated[str, typer.Option("--output", "-o", help="A file; - is standard output.")] = "-",
    project: Annotated[list[str] | None, typer.Option(help="Only these projects.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    pseudonymise: PseudonymiseOption = False,
) -> None:
    """Export a public table; accounts appear as logins or pseudonyms, never as e-mail addresses."""
    from ecotone.api import open_workspace
    from ecotone.people.account_privacy import with_public_accounts
    from ecotone.pipeline.erasure import workspace_pseudonyms
    from ecotone.store.workspace import Workspace

    opened = open_workspace(workspace)
    if table == "datapackage":
        names = (Workspace.open(workspace).current_manifest() or {}).get("tables", ())
        schemas = {name: opened.table(name).to_arrow().schema for name in sorted(names)}
        _write_content(_data_package(schemas), output, f"{len(schemas)} described tables")
        return
    rows = opened.table(table, projects=project, since=since, until=until).to_arrow()
    public = (
        workspace_pseudonyms(Workspace.open(workspace)).pseudonymise_table(rows)
        if pseudonymise
        else with_public_accounts(rows)
    )
    _write_content(_encode_table(public, file_format), output, f"{rows.num_rows} rows")


def _data_package(schemas: Mapping[str, pa.Schema]) -> bytes:
    """The Frictionless Data Package that describes tables."""
    from ecotone.pipeline.data_dictionary import describe_tables

    return (write_json_text(describe_tables(schemas, "ecotone-tables", "Ecotone tables"), indent=1) + "\n").encode()


def _write_content(content: bytes, output: str, what: str) -> None:
    from ecotone.store.files import write_bytes

    if output == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write_bytes(Path(output), content)
        print_message(f"{what} written to {output}")


def signals(json: JsonOption = False) -> None:
    """Print the glossary: every signal with its unit, formula and definition."""
    from ecotone import networks
    from ecotone import signals as declared
    from ecotone.report.report_input import DeclaredSignal

    glossary: tuple[DeclaredSignal, ...] = (*declared.ALL, *networks.ALL)
    if json:
        names = ("name", "title", "title_zh", "unit", "formula", "definition", "definition_zh", "source", "null_means")
        print_json([{name: getattr(signal, name) for name in names} for signal in glossary])
        return
    for signal in glossary:
        print_lines([f"{signal.name}  [{signal.unit}]  {signal.formula}", f"    {signal.definition}"])
        if signal.null_means:
            print_lines([f"    NULL: {signal.null_means}."])


def _encode_table(table: pa.Table, file_format: str) -> bytes:
    if file_format == "csv":
        from ecotone.pipeline.write_report import table_as_csv

        return table_as_csv(table)
    if file_format == "parquet":
        import pyarrow.parquet as pq

        buffer = io.BytesIO()
        pq.write_table(table, buffer, compression="zstd")
        return buffer.getvalue()
    rows = map(write_json_text, table.to_pylist())
    return ("[\n" + ",\n".join(rows) + "\n]\n").encode("utf-8", "replace")
