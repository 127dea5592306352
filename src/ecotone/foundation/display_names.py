"""Names of categories, styles and layers as a sentence or a heading writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

KNOWN_ACRONYMS: Final = frozenset(
    (
        *("ai", "api", "ci", "cli", "cpu", "db", "gpu", "gui", "ide", "iot", "llm", "ml", "mlops", "nlp", "ocr", "os"),
        *("rag", "rpa", "sdk", "sql", "sre", "tts", "tui", "ui", "ux", "vm"),
    )
)
"""Words that are written in capitals; other words stay as they are."""
CHINESE_NAMES: Final[Mapping[str, str]] = {
    "low-code": "低代码", "terminal": "终端", "agent": "智能体", "library": "库", "service": "服务", "tool": "工具",
    "application": "应用", "data": "数据", "model": "模型", "operations": "运维", "web": "Web", "framework": "框架",
}  # fmt: skip
"""Chinese names of common styles and layers; others stay as they are."""
_WORD: Final = re.compile(r"[A-Za-z]+")


def capitalise_acronyms(name: str) -> str:
    """A name with its acronyms in capitals.

    >>> capitalise_acronyms("ide"), capitalise_acronyms("low-code"), capitalise_acronyms("llm framework")
    ('IDE', 'low-code', 'LLM framework')
    """
    return _WORD.sub(lambda word: word[0].upper() if word[0] in KNOWN_ACRONYMS else word[0], name)


def as_heading(name: str) -> str:
    """A name as a heading: separators become spaces, the first letter a capital.

    >>> as_heading("ide"), as_heading("agent_framework"), as_heading("GraphQL server"), as_heading("vector db")
    ('IDE', 'Agent framework', 'GraphQL server', 'Vector DB')
    """
    words = capitalise_acronyms(name.replace("_", " ").replace("-", " ").strip())
    return words[:1].upper() + words[1:] or name


def chinese_name(name: str) -> str:
    """A style or a layer in Chinese.

    >>> chinese_name("low-code"), chinese_name("sdk"), chinese_name("compiler")
    ('低代码', 'SDK', 'compiler')
    """
    return CHINESE_NAMES.get(name, capitalise_acronyms(name))
