"""Message catalogue of the report in English and Chinese."""

from __future__ import annotations

from typing import Final

from ecotone.foundation.errors import UnknownName
from ecotone.report.text import Text
from ecotone.report.words import collaboration, comparison, curves, fields, general, project_map
from ecotone.report.words.word import Word

WORDS: Final[tuple[Word, ...]] = (
    *general.WORDS,
    *curves.WORDS,
    *project_map.WORDS,
    *collaboration.WORDS,
    *comparison.WORDS,
    *fields.WORDS,
)
"""Messages of the pages."""

SCRIPT_WORDS: Final[tuple[Word, ...]] = (*general.SCRIPT_WORDS,)
"""Messages of the scripts."""

_BY_KEY: Final = {word.key: Text(word.en, word.zh) for word in WORDS}
_OF_SCRIPTS: Final = {word.key: Text(word.en, word.zh) for word in SCRIPT_WORDS}


def say(key: str, **values: object) -> Text:
    """A message with its placeholders filled; raises `UnknownName` for an undeclared key."""
    if key not in _BY_KEY:
        raise UnknownName("word", key, _BY_KEY)
    return _BY_KEY[key].format(**values) if values else _BY_KEY[key]


def told(key: str, **values: object) -> Text:
    """A message of the scripts with its placeholders filled."""
    return _OF_SCRIPTS[key].format(**values) if values else _OF_SCRIPTS[key]


def known(key: str) -> bool:
    """Whether a message is declared."""
    return key in _BY_KEY
