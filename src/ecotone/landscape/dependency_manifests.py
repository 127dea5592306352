"""Parse the dependencies that a manifest declares; a file that cannot be parsed declares none."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final
from xml.etree import ElementTree

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

Parser = Callable[[str], Iterator[str]]

_DECLARES_ENTITIES: Final = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_GO_REQUIRE: Final = re.compile(r"(\S+)\s+v\S+")


def parse_dependencies(path: str, text: str) -> list[str]:
    """Distinct dependencies as `registry:name`, sorted; none for a file that is not a manifest.

    >>> parse_dependencies("libs/core/pyproject.toml", '[project]\\ndependencies = ["Pydantic>=2", "httpx[http2]"]')
    ['pypi:httpx', 'pypi:pydantic']
    """
    parser = find_parser(path)
    if parser is None:
        return []
    try:
        return sorted(set(parser(text)))
    except (ValueError, TypeError, AttributeError, RecursionError, configparser.Error, ElementTree.ParseError):
        return []  # TOML's and JSON's errors are ValueErrors


def find_parser(path: str) -> Parser | None:
    """The parser for a file of this name; None if it is not a manifest."""
    name = PurePosixPath(path).name
    return next((parser for pattern, parser in MANIFESTS if re.fullmatch(pattern, name)), None)


def _parse_pyproject(text: str) -> Iterator[str]:
    raw = tomllib.loads(text)
    project = raw.get("project", {})
    listed = [project.get("dependencies", []), *project.get("optional-dependencies", {}).values()]
    listed += raw.get("dependency-groups", {}).values()
    for requirements in listed:
        yield from _parse_requirement_lines(requirement for requirement in requirements if isinstance(requirement, str))
    poetry = raw.get("tool", {}).get("poetry", {})
    groups = [poetry, {"dependencies": poetry.get("dev-dependencies", {})}, *poetry.get("group", {}).values()]
    for group in groups:
        yield from (f"pypi:{canonicalize_name(name)}" for name in group.get("dependencies", {}) if name != "python")


def _parse_requirements_file(text: str) -> Iterator[str]:
    lines = (re.sub(r"(^|\s)#.*|\s--?\w.*", "", line).strip() for line in text.replace("\\\n", " ").splitlines())
    yield from _parse_requirement_lines(line for line in lines if line and not line.startswith("-"))


def _parse_setup_cfg(text: str) -> Iterator[str]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    listed = []
    if parser.has_section("options"):
        listed.append(parser["options"].get("install_requires", ""))
    if parser.has_section("options.extras_require"):
        listed += list(parser["options.extras_require"].values())
    for lines in listed:
        yield from _parse_requirement_lines(line for line in lines.splitlines() if line.strip())


def _parse_requirement_lines(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        try:
            yield f"pypi:{canonicalize_name(Requirement(line.strip()).name)}"
        except InvalidRequirement:
            continue  # a URL, a path, a template


def _parse_package_json(text: str) -> Iterator[str]:
    raw = json.loads(text)
    for key in ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies"):
        yield from (f"npm:{name.casefold()}" for name in _as_mapping(raw.get(key)))


def _parse_cargo_toml(text: str) -> Iterator[str]:
    raw = tomllib.loads(text)
    tables = [raw, raw.get("workspace", {}), *raw.get("target", {}).values()]
    for table in tables:
        for key in ("dependencies", "dev-dependencies", "build-dependencies"):
            for name, wanted in _as_mapping(table.get(key)).items():
                own_name = wanted.get("package", name) if isinstance(wanted, Mapping) else name
                yield f"cargo:{str(own_name).casefold().replace('_', '-')}"


def _parse_go_mod(text: str) -> Iterator[str]:
    """`require module version`, alone or in a block, without indirect dependencies."""
    block = ""
    for raw in text.splitlines():
        line, _, comment = raw.partition("//")
        line = line.strip()
        if block:
            block = "" if line == ")" else block
            statement = line if block == "require" else ""
        elif match := re.fullmatch(r"(\w+)\s*\(", line):
            block, statement = match[1], ""
        else:
            statement = line.removeprefix("require ") if line.startswith("require ") else ""
        requirement = _GO_REQUIRE.match(statement.strip())
        if requirement and "indirect" not in comment:
            yield f"go:{requirement[1]}"


def _parse_maven_pom(text: str) -> Iterator[str]:
    for element in _parse_safe_xml(text).iter():
        if _local_tag_name(element) == "dependency":
            values = {_local_tag_name(child): (child.text or "").strip() for child in element}
            if values.get("groupId") and values.get("artifactId"):
                yield f"maven:{values['groupId']}:{values['artifactId']}"


def _parse_nuget_project(text: str) -> Iterator[str]:
    for element in _parse_safe_xml(text).iter():
        if _local_tag_name(element) in ("PackageReference", "PackageVersion"):
            name = element.get("Include") or element.get("Update")
            if name:
                yield f"nuget:{name.casefold()}"


def _parse_safe_xml(text: str) -> ElementTree.Element:
    """The root element; raises ValueError on text that declares entities, which can expand without bound."""
    if _DECLARES_ENTITIES.search(text):
        raise ValueError("entities are not read")
    return ElementTree.fromstring(text.lstrip("\ufeff").strip())  # noqa: S314 - entities were refused


def _local_tag_name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _as_mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


MANIFESTS: Final[tuple[tuple[str, Parser], ...]] = (
    (r"pyproject\.toml", _parse_pyproject),
    (r"requirements[\w.-]*\.txt", _parse_requirements_file),
    (r"setup\.cfg", _parse_setup_cfg),
    (r"package\.json", _parse_package_json),
    (r"Cargo\.toml", _parse_cargo_toml),
    (r"go\.mod", _parse_go_mod),
    (r"pom\.xml", _parse_maven_pom),
    (r".*\.csproj|Directory\.Packages\.props", _parse_nuget_project),
)
"""File name -> parser."""
