"""Commands that read a workspace: show, compare, export, signals, doctor."""

from __future__ import annotations

import io
import json as json_module
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import typer
from rich.table import Table

from ecotone.api import Ecotone, open_workspace
from ecotone.cli.console import (
    DEFAULT_WORKSPACE,
    JsonOption,
    PseudonymiseOption,
    WorkspaceOption,
    plain,
    print_json,
    results,
    say,
)
from ecotone.cli.shapes import SIGNALS, momentum_cell, shape_cell, shape_line, shapes
from ecotone.foundation.errors import UserError
from ecotone.store.workspace import Workspace

SHOWN = (
    "activity", "commits", "contributors", "newcomers", "pull_requests_opened", "pull_requests_merged",
    "threads_opened", "organisations", "top_organisation", "top_organisation_share", "unknown_share",
    "contributor_absence_factor", "elephant_factor", "assisted_share", "bot_share",
)  # fmt: skip
MONTHS_SHOWN = 12
NAME_WIDTH = max(map(len, SHOWN)) + 1
MONTH_WIDTH = 8  # "12,345" or "24-01*", and the space between


CardLanguage = Annotated[Literal["en", "zh"], typer.Option("--lang", help="The language of the picture.")]
CardOption = Annotated[Path | None, typer.Option("--card", help="Write a picture to share: a PNG of 1200 x 630.")]


def show(
    project: Annotated[str, typer.Argument(help="A project of the landscape, as owner/name.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    card: CardOption = None,
    lang: CardLanguage = "en",
    json: JsonOption = False,
) -> None:
    """One project: its signals of the last twelve months, its organisations, its coverage."""
    ecotone = open_workspace(workspace)
    name = ecotone.project(project)
    if card:
        _write_card(workspace, [name], lang, card)
    rows = ecotone.signals(projects=[name]).to_arrow().to_pylist()
    about = ecotone.projects(projects=[name]).to_arrow().to_pylist()[0]
    organisations = _organisations(ecotone, name)
    curves = shapes(ecotone, [name]).get(name, {})
    if json:
        print_json({"project": about, "signals": rows, "organisations": organisations, "trends": [*curves.values()]})
        return
    seen = about["observed_until"]
    results.print(f"{name}  ({about['category']}; observed until {seen:%Y-%m-%d %H:%M} UTC)", markup=False)
    _print_months(rows[-MONTHS_SHOWN:])
    for row in curves.values():
        results.print(shape_line(row), markup=False)
    _print_organisations(organisations)


def compare(
    projects: Annotated[list[str], typer.Argument(help="Two or more projects, as owner/name.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the page that shows them: FILE.html, or a folder."),
    ] = None,
    card: CardOption = None,
    lang: Annotated[Literal["en", "zh"], typer.Option("--lang", help="The language of page and picture.")] = "en",
    json: JsonOption = False,
) -> None:
    """Several projects side by side: the last month that all of them were observed whole."""
    distinct = len({project.casefold() for project in projects})
    if distinct < 2:
        raise UserError(f"compare needs two projects or more, not {distinct}; `ecotone show` shows one.")
    ecotone = open_workspace(workspace)
    names = list(dict.fromkeys(ecotone.project(project) for project in projects))
    if output:
        _write_page(workspace, names, lang, output)
    if card:
        _write_card(workspace, names, lang, card)
    whole: dict[str, dict[Any, dict[str, Any]]] = {name: {} for name in names}
    for row in ecotone.signals(projects=names).to_arrow().to_pylist():
        if row["coverage"] == "whole":
            whole[row["project"]][row["month"]] = row
    common = sorted(set.intersection(*(set(months) for months in whole.values())))
    if not common:
        spans = ", ".join(f"{name}: {_span(months)}" for name, months in whole.items())
        raise UserError(f"There is no month that all were observed whole ({spans}). Compare others, or `show` each.")
    month = common[-1]
    side_by_side = {name: whole[name][month] for name in names}
    curves = shapes(ecotone, names)
    if json:
        print_json({"month": month, "projects": side_by_side, "trends": curves})
        return
    results.print(f"{month:%Y-%m} (UTC), the last month that all were observed whole", markup=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("signal")
    for name in names:
        table.add_column(plain(name), justify="right")
    for signal in SHOWN:
        table.add_row(signal, *(_cell(side_by_side[name], signal) for name in names))
    for signal in SIGNALS if curves else ():
        told = [curves.get(name, {}).get(signal) for name in names]
        table.add_row(f"shape of {signal}", *(shape_cell(row) for row in told))
        table.add_row(f"momentum of {signal}", *(momentum_cell(row) for row in told))
    results.print(table)


def export(
    table: Annotated[str, typer.Argument(help="A table: projects, events, people, signals, organisations, ...")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    file_format: Annotated[
        Literal["csv", "parquet", "json"], typer.Option("--format", "-f", help="The format.")
    ] = "csv",
    output: Annotated[str, typer.Option("--output", "-o", help="A file; - is standard output.")] = "-",
    project: Annotated[list[str] | None, typer.Option(help="Only these projects.")] = None,
    since: Annotated[str | None, typer.Option(help="From this month on, as 2024-01.")] = None,
    until: Annotated[str | None, typer.Option(help="Up to and with this month.")] = None,
    pseudonymise: PseudonymiseOption = False,
) -> None:
    """Any public table; accounts appear as logins or pseudonyms, never as addresses."""
    from ecotone.people.privacy import without_addresses
    from ecotone.pipeline.forgetting import pseudonyms
    from ecotone.store.files import write_bytes

    found = open_workspace(workspace).table(table, projects=project, since=since, until=until).to_arrow()
    shown = pseudonyms(Workspace.open(workspace)).table(found) if pseudonymise else without_addresses(found)
    content = _written(shown, file_format)
    if output == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write_bytes(Path(output), content)
        say(f"{found.num_rows} rows written to {output}")


def signals(json: JsonOption = False) -> None:
    """The glossary: every signal with its unit, formula and definition."""
    from ecotone import networks
    from ecotone import signals as declared
    from ecotone.report.input import DeclaredSignal

    glossary: tuple[DeclaredSignal, ...] = (*declared.ALL, *networks.ALL)
    if json:
        names = ("name", "title", "title_zh", "unit", "formula", "definition", "definition_zh", "source", "null_means")
        print_json([{name: getattr(signal, name) for name in names} for signal in glossary])
        return
    for signal in glossary:
        results.print(f"{signal.name}  [{signal.unit}]  {signal.formula}", markup=False)
        results.print(f"    {signal.definition}", markup=False)
        if signal.null_means:
            results.print(f"    NULL: {signal.null_means}.", markup=False)


def doctor(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """What is missing, unreachable or damaged, and the next command."""
    from ecotone.pipeline.health import examine

    findings = examine(workspace)
    if json:
        print_json([{"about": one.about, "state": one.state, "next": one.advice} for one in findings])
        return
    for one in findings:
        results.print(f"{one.about}: {one.state}", markup=False)
        if one.advice:
            results.print(f"    {one.advice}", markup=False)


def _write_page(workspace: Path, names: list[str], lang: Literal["en", "zh"], output: Path) -> None:
    from ecotone.pipeline.reporting import Wishes, write_comparison

    page = write_comparison(Workspace.open(workspace), names, Wishes(language=lang), output)
    say(f"The page is in {page}")


def _write_card(workspace: Path, names: list[str], lang: Literal["en", "zh"], target: Path) -> None:
    from ecotone.pipeline.reporting import Wishes, write_card

    write_card(Workspace.open(workspace), names, Wishes(language=lang), target)
    say(f"The picture is in {target}")


def _written(table: pa.Table, file_format: str) -> bytes:
    if file_format == "csv":
        from ecotone.pipeline.reporting import csv_bytes

        return csv_bytes(table)
    if file_format == "parquet":
        buffer = io.BytesIO()
        pq.write_table(table, buffer, compression="zstd")
        return buffer.getvalue()
    rows = (json_module.dumps(row, ensure_ascii=False, default=str) for row in table.to_pylist())
    return ("[\n" + ",\n".join(rows) + "\n]\n").encode()


def _organisations(ecotone: Ecotone, project: str) -> list[dict[str, Any]]:
    """Commits by organisation over the last twelve months, most first."""
    rows = ecotone.organisations(projects=[project]).to_arrow().to_pylist()
    last = sorted({row["month"] for row in rows})[-MONTHS_SHOWN:]
    commits: dict[str, int] = {}
    for row in rows:
        if row["month"] in last:
            commits[row["organisation"]] = commits.get(row["organisation"], 0) + row["events"]
    total = sum(commits.values()) or 1
    ordered = sorted(commits, key=lambda name: (-commits[name], name))
    return [{"organisation": name, "commits": commits[name], "share": commits[name] / total} for name in ordered]


def _print_months(rows: list[dict[str, Any]]) -> None:
    rows = rows[-max((results.width - NAME_WIDTH) // MONTH_WIDTH, 1) :]  # cut months, never names
    table = Table(box=None, pad_edge=False)
    table.add_column("signal", no_wrap=True)
    for row in rows:
        table.add_column(f"{row['month']:%y-%m}" + ("" if row["coverage"] == "whole" else "*"), justify="right")
    for signal in SHOWN:
        if signal != "top_organisation":
            table.add_row(signal, *(_cell(row, signal) for row in rows))
    results.print(table)
    if any(row["coverage"] != "whole" for row in rows):
        results.print("* not observed whole", markup=False)


def _print_organisations(organisations: list[dict[str, Any]]) -> None:
    results.print("Commits by persons of the last twelve months, by organisation:", markup=False)
    for row in organisations[:10]:
        results.print(f"  {row['share']:6.1%}  {row['commits']:6}  {plain(row['organisation'])}", markup=False)


def _cell(row: dict[str, Any], signal: str) -> str:
    value = row.get(signal)
    if value is None:
        return "-"
    if isinstance(value, str):
        return plain(value)
    return f"{value:.0%}" if signal.endswith("_share") or signal == "merge_rate" else f"{value:,.0f}"


def _span(months: dict[Any, Any]) -> str:
    return f"{min(months):%Y-%m} to {max(months):%Y-%m}" if months else "none"
