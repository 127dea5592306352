"""The line of a manifest that declares a package, for evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

MOST_SEARCHED: Final = 100_000_000
"""Characters that may be looked through for all packages of one manifest."""


def find_declaring_lines(text: str, packages: Iterable[str]) -> dict[str, int]:
    """Package -> the first line that names it; packages that no line spells out are left out.

    In a very long manifest only the first packages are looked for, since each may need the whole text.

    >>> find_declaring_lines("[project]\\ndependencies = [\\n  'upgrade',\\n  'Typing_Extensions>=4', 'pg']",
    ...                      ["typing-extensions", "pg", "redis"])
    {'typing-extensions': 4, 'pg': 4}
    """
    searched = text.lower().replace("_", "-")
    lines = {}
    for package in islice(packages, max(MOST_SEARCHED // max(len(searched), 1), 1)):
        at = next((at for name in _spellings(package) for at in _find_name(searched, name)), None)
        if at is not None:
            lines[package] = searched.count("\n", 0, at) + 1
    return lines


def _spellings(package: str) -> Iterator[str]:
    """How a manifest may write a package: whole, or without its group or owner."""
    name = package.lower().replace("_", "-")
    yield name
    for sign in ":/":
        if sign in name:
            yield name.rpartition(sign)[2]


def _find_name(text: str, name: str) -> Iterator[int]:
    """The first place where a name occurs by itself, if there is one among its first hundred occurrences."""
    at = -1
    for _ in range(100):
        at = text.find(name, at + 1)
        if at < 0:
            return
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        if not any(letter.isalnum() or letter == "-" for letter in around):
            yield at
            return
