"""Read one manifest: its bytes, the parser of its kind, and the scope that its path gives its packages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from ecotone.stack.manifests import (
    compiled_manifests,
    container_manifests,
    gradle_manifests,
    python_manifests,
    scripting_manifests,
)
from ecotone.stack.manifests.declared import (
    DEVELOPMENT,
    EXAMPLE,
    RUNTIME,
    Declared,
    UnreadableManifest,
    split_words,
)
from ecotone.stack.manifests.javascript_manifests import parse_package_json, parse_prisma_schema
from ecotone.stack.manifests.manifest_files import find_kind, find_place

LARGEST_MANIFEST: Final = 1 << 19
"""Bytes; a larger file is generated or hostile."""

PARSERS: Final[dict[str, Callable[[str], Iterator[Declared]]]] = {
    "pyproject": python_manifests.parse_pyproject,
    "requirements": python_manifests.parse_requirements,
    "setup.py": python_manifests.parse_setup_py,
    "setup.cfg": python_manifests.parse_setup_cfg,
    "pipfile": python_manifests.parse_pipfile,
    "conda": python_manifests.parse_conda_environment,
    "package.json": parse_package_json,
    "go.mod": compiled_manifests.parse_go_mod,
    "cargo": compiled_manifests.parse_cargo_toml,
    "pom": compiled_manifests.parse_maven_pom,
    "csproj": compiled_manifests.parse_nuget_project,
    "gradle": gradle_manifests.parse_gradle_build,
    "gradle-catalog": gradle_manifests.parse_gradle_catalogue,
    "gemfile": scripting_manifests.parse_gemfile,
    "composer": scripting_manifests.parse_composer_json,
    "mix": scripting_manifests.parse_mix_project,
    "prisma": parse_prisma_schema,
    "compose": container_manifests.parse_compose_file,
    "dockerfile": container_manifests.parse_dockerfile,
    "helm-values": container_manifests.parse_helm_values,
    "helm-chart": container_manifests.parse_helm_chart,
}
"""Kind of manifest -> its parser; each raises UnreadableManifest."""

DEV_WORDS: Final = {
    "requirements": python_manifests.REQUIREMENTS_DEV_WORDS,
    "compose": container_manifests.COMPOSE_DEV_WORDS,
    "dockerfile": container_manifests.DOCKERFILE_DEV_WORDS,
}
"""Kind of manifest -> words of its path that make it a file for development."""


def parse_manifest(kind: str, content: bytes) -> frozenset[Declared]:
    """What a manifest declares, regardless of its path. Raises UnreadableManifest.

    kind  a key of PARSERS
    """
    return parse_text(kind, decode_manifest(content))


def parse_text(kind: str, text: str) -> frozenset[Declared]:
    """What the text of a manifest declares. Raises UnreadableManifest."""
    try:
        return frozenset(PARSERS[kind](text))
    except UnreadableManifest:
        raise
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError) as error:
        raise UnreadableManifest(f"{type(error).__name__}: {error}"[:200]) from None


def decode_manifest(content: bytes) -> str:
    """The text of a manifest: UTF-8, or UTF-16 with a byte-order mark. Raises UnreadableManifest on binary content."""
    if len(content) > LARGEST_MANIFEST:
        raise UnreadableManifest(f"{len(content)} bytes, more than {LARGEST_MANIFEST}")
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = content.decode(encoding, "replace")
    if "\0" in text:
        raise UnreadableManifest("binary content, or text in another encoding")
    return text


def scope_of_path(path: str, kind: str | None = None) -> Callable[[str], str]:
    """How the path of a manifest changes the scope of what it declares.

    kind  of the manifest, if its name does not tell

    >>> scope_of_path("examples/package.json")("runtime"), scope_of_path("requirements-dev.txt")("runtime")
    ('example', 'dev')
    """
    folder_kind, words = find_place(path), DEV_WORDS.get(kind or find_kind(path) or "", frozenset())
    if folder_kind == "example":
        return lambda _scope: EXAMPLE
    if folder_kind == "dev":
        return lambda _scope: DEVELOPMENT
    return partial(_scope_by_words, bool(words & split_words(path)))


def _scope_by_words(for_development: bool, scope: str) -> str:
    return DEVELOPMENT if for_development and scope == RUNTIME else scope
