"""Reads YAML into texts, lists and mappings that know their lines; every scalar stays the text it is.

Only the parser of PyYAML's safe loader is used: no tag makes an object, `NO` stays `NO`, no alias is followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

from ecotone.people.affiliation_files.values import Unreadable, excerpt

DEEPEST: Final = 30  # real files are 6 deep
# libyaml's parser where PyYAML was built with it, as its wheels are: twenty times faster
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS: Final = {"true": True, "false": False}
_PLAIN_TAGS: Final = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar; `None` is a plain null."""

    value: str | None
    line: int


@dataclass(frozen=True, slots=True)
class List:
    """A sequence."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping, with doubled keys still in it."""

    pairs: tuple[tuple[Node, Node], ...]
    line: int


Node: TypeAlias = Text | List | Pairs


@dataclass(frozen=True, slots=True)
class Parsed:
    """The documents before the first damage, and the damage."""

    documents: tuple[Node, ...]
    damage_line: int | None = None
    damage: str = ""


class _Open:
    """A collection, or the whole text, that has begun and not ended."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.children: list[Node] = []


def parse(text: str, first_line: int = 1) -> Parsed:
    """The documents of a YAML text; never raises."""
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
    """The items of a list; nothing for a null. Raises `Unreadable`."""
    if isinstance(node, Text) and node.value is None:
        return ()
    if not isinstance(node, List):
        raise Unreadable(f"{what} is not a list")
    return node.items


def fields_of(node: Node, what: str) -> dict[str, Node]:
    """The mapping by its keys; nothing for a null. Raises `Unreadable` where a key is no text or stands twice."""
    if isinstance(node, Text) and node.value is None:
        return {}
    if not isinstance(node, Pairs):
        raise Unreadable(f"{what} is not a mapping")
    made: dict[str, Node] = {}
    for key, value in node.pairs:
        if not isinstance(key, Text) or key.value is None:
            raise Unreadable(f"a key of {what} is not a text")
        if key.value in made:
            raise Unreadable(f"the key {excerpt(key.value)!r} of {what} stands twice")
        made[key.value] = value
    return made


def text_at(fields: dict[str, Node], key: str) -> str | None:
    """The text under a key; `None` where it is missing, null or blank. Raises `Unreadable`."""
    node = fields.get(key)
    if node is None:
        return None
    if not isinstance(node, Text):
        raise Unreadable(f"{key!r} is not a text")
    return node.value if node.value and node.value.strip() else None


def truth_at(fields: dict[str, Node], key: str) -> bool | None:
    """True or false under a key; `None` where it is missing or null. Raises `Unreadable`."""
    text = text_at(fields, key)
    if text is None:
        return None
    if text.casefold() not in _TRUTHS:
        raise Unreadable(f"{key!r} is neither true nor false")
    return _TRUTHS[text.casefold()]


def shown(node: Node) -> str:
    """The node as one short line, for a refusal."""
    if isinstance(node, Text):
        return node.value or "null"
    if isinstance(node, List):
        return "[" + ", ".join(shown(item) for item in node.items[:5]) + "]"
    return "{" + ", ".join(f"{shown(key)}: {shown(value)}" for key, value in node.pairs[:5]) + "}"


def _take(event: yaml.Event, stack: list[_Open], line: int) -> str | None:
    """Put an event into the tree; the reason why it cannot be."""
    if isinstance(event, yaml.AliasEvent):
        return "an alias (*name) is not followed: write the text again"
    if isinstance(event, yaml.NodeEvent):
        tag = getattr(event, "tag", None)
        if tag not in (None, "!") and not (tag.startswith(_PLAIN_TAGS) and "python" not in tag):
            return f"the tag {excerpt(tag)!r} is not read"
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
