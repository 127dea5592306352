"""The commands `show` and `compare`: one project, or several side by side."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.table import Table
from rich.text import Text

from ecotone.cli.answer_lines import activity_lines, project_answer_lines
from ecotone.cli.console import (
    DEFAULT_WORKSPACE,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    print_json,
    print_lines,
    print_message,
    results,
)
from ecotone.cli.trend_lines import (
    NOW_STYLES,
    SIGNALS,
    history_cell,
    history_line,
    momentum_cell,
    momentum_line,
    now_cell,
    now_line,
    read_verdicts,
    trends_by_project,
)
from ecotone.foundation.errors import UserError
from ecotone.foundation.output_text import make_printable

if TYPE_CHECKING:  # `ecotone --help` must import neither Arrow nor pydantic
    from ecotone.api import Ecotone

LISTED_SIGNALS = (
    "activity", "activity_landed", "activity_commits", "commits", "contributors", "newcomers", "pull_requests_opened",
    "pull_requests_merged", "threads_opened", "organisations", "top_organisation", "top_organisation_share",
    "unknown_share", "contributor_absence_factor", "elephant_factor", "assisted_share", "bot_share",
)  # fmt: skip
LISTED_MONTHS = 12
NAME_WIDTH = max(map(len, LISTED_SIGNALS)) + 1
MONTH_WIDTH = 8  # "12,345" or "24-01*", and the space between


LanguageOption = Annotated[
    Literal["en", "zh"], typer.Option("--lang", help="The language of answers, page and picture.")
]
CardOption = Annotated[
    Path | None, typer.Option("--social-card", help="Write a picture to share: a PNG of 1200 x 630 pixels.")
]


def show(
    project: Annotated[
        str, typer.Argument(help="A project of the workspace, or any repository: owner/name, an address or a path.")
    ],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the report with the project's page into a folder.")
    ] = None,
    social_card: CardOption = None,
    lang: LanguageOption = "en",
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Show one project: what its history answers, and its signals of the last twelve months.

    A repository that the workspace does not know is read into the user's cache folder first.
    """
    from ecotone.cli.opened_projects import open_projects

    ecotone, [name], workspace, was_read = open_projects([project], workspace, quiet)
    if was_read and output is None and not json:
        output = workspace / "report"
    if output:
        _write_project_page(workspace, name, lang, output)
    if social_card:
        _write_social_card(workspace, [name], lang, social_card)
    rows = ecotone.signals(projects=[name]).to_arrow().to_pylist()
    about = ecotone.projects(projects=[name]).to_arrow().to_pylist()[0]
    recent_months = [row["month"] for row in rows[-LISTED_MONTHS:]]
    organisations = _count_by_organisation(ecotone, name, recent_months)
    trends = trends_by_project(ecotone, [name]).get(name, {})
    verdict = read_verdicts(ecotone, [name]).get(name)
    if json:
        print_json(
            {
                "project": about,
                "signals": rows,
                "organisations": organisations,
                "verdict": verdict,
                "trends": [*trends.values()],
            }
        )
        return
    until = about["observed_until"]
    print_lines([f"{name}  ({about['category']}; observed until {until:%Y-%m-%d %H:%M} UTC)"])
    print_lines(_history_notes(ecotone, name))
    print_lines(project_answer_lines(workspace, name, lang))
    if verdict is not None:
        print_lines([history_line(verdict)])
        results.print(
            make_printable(now_line(verdict)), style=NOW_STYLES.get(verdict["now"]), markup=False, highlight=False
        )
    print_lines(activity_lines(ecotone, [name]))
    _print_months(rows[-LISTED_MONTHS:])
    print_lines(momentum_line(row) for row in trends.values())
    if organisations:
        period = f"{recent_months[0]:%Y-%m} to {recent_months[-1]:%Y-%m}"
        print_lines([f"Commits by persons, {period}, by organisation:"])
    print_lines(f"  {row['share']:6.1%}  {row['commits']:6}  {row['organisation']}" for row in organisations[:10])


def _history_notes(ecotone: Ecotone, project: str) -> list[str]:
    """What the last read of each repository of a project noted, one line each."""
    from ecotone.foundation.notes import notes_in_words, read_notes

    reads = [read for read in ecotone.last_reads().values() if read["project"] == project and read["note"]]
    return [f"{read['repository']}: {notes_in_words(read_notes(read['note']))}" for read in reads]


def compare(
    projects: Annotated[
        list[str],
        typer.Argument(help="Two or more projects of the workspace, or repositories: owner/name, addresses or paths."),
    ],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the comparison as a page: FILE.html, or a folder."),
    ] = None,
    social_card: CardOption = None,
    lang: LanguageOption = "en",
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Compare projects in the last month that is complete for all.

    Repositories that the workspace does not know are read into the user's cache folder first.
    """
    from ecotone.cli.opened_projects import open_projects

    distinct = len({project.casefold() for project in projects})
    if distinct < 2:
        raise UserError(f"compare needs two projects or more, not {distinct}; `ecotone show` shows one.")
    ecotone, names, workspace, was_read = open_projects(projects, workspace, quiet)
    if was_read and output is None and not json:
        output = workspace / "comparison.html"
    if output:
        _write_comparison_page(workspace, names, lang, output)
    if social_card:
        _write_social_card(workspace, names, lang, social_card)
    complete_rows = _complete_rows(ecotone, names)
    common = sorted(set.intersection(*(set(months) for months in complete_rows.values())))
    if not common:
        spans = ", ".join(f"{name}: {_month_span(months)}" for name, months in complete_rows.items())
        raise UserError(
            f"There is no month that is complete for all projects ({spans})."
            " Compare other projects, or `ecotone show` each."
        )
    month = common[-1]
    side_by_side = {name: complete_rows[name][month] for name in names}
    trends, verdicts = trends_by_project(ecotone, names), read_verdicts(ecotone, names)
    if json:
        print_json({"month": month, "projects": side_by_side, "verdicts": verdicts, "trends": trends})
        return
    for name in names:
        print_lines([name])
        print_lines(f"  {line}" for line in project_answer_lines(workspace, name, lang))
    print_lines(activity_lines(ecotone, names))
    print_lines([f"{month:%Y-%m} (UTC), the last month that is complete for all"])
    results.print(_comparison_table(side_by_side, trends, verdicts))


def _comparison_table(
    rows_by_project: dict[str, dict[str, Any]],
    trends: dict[str, dict[str, dict[str, Any]]],
    verdicts: dict[str, dict[str, Any]],
) -> Table:
    names = list(rows_by_project)
    table = Table(box=None, pad_edge=False)
    table.add_column("signal")
    for name in names:
        table.add_column(make_printable(name), justify="right")
    for signal in LISTED_SIGNALS:
        table.add_row(signal, *(_signal_cell(rows_by_project[name], signal) for name in names))
    if verdicts:
        judged = [verdicts.get(name) for name in names]
        table.add_row("history", *(history_cell(row) for row in judged))
        table.add_row("now", *(_now_text(row) for row in judged))
    for signal in SIGNALS if trends else ():
        rows = [trends.get(name, {}).get(signal) for name in names]
        table.add_row(f"momentum of {signal}", *(momentum_cell(row) for row in rows))
    return table


def _complete_rows(ecotone: Ecotone, names: list[str]) -> dict[str, dict[Any, dict[str, Any]]]:
    """Project -> month -> its row of `signals`, of the months complete for the activity that all projects have."""
    from ecotone.signals.common_activity import comparable_activity
    from ecotone.signals.coverage import COMPLETE, states_of_rows

    signals = ecotone.signals(projects=names).to_arrow()
    coverage = ecotone.table("signal_coverage", projects=names).to_arrow()
    states = states_of_rows(signals, coverage, comparable_activity(signals, coverage))
    rows: dict[str, dict[Any, dict[str, Any]]] = {name: {} for name in names}
    for row, state in zip(signals.to_pylist(), states, strict=True):
        if state == COMPLETE:
            rows[row["project"]][row["month"]] = row
    return rows


def _now_text(row: dict[str, Any] | None) -> Text:
    return Text(now_cell(row), style=(NOW_STYLES.get(row["now"]) or "") if row else "")


def _write_comparison_page(workspace: Path, names: list[str], lang: Literal["en", "zh"], output: Path) -> None:
    from ecotone.pipeline.report_state import ReportOptions
    from ecotone.pipeline.write_report import write_comparison
    from ecotone.store.workspace import Workspace

    page = write_comparison(Workspace.open(workspace), names, ReportOptions(language=lang), output)
    print_message(f"The page is in {page}")


def _write_project_page(workspace: Path, name: str, lang: Literal["en", "zh"], output: Path) -> None:
    from ecotone.pipeline.report_state import ReportOptions
    from ecotone.pipeline.write_report import write_project_page
    from ecotone.store.workspace import Workspace

    page = write_project_page(Workspace.open(workspace), name, ReportOptions(language=lang), output)
    print_message(f"The page is in {page}")


def _write_social_card(workspace: Path, names: list[str], lang: Literal["en", "zh"], target: Path) -> None:
    from ecotone.pipeline.report_state import ReportOptions
    from ecotone.pipeline.write_report import write_card
    from ecotone.store.workspace import Workspace

    write_card(Workspace.open(workspace), names, ReportOptions(language=lang), target)
    print_message(f"The picture is in {target}")


def _count_by_organisation(ecotone: Ecotone, project: str, months: list[date]) -> list[dict[str, Any]]:
    """Commits by organisation in these months, most first."""
    commits: dict[str, int] = {}
    for row in ecotone.organisations(projects=[project]).to_arrow().to_pylist():
        if row["month"] in months:
            commits[row["organisation"]] = commits.get(row["organisation"], 0) + row["events"]
    total = sum(commits.values()) or 1
    ordered = sorted(commits, key=lambda name: (-commits[name], name))
    return [{"organisation": name, "commits": commits[name], "share": commits[name] / total} for name in ordered]


def _print_months(rows: list[dict[str, Any]]) -> None:
    rows = rows[-max((results.width - NAME_WIDTH) // MONTH_WIDTH, 1) :]  # cut months, never names
    table = Table(box=None, pad_edge=False)
    table.add_column("signal", no_wrap=True)
    for row in rows:
        table.add_column(f"{row['month']:%y-%m}" + ("" if row["coverage"] == "complete" else "*"), justify="right")
    for signal in LISTED_SIGNALS:
        if signal != "top_organisation":
            table.add_row(signal, *(_signal_cell(row, signal) for row in rows))
    results.print(table)
    if any(row["coverage"] != "complete" for row in rows):
        print_lines(["* not complete"])


def _signal_cell(row: dict[str, Any], signal: str) -> str:
    value = row.get(signal)
    if value is None:
        return "-"
    if isinstance(value, str):
        return make_printable(value)
    return f"{value:.0%}" if signal.endswith("_share") or signal == "merge_rate" else f"{value:,.0f}"


def _month_span(months: dict[Any, Any]) -> str:
    return f"{min(months):%Y-%m} to {max(months):%Y-%m}" if months else "none"
