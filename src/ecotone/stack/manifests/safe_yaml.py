"""Read YAML of strangers in linear time: texts, lists and tables, aliases shared and never copied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import yaml

from ecotone.stack.manifests.declared import UnreadableManifest

DEEPEST: Final = 60
"""Levels of nesting."""
MERGE_KEY: Final = "<<"

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> list[Any]:
    """The documents of a YAML text; every scalar is its text. Raises UnreadableManifest.

    An alias is the same object as its anchor, so a text that multiplies by aliases stays small; callers visit
    each object once. Merge keys stay in the table under `<<` (`look_up`).
    """
    documents: list[Any] = []
    open_nodes: list[tuple[Any, list[Any]]] = []
    anchors: dict[str, Any] = {}
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent):
                _place_node(anchors.get(event.anchor or ""), open_nodes, documents)
            elif isinstance(event, yaml.ScalarEvent):
                _name_anchor(anchors, event.anchor, event.value)
                _place_node(event.value, open_nodes, documents)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                if len(open_nodes) >= DEEPEST:
                    raise UnreadableManifest(f"nested more than {DEEPEST} levels deep")
                node: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
                _name_anchor(anchors, event.anchor, node)
                _place_node(node, open_nodes, documents)
                open_nodes.append((node, []))
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                open_nodes.pop()
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableManifest(str(error)[:200]) from None
    return documents


def _name_anchor(anchors: dict[str, Any], name: str | None, node: Any) -> None:
    if name is not None:
        anchors[name] = node


def _place_node(node: Any, open_nodes: list[tuple[Any, list[Any]]], documents: list[Any]) -> None:
    """Put a node where the text has it: in the innermost open list or table, else among the documents."""
    if not open_nodes:
        documents.append(node)
        return
    parent, waiting_key = open_nodes[-1]
    if isinstance(parent, list):
        parent.append(node)
    elif waiting_key:
        key = waiting_key.pop()
        if isinstance(key, str):
            parent[key] = node
    else:
        waiting_key.append(node)


def look_up(table: dict[str, Any], key: str) -> Any:
    """The value of a key, its own or of a table that is merged into it; None if there is none."""
    return next((part[key] for part in _merged_parts(table) if key in part), None)


def merge_table(table: dict[str, Any]) -> dict[str, Any]:
    """A table with the keys of those that are merged into it; its own come first."""
    merged: dict[str, Any] = {}
    for part in _merged_parts(table):
        for key, value in part.items():
            if key != MERGE_KEY:
                merged.setdefault(key, value)
    return merged


def _merged_parts(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A table and those that are merged into it, each once; the first with a key has its value."""
    waiting: list[Any] = [table]
    visited: set[int] = set()
    while waiting:
        current = waiting.pop()
        if id(current) in visited or not isinstance(current, dict):
            continue
        visited.add(id(current))
        yield current
        merged = current.get(MERGE_KEY)
        waiting += reversed(merged) if isinstance(merged, list) else [merged]


def walk_tables(documents: list[Any]) -> Iterator[dict[str, Any]]:
    """Every table of the documents, each once."""
    waiting, visited = list(reversed(documents)), set[int]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, str) or node is None or id(node) in visited:
            continue
        visited.add(id(node))
        if isinstance(node, dict):
            yield node
            waiting += reversed(node.values())
        else:
            waiting += reversed(node)
