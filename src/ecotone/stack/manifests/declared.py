"""What one line of a manifest declares, and helpers that several parsers share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

RUNTIME: Final = "runtime"
OPTIONAL: Final = "optional"
DEVELOPMENT: Final = "dev"
EXAMPLE: Final = "example"

LONGEST_NAME: Final = 214
"""Characters of a package's name; npm's limit, and longer than any other registry's."""


class Declared(NamedTuple):
    """A package that a manifest asks for."""

    ecosystem: str
    package: str
    scope: str


class UnreadableManifest(ValueError):
    """The text is not a manifest of its kind."""


def as_mapping(value: object) -> Mapping[str, Any]:
    """The value if it is a table, else an empty table."""
    return value if isinstance(value, Mapping) else {}


def as_sequence(value: object) -> Sequence[Any]:
    """The value if it is a list, else an empty list."""
    return value if isinstance(value, list | tuple) else ()


def split_words(text: str) -> frozenset[str]:
    """The words of a path or name, case-folded, as `.`, `_`, `/` and `-` separate them.

    >>> sorted(split_words("docker/docker-compose.dev.yml"))
    ['compose', 'dev', 'docker', 'yml']
    """
    return frozenset(re.split(r"[._/-]", text.casefold()))
