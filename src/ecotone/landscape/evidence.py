"""The evidence of what projects have in common: rows of each view, from acts, documents, subjects and profiles."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.landscape import Landscape
from ecotone.foundation.months import add_months
from ecotone.foundation.text_codes import plain_texts
from ecotone.landscape import cluster_tables
from ecotone.landscape.cluster_evolution import Snapshot, match_snapshots
from ecotone.landscape.cluster_labels import label_clusters
from ecotone.landscape.clustering import SMALLEST_FIELD, UNCLUSTERED, build_level
from ecotone.landscape.field_terms import fit_field_terms
from ecotone.landscape.multiview_graph import build_layers
from ecotone.landscape.resampling import build_hierarchy, resample_hierarchies
from ecotone.landscape.text_features import count_profile_terms, count_terms, find_mentioned_repositories
from ecotone.landscape.views import (
    DEPENDENCIES,
    MENTIONS,
    PEOPLE,
    VIEWS,
    WORDS,
    ProjectFeatures,
    View,
    build_project_features,
)
from ecotone.stack.manifests.declared import OPTIONAL, RUNTIME

RESAMPLINGS_OF_HALF_YEAR: Final = 20
NOT_TAKING_PART: Final = ("release", "star", "fork")
NAMING_SUBJECTS: Final = r"github\.com/|[\w.-]+/[\w.-]+#\d"
"""Subjects of commits that may name a repository."""

PARTICIPATION_SCHEMA: Final = pa.schema([("project", pa.string()), ("person", pa.string()), ("acts", pa.float64())])
EVIDENCE_SCHEMA: Final = pa.schema(
    [("project", pa.string()), ("view", pa.string()), ("thing", pa.string()), ("count", pa.float64())]
)

MEMBERS_SCHEMA: Final = pa.schema([("project", pa.string()), ("cluster", pa.int64()), ("stability", pa.float64())])
LABELS_SCHEMA: Final = pa.schema([("label", pa.string()), ("label_zh", pa.string())])

Row = tuple[str, str, float]
Rows = dict[View, list[Row]]


@dataclass(frozen=True, slots=True)
class GatheredEvidence:
    """The evidence of a workspace: rows of each view, the projects of the landscape, and all projects to map."""

    rows: Rows
    inside: frozenset[str]
    projects: frozenset[str]

    def as_evidence(self) -> ProjectFeatures:
        """The evidence, in order. Raises UserError where texts are to be read and the model is not installed."""
        return build_project_features(self.projects, self.rows)


def repository_owners(landscape: Landscape) -> dict[str, str]:
    """Case-folded names of repositories, former ones too, and the project each belongs to."""
    return {
        name.casefold(): project.name
        for project in landscape.projects
        for name in (*(repository.name for repository in project.repositories), *project.aliases)
    }


def acts_of_period(acts: pa.Table, landscape: Landscape) -> pa.Table:
    """What people did in the landscape's period, stars, forks and releases left out.

    returns  project, month, person, organisation
    """
    wanted = pc.and_(
        pc.equal(acts["actor_kind"], "person"),
        pc.invert(pc.is_in(acts["kind"], value_set=pa.array(NOT_TAKING_PART))),
    )
    if landscape.since:
        wanted = pc.and_(wanted, pc.greater_equal(acts["month"], pa.scalar(landscape.since)))
    if landscape.until:
        wanted = pc.and_(wanted, pc.less_equal(acts["month"], pa.scalar(landscape.until)))
    return acts.select(["project", "month", "person", "organisation"]).filter(wanted)


def people_rows(acts: pa.Table) -> list[Row]:
    """How often each person acted in each project."""
    return _count_rows(acts.select(["project", "person"]), "person")


def organisation_rows(acts: pa.Table) -> list[Row]:
    """How many people of each known organisation took part in each project."""
    known = acts.filter(pc.is_valid(acts["organisation"]))
    each = known.group_by(["project", "organisation", "person"]).aggregate([])
    return _count_rows(each, "organisation")


def _count_rows(rows: pa.Table, thing: str) -> list[Row]:
    counted = rows.group_by(["project", thing]).aggregate([([], "count_all")])
    columns = (counted["project"].to_pylist(), counted[thing].to_pylist(), counted["count_all"].to_pylist())
    return [(project, name, float(count)) for project, name, count in zip(*columns, strict=True)]


def repository_rows(
    project: str,
    repository: str,
    documents: Iterable[Mapping[str, Any]],
    dependencies: Iterable[str],
    subjects: pa.ChunkedArray | None,
) -> Rows:
    """What one repository's README, manifests and commit subjects say.

    documents     kind, path, text
    dependencies  what its newest manifests declare, as `ecosystem:package`
    """
    # a project that others name has this in common with them
    rows: Rows = {view: [] for view in VIEWS} | {MENTIONS: [(project, repository.casefold(), 1.0)]}
    rows[DEPENDENCIES] = [(project, dependency, 1.0) for dependency in sorted(set(dependencies))]
    for view, counts in _counts_by_view(documents, subjects):
        rows[view] += [(project, thing, float(count)) for thing, count in sorted(counts.items())]
    return rows


def newest_dependencies(declarations: pa.Table) -> list[str]:
    """What the newest manifests of a repository ship with, as `ecosystem:package`.

    Tools of development (tests, linters, documentation) and examples are left out: they say nothing of a field.
    """
    shipped = pc.is_in(declarations["scope"], value_set=pa.array([RUNTIME, OPTIONAL]))
    newest = declarations.filter(pc.and_(pc.is_null(declarations["until"]), shipped))
    columns = (newest[name].to_pylist() for name in ("ecosystem", "package"))
    return sorted({f"{ecosystem}:{package}" for ecosystem, package in zip(*columns, strict=True)})


def _counts_by_view(
    documents: Iterable[Mapping[str, Any]], subjects: pa.ChunkedArray | None
) -> Iterator[tuple[View, Mapping[str, int]]]:
    for document in documents:
        yield WORDS, count_terms(document["text"])
        yield MENTIONS, find_mentioned_repositories(document["text"])
    if subjects is not None:
        naming = subjects.filter(pc.match_substring_regex(subjects, NAMING_SUBJECTS))
        yield MENTIONS, find_mentioned_repositories("\n".join(naming.to_pylist()))


def profile_rows(profiles: Iterable[Mapping[str, Any]], owner: Mapping[str, str]) -> Rows:
    """What a feed says of the landscape's repositories: description and topics, as words.

    profiles  repository, description, topics
    owner     case-folded repository -> project
    """
    rows: Rows = {WORDS: []}
    for profile in profiles:
        project = owner.get(str(profile["repository"]).casefold())
        if project is not None:
            words = count_profile_terms(profile["description"], profile["topics"] or ())
            rows[WORDS] += [(project, word, float(count)) for word, count in sorted(words.items())]
    return rows


def evidence_tables(gathered: GatheredEvidence) -> dict[str, pa.Table]:
    """The evidence itself, for `ecotone discover`: who took part where, and what else each project has."""
    people = sorted(gathered.rows[PEOPLE])
    others = sorted(
        (project, view.name, thing, count)
        for view, rows in gathered.rows.items()
        if view is not PEOPLE
        for project, thing, count in rows
    )
    return {
        "participation": _as_table(PARTICIPATION_SCHEMA, people),
        "project_features": _as_table(EVIDENCE_SCHEMA, others),
    }


def _as_table(schema: pa.Schema, rows: Sequence[tuple[str | float, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def evidence_rows(participation: pa.Table, evidence: pa.Table) -> Rows:
    """The rows of each view, from the tables that `evidence_tables` gives; who took part counts once."""
    rows: Rows = {PEOPLE: _present_rows(participation)}
    for view in VIEWS[1:]:
        rows[view] = _rows_of(evidence.filter(pc.equal(evidence["view"], view.name)).drop_columns("view"))
    return rows


def _present_rows(participation: pa.Table) -> list[Row]:
    columns = (participation[name].to_pylist() for name in ("project", "person"))
    return [(project, person, 1.0) for project, person in zip(*columns, strict=True)]


def _rows_of(table: pa.Table) -> list[Row]:
    return list(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))


def half_year_participation(acts: pa.Table) -> dict[date, pa.Table]:
    """Who took part in which project in each half-year: project and person, sorted; by its first month.

    acts  of the landscape's period
    """
    months = acts.select(["month", "project", "person"]).group_by(["month", "project", "person"]).aggregate([])
    by_half = {}
    for half in half_years(months["month"]):
        inside = pc.and_(
            pc.greater_equal(months["month"], pa.scalar(half)), pc.less(months["month"], pa.scalar(add_months(half, 6)))
        )
        by_half[half] = distinct_participation(months.filter(inside))
    return by_half


def distinct_participation(table: pa.Table) -> pa.Table:
    """Project and person, each pair once, sorted: how often somebody acted does not matter to the map."""
    pairs = table.select(["project", "person"]).group_by(["project", "person"]).aggregate([])
    return plain_texts(pairs).sort_by([("project", "ascending"), ("person", "ascending")])


def group_half_year(
    participation: pa.Table, words: pa.Table, outside: Sequence[str], today: tuple[int, int], seed: int
) -> dict[str, pa.Table]:
    """Fields of one half-year, from who took part in it; words are those of the newest tree.

    participation  project and person
    words          project, thing, count
    outside        repositories known only by their words: they are in every half-year
    today          the number of fields of today, and of projects in their tree
    returns        members: project, cluster and stability; labels: label and label_zh of each cluster; both are empty
                   with too few projects
    """
    active = frozenset(pc.unique(participation["project"]).to_pylist()) | frozenset(outside)
    known = build_project_features(active, {PEOPLE: _present_rows(participation), WORDS: _rows_of(words)})
    layers = build_layers(known)
    hierarchy = build_hierarchy(*layers.place_projects())
    leaves = int(hierarchy.connected.sum())
    if leaves < 2 * SMALLEST_FIELD:
        return {"members": MEMBERS_SCHEMA.empty_table(), "labels": LABELS_SCHEMA.empty_table()}
    # as many fields as today for as many projects
    groups = max(round(today[0] * math.sqrt(leaves / max(today[1], 1))), 2)
    level = build_level(hierarchy, resample_hierarchies(layers, seed, RESAMPLINGS_OF_HALF_YEAR), groups)
    named = label_clusters(known, fit_field_terms(known, layers), level, hierarchy.edges)
    members = [list(known.projects), level.cluster, level.stability]
    labels = [[name.label for name in named], [name.label_zh for name in named]]
    return {"members": pa.table(members, schema=MEMBERS_SCHEMA), "labels": pa.table(labels, schema=LABELS_SCHEMA)}


def describe_moves(
    halves: Mapping[date, Mapping[str, pa.Table]], field: Mapping[str, int], named: Sequence[tuple[str, str]]
) -> pa.Table:
    """How fields changed from half-year to half-year; one is called as the field of today of most of its members.

    halves  what `group_half_year` found, by its first month
    field   the field of each project today
    named   the labels of the fields of today
    """
    snapshots, labels = [], []
    for half, tables in sorted(halves.items()):
        members = tables["members"]
        if not members.num_rows:
            continue
        columns = (members[name].to_numpy() for name in ("cluster", "stability"))
        snapshots.append(Snapshot(half, tuple(members["project"].to_pylist()), *columns))
        own = zip(*(tables["labels"][name].to_pylist() for name in LABELS_SCHEMA.names), strict=True)
        today = [_field_of_today(group, field) for group in snapshots[-1].list_clusters()]
        labels.append([name if now is None else named[now] for name, now in zip(own, today, strict=True)])
    changes, numbers = match_snapshots(snapshots)
    called = {
        (snapshot.period, number): name
        for snapshot, names, mine in zip(snapshots, labels, numbers, strict=True)
        for name, number in zip(names, mine, strict=True)
    }
    return cluster_tables.build_moves_table(changes, called)


def _field_of_today(members: frozenset[str], field: Mapping[str, int]) -> int | None:
    """The field that more than half of the members are in today; None without one."""
    counted = Counter(field.get(member, UNCLUSTERED) for member in members)
    index, times = min(counted.items(), key=lambda item: (-item[1], item[0]))
    return index if index != UNCLUSTERED and 2 * times > len(members) else None


def half_years(months: pa.ChunkedArray) -> list[date]:
    """The first months of the half-years that have acts, in order."""
    halves = {date(month.year, 1 if month.month < 7 else 7, 1) for month in pc.unique(months).to_pylist()}
    return sorted(halves)
