"""Interaction networks over a rolling window of months, one for each subject and month."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.networks.dictionary_encoding import encode_columns_together
from ecotone.networks.mixing import (
    BoundedShare,
    PermutationTest,
    bounded_cross_share,
    ei_permutation_test,
    mixing_matrix,
)
from ecotone.networks.person_activity import months_since_zero
from ecotone.networks.person_interactions import PERMUTATION_TEST, WINDOW_MONTHS
from ecotone.networks.person_network import UNKNOWN, Codes, Floats, PersonNetwork


@dataclass(frozen=True, slots=True)
class Window:
    """Interaction network of one subject over a rolling window, with its shared statistics.

    cross_share  share of edge weight between organisations, with its bounds
    ei_test      permutation test of the E-I index; None with too few people or edges
    """

    subject: str
    month: date
    network: PersonNetwork
    matrix: Floats  # the mixing matrix, the unknown last
    cross_share: BoundedShare
    ei_test: PermutationTest | None

    @classmethod
    def from_network(cls, subject: str, month: date, network: PersonNetwork) -> Window:
        """The window of one network; subject and month determine the seed of the permutations."""
        matrix = mixing_matrix(network)
        chance = None
        if enough_for_permutations(network):
            digest = hashlib.sha256(f"{subject} {month:%Y-%m}".encode()).digest()
            seed = int.from_bytes(digest[:8], "big")
            chance = ei_permutation_test(network, seed=seed, permutations=PERMUTATION_TEST["permutations"])
        return cls(subject, month, network, matrix, bounded_cross_share(matrix), chance)

    @property
    def known_mixing(self) -> Floats:
        """The mixing matrix of the known organisations."""
        return self.matrix[:-1, :-1]

    @property
    def organisation_weights(self) -> Floats:
        """(n_organisations,): weight of each organisation's incoming and outgoing edges, both ends known."""
        return np.asarray(self.known_mixing.sum(axis=0) + self.known_mixing.sum(axis=1), dtype=np.float64)


def enough_for_permutations(network: PersonNetwork) -> bool:
    """Whether there are enough people, edges and organisations for the permutation test."""
    source, target = network.edge_organisations
    known = (source != UNKNOWN) & (target != UNKNOWN)
    first, second = network.source[known], network.target[known]
    people = np.unique(np.concatenate([first, second]))
    pairs = np.unique(np.minimum(first, second) * len(network.organisation_codes) + np.maximum(first, second))
    organisations = np.unique(network.organisation_codes[people])
    return (
        len(people) >= PERMUTATION_TEST["people"] and len(pairs) >= PERMUTATION_TEST["pairs"] and len(organisations) > 1
    )


def iterate_windows(
    meetings: pa.Table, subject: str = "project", months: int = WINDOW_MONTHS, last: date | None = None
) -> Iterator[Window]:
    """Windows by subject and month, up to a last month; months without interactions have none.

    A window sums over its months, all kinds, and all projects of the subject. Each person belongs to the organisation
    with most of their weight, on ties to the first by name.

    meetings  PERSON_SCHEMA, and the column `subject` if it is not the project
    last      the last month; None: that of the table
    """
    rows = _EncodedInteractions.from_table(meetings, subject)
    end_month = rows.last if last is None else last.year * 12 + last.month - 1
    for code, name in enumerate(rows.subjects):
        low, high = np.searchsorted(rows.subject, [code, code + 1])
        if low == high:
            continue
        for month in range(int(rows.month[low]), min(int(rows.month[high - 1]) + months, end_month + 1)):
            start, end = low + np.searchsorted(rows.month[low:high], [month - months + 1, month + 1])
            if start < end:
                yield Window.from_network(
                    name, date(month // 12, month % 12 + 1, 1), rows.window_network(slice(int(start), int(end)))
                )


@dataclass(frozen=True, slots=True)
class _EncodedInteractions:
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
    def from_table(cls, meetings: pa.Table, subject: str) -> _EncodedInteractions:
        use = pc.and_(pc.not_equal(meetings["from_person"], meetings["to_person"]), pc.is_valid(meetings[subject]))
        rows = meetings.filter(use)
        months = months_since_zero(rows["month"])
        subjects, (of_subject,) = encode_columns_together(rows[subject])
        _, people = encode_columns_together(rows["from_person"], rows["to_person"])
        organisations, of_organisation = encode_columns_together(rows["from_organisation"], rows["to_organisation"])
        order = np.lexsort((months, of_subject))
        return cls(
            subjects.to_pylist(), organisations.to_pylist(), int(months.max()) if len(months) else 0,
            of_subject[order], months[order], np.stack(people)[:, order], np.stack(of_organisation)[:, order],
            rows["weight"].to_numpy()[order],
        )  # fmt: skip

    def window_network(self, rows: slice) -> PersonNetwork:
        """The network of the people in these rows."""
        size = self.person.shape[1]
        start, end = rows.indices(size)[:2]
        people, positions = np.unique(self.person[:, start:end], return_inverse=True)
        source, target = positions.reshape(2, -1)
        count = len(people)
        pairs, inverse = np.unique(source * count + target, return_inverse=True)
        weight = self.weight[start:end]
        group, names = self._assign_organisations(
            positions.ravel(), self.organisation[:, start:end].ravel(), weight, count
        )
        summed = np.bincount(inverse.ravel(), weight, minlength=len(pairs)).astype(np.float64)
        return PersonNetwork(pairs // count, pairs % count, summed, group, names)

    def _assign_organisations(
        self, person: Codes, organisation: Codes, weight: Floats, count: int
    ) -> tuple[Codes, tuple[str, ...]]:
        """Each person's known organisation with the largest weight, on ties the first by name."""
        known = organisation != UNKNOWN
        width = max(len(self.organisations), 1)
        keys, inverse = np.unique(person[known] * width + organisation[known], return_inverse=True)
        total = np.round(np.bincount(inverse, np.tile(weight, 2)[known], minlength=len(keys)), 9)
        order = np.lexsort((keys % width, -total, keys // width))
        members, first = np.unique(keys[order] // width, return_index=True)
        assigned, local = np.unique(keys[order][first] % width, return_inverse=True)
        group = np.full(count, UNKNOWN, dtype=np.int64)
        group[members] = local
        return group, tuple(self.organisations[code] for code in assigned)
