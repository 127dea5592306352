"""One collection run: which time ranges of which lists to read, in what order, and what to do when one is unavailable.

Repository facts come first, in batches: they show which repositories have not changed and need no further requests. The
lists of each repository follow, then the details of changed pull requests that only GraphQL has, then profiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ecotone.events.sources.github import batches, lists
from ecotone.events.sources.github.client import Client, Gone
from ecotone.events.sources.github.ledger import DONE, OPEN, Ledger, Noted, Window
from ecotone.events.sources.github.parse import RepositoryFacts
from ecotone.events.sources.github.windows import FRESH, Span, to_ask, without
from ecotone.foundation.notes import Note, note

DAY: Final = 86400


@dataclass(slots=True)
class Collection:
    """The data to read, and the failures so far.

    names        the landscape's name of a repository -> the name of the first request
    wanted       the landscape's name -> time ranges
    on_progress  called with the current item, the number of finished repositories, and their total
    stopped      repositories that cannot be read any further in this run
    """

    client: Client
    ledger: Ledger
    names: Mapping[str, str]
    wanted: Mapping[str, Sequence[Span]]
    now: int
    heard: Callable[[str, int, int], None]
    failures: list[tuple[str, Note]] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)
    done: int = 0

    def read(self, *, profiles: bool, stars: bool) -> None:
        """Read everything. Raises SourceError if GitHub cannot answer at all."""
        self._facts()
        for repository in self.names:
            self._repository(repository, stars)
            self.done += 1
            self._say(repository)
        self._pulls()
        if profiles:
            self._profiles()

    def _say(self, text: str) -> None:
        self.heard(text, self.done, len(self.names))

    def _fail(self, repository: str, why: str) -> None:
        self.stopped.add(repository)
        self.failures.append((repository, note("not_readable_by_token", repository=repository, reason=why)))

    def _note(self, list_name: str, refused: Sequence[str], repository: str = "") -> None:
        count = len(refused)
        if refused and repository:
            reason = note(
                "items_of_repository_unreadable", repository=repository, count=count, lists=list_name, first=refused[0]
            )
            self.failures.append(("GitHub", reason))
        elif refused:
            self.failures.append(("GitHub", note("items_unreadable", count=count, lists=list_name, first=refused[0])))

    # facts

    def _facts(self) -> None:
        by_asked: dict[str, str] = {}
        for repository, name in self.names.items():
            if self._is_stale(repository):
                by_asked.setdefault(name, repository)
        for known in batches.read_facts(self.client, self.ledger, list(by_asked)) if by_asked else ():
            found = {by_asked[name]: facts for name, facts in known.facts.items()}
            unread = {by_asked[name]: len(reasons) for name, reasons in known.refused.items()}
            noted = [one for repository, facts in found.items() for one in self._noted(repository, facts, unread)]
            self.ledger.keep_facts(found, noted, self.now)
            for name, why in known.failures.items():
                self._fail(by_asked[name], why)
            self._note("releases", [reason for reasons in known.refused.values() for reason in reasons])
            self._say(f"{len(found)} repositories looked up")

    def _is_stale(self, repository: str) -> bool:
        row = next(self.ledger.rows("select seen from repositories where repository = ?", (repository,)), None)
        seen = None if row is None else int(str(row[0]))
        releases = self._missing(repository, lists.RELEASES)
        return seen is None or seen + FRESH <= self.now or bool(releases)

    def _noted(self, repository: str, facts: RepositoryFacts, unread: Mapping[str, int]) -> Iterator[Noted]:
        """Time ranges that the facts complete: the newest releases are included, and a list without changes is done."""
        if missing := self._missing(repository, lists.RELEASES):
            span = Span(missing[0].since, missing[-1].until)
            ended = facts.more_releases is None or batches.is_before(facts.releases, span.since)
            cursor = None if ended else facts.more_releases
            state = DONE if ended else OPEN
            yield Noted(repository, lists.RELEASES, span, state, cursor, unread.get(repository, 0))
        for name in lists.LISTS:
            for span in self._missing(repository, name):
                if facts.touched is None or facts.touched < span.since - FRESH:
                    yield Noted(repository, name, span, DONE)

    # lists

    def _missing(self, repository: str, name: str, fresh: int = FRESH) -> tuple[Span, ...]:
        known = [*self.ledger.spans(repository, name, DONE), *self.ledger.spans(repository, name, OPEN)]
        return to_ask(self.wanted[repository], known, fresh)

    def _windows(self, repository: str, name: str, fresh: int = FRESH) -> tuple[Window, ...]:
        """The time ranges to read: open ones, which may now end later, and missing ones."""
        for window in self.ledger.open_windows(repository, name):
            others = [span for span in self.ledger.spans(repository, name, OPEN) if span != window.span]
            known = [*self.ledger.spans(repository, name, DONE), *others, window.span]
            later = [span for span in without(self.wanted[repository], known) if span.since == window.until]
            if later and name != lists.STARS:
                self.ledger.reach(window, later[0].until)
        self.ledger.begin(repository, name, self._missing(repository, name, fresh))
        return self.ledger.open_windows(repository, name)

    def _repository(self, repository: str, stars: bool) -> None:
        if repository in self.stopped:
            return
        name, node = self._called(repository)
        try:
            for window in self.ledger.open_windows(repository, lists.RELEASES) if node else ():
                for _ in batches.read_releases(self.client, self.ledger, window, node):
                    self._say(f"{repository}: releases")
            for kind in lists.LISTS:
                for window in self._windows(repository, kind):
                    self._list(repository, window, name)
        except Gone as gone:
            self._fail(repository, f"GitHub does not provide it ({gone})")
            return
        except lists.Unusable as error:
            self.stopped.add(repository)
            self.failures.append((repository, error.note))
            return
        if stars:
            self._stars(repository, name)

    def _list(self, repository: str, window: Window, name: str) -> None:
        read = window.read
        words = window.list.replace("_", " ")
        refused: list[str] = []
        for page in lists.read_window(self.client, self.ledger, window, name):
            read += page.rows
            refused += page.refused
            self._say(f"{repository}: {read:,} {words}")
        self._note(window.list, refused, repository)

    def _stars(self, repository: str, name: str) -> None:
        try:
            for window in self._windows(repository, lists.STARS, DAY):
                for _ in lists.read_stars(self.client, self.ledger, window, name):
                    self._say(f"{repository}: stars by week")
        except Gone as gone:
            self.failures.append((repository, note("no_star_weeks", repository=repository, reason=str(gone))))
        except lists.Unusable as error:
            self.failures.append((repository, error.note))

    def _called(self, repository: str) -> tuple[str, str]:
        """The current name of a repository on GitHub, and its node id."""
        row = next(self.ledger.rows("select name, node from repositories where repository = ?", (repository,)), None)
        return (self.names[repository], "") if row is None else (str(row[0]), str(row[1] or ""))

    # details that only GraphQL has

    def _pulls(self) -> None:
        pulls = batches.pending_pulls(self.ledger, [name for name in self.names if name not in self.stopped])
        read = 0
        for count, refused in batches.read_pulls(self.client, self.ledger, pulls) if pulls else ():
            read += count
            self._note("reviews", refused)
            self._say(f"reviews of {read:,} of {len(pulls):,} pull requests")

    def _profiles(self) -> None:
        people = batches.pending_people(self.ledger, self.now)
        read = 0
        for count, refused in batches.read_profiles(self.client, self.ledger, people, self.now) if people else ():
            read += count
            self._note("profiles", refused)
            self._say(f"profiles of {read:,} of {len(people):,} people")
