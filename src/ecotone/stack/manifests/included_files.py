"""Files of requirements that a manifest includes by their path, whatever their names are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ecotone.foundation.safe_toml import parse_toml
from ecotone.stack.manifests.declared import LONGEST_NAME, RUNTIME, Declared, as_mapping, as_sequence
from ecotone.stack.manifests.manifest_reader import decode_manifest
from ecotone.stack.manifests.python_manifests import read_ini_sections, scope_of_extra

INCLUDED_FILE: Final = "included file"
"""The ecosystem of what is no package: a file that a manifest includes, as it writes its path."""

_MAY_INCLUDE: Final = re.compile(rb"^\s*(?:-r|--requirement)|\bfile\b", re.MULTILINE)
_INCLUDE: Final = re.compile(r"[ \t]*(?:-r[ \t]*|--requirement(?:=|[ \t]+))[\"']?([^\s\"'=#]{1,200})")


def list_included_files(kind: str, content: bytes) -> Iterator[Declared]:
    """The files that a readable manifest includes, with the scope for which it does.

    >>> [row.package for row in list_included_files("requirements", b"-r base.txt\\nflask\\n--requirement=../x.in")]
    ['base.txt', '../x.in']
    """
    read_paths = _READERS.get(kind)
    if read_paths and _MAY_INCLUDE.search(content):
        for path, scope in read_paths(decode_manifest(content)):
            if 0 < len(path) <= LONGEST_NAME:
                yield Declared(INCLUDED_FILE, path, scope)


def _paths_of_requirements(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if match := _INCLUDE.match(line):
            yield match[1], RUNTIME


def _paths_of_pyproject(text: str) -> Iterator[tuple[str, str]]:
    """The files that setuptools reads for the dependencies of a project."""
    tool = as_mapping(parse_toml(text).get("tool"))
    dynamic = as_mapping(as_mapping(tool.get("setuptools")).get("dynamic"))
    yield from ((path, RUNTIME) for path in _listed_files(dynamic.get("dependencies")))
    for name, table in as_mapping(dynamic.get("optional-dependencies")).items():
        yield from ((path, scope_of_extra(name)) for path in _listed_files(table))


def _listed_files(table: object) -> Iterator[str]:
    listed: Any = as_mapping(table).get("file")
    yield from (
        path for path in ([listed] if isinstance(listed, str) else as_sequence(listed)) if isinstance(path, str)
    )


def _paths_of_setup_cfg(text: str) -> Iterator[tuple[str, str]]:
    for line in read_ini_sections(text).get("options", {}).get("install_requires", ()):
        if line.lstrip().startswith("file:"):
            yield from ((path.strip(), RUNTIME) for path in line.partition(":")[2].split(","))


_READERS: Final[Mapping[str, Callable[[str], Iterator[tuple[str, str]]]]] = {
    "requirements": _paths_of_requirements,
    "pyproject": _paths_of_pyproject,
    "setup.cfg": _paths_of_setup_cfg,
}
