"""Edges between projects: the bipartite projection over shared people and organisations, and its backbone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse, special

from ecotone.foundation.text_codes import plain_texts
from ecotone.networks.person_activity import Codes, Floats

PROJECT_EDGES_SCHEMA: Final = pa.schema(
    [
        ("project_a", pa.string()),
        ("project_b", pa.string()),
        ("kind", pa.string()),
        ("weight", pa.float64()),
        ("quarter", pa.date32()),  # its first day; NULL over the whole period
        ("shared_count", pa.int64()),  # number of shared people or organisations
        ("shared_expected", pa.float64()),  # under the null model
        ("p_value", pa.float64()),
        ("significant", pa.bool_()),  # part of the backbone
    ]
)
MOST_LISTED: Final = 500
"""Projects up to which all pairs that share anything are listed; beyond, only the backbone, as the others are noise."""
RATE: Final = 0.05
"""False discovery rate of the backbone."""
MOST_ENTRIES: Final = 3_000_000
"""Shared members that are in memory at a time, about."""
MOST_CELLS: Final = 1 << 24
"""Pairs of projects, with those that share nothing, for which the null model is computed at a time."""
HARMONIC: Final = "shared_people"
NEWMAN: Final = "shared_people_newman"
ORGANISATIONS: Final = "shared_organisations"


@dataclass(frozen=True, slots=True)
class EdgeList:
    """Pairs of projects a < b, as positions, with at least one shared member; a value for each pair."""

    a: Codes
    b: Codes
    value: Floats

    def choose(self, flags: npt.NDArray[np.bool_]) -> EdgeList:
        """The pairs whose flag is set."""
        return EdgeList(self.a[flags], self.b[flags], self.value[flags])


def harmonic_weights(activity: sparse.csr_array, pairs: EdgeList) -> EdgeList:
    """Sum over shared members of a1 * a2 / (a1 + a2), half the harmonic mean of their activities.

    activity  (n_projects, n_members), >= 0, any unit
    pairs     those to weigh
    returns   in the unit of activity
    source    OpenDigger, src/cron/tasks/networkExport.ts
    """
    return _sum_over_members(activity, pairs, lambda first, second, _: first * second / (first + second))


def newman_weights(activity: sparse.csr_array, pairs: EdgeList) -> EdgeList:
    """Sum over shared members of 1 / (k - 1), k the number of projects of the member.

    source  Newman (2001), Phys. Rev. E 64, 016132, eq. 2, with projects for authors and members for papers
    """
    degrees = np.bincount(activity.indices, minlength=activity.shape[1])
    return _sum_over_members(
        activity, pairs, lambda _first, _second, member: np.asarray(1.0 / (degrees[member] - 1.0), np.float64)
    )


def count_shared_members(activity: sparse.csr_array) -> EdgeList:
    """The number of members that each pair of projects shares."""
    return _join_pairs(list(_iterate_shared_members(activity)))


def _iterate_shared_members(activity: sparse.csr_array) -> Iterator[EdgeList]:
    """The same for the pairs of one project after another with later ones, some MOST_ENTRIES at a time."""
    present = sparse.csr_array((np.ones(activity.nnz, np.int32), activity.indices, activity.indptr), activity.shape)
    transposed = sparse.csr_array(present.T.tocsr())
    degrees = np.diff(transposed.indptr)
    entries = np.append(0, np.cumsum(degrees[present.indices], dtype=np.int64))[present.indptr]
    start = 0
    while start < activity.shape[0]:
        end = max(int(np.searchsorted(entries, entries[start] + MOST_ENTRIES, side="right")) - 1, start + 1)
        end = min(end, start + MOST_CELLS // activity.shape[0] + 1)
        shared = sparse.csr_array(present[start:end] @ transposed)
        shared.sort_indices()
        pairs = shared.tocoo()
        first = pairs.row.astype(np.int64) + start
        later = pairs.col > first
        yield EdgeList(first[later], pairs.col[later].astype(np.int64), pairs.data[later].astype(np.float64))
        start = end


def _join_pairs(parts: Sequence[EdgeList]) -> EdgeList:
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in ("a", "b", "value")]
    return EdgeList(*columns)


@dataclass(frozen=True, slots=True)
class NullModel:
    """The bipartite configuration model of projects and members.

    Project i has member m with probability p_im = x_i y_m / (1 + x_i y_m); x and y keep the expected degrees of all
    projects and members. Given that member m has exactly k projects, i and j are both among them with probability
    p_im p_jm k (k - 1) / (k^2 - sum_i p_im^2), so the expected numbers of all pairs sum to the observed total.

    probability  (n_projects, n_sizes), one column for all members with the same number of projects
    each         (n_sizes,), the factor of p_im p_jm, summed over these members
    source       Saracco et al. (2017), New J. Phys. 19, 053022; Neal (2014), Social Networks 39:84
    """

    probability: Floats
    each: Floats

    @classmethod
    def fit(cls, activity: sparse.csr_array) -> NullModel:
        """The model of an activity (n_projects, n_members) of which only the sparsity pattern matters."""
        per_project = np.diff(activity.indptr).astype(np.float64)
        sizes, times = np.unique(np.bincount(activity.indices, minlength=activity.shape[1]), return_counts=True)
        times, sizes = times[sizes > 0], sizes[sizes > 0]
        probability = _configuration_probabilities(per_project, sizes, times)
        room = np.maximum(sizes**2 - (probability**2).sum(axis=0), 1e-12)
        return cls(probability, times * sizes * (sizes - 1) / room)

    def expected_numbers(self, pairs: EdgeList) -> Floats:
        """The expected number of members that each pair shares."""
        expected = np.zeros(len(pairs.a))
        for column, factor in enumerate(self.each):
            expected += factor * self.probability[pairs.a, column] * self.probability[pairs.b, column]
        return expected

    def may_be_significant(self, pairs: EdgeList) -> npt.NDArray[np.bool_]:
        """Whether the p-value of each pair may be up to RATE; those of few pairs are higher.

        pairs  of neighbouring projects with others, as `_iterate_shared_members` yields them
        """
        if not len(pairs.a):
            return np.zeros(0, bool)
        first, last = int(pairs.a[0]), int(pairs.a[-1])
        rows = (self.probability[first : last + 1] * self.each) @ self.probability.T
        about = rows[pairs.a - first, pairs.b]
        likely = pairs.value > about  # up to the mean, the upper tail is one half or more
        likely[likely] = poisson_tails(pairs.value[likely], about[likely]) <= 1.01 * RATE
        return likely


def null_model_p_values(activity: sparse.csr_array, pairs: EdgeList) -> tuple[Floats, Floats]:
    """(expected, p) of each pair's number of shared members under the bipartite configuration model.

    activity  (n_projects, n_members); only its sparsity pattern matters
    pairs     pairs of projects that share a member, as `count_shared_members` returns them
    """
    expected = NullModel.fit(activity).expected_numbers(pairs)
    return expected, poisson_tails(pairs.value, expected)


def poisson_tails(numbers: Floats, means: Floats) -> Floats:
    """The probability that a Poisson variable is at least as large, by the lower incomplete gamma ratio.

    For the number of shared members it is conservative from one above the mean on (Anderson and Samuels 1967).
    """
    return np.asarray(special.gammainc(numbers, means))


def _configuration_probabilities(per_project: Floats, sizes: Codes, times: Codes, rounds: int = 1_000) -> Floats:
    """(n_projects, n_sizes): the probability that a project has a member with that number of projects."""
    x = per_project / np.sqrt(max(float(per_project.sum()), 1.0))
    y = sizes / np.sqrt(max(float(per_project.sum()), 1.0))
    for _ in range(rounds):
        filled = 1.0 + np.outer(x, y)
        y_next = sizes / np.maximum((x[:, None] / filled).sum(axis=0), 1e-300)
        filled = 1.0 + np.outer(x, y_next)
        x_next = per_project / np.maximum((times * y_next / filled).sum(axis=1), 1e-300)
        settled = np.allclose(x_next, x, rtol=1e-9) and np.allclose(y_next, y, rtol=1e-9)
        x, y = x_next, y_next
        if settled:
            break
    product = np.outer(x, y)
    return np.asarray(product / (1.0 + product))


def significant_edges(p_values: Floats, rate: float = RATE, tests: int | None = None) -> npt.NDArray[np.bool_]:
    """Mask of the significant edges at false discovery rate `rate`.

    tests   number of all pairs, including those that share nothing; default as many as p_values
    source  Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57:289
    """
    order = np.argsort(p_values, kind="stable")
    limit = rate * np.arange(1, len(order) + 1) / max(tests or len(order), 1)
    passing = np.flatnonzero(p_values[order] <= limit)
    keep = np.zeros(len(order), dtype=bool)
    if len(passing):
        keep[order[: passing[-1] + 1]] = True
    return keep


def build_project_edges(acts: pa.Table) -> pa.Table:
    """Pairs of projects that share people or organisations, in each quarter and over the whole period.

    Of more than MOST_LISTED projects only the significant pairs.

    acts     project, month, kind, person, actor_kind, organisation; acts of persons count, except releases, stars
             and forks
    returns  TIES_SCHEMA, by quarter (whole period last), kind, project_a, project_b, with project_a < project_b.
             Weights: `shared_people` in square roots of acts, summed over months; `shared_people_newman`
             dimensionless; `shared_organisations` in people-months
    """
    use = pc.and_(
        pc.equal(acts["actor_kind"], "person"),
        pc.invert(pc.is_in(acts["kind"], value_set=pa.array(["release", "star", "fork"]))),
    )
    rows = acts.select(["project", "month", "person", "organisation"]).filter(use)
    by_person = _count_member_acts(rows, "person")
    people = rows.group_by(["project", "month", "organisation", "person"], use_threads=False).aggregate([])
    by_organisation = _count_member_acts(people.filter(pc.is_valid(people["organisation"])), "organisation")
    parts: list[pa.Table] = []
    crowded = pc.count_distinct(by_person["project"]).as_py() > MOST_LISTED
    for quarter in [*pc.unique(by_person["quarter"]).sort(), None]:
        for counted, member, root in ((by_person, "person", True), (by_organisation, "organisation", False)):
            part = counted if quarter is None else counted.filter(pc.equal(counted["quarter"], quarter))
            parts.extend(_edges_of_period(part, member, root, quarter, crowded))
    return pa.concat_tables(parts) if parts else PROJECT_EDGES_SCHEMA.empty_table()


def _count_member_acts(rows: pa.Table, member: str) -> pa.Table:
    """project, month, member, quarter, count_all."""
    counted = plain_texts(rows.group_by(["project", "month", member], use_threads=False).aggregate([([], "count_all")]))
    quarter = pc.floor_temporal(counted["month"], unit="quarter").cast(pa.date32())
    return counted.append_column("quarter", quarter)


def _edges_of_period(
    counted: pa.Table, member: str, root: bool, quarter: pa.Scalar | None, crowded: bool
) -> list[pa.Table]:
    if not counted.num_rows:
        return []
    names, project = _sorted_codes(counted["project"])
    _, column = _sorted_codes(counted[member])
    acts = counted["count_all"].to_numpy().astype(np.float64)
    values = np.sqrt(acts) if root else acts
    activity = sparse.csr_array((values, (project, column)), shape=(len(names), int(column.max()) + 1))
    activity.sort_indices()
    model = NullModel.fit(activity)
    blocks = _iterate_shared_members(activity)
    shared = _join_pairs([part.choose(model.may_be_significant(part)) if crowded else part for part in blocks])
    expected = model.expected_numbers(shared)
    p_values = poisson_tails(shared.value, expected)
    significant = significant_edges(p_values, tests=len(names) * (len(names) - 1) // 2)
    if crowded:
        shared, expected, p_values = shared.choose(significant), expected[significant], p_values[significant]
        significant = significant[significant]
    kinds = {HARMONIC: harmonic_weights, NEWMAN: newman_weights} if root else {ORGANISATIONS: harmonic_weights}
    size = len(shared.a)
    moment = pa.nulls(size, pa.date32()) if quarter is None else pa.repeat(quarter, size)
    return [
        pa.table(
            [
                names.take(pa.array(shared.a)), names.take(pa.array(shared.b)), pa.repeat(pa.scalar(kind), size),
                pa.array(np.round(weigh(activity, shared).value, 6)), moment,
                pa.array(shared.value.astype(np.int64)), pa.array(np.round(expected, 6)), pa.array(p_values),
                pa.array(significant),
            ],
            schema=PROJECT_EDGES_SCHEMA,
        )
        for kind, weigh in kinds.items()
    ]  # fmt: skip


def _sorted_codes(column: pa.ChunkedArray) -> tuple[pa.Array, Codes]:
    names = pc.unique(column).sort()
    codes = pc.index_in(column, value_set=names).to_numpy().astype(np.int64)
    return names, codes


def _sum_over_members(
    activity: sparse.csr_array, pairs: EdgeList, value: Callable[[Floats, Floats, Codes], Floats]
) -> EdgeList:
    """Sum over the members of each pair, in their order: `value` of both activities and the member."""
    members = activity.shape[1]
    entries = np.append(0, np.diff(activity.indptr).astype(np.int64)[pairs.a].cumsum())
    total, start = np.zeros(len(pairs.a)), 0
    while start < len(total):
        end = max(int(np.searchsorted(entries, entries[start] + MOST_ENTRIES, side="right")) - 1, start + 1)
        first, second = (activity[side[start:end]].tocoo() for side in (pairs.a, pairs.b))
        keys, others = (part.row.astype(np.int64) * members + part.col for part in (first, second))
        position = np.minimum(np.searchsorted(others, keys), max(len(others) - 1, 0))
        both = np.flatnonzero(others[position] == keys)
        values = value(first.data[both], second.data[position[both]], first.col[both])
        total[start:end] = np.bincount(first.row[both], values, minlength=end - start)
        start = end
    return EdgeList(pairs.a, pairs.b, total)
