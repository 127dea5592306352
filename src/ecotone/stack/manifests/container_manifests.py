"""Containers: compose files, Dockerfiles, Helm charts and their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ecotone.stack.manifests.declared import (
    LONGEST_NAME,
    OPTIONAL,
    RUNTIME,
    Declared,
    UnreadableManifest,
    as_sequence,
)
from ecotone.stack.manifests.safe_yaml import look_up, parse_yaml, walk_tables

DOCKERFILE_DEV_WORDS: Final = frozenset({"dev", "develop", "development", "test", "tests", "ci", "e2e", "local"})
"""Words in the path of a Dockerfile that make it one for development."""
COMPOSE_DEV_WORDS: Final = DOCKERFILE_DEV_WORDS | {"override"}

_LONGEST_LINE: Final = 2000
_LONGEST_IMAGE: Final = 400
_DEFAULT: Final = re.compile(r"\$\{\w+:?-([^${}]*)\}")
_VARIABLE: Final = re.compile(r"\$\{[^{}]*\}|\$\w+|\{\{[^{}]*\}\}")
_ARGUMENT: Final = re.compile(r"\$\{(\w+)(?::?-([^${}]*))?\}|\$(\w+)")
_IMAGE: Final = re.compile(r"[a-z0-9_./-]{2,}")
_IMAGE_LINE: Final = re.compile(r"^[ \t]*(?:-[ \t]+)?image:[ \t]*[\"']?([^\s\"'#]{1,400})", re.MULTILINE)
_FROM: Final = re.compile(r"FROM[ \t]+((?:--\S+[ \t]+)*)(\S+)(?:[ \t]+AS[ \t]+(\S+))?", re.IGNORECASE)
_ARG: Final = re.compile(r"ARG[ \t]+(\w+)=[\"']?([^\s\"']*)", re.IGNORECASE)


def image_name(text: str) -> str:
    """The name of an image without registry, tag and digest; empty if variables leave no name.

    >>> image_name("docker.io/library/Postgres:16@sha256:00"), image_name("${IMAGE:-quay.io/acme/api}:${TAG}")
    ('postgres', 'acme/api')
    """
    text = _VARIABLE.sub("", _DEFAULT.sub(r"\1", text[:_LONGEST_IMAGE])).strip().strip("\"'")
    text = text.partition("@")[0]
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
        services = look_up(document, "services") if isinstance(document, dict) else None
        for service in services.values() if isinstance(services, dict) else ():
            image = look_up(service, "image") if isinstance(service, dict) else None
            if isinstance(image, str) and (name := image_name(image)):
                yield Declared("docker", name, OPTIONAL if look_up(service, "profiles") else RUNTIME)


def parse_dockerfile(text: str) -> Iterator[Declared]:
    """Base images of a Dockerfile; stages of the same file are none."""
    stages, defaults = {"scratch"}, dict[str, str]()
    for raw in text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines():
        line = raw[:_LONGEST_LINE].strip()
        if match := _ARG.match(line):
            defaults[match[1]] = _fill_arguments(match[2], defaults)
        elif match := _FROM.match(line):
            image = _fill_arguments(match[2], defaults)
            if image.lower() not in stages and (name := image_name(image)):
                yield Declared("base", name, RUNTIME)
            if match[3]:
                stages.add(match[3].lower())


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
