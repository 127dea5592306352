"""How a name that a landscape gives in small letters is written in a sentence."""

from __future__ import annotations

import re
from typing import Final

ACRONYMS: Final = frozenset(
    (
        *("ai", "api", "ci", "cli", "cpu", "db", "gpu", "gui", "ide", "iot", "llm", "ml", "mlops", "nlp", "ocr", "os"),
        *("rag", "rpa", "sdk", "sql", "sre", "tts", "tui", "ui", "ux", "vm"),
    )
)
"""Words whose letters are spoken one by one; what is not here is left as it is given."""
_WORD: Final = re.compile(r"[A-Za-z]+")


def spelled(name: str) -> str:
    """A name with its acronyms in capitals, and all else as it is given.

    >>> spelled("ide"), spelled("low-code"), spelled("llm framework"), spelled("web")
    ('IDE', 'low-code', 'LLM framework', 'web')
    """
    return _WORD.sub(lambda word: word[0].upper() if word[0] in ACRONYMS else word[0], name)


def titled(name: str) -> str:
    """A name as a heading: its separators as spaces, its first letter a capital.

    >>> titled("ide"), titled("agent_framework"), titled("GraphQL server"), titled("vector db")
    ('IDE', 'Agent framework', 'GraphQL server', 'Vector DB')
    """
    words = spelled(name.replace("_", " ").replace("-", " ").strip())
    return words[:1].upper() + words[1:] or name
