"""A field of projects in planted groups: who works where and which words are used, without any history.

For finding groups: fields of thousands of projects are too large to write as git repositories, and what is to be
found again is only what projects have in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ecotone.simulation.random_streams import random_stream

Row = tuple[str, str, float]

GENERAL_WORDS: Final = 800
WORDS_OF_GROUP: Final = 60
DEPENDENCIES_OF_ALL: Final = 300
DEPENDENCIES_OF_GROUP: Final = 25


@dataclass(frozen=True, slots=True)
class Difficulty:
    """How hard it is to find the groups.

    mixing   share of a person's further projects that lie anywhere, not in the group they began in
    noise    share of a project's words and dependencies that are everybody's, not its group's
    reach    mean number of projects of a person beyond the first
    missing  share of projects that lack one of the views
    """

    mixing: float
    noise: float
    reach: float = 1.0
    missing: float = 1 / 3


EASY: Final = Difficulty(mixing=0.15, noise=0.6)
MEDIUM: Final = Difficulty(mixing=0.45, noise=0.85)
HARD: Final = Difficulty(mixing=0.65, noise=0.93)
NOTHING: Final = Difficulty(mixing=1.0, noise=1.0)


@dataclass(frozen=True, slots=True)
class PlantedGroups:
    """Rows (project, thing, count) of each view, by its name, and the group of each project."""

    rows: Mapping[str, tuple[Row, ...]]
    group: Mapping[str, int]


def plant_groups(seed: int, projects: int, groups: int, difficulty: Difficulty) -> PlantedGroups:
    """Draw a field; group sizes differ by up to four times, project sizes by some tens of times."""
    rng = np.random.default_rng(random_stream(seed, "planted groups").randrange(1 << 62))
    share = rng.uniform(0.5, 2.0, groups)
    group = np.concatenate([np.arange(groups), rng.choice(groups, projects - groups, p=share / share.sum())])
    rng.shuffle(group)
    sizes = np.clip(np.exp(rng.normal(3.2, 0.8, projects)), 5, 400)
    lacks = np.where(rng.random(projects) < difficulty.missing, rng.integers(3, size=projects), -1)
    names = [f"planted/project-{index:05}" for index in range(projects)]
    people = _draw_people(rng, group, sizes, difficulty)
    words = _draw_views(rng, group, 90 + 2 * sizes, difficulty.noise, GENERAL_WORDS, WORDS_OF_GROUP)
    needs = _draw_views(
        rng, group, np.full(projects, 22.0), difficulty.noise, DEPENDENCIES_OF_ALL, DEPENDENCIES_OF_GROUP
    )
    rows = {
        view: tuple(
            (names[project], f"{letter}{thing}", float(count))
            for project, thing, count in views
            if lacks[project] != index
        )
        for index, (view, letter, views) in enumerate(
            [("people", "p", people), ("words", "w", words), ("dependencies", "d", needs)]
        )
    }
    return PlantedGroups(rows, dict(zip(names, map(int, group), strict=True)))


Found = list[tuple[int, int, int]]


def _draw_people(
    rng: np.random.Generator, group: npt.NDArray[np.int64], sizes: npt.NDArray[np.float64], difficulty: Difficulty
) -> Found:
    """Each person begins in a project and goes on to further ones, more often to large ones."""
    members = [np.flatnonzero(group == project) for project in range(int(group.max()) + 1)]
    chances = [sizes[project] / sizes[project].sum() for project in members]
    everywhere = sizes / sizes.sum()
    begins = rng.choice(len(group), int(sizes.sum()), p=everywhere)
    people_rows = set()
    for person, first in enumerate(begins):
        people_rows.add((int(first), person))
        for _ in range(rng.geometric(1.0 / (1.0 + difficulty.reach)) - 1):
            if rng.random() < difficulty.mixing:
                further = rng.choice(len(group), p=everywhere)
            else:
                further = rng.choice(members[group[first]], p=chances[group[first]])
            people_rows.add((int(further), person))
    return [(project, person, 1) for project, person in sorted(people_rows)]


def _draw_views(
    rng: np.random.Generator, group: npt.NDArray[np.int64], lengths: npt.NDArray[np.float64], noise: float,
    general: int, own: int,
) -> Found:  # fmt: skip
    """Things of each project: everybody's ones after Zipf's law, and its group's ones."""
    common = 1.0 / np.arange(1, general + 1)
    common /= common.sum()
    special = 1.0 / np.arange(1, own + 1) ** 0.5
    special /= special.sum()
    drawn_rows: Found = []
    for project, length in enumerate(lengths):
        drawn = rng.binomial(int(length), noise)
        things = np.concatenate(
            [
                rng.choice(general, drawn, p=common),
                general + group[project] * own + rng.choice(own, int(length) - drawn, p=special),
            ]
        )
        kinds, counts = np.unique(things, return_counts=True)
        drawn_rows += [(project, int(kind), int(count)) for kind, count in zip(kinds, counts, strict=True)]
    return drawn_rows
