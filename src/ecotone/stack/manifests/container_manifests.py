"""Containers: compose files, Dockerfiles, Helm charts and their values."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ecotone.stack.manifests.declared import (
    LONGEST_NAME,
    OPTIONAL,
    RUNTIME,
    Declared,
    UnreadableManifest,
    as_sequence,
)
from ecotone.stack.manifests.safe_yaml import look_up, merge_table, parse_yaml, walk_tables

DOCKERFILE_DEV_WORDS: Final = frozenset({"dev", "develop", "development", "test", "tests", "ci", "e2e", "local"})
"""Words in the path of a Dockerfile that make it one for development."""
COMPOSE_DEV_WORDS: Final = DOCKERFILE_DEV_WORDS | {"override"}

_LONGEST_LINE: Final = 2000
_LONGEST_IMAGE: Final = 400
_DEFAULT: Final = re.compile(r"\$\{\w+:?-([^${}]*)\}")
_VARIABLE: Final = re.compile(r"\$\{[^{}]*\}|\$\w+|\{\{[^{}]*\}\}")
_ARGUMENT: Final = re.compile(r"\$\{(\w+)(?::?-([^${}]*))?\}|\$(\w+)")
_IMAGE: Final = re.compile(r"(?=..)[a-z0-9]++(?:(?:[._]|__|-++|/)[a-z0-9]++)*+")
"""A name by the reference of image names: letters and digits, with single separators between."""
_IMAGE_LINE: Final = re.compile(r"^[ \t]*(?:-[ \t]+)?image:[ \t]*[\"']?([^\s\"'#]{1,400})", re.MULTILINE)
_FROM: Final = re.compile(r"FROM\s+((?:--\S+\s+)*)(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)
_ARG: Final = re.compile(r"(?<!\w)([A-Za-z_]\w{0,100}+)=(\"[^\"]*+\"?|'[^']*+'?|\S*)")
_DIRECTIVE: Final = re.compile(r"#\s*(\w+)\s*=\s*(\S+)")
_HEREDOC: Final = re.compile(r"(?<!\S)\d*<<-?([\"']?)([A-Za-z_]\w*)\1(?![^\s>|;&)])")
_MOST_FILLED: Final = 5
"""Defaults within defaults of one image."""
_MOST_EXTENDED: Final = 20
"""Services that extend one another."""
_NO_SERVICES: Final = frozenset({"version", "name", "include", "volumes", "networks", "secrets", "configs", "services"})
"""Keys of a compose file that are no services of its first version."""


def image_name(text: str) -> str:
    """The name of an image without registry, tag and digest; empty if variables leave no name.

    >>> image_name("docker.io/library/Postgres:16@sha256:00"), image_name("${IMAGE:-quay.io/acme/api}:${TAG}")
    ('postgres', 'acme/api')
    """
    text = text[:_LONGEST_IMAGE]
    for _ in range(_MOST_FILLED):
        text = _DEFAULT.sub(r"\1", text)
    text = _VARIABLE.sub("", text).strip().strip("\"'").removeprefix("oci://").removeprefix("docker://")
    text = text.partition("@")[0] if "://" not in text else ""
    host, slash, rest = text.partition("/")
    if slash and ("." in host or ":" in host or host == "localhost"):
        text = rest
    text = (
        text.rpartition("/")[0] + text[text.rfind("/") :].partition(":")[0] if "/" in text else text.partition(":")[0]
    )
    text = text.strip("/").removeprefix("library/").lower()
    return text if _IMAGE.fullmatch(text) and len(text) <= LONGEST_NAME else ""


def parse_compose_file(text: str) -> Iterator[Declared]:
    """Images of the services of a compose file; a service with profiles is optional."""
    try:
        documents = parse_yaml(text)
    except UnreadableManifest:
        images = _IMAGE_LINE.findall(text)
        if not images:
            raise
        yield from (Declared("docker", name, RUNTIME) for name in map(image_name, images) if name)
        return
    for document in documents:
        services = _services_of_compose(document) if isinstance(document, dict) else {}
        for service in services.values():
            image = _image_of_service(service, services)
            if isinstance(image, str) and (name := image_name(image)):
                yield Declared("docker", name, OPTIONAL if look_up(service, "profiles") else RUNTIME)


def _services_of_compose(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The services of a compose file; in its first version they are the file."""
    listed = look_up(document, "services")
    if listed is None:
        listed = {key: value for key, value in document.items() if key not in _NO_SERVICES and key[:2] != "x-"}
    services = merge_table(listed) if isinstance(listed, dict) else {}
    return {name: service for name, service in services.items() if isinstance(service, dict)}


def _image_of_service(service: dict[str, Any], services: Mapping[str, dict[str, Any]]) -> object:
    """The image of a service, its own or of the service of this file that it extends."""
    for _ in range(_MOST_EXTENDED):
        if (image := look_up(service, "image")) is not None or look_up(service, "build") is not None:
            return image
        extended = look_up(service, "extends")
        if isinstance(extended, dict):
            extended = None if look_up(extended, "file") else look_up(extended, "service")
        if not isinstance(extended, str) or extended not in services:
            return None
        service = services[extended]
    return None


def parse_dockerfile(text: str) -> Iterator[Declared]:
    """Base images of a Dockerfile; stages of the same file are none. Only an ARG before the first FROM fills one in."""
    stages, defaults, has_stage = {"scratch"}, dict[str, str](), False
    for instruction in _list_instructions(text):
        keyword = instruction[:5].upper()
        if keyword.startswith("ARG") and not has_stage:
            for name, value in _ARG.findall(instruction[3:]):
                defaults[name] = _fill_arguments(value.strip("\"'"), defaults)
        elif match := _FROM.match(instruction):
            has_stage = True
            image = _fill_arguments(match[2], defaults).strip("\"'")
            if image.lower() not in stages and (name := image_name(image)):
                yield Declared("base", name, RUNTIME)
            if match[3]:
                stages.add(_fill_arguments(match[3], defaults).lower())


def _list_instructions(text: str) -> Iterator[str]:
    """The instructions of a Dockerfile on one line each, without comments and the texts that `<<` begins."""
    lines = [line.strip() for line in text.splitlines()]
    positions: dict[str, list[int]] = defaultdict(list)
    for position, line in enumerate(lines):
        positions[line].append(position)
    escape, begun, at = _escape_sign(lines), list[str](), 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if not line or line[0] == "#":  # also within an instruction
            continue
        if line.endswith(escape):
            begun.append(line[:-1])
            continue
        instruction, begun = " ".join([*begun, line])[:_LONGEST_LINE], []
        yield instruction
        if instruction[:5].upper().startswith(("RUN ", "COPY ", "ADD ")):
            for _, mark in _HEREDOC.findall(instruction):
                ends = positions.get(mark, [])
                if (index := bisect_left(ends, at)) < len(ends):
                    at = ends[index] + 1
    if begun:
        yield " ".join(begun)[:_LONGEST_LINE]


def _escape_sign(lines: Iterable[str]) -> str:
    """The sign that continues a line: a backslash, or what a directive at the top of the file says."""
    for line in lines:
        directive = _DIRECTIVE.fullmatch(line)
        if directive is None:
            break
        if directive[1].lower() == "escape" and directive[2] in ("\\", "`"):
            return directive[2]
    return "\\"


def _fill_arguments(text: str, defaults: Mapping[str, str]) -> str:
    """The text with the defaults of its arguments; cut off, because defaults may multiply."""
    filled = _ARGUMENT.sub(lambda match: defaults.get(match[1] or match[3]) or match[2] or "", text[:_LONGEST_IMAGE])
    return filled[:_LONGEST_IMAGE]


def parse_helm_values(text: str) -> Iterator[Declared]:
    """Images in the values of a Helm chart."""
    for table in walk_tables(parse_yaml(text)):
        image, repository = table.get("image"), table.get("repository")
        if isinstance(image, str) and (name := image_name(image)):
            yield Declared("docker", name, RUNTIME)
        if (
            isinstance(repository, str)
            and ("tag" in table or "pullPolicy" in table)
            and (name := image_name(repository))
        ):
            yield Declared("docker", name, RUNTIME)


def parse_helm_chart(text: str) -> Iterator[Declared]:
    """Charts that a Helm chart depends on, from http and oci repositories."""
    for document in parse_yaml(text):
        for entry in as_sequence(look_up(document, "dependencies")) if isinstance(document, dict) else ():
            name, repository = (entry.get("name"), entry.get("repository")) if isinstance(entry, dict) else (None, None)
            if isinstance(name, str) and isinstance(repository, str) and repository.startswith(("http", "oci:")):
                yield Declared("helm", name[:LONGEST_NAME].lower(), RUNTIME)
