"""The tree of errors.

EcotoneError
├─ UserError             the caller can fix it (exit code 2)
│  ├─ UnknownName        a name that is not declared
│  ├─ MissingTable       a table that no step has written yet
│  ├─ BadLandscape       a landscape file that cannot be used
│  ├─ WorkspaceBusy      another run holds the workspace
│  ├─ WorkspaceVersion   the workspace was written by another version
│  ├─ DamagedFile        a file of the workspace is missing or damaged
│  ├─ EngineFailed       an engine of `--engine` did not do its part
│  ├─ GitMissing         git is missing or too old
│  └─ DiskFull           the disk is full
└─ SourceError           a source failed (exit code 1, the others continue)
   ├─ SourceUnavailable  a retry may succeed
   └─ SourceMalformed    a retry cannot succeed
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from ecotone.foundation.notes import Note, note

MAX_LISTED: Final = 24
"""How many names an error text lists."""

OLDEST_GIT: Final = (2, 32)
"""The oldest git that reads its settings from GIT_CONFIG_GLOBAL."""

MAX_SUGGESTIONS: Final = 3
_MIN_SIMILARITY: Final = 60  # the lowest similarity of 100 that is suggested
_MAX_DIFFERENCE: Final = 8  # points below the best suggestion


class EcotoneError(Exception):
    """Base of all errors that Ecotone raises on purpose; the text is for the user."""

    def __reduce__(self) -> tuple[Callable[..., EcotoneError], tuple[object, ...]]:
        """How an error travels between processes: as it is, without calling its class again."""
        return _restore_error, (type(self), self.args, self.__dict__)


def _restore_error(kind: type[EcotoneError], values: tuple[object, ...], state: dict[str, object]) -> EcotoneError:
    error = kind.__new__(kind)
    error.args = values
    error.__dict__.update(state)
    return error


class UserError(EcotoneError):
    """The caller can fix it."""


class UnknownName(UserError):
    """A name that is not declared.

    If there are many names, the text suggests the nearest, and `listing` is the command that lists all.

    >>> print(UnknownName("signal", "absense", ["absence", "commits"]))
    No signal is called 'absense'. Did you mean 'absence'? Known: absence, commits.
    >>> print(UnknownName("project", "ngnix", ["nginx/nginx", *map(str, range(99))], "ecotone export projects"))
    No project is called 'ngnix'. Did you mean 'nginx/nginx'? `ecotone export projects` lists all 100.
    """

    def __init__(self, kind: str, value: str, known: Iterable[str], listing: str | None = None) -> None:
        names = sorted(known)
        suggestions = [repr(name) for name in nearest_names(value, names)]
        hint = f" Did you mean {_join_alternatives(suggestions)}?" if suggestions else ""
        if len(names) <= MAX_LISTED:
            known_names = f"Known: {', '.join(names) or 'none'}."
        else:
            known_names = f"`{listing}` lists all {len(names)}." if listing else f"There are {len(names)}."
        super().__init__(f"No {kind} is called {value!r}.{hint} {known_names}")


def nearest_names(value: str, names: Iterable[str]) -> list[str]:
    """At most three names that are spelled like the value, the most similar first."""
    from rapidfuzz import fuzz, process, utils  # slow to import, and few runs end in such an error

    listed = list(names)
    matches = process.extract(value, listed, scorer=fuzz.WRatio, processor=utils.default_process, limit=MAX_SUGGESTIONS)
    best = max((score for _, score, _ in matches), default=0)
    return [name for name, score, _ in matches if score >= max(_MIN_SIMILARITY, best - _MAX_DIFFERENCE)]


def _join_alternatives(names: list[str]) -> str:
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
    """A file of the workspace is missing or damaged."""


class EngineFailed(UserError):
    """An engine of `--engine` did not do its part; the text says what happened.

    >>> print(EngineFailed("the engine sc://host:15002 did not answer (no connection)"))
    The engine sc://host:15002 did not answer (no connection). Check it, or run without --engine.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason[:1].upper()}{reason[1:]}. Check it, or run without --engine.")


class GitMissing(UserError):
    """git is missing, or its version `found` is too old.

    >>> print(GitMissing("git version 2.20.1"))
    'git version 2.20.1' is too old: install git 2.32 or newer and run the same command again.
    """

    def __init__(self, version: str | None = None) -> None:
        state = "There is no git on the PATH" if version is None else f"{version!r} is too old"
        needed = ".".join(map(str, OLDEST_GIT))
        super().__init__(f"{state}: install git {needed} or newer and run the same command again.")


class DiskFull(UserError):
    """The disk is full; files that were finished are complete."""

    def __init__(self) -> None:
        super().__init__("The disk is full. Finished files are kept: free some space and run the same command again.")


class SourceError(EcotoneError):
    """A source failed; the note or sentence ends with the next command."""

    def __init__(self, reason: Note | str) -> None:
        self.note = reason if isinstance(reason, Note) else note("sentence", text=reason)
        super().__init__(str(self.note))


class SourceUnavailable(SourceError):
    """A retry may succeed."""


class SourceMalformed(SourceError):
    """A retry cannot succeed."""
