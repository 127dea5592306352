"""Comments, reviews and review comments of threads."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from ecotone.simulation.cast import Cast
from ecotone.simulation.feeds.accounts import HELPERS, Account, Accounts
from ecotone.simulation.feeds.acts import Remark, Thread
from ecotone.simulation.history import Change
from ecotone.simulation.world import DAY, HOUR, Project, Second, World

COMMENTS_FROM: Final = 1_800_000_000
REVIEWS_FROM: Final = 2_100_000_000
REVIEW_COMMENTS_FROM: Final = 2_400_000_000
COMMENTS_PER_THREAD: Final = 1.8
STATES: Final = ("approved", "commented", "changes_requested")


@dataclass(frozen=True, slots=True)
class Company:
    """Samples the accounts that take part in discussions of a project."""

    world: World
    project: Project
    cast: Cast
    accounts: Accounts
    rng: Random

    def author(self, change: Change) -> Account:
        """The account behind a commit."""
        if change.person is None:
            return self.accounts.automata[change.author.name]
        return self.accounts.people[change.person]

    def month_end(self, second: Second) -> Second:
        """The first second of the next month."""
        return self.world.month_starts[bisect_right(self.world.month_starts, second)]

    def somebody(self, second: Second) -> Account:
        """Draw a member active at a time."""
        month = min(bisect_right(self.world.month_starts, second), len(self.cast.members)) - 1
        return self.accounts.people[self.cast.somebody(month, self.rng)]

    def maintainer(self, but: int | None = None) -> Account:
        """Draw a core member."""
        return self.accounts.people[self.cast.maintainer(self.rng, but)]

    def anybody(self, thread: Thread, second: Second) -> Account:
        """Draw a commenter: usually the author or the core, sometimes a visitor or a bot."""
        draw = self.rng.random()
        if draw < 0.3:
            return thread.by
        if draw < 0.65:
            return self.maintainer()
        if draw < 0.85:
            return self.somebody(second)
        if draw < 0.95 or self.project.bot_share == 0:
            return self.accounts.visitor(self.rng)
        return self.accounts.automata[HELPERS[0].name]


def remarks_of(
    threads: list[Thread], company: Company, room: int, reviewers: Mapping[int, Account]
) -> tuple[Thread, ...]:
    """The threads with their comments and reviews, numbered by time."""
    spoken = [
        replace(thread, remarks=tuple(_spoken(thread, company, reviewers.get(thread.number)))) for thread in threads
    ]
    order: dict[str, list[tuple[Second, int, int]]] = {}
    for thread in spoken:
        for place, remark in enumerate(thread.remarks):
            order.setdefault(remark.kind, []).append((remark.at, thread.number, place))
    starts = {"comment": COMMENTS_FROM, "review": REVIEWS_FROM, "review_comment": REVIEW_COMMENTS_FROM}
    numbers = {
        (number, place): starts[kind] + room + step
        for kind, found in order.items()
        for step, (_, number, place) in enumerate(sorted(found))
    }
    return tuple(_numbered(thread, numbers) for thread in spoken)


def _numbered(thread: Thread, numbers: Mapping[tuple[int, int], int]) -> Thread:
    """Number every remark; comments of a review point to the number of the review instead of its position."""
    remarks = [
        replace(
            remark,
            number=numbers[thread.number, place],
            review=numbers[thread.number, remark.review] if remark.kind == "review_comment" else 0,
        )
        for place, remark in enumerate(thread.remarks)
    ]
    return replace(thread, remarks=tuple(sorted(remarks, key=lambda one: (one.at, one.number))))


def _spoken(thread: Thread, company: Company, named: Account | None) -> list[Remark]:
    """Remarks of a thread without numbers; `review` is the position of the review in the list."""
    until = company.project.observed_until
    found: list[Remark] = []
    if thread.kind == "pull":
        found += _reviews(thread, company, named)
    if thread.kind == "discussion":
        return found  # the archive has no events of discussion comments
    for _ in range(min(int(company.rng.expovariate(1 / COMMENTS_PER_THREAD)), 12)):
        at = thread.opened_at + 60 + int(company.rng.expovariate(1 / (4 * DAY)))
        if at < until:
            found.append(Remark("comment", 0, at, company.anybody(thread, at)))
    return found


def _reviews(thread: Thread, company: Company, named: Account | None) -> list[Remark]:
    """Reviews between opening and closing; the reviewer named in the landed commit approves."""
    rng = company.rng
    end = min(thread.merged_at or thread.closed_at or thread.opened_at + 9 * DAY, company.project.observed_until)
    if end - thread.opened_at < 5:
        return []
    found: list[Remark] = []
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        by = company.maintainer() if rng.random() < 0.7 else company.somebody(thread.opened_at)
        if rng.random() < 0.1 and company.project.bot_share > 0:
            by = company.accounts.automata[HELPERS[1].name]
        if by.number != thread.by.number:
            found += _review(rng.randrange(thread.opened_at + 1, end), by, rng, len(found), end, thread)
    if named is not None and named.number != thread.by.number:
        at = max(thread.opened_at + 1, end - rng.randrange(1, HOUR))
        found.append(Remark("review", 0, at, named, "approved"))
    return found


def _review(at: Second, by: Account, rng: Random, place: int, end: Second, thread: Thread) -> list[Remark]:
    """A review with up to two comments; sometimes the author replies, which is another review."""
    state = rng.choices(STATES, (0.5, 0.35, 0.15))[0]
    said = [Remark("review_comment", 0, at, by, review=place) for _ in range(rng.choice((0, 0, 1, 2)))]
    found = [Remark("review", 0, at, by, state), *said]
    if said and rng.random() < 0.3 and end - at > 120:
        answered = rng.randrange(at + 60, end)
        found.append(Remark("review", 0, answered, thread.by, "commented"))
        found.append(Remark("review_comment", 0, answered, thread.by, review=place + len(found) - 1))
    return found
