"""A CSV table of affiliations: `account,organisation,since,until`, with or without the dates."""

from __future__ import annotations

import csv
import io
from typing import Final

from ecotone.people.affiliation_files.grouping import leave_out, unplaced, writable_spells
from ecotone.people.affiliation_files.model import Affiliations, ReadResult, Written
from ecotone.people.affiliation_files.tally import Tally, lines_of
from ecotone.people.affiliation_files.values import Unreadable, read_account, read_name, read_span

COLUMNS: Final = ("account", "organisation", "since", "until")
_AMERICAN: Final = "organization"


def looks_like(text: str) -> bool:
    """Whether the first line with content is the header."""
    first = next((line for line in lines_of(text[:10_000]) if _says_something(line)), "")
    try:
        _read_header(first)
    except Unreadable:
        return False
    return True


def read(source: str, text: str) -> ReadResult:
    """Each line is accepted or refused; the header, blank lines and lines that begin with `#` are accepted.

    A quoted field must not contain a line break.
    """
    tally = Tally(source)
    columns: list[str] | None = None
    for number, line in enumerate(lines_of(text), start=1):
        with tally.entry(number, line):
            if not _says_something(line):
                continue
            if columns is None:
                columns = []
                columns = _read_header(line)
            else:
                _read_row(line, columns, tally, number)
    return tally.result()


def write(said: Affiliations) -> Written:
    """Write the affiliations by account and time."""
    spells, left = writable_spells(said.every_spell())
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = {(one.account, one.organisation, one.since or "", one.until or ""): None for one in spells}
    writer.writerows(rows)
    joins = [identity for identity in said.identities if identity.is_informative]
    left += unplaced(
        "the format holds accounts and their employers only",
        joins,
        said.every_domain(),
        said.organisations,
        said.excluded,
        said.owned,
    )
    return Written(text.getvalue(), leave_out(left))


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _cells(line: str) -> list[str]:
    try:
        (cells,) = csv.reader([line], strict=True)
    except (csv.Error, ValueError):
        raise Unreadable("the line is not a row of a CSV table") from None
    return cells


def _read_header(line: str) -> list[str]:
    columns = [cell.strip().casefold().replace(_AMERICAN, "organisation") for cell in _cells(line)]
    if not {"account", "organisation"} <= set(columns) <= set(COLUMNS) or len(columns) != len(set(columns)):
        raise Unreadable(f"the first line must name columns of {', '.join(COLUMNS)}")
    return columns


def _read_row(line: str, columns: list[str], tally: Tally, number: int) -> None:
    if not columns:
        raise Unreadable("no readable header precedes the row")
    cells = _cells(line)
    if len(cells) != len(columns):
        raise Unreadable(f"the row has {len(cells)} cells where the header has {len(columns)}")
    row = dict(zip(columns, cells, strict=True))
    since, until = read_span(row.get("since"), row.get("until"))
    tally.spell(read_account(row["account"]), read_name(row["organisation"]), since, until, number)
