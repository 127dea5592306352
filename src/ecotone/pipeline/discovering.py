"""The command `discover`: rank projects that belong to a field, from a workspace, a file of words and a search."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from ecotone.foundation.errors import UnknownName, UserError
from ecotone.landscape.discover import Candidate, discover
from ecotone.landscape.evidence import Gathered
from ecotone.landscape.fusion import Layers, layers
from ecotone.landscape.names import said_everywhere
from ecotone.landscape.views import PEOPLE, WORDS, Seen, thing_weights
from ecotone.landscape.words import terms_of_profile
from ecotone.people.accounts import parse
from ecotone.pipeline.mapping import SEED, evidence_of
from ecotone.store.workspace import Workspace

WORDS_ASKED: Final = 2  # words of one search: few repositories have three
QUESTIONS: Final = 3
"""Most searches by words that the seeds share, and most searches by topic."""
MOST_PEOPLE: Final = 200
"""People of the seeds whose other repositories are searched."""
WORKERS: Final = 2
"""People of the seeds who must work in a repository for it to be a candidate."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A repository that a search found."""

    repository: str
    description: str | None
    topics: tuple[str, ...]


class Search(Protocol):
    """A service that finds repositories outside the workspace; every method raises SourceError."""

    def topics(self, repositories: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The topics of repositories; one that is gone has none."""
        ...

    def find(self, words: Sequence[str], topics: Sequence[str]) -> Iterable[Hit]:
        """Repositories that have all of the words in name, description, topics or README, and all of the topics."""
        ...

    def work(self, logins: Sequence[str]) -> Mapping[str, Sequence[Hit]]:
        """Login -> the repositories that this person lately contributed to."""
        ...


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranking and its evidence."""

    seeds: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    of: int  # projects that could have been found
    seen: Seen
    layers: Layers


def rank(
    workspace: Workspace, seeds: Sequence[str], top: int, words: Path | None = None, search: Search | None = None
) -> Ranked:
    """Rank projects by similarity to the seeds. Raises UnknownName, UserError, MissingTable, SourceError."""
    gathered = evidence_of(workspace, words)
    known = named(gathered, seeds)
    if search is not None:
        gathered = searched(gathered, known, search, people_of(workspace, known))
    seen = gathered.seen()
    found = layers(seen, SEED)
    if not any(weight > 0 for weight in found.weights.values()):
        raise UserError(
            f"The {len(seen.projects)} projects of this workspace share too few people, words or dependencies:"
            " split halves of the evidence do not agree. Add projects to the landscape, or words with --words FILE."
        )
    candidates = discover(seen, found, known, top)
    return Ranked(known, tuple(candidates), len(seen.projects) - len(known), seen, found)


def named(gathered: Gathered, seeds: Sequence[str]) -> tuple[str, ...]:
    """The seeds as they are written in the workspace; capitals do not matter. Raises UnknownName."""
    folded = {name.casefold(): name for name in sorted(gathered.projects)}
    for seed in seeds:
        if seed.casefold() not in folded:
            raise UnknownName("project", seed, sorted(gathered.projects), "ecotone export clusters")
    return tuple(dict.fromkeys(folded[seed.casefold()] for seed in seeds))


def searched(gathered: Gathered, seeds: Sequence[str], search: Search, people: Mapping[str, str]) -> Gathered:
    """The evidence with repositories that a search finds: by words and topics of the seeds, and by their people.

    people  login -> person, of the seeds
    """
    asked = [*((words, ()) for words in questions(gathered.seen(), seeds)),
             *(((), (topic,)) for topic in topics_asked(search.topics(seeds)))]  # fmt: skip
    wanted = {hit.repository.casefold(): hit for words, topics in asked for hit in search.find(words, topics)}
    workers: dict[str, set[str]] = defaultdict(set)
    besides: dict[str, Hit] = {}
    for login, found in sorted(search.work(tuple(people)).items()):
        for hit in found:
            besides[hit.repository.casefold()] = hit
            workers[hit.repository.casefold()].add(people[login])
    # a repository of one person alone is not looked at, for that person's privacy
    joint = {name: persons for name, persons in workers.items() if len(persons) >= WORKERS}
    wanted |= {name: besides[name] for name in joint}
    written = {name.casefold(): name for name in sorted(gathered.projects)}
    inside = {name.casefold() for name in gathered.inside}
    words = [
        (hit.repository, word, float(count))
        for name, hit in sorted(wanted.items())
        if name not in written
        for word, count in sorted(terms_of_profile(hit.description, hit.topics).items())
    ]
    persons = [
        (written.get(name, wanted[name].repository), person, 1.0)
        for name in sorted(joint)
        if name not in inside
        for person in sorted(joint[name])
    ]
    rows = {**gathered.rows, WORDS: [*gathered.rows[WORDS], *words], PEOPLE: [*gathered.rows[PEOPLE], *persons]}
    new = frozenset(repository for repository, _, _ in (*words, *persons))
    return Gathered(rows, gathered.inside, gathered.projects | new)


def topics_asked(topics: Mapping[str, Sequence[str]]) -> list[str]:
    """Topics to search for: the most common ones of the seeds; of equally common ones the longest."""
    counted = Counter(topic for listed in topics.values() for topic in dict.fromkeys(listed))
    own = {part.casefold() for seed in topics for part in seed.split("/")}
    common = [topic for topic in counted if topic not in own and topic not in said_everywhere()]
    return sorted(common, key=lambda topic: (-counted[topic], -len(topic), topic))[:QUESTIONS]


def people_of(workspace: Workspace, seeds: Sequence[str]) -> dict[str, str]:
    """Login -> person, of the most active people of the seeds whose login is known."""
    taken_part = workspace.table("participation")
    acts: Counter[str] = Counter()
    for project, person, count in zip(*(taken_part[name].to_pylist() for name in taken_part.column_names), strict=True):
        if project in seeds:
            acts[person] += count
    logins: dict[str, str] = {}
    accounts = workspace.table("people")
    for account, person in zip(accounts["account"].to_pylist(), accounts["person"].to_pylist(), strict=True):
        login = parse(account).login if person in acts else None
        if login is not None:
            logins[person] = min(login, logins.get(person, login))
    first = sorted(logins, key=lambda person: (-acts[person], person))[:MOST_PEOPLE]
    return {logins[person]: person for person in first}


def questions(seen: Seen, seeds: Sequence[str]) -> list[tuple[str, ...]]:
    """Pairs of words to search for: the most distinctive words that all seeds use, each once."""
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
    """A landscape file of the seeds and the candidates, with their groups as categories, for a person to edit.

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
    """A TOML string without unprintable letters."""
    plain = "".join(letter for letter in text if letter.isprintable())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
