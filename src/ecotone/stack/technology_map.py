"""The map of technologies: which layer of the stack a declared package serves, and which technology it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Final, NamedTuple

from ecotone.foundation.errors import UserError

VERSION: Final = "technologies/ecotone-1"
COLUMNS: Final = ("ecosystem", "pattern", "layer", "technology", "generative")

MODEL_LAYERS: Final = ("model_api", "model_kit", "model_runtime")
DATABASE_LAYERS: Final = ("database", "db_kit")
MODEL: Final = "MODEL"
"""Union: technologies of the model layers with a generative model behind them."""
DATABASE: Final = "DATABASE"
"""Union: databases, and kits that prove that there is one."""
COUNTERS_ONLY: Final = "tokenizer"
"""A technology that counts tokens and runs no model; it is left out of every measure."""

LAYERS: Final = (
    "model_api", "model_kit", "model_runtime", "model_supply", "model_trace", "protocol", "guard", "sandbox", "vector",
    "database", "db_kit", "analytics_db", "graph_db", "search", "cache", "queue", "object_store", "ingest",
    "classic_ml", "web", "web_server", "ui", "observe", "language",
)  # fmt: skip
"""Layers of the stack, from the model down to the language."""


class Technology(NamedTuple):
    """A technology in one layer of the stack."""

    layer: str
    name: str
    generative: bool


@dataclass(frozen=True)
class TechnologyMap:
    """Rows of the map by ecosystem and pattern."""

    exact: Mapping[tuple[str, str], tuple[Technology, ...]]
    prefixes: Mapping[str, Mapping[str, tuple[Technology, ...]]]
    _answers: dict[tuple[str, str], tuple[Technology, ...]] = field(default_factory=dict, repr=False, compare=False)

    def look_up(self, ecosystem: str, package: str) -> tuple[Technology, ...]:
        """The technologies of a package: its own rows, else those of the longest fitting prefix; empty: not mapped.

        >>> [technology.layer for technology in load_technologies().look_up("pypi", "django")]
        ['db_kit', 'web']
        >>> load_technologies().look_up("npm", "@langchain/google-genai")[0].name
        'google'
        """
        key = ecosystem, package
        if key not in self._answers:
            self._answers[key] = self.exact.get(key) or self._longest_prefix(ecosystem, package)
        return self._answers[key]

    @cached_property
    def layers_by_name(self) -> Mapping[str, str]:
        """The first layer of each technology."""
        listed = [*self.exact.values(), *(rows for table in self.prefixes.values() for rows in table.values())]
        layers: dict[str, str] = {}
        for technologies in listed:
            for technology in technologies:
                layers.setdefault(technology.name, technology.layer)
        return layers

    def _longest_prefix(self, ecosystem: str, package: str) -> tuple[Technology, ...]:
        prefixes = self.prefixes.get(ecosystem, {})
        lengths = range(len(package), 0, -1)
        return next((prefixes[package[:length]] for length in lengths if package[:length] in prefixes), ())


@cache
def load_technologies() -> TechnologyMap:
    """The map that comes with Ecotone."""
    return build_map(parse_map(_read_data_file("technologies.tsv"), "technologies.tsv"))


def _read_data_file(name: str) -> str:
    return (files("ecotone.stack") / "data" / name).read_text("utf-8")


def parse_map(text: str, name: str) -> list[tuple[str, str, Technology]]:
    """The rows of a map file: ecosystem, pattern and technology. Raises UserError with the line.

    name  of the file, for messages
    """
    rows = []
    for number, cells in parse_tab_separated(text, name, COLUMNS):
        ecosystem, pattern, layer, technology, generative = cells
        if layer not in LAYERS:
            raise UserError(f"{name}, line {number}: there is no layer {layer!r}. Accepted: {', '.join(LAYERS)}.")
        if generative not in ("0", "1"):
            raise UserError(f"{name}, line {number}: generative = {generative!r} must be 0 or 1.")
        rows.append((ecosystem, pattern, Technology(layer, technology, generative == "1")))
    return rows


def parse_tab_separated(text: str, name: str, columns: tuple[str, ...]) -> list[tuple[int, list[str]]]:
    """Line numbers and cells of a tab-separated text; lines that begin with # are remarks. Raises UserError."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line and line[0] != "#"]
    rows = [(number, line.split("\t")) for number, line in lines]
    if not rows or tuple(rows[0][1]) != columns:
        raise UserError(f"{name} has no header line. It must be: {' '.join(columns)}, separated by tabs.")
    for number, cells in rows[1:]:
        if len(cells) != len(columns) or not all(cells):
            raise UserError(f"{name}, line {number}: {len(cells)} cells, and {len(columns)} are needed, none empty.")
    return rows[1:]


def build_map(rows: Iterable[tuple[str, str, Technology]]) -> TechnologyMap:
    """The map of these rows."""
    exact: dict[tuple[str, str], list[Technology]] = defaultdict(list)
    prefixes: dict[str, dict[str, list[Technology]]] = defaultdict(lambda: defaultdict(list))
    for ecosystem, pattern, technology in rows:
        if pattern.endswith("*"):
            prefixes[ecosystem][pattern[:-1]].append(technology)
        else:
            exact[ecosystem, pattern].append(technology)
    return TechnologyMap(
        {key: tuple(value) for key, value in exact.items()},
        {name: {key: tuple(value) for key, value in table.items()} for name, table in prefixes.items()},
    )


def extended_map(texts: Iterable[tuple[str, str]]) -> TechnologyMap:
    """The map that comes with Ecotone and further files. Rows of a file replace those of the same pattern.

    texts  text and name of each file. Raises UserError.
    """
    rows = parse_map(_read_data_file("technologies.tsv"), "technologies.tsv")
    for text, name in texts:
        further = parse_map(text, name)
        patterns = {(ecosystem, pattern) for ecosystem, pattern, _ in further}
        rows = [row for row in rows if row[:2] not in patterns] + further
    return build_map(rows)
