"""Gradle: builds in Groovy and Kotlin, and the version catalogue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from ecotone.foundation.safe_toml import parse_toml
from ecotone.stack.manifests.code_tokens import BRACE_CODE, SIGN, TEXT, WORD, CodeToken, scan_code
from ecotone.stack.manifests.declared import DEVELOPMENT, LONGEST_NAME, RUNTIME, Declared, as_mapping

_MODULE: Final = re.compile(r"([\w.-]{1,120}:[\w.-]{1,120})(?:[:@].{0,200})?")
_NAME_PART: Final = re.compile(r"[\w.-]{1,120}")
_CONFIGURATION: Final = re.compile(r"[A-Za-z]\w{0,60}")
_USUAL: Final = re.compile(r"(?:implementation|api|compile|runtime|only|processor|classpath|kapt|ksp)$", re.IGNORECASE)
"""Names of configurations that ask for modules wherever they stand."""
_DEV: Final = ("test", "development", "annotation")
_WRAPPERS: Final = frozenset({"platform", "enforcedPlatform", "testFixtures", "kotlin"})
_NO_CONFIGURATIONS: Final = frozenset(
    {"because", "exclude", "files", "force", "id", "image", "module", "project", "strictly", "substitute", "url",
     "using", "version", "with"}
)  # fmt: skip
"""Words before a quoted `a:b` that ask for no module."""
_VERSION_BLOCKS: Final = frozenset({"constraints", "dependencyManagement"})
"""Blocks that choose versions, and ask for nothing."""


def parse_gradle_build(text: str) -> Iterator[Declared]:
    """Dependencies of a Gradle build: a configuration, and the module as text, list of texts, or group and name."""
    tokens = scan_code(BRACE_CODE, text)
    blocks: list[str] = []
    open_blocks: Counter[str] = Counter()
    name = ""
    for at, token in enumerate(tokens):
        name = token.text if token.kind == WORD else name
        if token == (SIGN, "{"):
            blocks.append(name)
            open_blocks[name] += 1
        elif token == (SIGN, "}"):
            open_blocks[blocks.pop() if blocks else ""] -= 1
        elif _is_configuration(tokens, at) and not any(open_blocks[block] > 0 for block in _VERSION_BLOCKS):
            if open_blocks["dependencies"] < 1 and not _USUAL.search(token.text):
                continue
            dev = any(part in token.text.casefold() for part in _DEV)
            for module in _modules_after(tokens, at + 1):
                yield Declared("maven", module, DEVELOPMENT if dev else RUNTIME)


def _is_configuration(tokens: list[CodeToken], at: int) -> bool:
    """Whether a word, or a text that Kotlin calls, may name a configuration."""
    kind, text = tokens[at]
    called = kind == TEXT and tokens[at + 1] == (SIGN, "(")
    after_point = at > 0 and tokens[at - 1] == (SIGN, ".")
    named = (kind == WORD or called) and not after_point and text not in _NO_CONFIGURATIONS
    return named and text not in _WRAPPERS and _CONFIGURATION.fullmatch(text) is not None


def _modules_after(tokens: list[CodeToken], at: int) -> Iterator[str]:
    """The modules of a call whose arguments begin here: texts with commas between, or group and name."""
    opened = False
    while tokens[at] in ((SIGN, "("), (SIGN, "[")) or (tokens[at].kind == WORD and tokens[at].text in _WRAPPERS):
        opened = opened or tokens[at].text == "("
        at += 1
    parts = {}
    while tokens[at].kind == WORD and tokens[at + 1].text in (":", "=") and tokens[at + 2].kind == TEXT:
        parts[tokens[at].text] = tokens[at + 2].text
        at += 3 if tokens[at + 3].text != "," else 4
    if parts:
        if all(_NAME_PART.fullmatch(parts.get(key, "")) for key in ("group", "name")):
            yield f"{parts['group']}:{parts['name']}"
        return
    texts = []
    while tokens[at].kind == TEXT:
        texts.append(tokens[at].text)
        at += 2 if tokens[at + 1] == (SIGN, ",") else 1
        if tokens[at - 1].kind == TEXT:
            break
    modules = [match[1] for text in texts if (match := _MODULE.fullmatch(text))]
    yield from modules
    if opened and not modules and len(texts) > 1 and all(map(_NAME_PART.fullmatch, texts[:2])) and "." in texts[0]:
        yield ":".join(texts[:2])


def parse_gradle_catalogue(text: str) -> Iterator[Declared]:
    """Libraries of a Gradle version catalogue."""
    for library in as_mapping(parse_toml(text).get("libraries")).values():
        details = as_mapping(library)
        module = library if isinstance(library, str) else details.get("module")
        if module is None and details.get("group") and details.get("name"):
            module = f"{details['group']}:{details['name']}"
        if isinstance(module, str) and module.count(":") and len(module) <= LONGEST_NAME:
            yield Declared("maven", ":".join(module.split(":")[:2]), RUNTIME)
