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

from ecotone.events.sources.base import Brought, Period, Wanted
from ecotone.events.sources.fetch import SYSTEM, Clock
from ecotone.events.sources.github import tables
from ecotone.events.sources.github.client import BASE, PATIENCE, Client
from ecotone.events.sources.github.collecting import Collection
from ecotone.events.sources.github.coverage import coverage
from ecotone.events.sources.github.ledger import Ledger
from ecotone.events.sources.github.token import ADVICE, HOST_VARIABLE, find_tokens, may_see
from ecotone.events.sources.github.unsigned import read_unsigned
from ecotone.events.sources.github.windows import Span, merged, seconds_of
from ecotone.events.sources.secret import Token
from ecotone.foundation.errors import SourceError
from ecotone.foundation.notes import Note, note

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+\Z")
Heard = Callable[[str, int, int], None]


class GitHubFeed:
    """Issues, pull requests, reviews, comments, releases, profiles and stars by week, from GitHub's API.

    base      the API's address; GitHub Enterprise has it at https://HOST/api/v3
    tokens    None: from the environment or from `gh`
    profiles  whether to read public profiles
    stars     whether to read stars by week
    """

    def __init__(
        self,
        base: str = BASE,
        tokens: Sequence[Token] | None = None,
        *,
        profiles: bool = True,
        stars: bool = True,
        clock: Clock = SYSTEM,
        patience: float = PATIENCE,
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

    def bring(self, wanted: Sequence[Wanted], period: Period, folder: Path, now: datetime, heard: Heard) -> Brought:
        """Read what is new for the repositories; see `Source.read`."""
        return self.backfill(wanted, {one.repository: (period,) for one in wanted}, folder, now, heard)

    def backfill(
        self,
        wanted: Sequence[Wanted],
        windows: Mapping[str, Sequence[Period]],
        folder: Path,
        now: datetime,
        heard: Heard,
    ) -> Brought:
        """Read the given periods, except what was read of them before, and return all that is known of them.

        windows  repository -> periods; a repository without periods is not read
        """
        moment = seconds_of(now)
        spans = {
            one.repository: merged(
                Span(seconds_of(part.since), min(seconds_of(part.until), moment))
                for part in windows.get(one.repository, ())
            )
            for one in wanted
        }
        with Ledger(folder) as ledger:
            failures = self._read(ledger, wanted, spans, moment, heard)
            return _brought(ledger, wanted, spans, failures, moment)

    def _read(
        self,
        ledger: Ledger,
        wanted: Sequence[Wanted],
        spans: Mapping[str, Sequence[Span]],
        now: int,
        heard: Heard,
    ) -> list[tuple[str, Note]]:
        names = {
            one.repository: name for one in wanted if spans[one.repository] and (name := github_name(one, self._base))
        }
        failures = [
            (
                one.repository,
                note("not_on_host", repository=one.repository, host=urlsplit(self._base).hostname or ""),
            )
            for one in wanted
            if spans[one.repository] and one.repository not in names
        ]
        if not names:
            return failures
        tokens = find_tokens(os.environ, self._base) if self._tokens is None else tuple(self._tokens)
        collection: Collection | None = None

        def told(sentence: str) -> None:
            heard(sentence, collection.done if collection else 0, len(names))

        with Client(
            self._base, tokens, clock=self._clock, told=told, patience=self._patience, transport=self._transport
        ) as client:
            collection = Collection(client, ledger, names, spans, now, heard)
            try:
                if client.signed:
                    collection.read(profiles=self._profiles, stars=self._stars)
                else:
                    collection.failures.append(("GitHub", _unsigned(self._base)))
                    read_unsigned(client, ledger, names, now)
            except SourceError as error:
                if not _knows_anything(ledger):
                    raise
                collection.failures.append(("GitHub", error.note))
            finally:
                self.requests = dict(sorted(client.kinds.items()))
        return [*failures, *collection.failures]


def _brought(
    ledger: Ledger,
    wanted: Sequence[Wanted],
    spans: Mapping[str, Sequence[Span]],
    failures: Sequence[tuple[str, Note]],
    now: int,
) -> Brought:
    every = [span for one in spans.values() for span in one]
    whole = Span(min((span.since for span in every), default=0), max((span.until for span in every), default=0))
    events = tables.events(ledger, wanted, whole)
    return Brought(
        events=events,
        pulls=tables.pulls(ledger, wanted, whole),
        coverage=coverage(ledger, wanted, spans, events, now),
        profiles=tables.profiles(ledger),
        repositories=tables.repositories(ledger, wanted),
        failures=tuple(failures),
        further={"star_weeks": tables.star_weeks(ledger, wanted)},
    )


def github_name(wanted: Wanted, base: str = BASE) -> str | None:
    """The name of a repository at GitHub; None for a repository of another host.

    A local copy or a bundle does not reveal its host; then the landscape's name is used.
    """
    location = wanted.location
    match = re.match(r"(?:https?://|ssh://(?:[^@/]+@)?|git://|git@)([^/:]+)(?::\d+(?=/))?[/:](.+)\Z", location)
    if match is None:
        return wanted.repository if "://" not in location and _NAME.match(wanted.repository) else None
    host = "github.com" if base == BASE else (urlsplit(base).hostname or "")
    path = match[2].strip("/").removesuffix(".git")
    is_here = match[1].casefold() in (host, f"www.{host}") or _is_local(base)
    return path if is_here and _NAME.match(path) else None


def _is_local(base: str) -> bool:
    """Whether this machine serves the API, which may then represent any host."""
    return may_see(base, {}) and base != BASE


def _knows_anything(ledger: Ledger) -> bool:
    return next(ledger.rows("select 1 from repositories limit 1"), None) is not None


def _unsigned(base: str) -> Note:
    if not may_see(base, os.environ):
        return note("token_host", host=urlsplit(base).hostname or "", variable=HOST_VARIABLE)
    return note("no_token", advice=ADVICE)
