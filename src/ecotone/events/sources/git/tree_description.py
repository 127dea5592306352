"""What a repository says of itself: one sentence of description, and its licence, from the newest tree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ecotone.events.sources.git.blob_reader import BlobReader
from ecotone.events.sources.git.month_ends import OPEN, FileVersion
from ecotone.foundation.output_text import make_printable
from ecotone.foundation.safe_toml import parse_toml
from ecotone.stack.manifests.declared import UnreadableManifest
from ecotone.stack.manifests.manifest_reader import decode_manifest

MAX_CHARACTERS: Final = 1 << 16
LONGEST_DESCRIPTION: Final = 240
SHORTEST_DESCRIPTION: Final = 20
FEWEST_WORDS: Final = 4
MENU_MARKS: Final = 2
MAX_PARAGRAPHS: Final = 40
OTHER_LICENCE: Final = "LicenseRef-other"
"""A licence file whose text is none of those known."""

_LICENCE_FILE: Final = re.compile(
    r"(?:licen[cs]e|copying)(?:[-_.](?P<kind>[a-z0-9.-]{1,20}?))?(?:\.(?:md|txt|rst))?", re.IGNORECASE
)
_KINDS_OF_CHOICE: Final = ("apache", "apache2", "apache-2.0", "mit", "bsd", "gpl", "lgpl", "mpl", "epl", "unlicense")
_MANIFESTS: Final = ("pyproject.toml", "Cargo.toml", "package.json", "composer.json")

# Phrases of licences, the most specific first; all phrases of a licence must occur. Source: the SPDX License List.
_PHRASES: Final = (
    ("AGPL-3.0", ("gnu affero general public license", "version 3")),
    ("LGPL-3.0", ("gnu lesser general public license", "version 3")),
    ("LGPL-2.1", ("gnu lesser general public license", "version 2.1")),
    ("SSPL-1.0", ("server side public license",)),
    ("BUSL-1.1", ("business source license 1.1",)),
    ("Elastic-2.0", ("elastic license 2.0",)),
    ("MPL-2.0", ("mozilla public license", "2.0")),
    ("EPL-2.0", ("eclipse public license", "2.0")),
    ("GPL-3.0", ("gnu general public license", "version 3")),
    ("GPL-2.0", ("gnu general public license", "version 2")),
    ("Apache-2.0", ("apache license", "version 2.0")),
    ("Apache-2.0", ("apache license 2.0",)),
    ("MIT", ("permission is hereby granted, free of charge, to any person obtaining a copy", "as is")),
    ("BSD-3-Clause", ("redistributions of source code must retain", "neither the name")),
    ("BSD-2-Clause", ("redistributions of source code must retain", "redistributions in binary form")),
    ("ISC", ("permission to use, copy, modify, and/or distribute this software for any purpose with or without fee",)),
    ("PostgreSQL", ("permission to use, copy, modify, and distribute this software and its documentation for any",)),
    ("Unlicense", ("this is free and unencumbered software released into the public domain",)),
    ("CC0-1.0", ("cc0 1.0 universal",)),
    ("CC-BY-4.0", ("creative commons attribution 4.0",)),
    ("Zlib", ("this software is provided 'as-is', without any express or implied warranty", "altered source versions")),
)
_CHANGED: Final = (
    "additional condition",
    "linking exception",
    "additional term",
    "modified version of the",
    "附加条件",
    "附加条款",
)
"""Words in the first part of a text that adds conditions to a known licence."""
_FIRST_PART: Final = 3000


class TreeDescription(NamedTuple):
    """One sentence, and an SPDX identifier or `OTHER_LICENCE`; None where the tree has none."""

    description: str | None
    licence: str | None


def is_licence_file(path: str) -> bool:
    """Whether a file of a tree is the licence of the whole tree."""
    return "/" not in path and _LICENCE_FILE.fullmatch(path) is not None


def read_tree_description(reader: BlobReader, versions: Iterable[FileVersion], readme: str | None) -> TreeDescription:
    """Read the description and the licence of the newest tree; the caller has fetched the blobs.

    A description in a manifest comes before the README's first sentence; the licence file before the manifest.
    """
    newest = {version.path: version.object_id for version in versions if version.until == OPEN}
    wanted = {path: newest[path] for path in newest if path in _MANIFESTS or is_licence_file(path)}
    small = {
        object_id for object_id in wanted.values() if reader.sizes.get(object_id, MAX_CHARACTERS + 1) <= MAX_CHARACTERS
    }
    contents = dict(reader.read_blobs(sorted(small)))
    texts = {path: contents[object_id] for path, object_id in wanted.items() if object_id in contents}
    facts = [fact for name in _MANIFESTS if name in texts for fact in [_manifest_facts(name, texts[name])]]
    described = next((fact.description for fact in facts if fact.description), None)
    declared = next((fact.licence for fact in facts if fact.licence), None)
    recognised = find_licence({path: decode_text(text) for path, text in texts.items() if is_licence_file(path)})
    return TreeDescription(
        described or first_sentence(readme or ""),
        declared if recognised in (None, OTHER_LICENCE) and declared else recognised,
    )


def decode_text(content: bytes) -> str:
    """The text of a file; characters that are not UTF-8 are replaced."""
    return content[:MAX_CHARACTERS].decode("utf-8", "replace")


def find_licence(texts: Mapping[str, str]) -> str | None:
    """The licence of licence files by name; None if there is none.

    Several files that are named after their licences are a choice: LICENSE-MIT and LICENSE-APACHE are "Apache-2.0 OR
    MIT".
    """
    kinds = {name: (match["kind"] or "").lower() for name in texts if (match := _LICENCE_FILE.fullmatch(name))}
    first = sorted(name for name, kind in kinds.items() if kind in ("lesser", "code"))
    plain = sorted(name for name, kind in kinds.items() if not kind or kind in ("md", "txt", "rst"))
    chosen = first or plain[:1] or sorted(name for name, kind in kinds.items() if kind in _KINDS_OF_CHOICE)
    return " OR ".join(sorted({recognise_licence(texts[name]) for name in chosen})) or None


def recognise_licence(text: str) -> str:
    """The SPDX identifier of a licence's text; a known text with further conditions is `LicenseRef-ID-modified`.

    >>> recognise_licence("Apache License\\nVersion 2.0, January 2004"), recognise_licence("All rights reserved.")
    ('Apache-2.0', 'LicenseRef-other')
    >>> recognise_licence("A modified version of the Apache License 2.0 applies.")
    'LicenseRef-Apache-2.0-modified'
    """
    words = " ".join(text[:MAX_CHARACTERS].lower().split())
    head = words[:_FIRST_PART]
    known = _find_phrases(head) or _find_phrases(words)
    if known is None:
        return OTHER_LICENCE
    return f"LicenseRef-{known}-modified" if any(phrase in head for phrase in _CHANGED) else known


def _find_phrases(words: str) -> str | None:
    matches = [
        (min(words.index(phrase) for phrase in phrases), order, name)
        for order, (name, phrases) in enumerate(_PHRASES)
        if all(phrase in words for phrase in phrases)
    ]
    # a text may name other licences further down
    return min(matches, default=(0, 0, None))[2]


def _manifest_facts(name: str, content: bytes) -> TreeDescription:
    """What a manifest at the root says; nothing where it cannot be read."""
    try:
        text = decode_manifest(content)
        data: Any = json.loads(text) if name.endswith(".json") else parse_toml(text)
    except (UnreadableManifest, ValueError, RecursionError):
        return TreeDescription(None, None)
    parts = [_table(data)]
    if name == "pyproject.toml":
        parts = [_table(parts[0].get("project")), _table(_table(parts[0].get("tool")).get("poetry"))]
    elif name == "Cargo.toml":
        workspace = _table(_table(parts[0].get("workspace")).get("package"))
        parts = [_table(parts[0].get("package")), workspace]
    descriptions = [clean_sentence(part["description"]) for part in parts if isinstance(part.get("description"), str)]
    licences = [licence for part in parts for licence in _declared_licences(part)]
    return TreeDescription(
        next((text for text in descriptions if len(text) >= SHORTEST_DESCRIPTION), None), next(iter(licences), None)
    )


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _declared_licences(part: Mapping[str, Any]) -> Iterator[str]:
    value = part.get("license")
    if isinstance(value, dict):
        value = value.get("type") or value.get("text")
    if isinstance(value, list):
        value = " OR ".join(sorted(str(entry) for entry in value[:3]))
    if isinstance(value, str) and re.fullmatch(r"(?!(?i:see) )[A-Za-z0-9.+() -]{2,60}", value):
        yield value


_TAGS: Final = re.compile(r"<[^<>]{0,400}>")
_IMAGES: Final = re.compile(r"!\[[^\[\]]{0,200}\]\([^()]{0,400}\)")
_LINKS: Final = re.compile(r"\[([^\[\]]{0,200})\](?:\([^()]{0,400}\)|\[[^\[\]]{0,100}\])")
_NOT_PROSE: Final = re.compile(r"[#|>*+=~`^.:_&\[\](){}-]|\d+[.)]|https?:")
_DEFINES: Final = re.compile(r"\b(?:is|are) (?:a|an|the|your|our)\b|是")
_FENCE: Final = re.compile(r"\s{0,3}(?:```|~~~)")


def first_sentence(readme: str) -> str | None:
    """The first sentence of a README that says what something is, else its first of prose; None if it has none.

    >>> first_sentence("# Tool\\n\\n[![b](u)](v)\\n\\nTool **draws** [maps](u) of rivers. It is fast.")
    'Tool draws maps of rivers.'
    """
    sentences = [sentence for lines in _paragraphs(readme) if (sentence := _sentence_of_prose(lines))]
    return next(
        (sentence for sentence in sentences[:MAX_PARAGRAPHS] if _DEFINES.search(sentence)), next(iter(sentences), None)
    )


def _paragraphs(readme: str) -> Iterator[list[str]]:
    """The lines of each paragraph of prose, without headings, lists, tables, quotations and code."""
    in_fence, lines = False, []
    for line in [*readme[:MAX_CHARACTERS].splitlines(), ""]:
        in_fence ^= _FENCE.match(line) is not None
        plain = "" if in_fence else _TAGS.sub("", _LINKS.sub(r"\1", _IMAGES.sub("", line[:2000]))).strip()
        plain = plain.lstrip("*_ ") if plain[:2] in ("**", "__") else plain
        if plain and not _NOT_PROSE.match(plain):
            lines.append(plain)
        elif lines:
            yield lines
            lines = []


def _sentence_of_prose(lines: Sequence[str]) -> str | None:
    """The first sentence of a paragraph; None for a list of links and for a few words."""
    sentence = clean_sentence(" ".join(lines))
    characters = len(re.findall(r"[\u3040-\u9fff]", sentence))  # each says more than a letter
    words = len(sentence.split()) + characters // 2
    is_menu = len(re.findall(r"[|•·]", sentence)) >= MENU_MARKS
    return None if is_menu or words < FEWEST_WORDS or len(sentence) + characters < SHORTEST_DESCRIPTION else sentence


def clean_sentence(text: str) -> str:
    """The first sentence of a text without marks of Markdown, on one line, cut at a word.

    >>> clean_sentence("**Draws** `maps`.\\nMore.")
    'Draws maps.'
    """
    plain = _TAGS.sub("", _LINKS.sub(r"\1", _IMAGES.sub("", text[:2000])))
    words = make_printable(" ".join(re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", plain).split()))
    sentence = re.split(r"(?<=[.!?])\s(?=[A-Z0-9\"'(])|(?<=[。！？])", words, maxsplit=1)[0].strip()
    if len(sentence) <= LONGEST_DESCRIPTION:
        return sentence
    return sentence[: LONGEST_DESCRIPTION - 1].rsplit(" ", 1)[0] + "…"
