"""Extract a field from events: repositories whose people work with each other's, from a few that belong to it.

Formula `field_extraction/ecotone-1`. A repository is in the field if

1. more of its people take part in members than chance explains: the backbone test, and
2. its `focus` is at least half of the seeds': the mean, over its people, of the share of their other repositories
   that are members. A person in many repositories adds little to each.

The members are determined again from the new members until they stay the same.

source  backbone: Saracco et al. (2017), New J. Phys. 19, 053022, with the null model of Chung and Lu (2002) in place of
        the exact one; focus: Newman's (2001) weights 1 / (k - 1), Phys. Rev. E 64, 016132
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import sparse, special

from ecotone.events.participation.engine_answers import Chance, Participation, SharedPeople
from ecotone.events.participation.sampling_statements import SUBSAMPLES
from ecotone.landscape.clustering import CUT_RANGE, SMALLEST_FIELD
from ecotone.landscape.partition_metrics import measure_modularity
from ecotone.landscape.resampling import build_hierarchy
from ecotone.networks.project_edges import significant_edges

LEAST_FOCUS: Final = 0.5
"""Of the seeds' median focus."""
FEWEST_PEOPLE: Final = 3
"""People of a repository, who take part elsewhere too, that the sample must have seen."""
MOST_ROUNDS: Final = 20
GROWTH: Final = 2.0
"""The field may become so many times larger in a round, so that it grows along its strongest ties."""
FIRST_GROWTH: Final = 5
LEAST_MODULARITY: Final = 0.3


@dataclass(frozen=True, slots=True)
class Membership:
    """How a repository is tied to the field.

    people    of it, who take part in another repository too
    reached   those of them who take part in a member
    expected  as many by chance
    is_tied   whether `reached` is beyond chance
    focus     mean share of their other repositories that are members
    shared    (member, shared people), the most first
    error     standard error of the focus over samples of hours; NULL unless measured
    included  subsamples of hours, of SUBSAMPLES, in which the focus is enough; NULL unless measured
    """

    repository: str
    people: int
    reached: int
    expected: float
    is_tied: bool
    focus: float
    shared: tuple[tuple[str, int], ...]
    error: float | None = None
    included: int | None = None


@dataclass(frozen=True, slots=True)
class ExtractedField:
    """The field: its members and what was left out, each by focus.

    seeds     as they are written
    wanted    the focus that a member must have
    settled   whether a further round changes nothing
    pairs     (member, member, weight) of members that share people
    """

    seeds: tuple[str, ...]
    members: tuple[Membership, ...]
    left_out: tuple[Membership, ...]
    wanted: float
    rounds: int
    settled: bool
    chance: Chance
    pairs: tuple[tuple[str, str, float], ...]


def extract_field(events: Participation, seeds: Sequence[str]) -> ExtractedField:
    """The field around the seeds. Raises SourceError."""
    chance = events.measure_chance()
    members: tuple[str, ...] = tuple(seeds)
    visited = {frozenset(members)}
    settled, rounds = False, 0
    while not settled and rounds < MOST_ROUNDS:
        rounds += 1
        rows = events.list_shared_people(members)
        strengths, pairs = measure_memberships(rows, members, chance)
        wanted = wanted_focus(strengths, seeds, first=rounds == 1)
        chosen = choose_members(strengths, members, seeds, wanted)
        if set(chosen) == set(members):
            settled = True
        # members that come and go in turn: the round with the most of them ends it
        elif frozenset(chosen) in visited and len(chosen) <= len(members):
            break
        visited.add(frozenset(chosen))
        members = chosen
    inside = set(members)
    checked = measure_errors(events.list_losses(members), strengths, seeds)
    ordered = sorted(checked.values(), key=lambda item: (-round(item.focus, 9), item.repository))
    return ExtractedField(
        tuple(seeds),
        tuple(item for item in ordered if item.repository in inside),
        tuple(item for item in ordered if item.repository not in inside),
        wanted, rounds, settled, chance,
        tuple(sorted((a, b, weight) for (a, b), weight in pairs.items() if a < b and {a, b} <= inside)),
    )  # fmt: skip


def measure_memberships(
    rows: Iterable[SharedPeople], members: Sequence[str], chance: Chance
) -> tuple[dict[str, Membership], dict[tuple[str, str], float]]:
    """How every repository is tied to the members, and the weight of each (member, repository).

    A pair with a and b people shares a b Q people by chance, where Q = sum of k (k - 1) / (sum of k)^2 over all
    persons with k repositories. The sum over members is an upper limit for the people who reach any of them.
    """
    listed = list(rows)
    largest = {row.repository: row for row in listed}
    names = sorted(largest)
    people = np.array([float(largest[name].people) for name in names])
    reached_by: Counter[str] = Counter()
    for row in listed:
        reached_by[row.repository] += row.newly
    reached = np.array([float(reached_by[name]) for name in names])
    inside = {member: float(largest[member].people) for member in members if member in largest}
    others = sum(inside.values()) - np.array([inside.get(name, 0.0) for name in names])
    expected = people * others * chance.pairs / max(chance.memberships, 1) ** 2
    p_values = np.asarray(special.gammainc(np.maximum(reached, 1e-9), np.maximum(expected, 1e-12)))
    # repositories that share no one, or one person, were tested too
    is_tied = significant_edges(p_values, tests=max(chance.repositories, len(names)))
    pairs = {(row.member, row.repository): row.weight for row in listed if row.member != row.repository}
    weight: dict[str, float] = defaultdict(float)
    shared: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in listed:
        if row.member != row.repository:
            weight[row.repository] += row.weight
            shared[row.repository].append((row.member, row.shared))
    strengths = {
        name: Membership(
            name, int(people[at]), int(reached[at]), float(expected[at]), bool(is_tied[at]),
            float(weight[name] / max(people[at], 1.0)), tuple(sorted(shared[name], key=lambda tie: (-tie[1], tie[0]))),
        )
        for at, name in enumerate(names)
    }  # fmt: skip
    return strengths, pairs


def wanted_focus(strengths: Mapping[str, Membership], seeds: Sequence[str], *, first: bool) -> float:
    """The focus that a repository of the field has at least.

    first  only the seeds are members: two that are close to each other would let nothing else in, so at most the focus
           of the repositories nearest to them is wanted. Later rounds put out what does not belong.
    """
    reference = float(np.median([strengths[seed].focus if seed in strengths else 0.0 for seed in seeds]))
    if first:
        near = [item.focus for item in sorted(strengths.values(), key=_strength_order)
                if item.repository not in seeds and item.is_tied and item.people >= FEWEST_PEOPLE]  # fmt: skip
        reference = min(reference, float(np.median(near[:FIRST_GROWTH]))) if near and len(seeds) > 1 else 0.0
    return LEAST_FOCUS * reference


def _strength_order(item: Membership) -> tuple[float, str]:
    """The most focused first; of two, the one with more people is surer."""
    return -round(item.focus * math.sqrt(item.people), 9), item.repository


def choose_members(
    strengths: Mapping[str, Membership], members: Sequence[str], seeds: Sequence[str], wanted: float
) -> tuple[str, ...]:
    """The seeds and the repositories that belong to their field, at most GROWTH times as many as before."""
    fits = [
        item
        for item in strengths.values()
        if item.repository not in seeds and item.people >= FEWEST_PEOPLE and item.is_tied and item.focus >= wanted
    ]
    fits.sort(key=_strength_order)
    room = round(GROWTH * len(members)) + FIRST_GROWTH - len(seeds)
    return (*seeds, *(item.repository for item in fits[:room]))


def measure_errors(
    losses: Mapping[str, tuple[np.ndarray, np.ndarray]],
    strengths: Mapping[str, Membership],
    seeds: Sequence[str],
) -> dict[str, Membership]:
    """The memberships with their sampling error: the spread of the focus when each subsample of hours is left out.

    source  Wolter (2007), Introduction to Variance Estimation, chapter 4: the jackknife of random groups
    """
    focus: dict[str, np.ndarray] = {}
    for name, item in strengths.items():
        if name in losses:
            weight, people = losses[name]
            focus[name] = np.maximum(item.focus * item.people - weight, 0) / np.maximum(item.people - people, 1)
    reference = [focus[seed] for seed in seeds if seed in focus]
    wanted = LEAST_FOCUS * np.median(reference, axis=0) if reference else np.zeros(SUBSAMPLES)
    return {
        name: item
        if name not in focus
        else replace(
            item,
            error=float(np.sqrt((SUBSAMPLES - 1) / SUBSAMPLES * ((focus[name] - focus[name].mean()) ** 2).sum())),
            included=int((focus[name] >= wanted).sum()),
        )
        for name, item in strengths.items()
    }


def choose_seeds(speakers: Sequence[tuple[str, int, int]], most: int = 5) -> tuple[str, ...]:
    """Repositories that a topic is typical of: many of their people speak of it, and a large share of them.

    speakers  (repository, people, those who speak of the topic)
    """
    ranked = sorted(speakers, key=lambda row: (-round(row[2] * row[2] / max(row[1], 1), 9), row[0]))
    return tuple(name for name, _, _ in ranked[:most])


def group_members(extracted: ExtractedField) -> dict[str, int]:
    """Member -> its group, from 0; all are one group where no division of the ties is clearly better.

    The tree over the ties (`build_hierarchy`), cut where modularity is greatest; below LEAST_MODULARITY there are no
    groups.

    source  Newman (2004), Phys. Rev. E 69, 026113: values above 0.3 tell of groups
    """
    names = [item.repository for item in extracted.members]
    position = {name: index for index, name in enumerate(names)}
    people = np.array([float(item.people) for item in extracted.members])
    groups = dict.fromkeys(names, 0)
    if len(names) < 2 * SMALLEST_FIELD or not extracted.pairs:
        return groups
    row = np.array([position[first] for first, _, _ in extracted.pairs])
    column = np.array([position[second] for _, second, _ in extracted.pairs])
    value = np.array([pair[2] for pair in extracted.pairs]) / np.sqrt(people[row] * people[column])
    edges = sparse.coo_array((value, (row, column)), shape=(len(names), len(names))).tocsr()
    hierarchy = build_hierarchy(sparse.csr_array(edges + edges.T))
    most = min(round(CUT_RANGE * math.sqrt(len(names) / 2)), int(hierarchy.connected.sum()) - 1)
    cuts = [hierarchy.cut(count) for count in range(2, most + 1)]
    if not cuts:
        return groups
    scores = [measure_modularity(hierarchy.edges, cut + 1) for cut in cuts]
    if max(scores) < LEAST_MODULARITY:
        return groups
    best = cuts[int(np.argmax(scores))]
    return {name: max(int(group), 0) for name, group in zip(names, best, strict=True)}
