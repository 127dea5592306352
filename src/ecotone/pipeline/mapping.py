"""The tables of the landscape's map: evidence, groups and their movement, similarity, curated against found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa

from ecotone.foundation.errors import MissingTable, UserError
from ecotone.landscape import tables as told
from ecotone.landscape.curated import agreement, disagreements
from ecotone.landscape.evidence import (
    Gathered,
    Row,
    Rows,
    acts_of_period,
    evidence_rows,
    evidence_tables,
    group_moves,
    organisation_rows,
    owners,
    people_rows,
    profile_rows,
    repository_rows,
)
from ecotone.landscape.grouping import group
from ecotone.landscape.likeness import alike
from ecotone.landscape.names import names
from ecotone.landscape.views import ORGANISATIONS, PEOPLE, VIEWS, WORDS
from ecotone.landscape.words import read_terms
from ecotone.networks.force_layout import spectral_layout
from ecotone.pipeline import feeds
from ecotone.pipeline.made import Made
from ecotone.store.workspace import Workspace

SEED: Final = 20240613
"""Of every draw; another seed gives groups that differ where they are unstable."""
UNCATEGORISED: Final = "uncategorised"


def tables(made: Made) -> dict[str, pa.Table]:
    """The tables of groups, their words and movement, likeness, and curated against found."""
    acts = acts_of_period(made.observed.acts, made.landscape)
    gathered = gather(made, acts)
    everything = gathered.seen()
    found = group(everything, SEED)
    ties = found.layers.added()
    named = {
        "field": names(everything, found.fields, ties),
        "part": names(everything, found.parts, ties, found.within),
    }
    category = {one.name: one.category for one in made.landscape.projects if one.category != UNCATEGORISED}
    likeness = alike(ties)
    compared = {
        kind: value
        for kind, level in told.levels(found)
        if (value := agreement(found.projects, level, category, SEED)) is not None and found.structure
    }
    return {
        **evidence_tables(gathered),
        "clusters": told.clusters_table(found, named, spectral_layout(ties), gathered.inside),
        "cluster_groups": told.groups_table(found, named, gathered.inside),
        "cluster_words": told.words_table(found, named),
        "cluster_moves": group_moves(acts, gathered, found, SEED),
        "cluster_views": told.views_table(everything, found.layers),
        "likeness": told.likeness_table(everything, likeness),
        "curated": told.curated_table(compared),
        "disagreements": told.disagreements_table(
            found, disagreements(everything, found.fields, category, likeness)
        ),
    }  # fmt: skip


def gather(made: Made, acts: pa.Table) -> Gathered:
    """Everything a workspace knows of what projects have in common.

    acts  of the landscape's period
    """
    landscape = made.landscape
    inside = frozenset(project.name for project in landscape.projects)
    owner = owners(landscape)
    rows: Rows = {view: [] for view in VIEWS}
    rows[PEOPLE] = people_rows(acts)
    rows[ORGANISATIONS] = organisation_rows(acts)
    rows[WORDS] = [row for path in landscape.words for row in words_rows(path, owner)]
    for project in landscape.projects:
        for repository in project.repositories:
            documents = _collected(made, repository.name, "documents")
            commits = _collected(made, repository.name, "commits")
            _add(
                rows,
                repository_rows(
                    project.name,
                    repository.name,
                    [] if documents is None else documents.to_pylist(),
                    None if commits is None else commits["subject"],
                ),
            )
    first_feed = [name for name, _ in feeds.generations(made.workspace, landscape)][:1]
    for name in first_feed:
        profiles = made.workspace.kept(feeds.slug_of_feed(name), "repositories").to_pylist()
        _add(rows, profile_rows(profiles, owner))
    return Gathered(rows, inside, inside | frozenset(project for project, _, _ in rows[WORDS]))


def _add(rows: Rows, further: Rows) -> None:
    for view, added in further.items():
        rows[view] += added


def _collected(made: Made, repository: str, name: str) -> pa.Table | None:
    try:
        return made.collected.table(repository, name)
    except (MissingTable, UserError, FileNotFoundError):
        return None


def words_rows(path: Path, owner: Mapping[str, str]) -> list[Row]:
    """Rows of a file of terms, under the project that a repository belongs to; others keep their own name.

    Raises UserError.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise UserError(f"There is no file of words {path}. Correct its name and run again.") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8 and run again.") from None
    return [(owner.get(one.casefold(), one), term, count) for one, term, count in read_terms(text, str(path))]


def evidence_of(workspace: Workspace, words: Path | None = None) -> Gathered:
    """The evidence of the newest tables; `words` is a file of terms to use in place of the words known."""
    projects = workspace.table("projects")
    inside = projects["project"].to_pylist()
    repositories = zip(inside, projects["repository"].to_pylist(), strict=True)
    owner = {name.casefold(): project for project, listed in repositories for name in (project, *listed.split())}
    rows = evidence_rows(workspace.table("participation"), workspace.table("evidence"))
    if words is not None:
        rows[WORDS] = words_rows(words, owner)
    outside = frozenset(project for project, _, _ in rows[WORDS])
    return Gathered(rows, frozenset(inside), frozenset(inside) | outside)
