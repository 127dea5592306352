"""Everything that can go wrong, in one tree.

EcotoneError
├─ UserError             the caller can fix it (exit code 2)
│  ├─ UnknownName        a name that is not one of the declared ones
│  ├─ MissingTable       a step was asked for before the step that feeds it
│  ├─ BadLandscape       a landscape file that cannot be used
│  ├─ WorkspaceBusy      another run holds the workspace
│  ├─ WorkspaceVersion   the workspace was written by another version
│  ├─ DamagedFile        a file of the workspace is missing or not what was written
│  ├─ GitMissing         there is no git that is new enough
│  └─ DiskFull           nothing more can be written
└─ SourceError           the outside world misbehaved (exit code 1, the others go on)
   ├─ SourceUnavailable  worth another try
   └─ SourceMalformed    never worth another try
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rapidfuzz import fuzz, process, utils

from ecotone.foundation.notes import Note, note

FEW: Final = 20
"""Names that a sentence may list."""

GIT_NEEDED: Final = (2, 32)
"""The oldest git whose settings can be replaced by ours."""

NEAREST: Final = 3
_LIKE: Final = 60  # of 100: anything less is another name
_AS_LIKE: Final = 8  # points behind the nearest


class EcotoneError(Exception):
    """Anything that Ecotone raises on purpose; its text is one sentence for the user."""


class UserError(EcotoneError):
    """The caller can fix it."""


class UnknownName(UserError):
    """A name that is not one of the declared ones; of many only the nearest are said, and `listing` how to see all.

    >>> print(UnknownName("signal", "absense", ["absence", "commits"]))
    No signal is called 'absense'. Did you mean 'absence'? Known: absence, commits.
    >>> print(UnknownName("project", "ngnix", ["nginx/nginx", *map(str, range(99))], "ecotone export projects"))
    No project is called 'ngnix'. Did you mean 'nginx/nginx'? `ecotone export projects` lists all 100.
    """

    def __init__(self, kind: str, value: str, known: Iterable[str], listing: str | None = None) -> None:
        names = sorted(known)
        close = [repr(name) for name in nearest(value, names)]
        hint = f" Did you mean {_either(close)}?" if close else ""
        if len(names) <= FEW:
            rest = f"Known: {', '.join(names) or 'none'}."
        else:
            rest = f"`{listing}` lists all {len(names)}." if listing else f"There are {len(names)}."
        super().__init__(f"No {kind} is called {value!r}.{hint} {rest}")


def nearest(value: str, names: Iterable[str]) -> list[str]:
    """At most three names that are written much like a value, the most alike first."""
    listed = list(names)
    found = process.extract(value, listed, scorer=fuzz.WRatio, processor=utils.default_process, limit=NEAREST)
    best = max((score for _, score, _ in found), default=0)
    return [name for name, score, _ in found if score >= max(_LIKE, best - _AS_LIKE)]


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


class MissingTable(UserError):
    """A table that no step has written yet."""


class BadLandscape(UserError):
    """A landscape file that cannot be used."""


class WorkspaceBusy(UserError):
    """Another run holds the workspace."""


class WorkspaceVersion(UserError):
    """The workspace was written by another version."""


class DamagedFile(UserError):
    """A file of the workspace is missing or not what was written."""


class GitMissing(UserError):
    """There is no git that is new enough; `found` is what the one on the PATH says of itself.

    >>> print(GitMissing("git version 2.20.1"))
    'git version 2.20.1' is too old: install git 2.32 or newer and run the same command again.
    """

    def __init__(self, found: str | None = None) -> None:
        state = "There is no git on the PATH" if found is None else f"{found!r} is too old"
        needed = ".".join(map(str, GIT_NEEDED))
        super().__init__(f"{state}: install git {needed} or newer and run the same command again.")


class DiskFull(UserError):
    """Nothing more can be written; what was finished is whole."""

    def __init__(self) -> None:
        super().__init__(
            "The disk is full. Nothing that was finished is lost: free some space and run the same command again."
        )


class SourceError(EcotoneError):
    """A source could not be read; the note or sentence ends with what to do next."""

    def __init__(self, reason: Note | str) -> None:
        self.note = reason if isinstance(reason, Note) else note("sentence", text=reason)
        super().__init__(str(self.note))


class SourceUnavailable(SourceError):
    """Worth another try."""


class SourceMalformed(SourceError):
    """Never worth another try."""
