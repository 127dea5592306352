"""The evidence of what projects have in common: rows of each view, from acts, documents, subjects and profiles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.landscape import Landscape
from ecotone.foundation.months import add_months
from ecotone.landscape import tables as told
from ecotone.landscape.fusion import Layers
from ecotone.landscape.grouping import Grouping, snapshot_level
from ecotone.landscape.manifests import dependencies_of
from ecotone.landscape.meaning import Encoder, encoder
from ecotone.landscape.movement import Snapshot, follow
from ecotone.landscape.names import names
from ecotone.landscape.views import (
    DEPENDENCIES,
    MEANING,
    MENTIONS,
    ORGANISATIONS,
    PEOPLE,
    VIEWS,
    WORDS,
    Seen,
    View,
    seen,
)
from ecotone.landscape.words import passages_of, repositories_named, terms_of, terms_of_profile

NOT_TAKING_PART: Final = ("release", "star", "fork")
NAMING_SUBJECTS: Final = r"github\.com/|[\w.-]+/[\w.-]+#\d"
"""Subjects of commits that may name a repository."""

PARTICIPATION_SCHEMA: Final = pa.schema([("project", pa.string()), ("person", pa.string()), ("acts", pa.float64())])
EVIDENCE_SCHEMA: Final = pa.schema(
    [("project", pa.string()), ("view", pa.string()), ("thing", pa.string()), ("count", pa.float64())]
)

Row = tuple[str, str, float]
Rows = dict[View, list[Row]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The evidence of a workspace: rows of each view, the projects of the landscape, and all projects to map."""

    rows: Rows
    inside: frozenset[str]
    projects: frozenset[str]

    def seen(self) -> Seen:
        """The evidence, in order. Raises UserError where texts are to be read and the model is not installed."""
        return seen(self.projects, self.rows, self.encode)

    @property
    def encode(self) -> Encoder | None:
        """The language model, where there are texts for it to read."""
        return encoder() if self.rows.get(MEANING) else None


def owners(landscape: Landscape) -> dict[str, str]:
    """Case-folded names of repositories, former ones too, and the project each belongs to."""
    return {
        name.casefold(): project.name
        for project in landscape.projects
        for name in (*(one.name for one in project.repositories), *project.aliases)
    }


def acts_of_period(acts: pa.Table, landscape: Landscape) -> pa.Table:
    """What people did in the landscape's period, stars, forks and releases left out."""
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


def repository_rows(
    project: str, repository: str, documents: Iterable[Mapping[str, Any]], subjects: pa.ChunkedArray | None
) -> Rows:
    """What one repository's README, manifests and commit subjects say.

    documents  kind, path, text
    """
    # a project that others name has this in common with them
    rows: Rows = {view: [] for view in VIEWS} | {MENTIONS: [(project, repository.casefold(), 1.0)]}
    for view, counts in _texts(documents, subjects):
        rows[view] += [(project, thing, float(count)) for thing, count in sorted(counts.items())]
    return rows


def _texts(
    documents: Iterable[Mapping[str, Any]], subjects: pa.ChunkedArray | None
) -> Iterator[tuple[View, Mapping[str, int]]]:
    for document in documents:
        if document["kind"] == "readme":
            yield WORDS, terms_of(document["text"])
            yield MEANING, dict.fromkeys(passages_of(document["text"]), 1)
            yield MENTIONS, repositories_named(document["text"])
        else:
            yield DEPENDENCIES, dict.fromkeys(dependencies_of(document["path"], document["text"]), 1)
    if subjects is not None:
        naming = subjects.filter(pc.match_substring_regex(subjects, NAMING_SUBJECTS))
        yield MENTIONS, repositories_named("\n".join(naming.to_pylist()))


def profile_rows(profiles: Iterable[Mapping[str, Any]], owner: Mapping[str, str]) -> Rows:
    """What a feed says of the landscape's repositories: description and topics, as words and as a text.

    profiles  repository, description, topics
    owner     case-folded repository -> project
    """
    rows: Rows = {WORDS: [], MEANING: []}
    for profile in profiles:
        project = owner.get(str(profile["repository"]).casefold())
        if project is not None:
            words = terms_of_profile(profile["description"], profile["topics"] or ())
            rows[WORDS] += [(project, word, float(count)) for word, count in sorted(words.items())]
            rows[MEANING] += [(project, text, 1.0) for text in passages_of(profile["description"] or "")]
    return rows


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


def evidence_rows(participation: pa.Table, evidence: pa.Table) -> Rows:
    """The rows of each view, from the tables that `evidence_tables` gives."""
    rows: Rows = {PEOPLE: _rows_of(participation)}
    for view in VIEWS[1:]:
        rows[view] = _rows_of(evidence.filter(pc.equal(evidence["view"], view.name)).drop_columns("view"))
    return rows


def _rows_of(table: pa.Table) -> list[Row]:
    return list(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))


def group_moves(acts: pa.Table, gathered: Gathered, found: Grouping, seed: int) -> pa.Table:
    """Groups by half-year, from who took part in it; words and dependencies are those of the newest tree.

    Repositories known only by their words are in every half-year.

    acts  of the landscape's period
    """
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
        known = seen(active | (gathered.projects - gathered.inside), rows, gathered.encode)
        layers = Layers.of(known.projects, known.evidence, found.layers.weights)
        level = snapshot_level(layers, found.scale.resolution, seed)
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
