"""The events of git, a batch of projects at a time: those of a large landscape are never in memory together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.machine import processor_count
from ecotone.foundation.text_codes import encode_texts
from ecotone.people.observed_acts import DISTINCT_TEXTS, account_days, add_people_to_events
from ecotone.pipeline.project_steps import ProjectInput, ProjectRecords, read_project

COMMITS_OF_BATCH: Final = 1_000_000
"""Commits from which on a batch takes no further project."""


@dataclass(frozen=True, slots=True)
class EventBatches:
    """The projects of each batch, by name; each iteration yields the events of git of one batch after another.

    events  the events of the only batch; None: several, which are read again in each iteration
    """

    projects: Sequence[Sequence[ProjectInput]]
    events: pa.Table | None

    def __iter__(self) -> Iterator[pa.Table]:
        if self.events is not None:
            yield self.events
            return
        for batch in self.projects:
            yield _join_events(_read_records(batch))


@dataclass(frozen=True, slots=True)
class EventsWithPeople:
    """The public table `events`, a batch at a time; see `add_people_to_events`."""

    batches: EventBatches
    people: pa.Table
    assisted: pa.Table

    def __iter__(self) -> Iterator[pa.Table]:
        for events in self.batches:
            yield add_people_to_events(events, self.people, self.assisted)


@dataclass(frozen=True, slots=True)
class JoinedRecords:
    """The records of all projects before people are identified.

    events     by project
    accounts   every account of events and of acts that need write access
    takers     project, account: everybody with an event
    days       project, account, day: every event with a usable time
    requests   those of `ProjectRecords`; none unless events are in one batch
    pulls, access, roles  as those of `ProjectRecords`, access without repositories and commits, and by project
    """

    events: EventBatches
    accounts: frozenset[str]
    takers: pa.Table
    days: pa.Table
    requests: pa.Table
    pulls: pa.Table
    access: pa.Table
    roles: pa.Table


def read_all_records(inputs: Sequence[ProjectInput], together: bool) -> JoinedRecords:
    """Read the records of all projects.

    together  whether the events are needed in one batch
    """
    batches = [sorted(inputs, key=_name_of)] if together else _split_into_batches(inputs)
    records: dict[str, ProjectRecords] = {}
    accounts: set[str | None] = set()
    takers, days = [], []
    for batch in batches:
        read = _read_records(batch)
        events = _join_events(read)
        accounts |= {
            account for name in ("account", "other_account") for account in pc.unique(events[name]).to_pylist()
        }
        takers.append(events.select(["project", "account"]).group_by(["project", "account"]).aggregate([]))
        days.append(account_days(events))
        records |= {name: _without_events(record, together) for name, record in read.items()}
    listed = [records[project.name] for project in inputs]
    access = pa.concat_tables([record.access for _, record in sorted(records.items())])
    accounts |= set(pc.unique(access["account"]).to_pylist())
    return JoinedRecords(
        events=EventBatches(batches, events if len(batches) == 1 else None),
        accounts=frozenset(account for account in accounts if account is not None),
        takers=pa.concat_tables(takers).unify_dictionaries(),
        days=pa.concat_tables(days).unify_dictionaries(),
        requests=pa.concat_tables([record.requests for record in listed]),
        pulls=pa.concat_tables([record.pulls for record in listed]).unify_dictionaries(),
        access=access,
        roles=pa.concat_tables([record.roles for _, record in sorted(records.items())]),
    )


def _split_into_batches(inputs: Sequence[ProjectInput]) -> list[list[ProjectInput]]:
    batches: list[list[ProjectInput]] = [[]]
    commits = 0
    for project in sorted(inputs, key=_name_of):
        if commits >= COMMITS_OF_BATCH:
            batches.append([])
            commits = 0
        batches[-1].append(project)
        commits += project.commit_count
    return batches


def _name_of(project: ProjectInput) -> str:
    return project.name


def _read_records(batch: Sequence[ProjectInput]) -> dict[str, ProjectRecords]:
    with ThreadPoolExecutor(processor_count()) as threads:
        return dict(zip((project.name for project in batch), threads.map(_read_record, batch), strict=True))


def _read_record(project: ProjectInput) -> ProjectRecords:
    read = read_project(project)
    return replace(read, events=encode_texts(read.events, leave=DISTINCT_TEXTS))


def _without_events(record: ProjectRecords, with_requests: bool) -> ProjectRecords:
    return replace(
        record,
        events=record.events.slice(0, 0),
        requests=record.requests if with_requests else record.requests.slice(0, 0),
        pulls=encode_texts(record.pulls),
        access=record.access.drop_columns(["repository", "commit"]),
    )


def _join_events(records: dict[str, ProjectRecords]) -> pa.Table:
    return pa.concat_tables([record.events for record in records.values()]).unify_dictionaries().combine_chunks()
