"""Reads the history of every repository of a landscape, several at a time; a failure does not stop the others."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import stamina

from ecotone.events import sources
from ecotone.events.sources.base import Period, PreviousRead, ReadRequest, ReadSummary, RepositoryTarget
from ecotone.foundation.errors import EcotoneError, SourceError, SourceUnavailable
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.notes import Note, write_notes
from ecotone.pipeline.erasure import store_collected
from ecotone.pipeline.repository_process import read_in_processes
from ecotone.store.workspace import Workspace

# no log lines of the retry library: progress reports waits
stamina.instrumentation.set_on_retry_hooks([])

AT_ONCE: Final = 3  # repositories read at the same time
ATTEMPTS: Final = 3
BEGINNING: Final = datetime.fromisoformat("1970-01-01")  # a history is read whole


@dataclass(frozen=True, slots=True)
class Failure:
    """A repository, source or address that could not be read, and the note that says why and what to do.

    project  empty for a source or an address
    """

    project: str
    repository: str
    note: Note

    @property
    def sentence(self) -> str:
        """The note in English."""
        return str(self.note)

    def as_json(self) -> dict[str, str]:
        """The form in which a run is recorded."""
        return {"project": self.project, "repository": self.repository, "note": write_notes([self.note])}


@dataclass(frozen=True, slots=True)
class CollectionResult:
    """Result of a collection: the reading of each known repository, the failures, and the clones made again."""

    readings: tuple[ReadSummary, ...]
    failures: tuple[Failure, ...]
    remade: tuple[str, ...] = ()


def repository_folder_name(repository: str) -> str:
    """A repository's name as a folder name; no repository name contains `+`.

    >>> repository_folder_name("Owner/Name.js")
    'owner+name.js'
    """
    folded = repository.casefold().replace("/", "+")
    return f"+{folded}" if folded.startswith(".") else folded


def repository_targets(landscape: Landscape) -> list[RepositoryTarget]:
    """The repositories to read, in the landscape's order."""
    return [
        RepositoryTarget(
            project.name,
            repository.name,
            repository.location,
            repository.branch,
            repository.observed_until,
            project.aliases if len(project.repositories) == 1 else (),
            repository.author_lines,
            repository.limits,
        )
        for project in landscape.projects
        for repository in project.repositories
    ]


def collect_histories(
    workspace: Workspace, landscape: Landscape, now: datetime, progress: Callable[[str, int, int], None]
) -> CollectionResult:
    """Read every repository; the caller holds the workspace lock.

    now       naive UTC
    progress  called with a repository, the number done, and the total

    A repository that fails keeps the tables of an earlier run.
    """
    listed = repository_targets(landscape)
    readings: dict[str, ReadSummary] = {}
    failures: dict[str, Failure] = {}
    remade: set[str] = set()
    # the largest first, so that no long reading starts last
    order = sorted(listed, key=lambda wanted: (-_expected_size(workspace, wanted), listed.index(wanted)))
    outcomes = read_in_processes(partial(_read_with_retry, workspace, now), order, AT_ONCE)
    with closing(outcomes):
        for done, (wanted, outcome) in enumerate(outcomes, 1):
            progress(wanted.repository, done, len(listed))
            if isinstance(outcome, SourceError):
                failures[wanted.repository] = Failure(wanted.project, wanted.repository, outcome.note)
                if earlier := load_earlier_reading(workspace, wanted):
                    readings[wanted.repository] = earlier
            elif isinstance(outcome, EcotoneError):
                raise outcome
            else:
                readings[wanted.repository] = replace(outcome, clone_remade=False)
                remade |= {wanted.repository} if outcome.clone_remade else set()
    names = [wanted.repository for wanted in listed]
    return CollectionResult(
        readings=tuple(readings[name] for name in names if name in readings),
        failures=tuple(failures[name] for name in names if name in failures),
        remade=tuple(f"clones/{repository_folder_name(name)}/repository.git" for name in names if name in remade),
    )


def load_earlier_reading(workspace: Workspace, wanted: RepositoryTarget) -> ReadSummary | None:
    """The reading of an earlier run; None if there is none or if it was for another project."""
    state = _load_saved_state(workspace, wanted)
    if state is None or state["reading"]["project"] != wanted.project:
        return None
    observed_until = datetime.fromisoformat(state.get("observed_until") or state["newest"])
    return ReadSummary(**{**state["reading"], "observed_until": observed_until})


def _expected_size(workspace: Workspace, wanted: RepositoryTarget) -> int:
    state = _load_saved_state(workspace, wanted)
    if state is not None:
        return int(state["reading"]["commits"])
    return _file_size(wanted.location)


def _load_saved_state(workspace: Workspace, wanted: RepositoryTarget) -> dict[str, Any] | None:
    """The saved state of a repository; None if it was never read or the state is incomplete."""
    state = workspace.read_collected_state(repository_folder_name(wanted.repository))
    return state if state is not None and "reading" in state and "newest" in state else None


def _file_size(location: str) -> int:
    path = Path(location)
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0  # not a path; reading it reports that


def _read_with_retry(workspace: Workspace, now: datetime, wanted: RepositoryTarget) -> ReadSummary:
    """Read with retries on SourceUnavailable."""
    retrying = stamina.retry(on=SourceUnavailable, attempts=ATTEMPTS, wait_initial=0.5, wait_max=5.0, wait_jitter=0.0)
    return retrying(_read_repository)(workspace, wanted, now)


def _read_repository(workspace: Workspace, wanted: RepositoryTarget, now: datetime) -> ReadSummary:
    source = sources.history_source()
    slug = repository_folder_name(wanted.repository)
    state = _load_saved_state(workspace, wanted)
    known = None if state is None else PreviousRead(state, lambda name: workspace.read_collected(slug, name))
    request = ReadRequest(
        repositories=(wanted,),
        period=Period(BEGINNING, now),
        folder=workspace.clones_folder / slug,
        now=now,
        progress=lambda _name, _done, _total: None,
        options=source.Options(),
        known=known,
    )
    result = source.read(request)
    if result.reading is None:
        raise TypeError(f"the source {source.name!r} reads histories and returned no reading")
    observed_until = result.reading.observed_until.isoformat()
    if result.tables is not None:
        store_collected(workspace, slug, result.tables, {**result.state, "observed_until": observed_until})
    elif state is not None and state.get("observed_until") != observed_until:
        workspace.write_collected_state(slug, {**state, "observed_until": observed_until})
    return result.reading
