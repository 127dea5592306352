"""Parse YAML into texts, lists and mappings with line numbers.

Uses only the parser of PyYAML's safe loader: scalars stay texts (`NO` is not False), tags create no objects, aliases
are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

from ecotone.people.affiliation_files.values import Unreadable, excerpt

DEEPEST: Final = 30  # real files are 6 deep
# libyaml's parser, if available, is twenty times faster
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS: Final = {"true": True, "false": False}
_PLAIN_TAGS: Final = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar; `None` is null."""

    value: str | None
    line: int


@dataclass(frozen=True, slots=True)
class List:
    """A sequence."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping; keys may repeat."""

    pairs: tuple[tuple[Node, Node], ...]
    line: int


Node: TypeAlias = Text | List | Pairs


@dataclass(frozen=True, slots=True)
class Parsed:
    """The documents before the first damage, and the damage, if any."""

    documents: tuple[Node, ...]
    damage_line: int | None = None
    damage: str = ""


class _Open:
    """A collection that is still being parsed, or the whole text."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.children: list[Node] = []


def parse(text: str, first_line: int = 1) -> Parsed:
    """Parse the documents of a YAML text; never raises."""
    stack = [_Open(first_line)]
    line = first_line
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            line = first_line + event.start_mark.line if event.start_mark else line
            reason = _take(event, stack, line)
            if reason:
                return Parsed(tuple(stack[0].children), line, reason)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = first_line + mark.line if mark else line
        return Parsed(tuple(stack[0].children), line, f"not YAML: {excerpt(problem.problem or 'damaged')}")
    except (yaml.YAMLError, ValueError, OverflowError) as problem:
        return Parsed(tuple(stack[0].children), line, f"not YAML: {excerpt(str(problem))}")
    return Parsed(tuple(stack[0].children))


def entries_of(node: Node, what: str) -> tuple[Node, ...]:
    """The items of a list; empty for null. Raises `Unreadable`."""
    if isinstance(node, Text) and node.value is None:
        return ()
    if not isinstance(node, List):
        raise Unreadable(f"{what} is not a list")
    return node.items


def fields_of(node: Node, what: str) -> dict[str, Node]:
    """The mapping as a dict; empty for null. Raises `Unreadable` if a key is not a text or repeats."""
    if isinstance(node, Text) and node.value is None:
        return {}
    if not isinstance(node, Pairs):
        raise Unreadable(f"{what} is not a mapping")
    made: dict[str, Node] = {}
    for key, value in node.pairs:
        if not isinstance(key, Text) or key.value is None:
            raise Unreadable(f"a key of {what} is not a text")
        if key.value in made:
            raise Unreadable(f"the key {excerpt(key.value)!r} of {what} occurs twice")
        made[key.value] = value
    return made


def text_at(fields: dict[str, Node], key: str) -> str | None:
    """The text of a key; `None` if missing, null or blank. Raises `Unreadable`."""
    node = fields.get(key)
    if node is None:
        return None
    if not isinstance(node, Text):
        raise Unreadable(f"{key!r} is not a text")
    return node.value if node.value and node.value.strip() else None


def truth_at(fields: dict[str, Node], key: str) -> bool | None:
    """The boolean of a key; `None` if missing or null. Raises `Unreadable`."""
    text = text_at(fields, key)
    if text is None:
        return None
    if text.casefold() not in _TRUTHS:
        raise Unreadable(f"{key!r} is neither true nor false")
    return _TRUTHS[text.casefold()]


def shown(node: Node) -> str:
    """The node as one line, for a refusal."""
    if isinstance(node, Text):
        return node.value or "null"
    if isinstance(node, List):
        return "[" + ", ".join(shown(item) for item in node.items[:5]) + "]"
    return "{" + ", ".join(f"{shown(key)}: {shown(value)}" for key, value in node.pairs[:5]) + "}"


def _take(event: yaml.Event, stack: list[_Open], line: int) -> str | None:
    """Add an event to the tree; returns the reason if it is refused."""
    if isinstance(event, yaml.AliasEvent):
        return "aliases (*name) are refused: repeat the text instead"
    if isinstance(event, yaml.NodeEvent):
        tag = getattr(event, "tag", None)
        if tag not in (None, "!") and not (tag.startswith(_PLAIN_TAGS) and "python" not in tag):
            return f"the tag {excerpt(tag)!r} is refused"
    if isinstance(event, yaml.ScalarEvent):
        is_null = event.style is None and event.value in _NULLS
        stack[-1].children.append(Text(None if is_null else event.value, line))
    elif isinstance(event, yaml.CollectionStartEvent):
        if len(stack) > DEEPEST:
            return f"nested more than {DEEPEST} deep"
        stack.append(_Open(line))
    elif isinstance(event, yaml.SequenceEndEvent):
        done = stack.pop()
        stack[-1].children.append(List(tuple(done.children), done.line))
    elif isinstance(event, yaml.MappingEndEvent):
        done = stack.pop()
        halves = iter(done.children)
        stack[-1].children.append(Pairs(tuple(zip(halves, halves, strict=True)), done.line))
    return None
