"""Turn errors of git into one sentence with the next command."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import Final

from ecotone.events.sources.git.command import GitFailed
from ecotone.foundation.errors import DiskFull, EcotoneError, SourceError, SourceMalformed, SourceUnavailable
from ecotone.foundation.location import Location
from ecotone.foundation.output_text import make_printable

_RETRY: Final = "Run the same command again to retry only this repository."

_DAMAGED: Final = (
    "{place} has a damaged or incomplete history. Run `git fsck` on it, or `git bundle verify` on a bundle,"
    " or remove its clone from the workspace, and run again."
)

_KNOWN_FAILURES: Final[tuple[tuple[str, type[SourceError], str], ...]] = (
    (
        r"does not look like a v2 or v3 bundle|unrecognized header|bad bundle|is empty",
        SourceMalformed,
        "{place} is not a git bundle. Make one with `git bundle create FILE --all` and run again.",
    ),
    (
        r"lacks these prerequisite commits",
        SourceMalformed,
        "{place} is an incomplete bundle: it builds on commits that are not in it."
        " Make a whole one with `git bundle create FILE --all` and run again.",
    ),
    (
        r"terminal prompts disabled|could not read Username|Authentication failed|Repository not found"
        r"|repository '[a-z]+://.*' not found"
        r"|Permission denied \(publickey|access denied|HTTP 40[134]|error: 40[134]|returned error: 40[134]",
        SourceMalformed,
        "{place} is missing or private. Check the name, or give a `location` you may read, and run again.",
    ),
    (
        r"does not appear to be a git repository|is this a git repository"
        r"|not a git repository|does not exist|No such file or directory"
        r"|not found",
        SourceMalformed,
        "{place} is not a git repository. Check `location` in the landscape and run again.",
    ),
    (
        r"Could not resolve host|Couldn't connect|Connection refused|Connection timed out|Network is unreachable"
        r"|timed out|Operation too slow|early EOF|unexpected disconnect|Connection reset|RPC failed|SSL|"
        r"returned error: 5\d\d|error: 429|returned error: 429|hung up unexpectedly|Failed to connect",
        SourceUnavailable,
        "{place} cannot be reached. " + _RETRY,
    ),
    (
        r"bad object|missing blob|unable to read tree|not a tree object|unable to parse|corrupt|invalid sha1 pointer"
        r"|fsck|pack has|Could not read|inflate",
        SourceMalformed,
        _DAMAGED,
    ),
)


_REACHED_LIMITS: Final = (
    ("memory_mb", re.compile(r"out of memory|malloc failed|Cannot allocate memory", re.IGNORECASE)),
    ("received_mb", re.compile(r"File too large|died of signal 25")),
)
"""What git says if it may not use more memory, or not write a larger file."""

_NO_TREE: Final = re.compile(r"unable to (?:read|parse) tree|not a tree object|unable to find tree|missing tree")
_BROKEN_OBJECT: Final = re.compile(r"corrupt|inflate|hash mismatch|sha1 mismatch|garbage")


def find_reached_limit(failed: GitFailed) -> str | None:
    """The key of the limit that ended git; None if none did."""
    if failed.code == -signal.SIGXFSZ:
        return "received_mb"
    return next((key for key, pattern in _REACHED_LIMITS if pattern.search(failed.message)), None)


def lacks_trees(failed: GitFailed) -> bool:
    """Whether git ended because a tree is absent, and named no damage."""
    return bool(_NO_TREE.search(failed.message)) and not _BROKEN_OBJECT.search(failed.message)


def explain_git_failure(failed: GitFailed, repository: str, location: str) -> EcotoneError:
    """The error to raise for a failed git; it quotes git's last line."""
    location = Location(location)
    masked = location.mask_secrets(failed.message)
    if re.search(r"No space left on device|Disk quota exceeded", failed.message):
        return DiskFull()
    lines = [line.strip() for line in masked.splitlines()]
    complaints = [line for line in lines if line.startswith(("fatal:", "error:"))]  # hints may follow
    last = [f"exit code {failed.code}", *lines, *complaints][-1]
    last = make_printable(last)
    for pattern, kind, sentence in _KNOWN_FAILURES:
        if re.search(pattern, failed.message, re.IGNORECASE):
            if kind is SourceUnavailable and Path(location).exists():  # a retry does not help a local path
                kind, sentence = SourceMalformed, _DAMAGED
            return kind(f"{repository}: {sentence.format(place=location)} (git: {last})")
    return SourceMalformed(f"{repository}: git could not read {location}: {last}. {_RETRY}")
