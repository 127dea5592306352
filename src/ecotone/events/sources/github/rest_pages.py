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

from ecotone.events.sources.github import response_parser
from ecotone.events.sources.github.client import Answer, GitHubClient
from ecotone.events.sources.github.json_fields import UnreadableValue
from ecotone.events.sources.github.page_store import PageStore, Window
from ecotone.events.sources.github.time_ranges import naive_utc
from ecotone.foundation.errors import SourceMalformed

PER_PAGE: Final = 100
WEEKS_PER_PAGE: Final = 30
WEEK: Final = 7 * 86400

DEEP_ROWS: Final = 10_000
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


def first_page_path(window: Window, name: str, since: int | None = None) -> str:
    """The path of the first page of a time range; `name` is GitHub's name of the repository."""
    path = _PATHS[window.list].format(name=quote(name))
    moment = quote(f"{naive_utc(window.since if since is None else since):%Y-%m-%dT%H:%M:%SZ}")
    return f"{path}sort=created&direction=asc&since={moment}&per_page={PER_PAGE}"


def read_window(client: GitHubClient, ledger: PageStore, window: Window, name: str) -> Iterator[Page]:
    """Read a time range page by page; each page is stored before the next is requested.

    Raises Gone, Unusable, SourceError.
    """
    store_rows = _store_threads if window.list == THREADS else _store_comments
    url: str | None = window.next_url or first_page_path(window, name)
    read = window.read
    circle = RepetitionCheck(name, window.list)
    while url is not None:
        answer = client.get_rest(url, window.list)
        circle.check_page(answer.body)
        page = _store_page(store_rows, ledger, window, name, answer, read)
        read += page.rows
        url = page.next_url
        yield page


def _store_page(
    store_rows: Callable[
        [PageStore, Window, object, Callable[[int, int], str | None]], tuple[int, tuple[str, ...], str | None]
    ],
    ledger: PageStore,
    window: Window,
    name: str,
    answer: Answer,
    read: int,
) -> Page:
    def next_page_after(newest: int, count: int) -> str | None:
        """The page after one with `count` rows, the newest of which was created at `newest`."""
        if newest >= window.until:
            return None
        if answer.next_url is not None:
            return answer.next_url
        ended_early = read + count >= DEEP_ROWS and count == PER_PAGE and newest > window.since
        return first_page_path(window, name, newest) if ended_early else None

    try:
        return Page(*store_rows(ledger, window, answer.body, next_page_after))
    except UnreadableValue as error:
        raise _unexpected_format(name, window.list, error) from error


def _store_threads(
    ledger: PageStore, window: Window, body: object, onward: Callable[[int, int], str | None]
) -> tuple[int, tuple[str, ...], str | None]:
    threads, refused = response_parser.parse_items(body, response_parser.parse_thread)
    next_url = onward(max((thread.opened for thread in threads), default=0), len(threads) + len(refused))
    wanted = [thread for thread in threads if thread.opened < window.until]
    ledger.store_threads(window, wanted, next_url, len(refused))
    return len(wanted), refused, next_url


def _store_comments(
    ledger: PageStore, window: Window, body: object, onward: Callable[[int, int], str | None]
) -> tuple[int, tuple[str, ...], str | None]:
    comments, refused = response_parser.parse_items(
        body, response_parser.parse_review_comment if window.list == REVIEW_COMMENTS else response_parser.parse_comment
    )
    next_url = onward(max((comment.moment for comment in comments), default=0), len(comments) + len(refused))
    wanted = [comment for comment in comments if comment.moment < window.until]
    ledger.store_comments(window, _KINDS[window.list], wanted, next_url, len(refused))
    return len(wanted), refused, next_url


def read_star_weeks(client: GitHubClient, ledger: PageStore, window: Window, name: str) -> Iterator[Page]:
    """Read star counts, newest week first, back to the week that contains the start of the time range.

    Raises Gone, Unusable, SourceError.
    """
    newest = f"/repos/{quote(name)}/stargazers/history?per_page={WEEKS_PER_PAGE}"
    url: str | None = window.next_url or newest
    circle = RepetitionCheck(name, STARS)
    oldest_known = ledger.oldest_star_week(window.repository)
    while url is not None:
        # an unchanged first page says nothing about weeks that were never read
        known = url == newest and oldest_known is not None and oldest_known <= window.since
        answer = client.get_rest(url, STARS, ledger.etag_of(newest) if known else None)
        if answer.unchanged:
            ledger.store_star_weeks(window, (), None, 0, None)
            yield Page(0, (), None)
            return
        circle.check_page(answer.body)
        mark = (newest, answer.etag) if url == newest and answer.etag else None
        try:
            star_weeks, refused = response_parser.parse_items(answer.body, response_parser.parse_star_week)
        except UnreadableValue as error:
            raise _unexpected_format(name, STARS, error) from error
        oldest = min((star_week.begin for star_week in star_weeks), default=window.since)
        next_url = answer.next_url if oldest > window.since else None
        wanted = [star_week for star_week in star_weeks if window.since - WEEK < star_week.begin < window.until]
        ledger.store_star_weeks(window, wanted, next_url, len(refused), mark)
        url = next_url
        yield Page(len(wanted), refused, next_url)


class UnusableList(SourceMalformed):
    """One list of one repository cannot be read; others may be."""


MOST_PAGES: Final = 50_000
"""Most pages of one list in one run; the longest known has less than a third of it."""


class RepetitionCheck:
    """Detects a list that would never end: it repeats its pages, or has more than any list of GitHub."""

    def __init__(self, name: str, what: str) -> None:
        self._name, self._what = name, what
        self._seen: set[bytes] = set()

    def check_page(self, page: object) -> None:
        """Record a page. Raises UnusableList if it was seen before, or is one too many."""
        mark = hashlib.sha256(orjson.dumps(page)).digest()
        if mark in self._seen or len(self._seen) >= MOST_PAGES:
            what = "repeats a page instead of showing the next" if mark in self._seen else "does not end"
            raise UnusableList(
                f"{self._name}: GitHub's list of {_readable_name(self._what)} {what}."
                " Run the same command again later; it continues at that page."
            )
        self._seen.add(mark)


def _unexpected_format(name: str, what: str, error: UnreadableValue) -> UnusableList:
    return UnusableList(
        f"{name}: GitHub's list of {_readable_name(what)} has an unexpected format ({error}). Please report it."
    )


def _readable_name(what: str) -> str:
    return what.replace("_", " ")
