"""One collection run: which time ranges of which lists to read, in what order, and what to do when one is unavailable.

Repository facts come first, in batches: they show which repositories have not changed and need no further requests. The
lists of each repository follow, then what only GraphQL has: details of changed pull requests, authors, profiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ecotone.events.sources.base import AuthoredCommit
from ecotone.events.sources.github import graphql_batches, rest_pages
from ecotone.events.sources.github.client import GitHubClient, ResourceGone
from ecotone.events.sources.github.page_store import DONE, OPEN, PageStore, Window, WindowRecord
from ecotone.events.sources.github.response_parser import RepositoryFacts
from ecotone.events.sources.github.time_ranges import FRESH_SECONDS, Span, spans_to_request, subtract_spans
from ecotone.foundation.notes import Note, note

DAY: Final = 86400


@dataclass(slots=True)
class Collection:
    """The data to read, and the failures so far.

    names        the landscape's name of a repository -> the name of the first request
    wanted       the landscape's name -> time ranges
    unnamed_authors  commits by authors whose login is unknown
    on_progress  called with the current item, the number of finished repositories, and their total
    stopped      repositories that cannot be read any further in this run
    """

    client: GitHubClient
    ledger: PageStore
    names: Mapping[str, str]
    wanted: Mapping[str, Sequence[Span]]
    now: int
    unnamed_authors: Sequence[AuthoredCommit]
    on_progress: Callable[[str, int, int], None]
    failures: list[tuple[str, Note]] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)
    done: int = 0

    def read_everything(self, *, profiles: bool, stars: bool) -> None:
        """Read everything. Raises SourceError if GitHub cannot answer at all."""
        self._read_facts()
        for repository in self.names:
            self._read_repository(repository, stars)
            self.done += 1
            self._report_progress(repository)
        self._read_pull_details()
        self._read_commit_authors()
        if profiles:
            self._read_profiles()

    def _report_progress(self, text: str) -> None:
        self.on_progress(text, self.done, len(self.names))

    def _stop_repository(self, repository: str, why: str) -> None:
        self.stopped.add(repository)
        self.failures.append((repository, note("not_readable_by_token", repository=repository, reason=why)))

    def _record_refusals(self, list_name: str, refused: Sequence[str], repository: str = "") -> None:
        count = len(refused)
        if refused and repository:
            reason = note(
                "items_of_repository_unreadable", repository=repository, count=count, lists=list_name, first=refused[0]
            )
            self.failures.append(("GitHub", reason))
        elif refused:
            self.failures.append(("GitHub", note("items_unreadable", count=count, lists=list_name, first=refused[0])))

    # facts

    def _read_facts(self) -> None:
        by_asked: dict[str, str] = {}
        for repository, name in self.names.items():
            if self._has_stale_facts(repository):
                by_asked.setdefault(name, repository)
        for known in (
            graphql_batches.read_repository_facts(self.client, self.ledger, list(by_asked)) if by_asked else ()
        ):
            facts_by_repository = {by_asked[name]: facts for name, facts in known.facts.items()}
            unread = {by_asked[name]: len(reasons) for name, reasons in known.refused.items()}
            windows = [
                window
                for repository, facts in facts_by_repository.items()
                for window in self._windows_from_facts(repository, facts, unread)
            ]
            self.ledger.store_repository_facts(facts_by_repository, windows, self.now)
            for name, why in known.failures.items():
                self._stop_repository(by_asked[name], why)
            self._record_refusals("releases", [reason for reasons in known.refused.values() for reason in reasons])
            self._report_progress(f"{len(facts_by_repository)} repositories looked up")

    def _has_stale_facts(self, repository: str) -> bool:
        row = next(self.ledger.query_rows("select seen from repositories where repository = ?", (repository,)), None)
        seen_at = None if row is None else int(str(row[0]))
        releases = self._missing_spans(repository, rest_pages.RELEASES)
        return seen_at is None or seen_at + FRESH_SECONDS <= self.now or bool(releases)

    def _windows_from_facts(
        self, repository: str, facts: RepositoryFacts, unread: Mapping[str, int]
    ) -> Iterator[WindowRecord]:
        """Time ranges that the facts complete: the newest releases are included, and a list without changes is done."""
        if missing := self._missing_spans(repository, rest_pages.RELEASES):
            span = Span(missing[0].since, missing[-1].until)
            ended = facts.more_releases is None or graphql_batches.is_older_than(facts.releases, span.since)
            cursor = None if ended else facts.more_releases
            state = DONE if ended else OPEN
            yield WindowRecord(repository, rest_pages.RELEASES, span, state, cursor, unread.get(repository, 0))
        for name in rest_pages.LISTS:
            for span in self._missing_spans(repository, name):
                if facts.touched is None or facts.touched < span.since - FRESH_SECONDS:
                    yield WindowRecord(repository, name, span, DONE)

    # lists

    def _missing_spans(self, repository: str, name: str, fresh: int = FRESH_SECONDS) -> tuple[Span, ...]:
        known = [
            *self.ledger.spans_in_state(repository, name, DONE),
            *self.ledger.spans_in_state(repository, name, OPEN),
        ]
        return spans_to_request(self.wanted[repository], known, fresh)

    def _windows_to_read(self, repository: str, name: str, fresh: int = FRESH_SECONDS) -> tuple[Window, ...]:
        """The time ranges to read: open ones, which may now end later, and missing ones."""
        for window in self.ledger.open_windows(repository, name):
            others = [span for span in self.ledger.spans_in_state(repository, name, OPEN) if span != window.time_range]
            known = [*self.ledger.spans_in_state(repository, name, DONE), *others, window.time_range]
            later = [span for span in subtract_spans(self.wanted[repository], known) if span.since == window.until]
            if later and name != rest_pages.STARS:
                self.ledger.extend_window(window, later[0].until)
        self.ledger.open_spans(repository, name, self._missing_spans(repository, name, fresh))
        return self.ledger.open_windows(repository, name)

    def _read_repository(self, repository: str, stars: bool) -> None:
        if repository in self.stopped:
            return
        name, node = self._current_name(repository)
        try:
            for window in self.ledger.open_windows(repository, rest_pages.RELEASES) if node else ():
                for _ in graphql_batches.read_releases(self.client, self.ledger, window, node):
                    self._report_progress(f"{repository}: releases")
            for kind in rest_pages.LISTS:
                for window in self._windows_to_read(repository, kind):
                    self._read_list(repository, window, name)
        except ResourceGone as gone:
            self._stop_repository(repository, f"GitHub does not provide it ({gone})")
            return
        except rest_pages.UnusableList as error:
            self.stopped.add(repository)
            self.failures.append((repository, error.note))
            return
        if stars:
            self._read_stars(repository, name)

    def _read_list(self, repository: str, window: Window, name: str) -> None:
        read = window.read
        words = window.list.replace("_", " ")
        refused: list[str] = []
        for page in rest_pages.read_window(self.client, self.ledger, window, name):
            read += page.rows
            refused += page.refused
            self._report_progress(f"{repository}: {read:,} {words}")
        self._record_refusals(window.list, refused, repository)

    def _read_stars(self, repository: str, name: str) -> None:
        try:
            for window in self._windows_to_read(repository, rest_pages.STARS, DAY):
                for _ in rest_pages.read_star_weeks(self.client, self.ledger, window, name):
                    self._report_progress(f"{repository}: stars by week")
        except ResourceGone as gone:
            self.failures.append((repository, note("no_star_weeks", repository=repository, reason=str(gone))))
        except rest_pages.UnusableList as error:
            self.failures.append((repository, error.note))

    def _current_name(self, repository: str) -> tuple[str, str]:
        """The current name of a repository on GitHub, and its node id."""
        row = next(
            self.ledger.query_rows("select name, node from repositories where repository = ?", (repository,)), None
        )
        return (self.names[repository], "") if row is None else (str(row[0]), str(row[1] or ""))

    # details that only GraphQL has

    def _read_pull_details(self) -> None:
        pulls = graphql_batches.pulls_without_details(
            self.ledger, [name for name in self.names if name not in self.stopped]
        )
        read = 0
        for count, refused in graphql_batches.read_pulls(self.client, self.ledger, pulls) if pulls else ():
            read += count
            self._record_refusals("reviews", refused)
            self._report_progress(f"reviews of {read:,} of {len(pulls):,} pull requests")

    def _read_commit_authors(self) -> None:
        """Resolve one commit for each account: the first of those in repositories that can be read."""
        by_account: dict[str, AuthoredCommit] = {}
        for authored in self.unnamed_authors:
            if authored.repository in self.names and authored.repository not in self.stopped:
                by_account.setdefault(authored.account, authored)
        asked = self.ledger.commits_asked_since(self.now - graphql_batches.OLD_PROFILE)
        missing = sorted({(authored.repository, authored.commit) for authored in by_account.values()} - asked)
        commits = {(self._current_name(repository)[0], sha): (repository, sha) for repository, sha in missing}
        read = 0
        for count, refused in (
            graphql_batches.read_commit_authors(self.client, self.ledger, commits, self.now) if commits else ()
        ):
            read += count
            self._record_refusals("authors", refused)
            self._report_progress(f"authors of {read:,} of {len(commits):,} commits")

    def _read_profiles(self) -> None:
        people = graphql_batches.people_without_profile(self.ledger, self.now)
        read = 0
        for count, refused in (
            graphql_batches.read_profiles(self.client, self.ledger, people, self.now) if people else ()
        ):
            read += count
            self._record_refusals("profiles", refused)
            self._report_progress(f"profiles of {read:,} of {len(people):,} people")
