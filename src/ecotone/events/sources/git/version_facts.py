"""What the versions of files say: each content is parsed once, and a fact holds as long as its file has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeVar

from ecotone.events.sources.git.blob_reader import BlobReader
from ecotone.stack.manifests.declared import UnreadableManifest

ABSENT: Final = "absent"
TOO_LARGE: Final = "too_large"
UNREADABLE: Final = "unreadable"

Content = tuple[str, str]
"""How a content is read, and its object id."""
Parsed = TypeVar("Parsed")
Key = TypeVar("Key")
Value = TypeVar("Value")


def parse_new_contents(
    reader: BlobReader,
    wanted: Iterable[Content],
    parse: Callable[[str, bytes], Parsed],
    known: Mapping[Content, Parsed],
    known_gaps: Mapping[Content, str],
) -> tuple[dict[Content, Parsed], dict[Content, str]]:
    """What each content says, and why others could not be read: absent, too_large or unreadable.

    parse              gets how a content is read and its bytes; raises UnreadableManifest
    known, known_gaps  of the last reading; only what was absent then is tried again
    """
    contents = set(wanted)
    parsed = {content: known[content] for content in contents if content in known}
    gaps = {content: known_gaps[content] for content in contents if known_gaps.get(content, ABSENT) != ABSENT}
    readings: dict[str, list[str]] = defaultdict(list)
    for reading, object_id in sorted(contents - parsed.keys() - gaps.keys()):
        size = reader.sizes.get(object_id)
        if size is None or size > reader.git.limits.manifest_bytes:
            gaps[reading, object_id] = ABSENT if size is None else TOO_LARGE
        else:
            readings[object_id].append(reading)
    for object_id, content in reader.read_blobs(readings):
        for reading in readings[object_id]:
            try:
                parsed[reading, object_id] = parse(reading, content)
            except UnreadableManifest:
                gaps[reading, object_id] = UNREADABLE
    return parsed, gaps


def follow_facts(
    spans: Iterable[tuple[int, int, Mapping[Key, Value]]],
) -> Iterator[tuple[Key, Value, int, int]]:
    """Each fact with the value that it begins with, and the months [since, until) that have it without a gap.

    spans  months [since, until) of one file, in order, and the facts of its content
    """
    alive: dict[Key, tuple[Value, int]] = {}
    end = -1
    for since, until, now in spans:
        for key in [key for key in alive if end < since or key not in now]:
            yield key, *alive.pop(key), end
        for key, value in now.items():
            alive.setdefault(key, (value, since))
        end = until
    for key, (value, since) in alive.items():
        yield key, value, since, end
