"""Parse YAML into texts, lists and mappings with line numbers.

Uses only the parser of PyYAML's safe loader: scalars stay texts (`NO` is not False), tags create no objects, aliases
are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

from ecotone.people.affiliation_files.field_parsers import Unreadable, printable_excerpt

DEEPEST: Final = 30  # real files are 6 deep
# libyaml's parser, if available, is twenty times faster
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS: Final = {"true": True, "false": False}
_PLAIN_TAGS: Final = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class YamlText:
    """A scalar; `None` is null."""

    value: str | None
    line: int


@dataclass(frozen=True, slots=True)
class YamlList:
    """A sequence."""

    items: tuple[YamlNode, ...]
    line: int


@dataclass(frozen=True, slots=True)
class YamlMapping:
    """A mapping; keys may repeat."""

    pairs: tuple[tuple[YamlNode, YamlNode], ...]
    line: int


YamlNode: TypeAlias = YamlText | YamlList | YamlMapping


@dataclass(frozen=True, slots=True)
class ParsedYaml:
    """The documents before the first damage, and the damage, if any."""

    documents: tuple[YamlNode, ...]
    damage_line: int | None = None
    damage: str = ""


class _OpenCollection:
    """A collection that is still being parsed, or the whole text."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.children: list[YamlNode] = []


def parse_yaml(text: str, first_line: int = 1) -> ParsedYaml:
    """Parse the documents of a YAML text; never raises."""
    stack = [_OpenCollection(first_line)]
    line = first_line
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            line = first_line + event.start_mark.line if event.start_mark else line
            reason = _add_event_to_tree(event, stack, line)
            if reason:
                return ParsedYaml(tuple(stack[0].children), line, reason)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        # libyaml may mark the line after the last one
        line = first_line + min(mark.line, text.count("\n")) if mark else line
        return ParsedYaml(
            tuple(stack[0].children), line, f"not YAML: {printable_excerpt(problem.problem or 'damaged')}"
        )
    except (yaml.YAMLError, ValueError, OverflowError) as problem:
        return ParsedYaml(tuple(stack[0].children), line, f"not YAML: {printable_excerpt(str(problem))}")
    return ParsedYaml(tuple(stack[0].children))


def list_entries(node: YamlNode, what: str) -> tuple[YamlNode, ...]:
    """The items of a list; empty for null. Raises `Unreadable`."""
    if isinstance(node, YamlText) and node.value is None:
        return ()
    if not isinstance(node, YamlList):
        raise Unreadable(f"{what} is not a list")
    return node.items


def mapping_fields(node: YamlNode, what: str) -> dict[str, YamlNode]:
    """The mapping as a dict; empty for null. Raises `Unreadable` if a key is not a text or repeats."""
    if isinstance(node, YamlText) and node.value is None:
        return {}
    if not isinstance(node, YamlMapping):
        raise Unreadable(f"{what} is not a mapping")
    fields: dict[str, YamlNode] = {}
    for key, value in node.pairs:
        if not isinstance(key, YamlText) or key.value is None:
            raise Unreadable(f"a key of {what} is not a text")
        if key.value in fields:
            raise Unreadable(f"the key {printable_excerpt(key.value)!r} of {what} occurs twice")
        fields[key.value] = value
    return fields


def text_field(fields: dict[str, YamlNode], key: str) -> str | None:
    """The text of a key; `None` if missing, null or blank. Raises `Unreadable`."""
    node = fields.get(key)
    if node is None:
        return None
    if not isinstance(node, YamlText):
        raise Unreadable(f"{key!r} is not a text")
    return node.value if node.value and node.value.strip() else None


def boolean_field(fields: dict[str, YamlNode], key: str) -> bool | None:
    """The boolean of a key; `None` if missing or null. Raises `Unreadable`."""
    text = text_field(fields, key)
    if text is None:
        return None
    if text.casefold() not in _TRUTHS:
        raise Unreadable(f"{key!r} is neither true nor false")
    return _TRUTHS[text.casefold()]


def node_excerpt(node: YamlNode) -> str:
    """The node as one line, for a refusal."""
    if isinstance(node, YamlText):
        return node.value or "null"
    if isinstance(node, YamlList):
        return "[" + ", ".join(node_excerpt(item) for item in node.items[:5]) + "]"
    return "{" + ", ".join(f"{node_excerpt(key)}: {node_excerpt(value)}" for key, value in node.pairs[:5]) + "}"


def _add_event_to_tree(event: yaml.Event, stack: list[_OpenCollection], line: int) -> str | None:
    """Add an event to the tree; returns the reason if it is refused."""
    if isinstance(event, yaml.AliasEvent):
        return "aliases (*name) are refused: repeat the text instead"
    if isinstance(event, yaml.NodeEvent):
        tag = getattr(event, "tag", None)
        if tag not in (None, "!") and not (tag.startswith(_PLAIN_TAGS) and "python" not in tag):
            return f"the tag {printable_excerpt(tag)!r} is refused"
    if isinstance(event, yaml.ScalarEvent):
        is_null = event.style is None and event.value in _NULLS
        stack[-1].children.append(YamlText(None if is_null else event.value, line))
    elif isinstance(event, yaml.CollectionStartEvent):
        if len(stack) > DEEPEST:
            return f"nested more than {DEEPEST} deep"
        stack.append(_OpenCollection(line))
    elif isinstance(event, yaml.SequenceEndEvent):
        done = stack.pop()
        stack[-1].children.append(YamlList(tuple(done.children), done.line))
    elif isinstance(event, yaml.MappingEndEvent):
        done = stack.pop()
        halves = iter(done.children)
        stack[-1].children.append(YamlMapping(tuple(zip(halves, halves, strict=True)), done.line))
    return None
