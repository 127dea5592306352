"""Reads the history of every repository of a landscape, several at a time; a failure does not stop the others."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any, Final

import stamina

from ecotone.events import sources
from ecotone.events.sources.base import Period, PreviousRead, ReadRequest, ReadSummary, RepositoryTarget, Source
from ecotone.foundation.errors import SourceError, SourceUnavailable, UserError
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.notes import Note, note, write_notes
from ecotone.pipeline.erasure import store_collected
from ecotone.store.workspace import Workspace

# no log lines of the retry library: progress reports waits
stamina.instrumentation.set_on_retry_hooks([])

AT_ONCE: Final = 3  # repositories read at the same time; git works in its own processes
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
    """Result of a collection: the reading of each known repository, and the failures."""

    readings: tuple[ReadSummary, ...]
    failures: tuple[Failure, ...]


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
    source = sources.history_source()
    readings: dict[str, ReadSummary] = {}
    failures: dict[str, Failure] = {}
    # the largest first, so that no long reading starts last
    order = sorted(listed, key=lambda wanted: (-_expected_size(workspace, wanted), listed.index(wanted)))
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="collect") as pool:
        stopped = Event()
        waiting = {pool.submit(_read_with_retry, workspace, source, wanted, now, stopped): wanted for wanted in order}
        try:
            for done, future in enumerate(as_completed(waiting), 1):
                wanted = waiting[future]
                progress(wanted.repository, done, len(listed))
                _record_outcome(future, wanted, workspace, readings, failures)
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            source.interrupt()
            raise
    names = [wanted.repository for wanted in listed]
    return CollectionResult(
        readings=tuple(readings[name] for name in names if name in readings),
        failures=tuple(failures[name] for name in names if name in failures),
    )


def _record_outcome(
    future: Future[ReadSummary],
    wanted: RepositoryTarget,
    workspace: Workspace,
    readings: dict[str, ReadSummary],
    failures: dict[str, Failure],
) -> None:
    try:
        readings[wanted.repository] = future.result()
    except Exception as error:  # one repository must not stop the others
        if isinstance(error, UserError):
            raise
        failures[wanted.repository] = Failure(wanted.project, wanted.repository, _failure_note(wanted, error))
        if earlier := load_earlier_reading(workspace, wanted):
            readings[wanted.repository] = earlier


def _failure_note(wanted: RepositoryTarget, error: Exception) -> Note:
    if isinstance(error, SourceError):
        return error.note
    return note("unexpected_error", repository=wanted.repository, error=f"{type(error).__name__}: {error}")


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


def _read_with_retry(
    workspace: Workspace, source: Source, wanted: RepositoryTarget, now: datetime, stopped: Event
) -> ReadSummary:
    """Read with retries on SourceUnavailable; no retry after an interrupt."""

    def is_worth_retrying(error: Exception) -> bool:
        return isinstance(error, SourceUnavailable) and not stopped.is_set()

    retrying = stamina.retry(on=is_worth_retrying, attempts=ATTEMPTS, wait_initial=0.5, wait_max=5.0, wait_jitter=0.0)
    return retrying(_read_repository)(workspace, source, wanted, now)


def _read_repository(workspace: Workspace, source: Source, wanted: RepositoryTarget, now: datetime) -> ReadSummary:
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
