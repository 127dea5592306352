"""The public table `employer_shares`: whose people do a project's work in a year, known, estimated and at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ecotone.foundation.months import add_months
from ecotone.foundation.text_codes import plain_texts
from ecotone.people.unknown_employer_estimate import (
    UNKNOWN,
    EstimatedShares,
    Floats,
    Integers,
    PeopleAtWork,
    estimate_commit_shares,
    estimate_people_shares,
)

MONTHS: Final = 12
"""Months in a period; the last one ends with the last whole month."""
DECIMALS: Final = 4
PERSON_KEYS: Final = ("project", "period", "person")
KEYS: Final = ("project", "since", "until", "measure")

EMPLOYER_SHARES_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
        ("measure", pa.string()),
        ("organisation", pa.string()),
        ("people", pa.int64()),
        ("known_share", pa.float64()),
        ("highest_share", pa.float64()),
        ("estimate", pa.float64()),
        ("estimate_low", pa.float64()),
        ("estimate_high", pa.float64()),
        ("cautious_low", pa.float64()),
        ("cautious_high", pa.float64()),
        ("withheld", pa.string()),
    ]
)
"""One organisation's share of a project's people or commits (`measure`) in a period; NULL organisation: the unknown.

since, until   first and last month
people         people whose employer it is; of the row of the unknown, people of unknown employer
known_share    without the unknown; of the row of the unknown, their share
highest_share  with all of the unknown
estimate*      mean and interval of the estimate
cautious_*     interval of the organisation with the largest known share if its people hide it CAUTIOUS_FACTOR times
               less or more often than the others
withheld       why there is no estimate: a value of WITHHELD, or NULL
"""


def employer_shares_table(acts: pa.Table, core: pa.Table, months: pa.Table) -> pa.Table:
    """Known and estimated shares of each organisation in each period of each project; EMPLOYER_SHARES_SCHEMA.

    Periods of MONTHS end with the project's last whole month and every MONTHS before it; the first may be shorter.

    acts    project, month, kind, person, actor_kind, organisation
    core    project, person, since: the core teams
    months  the spine, with git_state
    """
    whole = months.filter(pc.equal(months["git_state"], "complete"))
    first, last = _edge_months(months, "min"), _edge_months(months, "max") | _edge_months(whole, "max")
    core_since = {(row["project"], row["person"]): row["since"].date() for row in core.to_pylist()}
    commits = _commits_by_period(acts, first, last)
    starts = _starts_of_groups(commits, ["project", "period"])
    parts = []
    for start, length in starts:
        rows = commits.slice(start, length)
        project, period = rows["project"][0].as_py(), rows["period"][0].as_py()
        until = add_months(last[project], -MONTHS * period)
        since = max(add_months(until, 1 - MONTHS), first[project])
        after = add_months(until, 1)
        joined = [core_since.get((project, person), after) < after for person in rows["person"].to_pylist()]
        people, known_commits, organisations = _people_at_work(rows, np.array(joined, bool))
        for measure, shares in (
            ("people", estimate_people_shares(people, len(organisations))),
            ("commits", estimate_commit_shares(people, known_commits)),
        ):
            parts.append(_share_rows((project, since, until, measure), organisations, people, shares))
    return pa.concat_tables([EMPLOYER_SHARES_SCHEMA.empty_table(), *parts])


def _edge_months(months: pa.Table, which: str) -> dict[str, date]:
    grouped = months.group_by("project").aggregate([("month", which)])
    return dict(zip(grouped["project"].to_pylist(), grouped[f"month_{which}"].to_pylist(), strict=True))


def _commits_by_period(acts: pa.Table, first: Mapping[str, date], last: Mapping[str, date]) -> pa.Table:
    """Commits of people by project, period (0: the last one), person and organisation.

    Of one person, known organisations come before the unknown one, and those with more commits first.
    """
    chosen = pc.and_(pc.equal(acts["kind"], "commit"), pc.equal(acts["actor_kind"], "person"))
    keys = ["project", "month", "person", "organisation"]
    counted = plain_texts(
        acts.filter(chosen).select(keys).group_by(keys, use_threads=False).aggregate([([], "count_all")])
    )
    begin, end = (
        np.array([_month_number(edges[name]) if name in edges else 0 for name in counted["project"].to_pylist()])
        for edges in (first, last)
    )
    month = np.array([_month_number(month) for month in counted["month"].to_pylist()], np.int64)
    period = pa.array((end - month) // MONTHS, pa.int64())
    within = pa.array((month >= begin) & (month <= end))
    rows = counted.append_column("period", period).filter(within).select([*PERSON_KEYS, "organisation", "count_all"])
    summed = rows.group_by([*PERSON_KEYS, "organisation"], use_threads=False).aggregate([("count_all", "sum")])
    summed = summed.rename_columns([*PERSON_KEYS, "organisation", "commits"])
    summed = summed.append_column("unknown", pc.is_null(summed["organisation"]))
    order = [(name, "ascending") for name in (*PERSON_KEYS, "unknown")]
    return summed.sort_by([*order, ("commits", "descending"), ("organisation", "ascending")]).combine_chunks()


def _month_number(month: date) -> int:
    return month.year * 12 + month.month


def _starts_of_groups(rows: pa.Table, keys: Sequence[str]) -> list[tuple[int, int]]:
    """Start and length of each group of adjacent rows with equal keys."""
    if not rows.num_rows:
        return []
    changed = np.zeros(rows.num_rows, bool)
    changed[0] = True
    for name in keys:
        column = rows[name].combine_chunks()
        changed[1:] |= np.asarray(pc.not_equal(column[1:], column[:-1]).to_numpy(zero_copy_only=False), bool)
    starts = np.flatnonzero(changed)
    lengths = np.diff(np.append(starts, rows.num_rows))
    return list(zip(starts.tolist(), lengths.tolist(), strict=True))


def _people_at_work(rows: pa.Table, joined: NDArray[np.bool_]) -> tuple[PeopleAtWork, Integers, list[str]]:
    """The people of one period, the commits known of each organisation, and the organisations' names in order."""
    names = sorted(set(rows["organisation"].drop_null().to_pylist()))
    number = {name: position for position, name in enumerate(names)}
    organisation = np.array([number.get(name, UNKNOWN) for name in rows["organisation"].to_pylist()], np.int64)
    commits = rows["commits"].to_numpy().astype(np.int64)
    starts = np.array([start for start, _ in _starts_of_groups(rows, ["person"])], np.int64)
    is_known = organisation != UNKNOWN
    known_commits = np.bincount(organisation[is_known], commits[is_known], minlength=len(names)).astype(np.int64)
    people = PeopleAtWork(
        organisation[starts],
        np.add.reduceat(commits, starts),
        np.add.reduceat(np.where(is_known, 0, commits), starts),
        joined[starts],
    )
    return people, known_commits, names


def _share_rows(
    key: tuple[str, date, date, str], organisations: Sequence[str], people: PeopleAtWork, shares: EstimatedShares
) -> pa.Table:
    """A row for each organisation, and one for the unknown."""
    count = len(organisations)
    at_work = np.bincount(np.where(people.organisation == UNKNOWN, count, people.organisation), minlength=count + 1)
    blank = np.full(count, np.nan)
    cautious = np.tile(blank, (2, 1))
    if count:
        cautious[:, shares.largest] = shares.cautious
    estimates = (shares.highest, shares.estimate, shares.low, shares.high, *cautious)
    columns = [
        *(pa.repeat(pa.scalar(value, EMPLOYER_SHARES_SCHEMA.field(name).type), count + 1)
          for name, value in zip(KEYS, key, strict=True)),
        pa.array([*organisations, None], pa.string()),
        pa.array(at_work, pa.int64()),
        _share_column(np.append(shares.known, shares.unknown)),
        *(_share_column(np.append(values, np.nan)) for values in estimates),
        pa.repeat(pa.scalar(shares.withheld or None, pa.string()), count + 1),
    ]  # fmt: skip
    return pa.table(columns, schema=EMPLOYER_SHARES_SCHEMA)


def _share_column(values: Floats) -> pa.Array:
    return pa.array(np.round(values, DECIMALS), pa.float64(), mask=np.isnan(values))
