"""Weighted activity of each person by month and project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.text_codes import find_same_rows, plain_texts

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Activity:
    """Activity by month, project and person, in this order.

    A row with a negative person is a crowd: people known only by their number, each with the same activity.
    """

    projects: tuple[str, ...]
    people: tuple[str, ...]
    months: Codes  # months since year 0
    project: Codes  # position in projects
    person: Codes  # position in people, -1 for a crowd
    activity: Floats  # of one person, in the formula's unit
    count: Floats  # number of people; 1 for a person


def weigh_activity(
    acts: pa.Table,
    weights: Mapping[str, float],
    *,
    needs_one_of: frozenset[str] = frozenset(),
    actor_kinds: frozenset[str] = frozenset({"person"}),
    crowds: pa.Table | None = None,
    crowd_activity: float = 0.0,
) -> Activity:
    """Each person's weighted acts by month and project.

    acts            project, month, kind, person, actor_kind
    weights         weight of one act by kind; other kinds do not count
    needs_one_of    a person counts in a project-month only with an act of one of these kinds; empty = any
    actor_kinds     actors to include
    crowds          project, month, people: the number of anonymous people
    crowd_activity  activity of each anonymous person
    """
    kinds = pa.array(sorted(weights))
    columns = acts.select(["project", "month", "person", "kind", "actor_kind"])
    keep = pc.and_(pc.is_in(columns["kind"], kinds), pc.is_in(columns["actor_kind"], pa.array(sorted(actor_kinds))))
    rows = columns.filter(keep)
    worth = pa.array([weights[kind] for kind in kinds.to_pylist()], pa.float64())
    needed = pa.array(sorted(needs_one_of or weights))
    rows = pa.table(
        {
            "project": rows["project"],
            "month": rows["month"],
            "person": rows["person"],
            "activity": worth.take(pc.index_in(rows["kind"], kinds)),
            "valid": pc.is_in(rows["kind"], needed),
        }
    )
    keys = ["month", "project", "person"]
    summed = rows.group_by(keys, use_threads=False).aggregate([("activity", "sum"), ("valid", "any")])
    summed = summed.filter(summed["valid_any"])
    return _add_crowds(plain_texts(summed), crowds, crowd_activity)


def _add_crowds(summed: pa.Table, crowds: pa.Table | None, crowd_activity: float) -> Activity:
    empty = pa.table({"project": pa.array([], pa.string()), "month": pa.array([], pa.date32()), "people": []})
    extra = empty if crowds is None else crowds
    projects, project = _sorted_codes(
        pa.concat_arrays([summed["project"].combine_chunks(), extra["project"].combine_chunks()])
    )
    people, person = _sorted_codes(summed["person"].combine_chunks())
    length = extra.num_rows
    month = np.concatenate([months_since_zero(summed["month"]), months_since_zero(extra["month"])])
    person = np.concatenate([person, np.full(length, -1)])
    # three decimals, as OpenDigger does; sums then do not depend on their order
    values = np.round(summed["activity_sum"].to_numpy(), 3)
    activity = np.concatenate([values, np.full(length, crowd_activity)])
    count = np.concatenate([np.ones(len(values)), extra["people"].cast(pa.float64()).to_numpy()])
    order = np.lexsort((person, project, month))
    order = order[count[order] > 0]
    return Activity(projects, people, month[order], project[order], person[order], activity[order], count[order])


def add_missing_openings(acts: pa.Table) -> pa.Table:
    """The acts, plus an opening for each merged pull request that has none.

    Clones without pull-request heads lack the openings. The added act has the month of the merge.

    acts     project, month, kind, thread, person, actor_kind and any others
    returns  the same columns
    """
    opened = acts.filter(pc.equal(acts["kind"], "pull_opened"))
    merged = acts.filter(pc.and_(pc.equal(acts["kind"], "pull_merged"), pc.is_valid(acts["thread"])))
    unopened = merged.filter(pc.is_null(find_same_rows(merged, opened, ["project", "thread"])))
    kind = pa.repeat(pa.scalar("pull_opened"), unopened.num_rows).cast(acts.schema.field("kind").type)
    added = unopened.set_column(unopened.schema.get_field_index("kind"), "kind", kind)
    return pa.concat_tables([acts, added]).unify_dictionaries()


def count_anonymous_openers(pulls: pa.Table, months: pa.Table, threads: pa.Table) -> pa.Table:
    """Anonymous people by project and month: one for each thread that git does not show as a pull request.

    pulls    project, opened_month, merged_month; the month of the merge replaces an unknown opening
    months   project, month, threads_observed
    threads  project, month, threads_opened
    returns  project, month, people (float: thread counts are estimates)
    """
    opened = pa.table({"project": pulls["project"], "month": pc.coalesce(pulls["opened_month"], pulls["merged_month"])})
    opened_counts = (
        opened.filter(pc.is_valid(opened["month"])).group_by(["project", "month"]).aggregate([([], "count_all")])
    )
    observed = months.filter(months["threads_observed"]).select(["project", "month"])
    known = threads.join(observed, ["project", "month"], join_type="inner").join(opened_counts, ["project", "month"])
    unseen = pc.subtract(known["threads_opened"], pc.fill_null(known["count_all"], 0).cast(pa.float64()))
    people = pc.max_element_wise(unseen, pa.scalar(0.0))
    table = pa.table({"project": known["project"], "month": known["month"], "people": people})
    return table.sort_by([("project", "ascending"), ("month", "ascending")])


def months_since_zero(months: pa.ChunkedArray) -> Codes:
    """Months since January of year 0, from first days of months."""
    return np.asarray(
        pc.add(pc.multiply(pc.year(months), 12), pc.subtract(pc.month(months), 1)).to_numpy(), dtype=np.int64
    )


def _sorted_codes(values: pa.Array) -> tuple[tuple[str, ...], Codes]:
    """Sorted distinct values, and the position of each value among them."""
    names = pc.unique(values).sort()
    return tuple(names.to_pylist()), pc.index_in(values, names).to_numpy(zero_copy_only=False).astype(np.int64)
