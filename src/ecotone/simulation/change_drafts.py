"""Draft the changes and issues of a project: who opens and lands what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from ecotone.simulation.actor_sampling import ActorSampler
from ecotone.simulation.commit_messages import AGENTS, BOTS, PLAIN_BOTS, Automaton
from ecotone.simulation.random_streams import sample_count
from ecotone.simulation.world import DAY, HOUR, Project, Second, World

OPEN_SHARE: Final = 0.25  # pull requests that never land, for one landed change
ISSUES_SHARE: Final = 0.9  # issues for one landed change
ALWAYS_SOME_ISSUES: Final = 0.2  # a month


@dataclass(frozen=True, slots=True)
class ChangeDraft:
    """A change or an issue without a number or a text."""

    merge_method: str  # squash | merge | push | open (a pull request that never lands) | issue
    opened_at: Second
    landed_at: Second | None
    month: int
    person: int | None
    automaton: Automaton | None = None
    kind: str = "person"


def draft_project_changes(
    world: World, project: Project, cast: ActorSampler, rng: Random, founded_at: Second
) -> list[ChangeDraft]:
    """All drafts before the end of observation, in order of opening."""
    drafts: list[ChangeDraft] = []
    bots = BOTS + PLAIN_BOTS if world.plain_bots else BOTS
    for month, level in enumerate(project.levels):
        start, end = max(world.month_starts[month], founded_at + 2 * HOUR), world.month_starts[month + 1]
        if month < project.first_month or start >= project.observed_until:
            continue
        changes = sample_count(rng, project.pace * level)
        progress = month / max(len(project.levels) - 1, 1)
        drafts += [
            _draft_change(project, cast, rng, month, rng.randrange(start, end), progress, founded_at, bots)
            for _ in range(changes)
        ]
        drafts += [
            _draft_open_pull(project, cast, rng, month, rng.randrange(start, end), bots)
            for _ in range(sample_count(rng, changes * OPEN_SHARE))
        ]
        drafts += [
            ChangeDraft("issue", rng.randrange(start, end), None, month, None)
            for _ in range(sample_count(rng, changes * ISSUES_SHARE + ALWAYS_SOME_ISSUES))
        ]
    observed = [draft for draft in drafts if (draft.landed_at or draft.opened_at) < project.observed_until]
    return sorted(observed, key=lambda draft: draft.opened_at)


def _draft_change(
    project: Project,
    cast: ActorSampler,
    rng: Random,
    month: int,
    landed_at: Second,
    progress: float,
    founded_at: Second,
    bots: tuple[Automaton, ...],
) -> ChangeDraft:
    """Draft a change that lands: a direct push, or a pull request opened some days earlier."""
    way = rng.choices(("squash", "merge", "push"), project.landing)[0]
    person = cast.sample_core_member(rng) if way == "push" else cast.sample_active_person(month, rng)
    if way == "push":
        return ChangeDraft("push", landed_at, landed_at, month, person)
    lag = 300 + int(rng.expovariate(1 / (25 * DAY if rng.random() < 0.08 else 2 * DAY)))
    opened_at = max(founded_at + HOUR, landed_at - lag)
    draw = rng.random()
    agents = project.agents_at_end * max(0.0, 2 * progress - 1)
    if draw < project.bot_share:
        return ChangeDraft(way, opened_at, landed_at, month, None, rng.choice(bots), "bot")
    if draw < project.bot_share + agents:
        return ChangeDraft(way, opened_at, landed_at, month, None, rng.choice(AGENTS), "agent")
    return ChangeDraft(way, opened_at, landed_at, month, person)


def _draft_open_pull(
    project: Project, cast: ActorSampler, rng: Random, month: int, opened_at: Second, bots: tuple[Automaton, ...]
) -> ChangeDraft:
    if rng.random() < project.bot_share:
        return ChangeDraft("open", opened_at, None, month, None, rng.choice(bots), "bot")
    return ChangeDraft("open", opened_at, None, month, cast.sample_active_person(month, rng))
