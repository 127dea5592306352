"""Everything that can go wrong, in one tree.

EcotoneError
├─ UserError             the caller can fix it (exit code 2)
│  ├─ UnknownName        a name that is not one of the declared ones
│  ├─ MissingTable       a step was asked for before the step that feeds it
│  ├─ BadLandscape       a landscape file that cannot be used
│  ├─ WorkspaceBusy      another run holds the workspace
│  ├─ WorkspaceVersion   the workspace was written by another version
│  ├─ DamagedFile        a file of the workspace is missing or not what was written
│  └─ DiskFull           nothing more can be written
└─ SourceError           the outside world misbehaved (exit code 1, the others go on)
   ├─ SourceUnavailable  worth another try
   └─ SourceMalformed    never worth another try
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class EcotoneError(Exception):
    """Anything that Ecotone raises on purpose; its text is one sentence for the user."""


class UserError(EcotoneError):
    """The caller can fix it."""


class UnknownName(UserError):  # noqa: N818 - the tree reads better without "Error" on every leaf
    """A name that is not one of the declared ones.

    >>> print(UnknownName("signal", "absense", ["absence", "commits"]))
    No signal is called 'absense'. Did you mean 'absence'? Known: absence, commits.
    """

    def __init__(self, kind: str, value: str, known: Iterable[str]) -> None:
        names = sorted(known)
        close = difflib.get_close_matches(value, names, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        listed = ", ".join(names[:40]) + (", ..." if len(names) > 40 else "")
        end = "" if len(names) > 40 else "."
        super().__init__(f"No {kind} is called {value!r}.{hint} Known: {listed or 'none'}{end}")


class MissingTable(UserError):  # noqa: N818 - as above
    """A table that no step has written yet."""


class BadLandscape(UserError):  # noqa: N818 - as above
    """A landscape file that cannot be used."""


class WorkspaceBusy(UserError):  # noqa: N818 - as above
    """Another run holds the workspace."""


class WorkspaceVersion(UserError):  # noqa: N818 - as above
    """The workspace was written by another version."""


class DamagedFile(UserError):  # noqa: N818 - as above
    """A file of the workspace is missing or not what was written."""


class DiskFull(UserError):  # noqa: N818 - as above
    """Nothing more can be written; what was finished is whole."""

    def __init__(self) -> None:
        super().__init__(
            "The disk is full. Nothing that was finished is lost: free some space and run the same command again."
        )


class SourceError(EcotoneError):
    """The outside world misbehaved; the message ends with what to do next."""


class SourceUnavailable(SourceError):  # noqa: N818 - as above
    """Worth another try."""


class SourceMalformed(SourceError):  # noqa: N818 - as above
    """Never worth another try."""
