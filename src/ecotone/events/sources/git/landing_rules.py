"""Decide which commit landed each pull request, by which rule, and when.

The rules, from the surest to the weakest; a request lands by the first that holds, at the committer time of the commit:

1. NAMED: a commit names the request, and its author or message agrees with the commits of the request's head, or it
   is the merge that brought the head.
2. CARRIED: a branch holds the head itself: by the nearest merge that brought it.
3. REBASED: a commit has the author and author time of the head's last commit, or at least half of the head's commits
   have such a commit.
4. NAMED_BY_OTHER: a commit of another author names the request explicitly, at most MAX_DAYS_AFTER_HEAD later, in a
   form that is trusted: most of its commits fit the heads.
5. CLOSED: a commit that names no other request says "Closes #N", and its author or message agrees.
6. SAME_MESSAGE: a commit mentions the request and has the message of one of the head's commits.

Numbers may belong to another tracker or to the history of another repository, so each is judged by itself: a commit
older than the request's first commit names something else, and a number without a head is no request where heads are
served. The commits of a request never land it, and commits that only request heads hold land nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ecotone.events.sources.git.branch_lines import NOT_HELD, BranchLines
from ecotone.events.sources.git.landing_forms import (
    CLOSING,
    CLOSING_REQUEST,
    EXPLICIT,
    MERGE,
    NUMBER,
    REQUEST,
    RequestReference,
)

DAY: Final = 86_400
MAX_DAYS_AFTER_HEAD: Final = 90
MAX_DAYS_TO_CLOSE: Final = 365
MAX_COMMITS_COMPARED: Final = 50
MAX_COPIES: Final = 50
"""Commits of one author at one second; more are the work of a script, and none is the copy of another."""
MAX_USES_OF_MESSAGE: Final = 10
"""Commits that may have the same subject; one that more have ("Update README") says nothing about a request."""
MIN_COMPARED: Final = 5
"""Comparisons from which on a share says something about a whole history."""

WEB_COMMITTERS: Final = frozenset({"noreply@github.com"})  # the web interface, not a person

NAMED: Final = "named"
CARRIED: Final = "carried"
REBASED: Final = "rebased"
NAMED_BY_OTHER: Final = "named by another author"
CLOSED: Final = "closed by its author"
SAME_MESSAGE: Final = "same message"
RULES: Final = (NAMED, CARRIED, REBASED, NAMED_BY_OTHER, CLOSED, SAME_MESSAGE)

_SELF_CONTAINED: Final = EXPLICIT | {CLOSING_REQUEST}
_NUMBER_AT_END = re.compile(r"\s*[(\[\uff08][^()\[\]\uff08\uff09]{0,30}[0-9]{1,8}[)\]\uff09]\s*\Z")


@dataclass(frozen=True, slots=True)
class LandingColumns:
    """The columns of a history that landings are found from; positions are those of the graph.

    references  commit -> the numbers that its message names
    """

    parents: Sequence[tuple[int, ...]]
    author_name: Sequence[str]
    author_email: Sequence[str]
    author_time: Sequence[int]
    committer_email: Sequence[str]
    committer_time: Sequence[int]
    subject: Sequence[str]
    references: Mapping[int, Sequence[RequestReference]]


@dataclass(frozen=True, slots=True)
class Landing:
    """The commit that landed a request, when, and the rule; `form` is how the message names the request."""

    commit: int
    moment: int
    rule: str
    form: str | None = None

    @property
    def reason(self) -> str:
        """The rule in words."""
        return f"{self.rule}: {self.form}" if self.form else self.rule


def commits_of_heads(columns: LandingColumns, lines: BranchLines, heads: Mapping[int, int]) -> dict[int, list[int]]:
    """Request -> the commits that its head adds, newest first; at least the head itself.

    They are the head's first-parent line back to a commit that a branch holds independently, or that another head
    holds: stacked requests end at each other, and what two requests share belongs to the one opened first.
    """
    tips = frozenset(heads.values())
    taken: set[int] = set()
    own: dict[int, list[int]] = {}
    for number in sorted(heads):
        line = [heads[number]]
        taken.add(line[0])
        while parents := columns.parents[line[-1]]:
            before = parents[0]
            if before in tips or before in taken or lines.held_by[before] != lines.held_by[line[0]]:
                break
            line.append(before)
            taken.add(before)
        own[number] = line
    return own


def find_landings(
    columns: LandingColumns,
    lines: BranchLines,
    heads: Mapping[int, int],
    own: Mapping[int, Sequence[int]],
    repository: str,
) -> dict[int, Landing]:
    """Request with a head -> its landing, for those that landed."""
    finder = _Finder(columns, lines, heads, own, repository)
    best: dict[int, tuple[int, int, Landing]] = {}
    for number, landing in finder.candidates():
        key = (RULES.index(landing.rule), landing.moment, landing)
        if number not in best or key[:2] < best[number][:2]:
            best[number] = key
    return {number: best[number][2] for number in sorted(best)}


def find_landings_without_heads(
    columns: LandingColumns, on_main: Sequence[bool], repository: str
) -> dict[int, list[Landing]]:
    """Number -> the commits of the default branch that name it explicitly, by time; for histories without heads."""
    own_paths = _paths_without_heads(columns, on_main, repository)
    landings: dict[int, list[Landing]] = {}
    for commit, references in columns.references.items():
        if on_main[commit]:
            for reference in references:
                if reference.kind in EXPLICIT and _owner_and_name(reference, repository) in own_paths:
                    landing = Landing(commit, columns.committer_time[commit], NAMED, reference.form)
                    landings.setdefault(reference.number, []).append(landing)
    return {
        number: sorted(landings[number], key=lambda candidate: (candidate.moment, candidate.commit))
        for number in sorted(landings)
    }


def heads_belong_to_project(columns: LandingColumns, on_main: Sequence[bool], heads: Mapping[int, int]) -> bool:
    """Whether the heads are numbered like the requests that the site's own buttons landed.

    In the project's own repository a head is not younger than its landing; in a copy, whose requests are numbered
    from 1 again, it nearly always is. Only merge subjects and squashes by the site are compared: other commits may
    name the tickets of another tracker. If too few numbers can be compared, the heads are the project's own unless
    the site landed ten times as many numbers.
    """
    latest: dict[int, int] = {}
    for commit, references in columns.references.items():
        if on_main[commit]:
            by_site = columns.committer_email[commit].casefold() in WEB_COMMITTERS
            for reference in references:
                if reference.kind == MERGE or (reference.kind == NUMBER and by_site):
                    moment = columns.committer_time[commit]
                    latest[reference.number] = max(moment, latest.get(reference.number, moment))
    compared = [columns.author_time[head] <= latest[number] + DAY for number, head in heads.items() if number in latest]
    if len(compared) >= MIN_COMPARED:
        return sum(compared) * 2 >= len(compared)
    return len(heads) * 10 >= len(latest)


@dataclass(frozen=True, slots=True)
class _NumberSource:
    """Where numbers come from: commits that write them in the same way, for the same repository."""

    kind: str
    form: str
    repository: str | None
    by_site: bool


class _Finder:
    """Candidates for the landing of each request."""

    def __init__(
        self,
        columns: LandingColumns,
        lines: BranchLines,
        heads: Mapping[int, int],
        own: Mapping[int, Sequence[int]],
        repository: str,
    ) -> None:
        self._columns = columns
        self._lines = lines
        self._heads = heads
        self._own = own
        self._request_of = {commit: number for number in sorted(own, reverse=True) for commit in own[number]}
        self._people = {number: self._authors(commits) for number, commits in own.items()}
        self._plain_subjects = [_plain(subject) for subject in columns.subject]
        uses = Counter(self._plain_subjects)
        self._telling = {subject for subject, count in uses.items() if subject and count <= MAX_USES_OF_MESSAGE}
        self._messages = {
            number: {self._plain_subjects[commit] for commit in commits[:MAX_COMMITS_COMPARED]} & self._telling
            for number, commits in own.items()
        }
        self._begun = {
            number: min(columns.author_time[commits[0]], columns.author_time[commits[-1]]) - DAY
            for number, commits in own.items()
        }
        self._repository = repository.lower()
        self._trusted = self._trusted_forms()
        self._aliases = {source.repository for source in self._trusted}
        self._aliases |= {_without_host(alias) for alias in self._aliases if alias}

    def candidates(self) -> Iterable[tuple[int, Landing]]:
        """Every commit that may have landed a request, with the rule."""
        yield from self._carried()
        yield from self._rebased()
        for commit, references in self._columns.references.items():
            if self._may_land(commit):
                yield from self._named(commit, references)

    def _named(self, commit: int, references: Sequence[RequestReference]) -> Iterable[tuple[int, Landing]]:
        columns = self._columns
        explicit = {reference.number for reference in references if reference.kind in EXPLICIT}
        for reference in references:
            number = reference.number
            if number not in self._heads or not self._is_plausible(commit, number):
                continue
            if not self._is_of_repository(reference.repository):
                continue
            agrees, trusted = self._agrees(commit, number), self._is_trusted(commit, reference)
            days = self._days_after_head(commit, number)
            rule = None
            if reference.kind in EXPLICIT:
                if agrees and (trusted or days <= MAX_DAYS_AFTER_HEAD):
                    rule = NAMED
                elif trusted and days <= MAX_DAYS_AFTER_HEAD:
                    rule = NAMED_BY_OTHER
            elif self._may_close(commit, number) and not explicit - {number}:
                if reference.kind in (CLOSING, CLOSING_REQUEST) and agrees and days <= MAX_DAYS_TO_CLOSE:
                    rule = CLOSED
                elif reference.kind == CLOSING_REQUEST and trusted and days <= MAX_DAYS_AFTER_HEAD:
                    rule = NAMED_BY_OTHER
                elif self._has_message_of_head(commit, number) and days <= MAX_DAYS_TO_CLOSE:
                    rule = SAME_MESSAGE
            if rule:
                yield number, Landing(commit, columns.committer_time[commit], rule, reference.form)

    def _may_close(self, commit: int, number: int) -> bool:
        """Whether a commit may land a request by a weak form: not a merge, and not part of another request."""
        return (
            len(self._columns.parents[commit]) < 2
            and self._lines.lasting[commit]
            and not self._is_part_of_another(commit, number)
        )

    def _is_part_of_another(self, commit: int, number: int) -> bool:
        """Whether a commit landed as a part of another request; one that a branch got directly did not."""
        return self._request_of.get(commit, number) != number and self._lines.held_by[commit] != commit

    def _carried(self) -> Iterable[tuple[int, Landing]]:
        columns, lines = self._columns, self._lines
        for number, head in self._heads.items():
            bringer = lines.held_by[head]
            if bringer == NOT_HELD or not lines.lasting[head]:
                continue
            if bringer == head:
                bringer = lines.merged_at.get(head, head)
                # a head that ends at a commit of another request adds nothing; one on another branch may be open
                if bringer == head and (not lines.on_main[head] or self._names_another(head, number)):
                    continue
            yield number, Landing(bringer, columns.committer_time[bringer], CARRIED)

    def _rebased(self) -> Iterable[tuple[int, Landing]]:
        columns = self._columns
        copies: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        for commit, lasting in enumerate(self._lines.lasting):
            if lasting and len(columns.parents[commit]) < 2:
                copies[self._signature(commit)].append(commit)
        for number, commits in self._own.items():
            if self._lines.lasting[self._heads[number]]:
                continue
            written = [commit for commit in commits if len(columns.parents[commit]) < 2]
            first_copies = [self._first_copy(commit, number, copies) for commit in written]
            copied = [copy for copy in first_copies if copy is not None]
            if copied and (first_copies[0] is not None or len(copied) * 2 >= len(written)):
                last = max(copied, key=lambda copy: (columns.committer_time[copy], copy))
                yield number, Landing(last, columns.committer_time[last], REBASED)

    def _first_copy(self, commit: int, number: int, copies: Mapping[tuple[str, int], list[int]]) -> int | None:
        """The first commit made from a head's commit: later, by the same author at the same author time."""
        columns = self._columns
        alike = copies.get(self._signature(commit), ())
        if len(alike) > MAX_COPIES or columns.author_time[commit] <= 0:
            return None
        later = [
            copy
            for copy in alike
            if columns.committer_time[copy] >= columns.committer_time[commit]
            and self._may_land(copy)
            and not self._is_part_of_another(copy, number)
            and not self._names_another(copy, number)
        ]
        return min(later, key=lambda copy: (columns.committer_time[copy], copy), default=None)

    def _signature(self, commit: int) -> tuple[str, int]:
        return self._columns.author_email[commit].casefold(), self._columns.author_time[commit]

    def _may_land(self, commit: int) -> bool:
        """Whether a branch or tag holds the commit; commits of open requests on other branches do not count."""
        lines = self._lines
        return lines.on_main[commit] or (
            lines.held_by[commit] != NOT_HELD and (commit not in self._request_of or lines.lasting[commit])
        )

    def _is_plausible(self, commit: int, number: int) -> bool:
        return self._columns.committer_time[commit] >= self._begun[number] and self._request_of.get(commit) != number

    def _agrees(self, commit: int, number: int) -> bool:
        """Whether a commit's author or message is one of the request's, or the commit merges the request."""
        columns = self._columns
        if len(parents := columns.parents[commit]) > 1:
            head = self._heads[number]
            return (
                head in parents[1:]
                or self._lines.held_by[head] == commit
                or bool(self._people[number] & self._authors(parents[1:]))
            )
        return bool(self._people[number] & self._authors((commit,))) or (
            self._plain_subjects[commit] in self._messages[number]
        )

    def _authors(self, commits: Sequence[int]) -> set[str]:
        columns = self._columns
        names = (
            text.casefold()
            for commit in commits[:MAX_COMMITS_COMPARED]
            for text in (columns.author_name[commit], columns.author_email[commit])
        )
        return {name for name in names if name}

    def _days_after_head(self, commit: int, number: int) -> float:
        columns, head = self._columns, self._heads[number]
        last = max(columns.author_time[head], columns.committer_time[head])
        return (columns.committer_time[commit] - last) / DAY

    def _has_message_of_head(self, commit: int, number: int) -> bool:
        message = self._plain_subjects[commit]
        return message in self._telling and message == self._plain_subjects[self._heads[number]]

    def _names_another(self, commit: int, number: int) -> bool:
        explicit = {
            reference.number
            for reference in self._columns.references.get(commit, ())
            if reference.kind in EXPLICIT and reference.number in self._heads
        }
        return bool(explicit) and number not in explicit

    def _is_trusted(self, commit: int, reference: RequestReference) -> bool:
        return self._source(commit, reference) in self._trusted

    def _trusted_forms(self) -> frozenset[_NumberSource]:
        """The forms whose numbers are those of the heads, because most of their commits fit.

        A commit fits if its author or message agrees, at most MAX_DAYS_TO_CLOSE after the head. One that calls the
        number a request, or that the site made, also fits if it follows the head within MAX_DAYS_AFTER_HEAD: some
        scripts commit in the name of who runs them. If too few can be compared, a form is trusted if it calls the
        number a request of this repository.
        """
        fitting: defaultdict[_NumberSource, list[bool]] = defaultdict(list)
        for commit, references in self._columns.references.items():
            for reference in references:
                if reference.kind in _SELF_CONTAINED and reference.number in self._heads:
                    source = self._source(commit, reference)
                    fitting[source].append(self._fits(commit, reference.number, source))
        return frozenset(
            source
            for source, fits in fitting.items()
            if (
                sum(fits) * 2 >= len(fits)
                if len(fits) >= MIN_COMPARED
                else self._is_own(source.repository) and (source.kind != NUMBER or source.by_site)
            )
        )

    def _fits(self, commit: int, number: int, source: _NumberSource) -> bool:
        days = self._days_after_head(commit, number)
        if not self._is_plausible(commit, number) or days > MAX_DAYS_TO_CLOSE:
            return False
        in_time = days <= MAX_DAYS_AFTER_HEAD and (source.kind != NUMBER or source.by_site)
        return in_time or self._agrees(commit, number)

    def _source(self, commit: int, reference: RequestReference) -> _NumberSource:
        by_site = self._columns.committer_email[commit].casefold() in WEB_COMMITTERS
        return _NumberSource(reference.kind, reference.form, reference.repository, by_site)

    def _is_of_repository(self, repository: str | None) -> bool:
        """Whether a name is this repository's, or one under which messages name its requests (a former name)."""
        return self._is_own(repository) or repository in self._aliases

    def _is_own(self, repository: str | None) -> bool:
        return repository is None or f"/{repository}".endswith(f"/{self._repository}")


def _paths_without_heads(columns: LandingColumns, on_main: Sequence[bool], repository: str) -> frozenset[str]:
    """The repository's own name, and the name that most explicit references give if its last part is the same."""
    own = repository.lower()
    counted: defaultdict[str, int] = defaultdict(int)
    for commit, references in columns.references.items():
        for reference in references:
            if on_main[commit] and reference.repository and reference.kind in (MERGE, REQUEST):
                counted[_owner_and_name(reference, own)] += 1
    usual = max(counted, key=lambda path: (counted[path], path), default=own)
    alike = usual.rpartition("/")[2] == own.rpartition("/")[2] and counted[usual] * 2 >= sum(counted.values())
    return frozenset((own, usual) if alike else (own,))


def _owner_and_name(reference: RequestReference, repository: str) -> str:
    """The repository of a reference without its host; the given one if the reference names none."""
    return _without_host(reference.repository) if reference.repository else repository.lower()


def _without_host(path: str) -> str:
    host, _, rest = path.partition("/")
    return rest if "/" in rest and "." in host else path


def _plain(subject: str) -> str:
    """A subject without the number at its end, to compare messages."""
    return _NUMBER_AT_END.sub("", subject[-500:]).strip().casefold()
