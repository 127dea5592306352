"""Comments, reviews and review comments of threads."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from ecotone.simulation.actor_sampling import ActorSampler
from ecotone.simulation.feeds.feed_accounts import HELPERS, AccountRegistry, FeedAccount
from ecotone.simulation.feeds.feed_model import Comment, Thread
from ecotone.simulation.git_history import CommitChange
from ecotone.simulation.world import DAY, HOUR, Project, Second, World

COMMENTS_FROM: Final = 1_800_000_000
REVIEWS_FROM: Final = 2_100_000_000
REVIEW_COMMENTS_FROM: Final = 2_400_000_000
COMMENTS_PER_THREAD: Final = 1.8
STATES: Final = ("approved", "commented", "changes_requested")


@dataclass(frozen=True, slots=True)
class DiscussionSampler:
    """Samples the accounts that take part in discussions of a project."""

    world: World
    project: Project
    cast: ActorSampler
    accounts: AccountRegistry
    rng: Random

    def find_author_account(self, change: CommitChange) -> FeedAccount:
        """The account behind a commit."""
        if change.person is None:
            return self.accounts.automata[change.author.name]
        return self.accounts.people[change.person]

    def find_month_end(self, second: Second) -> Second:
        """The first second of the next month."""
        return self.world.month_starts[bisect_right(self.world.month_starts, second)]

    def sample_active_account(self, second: Second) -> FeedAccount:
        """Draw a member active at a time."""
        month = min(bisect_right(self.world.month_starts, second), len(self.cast.members)) - 1
        return self.accounts.people[self.cast.sample_active_person(month, self.rng)]

    def sample_core_account(self, but: int | None = None) -> FeedAccount:
        """Draw a core member."""
        return self.accounts.people[self.cast.sample_core_member(self.rng, but)]

    def sample_commenter(self, thread: Thread, second: Second) -> FeedAccount:
        """Draw a commenter: usually the author or the core, sometimes a visitor or a bot."""
        draw = self.rng.random()
        if draw < 0.3:
            return thread.by
        if draw < 0.65:
            return self.sample_core_account()
        if draw < 0.85:
            return self.sample_active_account(second)
        if draw < 0.95 or self.project.bot_share == 0:
            return self.accounts.find_visitor_account(self.rng)
        return self.accounts.automata[HELPERS[0].name]


def add_remarks_to_threads(
    threads: list[Thread], company: DiscussionSampler, room: int, reviewers: Mapping[int, FeedAccount]
) -> tuple[Thread, ...]:
    """The threads with their comments and reviews, numbered by time."""
    discussed_threads = [
        replace(thread, remarks=tuple(_draw_remarks(thread, company, reviewers.get(thread.number))))
        for thread in threads
    ]
    order: dict[str, list[tuple[Second, int, int]]] = {}
    for thread in discussed_threads:
        for position, remark in enumerate(thread.remarks):
            order.setdefault(remark.kind, []).append((remark.at, thread.number, position))
    starts = {"comment": COMMENTS_FROM, "review": REVIEWS_FROM, "review_comment": REVIEW_COMMENTS_FROM}
    numbers = {
        (number, position): starts[kind] + room + step
        for kind, remarks in order.items()
        for step, (_, number, position) in enumerate(sorted(remarks))
    }
    return tuple(_number_remarks(thread, numbers) for thread in discussed_threads)


def _number_remarks(thread: Thread, numbers: Mapping[tuple[int, int], int]) -> Thread:
    """Number every remark; comments of a review point to the number of the review instead of its position."""
    remarks = [
        replace(
            remark,
            number=numbers[thread.number, position],
            review=numbers[thread.number, remark.review] if remark.kind == "review_comment" else 0,
        )
        for position, remark in enumerate(thread.remarks)
    ]
    return replace(thread, remarks=tuple(sorted(remarks, key=lambda remark: (remark.at, remark.number))))


def _draw_remarks(thread: Thread, company: DiscussionSampler, named: FeedAccount | None) -> list[Comment]:
    """Remarks of a thread without numbers; `review` is the position of the review in the list."""
    until = company.project.observed_until
    remarks: list[Comment] = []
    if thread.kind == "pull":
        remarks += _draw_reviews(thread, company, named)
    if thread.kind == "discussion":
        return remarks  # the archive has no events of discussion comments
    for _ in range(min(int(company.rng.expovariate(1 / COMMENTS_PER_THREAD)), 12)):
        at = thread.opened_at + 60 + int(company.rng.expovariate(1 / (4 * DAY)))
        if at < until:
            remarks.append(Comment("comment", 0, at, company.sample_commenter(thread, at)))
    return remarks


def _draw_reviews(thread: Thread, company: DiscussionSampler, named: FeedAccount | None) -> list[Comment]:
    """Reviews between opening and closing; the reviewer named in the landed commit approves."""
    rng = company.rng
    end = min(thread.merged_at or thread.closed_at or thread.opened_at + 9 * DAY, company.project.observed_until)
    if end - thread.opened_at < 5:
        return []
    remarks: list[Comment] = []
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        by = company.sample_core_account() if rng.random() < 0.7 else company.sample_active_account(thread.opened_at)
        if rng.random() < 0.1 and company.project.bot_share > 0:
            by = company.accounts.automata[HELPERS[1].name]
        if by.number != thread.by.number:
            remarks += _draw_review(rng.randrange(thread.opened_at + 1, end), by, rng, len(remarks), end, thread)
    if named is not None and named.number != thread.by.number:
        at = max(thread.opened_at + 1, end - rng.randrange(1, HOUR))
        remarks.append(Comment("review", 0, at, named, "approved"))
    return remarks


def _draw_review(at: Second, by: FeedAccount, rng: Random, position: int, end: Second, thread: Thread) -> list[Comment]:
    """A review with up to two comments; sometimes the author replies, which is another review."""
    state = rng.choices(STATES, (0.5, 0.35, 0.15))[0]
    comments = [Comment("review_comment", 0, at, by, review=position) for _ in range(rng.choice((0, 0, 1, 2)))]
    remarks = [Comment("review", 0, at, by, state), *comments]
    if comments and rng.random() < 0.3 and end - at > 120:
        answered = rng.randrange(at + 60, end)
        remarks.append(Comment("review", 0, answered, thread.by, "commented"))
        remarks.append(Comment("review_comment", 0, answered, thread.by, review=position + len(remarks) - 1))
    return remarks
