"""Names of categories, styles and layers as a sentence or a heading writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

ACRONYMS: Final = frozenset(
    (
        *("ai", "api", "ci", "cli", "cpu", "db", "gpu", "gui", "ide", "iot", "llm", "ml", "mlops", "nlp", "ocr", "os"),
        *("rag", "rpa", "sdk", "sql", "sre", "tts", "tui", "ui", "ux", "vm"),
    )
)
"""Words that are written in capitals; other words stay as they are."""
IN_CHINESE: Final[Mapping[str, str]] = {
    "low-code": "低代码", "terminal": "终端", "agent": "智能体", "library": "库", "service": "服务", "tool": "工具",
    "application": "应用", "data": "数据", "model": "模型", "operations": "运维", "web": "Web", "framework": "框架",
}  # fmt: skip
"""Chinese names of common styles and layers; others stay as they are."""
_WORD: Final = re.compile(r"[A-Za-z]+")


def spelled(name: str) -> str:
    """A name with its acronyms in capitals.

    >>> spelled("ide"), spelled("low-code"), spelled("llm framework")
    ('IDE', 'low-code', 'LLM framework')
    """
    return _WORD.sub(lambda word: word[0].upper() if word[0] in ACRONYMS else word[0], name)


def titled(name: str) -> str:
    """A name as a heading: separators become spaces, the first letter a capital.

    >>> titled("ide"), titled("agent_framework"), titled("GraphQL server"), titled("vector db")
    ('IDE', 'Agent framework', 'GraphQL server', 'Vector DB')
    """
    words = spelled(name.replace("_", " ").replace("-", " ").strip())
    return words[:1].upper() + words[1:] or name


def in_chinese(name: str) -> str:
    """A style or a layer in Chinese.

    >>> in_chinese("low-code"), in_chinese("sdk"), in_chinese("compiler")
    ('低代码', 'SDK', 'compiler')
    """
    return IN_CHINESE.get(name, spelled(name))
