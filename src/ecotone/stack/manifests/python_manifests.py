"""Python: pyproject.toml, requirements files, setup.py, setup.cfg, Pipfile and conda environments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
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

REQUIREMENTS_DEV_WORDS: Final = frozenset(
    {"dev", "develop", "development", "test", "tests", "testing", "doc", "docs", "lint", "style", "ci", "mypy",
     "build", "local", "e2e", "bundle", "bundles"}
)  # fmt: skip
"""Words in the path of a requirements file that make it a file for development."""

_DEV_EXTRAS: Final = re.compile(r"dev|develop.*|tests?|testing|docs?|lint|ci|all-dev|mypy|typing")
_DEV_GROUP_PARTS: Final = ("dev", "test", "doc", "lint", "style", "typ", "mypy", "ci", "bench")
_DEV_SETUP_PARTS: Final = ("dev", "test", "doc", "lint")
_LONGEST_REQUIREMENT: Final = 2000
_LONGEST_SETUP: Final = 1 << 17
_EGG: Final = re.compile(r"#egg=([A-Za-z0-9][\w.-]*)")


def parse_pyproject(text: str) -> Iterator[Declared]:
    """Dependencies of a pyproject.toml: PEP 621 and 735, Poetry, PDM and uv."""
    raw = parse_toml(text)
    project, tool = as_mapping(raw.get("project")), as_mapping(raw.get("tool"))
    poetry, uv = as_mapping(tool.get("poetry")), as_mapping(tool.get("uv"))
    own = {canonicalize_name(str(table["name"])) for table in (project, poetry) if table.get("name")}
    sources = as_mapping(uv.get("sources"))
    own |= {canonicalize_name(name) for name, value in sources.items() if as_mapping(value).get("workspace")}
    rows = [*_standard_groups(raw, project), *_poetry_groups(poetry)]
    for group in as_mapping(as_mapping(tool.get("pdm")).get("dev-dependencies")).values():
        rows += read_requirements(as_sequence(group), DEVELOPMENT)
    rows += read_requirements(as_sequence(uv.get("dev-dependencies")), DEVELOPMENT)
    yield from (row for row in rows if row.package not in own)


def _standard_groups(raw: Mapping[str, Any], project: Mapping[str, Any]) -> Iterator[Declared]:
    yield from read_requirements(as_sequence(project.get("dependencies")), RUNTIME)
    for name, listed in as_mapping(project.get("optional-dependencies")).items():
        scope = DEVELOPMENT if _DEV_EXTRAS.fullmatch(name) else OPTIONAL
        yield from read_requirements(as_sequence(listed), scope)
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
        if name != "python" and len(name) <= LONGEST_NAME:
            yield Declared("pypi", canonicalize_name(name), OPTIONAL if optional else scope)


def _scope_of_group(name: str, usual: str, parts: Iterable[str]) -> str:
    return DEVELOPMENT if any(part in name.casefold() for part in parts) else usual


def parse_requirements(text: str) -> Iterator[Declared]:
    """Dependencies of a requirements file; of a compiled one, those that no other package listed in it needs alone."""
    names: dict[str, None] = {}
    needed_by: dict[str, set[str]] = {}
    current = ""
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines():
        content, _, comment = line.partition("#") if line.lstrip().startswith("#") else _split_comment(line)
        name = read_requirement(content)
        if name:
            current = name
            names[name] = None
        if current and (via := _requiring_package(comment, needed_by.get(current))):
            needed_by.setdefault(current, set()).add(via)
        elif not comment.strip() and not name:
            current = ""
    for name in names:
        via_names = needed_by.get(name, set()) - {"via"}
        if not via_names or not via_names <= names.keys():
            yield Declared("pypi", name, RUNTIME)


def _split_comment(line: str) -> tuple[str, str, str]:
    at = line.find(" #")
    return (line[:at], "#", line[at + 2 :]) if at >= 0 else (line, "", "")


def _requiring_package(comment: str, earlier: set[str] | None) -> str:
    """The package that a comment of a compiled file names; `via` for the bare word that begins a list of them.

    A file (`-r base.in`, `own (pyproject.toml)`) gives a name that no listed package has.
    """
    words = comment.split()
    if not words or (earlier is None and words[0] != "via"):
        return ""
    if words[0] == "via":
        words = words[1:]
    if not words:
        return "via"
    return canonicalize_name(words[0]) if len(words) == 1 else " ".join(words)[:LONGEST_NAME]


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
        return canonicalize_name(Requirement(line.partition(" --")[0].strip()).name)
    except (InvalidRequirement, RecursionError):
        return ""  # a URL, a path, a template


def parse_setup_cfg(text: str) -> Iterator[Declared]:
    """Dependencies of a setup.cfg."""
    sections = _read_ini_sections(text)
    options = sections.get("options", {})
    yield from read_requirements(options.get("install_requires", ()), RUNTIME)
    yield from read_requirements(options.get("tests_require", ()), DEVELOPMENT)
    for name, lines in sections.get("options.extras_require", {}).items():
        yield from read_requirements(lines, _scope_of_group(name, OPTIONAL, _DEV_SETUP_PARTS))


def _read_ini_sections(text: str) -> dict[str, dict[str, list[str]]]:
    """Section -> key -> lines of the value, without interpolation; in linear time, unlike configparser."""
    sections: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    value: list[str] = []
    for line in text.splitlines():
        content = line.strip()
        if not content or content[0] in "#;":
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
        for name in as_mapping(raw.get(key)):
            if len(name) <= LONGEST_NAME:
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
    """Dependencies of a setup.py that is parsed, never run: literals, and names that are bound to literals."""
    if len(text) > _LONGEST_SETUP:
        raise UnreadableManifest(f"a setup.py of more than {_LONGEST_SETUP} characters")
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UnreadableManifest(str(error)[:200]) from None
    names: dict[str, ast.expr] = {}
    calls = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            names.update((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.Call) and "setup" in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
            calls.append(node)
    for call in calls:
        for keyword in call.keywords:
            if keyword.arg == "install_requires":
                yield from read_requirements(_literal_texts(keyword.value, names), RUNTIME)
            elif keyword.arg == "tests_require":
                yield from read_requirements(_literal_texts(keyword.value, names), DEVELOPMENT)
            elif keyword.arg == "extras_require":
                for name, value in _literal_table(keyword.value, names):
                    scope = _scope_of_group(name, OPTIONAL, _DEV_SETUP_PARTS)
                    yield from read_requirements(_literal_texts(value, names), scope)


def _literal_texts(node: ast.expr, names: Mapping[str, ast.expr]) -> Iterator[str]:
    """The texts of a list of literals; names are followed once each, so that they cannot turn in a circle."""
    waiting, followed = [node], set[str]()
    while waiting:
        current = waiting.pop()
        if isinstance(current, ast.Constant) and isinstance(current.value, str):
            yield from current.value.splitlines()
        elif isinstance(current, ast.List | ast.Tuple | ast.Set):
            waiting += reversed(current.elts)
        elif isinstance(current, ast.BinOp) and isinstance(current.op, ast.Add):
            waiting += [current.right, current.left]
        elif isinstance(current, ast.Starred):
            waiting.append(current.value)
        elif isinstance(current, ast.Name) and current.id in names and current.id not in followed:
            followed.add(current.id)
            waiting.append(names[current.id])


def _literal_table(node: ast.expr, names: Mapping[str, ast.expr]) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Name):
        node = names.get(node.id, node)
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    elif isinstance(node, ast.Call):
        yield from ((keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg)
