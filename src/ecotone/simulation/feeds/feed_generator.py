"""Generate the activity around a git history: threads, comments, reviews, stars, forks and releases."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Final

from ecotone.simulation.actor_sampling import ActorSampler
from ecotone.simulation.commit_messages import make_change_title
from ecotone.simulation.feeds.discussions import DiscussionSampler, add_remarks_to_threads
from ecotone.simulation.feeds.feed_accounts import AccountRegistry, FeedAccount, make_account_registry
from ecotone.simulation.feeds.feed_model import (
    CommitComment,
    FieldFeeds,
    ProjectFeed,
    PublishedRelease,
    StarOrFork,
    Thread,
    list_project_events,
)
from ecotone.simulation.feeds.pushes import list_project_pushes
from ecotone.simulation.git_history import Issue, ProjectHistory, PullRequest
from ecotone.simulation.git_writer import BranchTips
from ecotone.simulation.random_streams import random_stream, sample_count
from ecotone.simulation.simulated_field import SimulatedField
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


def generate_feeds(field: SimulatedField, *, renames: bool = False) -> FieldFeeds:
    """The feeds of a field; the same field gives the same feeds.

    renames  every third repository has another name in the first half of its life
    """
    accounts = make_account_registry(field.world)
    projects = tuple(
        generate_project_feed(field.world, history, tips, accounts, position, renamed=renames and position % 3 == 1)
        for position, (history, tips) in enumerate(zip(field.histories, field.tips, strict=True))
    )
    acts = sorted((act for feed in projects for act in list_project_events(feed)), key=lambda act: act.at)
    return FieldFeeds(field.world, accounts, projects, tuple(acts))


def generate_project_feed(
    world: World, history: ProjectHistory, tips: BranchTips, accounts: AccountRegistry, position: int, *, renamed: bool
) -> ProjectFeed:
    """The feed of one project."""
    project = history.project
    rng = random_stream(world.seed, f"feeds/{project.repository}")
    company = DiscussionSampler(world, project, ActorSampler.for_project(project), accounts, rng)
    drafter = _ThreadGenerator(history, tips, company, position)
    threads = drafter.generate_threads()
    founded_at = history.landings[0].change.committer.second
    stars = _draw_star_events(world, project, accounts, rng, founded_at, STARS_FOR_A_CHANGE)
    return ProjectFeed(
        position=position,
        project=project,
        number=REPOSITORIES_FROM + position * 1_009,
        names=_draw_repository_names(history, renamed, world.month_starts[0]),
        founded_at=founded_at,
        description=f"A {project.style} {project.category}, made up",
        topics=tuple(sorted(rng.sample(TOPICS, 3))),
        threads=add_remarks_to_threads(threads, company, position * ROOM, _find_named_reviewers(history, accounts)),
        pushes=list_project_pushes(history, tips, company, {thread.number: thread for thread in threads}),
        stars=stars,
        forks=_draw_star_events(world, project, accounts, rng, founded_at, FORKS_FOR_A_CHANGE),
        releases=_list_releases(history, tips, company, position),
        commit_comments=_draw_commit_comments(history, tips, company, position),
    )


def _draw_repository_names(history: ProjectHistory, renamed: bool, start: Second) -> tuple[tuple[Second, str], ...]:
    """The names of a repository; a renamed one changes its name halfway through its observed time."""
    repository, until = history.project.repository, history.project.observed_until
    if not renamed:
        return ((ALWAYS, repository),)
    founded_at = max(start, history.landings[0].change.committer.second)
    owner, _, name = repository.partition("/")
    return ((ALWAYS, f"Early-{owner}/{name.title()}"), ((founded_at + until) // 2 // DAY * DAY + 37_000, repository))


class _ThreadGenerator:
    """Turns the pull requests and issues of a history into threads with authors, closing times and titles."""

    def __init__(self, history: ProjectHistory, tips: BranchTips, company: DiscussionSampler, position: int) -> None:
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

    def generate_threads(self) -> list[Thread]:
        """Threads by number, without comments."""
        generated = [
            *map(self._generate_pull_thread, self.history.pulls),
            *map(self._generate_issue_thread, self.history.issues),
        ]
        return sorted(self._close_linked_issues(generated), key=lambda thread: thread.number)

    def _generate_pull_thread(self, pull: PullRequest) -> Thread:
        first = pull.head[0]
        by = self.company.find_author_account(first)
        thread = Thread(
            number=pull.number,
            kind="pull",
            database_id=PULLS_FROM + self.room + pull.number,
            issue_id=ISSUES_FROM + self.room + pull.number,
            opened_at=pull.opened_at,
            by=by,
            title=first.message.partition("\n")[0],
            head=self.tips.commits[pull.number],
            head_times=tuple(change.committer.second for change in pull.head),
            base=self.tips.landed[max(bisect_right(self.times, first.committer.second) - 1, 0)],
            head_in_repository=first.person is None or first.person in self.company.cast.core,
        )
        if pull.merged_at is not None:
            change, sha = self.landings[pull.number]
            merger = change.person if pull.merge_method == "merge" else None
            merged_by = (
                self.company.accounts.people[merger]
                if merger is not None
                else self.company.sample_core_account(but=first.person)
            )
            return replace(
                thread, merged_at=pull.merged_at, merged_by=merged_by, closed_at=pull.merged_at, closed_by=merged_by,
                landing=sha,
            )  # fmt: skip
        closed_at = self._draw_closing(pull.opened_at, PULLS_CLOSED, 12 * DAY)
        if closed_at is None:
            return thread
        by_author = self.rng.random() < 0.4
        return replace(thread, closed_at=closed_at, closed_by=by if by_author else self.company.sample_core_account())

    def _generate_issue_thread(self, issue: Issue) -> Thread:
        rng = self.rng
        discussed = rng.random() < DISCUSSED and issue.opened_at >= DISCUSSIONS_SINCE
        by = (
            self.company.sample_active_account(issue.opened_at)
            if rng.random() < 0.5
            else self.company.accounts.find_visitor_account(rng)
        )
        thread = Thread(
            number=issue.number,
            kind="discussion" if discussed else "issue",
            database_id=DISCUSSIONS_FROM + self.room + issue.number
            if discussed
            else ISSUES_FROM + self.room + issue.number,
            issue_id=ISSUES_FROM + self.room + issue.number,
            opened_at=issue.opened_at,
            by=by,
            title=f"{make_change_title(self.history.project, rng)} fails",
        )
        closed_at = None if discussed else self._draw_closing(issue.opened_at, ISSUES_CLOSED, 20 * DAY)
        if closed_at is None:
            return thread
        return replace(
            thread, closed_at=closed_at, closed_by=by if rng.random() < 0.3 else self.company.sample_core_account()
        )

    def _draw_closing(self, opened_at: Second, share: float, usual: float) -> Second | None:
        """The closing time of a thread; None if it is open at the end of observation."""
        likely = self.rng.random() < share
        closed_at = opened_at + 300 + int(self.rng.expovariate(1 / usual))
        return closed_at if likely and closed_at < self.until else None

    def _close_linked_issues(self, threads: list[Thread]) -> list[Thread]:
        """Close the issue n of each landed change with `Closes #n`, unless it was closed before."""
        by_number = {thread.number: thread for thread in threads}
        for number, (change, _) in sorted(self.landings.items()):
            named = change.message.partition("Closes #")[2].partition(".")[0]
            thread = by_number.get(int(named)) if named.isdigit() else None
            merged = by_number[number]
            if thread is None or thread.kind != "issue" or merged.merged_at is None:
                continue
            if thread.opened_at < merged.merged_at < (thread.closed_at or self.until):
                by_number[thread.number] = replace(thread, closed_at=merged.merged_at, closed_by=merged.merged_by)
        return list(by_number.values())


def _find_named_reviewers(history: ProjectHistory, accounts: AccountRegistry) -> Mapping[int, FeedAccount]:
    """The reviewers named in landed commits, by number of the pull request."""
    reviewers = {}
    for landing in history.landings:
        named = landing.change.message.partition("Reviewed-by: ")[2].partition("\n")[0]
        by = accounts.addresses.get(named.rpartition("<")[2].rstrip(">").lower()) if named else None
        if landing.pull is not None and by is not None:
            reviewers[landing.pull.number] = by
    return reviewers


def _draw_star_events(
    world: World, project: Project, accounts: AccountRegistry, rng: Random, founded_at: Second, for_a_change: float
) -> tuple[StarOrFork, ...]:
    """Stars or forks: at most one for each account, more for busier projects."""
    account_numbers: set[int] = set()
    marks = []
    for month, level in enumerate(project.levels):
        start, end = max(world.month_starts[month], founded_at + 60), world.month_starts[month + 1]
        for _ in range(sample_count(rng, for_a_change * project.pace * level) if end > start else 0):
            at = rng.randrange(start, end)
            by = (
                accounts.find_visitor_account(rng)
                if rng.random() < 0.85
                else accounts.people[rng.choice(world.people).number]
            )
            if at < project.observed_until and by.number not in account_numbers:
                account_numbers.add(by.number)
                marks.append(StarOrFork(at, by))
    return tuple(sorted(marks, key=lambda mark: (mark.at, mark.by.number)))


def _list_releases(
    history: ProjectHistory, tips: BranchTips, company: DiscussionSampler, position: int
) -> tuple[PublishedRelease, ...]:
    """One release for each tag, some minutes later in the same month."""
    people = company.accounts.addresses
    releases = []
    for number, release in enumerate(history.releases):
        signer = people.get(release.tagger.email.lower()) if release.tagger else None
        at = release.released_at + company.rng.randrange(30, 300)
        last = company.find_month_end(release.released_at) - 1
        releases.append(
            PublishedRelease(
                number=RELEASES_FROM + position * 1_000 + number,
                tag=release.tag,
                sha=tips.landed[release.landing],
                at=min(at, last, history.project.observed_until - 1),
                by=signer or company.accounts.people[company.cast.core[0]],
            )
        )
    return tuple(releases)


def _draw_commit_comments(
    history: ProjectHistory, tips: BranchTips, company: DiscussionSampler, position: int
) -> tuple[CommitComment, ...]:
    comments: list[CommitComment] = []
    for landing, sha in zip(history.landings, tips.landed, strict=True):
        at = landing.change.committer.second + company.rng.randrange(600, 5 * DAY)
        if company.rng.random() < REMARKS_ON_COMMITS and at < history.project.observed_until:
            number = COMMIT_COMMENTS_FROM + position * 10_000 + len(comments)
            comments.append(CommitComment(number, sha, at, company.sample_active_account(at)))
    return tuple(sorted(comments, key=lambda comment: comment.at))
