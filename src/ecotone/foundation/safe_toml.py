"""Read TOML of strangers: what the parser cannot read in time is refused before it meets it."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

MOST_DOTS: Final = 100
"""Dots in one key; the parser needs quadratic time in the length of a dotted key."""


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises TOMLDecodeError, whatever is wrong with it.

    >>> parse_toml("a.b = 1")
    {'a': {'b': 1}}
    """
    if any(piece.count(".") > MOST_DOTS for piece in re.split(r"[=,{}\[\]\n#]", text)):
        raise tomllib.TOMLDecodeError("a key has more than a hundred parts")
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError:
        raise
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, tables within tables
        raise tomllib.TOMLDecodeError(str(error)) from None
