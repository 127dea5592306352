"""The public table `employer_shares`: whose people do a project's work in a year, known, estimated and at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ecotone.foundation.months import add_months
from ecotone.foundation.text_codes import find_same_rows, plain_texts, whole_codes
from ecotone.people.attribution_classes import OWNER_TEAM
from ecotone.people.estimate_calibration import KnownPeople, calibrate_levels, no_reply_rates
from ecotone.people.owner_team import is_owned_by
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
NO_REPLY: Final = "noreply"
"""Part of the accounts of no-reply addresses."""
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
        ("is_owner", pa.bool_()),
        ("team_share", pa.float64()),
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
is_owner       whether the owner of the project's first repository bears its name (people.owner_team.is_owned_by)
team_share     known_share and the share of the owner's team, where that team is the organisation's; otherwise NULL
"""


@dataclass(frozen=True, slots=True)
class WorkOfPeriod:
    """A project's work in one period.

    organisations  names; arrays are by position in them
    known_commits  commits known to be of each organisation
    team_people    people of unknown employer in the owner's team, where that team is the organisation's
    team_commits   the commits of such a team
    no_reply       share of each person's commits with a no-reply address, 0 to 1
    """

    organisations: Sequence[str]
    people: PeopleAtWork
    known_commits: Integers
    team_people: Integers
    team_commits: Integers
    no_reply: Floats

    def known_people(self) -> KnownPeople:
        """The people of known employer."""
        is_known = self.people.organisation != UNKNOWN
        columns = (self.people.organisation, self.people.commits, self.people.is_core, self.no_reply)
        return KnownPeople(*(column[is_known] for column in columns))


def employer_shares_table(
    acts: pa.Table, core: pa.Table, months: pa.Table, teams: pa.Table, owners: Mapping[str, str]
) -> pa.Table:
    """Known and estimated shares of each organisation in each period of each project; EMPLOYER_SHARES_SCHEMA.

    Periods of MONTHS end with the project's last whole month and every MONTHS before it; the first may be shorter.

    acts    project, month, created_at, kind, person, actor_kind, organisation, basis, account
    core    project, person, since: the core teams
    months  the spine, with git_state
    teams   people.owner_team.TEAM_SCHEMA
    owners  project -> owner of its first repository
    """
    return estimate_employer_shares(commits_of_periods(acts, months, teams), core, months, owners)


def commits_of_periods(acts: pa.Table, months: pa.Table, teams: pa.Table) -> pa.Table:
    """What the estimates need of the acts: commits of people by project, period, person, organisation and team."""
    first, last = _edges_of_projects(months)
    return _commits_by_period(acts.append_column("team", _teams_of_acts(acts, teams)), first, last)


def estimate_employer_shares(
    commits: pa.Table, core: pa.Table, months: pa.Table, owners: Mapping[str, str]
) -> pa.Table:
    """The same as `employer_shares_table`, of what `commits_of_periods` counts."""
    first, last = _edges_of_projects(months)
    core_since = {(row["project"], row["person"]): row["since"].date() for row in core.to_pylist()}
    parts, periods = [], []
    for start, length in _starts_of_groups(commits, ["project", "period"]):
        rows = commits.slice(start, length)
        project, period = rows["project"][0].as_py(), rows["period"][0].as_py()
        until = add_months(last[project], -MONTHS * period)
        since = max(add_months(until, 1 - MONTHS), first[project])
        after = add_months(until, 1)
        joined = [core_since.get((project, person), after) < after for person in rows["person"].to_pylist()]
        periods.append((project, since, until, _work_of_period(rows, np.array(joined, bool))))
    newest = {project: work for project, _, _, work in reversed(periods)}
    rates = no_reply_rates((work.people, work.no_reply) for work in newest.values())
    levels = calibrate_levels({project: work.known_people() for project, work in newest.items()}, rates)
    for project, since, until, work in periods:
        is_owner = [is_owned_by(owners.get(project, project), name) for name in work.organisations]
        for measure, shares, team in (
            ("people", estimate_people_shares(work.people, len(work.organisations), levels[project]), work.team_people),
            ("commits", estimate_commit_shares(work.people, work.known_commits, levels[project]), work.team_commits),
        ):
            parts.append(_share_rows((project, since, until, measure), work, shares, is_owner, team))
    return pa.concat_tables([EMPLOYER_SHARES_SCHEMA.empty_table(), *parts])


def _edges_of_projects(months: pa.Table) -> tuple[dict[str, date], dict[str, date]]:
    """The first month of each project, and its last whole one."""
    whole = months.filter(pc.equal(months["git_state"], "complete"))
    return _edge_months(months, "min"), _edge_months(months, "max") | _edge_months(whole, "max")


def _edge_months(months: pa.Table, which: str) -> dict[str, date]:
    grouped = months.group_by("project").aggregate([("month", which)])
    return dict(zip(grouped["project"].to_pylist(), grouped[f"month_{which}"].to_pylist(), strict=True))


def _teams_of_acts(acts: pa.Table, teams: pa.Table) -> pa.ChunkedArray:
    """The organisation of the owner's team that did each act; NULL if none did."""
    acts = acts.append_column("year", pc.year(acts["created_at"]))
    organisation = teams["organisation"].combine_chunks().take(find_same_rows(acts, teams, ["project", "year"]))
    return pc.if_else(pc.equal(acts["basis"], OWNER_TEAM), organisation, pa.scalar(None, pa.string()))


def _commits_by_period(acts: pa.Table, first: Mapping[str, date], last: Mapping[str, date]) -> pa.Table:
    """Commits of people by project, period (0: the last one), person, organisation and owner's team.

    Of one person, known organisations come before the unknown one, and those with more commits first.
    """
    chosen = pc.and_(pc.equal(acts["kind"], "commit"), pc.equal(acts["actor_kind"], "person"))
    keys = ["project", "month", "person", "organisation", "team"]
    commits = acts.filter(chosen)
    accounts = whole_codes(commits["account"])
    hidden = pc.match_substring(accounts.dictionary, NO_REPLY).take(accounts.indices)
    rows = commits.select(keys).append_column("no_reply", pc.fill_null(hidden, False).cast(pa.int64()))
    counted = plain_texts(rows.group_by(keys, use_threads=False).aggregate([([], "count_all"), ("no_reply", "sum")]))
    begin, end = (
        np.array([_month_number(edges[name]) if name in edges else 0 for name in counted["project"].to_pylist()])
        for edges in (first, last)
    )
    month = np.array([_month_number(month) for month in counted["month"].to_pylist()], np.int64)
    period = pa.array((end - month) // MONTHS, pa.int64())
    within = pa.array((month >= begin) & (month <= end))
    named = [*PERSON_KEYS, "organisation", "team"]
    rows = counted.append_column("period", period).filter(within).select([*named, "count_all", "no_reply_sum"])
    summed = rows.group_by(named, use_threads=False).aggregate([("count_all", "sum"), ("no_reply_sum", "sum")])
    summed = summed.rename_columns([*named, "commits", "no_reply"])
    summed = summed.append_column("unknown", pc.is_null(summed["organisation"]))
    order = [(name, "ascending") for name in (*PERSON_KEYS, "unknown")]
    return summed.sort_by(
        [*order, ("commits", "descending"), ("organisation", "ascending"), ("team", "ascending")]
    ).combine_chunks()


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


def _work_of_period(rows: pa.Table, joined: NDArray[np.bool_]) -> WorkOfPeriod:
    """The work of one period, of rows of `_commits_by_period`."""
    names = sorted({*rows["organisation"].drop_null().to_pylist(), *rows["team"].drop_null().to_pylist()})
    organisation, team = (_numbers_of(rows[column], names) for column in ("organisation", "team"))
    commits = rows["commits"].to_numpy().astype(np.int64)
    starts = np.array([start for start, _ in _starts_of_groups(rows, ["person"])], np.int64)
    is_known = organisation != UNKNOWN
    people = PeopleAtWork(
        organisation[starts],
        np.add.reduceat(commits, starts),
        np.add.reduceat(np.where(is_known, 0, commits), starts),
        joined[starts],
    )
    member_of = np.where(people.organisation == UNKNOWN, np.maximum.reduceat(team, starts), UNKNOWN)
    return WorkOfPeriod(
        names,
        people,
        _count_by_number(organisation, commits, len(names)),
        _count_by_number(member_of, np.ones_like(member_of), len(names)),
        _count_by_number(team, commits, len(names)),
        np.add.reduceat(rows["no_reply"].to_numpy(), starts) / people.commits,
    )


def _numbers_of(values: pa.ChunkedArray, names: Sequence[str]) -> Integers:
    """Positions among the names; UNKNOWN for NULL."""
    positions = pc.index_in(values, value_set=pa.array(names, pa.string()))
    return np.asarray(pc.fill_null(positions, UNKNOWN).to_numpy(), np.int64)


def _count_by_number(numbers: Integers, counts: Integers, length: int) -> Integers:
    """Sums of the counts by number; UNKNOWN is left out."""
    is_known = numbers != UNKNOWN
    return np.bincount(numbers[is_known], counts[is_known], minlength=length).astype(np.int64)


def _share_rows(
    key: tuple[str, date, date, str],
    work: WorkOfPeriod,
    shares: EstimatedShares,
    is_owner: Sequence[bool],
    team: Integers,
) -> pa.Table:
    """A row for each organisation, and one for the unknown.

    team  people or commits of the owner's team by organisation
    """
    organisations, people = work.organisations, work.people
    count = len(organisations)
    at_work = np.bincount(np.where(people.organisation == UNKNOWN, count, people.organisation), minlength=count + 1)
    total = len(people.commits) if key[-1] == "people" else people.commits.sum()
    blank = np.full(count, np.nan)
    cautious = np.tile(blank, (2, 1))
    if count:
        cautious[:, shares.largest] = shares.cautious
    estimates = (shares.highest, shares.estimate, shares.low, shares.high, *cautious)
    with_team = np.where(team > 0, shares.known + team / total, np.nan)
    columns = [
        *(pa.repeat(pa.scalar(value, EMPLOYER_SHARES_SCHEMA.field(name).type), count + 1)
          for name, value in zip(KEYS, key, strict=True)),
        pa.array([*organisations, None], pa.string()),
        pa.array(at_work, pa.int64()),
        _share_column(np.append(shares.known, shares.unknown)),
        *(_share_column(np.append(values, np.nan)) for values in estimates),
        pa.repeat(pa.scalar(shares.withheld or None, pa.string()), count + 1),
        pa.array([*is_owner, None], pa.bool_()),
        _share_column(np.append(with_team, np.nan)),
    ]  # fmt: skip
    return pa.table(columns, schema=EMPLOYER_SHARES_SCHEMA)


def _share_column(values: Floats) -> pa.Array:
    return pa.array(np.round(values, DECIMALS), pa.float64(), mask=np.isnan(values))
