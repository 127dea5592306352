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
from ecotone.foundation.toml_lines import write_toml_string
from ecotone.landscape.candidate_ranking import Candidate, UsedPackage, find_used_packages, rank_candidates
from ecotone.landscape.evidence import GatheredEvidence
from ecotone.landscape.multiview_graph import build_layers
from ecotone.landscape.text_features import count_profile_terms, readme_stop_words
from ecotone.landscape.views import PEOPLE, WORDS, ProjectFeatures, weigh_features
from ecotone.people.account_parsing import parse_account
from ecotone.pipeline.landscape_tables import evidence_of_workspace
from ecotone.store.workspace import Workspace

WORDS_ASKED: Final = 2  # words of one search: few repositories have three
QUESTIONS: Final = 3
"""Most searches by words that the seeds share, and most searches by topic."""
MOST_PEOPLE: Final = 200
"""People of the seeds whose other repositories are searched."""
PACKAGES_LISTED: Final = 10
WORKERS: Final = 2
"""People of the seeds who must work in a repository for it to be a candidate."""


@dataclass(frozen=True, slots=True)
class FoundRepository:
    """A repository that a search found."""

    repository: str
    description: str | None
    topics: tuple[str, ...]


class RepositorySearch(Protocol):
    """A service that finds repositories outside the workspace; every method raises SourceError."""

    def repository_topics(self, repositories: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The topics of repositories; one that is gone has none."""
        ...

    def find_repositories(self, words: Sequence[str], topics: Sequence[str]) -> Iterable[FoundRepository]:
        """Repositories that have all of the words in name, description, topics or README, and all of the topics."""
        ...

    def repositories_of_people(self, logins: Sequence[str]) -> Mapping[str, Sequence[FoundRepository]]:
        """Login -> the repositories that this person lately contributed to."""
        ...


@dataclass(frozen=True, slots=True)
class Ranking:
    """A ranking and its evidence; `packages` are what the seeds and candidates use and few others."""

    seeds: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    projects: int  # projects that could have been found
    evidence: ProjectFeatures
    packages: tuple[UsedPackage, ...]


def rank_workspace(
    workspace: Workspace,
    seeds: Sequence[str],
    top: int,
    words: Path | None = None,
    search: RepositorySearch | None = None,
) -> Ranking:
    """Rank projects by similarity to the seeds. Raises UnknownName, UserError, MissingTable, SourceError."""
    gathered = evidence_of_workspace(workspace, words)
    known = names_in_landscape(gathered, seeds)
    if search is not None:
        gathered = search_candidates(gathered, known, search, people_of_projects(workspace, known))
    evidence = gathered.as_evidence()
    _, positions = build_layers(evidence).place_projects()
    if not positions.any():
        raise UserError(
            f"Nothing links the {len(evidence.projects)} projects of this workspace: they share neither people nor"
            " words. Add projects to the landscape, or terms with --terms FILE."
        )
    candidates = rank_candidates(evidence, positions, known, top)
    members = [*known, *(candidate.project for candidate in candidates)]
    packages = find_used_packages(evidence, members, PACKAGES_LISTED)
    return Ranking(known, tuple(candidates), len(evidence.projects) - len(known), evidence, tuple(packages))


def names_in_landscape(gathered: GatheredEvidence, seeds: Sequence[str]) -> tuple[str, ...]:
    """The seeds as they are written in the workspace; capitals do not matter. Raises UnknownName."""
    folded = {name.casefold(): name for name in sorted(gathered.projects)}
    for seed in seeds:
        if seed.casefold() not in folded:
            raise UnknownName("project", seed, sorted(gathered.projects), "ecotone export clusters")
    return tuple(dict.fromkeys(folded[seed.casefold()] for seed in seeds))


def search_candidates(
    gathered: GatheredEvidence, seeds: Sequence[str], search: RepositorySearch, people: Mapping[str, str]
) -> GatheredEvidence:
    """The evidence with repositories that a search finds: by words and topics of the seeds, and by their people.

    people  login -> person, of the seeds
    """
    asked = [*((words, ()) for words in search_questions(gathered.as_evidence(), seeds)),
             *(((), (topic,)) for topic in topics_asked(search.repository_topics(seeds)))]  # fmt: skip
    wanted = {
        hit.repository.casefold(): hit for words, topics in asked for hit in search.find_repositories(words, topics)
    }
    workers: dict[str, set[str]] = defaultdict(set)
    besides: dict[str, FoundRepository] = {}
    for login, hits in sorted(search.repositories_of_people(tuple(people)).items()):
        for hit in hits:
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
        for word, count in sorted(count_profile_terms(hit.description, hit.topics).items())
    ]
    persons = [
        (written.get(name, wanted[name].repository), person, 1.0)
        for name in sorted(joint)
        if name not in inside
        for person in sorted(joint[name])
    ]
    rows = {**gathered.rows, WORDS: [*gathered.rows[WORDS], *words], PEOPLE: [*gathered.rows[PEOPLE], *persons]}
    new = frozenset(repository for repository, _, _ in (*words, *persons))
    return GatheredEvidence(rows, gathered.inside, gathered.projects | new)


def topics_asked(topics: Mapping[str, Sequence[str]]) -> list[str]:
    """Topics to search for: the most common ones of the seeds; of equally common ones the longest."""
    counted = Counter(topic for listed in topics.values() for topic in dict.fromkeys(listed))
    own = {part.casefold() for seed in topics for part in seed.split("/")}
    common = [topic for topic in counted if topic not in own and topic not in readme_stop_words()]
    return sorted(common, key=lambda topic: (-counted[topic], -len(topic), topic))[:QUESTIONS]


def people_of_projects(workspace: Workspace, seeds: Sequence[str]) -> dict[str, str]:
    """Login -> person, of the most active people of the seeds whose login is known."""
    taken_part = workspace.read_table("participation")
    acts: Counter[str] = Counter()
    for project, person, count in zip(*(taken_part[name].to_pylist() for name in taken_part.column_names), strict=True):
        if project in seeds:
            acts[person] += count
    logins: dict[str, str] = {}
    accounts = workspace.read_table("people")
    for account, person in zip(accounts["account"].to_pylist(), accounts["person"].to_pylist(), strict=True):
        login = parse_account(account).login if person in acts else None
        if login is not None:
            logins[person] = min(login, logins.get(person, login))
    first = sorted(logins, key=lambda person: (-acts[person], person))[:MOST_PEOPLE]
    return {logins[person]: person for person in first}


def search_questions(evidence: ProjectFeatures, seeds: Sequence[str]) -> list[tuple[str, ...]]:
    """Pairs of words to search for: the most distinctive words that all seeds use, each once."""
    words_view = evidence.find_view(WORDS.name)
    if words_view is None:
        return []
    rows = np.array(sorted(evidence.projects.index(seed) for seed in seeds), np.int64)
    least = words_view.counts[rows].toarray().min(axis=0)
    worth = least * weigh_features(words_view)
    own = {part.casefold() for seed in seeds for part in seed.split("/")}
    order = np.lexsort((np.arange(len(worth)), -np.round(worth, 9)))
    hidden = readme_stop_words() | own
    words = [words_view.names[at] for at in order if worth[at] > 0 and words_view.names[at].isalpha()]
    words = [word for word in words if word not in hidden][: WORDS_ASKED * QUESTIONS]
    return [tuple(words[at : at + WORDS_ASKED]) for at in range(0, len(words), WORDS_ASKED)]


def landscape_proposal(ranked: Ranking, clusters: Sequence[tuple[str, str | None, str | None]]) -> str:
    """A landscape file of the seeds and the candidates, with their groups as categories, for a person to edit.

    clusters  (project, label, label_zh) of the fields that were found
    """
    label = {project: (name, zh or name) for project, name, zh in clusters if name}
    listed = [*ranked.seeds, *(candidate.project for candidate in ranked.candidates)]
    return write_proposal(
        "Around " + ", ".join(ranked.seeds),
        "围绕 " + "、".join(ranked.seeds),
        [(project, label.get(project), None) for project in listed],
    )


def write_proposal(
    title: str,
    title_zh: str,
    projects: Sequence[tuple[str, tuple[str, str] | None, str | None]],
    notes: Sequence[str] = (),
) -> str:
    """A landscape file for a person to edit.

    projects  (repository, (category, category in Chinese), reason)
    notes     sentences about how it was made
    """
    used = sorted({category for _, category, _ in projects if category})
    lines = [
        "# Proposed by `ecotone discover`; edit it: take out what does not belong, and give the categories names.",
        *(f"# {note}" for note in notes),
        "",
        "[landscape]",
        'name = "discovered"',
        f"title = {write_toml_string(title)}",
        f"title_zh = {write_toml_string(title_zh)}",
        "",
    ]
    if used:
        lines += ["[categories]", *(f"{write_toml_string(name)} = {write_toml_string(zh)}" for name, zh in used), ""]
    for repository, category, reason in projects:
        lines += [f"# {reason}"] if reason else []
        lines += ["[[project]]", f"repository = {write_toml_string(repository)}"]
        lines += [f"category = {write_toml_string(category[0])}", ""] if category else [""]
    text = "\n".join(lines).rstrip() + "\n"
    tomllib.loads(text)
    return text
