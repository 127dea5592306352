"""Mapping: what projects have in common, put together from everything that was read; the groups, and how they move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.errors import MissingTable, UserError
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.months import add_months
from ecotone.landscape import tables as told
from ecotone.landscape.curated import agreement, disagreements
from ecotone.landscape.fusion import Layers
from ecotone.landscape.grouping import Grouping, group, snapshot_level
from ecotone.landscape.likeness import alike
from ecotone.landscape.manifests import dependencies_of
from ecotone.landscape.movement import Snapshot, follow
from ecotone.landscape.names import names
from ecotone.landscape.views import DEPENDENCIES, MENTIONS, ORGANISATIONS, PEOPLE, VIEWS, WORDS, Seen, View, seen
from ecotone.landscape.words import read_terms, repositories_named, terms_of, terms_of_profile
from ecotone.networks.force_layout import spectral_layout
from ecotone.pipeline import feeds
from ecotone.pipeline.collect import slug_of
from ecotone.pipeline.made import Made
from ecotone.store.workspace import Workspace

SEED: Final = 20240613
"""Of every draw; another seed gives groups that differ where they are unstable."""
NOT_TAKING_PART: Final = ("release", "star", "fork")
UNCATEGORISED: Final = "uncategorised"

PARTICIPATION_SCHEMA: Final = pa.schema([("project", pa.string()), ("person", pa.string()), ("acts", pa.float64())])
EVIDENCE_SCHEMA: Final = pa.schema(
    [("project", pa.string()), ("view", pa.string()), ("thing", pa.string()), ("count", pa.float64())]
)

Row = tuple[str, str, float]
Rows = dict[View, list[Row]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The evidence of a workspace: rows of each view, the projects of the landscape, and all that are to be mapped."""

    rows: Rows
    inside: frozenset[str]
    projects: frozenset[str]

    def seen(self) -> Seen:
        """The evidence, sorted."""
        return seen(self.projects, self.rows)


def tables(made: Made) -> dict[str, pa.Table]:
    """The tables of groups, their words and movement, likeness, and curated against found."""
    gathered = gather(made.workspace, made.landscape, made.observed.acts)
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
        "cluster_moves": _moves(made, gathered, found),
        "cluster_views": told.views_table(everything, found.layers),
        "likeness": told.likeness_table(everything, likeness),
        "curated": told.curated_table(compared),
        "disagreements": told.disagreements_table(
            found, disagreements(everything, found.fields, category, likeness)
        ),
    }  # fmt: skip


def gather(workspace: Workspace, landscape: Landscape, acts: pa.Table) -> Gathered:
    """Everything a workspace knows of what projects have in common.

    acts  project, month, kind, person, actor_kind, organisation
    """
    inside = frozenset(project.name for project in landscape.projects)
    acts = _of_period(landscape, acts)
    owner = owners(landscape)
    rows: Rows = {view: [] for view in VIEWS}
    rows[PEOPLE] = people_rows(acts)
    rows[ORGANISATIONS] = organisation_rows(acts)
    rows[WORDS] = [row for path in landscape.words for row in words_rows(path, owner)]
    for project in landscape.projects:
        for repository in project.repositories:
            # to be named by others and to be oneself is to have the same in common
            rows[MENTIONS].append((project.name, repository.name.casefold(), 1.0))
            for view, found in _documents(workspace, repository.name):
                rows[view] += [(project.name, thing, float(count)) for thing, count in sorted(found.items())]
    for view, told_rows in _profile_rows(workspace, landscape, owner).items():
        rows[view] += told_rows
    return Gathered(rows, inside, inside | frozenset(project for project, _, _ in rows[WORDS]))


def owners(landscape: Landscape) -> dict[str, str]:
    """Case-folded names of repositories, former ones too, and the project each belongs to."""
    return {
        name.casefold(): project.name
        for project in landscape.projects
        for name in (*(one.name for one in project.repositories), *project.aliases)
    }


def _of_period(landscape: Landscape, acts: pa.Table) -> pa.Table:
    wanted = pc.and_(
        pc.equal(acts["actor_kind"], "person"),
        pc.invert(pc.is_in(acts["kind"], value_set=pa.array(NOT_TAKING_PART))),
    )
    if landscape.since:
        wanted = pc.and_(wanted, pc.greater_equal(acts["month"], pa.scalar(landscape.since)))
    if landscape.until:
        wanted = pc.and_(wanted, pc.less_equal(acts["month"], pa.scalar(landscape.until)))
    return acts.filter(wanted)


def people_rows(acts: pa.Table) -> list[Row]:
    """How often each person acted in each project."""
    return _counted(acts.select(["project", "person"]), "person")


def organisation_rows(acts: pa.Table) -> list[Row]:
    """How many people of each known organisation took part in each project."""
    known = acts.filter(pc.is_valid(acts["organisation"]))
    each = known.group_by(["project", "organisation", "person"]).aggregate([])
    return _counted(each, "organisation")


def _counted(rows: pa.Table, thing: str) -> list[Row]:
    counted = rows.group_by(["project", thing]).aggregate([([], "count_all")])
    columns = (counted["project"].to_pylist(), counted[thing].to_pylist(), counted["count_all"].to_pylist())
    return [(project, name, float(count)) for project, name, count in zip(*columns, strict=True)]


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


def _profile_rows(workspace: Workspace, landscape: Landscape, owner: Mapping[str, str]) -> Rows:
    """What a feed says of the landscape's repositories: description and topics, as words."""
    rows: Rows = {WORDS: []}
    told_by = [feeds.slug_of_feed(name) for name, _ in feeds.generations(workspace, landscape)][:1]  # most believed
    for one in (row for slug in told_by for row in workspace.kept(slug, "repositories").to_pylist()):
        project = owner.get(str(one["repository"]).casefold())
        if project is not None:
            words = terms_of_profile(one["description"], one["topics"] or ())
            rows[WORDS] += [(project, word, float(count)) for word, count in sorted(words.items())]
    return rows


def _documents(workspace: Workspace, repository: str) -> Iterator[tuple[View, Mapping[str, int]]]:
    """What a repository's README, manifests and subjects say, as far as they were read."""
    slug = slug_of(repository)
    try:
        documents = workspace.kept(slug, "documents").to_pylist()
    except (MissingTable, UserError, FileNotFoundError):
        documents = []
    for document in documents:
        if document["kind"] == "readme":
            yield WORDS, terms_of(document["text"])
            yield MENTIONS, repositories_named(document["text"])
        else:
            yield DEPENDENCIES, dict.fromkeys(dependencies_of(document["path"], document["text"]), 1)
    try:
        subjects = workspace.kept(slug, "commits", ["subject"])["subject"]
    except (MissingTable, UserError, FileNotFoundError):
        return
    telling = subjects.filter(pc.match_substring_regex(subjects, r"github\.com/|[\w.-]+/[\w.-]+#\d"))
    yield MENTIONS, repositories_named("\n".join(telling.to_pylist()))


def evidence_tables(gathered: Gathered) -> dict[str, pa.Table]:
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
        "evidence": _as_table(EVIDENCE_SCHEMA, others),
    }


def _as_table(schema: pa.Schema, rows: Sequence[tuple[str | float, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def evidence_of(workspace: Workspace, words: Path | None = None) -> Gathered:
    """The evidence of the newest tables; `words` is a file of terms to use in place of the words known."""
    projects = workspace.table("projects")
    inside = projects["project"].to_pylist()
    repositories = zip(inside, projects["repository"].to_pylist(), strict=True)
    owner = {one.casefold(): project for project, listed in repositories for one in (project, *listed.split())}
    rows: Rows = {view: [] for view in VIEWS}
    rows[PEOPLE] = _rows_of(workspace.table("participation"))
    evidence = workspace.table("evidence")
    for view in VIEWS[1:]:
        rows[view] = _rows_of(evidence.filter(pc.equal(evidence["view"], view.name)).drop_columns("view"))
    if words is not None:
        rows[WORDS] = words_rows(words, owner)
    outside = frozenset(project for project, _, _ in rows[WORDS])
    return Gathered(rows, frozenset(inside), frozenset(inside) | outside)


def _rows_of(table: pa.Table) -> list[Row]:
    return list(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))


def _moves(made: Made, gathered: Gathered, found: Grouping) -> pa.Table:
    """Groups by half-year, from who took part in it; words and dependencies are those of the newest tree.

    Repositories that are known by their words alone stay in place throughout.
    """
    acts = _of_period(made.landscape, made.observed.acts)
    if not found.structure or found.scale is None or not acts.num_rows:
        return told.MOVES_SCHEMA.empty_table()
    snapshots, labels = [], []
    for half in half_years(acts["month"]):
        inside = pc.and_(
            pc.greater_equal(acts["month"], pa.scalar(half)), pc.less(acts["month"], pa.scalar(add_months(half, 6)))
        )
        part = acts.filter(inside)
        active = frozenset(pc.unique(part["project"]).to_pylist())
        rows = {**gathered.rows, PEOPLE: people_rows(part), ORGANISATIONS: organisation_rows(part)}
        known = seen(active | (gathered.projects - gathered.inside), rows)
        layers = Layers.of(known.projects, known.evidence, found.layers.weights)
        level = snapshot_level(layers, found.scale.resolution, SEED)
        snapshots.append(Snapshot(half, known.projects, level))
        labels.append(names(known, level, layers.added()))
    changes, numbers = follow(snapshots)
    called: dict[tuple[date, int], tuple[str, str]] = {
        (snapshot.period, number): (name.label, name.label_zh)
        for snapshot, named, mine in zip(snapshots, labels, numbers, strict=True)
        for name, number in zip(named, mine, strict=True)
    }
    return told.moves_table(changes, called)


def half_years(months: pa.ChunkedArray) -> list[date]:
    """The first months of the half-years that have acts, in order."""
    found = {date(month.year, 1 if month.month < 7 else 7, 1) for month in pc.unique(months).to_pylist()}
    return sorted(found)
