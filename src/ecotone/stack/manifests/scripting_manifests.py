"""Ruby, PHP and Elixir: Gemfile and gemspec, composer.json, mix.exs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ecotone.stack.manifests.code_tokens import (
    CODE_END,
    ELIXIR_CODE,
    KEY,
    LINE,
    LIST,
    RUBY_CODE,
    SIGN,
    SYMBOL,
    TEXT,
    WORD,
    CodeToken,
    scan_code,
)
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

_GEM_NAME: Final = re.compile(r"[\w.-]{1,100}")
_GEMSPEC_SCOPES: Final = {
    "add_dependency": RUNTIME,
    "add_runtime_dependency": RUNTIME,
    "add_development_dependency": DEVELOPMENT,
}
_DEV_GROUPS: Final = frozenset({"development", "test", "ci"})
_OPENERS: Final = frozenset({"case", "begin", "def", "module", "class"})
_CONDITIONS: Final = frozenset({"if", "unless"})
_LOOPS: Final = frozenset({"while", "until", "for"})
"""Words that open a block; the `do` of a loop opens no second one."""
_ENDS_OF_ARGUMENTS: Final = frozenset({"end", "do", "if", "unless", "then", "else"})
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_LONGEST_LIST: Final = 60
"""Tokens of a list of groups."""
_HEX_VERSION: Final = re.compile(r"\s*+(?:(?:~>|[<>=!]=?)\s*+)?\d")
_HEX_OPTIONS: Final = frozenset({"git", "github", "hex", "only", "optional", "override", "organization", "repo"})
_OWN_HEX_OPTIONS: Final = frozenset({"path", "in_umbrella"})
"""Options that name a folder of the same repository."""


def parse_gemfile(text: str) -> Iterator[Declared]:
    """Gems of a Gemfile or gemspec, with a stack of the open blocks and their groups."""
    tokens = scan_code(RUBY_CODE, text)
    blocks: list[tuple[str, frozenset[str]]] = []
    groups: frozenset[str] = frozenset()
    in_loop, at = False, 0
    while tokens[at] != CODE_END:
        before, token = tokens[at - 1] if at else CODE_END, tokens[at]
        at += 1
        after_point = before == (SIGN, ".")
        if token.kind == LINE:
            groups, in_loop = frozenset(), False
        elif token == (WORD, "gem") and not after_point and before != (WORD, "def"):
            yield from _read_gem(tokens, at, [groups for _, groups in blocks])
            at = _end_of_arguments(tokens, at)
        elif token.kind == WORD and token.text in _GEMSPEC_SCOPES and (name := _first_text(tokens, at)):
            yield Declared("gem", name, _GEMSPEC_SCOPES[token.text])
        elif token == (WORD, "group") and not after_point:
            end = _end_of_arguments(tokens, at)
            groups = frozenset(_named_words(tokens[at:end]))
            at = end
        elif token.text in ("{", "do") and token.kind in (SIGN, WORD) and not after_point:
            if not (token.text == "do" and in_loop):
                blocks.append(("}" if token.text == "{" else "end", groups))
            groups, in_loop = frozenset(), False
        elif token == (SIGN, "}") or (token == (WORD, "end") and not after_point):
            _close_block(blocks, token.text)
        elif token.kind == WORD and not after_point and _opens_block(token.text, before):
            blocks.append(("end", frozenset()))
            in_loop = token.text in _LOOPS


def _opens_block(word: str, before: CodeToken) -> bool:
    """Whether a word opens a block; a condition after a statement does not."""
    if word in _OPENERS:
        return True
    begins = before.kind in (LINE, CODE_END.kind) or before.text in ("=", "(", "then", "else", "do", "{", "|", "&")
    return word in _CONDITIONS | _LOOPS and (begins or word == "for")


def _close_block(blocks: list[tuple[str, frozenset[str]]], closer: str) -> None:
    if any(own == closer for own, _ in blocks[-3:]):
        while blocks.pop()[0] != closer:
            pass


def _read_gem(tokens: list[CodeToken], at: int, blocks: list[frozenset[str]]) -> Iterator[Declared]:
    name = _first_text(tokens, at)
    if not name:
        return
    arguments = tokens[at : _end_of_arguments(tokens, at)]
    groups = frozenset(_words_of_option(arguments, ("group", "groups")))
    dev = DEVELOPMENT in map(_scope_of_groups, (*blocks, groups))
    yield Declared("gem", name, DEVELOPMENT if dev else RUNTIME)


def _first_text(tokens: list[CodeToken], at: int) -> str:
    """The name of a gem that is the first argument; empty if it is no text."""
    at += tokens[at] == (SIGN, "(")
    return tokens[at].text.lower() if tokens[at].kind == TEXT and _GEM_NAME.fullmatch(tokens[at].text) else ""


def _end_of_arguments(tokens: list[CodeToken], at: int) -> int:
    """Where the arguments of a call end: at the end of a line without a comma, or at a word that begins a block."""
    depth = 0
    while (token := tokens[at]) != CODE_END:
        if token.kind == SIGN and token.text in _OPEN:
            if not depth and token.text == "{" and tokens[at - 1] != (SIGN, ","):
                return at
            depth += 1
        elif token.kind == SIGN and token.text in _CLOSE:
            if not depth:
                return at
            depth -= 1
        elif not depth and _ends_arguments(token, tokens[at - 1]):
            return at
        at += 1
    return at


def _ends_arguments(token: CodeToken, before: CodeToken) -> bool:
    return (token.kind == LINE and before != (SIGN, ",")) or (token.kind == WORD and token.text in _ENDS_OF_ARGUMENTS)


def _words_of_option(arguments: list[CodeToken], names: tuple[str, ...]) -> Iterator[str]:
    """The words that an option `name: value` or `:name => value` gives: one, or those of a list."""
    for at, token in enumerate(arguments):
        if token.text not in names or token.kind not in (KEY, SYMBOL):
            continue
        value = at + 1 if token.kind == KEY else at + 3
        if arguments[value : value + 1] == [(SIGN, "[")]:
            listed = [token.text for token in arguments[value : value + _LONGEST_LIST]]
            yield from _named_words(arguments[value : value + (listed.index("]") if "]" in listed else 0)])
        else:
            yield from _named_words(arguments[value : value + 1])


def _named_words(tokens: list[CodeToken]) -> Iterator[str]:
    for token in tokens:
        if token.kind in (SYMBOL, TEXT):
            yield token.text
        elif token.kind == LIST:
            yield from token.text.split()


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
    """Dependencies of a mix.exs: tuples `{:name, "version", ...}` or `{:name, option: ...}`, not those of results."""
    tokens = scan_code(ELIXIR_CODE, text)
    at = 0
    while tokens[at] != CODE_END:
        at += 1
        if tokens[at - 1] != (SIGN, "{") or tokens[at].kind != SYMBOL or tokens[at + 1] != (SIGN, ","):
            continue
        name, begin = tokens[at].text, at + 2
        at = _end_of_tuple(tokens, begin)
        details = tokens[begin:at]
        options = {token.text for token in details if token.kind == KEY}
        versioned = details[:1] and details[0].kind == TEXT and _HEX_VERSION.match(details[0].text)
        if len(name) > LONGEST_NAME or options & _OWN_HEX_OPTIONS or not (versioned or options & _HEX_OPTIONS):
            continue
        only = set(_words_of_option(details, ("only",)))
        optional = any(pair == [(KEY, "optional"), (WORD, "true")] for pair in _pairs(details))
        scope = DEVELOPMENT if only and "prod" not in only else OPTIONAL if optional else RUNTIME
        yield Declared("hex", next(_words_of_option(details, ("hex",)), name), scope)


def _end_of_tuple(tokens: list[CodeToken], at: int) -> int:
    depth = 0
    while tokens[at] != CODE_END:
        if tokens[at].kind == SIGN and tokens[at].text in _OPEN:
            depth += 1
        elif tokens[at].kind == SIGN and tokens[at].text in _CLOSE:
            if not depth:
                return at
            depth -= 1
        at += 1
    return at


def _pairs(tokens: list[CodeToken]) -> Iterator[list[CodeToken]]:
    return (tokens[at : at + 2] for at in range(len(tokens) - 1))
