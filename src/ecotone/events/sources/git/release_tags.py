"""Releases from tags: which tags publish a version, and which of them are the same publication.

A tag publishes a version if its name contains a version number and does not say that it is a development build, a
build of a pipeline, a deployment or a saved copy. Alpha, beta, preview and candidate versions are releases; nightly,
snapshot, canary and development builds are not. Tags without a version number (`latest`, `stable`) are never releases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

DAY: Final = 86_400
SAME_MOMENT: Final = 3_600
"""Most seconds between the tags of several packages that are published together on different commits."""

RETAGGED_TAGS: Final = 5
RETAGGED_SPAN: Final = 90 * DAY
"""At least so many tags made within SAME_MOMENT, on commits that are so far apart, were all made again later."""

LONGEST_LINE: Final = 2
"""Numbers in the name of a line of versions, such as 1 or 1.2."""

MOST_CHARACTERS: Final = 200  # of a tag name; longer ones are not read

_VERSION = re.compile(
    r"(?<![0-9])(?:(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9])|[0-9]{1,14}(?:[._][0-9]{1,14})+(?![0-9]))"
)
_WHOLE_NUMBER = re.compile(
    r"(?:\A|(?<=[/@_=.-])|(?<=\A[vr])|(?<=[/@_=.-][vr]))(?P<number>(?:19|20)[0-9]{6}|[0-9]{1,6})(?![0-9.])"
)
_NUMBERED = re.compile(r"(?:\A|[/@_=.-])(?:v|r|ver|version|rel|release)[._-]?\Z", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")

GENERIC_WORDS: Final = frozenset({"v", "r", "ver", "version", "rel", "release", "releases", "tag", "tags"})
"""Words before a version that name no package."""

BUILD_WORDS: Final = frozenset({"nightly", "nightlies", "snapshot", "snapshots", "canary", "insiders", "ciflow"})
"""Words that mark an automatic build wherever they stand."""

COPY_WORDS: Final = frozenset({
    "archive", "archived", "archives", "attic", "backup", "backups", "bak", "before", "broken", "build", "builds",
    "ci", "demo", "deploy", "deployed", "deployment", "deployments", "dev", "experiment", "merge", "old", "pre",
    "preprod", "prod", "production", "rebase", "sandbox", "save", "saved", "staging", "start", "temp", "test",
    "testing", "tmp", "trash", "wip",
})  # fmt: skip
"""Words that mark a pipeline, a deployment or a saved copy, if nothing else comes before the version or in the first
or last part of its path."""

UNPUBLISHED_SUFFIXES: Final = frozenset({
    "after", "backup", "bak", "base", "before", "branch", "build", "ci", "dev", "devel", "git", "merge", "old", "plus",
    "snapshot", "start", "test", "tmp", "website", "wip", "x",
})  # fmt: skip
"""Words that mark a development version or a saved copy, if they are the first behind the version."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a tag publishes.

    package   the package that the tag names; empty if it names none
    numbers   the numbers of the version
    suffix    what follows them, in lower case and without separators, e.g. `rc1`
    """

    package: str
    numbers: tuple[int, ...]
    suffix: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag on a commit.

    name    without `refs/tags/`
    time    when the version was published: the tagger's time, else the commit's, in seconds
    """

    name: str
    commit: str
    time: int
    commit_time: int


@dataclass(slots=True)
class Release:
    """One publication: its tags, the one that represents it first."""

    time: int
    commit: str
    tags: list[Tag] = field(default_factory=list)
    packages: set[str] = field(default_factory=set)


def read_version(name: str, repository: str = "") -> Version | None:
    """The version that a tag's name publishes; None if it publishes none.

    repository  the repository's name: a package of this name is the whole project

    >>> read_version("release-1.2.3")
    Version(package='', numbers=(1, 2, 3), suffix='')
    >>> read_version("@team/kit@1.0.0-rc.1").package
    '@team/kit'
    >>> read_version("ciflow/trunk/1000"), read_version("latest"), read_version("archive/v1.0")
    (None, None, None)
    """
    text = name.strip()
    if len(text) > MOST_CHARACTERS:
        return None
    match = _VERSION.search(text)
    if match is None:
        match = next((number for number in _WHOLE_NUMBER.finditer(text) if _names_release(text, number)), None)
    if match is None:
        return None
    before, after = text[: match.start()].lower(), text[match.end() :].lower()
    words = _WORD.findall(before)
    if BUILD_WORDS & {*words, *_WORD.findall(after)}:
        return None
    if _marks_copy(before) or next(iter(_WORD.findall(after)), "") in UNPUBLISHED_SUFFIXES:
        return None
    numbers = tuple(int(part) for part in re.split(r"[._-]", match[0]))
    return Version(_package(before, repository), numbers, re.sub(r"[^a-z0-9]", "", after))


def _names_release(text: str, match: re.Match[str]) -> bool:
    """Whether a whole number is a version: a date, or `v12`, `r12`, `release-12`."""
    number, before = match["number"], text[: match.start("number")]
    is_date = len(number) == 8 and 1 <= int(number[4:6]) <= 12 and 1 <= int(number[6:]) <= 31
    return is_date or bool(_NUMBERED.search(before))


def _marks_copy(before: str) -> bool:
    """Whether the text before a version marks a pipeline, a deployment or a saved copy."""
    parts = [part for part in before.split("/") if part]
    ends = [parts[0], parts[-1]] if parts else []
    return any(words and words <= COPY_WORDS for words in (_package_words(part) for part in ends))


def _package_words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text)) - GENERIC_WORDS


def _package(before: str, repository: str) -> str:
    """The package that the text before a version names."""
    text = before.strip("-_=.@/ ") if not before.startswith("@") else "@" + before.strip("-_=.@/ ")
    parts = re.split(r"([-_=.@/ ]+)", text)
    while parts and (parts[-1] in GENERIC_WORDS or not _WORD.search(parts[-1])):
        parts.pop()
    while parts and (parts[0] in GENERIC_WORDS or (not _WORD.search(parts[0]) and not parts[0].startswith("@"))):
        if parts[0] == "" and len(parts) > 1 and parts[1].startswith("@"):
            break
        parts.pop(0)
    package = "".join(parts)
    own = repository.rpartition("/")[2].lower()
    return "" if package and package == own else package


def group_releases(tags: Iterable[Tag], repository: str = "") -> list[Release]:
    """The publications that tags show, in order of time.

    One version counts once, regardless of its tags' names; a tag of a line of versions, such as `v1` after `v1.2.3`, is
    no publication. Tags on one commit within a day are one publication, and so are tags of different packages within
    SAME_MOMENT.
    """
    listed = [(tag, version) for tag in tags if (version := read_version(tag.name, repository))]
    listed = _without_retagging(listed)
    listed.sort(key=lambda row: (row[0].time, *_preference(*row)))
    full = {(tag.commit, version.package, version.numbers[:length])
            for tag, version in listed for length in range(1, len(version.numbers))}  # fmt: skip
    published: set[Version] = set()
    lines: set[Version] = set()
    releases: list[Release] = []
    newest_on: dict[str, Release] = {}
    for tag, version in listed:
        release = newest_on.get(tag.commit)
        again = version in published or version in lines
        alias = not version.suffix and (tag.commit, version.package, version.numbers) in full
        if release is not None and (again or alias or tag.time - release.time <= DAY):
            release.tags.append(tag)
            release.packages.add(version.package)
        elif not again:
            release = releases[-1] if releases else None
            if release is None or tag.time - release.time > SAME_MOMENT or version.package in release.packages:
                release = Release(tag.time, tag.commit)
                releases.append(release)
            release.tags.append(tag)
            release.packages.add(version.package)
            newest_on[tag.commit] = release
        published.add(version)
        lines |= _lines_of_version(version)
    for release in releases:
        _put_name_first(release, repository)
    return releases


def _lines_of_version(version: Version) -> set[Version]:
    """The lines that a final version belongs to, such as 1 and 1.2 of 1.2.3: their tags move to the newest version."""
    if version.suffix:
        return set()
    most = min(len(version.numbers) - 1, LONGEST_LINE)
    return {Version(version.package, version.numbers[:length], "") for length in range(1, most + 1)}


def _preference(tag: Tag, version: Version) -> tuple[bool, int, str]:
    return bool(version.package), len(tag.name), tag.name


def _put_name_first(release: Release, repository: str) -> None:
    """The tag of the whole project represents the publication, else the shortest one."""
    named = [(tag, version) for tag in release.tags if (version := read_version(tag.name, repository))]
    release.tags = [tag for tag, _ in sorted(named, key=lambda row: _preference(*row))]


def _without_retagging(listed: Sequence[tuple[Tag, Version]]) -> list[tuple[Tag, Version]]:
    """Tags that were all made again at one moment get the times of their commits."""
    ordered = sorted(listed, key=lambda row: (row[0].time, row[0].name))
    result: list[tuple[Tag, Version]] = []
    start = 0
    for end in range(1, len(ordered) + 1):
        if end < len(ordered) and ordered[end][0].time - ordered[start][0].time <= SAME_MOMENT:
            continue
        batch = ordered[start:end]
        times = [tag.commit_time for tag, _ in batch]
        if len(batch) >= RETAGGED_TAGS and max(times) - min(times) > RETAGGED_SPAN:
            batch = [(Tag(tag.name, tag.commit, tag.commit_time, tag.commit_time), version) for tag, version in batch]
        result += batch
        start = end
    return result
