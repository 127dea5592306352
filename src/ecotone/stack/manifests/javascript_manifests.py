"""JavaScript and TypeScript: package.json, and the datasource of a Prisma schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

from ecotone.stack.manifests.code_tokens import BRACE_CODE, SIGN, TEXT, WORD, scan_code
from ecotone.stack.manifests.declared import (
    DEVELOPMENT,
    LONGEST_NAME,
    OPTIONAL,
    RUNTIME,
    Declared,
    UnreadableManifest,
    as_mapping,
)

_SCOPES: Final = (
    ("dependencies", RUNTIME),
    ("devDependencies", DEVELOPMENT),
    ("peerDependencies", OPTIONAL),
    ("optionalDependencies", OPTIONAL),
)
_OWN_VERSIONS: Final = ("workspace:", "file:", "link:", "portal:")
"""Versions that name a folder of the same repository."""
_PROVIDER: Final = re.compile(r"[a-z]{1,60}")
_OWN_FOLDERS: Final = ("./", "../", "~/", "/")


def parse_json(text: str) -> Any:
    """A JSON text. Raises UnreadableManifest."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UnreadableManifest(str(error)[:200]) from None


def parse_package_json(text: str) -> Iterator[Declared]:
    """Dependencies of a package.json; packages of the same workspace are left out."""
    raw = parse_json(text)
    if not isinstance(raw, dict):
        raise UnreadableManifest("no table")
    for key, scope in _SCOPES:
        for name, version in as_mapping(raw.get(key)).items():
            text_of_version = version if isinstance(version, str) else ""
            if text_of_version.startswith(_OWN_VERSIONS + _OWN_FOLDERS):
                continue
            if text_of_version.startswith("npm:"):
                real, at, _ = text_of_version.removeprefix("npm:").rpartition("@")
                name = real if at and real else text_of_version.removeprefix("npm:")
            if 0 < len(name) <= LONGEST_NAME:
                yield Declared("npm", name.lower(), scope)


def parse_prisma_schema(text: str) -> Iterator[Declared]:
    """The database of a Prisma schema."""
    tokens = scan_code(BRACE_CODE, text)
    in_source = False
    for at, token in enumerate(tokens):
        if token == (SIGN, "}"):
            in_source = False
        elif token == (SIGN, "{"):
            in_source = at > 1 and tokens[at - 2] == (WORD, "datasource")
        elif in_source and token == (WORD, "provider") and tokens[at + 1] == (SIGN, "="):
            provider = tokens[at + 2 + (tokens[at + 2] == (SIGN, "["))]
            if provider.kind == TEXT and _PROVIDER.fullmatch(provider.text):
                yield Declared("engine", provider.text, RUNTIME)
