"""A word of the report, in two languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A word or sentence under its key; `{name}` marks what is filled in."""

    key: str
    en: str
    zh: str
