"""The line of a key in the text of a landscape file, for messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any


def find_line(text: str, location: tuple[Any, ...]) -> int:
    """The line of a key, or of its table; 1 if neither is found."""
    lines = list(_lines_with_tables(text))
    table = str(location[0]) if location else ""
    number = next((part for part in location if isinstance(part, int)), 0)
    key = next((str(part) for part in reversed(location) if isinstance(part, str)), "")
    start = 0
    if table == "sources" and len(location) > 1:
        table = f"sources.{location[1]}"
    for line, header, occurrence, content in lines:
        if header == table and (table not in ("project", "person") or occurrence == number):
            start = start or line
            if key and key != table and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", content):
                return line
        elif not header and re.match(rf"\s*{re.escape(table)}\s*=", content):
            return line
    return start or 1


def _lines_with_tables(text: str) -> Iterator[tuple[int, str, int, str]]:
    """Number of each line, its table, the position among tables of that name, and the text."""
    header, counts = "", dict[str, int]()
    for number, content in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\[\[?([^\[\]]+)\]\]?\s*(#.*)?$", content):
            header = match[1].strip()
            counts[header] = counts.get(header, -1) + 1
        yield number, header, counts.get(header, 0), content


def write_toml_string(text: str) -> str:
    """A TOML string without unprintable letters.

    >>> print(write_toml_string('a "b"'))
    "a \\"b\\""
    """
    plain = "".join(letter for letter in text if letter.isprintable())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
