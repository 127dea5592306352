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
from ecotone.events.sources.base import Known, Period, Reading, ReadRequest, Source, Wanted
from ecotone.foundation.errors import SourceError, SourceUnavailable, UserError
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.notes import Note, note, write_notes
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
class Collected:
    """Result of a collection: the reading of each known repository, and the failures."""

    readings: tuple[Reading, ...]
    failures: tuple[Failure, ...]


def slug_of(repository: str) -> str:
    """A repository's name as a folder name; no repository name contains `+`.

    >>> slug_of("Owner/Name.js")
    'owner+name.js'
    """
    folded = repository.casefold().replace("/", "+")
    return f"+{folded}" if folded.startswith(".") else folded


def wanted_of(landscape: Landscape) -> list[Wanted]:
    """The repositories to read, in the landscape's order."""
    return [
        Wanted(
            project.name,
            one.name,
            one.location,
            one.branch,
            one.observed_until,
            project.aliases if len(project.repositories) == 1 else (),
        )
        for project in landscape.projects
        for one in project.repositories
    ]


def collect(
    workspace: Workspace, landscape: Landscape, now: datetime, progress: Callable[[str, int, int], None]
) -> Collected:
    """Read every repository; the caller holds the workspace lock.

    now       naive UTC
    progress  called with a repository, the number done, and the total

    A repository that fails keeps the tables of an earlier run.
    """
    listed = wanted_of(landscape)
    source = sources.history_source()
    readings: dict[str, Reading] = {}
    failures: dict[str, Failure] = {}
    # the largest first, so that no long reading starts last
    order = sorted(listed, key=lambda wanted: (-_size(workspace, wanted), listed.index(wanted)))
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="collect") as pool:
        stopped = Event()
        waiting = {pool.submit(_patiently, workspace, source, wanted, now, stopped): wanted for wanted in order}
        try:
            for done, future in enumerate(as_completed(waiting), 1):
                wanted = waiting[future]
                progress(wanted.repository, done, len(listed))
                _note(future, wanted, workspace, readings, failures)
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            source.interrupt()
            raise
    names = [wanted.repository for wanted in listed]
    return Collected(
        readings=tuple(readings[name] for name in names if name in readings),
        failures=tuple(failures[name] for name in names if name in failures),
    )


def _note(
    future: Future[Reading],
    wanted: Wanted,
    workspace: Workspace,
    readings: dict[str, Reading],
    failures: dict[str, Failure],
) -> None:
    try:
        readings[wanted.repository] = future.result()
    except Exception as error:  # one repository must not stop the others
        if isinstance(error, UserError):
            raise
        failures[wanted.repository] = Failure(wanted.project, wanted.repository, _reason(wanted, error))
        if earlier := earlier_reading(workspace, wanted):
            readings[wanted.repository] = earlier


def _reason(wanted: Wanted, error: Exception) -> Note:
    if isinstance(error, SourceError):
        return error.note
    return note("unexpected_error", repository=wanted.repository, error=f"{type(error).__name__}: {error}")


def earlier_reading(workspace: Workspace, wanted: Wanted) -> Reading | None:
    """The reading of an earlier run; None if there is none or if it was for another project."""
    state = _noted(workspace, wanted)
    if state is None or state["reading"]["project"] != wanted.project:
        return None
    seen = datetime.fromisoformat(state.get("observed_until") or state["newest"])
    return Reading(**{**state["reading"], "observed_until": seen})


def _size(workspace: Workspace, wanted: Wanted) -> int:
    state = _noted(workspace, wanted)
    if state is not None:
        return int(state["reading"]["commits"])
    return _file_size(wanted.location)


def _noted(workspace: Workspace, wanted: Wanted) -> dict[str, Any] | None:
    """The saved state of a repository; None if it was never read or the state is incomplete."""
    state = workspace.state(slug_of(wanted.repository))
    return state if state is not None and "reading" in state and "newest" in state else None


def _file_size(location: str) -> int:
    path = Path(location)
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0  # not a path; reading it reports that


def _patiently(workspace: Workspace, source: Source, wanted: Wanted, now: datetime, stopped: Event) -> Reading:
    """Read with retries on SourceUnavailable; no retry after an interrupt."""

    def worth_it(error: Exception) -> bool:
        return isinstance(error, SourceUnavailable) and not stopped.is_set()

    retrying = stamina.retry(on=worth_it, attempts=ATTEMPTS, wait_initial=0.5, wait_max=5.0, wait_jitter=0.0)
    return retrying(_read)(workspace, source, wanted, now)


def _read(workspace: Workspace, source: Source, wanted: Wanted, now: datetime) -> Reading:
    slug = slug_of(wanted.repository)
    state = _noted(workspace, wanted)
    known = None if state is None else Known(state, lambda name: workspace.kept(slug, name))
    request = ReadRequest(
        repositories=(wanted,),
        period=Period(BEGINNING, now),
        folder=workspace.clones / slug,
        now=now,
        progress=lambda _name, _done, _total: None,
        options=source.Options(),
        known=known,
    )
    found = source.read(request)
    if found.reading is None:
        raise TypeError(f"the source {source.name!r} reads histories and returned no reading")
    seen = found.reading.observed_until.isoformat()
    if found.tables is not None:
        workspace.keep(slug, found.tables, {**found.state, "observed_until": seen})
    elif state is not None and state.get("observed_until") != seen:
        workspace.note(slug, {**state, "observed_until": seen})
    return found.reading
