"""Keep a bare, blobless clone of a repository up to date, with its pull-request heads."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ecotone.events.sources.git.command import BUNDLE_PROTOCOLS, HOST_PROTOCOLS, Git, GitFailed
from ecotone.events.sources.git.processes import OutputTooLong
from ecotone.events.sources.git.request_refs import is_kept_ref, without_older_versions
from ecotone.foundation.capped_files import open_regular_file
from ecotone.foundation.digests import find_damaged_files, record_files
from ecotone.foundation.errors import SourceMalformed
from ecotone.foundation.limits import LimitReached

FETCHED_HEADS: Final = (
    "+refs/pull/*/head:refs/pull/*/head",
    "+refs/merge-requests/*/head:refs/merge-requests/*/head",
    "+refs/pull-requests/*/from:refs/pull-requests/*/from",
    "+refs/changes/*:refs/changes/*",
)
"""The refs of `request_refs.REQUEST_REFS`."""
FETCHED_REFS: Final = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", *FETCHED_HEADS)

MAX_HEADER_BYTES: Final = 1 << 16  # of one line
MEAN_REF_BYTES: Final = 200  # of a line that lists a ref, at most

_REMOTE: Final = re.compile(r"(?:https?|ssh|git)://|[\w.-]+@[\w.-]+:")


@dataclass(frozen=True, slots=True)
class RemoteLocation:
    """The location of a repository: git's address of it, and its kind.

    local   on this machine: its history ends with its newest commit
    bundle  a file of `git bundle`
    """

    address: str
    local: bool
    bundle: bool

    @property
    def in_place(self) -> bool:
        """Whether it is a repository that can be read where it is."""
        return self.local and not self.bundle

    @property
    def protocols(self) -> str:
        """The protocols that git may use to reach it."""
        return BUNDLE_PROTOCOLS if self.bundle else HOST_PROTOCOLS


def is_shallow_clone(clone: Path) -> bool:
    """Whether a clone is shallow: older commits are missing."""
    return (clone / "shallow").exists()


def parse_location(location: str, repository: str) -> RemoteLocation:
    """Parse a location; a bundle or path must exist. Raises SourceMalformed."""
    if location.startswith("-"):
        raise SourceMalformed(
            f"{repository}: the location {location!r} starts with a dash, which git takes for an option."
            " Write an address or a path and run again."
        )
    if _REMOTE.match(location):
        return RemoteLocation(location, local=False, bundle=False)
    path = Path(location.removeprefix("file://"))
    try:
        path = path.expanduser().resolve(strict=True)
        if path.is_dir():
            return RemoteLocation(str(path), local=True, bundle=False)
        with open_regular_file(path) as file:
            head = file.read(16)
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no such user, or a link leads to itself
        does = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read ({_reason_of(error)})"
        raise SourceMalformed(
            f"{repository}: {path} {does}. Check `location` in the landscape and run again."
        ) from None
    if not re.match(rb"# v[23] git bundle", head):
        size = path.stat().st_size
        raise SourceMalformed(
            f"{repository}: {path} is not a git bundle ({size} bytes)."
            " Make one with `git bundle create FILE --all` and run again."
        )
    return RemoteLocation(str(path), local=True, bundle=True)


def _reason_of(error: Exception) -> str:
    return error.strerror or "" if isinstance(error, OSError) else str(error)


def read_served_refs(git: Git, remote: RemoteLocation, repository: str) -> dict[str, str]:
    """The refs to keep, as the host or bundle has them now; HEAD is a branch's name if it is given, else a commit.

    Raises GitFailed, and LimitReached.
    """
    try:
        if remote.bundle:
            lines = _read_bundle_refs(Path(remote.address), git.limits.refs)
        else:
            longest = git.limits.refs * MEAN_REF_BYTES
            listed = git.run_remote("ls-remote", "--symref", "--", remote.address, longest=longest)
            lines = listed.decode("utf-8", "replace").splitlines()
        if len(lines) > git.limits.refs:
            raise OutputTooLong
    except OutputTooLong:
        raise LimitReached(repository, "refs", git.limits) from None
    refs = {}
    for line in lines:
        value, _, name = line.partition("\t")
        if value.startswith("ref: ") and name == "HEAD":
            refs["HEAD"] = value.removeprefix("ref: ")
        elif name == "HEAD":
            refs.setdefault("HEAD", value)
        elif is_kept_ref(name) and not name.endswith("^{}"):
            refs[name] = value
    return without_older_versions(refs)


def _read_bundle_refs(path: Path, most: int) -> list[str]:
    """The refs in the header of a bundle, each as "object, tab, name". Raises OutputTooLong."""
    lines = []
    with path.open("rb") as file:
        file.readline()
        while (line := file.readline(MAX_HEADER_BYTES)) not in (b"\n", b""):
            text = line.decode("utf-8", "replace").rstrip("\n")
            if text[0] not in "-@":
                lines.append(text.replace(" ", "\t", 1))
            if len(lines) > most:
                raise OutputTooLong
    return lines


def update_clone(git: Git, remote: RemoteLocation, clone: Path, served: Mapping[str, str]) -> None:
    """Clone, or fetch what is new, so that the clone has the served refs. Raises GitFailed."""
    for partial in clone.parent.glob(f"{clone.name}.part-*"):
        shutil.rmtree(partial, ignore_errors=True)  # a partial clone of a killed run
    if is_shallow_clone(clone):
        shutil.rmtree(clone)  # a fetch would not deepen it
    if not clone.exists():
        _create_blobless_clone(git, remote, clone)
        git.run("symbolic-ref", "HEAD", choose_head_branch(served), repository=clone)
        return
    remove_stale_locks(clone)
    git.run("remote", "set-url", "--", "origin", remote.address, repository=clone)
    git.run_remote(
        "fetch", "--progress", "--prune", "--force", "--no-tags", "--refmap=", "--no-write-fetch-head",
        "--no-auto-maintenance", "origin", *FETCHED_REFS,
        repository=clone, protocols=remote.protocols,
    )  # fmt: skip
    # without a HEAD at the source, the former one must not stay
    git.run("symbolic-ref", "HEAD", choose_head_branch(served), repository=clone)


def has_damaged_packs(clone: Path) -> bool:
    """Whether a pack of the clone is not as it was when it was received; git itself checks no pack when it reads."""
    try:
        records = json.loads(_pack_records_file(clone).read_text("utf-8"))
        return bool(find_damaged_files(clone / "objects/pack", records))
    except FileNotFoundError:  # killed before they were written
        return False
    except (ValueError, TypeError, AttributeError, LookupError):  # they are damaged themselves
        return True


def record_packs(clone: Path) -> None:
    """Write the sizes and digests of the packs, which never change, next to the clone."""
    packs = clone / "objects/pack"
    records = record_files(packs, [path.name for path in packs.glob("pack-*.*")])
    staging = _pack_records_file(clone).with_suffix(".part")
    staging.write_text(json.dumps(records), "utf-8")
    staging.replace(_pack_records_file(clone))


def _pack_records_file(clone: Path) -> Path:
    return clone.with_name("packs.json")


def choose_head_branch(served: Mapping[str, str]) -> str:
    """The branch of the source's HEAD; if it is a commit, as in bundles, a branch at that commit."""
    wanted = served.get("HEAD", "")
    if wanted and not wanted.startswith("refs/"):
        branches = sorted(name for name, sha in served.items() if sha == wanted and name.startswith("refs/heads/"))
        preferred = [name for name in ("refs/heads/main", "refs/heads/master") if name in branches]
        wanted = next(iter([*preferred, *branches]), "")
    return wanted or "refs/heads/main"


def _create_blobless_clone(git: Git, remote: RemoteLocation, clone: Path) -> None:
    clone.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f"{clone.name}.part-", dir=clone.parent))
    settings = [f"--config=remote.origin.fetch={ref}" for ref in FETCHED_HEADS]
    blobless = [] if remote.bundle else ["--filter=blob:none"]
    try:
        git.run_remote(
            "clone",
            "--bare",
            "--progress",
            "--template=",
            *blobless,
            *settings,
            "--",
            remote.address,
            str(staging),
            protocols=remote.protocols,
            into=staging,
        )
        staging.rename(clone)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def remove_stale_locks(clone: Path) -> None:
    """Remove the lock files of a killed git; the caller holds the lock on this clone."""
    for pattern in ("*.lock", "refs/**/*.lock", "objects/pack/tmp_*", "objects/pack/.tmp-*"):
        for path in clone.glob(pattern):
            path.unlink(missing_ok=True)


def choose_default_branch(git: Git, clone: Path, refs: Iterable[str], wanted: str | None, repository: str) -> str:
    """Full name of the branch to read.

    The choice of the landscape, else the branch of HEAD, else `main` or `master`, else the only branch.
    Raises SourceMalformed if the repository is empty or none of these exists.
    """
    branches = [name for name in refs if name.startswith("refs/heads/")]
    if not branches:
        raise SourceMalformed(
            f"{repository}: the repository has no commits yet. Remove it from the landscape, or run again later."
        )
    names = [name.removeprefix("refs/heads/") for name in branches]
    if wanted is not None:
        if wanted in names:
            return f"refs/heads/{wanted}"
        raise SourceMalformed(
            f"{repository}: there is no branch {wanted!r}. Branches: {', '.join(sorted(names)[:10])}."
            " Correct `branch` in the landscape and run again."
        )
    try:
        head = git.run("symbolic-ref", "HEAD", repository=clone).decode("utf-8", "surrogateescape").strip()
    except GitFailed:
        head = ""
    if head in branches:
        return head
    for choice in ("main", "master", *(names if len(names) == 1 else ())):
        if choice in names:
            return f"refs/heads/{choice}"
    raise SourceMalformed(
        f"{repository}: there is no default branch (HEAD names no branch). Branches: {', '.join(sorted(names)[:10])}."
        " Set `branch` for it in the landscape and run again."
    )
