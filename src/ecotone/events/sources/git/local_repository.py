"""Read a repository on this machine in folder: nothing is copied or written there, and its settings are never obeyed.

git reads a *view* of it: a git folder of our own with our settings and a list of its refs, while the environment names
its object folder. So no hook, helper or promised object that the repository names has any effect.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ecotone.events.sources.git.clone import MEAN_REF_BYTES, choose_head_branch
from ecotone.events.sources.git.command import Git, GitFailed
from ecotone.events.sources.git.request_refs import REQUEST_REFS, is_kept_ref, without_older_versions
from ecotone.foundation.capped_files import read_capped_file
from ecotone.foundation.errors import SourceMalformed
from ecotone.foundation.limits import LimitReached

MAX_REF_BYTES: Final = 1 << 12
MAX_SHALLOW_BYTES: Final = 1 << 24
MAX_LINKS: Final = 5  # symbolic refs that lead to each other
MAX_BORROWED: Final = 50  # folders of objects
KEPT_FOLDERS: Final = ("refs/heads", "refs/tags", *(kind.folder for kind in REQUEST_REFS))

_SHA256_TABLE: Final = b"REFT\x02"
"""The beginning of a reftable whose second version names another hash."""
_OBJECT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_VIEW_SETTINGS: Final = """\
[core]
\trepositoryformatversion = 1
\tbare = true
\tcommitGraph = false
[extensions]
\tobjectFormat = {object_format}
"""


@dataclass(frozen=True, slots=True)
class GitFolder:
    """The folders of a repository: of one working copy, and what all working copies have in common."""

    own: Path
    common: Path


def find_git_folder(folder: Path) -> GitFolder | None:
    """The git folder of a bare repository, a working copy or a worktree; None if there is none."""
    own = folder / ".git" if (folder / ".git").exists() else folder
    if own.is_file():
        text = _read_short_text(own)
        if not text.startswith("gitdir: "):
            return None
        own = folder / text.removeprefix("gitdir: ").strip()
    common = own / _read_short_text(own / "commondir").strip()
    if not ((own / "HEAD").is_file() and (common / "objects").is_dir()):
        return None
    return GitFolder(own.resolve(), common.resolve())


def read_local_refs(git: Git, folder: GitFolder, repository: str, view: Path) -> dict[str, str]:
    """The refs to keep; HEAD is a branch's name, or a commit. Raises SourceMalformed and LimitReached.

    view  the folder in which git reads a reftable, if the repository has one
    """
    limits = git.limits
    if (folder.common / "reftable").exists():
        return _read_reftable_refs(git, folder, repository, view)
    refs: dict[str, str] = {}
    for name, value in (*_packed_refs(folder.common), *_loose_refs(folder.common)):
        if is_kept_ref(name):
            refs[name] = value
            if len(refs) > limits.refs:
                raise LimitReached(repository, "refs", limits)
    refs = {name: sha for name, value in refs.items() if (sha := _follow_links(value, refs))}
    refs = without_older_versions(refs)
    head = _read_short_text(folder.own / "HEAD").strip()
    if head:
        refs["HEAD"] = head.removeprefix("ref:").strip()
    return refs


def _read_reftable_refs(git: Git, folder: GitFolder, repository: str, view: Path) -> dict[str, str]:
    """The same of a repository that keeps its refs in a reftable: a git that knows the format reads a copy of it."""
    try:
        refs = _list_reftable(git, folder.common / "reftable", view)
        if folder.own != folder.common:
            refs["HEAD"] = _list_reftable(git, folder.own / "reftable", view).get("HEAD", "")
    except (GitFailed, OSError) as error:
        raise SourceMalformed(
            f"{repository}: {folder.common} keeps its refs in a reftable, which this git cannot read. Install git 2.45"
            " or newer, or make a bundle with `git bundle create FILE --all`, give it as `location`, and run again."
        ) from error
    refs = {name: value for name, value in refs.items() if name == "HEAD" or is_kept_ref(name)}
    refs = without_older_versions(refs)
    if len(refs) - 1 > git.limits.refs:
        raise LimitReached(repository, "refs", git.limits)
    return refs


def _list_reftable(git: Git, tables: Path, view: Path) -> dict[str, str]:
    """The refs in a folder of reftables, and HEAD, as git lists them in a folder with our settings."""
    shutil.rmtree(view, ignore_errors=True)
    for name in ("objects", "reftable", "refs"):
        (view / name).mkdir(parents=True)
    object_format = "sha1"
    for path in sorted(tables.iterdir()):
        content = read_capped_file(path, git.limits.refs * MEAN_REF_BYTES)
        (view / "reftable" / path.name).write_bytes(content)
        object_format = "sha256" if content.startswith(_SHA256_TABLE) else object_format
    settings = _VIEW_SETTINGS.format(object_format=object_format)
    (view / "config").write_text(f"{settings}\trefStorage = reftable\n", "utf-8")
    (view / "HEAD").write_text("ref: refs/heads/.invalid\n", "utf-8")
    listed = git.run("for-each-ref", "--format=%(objectname) %(refname)", repository=view).decode("utf-8", "replace")
    refs = {name: sha for sha, _, name in (line.partition(" ") for line in listed.splitlines())}
    try:
        refs["HEAD"] = git.run("symbolic-ref", "HEAD", repository=view).decode("utf-8", "replace").strip()
    except GitFailed:  # it is a commit
        refs["HEAD"] = git.run("rev-parse", "HEAD", repository=view).decode().strip()
    return refs


def _packed_refs(common: Path) -> Iterator[tuple[str, str]]:
    if not (common / "packed-refs").is_file():
        return
    with (common / "packed-refs").open("r", encoding="utf-8", errors="surrogateescape") as file:
        for line in iter(lambda: file.readline(MAX_REF_BYTES), ""):
            value, _, name = line.rstrip("\n").partition(" ")
            if _OBJECT.fullmatch(value):
                yield name, value


def _loose_refs(common: Path) -> Iterator[tuple[str, str]]:
    for start in KEPT_FOLDERS:
        for parent, _, names in os.walk(common / start):
            for name in names:
                path = Path(parent, name)
                yield path.relative_to(common).as_posix(), _read_short_text(path).strip()


def _follow_links(value: str, refs: Mapping[str, str]) -> str | None:
    """The object of a ref that may name another ref; None if it leads nowhere."""
    for _ in range(MAX_LINKS):
        if not value.startswith("ref:"):
            break
        value = refs.get(value.removeprefix("ref:").strip(), "")
    return value if _OBJECT.fullmatch(value) else None


def _read_short_text(path: Path) -> str:
    """The beginning of a regular file; empty if there is none."""
    if not path.is_file():
        return ""
    with path.open("r", encoding="utf-8", errors="surrogateescape") as file:
        return file.read(MAX_REF_BYTES)


def write_view(git: Git, folder: GitFolder, view: Path, refs: Mapping[str, str]) -> tuple[Git, int]:
    """Write the view of a repository again. Returns the git that reads it, and how many refs name an absent object."""
    reading = replace(git, objects=folder.common / "objects")
    shutil.rmtree(view, ignore_errors=True)
    for name in ("objects/pack", "refs"):
        (view / name).mkdir(parents=True)
    object_format = "sha256" if any(len(value) == 64 for value in refs.values()) else "sha1"
    (view / "config").write_text(_VIEW_SETTINGS.format(object_format=object_format), "utf-8")
    (view / "HEAD").write_text(f"ref: {choose_head_branch(refs)}\n", "utf-8", errors="surrogateescape")
    shallow = folder.common / "shallow"
    if shallow.is_file() and shallow.stat().st_size <= MAX_SHALLOW_BYTES:
        shutil.copyfile(shallow, view / "shallow")
    listed = sorted((name, sha) for name, sha in refs.items() if name != "HEAD")
    feed = "".join(f"{sha}\n" for _, sha in listed).encode()
    kinds = reading.run("cat-file", "--batch-check=%(objecttype)", repository=view, feed=feed).splitlines()
    present = [entry for entry, kind in zip(listed, kinds, strict=True) if not kind.endswith(b" missing")]
    lines = "".join(f"{sha} {name}\n" for name, sha in present)
    (view / "packed-refs").write_text(f"# pack-refs with: sorted\n{lines}", "utf-8", errors="surrogateescape")
    return reading, len(listed) - len(present)


def is_partial_clone(folder: GitFolder) -> bool:
    """Whether a repository was cloned without some of its objects."""
    return any((folder.common / "objects/pack").glob("*.promisor"))


def find_mailmap(git: Git, view: Path, branch: str, repository: str) -> str | None:
    """The object of `.mailmap` in the newest tree of a branch, whose size is checked. Raises LimitReached."""
    if not git.trees:
        return None
    entries, rest, mailmap = 0, b"", None
    with closing(git.stream_output("ls-tree", "-r", "-z", "--full-tree", branch, repository=view)) as pieces:
        for piece in pieces:
            *lines, rest = (rest + piece).split(b"\0")
            entries += len(lines)
            if entries > git.limits.tree_entries:
                raise LimitReached(repository, "tree_entries", git.limits)
            if any(line.count(b"/") > git.limits.tree_depth for line in lines):
                raise LimitReached(repository, "tree_depth", git.limits)
            mailmap = next((line.split()[2].decode() for line in lines if line.endswith(b"\t.mailmap")), mailmap)
    return mailmap


def count_packed_objects(objects: Path, repository: str) -> int:
    """The objects in the packs of an object folder and of those that it borrows from, as the indexes give them.

    Raises SourceMalformed if git would open something there that is no regular file, as a pipe without an end.
    """
    folders = [objects.resolve()]
    for folder in folders:  # grows while it is read
        odd = next((path for path in folder.glob("*/*") if not (path.is_file() or path.is_dir())), None)
        if odd is not None:
            raise SourceMalformed(
                f"{repository}: {odd} is not a regular file. Remove it, or give another `location`, and run again."
            )
        borrowed = (folder / line for line in _read_short_text(folder / "info/alternates").splitlines()[:MAX_LINKS])
        new = dict.fromkeys(path.resolve() for path in borrowed if path.is_dir())
        folders += [path for path in new if path not in folders and len(folders) < MAX_BORROWED]
    return sum(_count_of_index(index) for folder in folders for index in folder.glob("pack/*.idx"))


def _count_of_index(index: Path) -> int:
    """The number of objects in the index of a pack: the last of its 256 running counts."""
    with index.open("rb") as file:
        head = file.read(8 + 256 * 4)
    counts = head if head[:4] == b"\xfftOc" else head[: 256 * 4]
    return int.from_bytes(counts[-4:], "big")
