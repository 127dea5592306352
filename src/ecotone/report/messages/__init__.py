"""Message catalogue of the report in English and Chinese."""

from __future__ import annotations

from typing import Final

from ecotone.foundation.errors import UnknownName
from ecotone.report.bilingual_text import Text
from ecotone.report.messages import (
    answers,
    claim_texts,
    collaboration,
    comparison,
    curves,
    employers,
    fields,
    general,
    program_files,
    project_map,
    stack_texts,
)
from ecotone.report.messages.word import Message

MESSAGES: Final[tuple[Message, ...]] = (
    *general.MESSAGES,
    *answers.MESSAGES,
    *claim_texts.MESSAGES,
    *curves.MESSAGES,
    *project_map.MESSAGES,
    *collaboration.MESSAGES,
    *employers.MESSAGES,
    *comparison.MESSAGES,
    *fields.MESSAGES,
    *program_files.MESSAGES,
    *stack_texts.MESSAGES,
)
"""Messages of the pages."""

SCRIPT_MESSAGES: Final[tuple[Message, ...]] = (*general.SCRIPT_MESSAGES,)
"""Messages of the scripts."""

_BY_KEY: Final = {word.key: Text(word.en, word.zh) for word in MESSAGES}
_OF_SCRIPTS: Final = {word.key: Text(word.en, word.zh) for word in SCRIPT_MESSAGES}


def message(key: str, **values: object) -> Text:
    """A message with its placeholders filled; raises `UnknownName` for an undeclared key."""
    if key not in _BY_KEY:
        raise UnknownName("word", key, _BY_KEY)
    return _BY_KEY[key].format(**values) if values else _BY_KEY[key]


def script_message(key: str, **values: object) -> Text:
    """A message of the scripts with its placeholders filled."""
    return _OF_SCRIPTS[key].format(**values) if values else _OF_SCRIPTS[key]


def has_message(key: str) -> bool:
    """Whether a message is declared."""
    return key in _BY_KEY
