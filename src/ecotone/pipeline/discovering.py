"""Discover: what else belongs to a field, from a workspace, a file of words and, where asked, a search."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from ecotone.foundation.errors import UnknownName, UserError
from ecotone.landscape.discover import Candidate, discover
from ecotone.landscape.fusion import Layers, layers
from ecotone.landscape.names import said_everywhere
from ecotone.landscape.views import WORDS, Seen, thing_weights
from ecotone.landscape.words import terms_of_profile
from ecotone.pipeline.mapping import SEED, Gathered, evidence_of
from ecotone.store.workspace import Workspace

WORDS_ASKED: Final = 2  # in one question: one more, and little is found that has them all
QUESTIONS: Final = 3
"""Searches at most; each is of two words that the seeds have in common."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a search says of a repository."""

    repository: str
    description: str | None
    topics: tuple[str, ...]


class Search(Protocol):
    """A place that finds repositories by words, all of which must be there; raises SourceError."""

    def __call__(self, words: Sequence[str]) -> Iterable[Hit]:
        """Repositories that have all of the words in their name, description, topics or README."""
        ...


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranking, and what it was made from."""

    seeds: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    of: int  # projects that could have been found
    seen: Seen
    layers: Layers


def rank(
    workspace: Workspace, seeds: Sequence[str], top: int, words: Path | None = None, search: Search | None = None
) -> Ranked:
    """Rank what else belongs with the seeds. Raises UnknownName, UserError, MissingTable; SourceError of the search."""
    gathered = evidence_of(workspace, words)
    known = named(gathered, seeds)
    if search is not None:
        gathered = searched(gathered, known, search)
    seen = gathered.seen()
    found = layers(seen, SEED)
    if not any(weight > 0 for weight in found.weights.values()):
        raise UserError(
            f"Nothing ties the {len(seen.projects)} projects of this workspace: no two halves of what is known of them"
            " say the same. Add projects to the landscape, or words with --words FILE."
        )
    candidates = discover(seen, found, known, top)
    return Ranked(known, tuple(candidates), len(seen.projects) - len(known), seen, found)


def named(gathered: Gathered, seeds: Sequence[str]) -> tuple[str, ...]:
    """The seeds as they are written in the workspace; capitals do not matter. Raises UnknownName."""
    folded = {name.casefold(): name for name in sorted(gathered.projects)}
    for seed in seeds:
        if seed.casefold() not in folded:
            raise UnknownName("project", seed, sorted(gathered.projects))
    return tuple(dict.fromkeys(folded[seed.casefold()] for seed in seeds))


def searched(gathered: Gathered, seeds: Sequence[str], search: Search) -> Gathered:
    """The same with what a search finds for the words of the seeds."""
    hits = {hit.repository.casefold(): hit for asked in questions(gathered.seen(), seeds) for hit in search(asked)}
    taken = {name.casefold() for name in gathered.projects}
    rows = [
        (hit.repository, word, float(count))
        for name, hit in sorted(hits.items())
        if name not in taken
        for word, count in sorted(terms_of_profile(hit.description, hit.topics).items())
    ]
    new = frozenset(repository for repository, _, _ in rows)
    return Gathered({**gathered.rows, WORDS: [*gathered.rows[WORDS], *rows]}, gathered.inside, gathered.projects | new)


def questions(seen: Seen, seeds: Sequence[str]) -> list[tuple[str, ...]]:
    """Pairs of words to search for: those that all seeds use and that tell most, each word once."""
    evidence = seen.by_name(WORDS.name)
    if evidence is None:
        return []
    rows = np.array(sorted(seen.projects.index(seed) for seed in seeds), np.int64)
    least = evidence.counts[rows].toarray().min(axis=0)
    worth = least * thing_weights(evidence)
    own = {part.casefold() for seed in seeds for part in seed.split("/")}
    order = np.lexsort((np.arange(len(worth)), -np.round(worth, 9)))
    hidden = said_everywhere() | own
    words = [evidence.things[at] for at in order if worth[at] > 0 and evidence.things[at].isalpha()]
    words = [word for word in words if word not in hidden][: WORDS_ASKED * QUESTIONS]
    return [tuple(words[at : at + WORDS_ASKED]) for at in range(0, len(words), WORDS_ASKED)]


def proposal(ranked: Ranked, clusters: Sequence[tuple[str, str | None, str | None]]) -> str:
    """A landscape file of the seeds and what was found, each with its group as its category, for a person to edit.

    clusters  (project, label, label_zh) of the fields that were found
    """
    label = {project: name for project, name, _ in clusters if name}
    chinese = {name: zh for _, name, zh in clusters if name and zh}
    listed = [*ranked.seeds, *(one.project for one in ranked.candidates)]
    used = sorted({label[project] for project in listed if project in label})
    lines = [
        "# Proposed by `ecotone discover`; edit it: take out what does not belong, and give the categories names.",
        "",
        "[landscape]",
        'name = "discovered"',
        f"title = {_quoted('Around ' + ', '.join(ranked.seeds))}",
        f"title_zh = {_quoted('围绕 ' + '、'.join(ranked.seeds))}",
        "",
        *(
            ["[categories]", *(f"{_quoted(name)} = {_quoted(chinese.get(name, name))}" for name in used), ""]
            if used
            else []
        ),
    ]
    for project in listed:
        lines += ["[[project]]", f"repository = {_quoted(project)}"]
        lines += [f"category = {_quoted(label[project])}", ""] if project in label else [""]
    text = "\n".join(lines).rstrip() + "\n"
    tomllib.loads(text)
    return text


def _quoted(text: str) -> str:
    """A TOML string; names come from outside."""
    plain = "".join(letter for letter in text if letter.isprintable())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
