"""Files and folders of own code whose names tell a provider, a store or a database, month by month (stack/named-1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import pyarrow as pa

from ecotone.events.sources.git.blob_reader import BlobReader
from ecotone.events.sources.git.manifests import build_table, month_date
from ecotone.events.sources.git.month_ends import OPEN, MonthEnd, count_shared_months
from ecotone.stack.manifests.manifest_files import find_place
from ecotone.stack.tree_names import is_code_name, is_named_folder, load_members, matching_members

TREE_NAME_SCHEMA: Final = pa.schema(
    [("folder", pa.string()), ("child", pa.string()), ("since", pa.int32()), ("until", pa.int32())]
)
"""A child of a folder in the snapshots of the months [since, until); `month_ends.OPEN`: in the newest one too."""

NAMED_CHILD_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("repository", pa.string()),
        ("folder", pa.string()),
        ("child", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
    ]
)
"""The same with the first days of months; until NULL: in the newest tree too."""

Child = tuple[str, str]
"""A folder, and the name of a folder in it or of a file in it without its last suffix."""


class NamedChild(NamedTuple):
    """A child whose name tells a member, in the snapshots of the months [since, until)."""

    folder: str
    child: str
    since: int
    until: int


class TreeMembers:
    """Follows the files of month-end trees; told of every file that comes or goes, in the order of months."""

    def __init__(self) -> None:
        self._files: Counter[Child] = Counter()
        self._since: dict[Child, int] = {}
        self._spans: list[NamedChild] = []
        self._month = -1
        self._touched: set[Child] = set()
        self._known_names: dict[str, bool] = {}
        self._children_of_folder: dict[str, tuple[Child, ...] | None] = {}

    def continue_reading(
        self,
        reader: BlobReader,
        month_ends: Sequence[MonthEnd],
        earlier: Sequence[MonthEnd],
        spans: Iterable[NamedChild],
    ) -> None:
        """Take up the spans of the last reading, up to the month ends that are still the same."""
        shared = count_shared_months(month_ends, earlier)
        if not shared:
            return
        boundary = month_ends[shared].month if shared < len(month_ends) else OPEN
        for span in spans:
            if span.until < boundary:
                self._spans.append(span)
            elif span.since < boundary:
                self._since[span.folder, span.child] = span.since
        if boundary != OPEN:
            for path in _regular_files(reader, month_ends[shared - 1].commit):
                self._files.update(self._children_of_path(path))

    def note_change(self, month: int, path: str, added: int) -> None:
        """A file came (1) or went (-1) in the snapshot of a month."""
        if month != self._month:
            self._close_month()
            self._month = month
        for child in self._children_of_path(path):
            self._files[child] += added
            self._touched.add(child)

    def find_spans(self) -> list[NamedChild]:
        """Every child with its months, by folder and name."""
        self._close_month()
        open_spans = [NamedChild(*child, since, OPEN) for child, since in self._since.items()]
        return sorted([*self._spans, *open_spans])

    def _close_month(self) -> None:
        for child in self._touched:
            if self._files[child] > 0:
                self._since.setdefault(child, self._month)
            elif child in self._since:
                self._spans.append(NamedChild(*child, self._since.pop(child), self._month))
        self._touched.clear()

    def _children_of_path(self, path: str) -> Iterable[Child]:
        """The children that a file of own code proves and whose names tell a member."""
        folder, _, name = path.rpartition("/")
        if "." not in name or not is_code_name(name):
            return ()
        if folder not in self._children_of_folder:
            self._children_of_folder[folder] = self._folders_on_the_way(folder)
        above = self._children_of_folder[folder]
        if above is None:
            return ()
        stem = name.rpartition(".")[0]
        return (*above, (folder, stem)) if self._tells_member(stem) else above

    def _folders_on_the_way(self, folder: str) -> tuple[Child, ...] | None:
        """The folders above a file that tell a member; None if the folder is not of own code."""
        if find_place(f"{folder}/file") != "own":
            return None
        parts = folder.split("/") if folder else []
        return tuple(("/".join(parts[:depth]), part) for depth, part in enumerate(parts) if self._tells_member(part))

    def _tells_member(self, name: str) -> bool:
        if name not in self._known_names:
            self._known_names[name] = bool(matching_members(name, load_members()))
        return self._known_names[name]


def _regular_files(reader: BlobReader, commit: str) -> Iterable[str]:
    output = reader.git.run("ls-tree", "-r", "-z", commit, repository=reader.view)
    for entry in output.split(b"\0"):
        head, _, path = entry.partition(b"\t")
        if head.startswith((b"100644", b"100755")):
            yield path.decode("utf-8", "replace")


def tree_name_table(spans: Iterable[NamedChild]) -> pa.Table:
    """TREE_NAME_SCHEMA."""
    return build_table(TREE_NAME_SCHEMA, spans)


def build_named_children(project: str, repository: str, spans: Iterable[NamedChild]) -> pa.Table:
    """NAMED_CHILD_SCHEMA; folders whose names tell nothing are left out."""
    rows = [
        (project, repository, span.folder, span.child, month_date(span.since), month_date(span.until))
        for span in spans
        if is_named_folder(span.folder)
    ]
    return build_table(NAMED_CHILD_SCHEMA, rows)
