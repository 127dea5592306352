"""The patterns of the source, and texts on which a pattern takes longest, made from the pattern itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

pattern_parser: Any = import_module("re._parser")
METHODS = frozenset({"search", "match", "fullmatch", "sub", "findall", "finditer", "split"})
REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT"})
MOST_TEXTS = 40
CATEGORIES = {"CATEGORY_SPACE": " ", "CATEGORY_DIGIT": "1", "CATEGORY_NOT_WORD": "-"}


@dataclass(slots=True)
class UsedPattern:
    """A pattern, where it is defined, and the methods of it that are called."""

    pattern: re.Pattern[Any]
    place: str
    methods: set[str] = field(default_factory=set)


def patterns_of_source(source: Path) -> list[UsedPattern]:
    """The compiled patterns of all modules, and the patterns given to functions of `re` as they are."""
    called: dict[tuple[str, str], set[str]] = {}
    found: dict[tuple[str | bytes, int], UsedPattern] = {}

    def add(pattern: re.Pattern[Any], place: str, methods: Iterable[str]) -> None:
        found.setdefault((pattern.pattern, pattern.flags), UsedPattern(pattern, place)).methods.update(methods)

    named = []
    for path in sorted(source.rglob("*.py")):
        module = ".".join(path.relative_to(source.parent).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Attribute | ast.Call)):
                continue
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                owner = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
                for where in (module, ""):  # by its own module, or else by those that import it
                    called.setdefault((where, owner), set()).add(node.attr)
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"re.{method}" for method in METHODS}:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    add(re.compile(first.value), f"{module}, line {node.lineno}", [node.func.attr])
        if not module.endswith("__main__"):
            for name, value in vars(import_module(module)).items():
                named += [(pattern, module, name) for pattern in _patterns_in(value)]
    for pattern, module, name in named:
        methods = called.get((module, name)) or called.get(("", name)) or {"search"}
        add(pattern, f"{module}.{name}", methods)
    return list(found.values())


def _patterns_in(value: object, depth: int = 3) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, tuple | list | frozenset | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _patterns_in(part, depth - 1)


def hostile_texts(pattern: re.Pattern[Any], length: int) -> list[Any]:
    """Texts that repeat what the pattern repeats, after what leads there, and end so that it does not match."""
    parsed = pattern_parser.parse(
        pattern.pattern, pattern.flags & ~re.UNICODE if pattern.flags & re.LOCALE else pattern.flags
    )
    repeats = list(dict.fromkeys(_repeats(parsed, "")))
    pumps = list(dict.fromkeys([*(body for _, body in repeats), *sorted(_letters(parsed))[:8], " "]))
    pairs = [*repeats, *(("", pump) for pump in pumps)]
    pairs += [(prefix, pump) for prefix, _ in repeats[:6] for pump in pumps[:12]]
    pairs += [("", first + second) for first in pumps[:3] for second in pumps[:3] if first != second]
    pairs.append(("", _shortest(parsed) or "a"))
    texts = [
        prefix + (body * (length // len(body)))[: length - len(prefix)] + "\x00!"
        for prefix, body in dict.fromkeys(pairs)
        if body
    ][:MOST_TEXTS]
    return texts if isinstance(pattern.pattern, str) else [text.encode("utf-8", "replace") for text in texts]


def _repeats(parsed: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """The shortest text that leads to each long repeat, and what it repeats."""
    for operation, value in parsed:
        name = str(operation)
        if name in REPEATS:
            if value[1] > 50:
                yield prefix, _shortest(value[2])
            yield from _repeats(value[2], prefix)
        elif name in ("SUBPATTERN", "ATOMIC_GROUP"):
            yield from _repeats(value[3] if name == "SUBPATTERN" else value, prefix)
        elif name == "BRANCH":
            for branch in value[1]:
                yield from _repeats(branch, prefix)
        prefix += _shortest([(operation, value)])


def _letters(parsed: Any) -> set[str]:
    """The letters that the pattern names."""
    letters: set[str] = set()
    for operation, value in parsed:
        name = str(operation)
        if name == "LITERAL":
            letters.add(chr(value))
        elif name in (*REPEATS, "POSSESSIVE_REPEAT"):
            letters |= _letters(value[2])
        elif name in ("SUBPATTERN", "ATOMIC_GROUP"):
            letters |= _letters(value[3] if name == "SUBPATTERN" else value)
    return {letter for letter in letters if not letter.isalnum()}


def _shortest(parsed: Any) -> str:
    """A short text that matches."""
    text = ""
    for operation, value in parsed:
        name = str(operation)
        if name == "LITERAL":
            text += chr(value)
        elif name in ("NOT_LITERAL", "ANY"):
            text += "q"
        elif name == "IN":
            text += _letter_of_class([(str(kind), of_kind) for kind, of_kind in value])
        elif name in (*REPEATS, "POSSESSIVE_REPEAT"):
            text += _shortest(value[2]) * min(value[0], 50)
        elif name in ("SUBPATTERN", "ATOMIC_GROUP"):
            text += _shortest(value[3] if name == "SUBPATTERN" else value)
        elif name == "BRANCH":
            text += _shortest(value[1][0])
    return text


def _letter_of_class(members: list[tuple[str, Any]]) -> str:
    kind, value = members[0]
    if kind == "LITERAL":
        return chr(value)
    if kind == "RANGE":
        return chr(value[0])
    return "q" if kind == "NEGATE" else CATEGORIES.get(str(value), "a")
