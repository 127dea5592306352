"""The command `orgs`: all organisations of the landscape, or one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.table import Table

from ecotone.cli.console import (
    DEFAULT_MIN_ORGANISATION_SIZE,
    DEFAULT_WORKSPACE,
    JsonOption,
    SinceOption,
    UntilOption,
    WorkspaceOption,
    print_json,
    print_lines,
    results,
)
from ecotone.foundation.errors import MissingTable, UnknownName, UserError
from ecotone.foundation.output_text import make_printable

if TYPE_CHECKING:  # `ecotone --help` must import neither Arrow nor pydantic
    import pyarrow as pa

    from ecotone.api import Ecotone

MAX_ROWS: Final = 30
MAX_PARTNERS: Final = 12
MAX_QUARTERS: Final = 12


@dataclass(frozen=True, slots=True)
class PeriodTables:
    """The tables of the wanted months, with the first and the last of these."""

    present: pa.Table
    interactions: pa.Table
    brokerage: pa.Table
    first: date
    last: date


def orgs(
    name: Annotated[str | None, typer.Argument(help="An organisation, or one of its domains; without it: all.")] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    since: SinceOption = None,
    until: UntilOption = None,
    min_organisation_size: Annotated[
        int, typer.Option(min=1, help="Organisations with fewer people in these months are counted, not named.")
    ] = DEFAULT_MIN_ORGANISATION_SIZE,
    same: Annotated[
        bool, typer.Option("--same", help="List organisations that may be one, with lines for the landscape file.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show all organisations; or one: its projects, people and partners, and the influence lost if it left."""
    from ecotone.api import open_workspace

    ecotone = open_workspace(workspace)
    if same:
        _print_pairs(ecotone, json)
        return
    tables = _load_tables(ecotone, since, until)
    if name is None:
        _print_organisations(tables, min_organisation_size, json)
    else:
        _print_organisation(ecotone, tables, name, min_organisation_size, json)


def _print_pairs(ecotone: Ecotone, json: bool) -> None:
    """Print the organisations that may be one; nothing is merged."""
    from ecotone.people.organisation_pairs import find_organisation_pairs

    pairs = find_organisation_pairs(ecotone.affiliations().to_arrow(), ecotone.people().to_arrow())
    if json:
        print_json([{**asdict(pair), "landscape_lines": pair.landscape_lines} for pair in pairs])
        return
    if not pairs:
        print_lines(["No two organisations look like one."])
    for pair in pairs:
        print_lines([f"# {pair.name} and {pair.other_name}: {pair.reason}", pair.landscape_lines, ""])


def _load_tables(ecotone: Ecotone, since: str | None, until: str | None) -> PeriodTables:
    import pyarrow.compute as pc

    try:
        present, interactions, brokerage = (
            ecotone.table(table, since=since, until=until).to_arrow()
            for table in ("person_months", "interactions", "brokerage")
        )
    except (MissingTable, UnknownName):
        raise MissingTable(
            "The workspace has no tables of interactions yet. Run `ecotone run LANDSCAPE` with this version first."
        ) from None
    if not present.num_rows:
        raise UserError(
            "The workspace has no activity in these months. Choose others with --since and --until, or omit both."
        )
    bounds = pc.min_max(present["month"]).as_py()
    return PeriodTables(present, interactions, brokerage, bounds["min"], bounds["max"])


def _print_organisations(tables: PeriodTables, min_organisation_size: int, json: bool) -> None:
    import pyarrow.compute as pc

    from ecotone.networks.organisation_summary import summarise_organisations

    summary = summarise_organisations(tables.present, tables.interactions, tables.brokerage, min_organisation_size)
    known = len(pc.unique(tables.present["organisation"]).drop_null())
    commits = pc.sum(tables.present["commits"]).as_py()
    unknown = tables.present.filter(pc.is_null(tables.present["organisation"]))
    unknown_share = (pc.sum(unknown["commits"]).as_py() or 0) / max(commits, 1)
    rows = summary.to_pylist()
    if json:
        smaller = known - len(rows)
        print_json(
            {
                "since": tables.first, "until": tables.last, "min_organisation_size": min_organisation_size,
                "smaller": smaller, "unknown_share": unknown_share, "organisations": rows,
            }
        )  # fmt: skip
        return
    print_lines(
        [
            f"{tables.first:%Y-%m} to {tables.last:%Y-%m}: {known} organisations;"
            f" {unknown_share:.0%} of {commits:,} commits have no known organisation"
        ]
    )
    _print_table(
        ("organisation", "people", "projects", "commits", "share", "strongest partner", "weight", "brokerage"),
        (
            (
                row["organisation"], f"{row['people']:,}", row["projects"], f"{row['commits']:,}",
                _format_share(row["share"]), row["strongest_partner"] or "-",
                "-" if row["partner_weight"] is None else _format_weight(row["partner_weight"]),
                f"{row['brokerage']:,}",
            )
            for row in rows[:MAX_ROWS]
        ),
    )  # fmt: skip
    if len(rows) > MAX_ROWS:
        print_lines([f"and {len(rows) - MAX_ROWS} more; --json lists all of them"])
    if known > len(rows):
        few = f"{known - len(rows)} with fewer than {min_organisation_size} people are not named"
        print_lines([f"{few}; --min-organisation-size 1 names them" if min_organisation_size > 1 else few])


def _print_organisation(
    ecotone: Ecotone, tables: PeriodTables, name: str, min_organisation_size: int, json: bool
) -> None:
    import pyarrow.compute as pc

    from ecotone.networks import organisation_profile
    from ecotone.people.organisation_lookup import find_organisation

    known = pc.unique(tables.present["organisation"]).drop_null().to_pylist()
    organisation = find_organisation(name, known)
    people = len(pc.unique(tables.present.filter(pc.equal(tables.present["organisation"], organisation))["person"]))
    if people < min_organisation_size:
        raise UserError(
            f"{organisation} has {people} {'person' if people == 1 else 'people'} in these months; organisations of"
            f" fewer than {min_organisation_size} are not named."
            f" To name it: ecotone orgs {name!r} --min-organisation-size 1."
        )
    profile = organisation_profile.build_organisation_profile(
        organisation, tables.present, tables.interactions, min_organisation_size
    )
    losses = _influence_losses(ecotone, tables, organisation)
    if json:
        print_json({"since": tables.first, "until": tables.last, **profile, "if_it_left": losses})
        return
    _print_profile(profile, tables, losses)


def _influence_losses(ecotone: Ecotone, tables: PeriodTables, organisation: str) -> list[dict[str, Any]]:
    """The share of each project's influence in the last month that would be lost without the organisation."""
    from ecotone.networks import organisation_profile

    until = f"{tables.last:%Y-%m}"
    events = ecotone.events(until=until).to_arrow()
    leaving = organisation_profile.recent_members(tables.present, organisation)
    threads = ecotone.signals(until=until).to_arrow().select(["project", "month", "threads_opened"])
    table = organisation_profile.departure_impact(events, leaving, ecotone.table("pulls").to_arrow(), threads)
    return [row for row in table.to_pylist() if row["share"] and round(row["share"], 3)]


def _print_profile(profile: Mapping[str, Any], tables: PeriodTables, losses: list[dict[str, Any]]) -> None:
    print_lines(
        [
            f"{profile['organisation']}, {tables.first:%Y-%m} to {tables.last:%Y-%m}: {profile['people']:,} people,"
            f" {profile['projects']} projects, {profile['commits']:,} commits"
            f" ({_format_share(profile['share'])} of all)"
        ]
    )
    lost = {row["project"]: row["share"] for row in losses}
    _print_table(
        ("project", "people", "commits", "share", "of known", "if it left", "first", "last"),
        (
            (
                row["project"], f"{row['people']:,}", f"{row['commits']:,}", _format_share(row["share"]),
                _format_share(row["share_of_known"]),
                f"{-lost[row['project']]:+.1%}" if row["project"] in lost else "-",
                f"{row['first']:%Y-%m}", f"{row['last']:%Y-%m}",
            )
            for row in profile["where"][:MAX_ROWS]
        ),
    )  # fmt: skip
    print_lines(
        [
            "share: of the project's commits by persons in these months, those without an organisation included",
            f"if it left: change of the project's influence in {tables.last:%Y-%m} without these people",
        ]
    )
    _print_table(
        ("quarter", "people", "commits", "share"),
        (
            (_format_quarter(row["quarter"]), f"{row['people']:,}", f"{row['commits']:,}", _format_share(row["share"]))
            for row in profile["quarters"][-MAX_QUARTERS:]
        ),
    )
    _print_table(
        ("partner", "weight", "given", "received", "months", "where"),
        (
            (
                row["partner"], _format_weight(row["weight"]), _format_weight(row["given"]),
                _format_weight(row["received"]), row["months"],
                ", ".join(row["where"][:3]) + (" ..." if len(row["where"]) > 3 else ""),
            )
            for row in profile["partners"][:MAX_PARTNERS]
        ),
    )  # fmt: skip
    if profile["smaller_partners"]:
        print_lines([f"and {profile['smaller_partners']} smaller partners, weight {profile['smaller_weight']:,.1f}"])


def _print_table(head: tuple[str, ...], rows: Any) -> None:
    table = Table(box=None, pad_edge=False)
    for index, title in enumerate(head):
        table.add_column(title, justify="left" if index == 0 or title in ("where", "strongest partner") else "right")
    for row in rows:
        table.add_row(*(make_printable(str(cell)) for cell in row))
    results.print(table)


def _format_share(share: float) -> str:
    return "<0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def _format_weight(weight: float) -> str:
    return "<0.1" if 0 < weight < 0.05 else f"{weight:,.1f}"


def _format_quarter(first: date) -> str:
    return f"{first.year}-Q{(first.month + 2) // 3}"
