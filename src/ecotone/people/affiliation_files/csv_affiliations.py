"""A CSV table of affiliations: `account,organisation,since,until`, with or without the dates."""

from __future__ import annotations

import csv
import io
from typing import Final

from ecotone.foundation.output_text import read_spreadsheet_cell, spreadsheet_cell
from ecotone.people.affiliation_files.by_identity import (
    leave_out_for_reason,
    sort_left_out,
    split_writable_affiliations,
)
from ecotone.people.affiliation_files.field_parsers import Unreadable, parse_account, parse_day_span, parse_name
from ecotone.people.affiliation_files.result_builder import ResultBuilder, split_lines
from ecotone.people.affiliation_files.statements import FileStatements, ReadResult, WrittenFile

COLUMNS: Final = ("account", "organisation", "since", "until")
_AMERICAN: Final = "organization"


def matches_content(text: str) -> bool:
    """Whether the first line with content is the header."""
    first = next((line for line in split_lines(text[:10_000]) if _has_content(line)), "")
    try:
        _read_header(first)
    except Unreadable:
        return False
    return True


def read_statements(source: str, text: str) -> ReadResult:
    """Each line is accepted or refused; the header, blank lines and lines that begin with `#` are accepted.

    A quoted field must not contain a line break.
    """
    tally = ResultBuilder(source)
    columns: list[str] | None = None
    for number, line in enumerate(split_lines(text), start=1):
        with tally.count_entry(number, line):
            if not _has_content(line):
                continue
            if columns is None:
                columns = []
                columns = _read_header(line)
            else:
                _read_row(line, columns, tally, number)
    return tally.build_result()


def write_statements(statements: FileStatements) -> WrittenFile:
    """Write the affiliations by account and time."""
    spells, left_out = split_writable_affiliations(statements.all_affiliations())
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = {
        (affiliation.account, affiliation.organisation, affiliation.since or "", affiliation.until or ""): None
        for affiliation in spells
    }
    writer.writerows([map(spreadsheet_cell, map(str, row)) for row in rows])
    identities = [identity for identity in statements.identities if identity.is_informative]
    left_out += leave_out_for_reason(
        "the format holds accounts and their employers only",
        identities,
        statements.all_domains(),
        statements.organisations,
        statements.excluded,
        statements.owned,
    )
    return WrittenFile(text.getvalue(), sort_left_out(left_out))


def _has_content(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _split_cells(line: str) -> list[str]:
    try:
        (cells,) = csv.reader([line], strict=True)
    except (csv.Error, ValueError):
        raise Unreadable("the line is not a row of a CSV table") from None
    return cells


def _read_header(line: str) -> list[str]:
    columns = [cell.strip().casefold().replace(_AMERICAN, "organisation") for cell in _split_cells(line)]
    if not {"account", "organisation"} <= set(columns) <= set(COLUMNS) or len(columns) != len(set(columns)):
        raise Unreadable(f"the first line must name columns of {', '.join(COLUMNS)}")
    return columns


def _read_row(line: str, columns: list[str], tally: ResultBuilder, number: int) -> None:
    if not columns:
        raise Unreadable("no readable header precedes the row")
    cells = _split_cells(line)
    if len(cells) != len(columns):
        raise Unreadable(f"the row has {len(cells)} cells where the header has {len(columns)}")
    row = dict(zip(columns, map(read_spreadsheet_cell, cells), strict=True))
    since, until = parse_day_span(row.get("since"), row.get("until"))
    tally.add_affiliation(parse_account(row["account"]), parse_name(row["organisation"]), since, until, number)
