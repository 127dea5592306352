"""A message in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A message under its key; `{name}` is a placeholder, `{name:one|many}` a plural form."""

    key: str
    en: str
    zh: str
