"""History that repositories of a landscape share: in which project it counts, and what is left of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events import thread_numbers
from ecotone.events.commit_ownership import COMMIT_SCHEMA, CommitOwnership, RepositoryCommits, assign_commits
from ecotone.events.sources.base import ReadSummary
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.notes import Note, note, read_notes, write_notes
from ecotone.pipeline.collected_tables import CollectedTables


def find_shared_history(
    landscape: Landscape, readings: Sequence[ReadSummary], collected: CollectedTables
) -> CommitOwnership:
    """Assign the commits of all repositories that were read."""
    project_of = {alias.casefold(): project.name for project in landscape.projects for alias in project.aliases}
    read = {(reading.project, reading.repository) for reading in readings}
    repositories = []
    for project in landscape.projects:
        for repository in project.repositories:
            if (project.name, repository.name) in read:
                parent = repository.fork_of
                parent = parent and project_of.get(parent.casefold(), parent)
                commits = collected.read_table_or(repository.name, "landed", COMMIT_SCHEMA.empty_table())
                repositories.append(RepositoryCommits(project.name, repository.name, parent, commits))
    return assign_commits(repositories)


def note_shared_history(readings: Sequence[ReadSummary], shared: pa.Table) -> list[ReadSummary]:
    """The readings with a note for each repository that they share commits with."""
    notes_of: dict[str, list[Note]] = {}
    for row in shared.to_pylist():
        count, owner = int(row["commits"]), str(row["owner_repository"])
        in_both, there = (
            note("history_shared", count=count, repository=owner),
            note("commits_shared", count=count, repository=owner),
        )
        notes_of.setdefault(row["repository"], []).append(in_both if row["counted"] else there)
    return [
        replace(reading, note=write_notes([*read_notes(reading.note), *notes_of[reading.repository]]))
        if reading.repository in notes_of
        else reading
        for reading in readings
    ]


def readings_with_own_commits(
    readings: Sequence[ReadSummary], elsewhere: Mapping[str, pa.Array]
) -> Sequence[ReadSummary]:
    """The readings that say until when a project was observed.

    A former address or a mirror that adds no commit does not end the observation of its project.
    """
    own = [reading for reading in readings if reading.landed > len(elsewhere.get(reading.repository, ()))]
    return own or readings


def number_table_of_pulls(pulls: pa.Table, numbers: pa.Table) -> pa.Table:
    """The thread numbers of one repository's own pull requests, like its collected table `numbers`."""
    number = pulls["number"].to_numpy()
    start, landing = (
        pc.fill_null(pc.divide(pulls[column].cast(pa.int64()), 1_000_000), pa.scalar(missing, pa.int64())).to_numpy()
        for column, missing in (
            ("first_commit_at", int(thread_numbers.NO_START)),
            ("merged_at", int(thread_numbers.UNKNOWN)),
        )
    )
    sequence = thread_numbers.remove_contradictions(
        number.astype(np.int64), start.astype(np.int64), landing.astype(np.int64)
    )
    columns = [sequence.number, sequence.start, sequence.landing, sequence.count]
    return pa.table(columns, schema=numbers.schema)
