"""Repositories as a person gives them: owner/name, an address of any git host, or a path; and a landscape of them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ecotone.foundation.capped_files import open_regular_file
from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import DEFAULT_HOST, Landscape, parse_landscape

_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*/[A-Za-z0-9_.-]+\Z")
_ADDRESS: Final = re.compile(r"(?:https?|ssh|git)://(?:[^/@\s]*@)?([^/\s:]+)(?::\d+)?/([^\s?#]+)\Z")
_WITHOUT_SCHEME: Final = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/[^/\s]+/[^\s]+\Z")
_SHORT_SSH: Final = re.compile(r"[\w.-]+@([\w.-]+):(?!//)([^\s?#]+)\Z")
_ORIGIN: Final = re.compile(r'^[ \t]*\[remote "origin"\][^\[]*?^[ \t]*url[ \t]*=[ \t]*(\S[^\n]*)', re.MULTILINE)
_JOINED_NAME: Final = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)\+([A-Za-z0-9_.-]+)")
"""OWNER+NAME, as folders of mirrors and of Ecotone's own clones are called; no name of a repository has a `+`."""
MOST_SETTINGS: Final = 1 << 16
"""Bytes of a repository's settings that are read."""
_PAGES: Final = frozenset(
    {"-", "tree", "blob", "src", "issues", "pull", "pulls", "merge_requests", "commit", "commits", "branches", "tags",
     "releases", "wiki", "actions"}
)  # fmt: skip
"""The part of an address, after owner and name, that begins a page about the repository."""


@dataclass(frozen=True, slots=True)
class GivenRepository:
    """A repository's name, owner/name, and where git finds it."""

    name: str
    location: str


def read_given_repository(text: str) -> GivenRepository:
    """The repository that a text names. Raises UserError.

    >>> read_given_repository("team/tool").location
    'https://github.com/team/tool'
    >>> read_given_repository("https://git.example.org/team/tool/-/issues?x=1")
    GivenRepository(name='team/tool', location='https://git.example.org/team/tool')
    >>> read_given_repository("git.example.org/team/tool").location, read_given_repository("https://a.example/go").name
    ('https://git.example.org/team/tool', 'a.example/go')
    >>> read_given_repository("git@git.example.org:group/sub/tool.git")
    GivenRepository(name='group/sub/tool', location='git@git.example.org:group/sub/tool.git')
    """
    clean = text.strip()
    if clean.startswith(("http://", "https://")):
        clean = re.split(r"[?#]", clean, maxsplit=1)[0]
    if _WITHOUT_SCHEME.match(clean) and not Path(clean).exists():
        clean = f"https://{clean}"
    if match := _ADDRESS.match(clean) or _SHORT_SSH.match(clean):
        path = _without_page(match[2])
        return GivenRepository(_name_of_path(path, match[1], text), clean[: match.start(2)] + path)
    if clean and Path(os.path.expanduser(clean)).exists():
        return _read_local(Path(os.path.abspath(os.path.expanduser(clean))))
    if _NAME.match(clean):
        return GivenRepository(clean.removesuffix(".git"), DEFAULT_HOST + clean.removesuffix(".git"))
    raise UserError(
        f"{text!r} is no repository: give owner/name, an address such as https://git.example.org/team/tool,"
        " or the path of a local repository."
    )


def landscape_of_repositories(repositories: Sequence[GivenRepository]) -> Landscape:
    """A landscape of these repositories, each a project, with their whole histories."""
    lines = ["[landscape]", 'name = "given"']
    for repository in repositories:
        lines += ["", "[[project]]", f"repository = {json.dumps(repository.name)}"]
        lines.append(f"location = {json.dumps(repository.location)}")
    return parse_landscape("\n".join(lines) + "\n", Path("the repositories given"))


def is_named_after_folders(name: str, location: str) -> bool:
    """Whether a local repository has the name of its folders, which says nothing of its owner.

    >>> is_named_after_folders("src/tool", "/home/ada/src/tool.git"), is_named_after_folders("team/tool", "/srv/tool")
    (True, False)
    >>> is_named_after_folders("team/tool", "/srv/team+tool.git")
    False
    """
    return os.path.isabs(location) and name == _name_of_folders(Path(location))


def _read_local(path: Path) -> GivenRepository:
    """A local repository has the name of `origin` on a host, of a folder OWNER+NAME, or of its last two folders."""
    return GivenRepository(_name_of_origin(path) or _joined_name(path) or _name_of_folders(path), str(path))


def _joined_name(path: Path) -> str | None:
    """OWNER/NAME of the last folder that is called OWNER+NAME, or of the one around it."""
    for part in path.parts[:-3:-1]:
        if match := _JOINED_NAME.fullmatch(part.removesuffix(".git").removesuffix(".bundle")):
            return f"{match[1]}/{match[2]}"
    return None


def _name_of_folders(path: Path) -> str:
    """The last two folders; `.git` and a bare repository's suffix are left out."""
    parts = [part for part in path.parts if part not in ("/", ".git")]
    parts = [re.sub(r"[^A-Za-z0-9_.-]", "-", part.removesuffix(".git").removesuffix(".bundle")) for part in parts[-2:]]
    words = [part.strip(".-") or "local" for part in parts]
    return "/".join(["local", *words][-2:])


def _name_of_origin(path: Path) -> str | None:
    """Owner and name in the address of `origin`, from the repository's own settings; None without such an address."""
    folder = path / ".git" if (path / ".git").is_dir() else path
    try:
        with open_regular_file(folder / "config") as file:
            text = file.read(MOST_SETTINGS).decode("utf-8", "replace")
    except OSError:
        return None
    origin = _ORIGIN.search(text)
    address = origin[1].strip() if origin else ""
    match = _ADDRESS.match(address) or _SHORT_SSH.match(address)
    if match is None:
        return None
    try:
        return _name_of_path(_without_page(match[2]), match[1], address)
    except UserError:
        return None


def _without_page(path: str) -> str:
    parts = path.strip("/").split("/")
    end = next((position for position, part in enumerate(parts) if position >= 2 and part in _PAGES), len(parts))
    return "/".join(parts[:end])


def _name_of_path(path: str, host: str, text: str) -> str:
    """Owner and name; where a host has repositories without an owner, the host is the owner."""
    name = path.removesuffix(".git")
    name = name if "/" in name else f"{host}/{name}"
    if not re.fullmatch(r"[A-Za-z0-9_.~-]+(?:/[A-Za-z0-9_.-]+)+", name):
        raise UserError(f"{text!r} names no repository: the address must end in owner/name.")
    return name.replace("~", "")
