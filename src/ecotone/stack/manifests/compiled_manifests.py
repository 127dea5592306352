"""Compiled languages: go.mod, Cargo.toml, pom.xml, Gradle and its version catalogue, and .NET projects."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
_GO_MAJOR: Final = re.compile(r"/v\d+$")
_GRADLE: Final = re.compile(
    r"\b([A-Za-z]\w{0,60})[ \t]*+\(?[ \t]*+(?:(?:enforcedPlatform|platform)[ \t]*+\([ \t]*+)?"
    r"[\"']([\w.-]{1,120}:[\w.-]{1,120})(?::[^\"'\n]{0,200})?[\"']"
)
_GRADLE_DEV: Final = ("test", "development", "annotation")
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
        if requirement and "indirect" not in comment:
            yield Declared("go", _GO_MAJOR.sub("", requirement[1].strip('"')), RUNTIME)


def parse_cargo_toml(text: str) -> Iterator[Declared]:
    """Dependencies of a Cargo.toml: of the package, the workspace and all targets."""
    raw = parse_toml(text)
    tables = [raw, as_mapping(raw.get("workspace")), *map(as_mapping, as_mapping(raw.get("target")).values())]
    for table in tables:
        for key, scope in (
            ("dependencies", RUNTIME),
            ("dev-dependencies", DEVELOPMENT),
            ("build-dependencies", DEVELOPMENT),
        ):
            for name, wanted in as_mapping(table.get(key)).items():
                details = as_mapping(wanted)
                if "path" in details:
                    continue
                real = str(details.get("package", name)).lower().replace("_", "-")
                optional = scope == RUNTIME and details.get("optional") is True
                if len(real) <= LONGEST_NAME:
                    yield Declared("cargo", real, OPTIONAL if optional else scope)


def parse_maven_pom(text: str) -> Iterator[Declared]:
    """Dependencies of a pom.xml."""
    for element in _parse_safe_xml(text).iter():
        if _local_tag_name(element) != "dependency":
            continue
        values = {_local_tag_name(child): (child.text or "").strip() for child in element}
        group, artifact = values.get("groupId"), values.get("artifactId")
        if group and artifact and len(group) + len(artifact) <= LONGEST_NAME:
            scope = DEVELOPMENT if values.get("scope") == "test" else RUNTIME
            if scope == RUNTIME and values.get("optional") == "true":
                scope = OPTIONAL
            yield Declared("maven", f"{group}:{artifact}", scope)


def parse_nuget_project(text: str) -> Iterator[Declared]:
    """Packages of a .NET project or of its central list."""
    for element in _parse_safe_xml(text).iter():
        if _local_tag_name(element) in ("PackageReference", "PackageVersion"):
            name = element.get("Include") or element.get("Update")
            if name and len(name) <= LONGEST_NAME:
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


def parse_gradle_build(text: str) -> Iterator[Declared]:
    """Dependencies of a Gradle build that are written as `configuration "group:artifact:version"`."""
    for line in text.splitlines():
        content = line[:_LONGEST_LINE].partition("//")[0] if line.lstrip().startswith("//") else line[:_LONGEST_LINE]
        for match in _GRADLE.finditer(content):
            dev = any(part in match[1].casefold() for part in _GRADLE_DEV)
            yield Declared("maven", match[2], DEVELOPMENT if dev else RUNTIME)


def parse_gradle_catalogue(text: str) -> Iterator[Declared]:
    """Libraries of a Gradle version catalogue."""
    for library in as_mapping(parse_toml(text).get("libraries")).values():
        details = as_mapping(library)
        module = library if isinstance(library, str) else details.get("module")
        if module is None and details.get("group") and details.get("name"):
            module = f"{details['group']}:{details['name']}"
        if isinstance(module, str) and module.count(":") and len(module) <= LONGEST_NAME:
            yield Declared("maven", ":".join(module.split(":")[:2]), RUNTIME)
