"""Ruby, PHP and Elixir: Gemfile and gemspec, composer.json, mix.exs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ecotone.stack.manifests.declared import (
    DEVELOPMENT,
    LONGEST_NAME,
    OPTIONAL,
    RUNTIME,
    Declared,
    UnreadableManifest,
    as_mapping,
)
from ecotone.stack.manifests.javascript_manifests import parse_json

_LONGEST_LINE: Final = 2000
_GEM: Final = re.compile(r"gem[ \t(]+[\"']([\w.-]{1,100})[\"'](.*)")
_GEM_DEPENDENCY: Final = re.compile(
    r"\.add_(runtime_|development_)?dependency[ \t(]+(?:%q[<({\[]|[\"'])([\w.-]{1,100})"
)
_GROUP_OPTION: Final = re.compile(r"\bgroups?(?::|[ \t]*=>|\b.{0,3}=>)[ \t]*(\[[^\]]{0,200}\]|:\w+|[\"']\w+)")
_BLOCK_START: Final = re.compile(r"(?:if|unless|case|begin|def|while|for)\b|.*\bdo\b(?:[ \t]*\|[^|]*\|)?[ \t]*$")
_DEV_GROUPS: Final = frozenset({"development", "test", "ci"})
_MIX: Final = re.compile(r"\{[ \t]*:([a-z]\w{0,80})[ \t]*,([^{}]{0,500})\}")
_MIX_ONLY: Final = re.compile(r"\bonly:[ \t]*(\[[^\]]{0,200}\]|:\w+)")


def parse_gemfile(text: str) -> Iterator[Declared]:
    """Gems of a Gemfile or gemspec, line by line with a stack of the open blocks."""
    blocks: list[frozenset[str]] = []
    for raw in text.splitlines():
        line = raw[:_LONGEST_LINE].strip()
        if not line or line[0] == "#":
            continue
        if match := _GEM_DEPENDENCY.search(line):
            yield Declared("gem", match[2].lower(), DEVELOPMENT if match[1] == "development_" else RUNTIME)
        elif match := _GEM.match(line):
            option = _GROUP_OPTION.search(match[2])
            groups = _group_words(option[1]) if option else frozenset()
            scopes = (_scope_of_groups(block) for block in (*blocks, groups))
            yield Declared("gem", match[1].lower(), DEVELOPMENT if DEVELOPMENT in scopes else RUNTIME)
        elif re.match(r"end\b", line):
            del blocks[-1:]
        elif _BLOCK_START.match(line):
            blocks.append(_group_words(line) if line.startswith("group") else frozenset())


def _group_words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[:\"'](\w+)", text))


def _scope_of_groups(groups: frozenset[str]) -> str:
    return DEVELOPMENT if groups & _DEV_GROUPS and "production" not in groups else RUNTIME


def parse_composer_json(text: str) -> Iterator[Declared]:
    """Packages of a composer.json; the language and its extensions are none."""
    raw = parse_json(text)
    if not isinstance(raw, dict):
        raise UnreadableManifest("no table")
    for key, scope in (("require", RUNTIME), ("require-dev", DEVELOPMENT), ("suggest", OPTIONAL)):
        for name in as_mapping(raw.get(key)):
            if "/" in name and len(name) <= LONGEST_NAME:
                yield Declared("composer", name.lower(), scope)


def parse_mix_project(text: str) -> Iterator[Declared]:
    """Dependencies of a mix.exs, which are written as `{:name, ...}`."""
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for match in _MIX.finditer(code):
        only = _MIX_ONLY.search(match[2])
        dev = only is not None and ":prod" not in only[1]
        yield Declared("hex", match[1], DEVELOPMENT if dev else RUNTIME)
