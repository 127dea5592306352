"""File names for projects and categories: short, lower-case, unique."""

from __future__ import annotations

import re
from collections.abc import Iterable

_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def unique_slugs(names: Iterable[str]) -> dict[str, str]:
    """A distinct file name for every name, in the order given.

    >>> unique_slugs(["a/B", "A.b", "../.."])
    {'a/B': 'a-b', 'A.b': 'a-b-2', '../..': 'unnamed'}
    """
    taken: set[str] = set()
    result: dict[str, str] = {}
    for name in names:
        base = _OTHER.sub("-", name.lower()).strip("-")[:_LONGEST].strip("-") or "unnamed"
        slug, number = base, 1
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        taken.add(slug)
        result[name] = slug
    return result
