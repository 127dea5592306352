"""Python: pyproject.toml, requirements files, setup.py, setup.cfg, Pipfile and conda environments."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache
from typing import Any, Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from ecotone.foundation.safe_toml import parse_toml
from ecotone.stack.manifests.declared import (
    DEVELOPMENT,
    LONGEST_NAME,
    OPTIONAL,
    RUNTIME,
    Declared,
    UnreadableManifest,
    as_mapping,
    as_sequence,
)
from ecotone.stack.manifests.safe_yaml import look_up, parse_yaml
from ecotone.stack.manifests.setup_programs import find_setup_arguments

REQUIREMENTS_DEV_WORDS: Final = frozenset(
    {"dev", "develop", "development", "test", "tests", "testing", "doc", "docs", "lint", "style", "ci", "mypy",
     "build", "local", "e2e", "bundle", "bundles"}
)  # fmt: skip
"""Words in the path of a requirements file that make it a file for development."""

_DEV_EXTRAS: Final = re.compile(r"dev|develop.*|tests?|testing|docs?|lint|ci|all-dev|mypy|typing")
_DEV_GROUP_PARTS: Final = ("dev", "test", "doc", "lint", "style", "typ", "mypy", "ci", "bench")
_DEV_SETUP_PARTS: Final = ("dev", "test", "doc", "lint")
_LONGEST_REQUIREMENT: Final = 2000
_COMMENT: Final = re.compile(r"(?:^|\s)#")
_PINNED: Final = re.compile(r"===?|\s@\s|^-e\s|://")
_LIST_FOLLOWS: Final = "via"
_OPTION: Final = re.compile(r"\s--")
_EGG: Final = re.compile(r"#egg=([A-Za-z0-9][\w.-]*)")


def parse_pyproject(text: str) -> Iterator[Declared]:
    """Dependencies of a pyproject.toml: PEP 621 and 735, Poetry, PDM and uv."""
    raw = parse_toml(text)
    project, tool = as_mapping(raw.get("project")), as_mapping(raw.get("tool"))
    poetry, uv = as_mapping(tool.get("poetry")), as_mapping(tool.get("uv"))
    own = {canonicalize_name(str(table["name"])) for table in (project, poetry) if table.get("name")}
    sources = as_mapping(uv.get("sources"))
    own |= {
        canonicalize_name(name) for name, value in sources.items() if {"workspace", "path"} & as_mapping(value).keys()
    }
    rows = [*_standard_groups(raw, project), *_poetry_groups(poetry)]
    for group in as_mapping(as_mapping(tool.get("pdm")).get("dev-dependencies")).values():
        rows += read_requirements(as_sequence(group), DEVELOPMENT)
    rows += read_requirements(as_sequence(uv.get("dev-dependencies")), DEVELOPMENT)
    yield from (row for row in rows if row.package not in own)


def scope_of_extra(name: str) -> str:
    """The scope of an optional group of a pyproject.toml."""
    return DEVELOPMENT if _DEV_EXTRAS.fullmatch(name.casefold().replace("_", "-")) else OPTIONAL


def _standard_groups(raw: Mapping[str, Any], project: Mapping[str, Any]) -> Iterator[Declared]:
    yield from read_requirements(as_sequence(project.get("dependencies")), RUNTIME)
    for name, listed in as_mapping(project.get("optional-dependencies")).items():
        yield from read_requirements(as_sequence(listed), scope_of_extra(name))
    for name, listed in as_mapping(raw.get("dependency-groups")).items():
        yield from read_requirements(as_sequence(listed), _scope_of_group(name, OPTIONAL, _DEV_GROUP_PARTS))


def _poetry_groups(poetry: Mapping[str, Any]) -> Iterator[Declared]:
    yield from _poetry_table(poetry.get("dependencies"), RUNTIME)
    yield from _poetry_table(poetry.get("dev-dependencies"), DEVELOPMENT)
    for name, group in as_mapping(poetry.get("group")).items():
        usual = OPTIONAL if as_mapping(group).get("optional") else RUNTIME
        scope = _scope_of_group(name, usual, _DEV_GROUP_PARTS)
        yield from _poetry_table(as_mapping(group).get("dependencies"), scope)


def _poetry_table(table: object, scope: str) -> Iterator[Declared]:
    for name, wanted in as_mapping(table).items():
        choices = [as_mapping(choice) for choice in (as_sequence(wanted) or [wanted])]
        optional = scope == RUNTIME and all(choice.get("optional") is True for choice in choices)
        own = any("path" in choice for choice in choices)
        if not own and name.casefold() != "python" and len(name) <= LONGEST_NAME:
            yield Declared("pypi", canonicalize_name(name), OPTIONAL if optional else scope)


def _scope_of_group(name: str, usual: str, parts: Iterable[str]) -> str:
    return DEVELOPMENT if any(part in name.casefold() for part in parts) else usual


def parse_requirements(text: str) -> Iterator[Declared]:
    """Dependencies of a requirements file; of a compiled one, those that no other package listed in it needs alone.

    A text of sentences declares nothing.
    """
    needed_by: dict[str, set[str]] = {}
    current, others = "", 0
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines():
        content, *comments = _COMMENT.split(line, maxsplit=1)
        if name := read_requirement(content):
            current = name if _PINNED.search(content) else ""
            needed_by.setdefault(name, set())
        elif not comments:
            others += _is_sentence(content)
            current = ""
        if current and comments:
            needed_by[current] |= _requiring_packages(comments[0], needed_by[current])
    if others > len(needed_by):
        return
    yield from (Declared("pypi", name, RUNTIME) for name in _asked_for(needed_by))


def _asked_for(needed_by: Mapping[str, Set[str]]) -> Iterator[str]:
    """The packages that are not there for another listed one alone; all of a circle that nothing leads to."""
    needs: dict[str, list[str]] = defaultdict(list)
    direct = []
    for name, via in needed_by.items():
        if not via - {_LIST_FOLLOWS} or not via - {_LIST_FOLLOWS} <= needed_by.keys():
            direct.append(name)
        for requiring in via & needed_by.keys():
            needs[requiring].append(name)
    reached, waiting = set(direct), list(direct)
    while waiting:
        for name in needs[waiting.pop()]:
            if name not in reached:
                reached.add(name)
                waiting.append(name)
    asked = set(direct)
    return (name for name in needed_by if name in asked or name not in reached)


def _is_sentence(line: str) -> bool:
    """Whether a line that is no requirement is one of a sentence, and no option, path, address or template."""
    words = line.split()
    return len(words) > 1 and words[0][0] not in "-.$/{<" and not any("://" in word for word in words)


def _requiring_packages(comment: str, earlier: Set[str]) -> set[str]:
    """The packages that a comment of a compiled file names; the bare word `via` begins a list of them.

    A file (`-r base.in`, `own (pyproject.toml)`) gives a name that no listed package has.
    """
    first, _, rest = comment.strip().partition(" ")
    if first != "via":
        if not earlier or not first:
            return set()
        rest = comment
    parts = [part.strip() for part in rest.split(",")]
    if not any(parts):
        return {_LIST_FOLLOWS}
    return {canonicalize_name(part.partition("[")[0]) if " " not in part else part[:LONGEST_NAME] for part in parts}


def read_requirements(lines: Iterable[object], scope: str) -> Iterator[Declared]:
    """The packages of PEP 508 requirements; what is none is left out."""
    for line in lines:
        if isinstance(line, str) and (name := read_requirement(line)):
            yield Declared("pypi", name, scope)


@lru_cache(1 << 14)
def read_requirement(line: str) -> str:
    """The package that a line of a requirements file asks for; empty if it is an option, a path or no requirement.

    >>> read_requirement("Django[argon2]>=4 --hash=sha256:00"), read_requirement("-e git+https://e.org/x#egg=My_Kit")
    ('django', 'my-kit')
    """
    line = line[:_LONGEST_REQUIREMENT].strip()
    if egg := _EGG.search(line):
        return canonicalize_name(egg[1])
    if not line or line[0] in "-#":
        return ""
    try:
        return canonicalize_name(Requirement(_OPTION.split(line, maxsplit=1)[0].strip()).name)
    except (InvalidRequirement, RecursionError):
        return ""  # a URL, a path, a template


def parse_setup_cfg(text: str) -> Iterator[Declared]:
    """Dependencies of a setup.cfg."""
    sections = read_ini_sections(text)
    options = sections.get("options", {})
    yield from read_requirements(options.get("install_requires", ()), RUNTIME)
    yield from read_requirements(options.get("tests_require", ()), DEVELOPMENT)
    for name, lines in sections.get("options.extras_require", {}).items():
        yield from read_requirements(lines, _scope_of_group(name, OPTIONAL, _DEV_SETUP_PARTS))


def read_ini_sections(text: str) -> dict[str, dict[str, list[str]]]:
    """Section -> key -> lines of the value, without interpolation; in linear time, unlike configparser."""
    sections: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    value: list[str] = []
    for line in text.splitlines():
        content = _COMMENT.split(line, maxsplit=1)[0].strip()
        if not content or content[0] == ";":
            continue
        if line[0] in " \t":
            value += content.split(";") if ";" in content and "'" not in content and '"' not in content else [content]
        elif content[0] == "[" and content[-1] == "]":
            section = sections.setdefault(content[1:-1].strip(), {})
        else:
            key, sign, rest = re.split(r"([=:])", content, maxsplit=1) if re.search(r"[=:]", content) else ("", "", "")
            if not sign:
                raise UnreadableManifest("a line that is no section, no key and no value")
            value = section.setdefault(key.strip().lower(), [])
            value += [part for part in rest.split(";") if part.strip()]
    return sections


def parse_pipfile(text: str) -> Iterator[Declared]:
    """Dependencies of a Pipfile."""
    raw = parse_toml(text)
    for key, scope in (("packages", RUNTIME), ("dev-packages", DEVELOPMENT)):
        for name, wanted in as_mapping(raw.get(key)).items():
            if len(name) <= LONGEST_NAME and "path" not in as_mapping(wanted):
                yield Declared("pypi", canonicalize_name(name), scope)


def parse_conda_environment(text: str) -> Iterator[Declared]:
    """Dependencies of a conda environment, all for development; those of pip too."""
    for document in parse_yaml(text):
        for entry in as_sequence(look_up(document, "dependencies")) if isinstance(document, dict) else ():
            if isinstance(entry, dict):
                yield from read_requirements(as_sequence(entry.get("pip")), DEVELOPMENT)
            elif isinstance(entry, str) and len(entry) <= LONGEST_NAME:
                name = re.split(r"[\s=<>!~\[]", entry.strip().rpartition("::")[2], maxsplit=1)[0].lower()
                if name and not name.startswith("python"):
                    yield Declared("conda", name, DEVELOPMENT)


def parse_setup_py(text: str) -> Iterator[Declared]:
    """Dependencies of a setup.py that is parsed, never run."""
    for name, value in find_setup_arguments(text):
        if name == "install_requires" and isinstance(value, tuple):
            yield from read_requirements(_list_lines(value), RUNTIME)
        elif name == "tests_require" and isinstance(value, tuple):
            yield from read_requirements(_list_lines(value), DEVELOPMENT)
        elif name == "extras_require" and isinstance(value, dict):
            for extra, texts in value.items():
                scope = _scope_of_group(extra, OPTIONAL, _DEV_SETUP_PARTS)
                yield from read_requirements(_list_lines(texts), scope)


def _list_lines(texts: Iterable[str]) -> Iterator[str]:
    """The lines of texts, each of which may hold several requirements."""
    return (_COMMENT.split(line, maxsplit=1)[0] for text in texts for line in text.splitlines())
