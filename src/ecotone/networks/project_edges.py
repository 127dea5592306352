"""Edges between projects: the bipartite projection over shared people and organisations, and its backbone."""

from __future__ import annotations

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
HARMONIC: Final = "shared_people"
NEWMAN: Final = "shared_people_newman"
ORGANISATIONS: Final = "shared_organisations"


@dataclass(frozen=True, slots=True)
class EdgeList:
    """Pairs of projects a < b, as positions, with at least one shared member; a value for each pair."""

    a: Codes
    b: Codes
    value: Floats


def harmonic_weights(activity: sparse.csr_array) -> EdgeList:
    """Sum over shared members of a1 * a2 / (a1 + a2), half the harmonic mean of their activities.

    activity  (n_projects, n_members), >= 0, any unit
    returns   in the unit of activity
    source    OpenDigger, src/cron/tasks/networkExport.ts
    """
    first_entry, second_entry, member = _shared_entries(activity)
    data = activity.tocsc().data
    first, second = data[first_entry], data[second_entry]
    return _sum_over_members(activity, first_entry, second_entry, first * second / (first + second), member)


def newman_weights(activity: sparse.csr_array) -> EdgeList:
    """Sum over shared members of 1 / (k - 1), k the number of projects of the member.

    source  Newman (2001), Phys. Rev. E 64, 016132, eq. 2, with projects for authors and members for papers
    """
    first_entry, second_entry, member = _shared_entries(activity)
    degrees = np.diff(activity.tocsc().indptr)
    return _sum_over_members(activity, first_entry, second_entry, 1.0 / (degrees[member] - 1.0), member)


def count_shared_members(activity: sparse.csr_array) -> EdgeList:
    """The number of members that each pair of projects shares."""
    first_entry, second_entry, member = _shared_entries(activity)
    return _sum_over_members(activity, first_entry, second_entry, np.ones(len(first_entry)), member)


def null_model_p_values(activity: sparse.csr_array, pairs: EdgeList) -> tuple[Floats, Floats]:
    """(expected, p) of each pair's number of shared members under the bipartite configuration model.

    Project i has member m with probability p_im = x_i y_m / (1 + x_i y_m); x and y keep the expected degrees of all
    projects and members. Given that member m has exactly k projects, i and j are both among them with probability
    p_im p_jm k (k - 1) / (k^2 - sum_i p_im^2), so the expected numbers of all pairs sum to the observed total. p is
    the upper tail of a Poisson variable with the same mean, which is conservative from one above the mean on
    (Anderson and Samuels 1967).

    activity  (n_projects, n_members); only its sparsity pattern matters
    pairs     every pair of projects that shares a member, as `count_shared_members` returns it
    source    Saracco et al. (2017), New J. Phys. 19, 053022; Neal (2014), Social Networks 39:84
    """
    present = activity.tocsr()
    present.sum_duplicates()
    per_project = np.diff(present.indptr).astype(np.float64)
    # one column for all members with the same number of projects
    sizes, times = np.unique(np.diff(present.tocsc().indptr), return_counts=True)
    times, sizes = times[sizes > 0], sizes[sizes > 0]
    probability = _configuration_probabilities(per_project, sizes, times)
    room = np.maximum(sizes**2 - (probability**2).sum(axis=0), 1e-12)
    each = times * sizes * (sizes - 1) / room
    expected = np.zeros(len(pairs.a))
    for column, factor in enumerate(each):
        expected += factor * probability[pairs.a, column] * probability[pairs.b, column]
    # the upper tail of a Poisson variable is the lower incomplete gamma ratio
    return expected, np.asarray(special.gammainc(pairs.value, expected))


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


def significant_edges(p_values: Floats, rate: float = 0.05, tests: int | None = None) -> npt.NDArray[np.bool_]:
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
            edges = _edges_of_period(part, member, root, quarter)
            parts.extend(table.filter(table["significant"]) if crowded else table for table in edges)
    return pa.concat_tables(parts) if parts else PROJECT_EDGES_SCHEMA.empty_table()


def _count_member_acts(rows: pa.Table, member: str) -> pa.Table:
    """project, month, member, quarter, count_all."""
    counted = plain_texts(rows.group_by(["project", "month", member], use_threads=False).aggregate([([], "count_all")]))
    quarter = pc.floor_temporal(counted["month"], unit="quarter").cast(pa.date32())
    return counted.append_column("quarter", quarter)


def _edges_of_period(counted: pa.Table, member: str, root: bool, quarter: pa.Scalar | None) -> list[pa.Table]:
    if not counted.num_rows:
        return []
    names, project = _sorted_codes(counted["project"])
    _, column = _sorted_codes(counted[member])
    acts = counted["count_all"].to_numpy().astype(np.float64)
    values = np.sqrt(acts) if root else acts
    shape = (len(names), int(column.max()) + 1)
    activity = sparse.csr_array((values, (project, column)), shape=shape)
    shared = count_shared_members(activity)
    expected, p_values = null_model_p_values(activity, shared)
    kinds = {HARMONIC: harmonic_weights, NEWMAN: newman_weights} if root else {ORGANISATIONS: harmonic_weights}
    return [
        _edge_table(names, weigh(activity), shared, expected, p_values, quarter, kind) for kind, weigh in kinds.items()
    ]


def _edge_table(
    names: pa.Array, weighed: EdgeList, shared: EdgeList, expected: Floats, p_values: Floats,
    quarter: pa.Scalar | None, kind: str,
) -> pa.Table:  # fmt: skip
    size, projects = len(weighed.a), len(names)
    significant = significant_edges(p_values, tests=projects * (projects - 1) // 2)
    moment = pa.nulls(size, pa.date32()) if quarter is None else pa.repeat(quarter, size)
    columns = [
        names.take(pa.array(weighed.a)), names.take(pa.array(weighed.b)), pa.repeat(pa.scalar(kind), size),
        pa.array(np.round(weighed.value, 6)), moment, pa.array(shared.value.astype(np.int64)),
        pa.array(np.round(expected, 6)), pa.array(p_values), pa.array(significant),
    ]  # fmt: skip
    return pa.table(columns, schema=PROJECT_EDGES_SCHEMA)


def _sorted_codes(column: pa.ChunkedArray) -> tuple[pa.Array, Codes]:
    names = pc.unique(column).sort()
    codes = pc.index_in(column, value_set=names).to_numpy().astype(np.int64)
    return names, codes


def _shared_entries(activity: sparse.csr_array) -> tuple[Codes, Codes, Codes]:
    """For every member and every two of its projects: their positions in the column order, and the member.

    Memory grows with the sum over members of k * (k - 1) / 2.
    """
    columns = activity.tocsc()
    columns.sort_indices()
    sizes = np.diff(columns.indptr).astype(np.int64)
    # for each entry the number of later entries in its column
    entries = np.arange(columns.nnz)
    ends = np.repeat(columns.indptr[1:], sizes)
    later = (ends - 1 - entries).astype(np.int64)
    first_entry = np.repeat(entries, later)
    first = np.cumsum(later) - later
    second_entry = first_entry + 1 + (np.arange(len(first_entry)) - np.repeat(first, later))
    member = np.repeat(np.repeat(np.arange(len(sizes)), sizes), later)
    return first_entry, second_entry, member


def _sum_over_members(
    activity: sparse.csr_array, first_entry: Codes, second_entry: Codes, value: Floats, member: Codes
) -> EdgeList:
    """Sum over the members of each pair, in the order of members for a deterministic result."""
    rows = activity.tocsc()
    rows.sort_indices()
    size = activity.shape[0]
    key = rows.indices[first_entry].astype(np.int64) * size + rows.indices[second_entry]
    order = np.lexsort((member, key))
    distinct, position = np.unique(key[order], return_inverse=True)
    total: Floats = np.bincount(position, value[order], minlength=len(distinct)).astype(np.float64)
    return EdgeList(distinct // size, distinct % size, total)
