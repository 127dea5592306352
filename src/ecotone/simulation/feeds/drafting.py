"""Generate the activity around a git history: threads, comments, reviews, stars, forks and releases."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Final

from ecotone.simulation.cast import Cast
from ecotone.simulation.chance import around, stream
from ecotone.simulation.feeds.accounts import Account, Accounts, accounts_of
from ecotone.simulation.feeds.acts import CommitComment, Feeds, Mark, ProjectFeed, Published, Thread, acts_of
from ecotone.simulation.feeds.pushing import pushes_of
from ecotone.simulation.feeds.talking import Company, remarks_of
from ecotone.simulation.field import Field
from ecotone.simulation.git_writer import Tips
from ecotone.simulation.history import History, Issue, Pull
from ecotone.simulation.wording import title
from ecotone.simulation.world import ALWAYS, DAY, Project, Second, World

REPOSITORIES_FROM: Final = 700_000_001
ROOM: Final = 1_000_000  # ids of one kind that a project has to itself
ISSUES_FROM: Final = 1_500_000_000
PULLS_FROM: Final = 1_200_000_000
DISCUSSIONS_FROM: Final = 8_000_000
RELEASES_FROM: Final = 150_000_000
COMMIT_COMMENTS_FROM: Final = 130_000_000

STARS_FOR_A_CHANGE: Final = 4.0
FORKS_FOR_A_CHANGE: Final = 0.5
ISSUES_CLOSED: Final = 0.7
PULLS_CLOSED: Final = 0.6  # of those that never land
DISCUSSED: Final = 0.06  # of threads that git does not show
REMARKS_ON_COMMITS: Final = 0.01
DISCUSSIONS_SINCE: Final[Second] = 1_630_454_400  # 2021-09-01: the forge has them for everybody
TOPICS: Final = ("agents", "llm", "framework", "developer-tools", "inference", "workflow", "ide", "serving")


def draft(field: Field, *, renames: bool = False) -> Feeds:
    """The feeds of a field; the same field gives the same feeds.

    renames  every third repository has another name in the first half of its life
    """
    accounts = accounts_of(field.world)
    projects = tuple(
        draft_project(field.world, history, tips, accounts, position, renamed=renames and position % 3 == 1)
        for position, (history, tips) in enumerate(zip(field.histories, field.tips, strict=True))
    )
    acts = sorted((act for feed in projects for act in acts_of(feed)), key=lambda act: act.at)
    return Feeds(field.world, accounts, projects, tuple(acts))


def draft_project(
    world: World, history: History, tips: Tips, accounts: Accounts, position: int, *, renamed: bool
) -> ProjectFeed:
    """The feed of one project."""
    project = history.project
    rng = stream(world.seed, f"feeds/{project.repository}")
    company = Company(world, project, Cast.of(project), accounts, rng)
    drafter = _Threads(history, tips, company, position)
    threads = drafter.threads()
    founded_at = history.landings[0].change.committer.second
    stars = _marks(world, project, accounts, rng, founded_at, STARS_FOR_A_CHANGE)
    return ProjectFeed(
        position=position,
        project=project,
        number=REPOSITORIES_FROM + position * 1_009,
        names=_names(history, renamed, world.month_starts[0]),
        founded_at=founded_at,
        description=f"A {project.style} {project.category}, made up",
        topics=tuple(sorted(rng.sample(TOPICS, 3))),
        threads=remarks_of(threads, company, position * ROOM, _reviewers(history, accounts)),
        pushes=pushes_of(history, tips, company, {thread.number: thread for thread in threads}),
        stars=stars,
        forks=_marks(world, project, accounts, rng, founded_at, FORKS_FOR_A_CHANGE),
        releases=_releases(history, tips, company, position),
        commit_comments=_commit_comments(history, tips, company, position),
    )


def _names(history: History, renamed: bool, start: Second) -> tuple[tuple[Second, str], ...]:
    """The names of a repository; a renamed one changes its name halfway through its observed time."""
    repository, until = history.project.repository, history.project.observed_until
    if not renamed:
        return ((ALWAYS, repository),)
    founded_at = max(start, history.landings[0].change.committer.second)
    owner, _, name = repository.partition("/")
    return ((ALWAYS, f"Early-{owner}/{name.title()}"), ((founded_at + until) // 2 // DAY * DAY + 37_000, repository))


class _Threads:
    """Turns the pull requests and issues of a history into threads with authors, closing times and titles."""

    def __init__(self, history: History, tips: Tips, company: Company, position: int) -> None:
        self.history = history
        self.tips = tips
        self.company = company
        self.rng = company.rng
        self.room = position * ROOM
        self.until = history.project.observed_until
        self.times = [landing.change.committer.second for landing in history.landings]
        self.landings = {
            landing.pull.number: (landing.change, sha)
            for landing, sha in zip(history.landings, tips.landed, strict=True)
            if landing.pull is not None
        }

    def threads(self) -> list[Thread]:
        """Threads by number, without comments."""
        made = [*map(self._pull, self.history.pulls), *map(self._issue, self.history.issues)]
        return sorted(self._closed_by_merges(made), key=lambda thread: thread.number)

    def _pull(self, pull: Pull) -> Thread:
        first = pull.head[0]
        by = self.company.author(first)
        thread = Thread(
            number=pull.number,
            kind="pull",
            native=PULLS_FROM + self.room + pull.number,
            issue=ISSUES_FROM + self.room + pull.number,
            opened_at=pull.opened_at,
            by=by,
            title=first.message.partition("\n")[0],
            head=self.tips.commits[pull.number],
            head_times=tuple(change.committer.second for change in pull.head),
            base=self.tips.landed[max(bisect_right(self.times, first.committer.second) - 1, 0)],
            inside=first.person is None or first.person in self.company.cast.core,
        )
        if pull.merged_at is not None:
            change, sha = self.landings[pull.number]
            merger = change.person if pull.way == "merge" else None
            merged_by = (
                self.company.accounts.people[merger]
                if merger is not None
                else self.company.maintainer(but=first.person)
            )
            return replace(
                thread, merged_at=pull.merged_at, merged_by=merged_by, closed_at=pull.merged_at, closed_by=merged_by,
                landing=sha,
            )  # fmt: skip
        closed_at = self._end(pull.opened_at, PULLS_CLOSED, 12 * DAY)
        if closed_at is None:
            return thread
        by_author = self.rng.random() < 0.4
        return replace(thread, closed_at=closed_at, closed_by=by if by_author else self.company.maintainer())

    def _issue(self, issue: Issue) -> Thread:
        rng = self.rng
        discussed = rng.random() < DISCUSSED and issue.opened_at >= DISCUSSIONS_SINCE
        by = self.company.somebody(issue.opened_at) if rng.random() < 0.5 else self.company.accounts.visitor(rng)
        thread = Thread(
            number=issue.number,
            kind="discussion" if discussed else "issue",
            native=DISCUSSIONS_FROM + self.room + issue.number if discussed else ISSUES_FROM + self.room + issue.number,
            issue=ISSUES_FROM + self.room + issue.number,
            opened_at=issue.opened_at,
            by=by,
            title=f"{title(self.history.project, rng)} fails",
        )
        closed_at = None if discussed else self._end(issue.opened_at, ISSUES_CLOSED, 20 * DAY)
        if closed_at is None:
            return thread
        return replace(thread, closed_at=closed_at, closed_by=by if rng.random() < 0.3 else self.company.maintainer())

    def _end(self, opened_at: Second, share: float, usual: float) -> Second | None:
        """The closing time of a thread; None if it is open at the end of observation."""
        likely = self.rng.random() < share
        closed_at = opened_at + 300 + int(self.rng.expovariate(1 / usual))
        return closed_at if likely and closed_at < self.until else None

    def _closed_by_merges(self, threads: list[Thread]) -> list[Thread]:
        """Close the issue n of each landed change with `Closes #n`, unless it was closed before."""
        found = {thread.number: thread for thread in threads}
        for number, (change, _) in sorted(self.landings.items()):
            named = change.message.partition("Closes #")[2].partition(".")[0]
            thread = found.get(int(named)) if named.isdigit() else None
            merged = found[number]
            if thread is None or thread.kind != "issue" or merged.merged_at is None:
                continue
            if thread.opened_at < merged.merged_at < (thread.closed_at or self.until):
                found[thread.number] = replace(thread, closed_at=merged.merged_at, closed_by=merged.merged_by)
        return list(found.values())


def _reviewers(history: History, accounts: Accounts) -> Mapping[int, Account]:
    """The reviewers named in landed commits, by number of the pull request."""
    found = {}
    for landing in history.landings:
        named = landing.change.message.partition("Reviewed-by: ")[2].partition("\n")[0]
        by = accounts.addresses.get(named.rpartition("<")[2].rstrip(">").lower()) if named else None
        if landing.pull is not None and by is not None:
            found[landing.pull.number] = by
    return found


def _marks(
    world: World, project: Project, accounts: Accounts, rng: Random, founded_at: Second, for_a_change: float
) -> tuple[Mark, ...]:
    """Stars or forks: at most one for each account, more for busier projects."""
    seen: set[int] = set()
    found = []
    for month, level in enumerate(project.levels):
        start, end = max(world.month_starts[month], founded_at + 60), world.month_starts[month + 1]
        for _ in range(around(rng, for_a_change * project.pace * level) if end > start else 0):
            at = rng.randrange(start, end)
            by = accounts.visitor(rng) if rng.random() < 0.85 else accounts.people[rng.choice(world.people).number]
            if at < project.observed_until and by.number not in seen:
                seen.add(by.number)
                found.append(Mark(at, by))
    return tuple(sorted(found, key=lambda mark: (mark.at, mark.by.number)))


def _releases(history: History, tips: Tips, company: Company, position: int) -> tuple[Published, ...]:
    """One release for each tag, some minutes later in the same month."""
    people = company.accounts.addresses
    found = []
    for number, release in enumerate(history.releases):
        signer = people.get(release.tagger.email.lower()) if release.tagger else None
        at = release.released_at + company.rng.randrange(30, 300)
        last = company.month_end(release.released_at) - 1
        found.append(
            Published(
                number=RELEASES_FROM + position * 1_000 + number,
                tag=release.tag,
                sha=tips.landed[release.landing],
                at=min(at, last, history.project.observed_until - 1),
                by=signer or company.accounts.people[company.cast.core[0]],
            )
        )
    return tuple(found)


def _commit_comments(history: History, tips: Tips, company: Company, position: int) -> tuple[CommitComment, ...]:
    found: list[CommitComment] = []
    for landing, sha in zip(history.landings, tips.landed, strict=True):
        at = landing.change.committer.second + company.rng.randrange(600, 5 * DAY)
        if company.rng.random() < REMARKS_ON_COMMITS and at < history.project.observed_until:
            number = COMMIT_COMMENTS_FROM + position * 10_000 + len(found)
            found.append(CommitComment(number, sha, at, company.somebody(at)))
    return tuple(sorted(found, key=lambda one: one.at))
