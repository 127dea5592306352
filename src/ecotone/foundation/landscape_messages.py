"""Parts of messages about a landscape file: values as they may be shown, and what is accepted instead."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ecotone.foundation.errors import BadLandscape, nearest_names
from ecotone.foundation.location import mask_urls, shown_location
from ecotone.foundation.output_text import make_printable
from ecotone.foundation.toml_lines import find_line

_REASONS: Final[Mapping[str, str]] = {
    "string_type": "must be text, in quotes",
    "string_pattern_mismatch": "must be letters, digits, - and _ only",
    "string_too_short": "must not be empty",
    "list_type": "must be a list in [ ], or tables headed [[...]]",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "date_type": "must be a day such as 2025-02-26, without quotes",
}
"""Accepted values by pydantic's type of error; for other types pydantic's message is used."""


def refuse_control_characters(value: Any, location: tuple[Any, ...], text: str, path: Path) -> None:
    """Refuse keys and values that a terminal, a drawing or a file name could not hold. Raises BadLandscape."""
    if isinstance(value, str) and any(unicodedata.category(char) in ("Cc", "Cs") for char in value):
        raise BadLandscape(
            f"{path}, line {find_line(text, location)}: {make_printable(shown_location(value))!r} cannot be used:"
            " write it without control characters."
        )
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        refuse_control_characters(key, location, text, path)
        refuse_control_characters(item, (*location, key), text, path)


def shown_value(value: object) -> str:
    """A value for a message: no secret of a URL in it, and not the inside of a table or list."""
    if isinstance(value, str):
        return repr(mask_urls(shown_location(value)))
    if isinstance(value, dict | list):
        return repr(value) if not value else "{...}" if isinstance(value, dict) else "[...]"
    return str(value) if isinstance(value, date | time) else repr(value)


def describe_expected_value(details: ErrorDetails) -> str:
    """What a value must be, from the details of pydantic's error."""
    message = details["msg"].removeprefix("Value error, ").removesuffix(".").replace("Input should be", "must be")
    return _REASONS.get(details["type"], message)


def describe_first_error(
    error: ValidationError, text: str, path: Path, accepted_keys: Callable[[tuple[int | str, ...]], list[str]]
) -> str:
    """The message for the first error of a landscape file.

    accepted_keys  the keys that are accepted next to the one at a location
    """
    errors = error.errors()
    unknown = (details for details in errors if details["type"] == "extra_forbidden")
    # what is missing may be there under another name
    first = next(unknown, errors[0]) if errors[0]["type"] == "missing" else errors[0]
    location = tuple(part for part in first["loc"] if not str(part).startswith(("_", "function-")))
    line, key = find_line(text, location), ".".join(str(part) for part in location if isinstance(part, str))
    if first["type"] == "extra_forbidden":
        accepted = accepted_keys(location)
        form = "`{}`" if len(location) > 1 else "[[{}]]" if isinstance(first["input"], list) else "[{}]"
        meant = " or ".join(map(form.format, nearest_names(str(location[-1]), accepted)))
        hint = f" Did you mean {meant}?" if meant else ""
        return f"{path}, line {line}: unknown key {location[-1]!r}. Accepted here: {', '.join(accepted)}.{hint}"
    if first["type"] == "missing":
        missing = "a [landscape] table with a `name`" if location == ("landscape",) else f"`{key}`"
        missing = "at least one [[project]]" if location == ("project",) else missing
        return f"{path}, line {line}: {missing} is missing. `ecotone init agents` writes an example."
    expected = describe_expected_value(first)
    return f"{path}, line {line}: {key} = {shown_value(first['input'])} cannot be used: {expected}."
