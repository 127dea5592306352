"""Paginated lists of REST: threads, comments, review comments, star counts.

A list is read for a time range [since, until). `since` excludes entries that did not change since then; the list is
sorted by creation, so reading stops at `until`. Entries that are added while a list is read never hide other entries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import orjson

from ecotone.events.sources.github import parse
from ecotone.events.sources.github.client import Answer, Client
from ecotone.events.sources.github.ledger import Ledger, Window
from ecotone.events.sources.github.values import Unreadable
from ecotone.events.sources.github.windows import naive
from ecotone.foundation.errors import SourceMalformed

PER_PAGE: Final = 100
WEEKS_PER_PAGE: Final = 30
WEEK: Final = 7 * 86400

DEEP: Final = 10_000
"""Number of rows of a list after which GitHub may silently omit further pages."""

THREADS: Final = "threads"
COMMENTS: Final = "comments"
REVIEW_COMMENTS: Final = "review_comments"
STARS: Final = "stars"
RELEASES: Final = "releases"

LISTS: Final = (THREADS, COMMENTS, REVIEW_COMMENTS)
"""The lists of events that are read from REST."""

_PATHS: Final = {
    THREADS: "/repos/{name}/issues?state=all&",
    COMMENTS: "/repos/{name}/issues/comments?",
    REVIEW_COMMENTS: "/repos/{name}/pulls/comments?",
}
_KINDS: Final = {COMMENTS: "comment", REVIEW_COMMENTS: "review_comment"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read: the number of rows, why others were refused, and the next page (None at the end)."""

    rows: int
    refused: tuple[str, ...]
    next_url: str | None


def first_page(window: Window, name: str, since: int | None = None) -> str:
    """The path of the first page of a time range; `name` is GitHub's name of the repository."""
    path = _PATHS[window.list].format(name=quote(name))
    moment = quote(f"{naive(window.since if since is None else since):%Y-%m-%dT%H:%M:%SZ}")
    return f"{path}sort=created&direction=asc&since={moment}&per_page={PER_PAGE}"


def read_window(client: Client, ledger: Ledger, window: Window, name: str) -> Iterator[Page]:
    """Read a time range page by page; each page is stored before the next is requested.

    Raises Gone, Unusable, SourceError.
    """
    keep = _keep_threads if window.list == THREADS else _keep_said
    url: str | None = window.next_url or first_page(window, name)
    read = window.read
    circle = Circle(name, window.list)
    while url is not None:
        answer = client.get(url, window.list)
        circle.check(answer.body)
        page = _of_page(keep, ledger, window, name, answer, read)
        read += page.rows
        url = page.next_url
        yield page


def _of_page(
    keep: Callable[[Ledger, Window, object, Callable[[int, int], str | None]], tuple[int, tuple[str, ...], str | None]],
    ledger: Ledger,
    window: Window,
    name: str,
    answer: Answer,
    read: int,
) -> Page:
    def onward(newest: int, count: int) -> str | None:
        """The page after one with `count` rows, the newest of which was created at `newest`."""
        if newest >= window.until:
            return None
        if answer.next_url is not None:
            return answer.next_url
        ended_early = read + count >= DEEP and count == PER_PAGE and newest > window.since
        return first_page(window, name, newest) if ended_early else None

    try:
        return Page(*keep(ledger, window, answer.body, onward))
    except Unreadable as error:
        raise _malformed(name, window.list, error) from error


def _keep_threads(
    ledger: Ledger, window: Window, body: object, onward: Callable[[int, int], str | None]
) -> tuple[int, tuple[str, ...], str | None]:
    found, refused = parse.items(body, parse.thread)
    next_url = onward(max((one.opened for one in found), default=0), len(found) + len(refused))
    kept = [one for one in found if one.opened < window.until]
    ledger.keep_threads(window, kept, next_url, len(refused))
    return len(kept), refused, next_url


def _keep_said(
    ledger: Ledger, window: Window, body: object, onward: Callable[[int, int], str | None]
) -> tuple[int, tuple[str, ...], str | None]:
    found, refused = parse.items(body, parse.review_comment if window.list == REVIEW_COMMENTS else parse.comment)
    next_url = onward(max((one.moment for one in found), default=0), len(found) + len(refused))
    kept = [one for one in found if one.moment < window.until]
    ledger.keep_said(window, _KINDS[window.list], kept, next_url, len(refused))
    return len(kept), refused, next_url


def read_stars(client: Client, ledger: Ledger, window: Window, name: str) -> Iterator[Page]:
    """Read star counts, newest week first, back to the week that contains the start of the time range.

    Raises Gone, Unusable, SourceError.
    """
    newest = f"/repos/{quote(name)}/stargazers/history?per_page={WEEKS_PER_PAGE}"
    url: str | None = window.next_url or newest
    circle = Circle(name, STARS)
    oldest_known = ledger.oldest_star_week(window.repository)
    while url is not None:
        # an unchanged first page says nothing about weeks that were never read
        known = url == newest and oldest_known is not None and oldest_known <= window.since
        answer = client.get(url, STARS, ledger.mark(newest) if known else None)
        if answer.unchanged:
            ledger.keep_stars(window, (), None, 0, None)
            yield Page(0, (), None)
            return
        circle.check(answer.body)
        mark = (newest, answer.etag) if url == newest and answer.etag else None
        try:
            found, refused = parse.items(answer.body, parse.star_week)
        except Unreadable as error:
            raise _malformed(name, STARS, error) from error
        oldest = min((one.begin for one in found), default=window.since)
        next_url = answer.next_url if oldest > window.since else None
        kept = [one for one in found if window.since - WEEK < one.begin < window.until]
        ledger.keep_stars(window, kept, next_url, len(refused), mark)
        url = next_url
        yield Page(len(kept), refused, next_url)


class Unusable(SourceMalformed):
    """One list of one repository cannot be read; others may be."""


class Circle:
    """Detects a list that repeats its pages and would never end."""

    def __init__(self, name: str, what: str) -> None:
        self._name, self._what = name, what
        self._seen: set[bytes] = set()

    def check(self, page: object) -> None:
        """Record a page. Raises Unusable if it was seen before."""
        mark = hashlib.sha256(orjson.dumps(page)).digest()
        if mark in self._seen:
            raise Unusable(
                f"{self._name}: GitHub's list of {_words(self._what)} repeats a page instead of showing the next."
                " Run the same command again later; it continues at that page."
            )
        self._seen.add(mark)


def _malformed(name: str, what: str, error: Unreadable) -> Unusable:
    return Unusable(f"{name}: GitHub's list of {_words(what)} has an unexpected format ({error}). Please report it.")


def _words(what: str) -> str:
    return what.replace("_", " ")
