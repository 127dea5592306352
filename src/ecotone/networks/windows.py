"""The networks of a trailing window of months: one for each subject and month, all from one table of meetings."""

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
from ecotone.networks.interactions import CHANCE, WINDOW_MONTHS
from ecotone.networks.network import UNKNOWN, Codes, Floats, Network


@dataclass(frozen=True, slots=True)
class Window:
    """Who met whom in the months up to one, and what all its measures need.

    crossing  share of ties between organisations, with its bounds
    chance    E-I against chance; None where there is too little to deal out
    """

    subject: str
    month: date
    network: Network
    matrix: Floats  # as `cohesion.mixing` gives it
    crossing: Bounded
    chance: AgainstChance | None

    @classmethod
    def of(cls, subject: str, month: date, network: Network) -> Window:
        """The window of one network; the seed of its permutations is made of the subject and the month."""
        matrix = mixing(network)
        chance = None
        if enough_for_chance(network):
            digest = hashlib.sha256(f"{subject} {month:%Y-%m}".encode()).digest()
            seed = int.from_bytes(digest[:8], "big")
            chance = external_internal_test(network, seed=seed, permutations=CHANCE["permutations"])
        return cls(subject, month, network, matrix, cross_share(matrix), chance)

    @property
    def known(self) -> Floats:
        """The mixing matrix without the unknown."""
        return self.matrix[:-1, :-1]

    @property
    def ends(self) -> Floats:
        """(n_organisations,): weight of ties with both ends known, at each end's organisation."""
        return np.asarray(self.known.sum(axis=0) + self.known.sum(axis=1), dtype=np.float64)


def enough_for_chance(network: Network) -> bool:
    """Whether there are people, ties and organisations enough to ask what chance would make of them."""
    source, target = network.ends
    known = (source != UNKNOWN) & (target != UNKNOWN)
    one, other = network.source[known], network.target[known]
    people = np.unique(np.concatenate([one, other]))
    pairs = np.unique(np.minimum(one, other) * len(network.group) + np.maximum(one, other))
    organisations = np.unique(network.group[people])
    return len(people) >= CHANCE["people"] and len(pairs) >= CHANCE["ties"] and len(organisations) > 1


def windows(meetings: pa.Table, subject: str = "project", months: int = WINDOW_MONTHS) -> Iterator[Window]:
    """The window of every subject and month, by subject and month.

    A month has one if any month of its window has interactions, up to the last month of the table, as `trailing`
    has it; months are added up, and kinds, and projects where the subject spans several.

    meetings  `interactions.PERSON_SCHEMA`, and the column `subject` if it is another than the project
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
    """Meetings as numbers, by subject and month."""

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
        months = pc.add(pc.multiply(pc.year(rows["month"]), 12), pc.subtract(pc.month(rows["month"]), 1)).to_numpy()
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
        """The people in these rows and how strongly they met, as `network_of` has it."""
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
        """Each person's organisation: the known one beside most of their weight, of equal ones the first by name."""
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
