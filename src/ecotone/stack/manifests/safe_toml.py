"""Read TOML of strangers: keys that nest without end are refused before the parser meets them."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from ecotone.stack.manifests.declared import UnreadableManifest

MOST_DOTS: Final = 100
"""Dots in one key; the parser needs quadratic time in the length of a dotted key."""


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises UnreadableManifest."""
    if any(piece.count(".") > MOST_DOTS for piece in re.split(r"[=,{}\[\]\n#]", text)):
        raise UnreadableManifest("a key of more than a hundred parts")
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableManifest(str(error)) from None
