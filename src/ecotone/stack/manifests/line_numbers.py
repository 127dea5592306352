"""The line of a manifest that declares a package, for evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from ecotone.stack.manifests.declared import Declared, UnreadableManifest

MOST_SEARCHED: Final = 100_000_000
"""Characters that may be looked through for all packages of one manifest."""
MOST_PLACES: Final = 8
"""Places of a name that are tried by reading the manifest again."""
LONGEST_TRIED: Final = 100_000
"""Characters of a manifest that is read again."""

_SAME_LETTERS: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", "abcdefghijklmnopqrstuvwxyz-")
_SAME_IN_PYPI: Final = _SAME_LETTERS | str.maketrans(".", "-")
_QUOTED: Final = frozenset({"npm", "composer"})
"""Ecosystems whose manifests write names in double quotes."""


def find_declaring_lines(text: str, packages: Iterable[str]) -> dict[str, int]:
    """Package -> the first line that names it; packages that no line spells out are left out.

    In a very long manifest only the first packages are looked for, since each may need the whole text.

    >>> find_declaring_lines("[project]\\ndependencies = [\\n  'upgrade',\\n  'Typing_Extensions>=4', 'pg']",
    ...                      ["typing-extensions", "pg", "redis"])
    {'typing-extensions': 4, 'pg': 4}
    """
    places = _find_places(text, [("", package) for package in packages])
    return {package: _line_of_place(text, spots[0]) for (_, package), spots in places.items() if spots}


def find_lines_of_rows(
    text: str, rows: Iterable[Declared], parse: Callable[[str], frozenset[Declared]]
) -> dict[Declared, int]:
    """Row -> the line that declares it; where a name stands more than once, the first without which it is not declared.

    Of a name in several places, one at a time is kept and the manifest is read again.

    parse  reads the manifest; may raise UnreadableManifest

    >>> read = lambda text: frozenset(Declared("pypi", line, "runtime") for line in text.split() if line[0] != "#")
    >>> find_lines_of_rows("#pg\\npg\\nredis", [Declared("pypi", "pg", "runtime")], read)[("pypi", "pg", "runtime")]
    2
    """
    listed = list(rows)
    places = _find_places(text, list(dict.fromkeys(row[:2] for row in listed)))
    several = {name: spots for name, spots in places.items() if len(spots) > 1}
    lines = {row: _line_of_place(text, places[row[:2]][0]) for row in listed if places.get(row[:2])}
    waiting = {row for row in listed if row[:2] in several}
    if len(text) > LONGEST_TRIED:
        return lines
    for chosen in range(max(map(len, several.values()), default=0)):
        if not waiting:
            break
        masked = [spot for spots in several.values() for spot in (*spots[:chosen], *spots[chosen + 1 :])]
        try:
            declared = parse(_mask_places(text, masked))
        except UnreadableManifest:
            continue
        for row in waiting & declared:
            if chosen < len(several[row[:2]]):
                lines[row] = _line_of_place(text, several[row[:2]][chosen])
        waiting -= declared
    return lines


Place = tuple[int, int]
"""Where a name begins and ends."""


def _find_places(text: str, packages: list[tuple[str, str]]) -> dict[tuple[str, str], list[Place]]:
    """Ecosystem and package -> the first places of its name that are not within a longer one."""
    searched = {False: text.translate(_SAME_LETTERS), True: text.translate(_SAME_IN_PYPI)}
    spots: list[tuple[int, int, tuple[str, str]]] = []
    for ecosystem, package in islice(packages, max(MOST_SEARCHED // max(len(text), 1), 1)):
        in_pypi = ecosystem == "pypi"
        for name in _spellings(ecosystem, package):
            places = list(_find_name(searched[in_pypi], name))
            if len(places) > 1:
                places = [at for at in places if _may_declare(text, at, ecosystem)] or places
            spots += [(at, -len(name), (ecosystem, package)) for at in places[:MOST_PLACES]]
            if places:
                break
    listed: dict[tuple[str, str], list[Place]] = {}
    end = 0
    for at, length, key in sorted(spots):
        if at >= end:
            end = at - length
            listed.setdefault(key, []).append((at, end))
    for at, length, key in sorted(spots):
        listed.setdefault(key, [(at, at - length)])  # written within a longer name alone
    return listed


def _may_declare(text: str, at: int, ecosystem: str) -> bool:
    """Whether the line of a place is no comment or name of a group, and says "image" if it is to name one."""
    begin = text.rfind("\n", 0, at) + 1
    line = text[begin:at].lower().lstrip()
    return not line.startswith(("#", "//", "<groupid>")) and (
        ecosystem != "docker" or "image" in line or "repository" in line
    )


def _line_of_place(text: str, span: Place) -> int:
    return text.count("\n", 0, span[0]) + 1


def _mask_places(text: str, places: Iterable[Place]) -> str:
    """The text with another name at each of these places."""
    parts, at = [], 0
    for number, (begin, end) in enumerate(sorted(places)):
        parts += [text[at:begin], f'"zq{number}"' if text[begin] == '"' else f"zq{number}"]
        at = end
    return "".join([*parts, text[at:]])


def _spellings(ecosystem: str, package: str) -> Iterator[str]:
    """How a manifest may write a package: whole, or without its group or owner."""
    name = package.translate(_SAME_IN_PYPI if ecosystem == "pypi" else _SAME_LETTERS)
    if ecosystem in _QUOTED:
        yield f'"{name}"'
    yield name
    for sign in ":/":
        if sign in name:
            yield name.rpartition(sign)[2]


def _find_name(text: str, name: str) -> Iterator[int]:
    """The places where a name occurs by itself, among its first hundred occurrences."""
    at = -1
    for _ in range(100):
        at = text.find(name, at + 1)
        if at < 0:
            return
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        if name[0] == '"' or not any(letter.isalnum() or letter == "-" for letter in around):
            yield at
