"""Text of unknown origin, made harmless for its destination: a terminal, a spreadsheet, JSON or a drawing."""

from __future__ import annotations

import json
import re
from typing import Any, Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings of a cell that spreadsheets may run as a formula (OWASP, CSV Injection)."""

FORMULA_MARK: Final = "'"

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
DIRECTIONS: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the direction of the text around them: embeddings, overrides and isolates."""

_WITHOUT_DIRECTIONS: Final = dict.fromkeys(map(ord, DIRECTIONS), _REPLACEMENT)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # but tab and line feed
_UNPRINTED: Final = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def make_printable(text: str) -> str:
    r"""Text without control, direction and other characters that are not printed, which could disturb a terminal.

    >>> make_printable("a\x1b[2J\u202eb") == "a\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}b"
    True
    """
    return text if text.isprintable() else "".join(char if char.isprintable() else _REPLACEMENT for char in text)


def without_directions(text: str) -> str:
    r"""Text for a page or drawing, in which no name turns the text beside it.

    >>> without_directions("a\u202eb") == "a\N{REPLACEMENT CHARACTER}b"
    True
    """
    return text.translate(_WITHOUT_DIRECTIONS)


def without_controls(value: Any) -> Any:
    """A value of JSON whose texts and keys have no character that XML forbids or that turns the text beside it.

    >>> without_controls({"a": ["b\x07", 1, None]}) == {"a": ["b\N{REPLACEMENT CHARACTER}", 1, None]}
    True
    """
    if isinstance(value, str):
        return without_directions(_CONTROLS.sub(_REPLACEMENT, value))
    if isinstance(value, dict):
        return {without_controls(key): without_controls(item) for key, item in value.items()}
    return [without_controls(item) for item in value] if isinstance(value, list | tuple) else value


def spreadsheet_cell(text: str) -> str:
    """A cell that no spreadsheet runs, and no terminal obeys: a formula gets the mark ' in front.

    >>> spreadsheet_cell("=1+1"), spreadsheet_cell("a=1"), spreadsheet_cell("-3 days")
    ("'=1+1", 'a=1', "'-3 days")
    """
    clean = _CONTROLS.sub(_REPLACEMENT, text)
    # spreadsheets ignore blanks in front; a control character was replaced
    return FORMULA_MARK + clean if clean.lstrip(" \xa0\u3000" + _REPLACEMENT).startswith(FORMULA_STARTS) else clean


def read_spreadsheet_cell(cell: str) -> str:
    """A cell without the mark that `spreadsheet_cell` put in front.

    >>> read_spreadsheet_cell("'=1+1"), read_spreadsheet_cell("'t Hooft")
    ('=1+1', "'t Hooft")
    """
    return cell[1:] if cell.startswith(FORMULA_MARK) and spreadsheet_cell(cell[1:]) == cell else cell


def write_json_text(value: Any, indent: int | None = None) -> str:
    """JSON with readable letters, in which characters that are not printed are escaped: the same data."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, default=str)
    return _UNPRINTED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
