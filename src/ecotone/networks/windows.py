"""Interaction networks over a rolling window of months, one for each subject and month."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.networks.coded import coded
from ecotone.networks.cohesion import AgainstChance, Bounded, cross_share, external_internal_test, mixing
from ecotone.networks.edges import months_since_zero
from ecotone.networks.interactions import CHANCE, WINDOW_MONTHS
from ecotone.networks.network import UNKNOWN, Codes, Floats, Network


@dataclass(frozen=True, slots=True)
class Window:
    """Interaction network of one subject over a rolling window, with its shared statistics.

    cross_share  share of edge weight between organisations, with its bounds
    ei_test      permutation test of the E-I index; None with too few people or edges
    """

    subject: str
    month: date
    network: Network
    matrix: Floats  # the mixing matrix, the unknown last
    crossing: Bounded
    chance: AgainstChance | None

    @classmethod
    def of(cls, subject: str, month: date, network: Network) -> Window:
        """The window of one network; subject and month determine the seed of the permutations."""
        matrix = mixing(network)
        chance = None
        if enough_for_chance(network):
            digest = hashlib.sha256(f"{subject} {month:%Y-%m}".encode()).digest()
            seed = int.from_bytes(digest[:8], "big")
            chance = external_internal_test(network, seed=seed, permutations=CHANCE["permutations"])
        return cls(subject, month, network, matrix, cross_share(matrix), chance)

    @property
    def known(self) -> Floats:
        """The mixing matrix of the known organisations."""
        return self.matrix[:-1, :-1]

    @property
    def ends(self) -> Floats:
        """(n_organisations,): weight of each organisation's incoming and outgoing edges, both ends known."""
        return np.asarray(self.known.sum(axis=0) + self.known.sum(axis=1), dtype=np.float64)


def enough_for_chance(network: Network) -> bool:
    """Whether there are enough people, edges and organisations for the permutation test."""
    source, target = network.ends
    known = (source != UNKNOWN) & (target != UNKNOWN)
    one, other = network.source[known], network.target[known]
    people = np.unique(np.concatenate([one, other]))
    pairs = np.unique(np.minimum(one, other) * len(network.group) + np.maximum(one, other))
    organisations = np.unique(network.group[people])
    return len(people) >= CHANCE["people"] and len(pairs) >= CHANCE["ties"] and len(organisations) > 1


def windows(meetings: pa.Table, subject: str = "project", months: int = WINDOW_MONTHS) -> Iterator[Window]:
    """Windows by subject and month, up to the last month of the table; months without interactions have none.

    A window sums over its months, all kinds, and all projects of the subject. Each person belongs to the organisation
    with most of their weight, on ties to the first by name.

    meetings  PERSON_SCHEMA, and the column `subject` if it is not the project
    """
    rows = _Coded.of(meetings, subject)
    for code, name in enumerate(rows.subjects):
        low, high = np.searchsorted(rows.subject, [code, code + 1])
        if low == high:
            continue
        first, last = int(rows.month[low]), int(rows.month[high - 1])
        for month in range(first, min(last + months, rows.last + 1)):
            start, end = low + np.searchsorted(rows.month[low:high], [month - months + 1, month + 1])
            if start < end:
                yield Window.of(name, date(month // 12, month % 12 + 1, 1), rows.network(slice(int(start), int(end))))


@dataclass(frozen=True, slots=True)
class _Coded:
    """The interactions as integer codes, sorted by subject and month."""

    subjects: list[str]
    organisations: list[str]
    last: int
    subject: Codes
    month: Codes
    person: Codes  # (2, n), from and to
    organisation: Codes  # (2, n)
    weight: Floats

    @classmethod
    def of(cls, meetings: pa.Table, subject: str) -> _Coded:
        use = pc.and_(pc.not_equal(meetings["from_person"], meetings["to_person"]), pc.is_valid(meetings[subject]))
        rows = meetings.filter(use)
        months = months_since_zero(rows["month"])
        subjects, (of_subject,) = coded(rows[subject])
        _, people = coded(rows["from_person"], rows["to_person"])
        organisations, of_organisation = coded(rows["from_organisation"], rows["to_organisation"])
        order = np.lexsort((months, of_subject))
        return cls(
            subjects.to_pylist(), organisations.to_pylist(), int(months.max()) if len(months) else 0,
            of_subject[order], months[order], np.stack(people)[:, order], np.stack(of_organisation)[:, order],
            rows["weight"].to_numpy()[order],
        )  # fmt: skip

    def network(self, rows: slice) -> Network:
        """The network of the people in these rows."""
        size = self.person.shape[1]
        start, end = rows.indices(size)[:2]
        people, place = np.unique(self.person[:, start:end], return_inverse=True)
        source, target = place.reshape(2, -1)
        count = len(people)
        pairs, inverse = np.unique(source * count + target, return_inverse=True)
        weight = self.weight[start:end]
        group, names = self._belonging(place.ravel(), self.organisation[:, start:end].ravel(), weight, count)
        summed = np.bincount(inverse.ravel(), weight, minlength=len(pairs)).astype(np.float64)
        return Network(pairs // count, pairs % count, summed, group, names)

    def _belonging(
        self, person: Codes, organisation: Codes, weight: Floats, count: int
    ) -> tuple[Codes, tuple[str, ...]]:
        """Each person's known organisation with the largest weight, on ties the first by name."""
        known = organisation != UNKNOWN
        width = max(len(self.organisations), 1)
        keys, inverse = np.unique(person[known] * width + organisation[known], return_inverse=True)
        total = np.round(np.bincount(inverse, np.tile(weight, 2)[known], minlength=len(keys)), 9)
        order = np.lexsort((keys % width, -total, keys // width))
        who, first = np.unique(keys[order] // width, return_index=True)
        mine, local = np.unique(keys[order][first] % width, return_inverse=True)
        group = np.full(count, UNKNOWN, dtype=np.int64)
        group[who] = local
        return group, tuple(self.organisations[code] for code in mine)
