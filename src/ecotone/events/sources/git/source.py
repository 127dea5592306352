"""The git source: clone or fetch a repository, parse what is new, and summarise the reading."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ecotone.events import thread_numbers
from ecotone.events.sources.base import (
    PreviousRead,
    ReadRequest,
    ReadResult,
    ReadSummary,
    RepositoryTarget,
    Role,
    Source,
)
from ecotone.events.sources.git.blob_reader import BlobReader
from ecotone.events.sources.git.build_events import SOURCE as SOURCE_NAME
from ecotone.events.sources.git.build_events import GitEvents, build_git_events
from ecotone.events.sources.git.clone import (
    choose_default_branch,
    has_damaged_packs,
    parse_location,
    read_served_refs,
    record_packs,
    update_clone,
)
from ecotone.events.sources.git.command import SETTINGS, Git, GitFailed, check_git_version
from ecotone.events.sources.git.error_messages import explain_git_failure, find_reached_limit, lacks_trees
from ecotone.events.sources.git.history import TABLE_NAMES, History
from ecotone.events.sources.git.history_reader import (
    add_areas_of_lines,
    read_commit_refs,
    read_full_history,
    read_new_commits,
)
from ecotone.events.sources.git.landed_history import after_newest_commit, history_notes, landed_commit_table
from ecotone.events.sources.git.local_repository import (
    GitFolder,
    count_packed_objects,
    find_git_folder,
    find_mailmap,
    is_partial_clone,
    read_local_refs,
    write_view,
)
from ecotone.events.sources.git.month_ends import find_month_ends
from ecotone.events.sources.git.snapshots import read_snapshots
from ecotone.foundation.errors import DiskFull, SourceUnavailable
from ecotone.foundation.landscape import SourceOptions
from ecotone.foundation.limits import DEFAULT_LIMITS, LimitReached
from ecotone.foundation.notes import Note, note, write_notes

LOGIC: Final = 23
"""Version of the parsing; a higher number makes the next run parse every history again."""

ROOM: Final = 1 << 16
"""Bytes. With less free space, git fails without saying why."""

NUMBER_SCHEMA: Final = pa.schema(
    [("number", pa.int64()), ("start", pa.int64()), ("landing", pa.int64()), ("count", pa.int64())]
)
LOGIN_SCHEMA: Final = pa.schema([("login", pa.string()), ("account", pa.string())])


class Options(SourceOptions):
    """No options: the landscape gives the location of each repository."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """A repository on the disk, the user's or our clone.

    mark          the digest of the refs that the source has
    local         whether the source is on this machine
    fetches_into  the clone that can fetch absent documents; None if there is no host to ask
    """

    folder: GitFolder
    refs: Mapping[str, str]
    mark: str
    local: bool
    fetches_into: Path | None = None


class GitSource(Source):
    """Histories through the git command line: https, ssh, file URLs, local paths and bundles."""

    name = SOURCE_NAME
    title = "git"
    licence = "the terms of each repository; only metadata of commits is kept"
    event_kinds = frozenset({"commit", "merge", "co_author", "pull_opened", "pull_merged", "review", "release"})
    Options = Options
    role = Role(reads_histories=True, event_rank=0)

    def read(self, request: ReadRequest) -> ReadResult:
        """Read what is new in the repository of the request; see `Source.read`."""
        (wanted,), folder = request.repositories, request.folder.absolute()
        check_git_version()
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / "settings"
        _write_settings(settings)
        with _CloneLock(folder / "lock") as lock:
            git = Git(settings, lock, wanted.limits, location=wanted.location)
            try:
                return self._read_repository(git, wanted, folder / "repository.git", request.known, request.now)
            except GitFailed as failed:
                if key := find_reached_limit(failed):
                    raise LimitReached(wanted.repository, key, wanted.limits) from failed
                if shutil.disk_usage(folder).free < ROOM:
                    raise DiskFull from failed
                raise explain_git_failure(failed, wanted.repository, wanted.location) from failed
            except OSError as error:
                if error.errno in (28, 122):  # no space left, quota exceeded
                    raise DiskFull from error
                raise

    def _read_repository(
        self, git: Git, wanted: RepositoryTarget, clone: Path, known: PreviousRead | None, now: datetime
    ) -> ReadResult:
        origin = parse_location(wanted.location, wanted.repository)
        local_folder = find_git_folder(Path(origin.address)) if origin.in_place else None
        if local_folder is not None:
            served = read_local_refs(git, local_folder, wanted.repository, git.settings.with_name("view.git"))
        elif origin.in_place:
            raise GitFailed(["log"], 128, f"fatal: {origin.address} is not a git repository")
        else:
            served = read_served_refs(git, origin, wanted.repository)
        mark, had_clone = _served_refs_digest(served, wanted), clone.exists()
        if known and _is_still_valid(known.state, mark):
            return self._unchanged_result(wanted, known.state, origin.local, now)
        if local_folder is not None:
            shutil.rmtree(clone, ignore_errors=True)  # the location was a remote before
            return self._read_history(git, wanted, _Stored(local_folder, served, mark, local=True), known, now)

        is_damaged = had_clone and has_damaged_packs(clone)
        if is_damaged:
            shutil.rmtree(clone)

        def update_and_read(known: PreviousRead | None) -> ReadResult:
            update_clone(git, origin, clone, served)
            clone_folder = GitFolder(clone, clone)
            refs = read_local_refs(git, clone_folder, wanted.repository, git.settings.with_name("view.git"))
            stored = _Stored(clone_folder, refs, mark, origin.local, None if origin.bundle else clone)
            result = self._read_history(git, wanted, stored, known, now)
            record_packs(clone)
            return result

        try:
            result = update_and_read(known)
        except GitFailed as failed:
            # the server has just answered, so a clone that fails is damaged: clone again once
            reason = explain_git_failure(failed, wanted.repository, wanted.location)
            if not had_clone or isinstance(reason, SourceUnavailable | DiskFull) or find_reached_limit(failed):
                raise
            shutil.rmtree(clone, ignore_errors=True)
            result, is_damaged = update_and_read(None), True
        assert result.reading is not None
        return replace(result, reading=replace(result.reading, clone_remade=is_damaged))

    def _read_history(
        self, git: Git, wanted: RepositoryTarget, stored: _Stored, known: PreviousRead | None, now: datetime
    ) -> ReadResult:
        if count_packed_objects(stored.folder.common / "objects", wanted.repository) > wanted.limits.objects:
            raise LimitReached(wanted.repository, "objects", wanted.limits)
        git, absent = write_view(git, stored.folder, git.settings.with_name("view.git"), stored.refs)
        try:
            return self._read_view(git, wanted, stored, absent, known, now)
        except GitFailed as failed:
            if not (stored.local and lacks_trees(failed) and is_partial_clone(stored.folder)):
                raise
            return self._read_view(replace(git, trees=False), wanted, stored, absent, known, now)

    def _read_view(
        self,
        git: Git,
        wanted: RepositoryTarget,
        stored: _Stored,
        absent: int,
        known: PreviousRead | None,
        now: datetime,
    ) -> ReadResult:
        """Read the view of a repository.

        absent  refs that name an absent object
        """
        clone = git.settings.with_name("view.git")
        refs = read_commit_refs(git, clone)
        branch = choose_default_branch(git, clone, refs["name"].to_pylist(), wanted.branch, wanted.repository)
        reader = BlobReader(git, clone, stored.fetches_into)
        mailmap = find_mailmap(git, clone, branch, wanted.repository)
        if mailmap:
            reader.fetch_blobs([mailmap])
        history = self._load_history(git, clone, branch, refs, wanted, known)
        acts = build_git_events(history, wanted.project, wanted.repository, wanted.author_lines)
        landed = landed_commit_table(history, acts.landed_history)
        history = add_areas_of_lines(
            git, clone, history, acts.landed_history.older_tips, landed["sha"].combine_chunks()
        )
        newest = after_newest_commit(acts.landed_history, now)
        tip = acts.landed_history.position[
            dict(zip(refs["name"].to_pylist(), refs["sha"].to_pylist(), strict=True))[branch]
        ]
        snapshots, description, gaps = read_snapshots(
            reader,
            find_month_ends(acts.landed_history, tip, now),
            wanted,
            known if known and known.state.get("logic") == LOGIC and not known.state.get("treeless") else None,
        )
        gaps += [note("refs_absent", count=absent)] if absent else []
        gaps += [note("mailmap_absent")] if mailmap and mailmap not in reader.sizes else []
        until = _end_of_observation(wanted, stored.local, newest, now)
        reading = replace(_summarise_reading(wanted, history, acts, until, gaps), **description._asdict())
        state = {
            "generation": _generation_name(refs, branch, wanted, history.shallow, git.trees),
            "served": stored.mark,
            "logic": LOGIC,
            **({} if git.trees else {"treeless": True}),
            "branch": branch,
            "messages_cut": history.cut,
            "newest": newest.isoformat(),
            "reading": {**asdict(reading), "observed_until": None},
        }
        tables = {**history.tables_by_name(), **_act_tables(acts), "landed": landed, **snapshots}
        return ReadResult(tables, self.event_kinds, state=state, reading=reading)

    def _unchanged_result(
        self, wanted: RepositoryTarget, state: Mapping[str, Any], local: bool, now: datetime
    ) -> ReadResult:
        newest = datetime.fromisoformat(state["newest"])
        reading = ReadSummary(**{**state["reading"], "observed_until": _end_of_observation(wanted, local, newest, now)})
        return ReadResult(None, self.event_kinds, state=state, reading=reading)

    def _load_history(
        self, git: Git, clone: Path, branch: str, refs: pa.Table, wanted: RepositoryTarget, known: PreviousRead | None
    ) -> History:
        was_treeless = known is not None and known.state.get("treeless", False)
        if known is None or known.state.get("logic") != LOGIC or was_treeless == git.trees:
            return read_full_history(git, clone, branch, wanted.project, refs)
        before = History(
            **{name: known.table(name) for name in TABLE_NAMES},
            branch=str(known.state["branch"]),
            shallow=bool(known.state["reading"]["shallow"]),
            rejected=int(known.state["reading"]["rejected"]),
            cut=int(known.state["messages_cut"]),
        )
        return read_new_commits(git, clone, branch, before, wanted.project)


def _write_settings(path: Path) -> None:
    if not path.exists() or path.read_bytes() != SETTINGS.encode():
        staging = path.with_name(f"settings.{os.getpid()}")
        staging.write_text(SETTINGS, "utf-8")
        staging.replace(path)


class _CloneLock:
    """A lock held by this process and every git it starts, so that a git which outlives a killed run is waited for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = -1

    def __enter__(self) -> int:
        self._handle = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o644)
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        return self._handle

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)


def _served_refs_digest(served: Mapping[str, str], wanted: RepositoryTarget) -> str:
    """A digest of what the server offers; an unchanged digest means that there is nothing new to read."""
    own = [wanted.project, wanted.repository, wanted.branch or "", *_option_parts(wanted)]
    parts = [*own, *(f"{k} {v}" for k, v in sorted(served.items()))]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _is_still_valid(state: Mapping[str, Any], mark: str) -> bool:
    """Whether nothing can be new. What a shallow or treeless repository lacks may have come, which no ref shows."""
    can_grow = state["reading"]["shallow"] or state.get("treeless")
    return state.get("served") == mark and state.get("logic") == LOGIC and not can_grow


def _generation_name(refs: pa.Table, branch: str, wanted: RepositoryTarget, shallow: bool, trees: bool) -> str:
    own = (LOGIC, branch, wanted.project, wanted.repository, shallow)
    parts = (*own, *_option_parts(wanted), *([] if trees else ["treeless"]))
    digest = hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "surrogateescape"))
    for name, sha in zip(refs["name"].to_pylist(), refs["sha"].to_pylist(), strict=True):
        digest.update(f"{name} {sha}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:16]


def _option_parts(wanted: RepositoryTarget) -> list[str]:
    """The choice of author lines and limits, for digests; nothing for the usual ones."""
    lines = [] if wanted.author_lines is None else ["author_lines", *wanted.author_lines]
    return lines if wanted.limits == DEFAULT_LIMITS else [*lines, wanted.limits.model_dump_json()]


def _end_of_observation(wanted: RepositoryTarget, local: bool, newest: datetime, now: datetime) -> datetime:
    """End of observation: as the landscape states; else now for a remote and the newest commit for a local copy.

    A commit dated in the future does not extend it.
    """
    if wanted.observed_until is not None:
        return wanted.observed_until
    return min(newest, now) if local else now


def _act_tables(acts: GitEvents) -> dict[str, pa.Table]:
    logins = [{"login": login, "account": account} for login, account in acts.logins]
    return {
        "events": acts.events,
        "pulls": acts.pulls,
        "squashed": acts.squashed,
        "access": acts.access,
        "numbers": _number_table(acts.sequence),
        "logins": pa.Table.from_pylist(logins, schema=LOGIN_SCHEMA),
    }


def _summarise_reading(
    wanted: RepositoryTarget, history: History, acts: GitEvents, observed_until: datetime, gaps: Sequence[Note]
) -> ReadSummary:
    heads = len(history.pull_request_heads())
    notes = [note("shallow_clone")] if history.shallow else []
    notes += gaps
    if not heads:
        notes.append(note("no_heads"))
    elif not acts.heads_own:
        notes.append(note("foreign_heads", count=heads))
    if history.rejected:
        notes.append(note("records_unreadable", count=history.rejected))
    if history.cut:
        notes.append(note("messages_cut", count=history.cut, limit=str(wanted.limits.message_kb)))
    notes += history_notes(acts.landed_history)
    begin = acts.sequence.first_moment()
    if begin is not None and begin - acts.landed_history.dates.first >= thread_numbers.LATE_NUMBERS:
        notes.append(note("numbers_late", since=f"{datetime.fromtimestamp(begin, UTC):%Y-%m}"))
    return ReadSummary(
        source=SOURCE_NAME,
        project=wanted.project,
        repository=wanted.repository,
        location=wanted.location,
        branch=history.branch.removeprefix("refs/heads/"),
        commits=history.commits.num_rows,
        landed=int(acts.landed_history.landed.sum()),
        request_heads=heads if acts.heads_own else 0,
        request_heads_served=heads,
        tags=sum(name.startswith("refs/tags/") for name in history.refs["name"].to_pylist()),
        rejected=history.rejected,
        shallow=history.shallow,
        observed_until=observed_until,
        note=write_notes(notes),
    )


def _number_table(sequence: thread_numbers.NumberSequence) -> pa.Table:
    return pa.table([sequence.number, sequence.start, sequence.landing, sequence.count], schema=NUMBER_SCHEMA)


SOURCE: Final[Source] = GitSource()
