"""History that repositories of a landscape share: in which project it counts, and what is left of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ecotone.events import thread_numbers
from ecotone.events.commit_ownership import COMMIT_SCHEMA, CommitOwnership, RepositoryCommits, assign_commits
from ecotone.events.sources.base import ReadSummary
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.notes import Note, note, read_notes, write_notes
from ecotone.pipeline.collected_tables import CollectedTables

HASH_LETTERS: Final = 16
"""Of an object name, which is hexadecimal; they are 64 bits."""


def find_shared_history(
    landscape: Landscape, readings: Sequence[ReadSummary], collected: CollectedTables
) -> CommitOwnership:
    """Assign the commits of all repositories that were read.

    Only projects that hold a commit of another repository, or are stated forks, are looked at closely.
    """
    project_of = {alias.casefold(): project.name for project in landscape.projects for alias in project.aliases}
    read = {(reading.project, reading.repository) for reading in readings}
    listed = [
        (project.name, repository.name, project_of.get(repository.fork_of.casefold(), repository.fork_of))
        if repository.fork_of
        else (project.name, repository.name, None)
        for project in landscape.projects
        for repository in project.repositories
        if (project.name, repository.name) in read
    ]
    none = COMMIT_SCHEMA.empty_table()
    names = (collected.read_table_or(repository, "landed", none, ["sha"])["sha"] for _, repository, _ in listed)
    related = _related_projects(listed, list(map(_hash_prefixes, names)))
    return assign_commits(
        [
            RepositoryCommits(project, repository, parent, collected.read_table_or(repository, "landed", none))
            for project, repository, parent in listed
            if project in related
        ]
    )


def _related_projects(
    listed: Sequence[tuple[str, str, str | None]], prefixes: Sequence[NDArray[np.uint64]]
) -> frozenset[str]:
    """The projects with a commit of another repository, with a stated fork, or that one descends from.

    listed    project, repository and the name it is a fork of
    prefixes  of the names of the commits of each repository
    """
    holder = np.repeat(np.arange(len(listed), dtype=np.int32), list(map(len, prefixes)))
    prefix = np.concatenate([np.zeros(0, np.uint64), *prefixes])
    order = np.argsort(prefix, kind="stable")
    again = np.flatnonzero((np.diff(prefix[order]) == 0) & (np.diff(holder[order]) != 0))
    sharing = np.unique(holder[order][np.concatenate([again, again + 1])]).tolist()
    parents = {parent.casefold() for _, _, parent in listed if parent}
    named = {
        project for project, repository, parent in listed
        if parent or {project.casefold(), repository.casefold()} & parents
    }  # fmt: skip
    return frozenset(listed[position][0] for position in sharing) | named


def _hash_prefixes(names: pa.ChunkedArray) -> NDArray[np.uint64]:
    """A number for each object name, from its first 64 bits: equal names have equal numbers, others hardly ever."""
    if not len(names):
        return np.zeros(0, np.uint64)
    wide = pc.binary_slice(pc.ascii_rpad(names, HASH_LETTERS, "0").cast(pa.binary()), 0, HASH_LETTERS).combine_chunks()
    letters = np.frombuffer(wide.buffers()[2], np.uint8)[: HASH_LETTERS * len(wide)].reshape(-1, HASH_LETTERS)
    digits = np.where(letters >= ord("a"), letters - (ord("a") - 10), letters - ord("0")).astype(np.uint8)
    pairs = (digits[:, ::2] << 4) | digits[:, 1::2]
    return np.ascontiguousarray(pairs).view(np.uint64).ravel()


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
