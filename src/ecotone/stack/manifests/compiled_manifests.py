"""Compiled languages: go.mod, Cargo.toml, pom.xml and .NET projects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree import ElementTree

from ecotone.foundation.safe_toml import parse_toml
from ecotone.stack.manifests.declared import (
    DEVELOPMENT,
    LONGEST_NAME,
    OPTIONAL,
    RUNTIME,
    Declared,
    UnreadableManifest,
    as_mapping,
)

_DECLARES_ENTITIES: Final = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_GO_REQUIREMENT: Final = re.compile(r"([^\s\"]+|\"[^\s\"]+\")\s+v\S+")
_PROPERTY: Final = re.compile(r"\$\{([\w.-]{1,100})\}")
_GO_MAJOR: Final = re.compile(r"/v\d+$")
_LONGEST_LINE: Final = 4000


def parse_go_mod(text: str) -> Iterator[Declared]:
    """Direct requirements of a go.mod, without the major version at the end of a path."""
    block = ""
    for raw in text.splitlines():
        line, _, comment = raw[:_LONGEST_LINE].partition("//")
        line = line.strip()
        if block:
            block = "" if line == ")" else block
            statement = line if block == "require" else ""
        elif match := re.fullmatch(r"(\w+)\s*\(", line):
            block, statement = match[1], ""
        else:
            statement = line.removeprefix("require").strip() if line.startswith(("require ", "require\t")) else ""
        requirement = _GO_REQUIREMENT.match(statement)
        if requirement and comment.split(maxsplit=1)[:1] not in (["indirect"], ["indirect;"]):
            yield Declared("go", _GO_MAJOR.sub("", requirement[1].strip('"')), RUNTIME)


def parse_cargo_toml(text: str) -> Iterator[Declared]:
    """Dependencies of a Cargo.toml: of the package, the workspace and all targets."""
    raw = parse_toml(text)
    shared = as_mapping(as_mapping(raw.get("workspace")).get("dependencies"))
    tables = [raw, as_mapping(raw.get("workspace")), *map(as_mapping, as_mapping(raw.get("target")).values())]
    for table in tables:
        for key, scope in (
            ("dependencies", RUNTIME),
            ("dev-dependencies", DEVELOPMENT),
            ("build-dependencies", DEVELOPMENT),
        ):
            for name, wanted in as_mapping(table.get(key)).items():
                details = as_mapping(wanted)
                inherited = as_mapping(shared.get(name)) if details.get("workspace") is True else {}
                if "path" in details or "path" in inherited:
                    continue
                real = str(details.get("package", inherited.get("package", name))).lower().replace("_", "-")
                optional = scope == RUNTIME and details.get("optional") is True
                if len(real) <= LONGEST_NAME:
                    yield Declared("cargo", real, OPTIONAL if optional else scope)


def parse_maven_pom(text: str) -> Iterator[Declared]:
    """Dependencies of a pom.xml and its profiles; those of build plug-ins are for development.

    What `dependencyManagement` lists is not asked for: it gives versions, and a scope to those that are.
    """
    root = _parse_safe_xml(text)
    properties = _maven_properties(root)
    asked: list[tuple[str, str, str, str]] = []
    managed: dict[str, tuple[str, str]] = {}
    waiting = [(root, RUNTIME, False)]
    while waiting:
        element, usual, is_managed = waiting.pop()
        tag = _local_tag_name(element)
        if tag == "dependency":
            values = {_local_tag_name(child): _fill_properties(child.text or "", properties) for child in element}
            group, artifact = values.get("groupId", ""), values.get("artifactId", "")
            if not group or not artifact or len(group) + len(artifact) > LONGEST_NAME or "${" in group + artifact:
                continue
            module, scope, optional = f"{group}:{artifact}", values.get("scope", ""), values.get("optional", "")
            if is_managed:
                managed[module] = scope, optional
            else:
                asked.append((module, scope, optional, usual))
            continue
        usual = DEVELOPMENT if tag in ("plugin", "extension", "reporting") else usual
        is_managed = is_managed or tag == "dependencyManagement"
        waiting += [(child, usual, is_managed) for child in reversed(element) if tag != "exclusion"]
    for module, scope, optional, usual in asked:
        usual_scope, usual_optional = managed.get(module, ("", ""))
        if usual == DEVELOPMENT or (scope or usual_scope) == "test":
            yield Declared("maven", module, DEVELOPMENT)
        else:
            yield Declared("maven", module, OPTIONAL if (optional or usual_optional) == "true" else RUNTIME)


def _maven_properties(root: ElementTree.Element) -> dict[str, str]:
    """The properties of a pom.xml, and the names of the project and its parent, each filled in once."""
    raw: dict[str, str] = {}
    for child in root:
        tag = _local_tag_name(child)
        if tag == "properties":
            raw |= {_local_tag_name(each): (each.text or "").strip() for each in child}
        elif tag == "parent":
            raw |= {f"project.parent.{_local_tag_name(each)}": (each.text or "").strip() for each in child}
    own = {_local_tag_name(child): (child.text or "").strip() for child in root}
    for name in ("groupId", "artifactId"):
        value = own.get(name) or (raw.get(f"project.parent.{name}", "") if name == "groupId" else "")
        raw |= {f"project.{name}": value, f"pom.{name}": value, name: value} if value else {}
    return {name: _fill_properties(value, raw) for name, value in raw.items()}


def _fill_properties(text: str, properties: Mapping[str, str]) -> str:
    """A text with its properties filled in once, cut off, because they may multiply."""
    return _PROPERTY.sub(lambda match: properties.get(match[1], match[0]), text.strip()[:LONGEST_NAME])[
        : 2 * LONGEST_NAME
    ]


def parse_nuget_project(text: str) -> Iterator[Declared]:
    """Packages of a .NET project or of its central list; an item may list several."""
    for element in _parse_safe_xml(text).iter():
        if _local_tag_name(element) in ("PackageReference", "PackageVersion", "GlobalPackageReference"):
            listed = element.get("Include") or element.get("Update") or ""
            for name in map(str.strip, listed.split(";")):
                if name and len(name) <= LONGEST_NAME and not name.startswith(("$(", "@(", "%(")):
                    yield Declared("nuget", name.lower(), RUNTIME)


def _parse_safe_xml(text: str) -> ElementTree.Element:
    """The root element; a text that declares entities, which can expand without bound, is refused."""
    if _DECLARES_ENTITIES.search(text):
        raise UnreadableManifest("entities are not read")
    try:
        return ElementTree.fromstring(text.lstrip("\ufeff").strip())  # noqa: S314 - entities were refused
    except (ElementTree.ParseError, ValueError) as error:
        raise UnreadableManifest(str(error)[:200]) from None


def _local_tag_name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
