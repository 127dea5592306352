"""The tables of the landscape's map: evidence, groups and their movement, similarity, curated against found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.capped_files import read_capped_file
from ecotone.foundation.errors import MissingTable, UserError
from ecotone.foundation.landscape import UNCATEGORISED
from ecotone.landscape import cluster_tables
from ecotone.landscape.category_agreement import find_disagreements, measure_agreement, share_of_same_category
from ecotone.landscape.cluster_labels import label_clusters
from ecotone.landscape.clustering import UNCLUSTERED, Clustering, cluster_projects
from ecotone.landscape.evidence import (
    GatheredEvidence,
    Row,
    Rows,
    acts_of_period,
    describe_moves,
    distinct_participation,
    evidence_rows,
    evidence_tables,
    group_half_year,
    half_year_participation,
    newest_dependencies,
    organisation_rows,
    people_rows,
    profile_rows,
    repository_owners,
    repository_rows,
)
from ecotone.landscape.field_terms import fit_field_terms
from ecotone.landscape.naive_baseline import naive_groups, naive_positions
from ecotone.landscape.text_features import parse_term_file
from ecotone.landscape.tree_cuts import build_cuts_table
from ecotone.landscape.views import ORGANISATIONS, PEOPLE, VIEWS, WORDS, ProjectFeatures
from ecotone.networks.force_layout import spectral_layout
from ecotone.pipeline import feeds
from ecotone.pipeline.context import AnalysisContext
from ecotone.pipeline.project_pool import ProjectTask
from ecotone.store.workspace import Workspace

SEED: Final = 20240613
"""Of every draw; another seed gives groups that differ where they are unstable."""
ROWS_OF_HALF_YEAR: Final = 50_000
"""To group a half-year takes about as long as reading so many commits."""
ROWS_OF_PROJECT: Final = 1_000
"""To map a project takes about as long as reading so many commits."""


def start_mapping(context: AnalysisContext) -> dict[str, pa.Table]:
    """The evidence of the map; begins to compute the map, which needs no other table, in another process."""
    gathered = gather_evidence(context, acts_of_period(context.joined.acts, context.landscape))
    evidence = evidence_tables(gathered)
    category = {
        project.name: project.category for project in context.landscape.projects if project.category != UNCATEGORISED
    }
    own = (distinct_participation(evidence["participation"]), evidence["project_features"])
    projects = sorted(gathered.projects)
    task = ProjectTask(
        "landscape",
        (*own, sorted(gathered.inside), projects, category, context.landscape.groups),
        rows=ROWS_OF_PROJECT * len(projects),
    )
    context.started[map_projects.__name__] = context.pool.start_step(map_projects, [task])
    return evidence


def build_landscape_tables(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables of groups, their words and movement, likeness, and curated against found."""
    (mapped,) = context.started[map_projects.__name__]()
    tables = mapped.read_tables()
    features = context.tables["project_features"]
    words = features.filter(pc.equal(features["view"], WORDS.name)).drop_columns("view")
    inside = {project.name for project in context.landscape.projects}
    outside = sorted(set(tables["clusters"]["project"].to_pylist()) - inside)
    taking_part = half_year_participation(acts_of_period(context.joined.acts, context.landscape))
    moves = _group_moves(context, taking_part, words, outside, tables)
    del tables["fields"]
    return {**tables, "cluster_events": moves}


def map_projects(
    participation: pa.Table,
    features: pa.Table,
    inside: Sequence[str],
    projects: Sequence[str],
    category: Mapping[str, str],
    fields: int | None,
) -> dict[str, pa.Table]:
    """The tables of groups, their words, likeness, and curated against found; a step that needs all projects.

    participation  project and person
    features       landscape.evidence.EVIDENCE_SCHEMA
    inside         projects of the landscape
    projects       all projects to map
    category       of each project that has one
    fields         how many the user wants; None: as many as are stable
    returns        also `fields`: projects in the tree and, if it has structure, the number of fields that was chosen
    """
    within = frozenset(inside)
    everything = GatheredEvidence(evidence_rows(participation, features), within, frozenset(projects)).as_evidence()
    grouping = cluster_projects(everything, SEED, fields)
    ties, positions = grouping.hierarchy.edges, grouping.hierarchy.positions
    fit = fit_field_terms(everything, grouping.layers)
    named = {
        "field": label_clusters(everything, fit, grouping.fields, ties),
        "part": label_clusters(everything, fit, grouping.parts, ties, grouping.field_of_part),
    }
    groups = grouping.scale.groups if grouping.has_structure and grouping.scale else None
    leaves = int(grouping.hierarchy.connected.sum())
    return {
        "fields": pa.table({"groups": pa.array([groups], pa.int64()), "leaves": pa.array([leaves], pa.int64())}),
        "clusters": cluster_tables.build_clusters_table(grouping, named, spectral_layout(ties), within),
        "cluster_groups": cluster_tables.build_groups_table(grouping, named, within),
        "cluster_cuts": build_cuts_table(everything, fit, grouping, named),
        "cluster_words": cluster_tables.build_words_table(grouping, named),
        "cluster_views": cluster_tables.build_views_table(everything),
        "project_similarity": cluster_tables.build_similarity_table(everything, positions),
        "category_agreement": cluster_tables.build_agreement_table(_measure_quality(everything, grouping, category)),
        "category_mismatches": cluster_tables.build_disagreements_table(
            grouping, find_disagreements(everything, grouping.fields, category, positions)
        ),
    }


def _group_moves(
    context: AnalysisContext,
    taking_part: Mapping[date, pa.Table],
    words: pa.Table,
    outside: Sequence[str],
    tables: Mapping[str, pa.Table],
) -> pa.Table:
    """The movement of groups: each half-year is a task of its own."""
    (today,) = tables["fields"].to_pylist()
    if today["groups"] is None:
        return cluster_tables.MOVES_SCHEMA.empty_table()
    tasks = []
    for half, participation in taking_part.items():
        active = pa.array([*pc.unique(participation["project"]).to_pylist(), *outside], pa.string())
        read = words.filter(pc.is_in(words["project"], value_set=active))
        arguments = (participation, read, outside, (today["groups"], today["leaves"]), SEED)
        tasks.append(ProjectTask(str(half), arguments, rows=ROWS_OF_HALF_YEAR))
    results = context.pool.run_step(group_half_year, tasks)
    fields, groups = (
        tables[name].filter(pc.equal(tables[name]["level"], "field")) for name in ("clusters", "cluster_groups")
    )
    clusters = [UNCLUSTERED if name is None else int(name) - 1 for name in fields["cluster"].to_pylist()]
    number = dict(zip(fields["project"].to_pylist(), clusters, strict=True))
    named = list(zip(groups["label"].to_pylist(), groups["label_zh"].to_pylist(), strict=True))
    by_half = {half: result.read_tables() for half, result in zip(taking_part, results, strict=True)}
    return describe_moves(by_half, number, named)


def _measure_quality(
    features: ProjectFeatures, grouping: Clustering, category: Mapping[str, str]
) -> dict[str, cluster_tables.Quality]:
    """How well each level agrees with the categories, with the naive baseline; empty without either."""
    if not grouping.has_structure or not category:
        return {}
    naive = naive_positions(features)
    measured = {}
    for kind, level in cluster_tables.iterate_levels(grouping):
        agreement = measure_agreement(features.projects, level.cluster, category, SEED)
        beside = measure_agreement(features.projects, naive_groups(naive, level.cluster_count), category, SEED)
        if agreement is not None and beside is not None:
            measured[kind] = cluster_tables.Quality(
                agreement,
                beside.ami,
                share_of_same_category(features.projects, grouping.hierarchy.positions, category),
                share_of_same_category(features.projects, naive, category),
            )
    return measured


def gather_evidence(context: AnalysisContext, acts: pa.Table) -> GatheredEvidence:
    """Everything a workspace knows of what projects have in common.

    acts  of the landscape's period
    """
    landscape = context.landscape
    inside = frozenset(project.name for project in landscape.projects)
    owner = repository_owners(landscape)
    rows: Rows = {view: [] for view in VIEWS}
    rows[PEOPLE] = people_rows(acts)
    rows[ORGANISATIONS] = organisation_rows(acts)
    rows[WORDS] = [row for path in landscape.term_files for row in read_word_rows(path, owner)]
    for project in landscape.projects:
        for repository in project.repositories:
            documents = _collected_table(context, repository.name, "documents")
            declarations = _collected_table(context, repository.name, "declarations")
            commits = _collected_table(context, repository.name, "commits", ["subject"])
            _add_rows(
                rows,
                repository_rows(
                    project.name,
                    repository.name,
                    [] if documents is None else documents.to_pylist(),
                    [] if declarations is None else newest_dependencies(declarations),
                    None if commits is None else commits["subject"],
                ),
            )
    first_feed = [name for name, _ in feeds.stored_generations(context.workspace, landscape)][:1]
    for name in first_feed:
        profiles = context.workspace.read_collected(feeds.feed_folder_name(name), "repositories").to_pylist()
        _add_rows(rows, profile_rows(profiles, owner))
    return GatheredEvidence(rows, inside, inside | frozenset(project for project, _, _ in rows[WORDS]))


def _add_rows(rows: Rows, further: Rows) -> None:
    for view, added in further.items():
        rows[view] += added


def _collected_table(
    context: AnalysisContext, repository: str, name: str, columns: list[str] | None = None
) -> pa.Table | None:
    try:
        return context.collected.read_table(repository, name, columns)
    except (MissingTable, UserError, FileNotFoundError):
        return None


def read_word_rows(path: Path, owner: Mapping[str, str]) -> list[Row]:
    """Rows of a file of terms, under the project that a repository belongs to; others keep their own name.

    Raises UserError.
    """
    try:
        text = read_capped_file(path).decode("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise UserError(f"There is no file of words {path}. Correct its name and run again.") from None
    except OSError as error:
        raise UserError(f"The file of words {path} cannot be read ({error.strerror}). Correct its name.") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8 and run again.") from None
    return [
        (owner.get(repository.casefold(), repository), term, count)
        for repository, term, count in parse_term_file(text, str(path))
    ]


def evidence_of_workspace(workspace: Workspace, words: Path | None = None) -> GatheredEvidence:
    """The evidence of the newest tables; `words` is a file of terms to use in place of the words known."""
    projects = workspace.read_table("projects")
    inside = projects["project"].to_pylist()
    repositories = zip(inside, projects["repository"].to_pylist(), strict=True)
    owner = {name.casefold(): project for project, listed in repositories for name in (project, *listed.split())}
    rows = evidence_rows(workspace.read_table("participation"), workspace.read_table("project_features"))
    if words is not None:
        rows[WORDS] = read_word_rows(words, owner)
    outside = frozenset(project for project, _, _ in rows[WORDS])
    return GatheredEvidence(rows, frozenset(inside), frozenset(inside) | outside)
