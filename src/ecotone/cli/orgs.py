"""`ecotone orgs`: organisations across the landscape, and one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import typer
from rich.table import Table

from ecotone.api import Ecotone, open_workspace
from ecotone.cli.console import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, plain, print_json, results
from ecotone.foundation.errors import MissingTable, UnknownName, UserError

MIN_PEOPLE: Final = 3
LISTED: Final = 30
PARTNERS: Final = 12
QUARTERS: Final = 12


@dataclass(frozen=True, slots=True)
class Seen:
    """The tables of the wanted months, and the last of them."""

    present: pa.Table
    interactions: pa.Table
    brokerage: pa.Table
    first: date
    last: date


def orgs(
    name: Annotated[str | None, typer.Argument(help="An organisation, or a domain of it; none: all of them.")] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    since: Annotated[str | None, typer.Option(help="From this month on, as 2024-01.")] = None,
    until: Annotated[str | None, typer.Option(help="Up to and with this month.")] = None,
    min_people: Annotated[
        int, typer.Option(min=1, help="Organisations with fewer people in these months are counted, not named.")
    ] = MIN_PEOPLE,
    json: JsonOption = False,
) -> None:
    """Organisations across all projects; or one: its projects, people, partners, and what would go if it left."""
    ecotone = open_workspace(workspace)
    seen = _seen(ecotone, since, until)
    if name is None:
        _print_all(seen, min_people, json)
    else:
        _print_one(ecotone, seen, name, min_people, json)


def _seen(ecotone: Ecotone, since: str | None, until: str | None) -> Seen:
    try:
        present, interactions, brokerage = (
            ecotone.table(table, since=since, until=until).to_arrow()
            for table in ("presence", "interactions", "brokerage")
        )
    except (MissingTable, UnknownName):
        raise MissingTable(
            "The workspace has no tables of interactions yet. Run `ecotone run LANDSCAPE` with this version first."
        ) from None
    if not present.num_rows:
        raise UserError("Nobody acted in these months. Choose others with --since and --until, or neither.")
    bounds = pc.min_max(present["month"]).as_py()
    return Seen(present, interactions, brokerage, bounds["min"], bounds["max"])


def _print_all(seen: Seen, min_people: int, json: bool) -> None:
    from ecotone.networks.overview import overview

    table = overview(seen.present, seen.interactions, seen.brokerage, min_people)
    known = len(pc.unique(seen.present["organisation"]).drop_null())
    commits = pc.sum(seen.present["commits"]).as_py()
    unknown = seen.present.filter(pc.is_null(seen.present["organisation"]))
    unknown_share = pc.sum(unknown["commits"]).as_py() or 0
    rows = table.to_pylist()
    if json:
        smaller = known - len(rows)
        print_json(
            {
                "since": seen.first, "until": seen.last, "min_people": min_people, "smaller": smaller,
                "unknown_share": unknown_share / max(commits, 1), "organisations": rows,
            }
        )  # fmt: skip
        return
    results.print(
        f"{seen.first:%Y-%m} to {seen.last:%Y-%m}: {known} organisations; "
        f"{unknown_share / max(commits, 1):.0%} of {commits:,} commits are of none that is known",
        markup=False,
    )
    _print_table(
        ("organisation", "people", "projects", "commits", "share", "strongest partner", "weight", "brokerage"),
        (
            (
                row["organisation"], f"{row['people']:,}", row["projects"], f"{row['commits']:,}",
                _share(row["share"]), row["strongest_partner"] or "-",
                "-" if row["partner_weight"] is None else _weight(row["partner_weight"]), f"{row['brokerage']:,}",
            )
            for row in rows[:LISTED]
        ),
    )  # fmt: skip
    if len(rows) > LISTED:
        results.print(f"and {len(rows) - LISTED} more; --json has all of them", markup=False)
    if known > len(rows):
        few = f"{known - len(rows)} with fewer than {min_people} people are not named"
        results.print(f"{few}; --min-people 1 names them" if min_people > 1 else few, markup=False)


def _print_one(ecotone: Ecotone, seen: Seen, name: str, min_people: int, json: bool) -> None:
    from ecotone.networks import portrait
    from ecotone.people.organisation_lookup import find_organisation

    known = pc.unique(seen.present["organisation"]).drop_null().to_pylist()
    organisation = find_organisation(name, known)
    people = len(pc.unique(seen.present.filter(pc.equal(seen.present["organisation"], organisation))["person"]))
    if people < min_people:
        raise UserError(
            f"{organisation} has {people} {'person' if people == 1 else 'people'} in these months; organisations of"
            f" fewer than {min_people} are not shown. To see it all the same: ecotone orgs {name!r} --min-people 1."
        )
    shown = portrait.of(organisation, seen.present, seen.interactions, min_people)
    gone = _gone(ecotone, seen, organisation)
    if json:
        print_json({"since": seen.first, "until": seen.last, **shown, "if_it_left": gone})
        return
    _print_portrait(shown, seen, gone)


def _gone(ecotone: Ecotone, seen: Seen, organisation: str) -> list[dict[str, Any]]:
    """What would be missing of each project's influence in the last month."""
    from ecotone.networks import portrait

    until = f"{seen.last:%Y-%m}"
    events = ecotone.events(until=until).to_arrow()
    leaving = portrait.there_lately(seen.present, organisation)
    threads = ecotone.signals(until=until).to_arrow().select(["project", "month", "threads_opened"])
    table = portrait.if_they_left(events, leaving, ecotone.table("pulls").to_arrow(), threads)
    return [row for row in table.to_pylist() if row["share"] and round(row["share"], 3)]


def _print_portrait(shown: Mapping[str, Any], seen: Seen, gone: list[dict[str, Any]]) -> None:
    results.print(
        f"{plain(shown['organisation'])}, {seen.first:%Y-%m} to {seen.last:%Y-%m}: {shown['people']:,} people,"
        f" {shown['projects']} projects, {shown['commits']:,} commits ({_share(shown['share'])} of all)",
        markup=False,
    )
    lost = {row["project"]: row["share"] for row in gone}
    _print_table(
        ("project", "people", "commits", "share", "of the known", "if it left", "first", "last"),
        (
            (
                row["project"], f"{row['people']:,}", f"{row['commits']:,}", _share(row["share"]),
                _share(row["share_of_known"]),
                f"{-lost[row['project']]:+.1%}" if row["project"] in lost else "-",
                f"{row['first']:%Y-%m}", f"{row['last']:%Y-%m}",
            )
            for row in shown["where"][:LISTED]
        ),
    )  # fmt: skip
    results.print("share: of the project's commits by persons in these months, the unknown included", markup=False)
    results.print(f"if it left: change of the project's influence in {seen.last:%Y-%m} without these people")
    _print_table(
        ("quarter", "people", "commits", "share"),
        (
            (_quarter(row["quarter"]), f"{row['people']:,}", f"{row['commits']:,}", _share(row["share"]))
            for row in shown["quarters"][-QUARTERS:]
        ),
    )
    _print_table(
        ("partner", "weight", "given", "received", "months", "where"),
        (
            (
                row["partner"], _weight(row["weight"]), _weight(row["given"]), _weight(row["received"]),
                row["months"], ", ".join(row["where"][:3]) + (" ..." if len(row["where"]) > 3 else ""),
            )
            for row in shown["partners"][:PARTNERS]
        ),
    )  # fmt: skip
    if shown["smaller_partners"]:
        results.print(
            f"and {shown['smaller_partners']} partners of fewer people, weight {shown['smaller_weight']:,.1f}",
            markup=False,
        )


def _print_table(head: tuple[str, ...], rows: Any) -> None:
    table = Table(box=None, pad_edge=False)
    for place, title in enumerate(head):
        table.add_column(title, justify="left" if place == 0 or title in ("where", "strongest partner") else "right")
    for row in rows:
        table.add_row(*(plain(str(cell)) for cell in row))
    results.print(table)


def _share(share: float) -> str:
    return "<0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def _weight(weight: float) -> str:
    return "<0.1" if 0 < weight < 0.05 else f"{weight:,.1f}"


def _quarter(first: date) -> str:
    return f"{first.year}-Q{(first.month + 2) // 3}"
