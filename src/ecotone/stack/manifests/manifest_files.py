"""Which files of a tree are manifests, and whose needs their folder speaks of."""

from __future__ import annotations

import re
from typing import Final, Literal

from ecotone.stack.manifests.declared import split_words

Place = Literal["own", "dev", "example", "ignored"]

IGNORED_FOLDERS: Final = frozenset(
    {"node_modules", "vendor", "third_party", "third-party", "3rdparty", "external", "bower_components",
     "site-packages"}
)  # fmt: skip
"""Copies of other projects."""
EXAMPLE_FOLDERS: Final = frozenset(
    {"example", "examples", "sample", "samples", "template", "templates", "cookbook", "demo", "demos", "docs", "doc",
     "documentation", "website", "tutorial", "tutorials", "playground", "fixtures", "testdata", "test", "tests",
     "__tests__", "__test__", "e2e", "spec", "integration-tests", "starter", "starters", "boilerplate", "benchmark",
     "benchmarks", "evals", "evaluation", "testing", "sandbox", "blog", "notebooks", "test_data",
     "manual-testing-sandbox", "app_template", "project_template"}
)  # fmt: skip
"""Examples, templates, tests and benchmarks: what they need is not what the project ships."""
TOOL_FOLDERS: Final = frozenset(
    {".devcontainer", ".github", ".circleci", "scripts", "tools", "hack", "dev", ".gitpod", "ci", "tooling", ".ci",
     "etc"}
)  # fmt: skip
"""Tools of those who work on the project."""

REQUIREMENTS: Final = "requirements"
KINDS_BY_NAME: Final[tuple[tuple[str, str], ...]] = (
    ("pyproject", r"pyproject\.toml"),
    (REQUIREMENTS, r".*requirements.*\.(?:txt|in)"),
    ("setup.py", r"setup\.py"),
    ("setup.cfg", r"setup\.cfg"),
    ("pipfile", r"Pipfile"),
    ("conda", r"environment.*\.ya?ml"),
    ("package.json", r"package\.json"),
    ("go.mod", r"go\.mod"),
    ("cargo", r"Cargo\.toml"),
    ("pom", r"pom\.xml"),
    ("csproj", r".*\.(?:cs|fs|vb)proj|Directory\.(?:Packages\.props|Build\.(?:props|targets))"),
    ("gradle", r"build\.gradle(?:\.kts)?"),
    ("gradle-catalog", r"libs\.versions\.toml"),
    ("gemfile", r"Gemfile|gems\.rb|.*\.gemspec"),
    ("composer", r"composer\.json"),
    ("mix", r"mix\.exs"),
    ("prisma", r"schema\.prisma"),
    ("compose", r"(?:docker-)?compose.*\.ya?ml"),
    ("dockerfile", r"(?:.*Dockerfile.*|(?:.*\.)?dockerfile|Containerfile)(?<!\.dockerignore)(?<!\.md)"),
    ("helm-values", r"values.*\.ya?ml"),
    ("helm-chart", r"Chart\.yaml"),
)
"""Kind of manifest -> pattern of the whole file name; the first that fits."""

_ANY_KIND: Final = re.compile("|".join(f"({pattern})" for _, pattern in KINDS_BY_NAME))
_REQUIREMENTS_PART: Final = re.compile(r".*\.(?:txt|in|pip)")
_INCLUDED_ENDINGS: Final = (".txt", ".in", ".pip", ".req", ".reqs")
_NO_REQUIREMENTS: Final = frozenset(
    {"constraint", "constraints", "readme", "license", "licence", "licenses", "notice", "notices", "copying",
     "changelog", "changes", "authors", "contributors", "contributing", "notes", "todo", "cmakelists", "robots"}
)  # fmt: skip
"""Words in the name of a file that asks for no packages: it limits their versions, or is for people."""
_LONGEST_FILE_NAME: Final = 255


def find_kind(path: str) -> str | None:
    """The kind of manifest of a path in a tree; None if it is none.

    >>> find_kind("api/requirements/base.txt"), find_kind("docker-compose.dev.yml"), find_kind("poetry.lock")
    ('requirements', 'compose', None)
    """
    folder, _, name = path.rpartition("/")
    if len(name) > _LONGEST_FILE_NAME:
        return None
    match = _ANY_KIND.fullmatch(name)
    kind = KINDS_BY_NAME[(match.lastindex or 1) - 1][0] if match else None
    if kind is None and _REQUIREMENTS_PART.fullmatch(name) and "requirements" in folder.split("/"):
        kind = REQUIREMENTS
    return None if kind == REQUIREMENTS and split_words(name) & _NO_REQUIREMENTS else kind


def may_be_included(path: str) -> bool:
    """Whether a file that is no manifest by its name may be one because a manifest includes it."""
    return (
        path.endswith(_INCLUDED_ENDINGS)
        and find_place(path) == "own"
        and not split_words(path.rpartition("/")[2][:_LONGEST_FILE_NAME]) & _NO_REQUIREMENTS
        and find_kind(path) is None
    )


def find_place(path: str) -> Place:
    """Whose needs a file speaks of, from the names of its folders.

    >>> find_place("apps/api/go.mod"), find_place("examples/tools/go.mod"), find_place("docs/vendor/go.mod")
    ('own', 'example', 'ignored')
    """
    folders = set(path.casefold().split("/")[:-1])
    if folders & IGNORED_FOLDERS:
        return "ignored"
    if folders & EXAMPLE_FOLDERS:
        return "example"
    return "dev" if folders & TOOL_FOLDERS else "own"
