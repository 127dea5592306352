"""What the code of a newest tree imports, as a second witness of what manifests declare."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ecotone.stack.manifests.manifest_files import find_place
from ecotone.stack.technology_map import TechnologyMap
from ecotone.stack.tree_names import is_code_name

LAYERS: Final = frozenset(
    {"model_api", "model_kit", "vector", "database", "cache", "queue", "search", "object_store", "protocol", "web"}
)
ECOSYSTEMS: Final = {"py": "pypi"} | dict.fromkeys(("ts", "tsx", "js", "mjs", "jsx", "vue", "svelte"), "npm")
PYTHON_IMPORT: Final = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))", re.MULTILINE
)
SCRIPT_IMPORT: Final = re.compile(rb"""(?:\bfrom|\bimport|\brequire\()[ \t]*\(?[ \t]*['"]([@\w][\w./@-]*)['"]""")
MODULES: Final = {
    "MySQLdb": "mysqlclient", "faiss": "faiss-cpu", "elastic_transport": "elasticsearch", "volcenginesdkarkruntime":
    "volcengine-python-sdk", "pinecone": "pinecone", "pgvector": "pgvector", "google.cloud.aiplatform":
    "google-cloud-aiplatform", "vertexai": "vertexai", "broadscope_bailian": "broadscope-bailian",
    "llama_index": "llama-index", "elasticsearch_dsl": "elasticsearch-dsl", "rest_framework": "djangorestframework",
    "google.ai.generativelanguage": "google-ai-generativelanguage",
}  # fmt: skip
"""Python modules whose package has another name."""


def code_of_newest_tree(repository: Path) -> Iterator[tuple[str, bytes]]:
    """Suffix and content of each file of own code that the repository holds."""
    plain = ("git", "-c", "safe.directory=*", "--git-dir")
    newest = subprocess.run((*plain, str(repository), "rev-parse", "HEAD"), check=True, capture_output=True, text=True)
    with tempfile.TemporaryDirectory() as folder:
        # a repository that borrows the objects and has no remote reports an absent file, and does not look for it
        subprocess.run(("git", "init", "--quiet", "--bare", folder), check=True)
        (Path(folder) / "objects" / "info" / "alternates").write_text(f"{repository.resolve() / 'objects'}\n", "utf-8")
        yield from _code_of_tree((*plain, folder), newest.stdout.strip())


def _code_of_tree(git: tuple[str, ...], commit: str) -> Iterator[tuple[str, bytes]]:
    listed = subprocess.run((*git, "ls-tree", "-r", "-z", commit), check=True, capture_output=True).stdout
    wanted = {}
    for entry in listed.split(b"\0"):
        head, _, raw = entry.partition(b"\t")
        path = raw.decode("utf-8", "replace")
        suffix = path.rpartition(".")[2]
        is_code = head.startswith(b"100") and suffix in ECOSYSTEMS and is_code_name(path.rpartition("/")[2])
        if is_code and find_place(path) == "own":
            wanted[head.split()[2].decode()] = suffix
    feed = "".join(f"{name}\n" for name in wanted).encode()
    output = subprocess.run((*git, "cat-file", "--batch"), input=feed, check=True, capture_output=True).stdout
    at = 0
    for suffix in wanted.values():
        end = output.index(b"\n", at)
        words = output[at:end].split()
        if len(words) != 3:
            at = end + 1
            continue
        size = int(words[2])
        yield suffix, output[end + 1 : end + 1 + size]
        at = end + size + 2


def imported_packages(suffix: str, content: bytes) -> Iterator[str]:
    """Packages that a file imports, as their registry spells them, the longest reading of a name first."""
    if suffix == "py":
        for first, several in PYTHON_IMPORT.findall(content):
            for module in (first or several).decode().split(","):
                words = module.split()
                yield from python_packages(words[0]) if words else ()
    else:
        for name in SCRIPT_IMPORT.findall(content):
            parts = name.decode().lower().split("/")
            yield "/".join(parts[:2]) if name.startswith(b"@") else parts[0]


def python_packages(module: str) -> Iterator[str]:
    parts = module.split(".")
    for length in range(min(len(parts), 4), 0, -1):
        name = ".".join(parts[:length])
        yield MODULES.get(name) or name.lower().replace(".", "-").replace("_", "-")


def used_technologies(repository: Path, technologies: TechnologyMap) -> tuple[set[tuple[str, str]], bytes]:
    """Layer and technology of every import, and all code in lower case."""
    used: set[tuple[str, str]] = set()
    texts = []
    for suffix, content in code_of_newest_tree(repository):
        for package in set(imported_packages(suffix, content)):
            mapped = technologies.look_up(ECOSYSTEMS[suffix], package)
            used |= {(technology.layer, technology.name) for technology in mapped if technology.layer in LAYERS}
        texts.append(content.lower())
    return used, b"\n".join(texts)
