"""Reads GitHub's API, for a whole period or for the gaps of other sources."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

from ecotone.events.sources.base import AuthoredCommit, FeedTables, Period, RepositoryTarget
from ecotone.events.sources.github import event_tables
from ecotone.events.sources.github.anonymous import read_without_token
from ecotone.events.sources.github.client import BASE_URL, LONGEST_WAIT, GitHubClient
from ecotone.events.sources.github.collector import Collection
from ecotone.events.sources.github.list_coverage import coverage_by_month
from ecotone.events.sources.github.page_store import PageStore
from ecotone.events.sources.github.time_ranges import Span, merge_spans, seconds_of
from ecotone.events.sources.github.token_lookup import HOST_VARIABLE, LOOKUP_ADVICE, find_tokens, may_receive_token
from ecotone.events.sources.http import SYSTEM_CLOCK, Clock
from ecotone.events.sources.secret import Token
from ecotone.foundation.errors import SourceError
from ecotone.foundation.notes import Note, note

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+\Z")
Progress = Callable[[str, int, int], None]


class GitHubReader:
    """Issues, pull requests, reviews, comments, releases, profiles, authors and stars by week, from GitHub's API.

    base      the API's address; GitHub Enterprise has it at https://HOST/api/v3
    tokens    None: from the environment or from `gh`
    profiles  whether to read public profiles
    stars     whether to read stars by week
    """

    def __init__(
        self,
        base: str = BASE_URL,
        tokens: Sequence[Token] | None = None,
        *,
        profiles: bool = True,
        stars: bool = True,
        clock: Clock = SYSTEM_CLOCK,
        patience: float = LONGEST_WAIT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base = base
        self._tokens = tokens
        self._profiles = profiles
        self._stars = stars
        self._clock = clock
        self._patience = patience
        self._transport = transport
        self.requests: Mapping[str, int] = {}
        """Number of requests of the last reading, by purpose."""

    def read_period(
        self, wanted: Sequence[RepositoryTarget], period: Period, folder: Path, now: datetime, progress: Progress
    ) -> FeedTables:
        """Read what is new for the repositories; see `Source.read`."""
        return self.backfill(wanted, {target.repository: (period,) for target in wanted}, folder, now, progress)

    def backfill(
        self,
        wanted: Sequence[RepositoryTarget],
        windows: Mapping[str, Sequence[Period]],
        folder: Path,
        now: datetime,
        progress: Progress,
        unnamed_authors: Sequence[AuthoredCommit] = (),
    ) -> FeedTables:
        """Read the given periods, except what was read of them before, and return all that is known of them.

        windows  repository -> periods; of a repository without periods nothing but authors is read
        unnamed_authors  commits by authors whose login is unknown
        """
        moment = seconds_of(now)
        spans = {
            target.repository: merge_spans(
                Span(seconds_of(part.since), min(seconds_of(part.until), moment))
                for part in windows.get(target.repository, ())
            )
            for target in wanted
        }
        with PageStore(folder) as ledger:
            failures = self._read_spans(ledger, wanted, spans, moment, progress, unnamed_authors)
            return _build_tables(ledger, wanted, spans, failures, moment)

    def _read_spans(
        self,
        ledger: PageStore,
        wanted: Sequence[RepositoryTarget],
        spans: Mapping[str, Sequence[Span]],
        now: int,
        progress: Progress,
        unnamed_authors: Sequence[AuthoredCommit],
    ) -> list[tuple[str, Note]]:
        with_authors = {authored.repository for authored in unnamed_authors}
        names = {
            target.repository: name
            for target in wanted
            if (spans[target.repository] or target.repository in with_authors)
            and (name := github_name(target, self._base))
        }
        failures = [
            (
                target.repository,
                note("not_on_host", repository=target.repository, host=urlsplit(self._base).hostname or ""),
            )
            for target in wanted
            if spans[target.repository] and target.repository not in names
        ]
        if not names:
            return failures
        tokens = find_tokens(os.environ, self._base) if self._tokens is None else tuple(self._tokens)
        collection: Collection | None = None

        def show_message(sentence: str) -> None:
            progress(sentence, collection.done if collection else 0, len(names))

        with GitHubClient(
            self._base,
            tokens,
            clock=self._clock,
            on_wait=show_message,
            patience=self._patience,
            transport=self._transport,
        ) as client:
            collection = Collection(client, ledger, names, spans, now, unnamed_authors, progress)
            try:
                if client.has_token:
                    collection.read_everything(profiles=self._profiles, stars=self._stars)
                elif periods := {repository: name for repository, name in names.items() if spans[repository]}:
                    collection.failures.append(("GitHub", _missing_token_note(self._base)))
                    read_without_token(client, ledger, periods, now)
            except SourceError as error:
                if not _knows_anything(ledger):
                    raise
                collection.failures.append(("GitHub", error.note))
            finally:
                self.requests = dict(sorted(client.kinds.items()))
        return [*failures, *collection.failures]


def _build_tables(
    ledger: PageStore,
    wanted: Sequence[RepositoryTarget],
    spans: Mapping[str, Sequence[Span]],
    failures: Sequence[tuple[str, Note]],
    now: int,
) -> FeedTables:
    every = [span for repository_spans in spans.values() for span in repository_spans]
    whole = Span(min((span.since for span in every), default=0), max((span.until for span in every), default=0))
    events = event_tables.event_table(ledger, wanted, whole)
    return FeedTables(
        events=events,
        pulls=event_tables.pull_table(ledger, wanted, whole),
        coverage=coverage_by_month(ledger, wanted, spans, events, now),
        profiles=event_tables.profile_table(ledger),
        repositories=event_tables.repository_table(ledger, wanted),
        failures=tuple(failures),
        extra_tables={
            "star_weeks": event_tables.star_week_table(ledger, wanted),
            "commit_authors": event_tables.commit_author_table(ledger, wanted),
        },
    )


def github_name(wanted: RepositoryTarget, base: str = BASE_URL) -> str | None:
    """The name of a repository at GitHub; None for a repository of another host.

    A local copy or a bundle does not reveal its host; then the landscape's name is used.
    """
    location = wanted.location
    match = re.match(r"(?:https?://|ssh://(?:[^@/]+@)?|git://|git@)([^/:]+)(?::\d+(?=/))?[/:](.+)\Z", location)
    if match is None:
        return wanted.repository if "://" not in location and _NAME.match(wanted.repository) else None
    host = "github.com" if base == BASE_URL else (urlsplit(base).hostname or "")
    path = match[2].strip("/").removesuffix(".git")
    is_here = match[1].casefold() in (host, f"www.{host}") or _is_local(base)
    return path if is_here and _NAME.match(path) else None


def _is_local(base: str) -> bool:
    """Whether this machine serves the API, which may then represent any host."""
    return may_receive_token(base, {}) and base != BASE_URL


def _knows_anything(ledger: PageStore) -> bool:
    return next(ledger.query_rows("select 1 from repositories limit 1"), None) is not None


def _missing_token_note(base: str) -> Note:
    if not may_receive_token(base, os.environ):
        return note("token_host", host=urlsplit(base).hostname or "", variable=HOST_VARIABLE)
    return note("no_token", advice=LOOKUP_ADVICE)
