"""Every word a page says of its own, in English and Chinese; signals and categories bring theirs."""

from __future__ import annotations

from typing import Final

from ecotone.foundation.errors import UnknownName
from ecotone.report.text import Text
from ecotone.report.words import curves, general, landscape, meeting, side_by_side, trends
from ecotone.report.words.word import Word

WORDS: Final[tuple[Word, ...]] = (
    *general.WORDS,
    *curves.WORDS,
    *landscape.WORDS,
    *meeting.WORDS,
    *side_by_side.WORDS,
    *trends.WORDS,
)
"""Words of the pages; one module a group of pages."""

SCRIPT_WORDS: Final[tuple[Word, ...]] = (*general.SCRIPT_WORDS,)
"""Words that the pages' scripts say."""

_BY_KEY: Final = {word.key: Text(word.en, word.zh) for word in WORDS}
_OF_SCRIPTS: Final = {word.key: Text(word.en, word.zh) for word in SCRIPT_WORDS}


def say(key: str, **values: object) -> Text:
    """A word in both languages with its gaps filled; raises `UnknownName` for a key that is not declared."""
    if key not in _BY_KEY:
        raise UnknownName("word", key, _BY_KEY)
    return _BY_KEY[key].format(**values) if values else _BY_KEY[key]


def told(key: str, **values: object) -> Text:
    """A word that the pages' scripts say too, with its gaps filled."""
    return _OF_SCRIPTS[key].format(**values) if values else _OF_SCRIPTS[key]


def known(key: str) -> bool:
    """Whether a word is declared."""
    return key in _BY_KEY
