"""Draft the changes and issues of a project: who opens and lands what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from ecotone.simulation.cast import Cast
from ecotone.simulation.chance import around
from ecotone.simulation.wording import AGENTS, BOTS, PLAIN_BOTS, Automaton
from ecotone.simulation.world import DAY, HOUR, Project, Second, World

OPEN_SHARE: Final = 0.25  # pull requests that never land, for one landed change
ISSUES_SHARE: Final = 0.9  # issues for one landed change
ALWAYS_SOME_ISSUES: Final = 0.2  # a month


@dataclass(frozen=True, slots=True)
class Draft:
    """A change or an issue without a number or a text."""

    way: str  # squash | merge | push | open (a pull request that never lands) | issue
    opened_at: Second
    landed_at: Second | None
    month: int
    person: int | None
    automaton: Automaton | None = None
    kind: str = "person"


def drafts_of(world: World, project: Project, cast: Cast, rng: Random, founded_at: Second) -> list[Draft]:
    """All drafts before the end of observation, in order of opening."""
    drafts: list[Draft] = []
    bots = BOTS + PLAIN_BOTS if world.plain_bots else BOTS
    for month, level in enumerate(project.levels):
        start, end = max(world.month_starts[month], founded_at + 2 * HOUR), world.month_starts[month + 1]
        if month < project.first_month or start >= project.observed_until:
            continue
        changes = around(rng, project.pace * level)
        progress = month / max(len(project.levels) - 1, 1)
        drafts += [
            _change(project, cast, rng, month, rng.randrange(start, end), progress, founded_at, bots)
            for _ in range(changes)
        ]
        drafts += [
            _left_open(project, cast, rng, month, rng.randrange(start, end), bots)
            for _ in range(around(rng, changes * OPEN_SHARE))
        ]
        drafts += [
            Draft("issue", rng.randrange(start, end), None, month, None)
            for _ in range(around(rng, changes * ISSUES_SHARE + ALWAYS_SOME_ISSUES))
        ]
    seen = [draft for draft in drafts if (draft.landed_at or draft.opened_at) < project.observed_until]
    return sorted(seen, key=lambda draft: draft.opened_at)


def _change(
    project: Project,
    cast: Cast,
    rng: Random,
    month: int,
    landed_at: Second,
    progress: float,
    founded_at: Second,
    bots: tuple[Automaton, ...],
) -> Draft:
    """Draft a change that lands: a direct push, or a pull request opened some days earlier."""
    way = rng.choices(("squash", "merge", "push"), project.landing)[0]
    person = cast.maintainer(rng) if way == "push" else cast.somebody(month, rng)
    if way == "push":
        return Draft("push", landed_at, landed_at, month, person)
    lag = 300 + int(rng.expovariate(1 / (25 * DAY if rng.random() < 0.08 else 2 * DAY)))
    opened_at = max(founded_at + HOUR, landed_at - lag)
    draw = rng.random()
    agents = project.agents_at_end * max(0.0, 2 * progress - 1)
    if draw < project.bot_share:
        return Draft(way, opened_at, landed_at, month, None, rng.choice(bots), "bot")
    if draw < project.bot_share + agents:
        return Draft(way, opened_at, landed_at, month, None, rng.choice(AGENTS), "agent")
    return Draft(way, opened_at, landed_at, month, person)


def _left_open(
    project: Project, cast: Cast, rng: Random, month: int, opened_at: Second, bots: tuple[Automaton, ...]
) -> Draft:
    if rng.random() < project.bot_share:
        return Draft("open", opened_at, None, month, None, rng.choice(bots), "bot")
    return Draft("open", opened_at, None, month, cast.somebody(month, rng))
