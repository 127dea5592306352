"""Read the query part of GraphQL's language into fields, arguments and fragments."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_TOKEN: Final = re.compile(
    r'[\s,\ufeff]+|#[^\n\r]*|(?P<block>"""(?:[^"\\]|\\.|"(?!""))*""")|(?P<string>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<spread>\.\.\.)|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[_A-Za-z]\w*)|(?P<sign>[!$&():=@\[\]{|}])"
)


class SyntaxProblem(ValueError):
    """A text that is no query; says where."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that comes with the query."""

    name: str


@dataclass(frozen=True, slots=True)
class Enum:
    """A word such as DESC."""

    name: str


Value = Any  # null, bool, number, text, Enum, Variable, or lists and dicts of these


@dataclass(frozen=True, slots=True)
class Directive:
    """`@include(if: ...)` or `@skip(if: ...)`."""

    name: str
    arguments: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a selection; `key` is what the answer calls it."""

    key: str
    name: str
    arguments: Mapping[str, Value]
    directives: tuple[Directive, ...]
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A selection that holds for one type only; None: for any."""

    on: str | None
    directives: tuple[Directive, ...]
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """A named fragment."""

    name: str
    directives: tuple[Directive, ...]


Selection = Field | Fragment | Spread


@dataclass(frozen=True, slots=True)
class Operation:
    """A query; `defaults` are those of its variables, `demanded` those that must come with it."""

    kind: str
    name: str | None
    defaults: Mapping[str, Value]
    demanded: frozenset[str]
    declared: frozenset[str]
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole text."""

    operations: tuple[Operation, ...]
    fragments: Mapping[str, Fragment] = field(default_factory=dict)


def parse(text: str) -> Document:
    """The operations and fragments of a text; raises SyntaxProblem."""
    return _Parser(text).document()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise SyntaxProblem(f"Parse error on {text[position]!r} (error) at position {position}")
            if match.lastgroup:
                self.tokens.append((match.lastgroup, match[0]))
            position = match.end()
        self.place = 0

    def document(self) -> Document:
        operations: list[Operation] = []
        fragments: dict[str, Fragment] = {}
        while self.place < len(self.tokens):
            if self._at("{"):
                operations.append(Operation("query", None, {}, frozenset(), frozenset(), self._selections()))
                continue
            word = self._name()
            if word == "fragment":
                name = self._name()
                self._word("on")
                on = self._name()
                fragments[name] = Fragment(on, self._directives(), self._selections())
            elif word in ("query", "mutation", "subscription"):
                operations.append(self._operation(word))
            else:
                raise SyntaxProblem(f'Parse error on "{word}" (IDENTIFIER)')
        return Document(tuple(operations), fragments)

    def _operation(self, kind: str) -> Operation:
        name = self._name() if self._peek()[0] == "name" else None
        defaults: dict[str, Value] = {}
        demanded, declared = set(), set()
        if self._take("("):
            while not self._take(")"):
                self._expect("$")
                variable = self._name()
                declared.add(variable)
                self._expect(":")
                needed = self._type()
                if self._take("="):
                    defaults[variable] = self._value()
                elif needed:
                    demanded.add(variable)
        self._directives()
        return Operation(kind, name, defaults, frozenset(demanded), frozenset(declared), self._selections())

    def _type(self) -> bool:
        """Whether it may not be null; what it is does not matter here."""
        if self._take("["):
            self._type()
            self._expect("]")
        else:
            self._name()
        return self._take("!")

    def _selections(self) -> tuple[Selection, ...]:
        self._expect("{")
        found: list[Selection] = []
        while not self._take("}"):
            found.append(self._selection())
        if not found:
            raise SyntaxProblem('Parse error on "}" (RCURLY)')
        return tuple(found)

    def _selection(self) -> Selection:
        if self._peek()[0] == "spread":
            self.place += 1
            if self._peek() == ("name", "on"):
                self.place += 1
                on = self._name()
                return Fragment(on, self._directives(), self._selections())
            if self._peek()[0] == "name":
                return Spread(self._name(), self._directives())
            return Fragment(None, self._directives(), self._selections())
        key = name = self._name()
        if self._take(":"):
            name = self._name()
        arguments = self._arguments()
        directives = self._directives()
        return Field(key, name, arguments, directives, self._selections() if self._at("{") else ())

    def _arguments(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        if self._take("("):
            while not self._take(")"):
                name = self._name()
                self._expect(":")
                found[name] = self._value()
        return found

    def _directives(self) -> tuple[Directive, ...]:
        found = []
        while self._take("@"):
            found.append(Directive(self._name(), self._arguments()))
        return tuple(found)

    def _value(self) -> Value:
        kind, text = self._peek()
        if text in ("[", "{"):
            return self._list() if text == "[" else self._object()
        self.place += 1
        if text == "$":
            return Variable(self._name())
        if kind == "number":
            return float(text) if re.search(r"[.eE]", text) else int(text)
        if kind == "string":
            return json.loads(text)
        if kind == "block":
            return text[3:-3]
        if kind == "name":
            words: dict[str, Value] = {"true": True, "false": False, "null": None}
            return words[text] if text in words else Enum(text)
        raise SyntaxProblem(f'Parse error on "{text}"')

    def _list(self) -> list[Value]:
        self._expect("[")
        found = []
        while not self._take("]"):
            found.append(self._value())
        return found

    def _object(self) -> dict[str, Value]:
        self._expect("{")
        found = {}
        while not self._take("}"):
            name = self._name()
            self._expect(":")
            found[name] = self._value()
        return found

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def _at(self, sign: str) -> bool:
        return self._peek() == ("sign", sign)

    def _take(self, sign: str) -> bool:
        if self._at(sign):
            self.place += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise SyntaxProblem(f'Expected "{sign}", actual: "{self._peek()[1]}"')

    def _word(self, word: str) -> None:
        if self._name() != word:
            raise SyntaxProblem(f'Expected "{word}"')

    def _name(self) -> str:
        kind, text = self._peek()
        if kind != "name":
            raise SyntaxProblem(f'Expected NAME, actual: "{text}"')
        self.place += 1
        return text
