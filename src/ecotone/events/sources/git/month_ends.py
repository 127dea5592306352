"""The tree of a branch at the end of each month, and the versions of the files in it that are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from ecotone.events.sources.git.blob_reader import empty_tree_id, tree_ids
from ecotone.events.sources.git.command import Git
from ecotone.events.sources.git.landed_history import LandedHistory

OPEN: Final = 1 << 30
"""The end of a version that the newest snapshot still has."""
_REGULAR_FILES: Final = (b"100644", b"100755")


class MonthEnd(NamedTuple):
    """The last commit that had landed by the end of a month.

    month  months since January of year 0
    """

    month: int
    commit: str


class FileVersion(NamedTuple):
    """One content of one path, in the snapshots of the months [since, until); months since January of year 0."""

    path: str
    object_id: str
    since: int
    until: int


def find_month_ends(history: LandedHistory, tip: int, now: datetime) -> list[MonthEnd]:
    """The snapshot of every month from the first landing to the newest one.

    A commit landed at the latest plausible committer time up to and including it on the first-parent line; times after
    `now` (naive UTC) are ignored. A month without landings repeats the one before.

    tip  position of the branch's newest commit
    """
    line = history.graph.first_parent_line(tip)[::-1]
    times = history.dates.committer[np.array(line)]
    times = np.where(times <= int(now.replace(tzinfo=UTC).timestamp()), times, 0)
    landed = np.maximum.accumulate(np.where(times.any(), times, 0))
    landed = np.where(landed > 0, landed, times[times > 0][:1].sum())  # future dates before the first plausible one
    by_month: dict[int, str] = {}
    for commit, moment in zip(line, landed.tolist(), strict=True):
        day = datetime.fromtimestamp(moment, UTC)
        by_month[day.year * 12 + day.month - 1] = history.shas[commit]
    ends: list[MonthEnd] = []
    for month in range(min(by_month), max(by_month) + 1):
        ends.append(MonthEnd(month, by_month.get(month) or ends[-1].commit))
    return ends


def read_file_versions(
    git: Git,
    view: Path,
    month_ends: Sequence[MonthEnd],
    is_wanted: Callable[[str], bool],
    earlier: tuple[Sequence[MonthEnd], Iterable[FileVersion]] = ((), ()),
    note_change: Callable[[int, str, int], None] = lambda _month, _path, _added: None,
) -> list[FileVersion]:
    """The versions of the wanted files, by path and month.

    earlier      the month ends and versions of the last reading; months that are unchanged since are not read again
    note_change  told the month, the path, and 1 or -1 of every regular file that came or went, wanted or not
    """
    shared = count_shared_months(month_ends, earlier[0])
    boundary = month_ends[shared].month if shared < len(month_ends) else OPEN
    closed = [version for version in earlier[1] if version.until < boundary] if shared else []
    current = (
        {version.path: (version.object_id, version.since) for version in earlier[1]
         if version.since < boundary <= version.until}
        if shared else {}
    )  # fmt: skip
    commits = [end.commit for end in month_ends[max(shared - 1, 0) :]]
    trees = tree_ids(git, view, commits)
    previous = trees[month_ends[shared - 1].commit] if shared else empty_tree_id(git, view)
    steps = []
    for end in month_ends[shared:]:
        if trees[end.commit] != previous:
            steps.append((end.month, previous, trees[end.commit]))
        previous = trees[end.commit]
    for month, path, object_id in _changed_files(git, view, steps, is_wanted, note_change):
        if path in current:
            closed.append(FileVersion(path, *current.pop(path), month))
        if object_id:
            current[path] = (object_id, month)
    closed += [FileVersion(path, object_id, since, OPEN) for path, (object_id, since) in current.items()]
    return sorted(closed, key=lambda version: (version.path, version.since))


def count_shared_months(month_ends: Sequence[MonthEnd], earlier: Sequence[MonthEnd]) -> int:
    """How many of the first months have the same snapshots as before."""
    pairs = zip(month_ends, earlier, strict=False)
    return next((index for index, (new, old) in enumerate(pairs) if new != old), min(len(month_ends), len(earlier)))


def _changed_files(
    git: Git,
    view: Path,
    steps: Sequence[tuple[int, str, str]],
    is_wanted: Callable[[str], bool],
    note_change: Callable[[int, str, int], None],
) -> Iterator[tuple[int, str, str]]:
    """Month, path and new object id of each change of a wanted file; no id where it went or is no regular file."""
    if not steps:
        return
    feed = "".join(f"{before} {after}\n" for _, before, after in steps).encode()
    arguments = ("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--stdin")
    months = iter(month for month, _, _ in steps)
    month = -1
    head: bytes = b""
    for field in _null_separated(git.stream_output(*arguments, repository=view, feed=feed)):
        if head:
            words, head = head.split(b" "), b""
            path = field.decode("utf-8", "replace")
            is_regular = words[1] in _REGULAR_FILES
            if added := is_regular - (words[0][1:] in _REGULAR_FILES):
                note_change(month, path, added)
            if is_wanted(path):
                yield month, path, words[3].decode() if is_regular else ""
            continue
        while not field.startswith(b":"):  # "tree tree", a line that begins a step
            month = next(months)
            field = field.partition(b"\n")[2]
            if not field:
                break
        head = field


def _null_separated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *fields, rest = (rest + piece).split(b"\0")
        yield from fields
    if rest:
        yield rest
