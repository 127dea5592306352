"""Applications whose dependency manifests change in known months: real git repositories with their truth."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Final

from ecotone.foundation.months import add_months
from ecotone.simulation.git_writer import initialise_repository, run_fast_import
from ecotone.simulation.random_streams import random_stream

Technology = tuple[str, str]
"""Layer and technology."""

PYTHON_PACKAGES: Final[Mapping[str, tuple[Technology, ...]]] = {
    "openai": (("model_api", "openai"),),
    "anthropic": (("model_api", "anthropic"),),
    "mistralai": (("model_api", "mistral"),),
    "langchain": (("model_kit", "langchain"),),
    "chromadb": (("vector", "chroma"),),
    "qdrant-client": (("vector", "qdrant"),),
    "psycopg2": (("database", "postgresql"),),
    "django": (("db_kit", "django-orm"), ("web", "django")),
    "celery": (("queue", "celery"),),
    "mcp": (("protocol", "mcp"),),
    "pytz": (),
}
NODE_PACKAGES: Final[Mapping[str, tuple[Technology, ...]]] = {
    "openai": (("model_api", "openai"),),
    "@anthropic-ai/sdk": (("model_api", "anthropic"),),
    "pg": (("database", "postgresql"),),
    "mongoose": (("database", "mongodb"),),
    "bullmq": (("queue", "bull"),),
    "next": (("web", "next"),),
    "lodash": (),
}
IMAGES: Final[Mapping[str, tuple[Technology, ...]]] = {
    "redis": (("cache", "redis"),),
    "qdrant/qdrant": (("vector", "qdrant"),),
    "mongo": (("database", "mongodb"),),
}
FOREIGN: Final = ("weaviate-client", "groq", "pymongo", "faiss-cpu")
"""What examples, tools and plug-ins ask for, and no application does."""


@dataclass(frozen=True, slots=True)
class PlantedStack:
    """One application.

    first, last   months of the first and the last commit
    technologies  month -> what the month-end tree ships, for every month from first to last
    labelled      months whose month-end tree calls the application an AI tool
    named         months whose month-end tree names three model providers
    """

    repository: str
    ai_native: bool
    first: date
    last: date
    technologies: Mapping[date, frozenset[Technology]]
    labelled: frozenset[date]
    named: frozenset[date]


Files = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Plan:
    """When each package is declared (month indices), when the layout changes, and when the tree says something."""

    spells: Mapping[tuple[str, str], tuple[tuple[int, int], ...]]
    renamed: int
    extra: str
    broken: int
    in_pyproject: bool
    labelled: range
    named: range


def simulate_stacks(folder: Path, *, seed: int, applications: int = 24, months: int = 36) -> tuple[PlantedStack, ...]:
    """Write repositories, `landscape.toml` and `truth.json` into a new folder; the same seed gives the same commits.

    Each application has spells with gaps, a frozen stretch without commits, a manifest that moves, extras, a member of
    its own workspace with a technology's name, examples, tools, and plug-ins in `connectors`.
    """
    (folder / "repositories").mkdir(parents=True)
    planted = tuple(_write_application(folder, seed, number, months) for number in range(applications))
    (folder / "landscape.toml").write_text("".join(_landscape_lines(planted)), "utf-8")
    (folder / "truth.json").write_text(json.dumps([_plain_truth(stack) for stack in planted]), "utf-8")
    return planted


def _write_application(folder: Path, seed: int, number: int, months: int) -> PlantedStack:
    rng = random_stream(seed, f"stack/{number}")
    plan = _draw_plan(rng, months)
    frozen = set(range(cut := rng.randrange(4, months - 6), cut + rng.randrange(2, 5)))
    start = date(2022, 1, 1)
    repository = folder / "repositories" / f"app-{number}.git"
    steps: list[tuple[datetime, Files]] = []
    technologies: dict[date, frozenset[Technology]] = {}
    says: dict[date, tuple[bool, bool]] = {}
    current: frozenset[Technology] = frozenset()
    said_now = False, False
    for index in range(months):
        month = add_months(start, index)
        if index not in frozen:
            if rng.random() < 0.3:  # a change that is taken back within the month
                away = _files_of_month(plan, rng.randrange(months))
                steps.append((_moment_in(month, 3, rng), away))
            steps.append((_moment_in(month, rng.randrange(5, 28), rng), _files_of_month(plan, index)))
            current = _technologies_of_month(plan, index)
            said_now = index in plan.labelled, index in plan.named
        technologies[month], says[month] = current, said_now
    initialise_repository(repository)
    run_fast_import("--git-dir", str(repository), "fast-import", "--quiet", feed=_stream(steps))
    labelled, named = (frozenset(month for month, parts in says.items() if parts[part]) for part in (0, 1))
    return PlantedStack(
        f"planted/app-{number}", number % 2 == 0, start, add_months(start, months - 1), technologies, labelled, named
    )  # fmt: skip


def _moment_in(month: date, day: int, rng: Random) -> datetime:
    return datetime(month.year, month.month, day, rng.randrange(24), rng.randrange(60), tzinfo=UTC)


def _draw_plan(rng: Random, months: int) -> _Plan:
    spells = {}
    for kind, packages in (("python", PYTHON_PACKAGES), ("node", NODE_PACKAGES), ("image", IMAGES)):
        for package in packages:
            if rng.random() < 0.6:
                first = rng.choice([0, 0, rng.randrange(months)])
                last = rng.choice([months, months, rng.randrange(first, months) + 1])
                spans = [(first, last)]
                if last - first > 8 and rng.random() < 0.5:  # a gap of one to five months
                    gap = rng.randrange(first + 1, last - 6)
                    spans = [(first, gap), (gap + rng.randrange(1, 6), last)]
                spells[kind, package] = tuple(spans)
    layout = rng.randrange(months), rng.choice(list(PYTHON_PACKAGES)), rng.randrange(months), rng.random() < 0.5
    begins = rng.randrange(months), rng.randrange(months)
    labelled, named = (range(begin, rng.choice([months, rng.randrange(begin, months) + 1])) for begin in begins)
    return _Plan(spells, *layout, labelled, named)


def _declared(plan: _Plan, kind: str, index: int) -> list[str]:
    return sorted(
        package
        for (own_kind, package), spans in plan.spells.items()
        if own_kind == kind and any(first <= index < last for first, last in spans)
    )


def _technologies_of_month(plan: _Plan, index: int) -> frozenset[Technology]:
    images = () if index == plan.broken else _declared(plan, "image", index)
    extra = (plan.extra,) if plan.in_pyproject else ()
    return frozenset(
        technology
        for packages, table in (
            ((*_declared(plan, "python", index), *extra), PYTHON_PACKAGES),
            (_declared(plan, "node", index), NODE_PACKAGES),
            (images, IMAGES),
        )
        for package in packages
        for technology in table[package]
    )


def _files_of_month(plan: _Plan, index: int) -> Files:
    """The whole tree of a month."""
    python = [f"{package}>={index}" for package in _declared(plan, "python", index)]
    folder = "" if index < plan.renamed else "services/api/"
    if plan.in_pyproject:
        lines = "".join(f'  "{requirement}",\n' for requirement in python)
        own = f'[project]\nname = "own-app"\ndependencies = [\n{lines}]\n[project.optional-dependencies]\n'
        files = {f"{folder}pyproject.toml": f'{own}more = ["{plan.extra}"]\ntest = ["groq"]\nall = ["own-app[more]"]\n'}
    else:
        files = {f"{folder}requirements.txt": "".join(f"{requirement}  # needed\n" for requirement in python)}
    node = dict.fromkeys(_declared(plan, "node", index), f"^{index}")
    members = {"weaviate-client": "workspace:*"}
    files["web/package.json"] = json.dumps({"dependencies": {**node, **members}, "devDependencies": {"mysql2": "3"}})
    services = "".join(
        f"  s{position}:\n    image: {image}:7\n" for position, image in enumerate(_declared(plan, "image", index))
    )
    files["compose.yml"] = "<<<<<<< ours\n" if index == plan.broken else f"services:\n  own:\n    build: .\n{services}"
    files |= {
        f"{parent}/requirements.txt": "\n".join(FOREIGN) for parent in ("examples/one", "tools", "connectors/two")
    }
    files["requirements-dev.txt"] = "pinecone-client\n"
    files["README.md"] = _readme_of_month(index, is_labelled=index in plan.labelled)
    providers = ("openai", "anthropic", "mistral") if index in plan.named else ("openai",)
    files |= {f"src/llm/{provider}_client.py": "" for provider in providers}
    files |= {f"tests/llm/{provider}.py": "" for provider in ("openai", "anthropic", "mistral", "groq")}
    return files


def _readme_of_month(index: int, *, is_labelled: bool) -> str:
    """A README whose badge, code and sponsors always speak of AI."""
    kind = "An AI assistant" if is_labelled else "A calendar"
    return (
        f"# App {index}\n\n[![AI](badge.svg)](https://app.example)\n\n{kind} for teams of every size.\n\n"
        "## Use\n\n```\nrun --AI\n```\n\n## Sponsors\n\nAn AI company.\n"
    )


def _stream(steps: list[tuple[datetime, Files]]) -> Iterator[bytes]:
    for moment, files in steps:
        stamp = b"Ada Example <ada@acme.example> %d +0000\n" % int(moment.timestamp())
        yield b"commit refs/heads/main\nauthor " + stamp + b"committer " + stamp + b"data 4\nwork\ndeleteall\n"
        for path, text in files.items():
            content = text.encode()
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content)


def _landscape_lines(planted: tuple[PlantedStack, ...]) -> Iterator[str]:
    yield '[landscape]\nname = "stacks"\n'
    for stack in planted:
        name = stack.repository.partition("/")[2]
        yield (
            f'\n[[project]]\nrepository = "{stack.repository}"\nlocation = "repositories/{name}.git"\n'
            f'role = "application"\nai_native = {str(stack.ai_native).lower()}\nconnectors = ["connectors"]\n'
        )


def _plain_truth(stack: PlantedStack) -> dict[str, object]:
    months = {
        f"{month:%Y-%m}": sorted(map("/".join, technologies)) for month, technologies in stack.technologies.items()
    }
    return {"repository": stack.repository, "ai_native": stack.ai_native, "months": months}
