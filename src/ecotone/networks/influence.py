"""Influence: monthly PageRank-like scores of people and projects with decayed memory."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from ecotone.foundation.errors import UnknownName
from ecotone.networks.edges import Activity, Codes, Floats, activity_of, with_merged_as_opened
from ecotone.networks.interactions import PERSONS
from ecotone.networks.two_sided import Balance, Field, Rates, settle, settle_frozen

OPENRANK: Final = "influence/openrank-kernel"
ECOTONE: Final = "influence/ecotone-1"
INFLUENCE_SCHEMA: Final = pa.schema(
    [
        ("subject", pa.string()),
        ("subject_kind", pa.string()),
        ("month", pa.date32()),
        ("influence", pa.float64()),
        ("formula", pa.string()),
    ]
)
_FILE: Final = tomllib.loads((files("ecotone.networks") / "data" / "influence.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Formula:
    """Parameters of one influence formula; data/influence.toml gives the values and the reasons."""

    name: str
    weights: dict[str, float]  # of one act, by kind
    needs_one_of: frozenset[str]
    most_projects: int | None  # a person active in more projects in a month is left out
    root: bool  # edge weights are the square roots of activity
    crowd_activity: float  # of an anonymous person; 0 leaves them out
    rates: Rates
    decay: float
    forgotten: float
    steepness: float
    half_at: float
    frozen: bool
    tolerance: float
    supersteps: int


@dataclass(frozen=True, slots=True)
class _Memory:
    """The last value of each node and the month of that value."""

    value: Floats
    month: Codes

    @classmethod
    def blank(cls, size: int) -> _Memory:
        return cls(np.zeros(size), np.zeros(size, dtype=np.int64))

    def at(self, month: int, formula: Formula, who: Codes | slice = slice(None)) -> Floats:
        """The decayed values in a later month; 0 once below `forgotten`."""
        left = self.value[who] * formula.decay ** (month - self.month[who])
        return np.where(left > formula.forgotten, left, 0.0)

    def keep(self, who: Codes, values: Floats, month: int) -> None:
        self.value[who], self.month[who] = values, month


def formula(name: str) -> Formula:
    """The formula of that name; raises `UnknownName`."""
    if name not in _FILE:
        raise UnknownName("influence formula", name, _FILE)
    part = _FILE[name]
    start, stop = part["start"], part["stop"]
    return Formula(
        name=name,
        weights=part["weights"],
        needs_one_of=frozenset(part.get("needs_one_of", ())),
        most_projects=part.get("most_projects"),
        root=part["root"],
        crowd_activity=part.get("crowd_activity", 0.0),
        rates=Rates(**part["rates"]),
        decay=start["decay"],
        forgotten=start["forgotten"],
        steepness=start["steepness"],
        half_at=start["half_at"],
        frozen=stop["frozen"],
        tolerance=stop["tolerance"],
        supersteps=stop.get("supersteps", 1_000),
    )


def influence(
    acts: pa.Table,
    chosen: Formula,
    crowds: pa.Table | None = None,
    *,
    people: bool = True,
    actor_kinds: frozenset[str] = PERSONS,
    since: date | None = None,
) -> pa.Table:
    """Influence of each project and person in every month from their first to the landscape's last.

    acts         project, month, kind, thread, person, actor_kind
    crowds       project, month, people (see `count_anonymous_openers`); used where the formula counts them
    people       whether to return persons' values too
    actor_kinds  actors to include: person, bot, agent
    since        first month to return; earlier months still enter the calculation
    returns      INFLUENCE_SCHEMA by kind, subject, month; a month without acts has the decayed value;
                 unit: about one person of middling activity, as in OpenDigger
    """
    counted = crowds if chosen.crowd_activity > 0 else None
    active = activity_of(
        with_merged_as_opened(acts),
        chosen.weights,
        needs_one_of=chosen.needs_one_of,
        actor_kinds=actor_kinds,
        crowds=counted,
        crowd_activity=chosen.crowd_activity,
    )
    active = _without_machines(active, chosen.most_projects)
    parts: list[pa.Table] = []
    projects, persons = _Memory.blank(len(active.projects)), _Memory.blank(len(active.people))
    months = np.unique(active.months)
    names = pa.array(active.projects, pa.string()), pa.array(active.people, pa.string())
    for month in range(int(months[0]), int(months[-1]) + 1) if len(months) else ():
        _one_month(active, month, projects, persons, chosen)
        if since and month < since.year * 12 + since.month - 1:
            continue
        parts.append(_rows(names[0], "project", projects.at(month, chosen), month, chosen.name))
        if people:
            parts.append(_rows(names[1], "person", persons.at(month, chosen), month, chosen.name))
    table = pa.concat_tables(parts) if parts else INFLUENCE_SCHEMA.empty_table()
    return table.sort_by([("subject_kind", "descending"), ("subject", "ascending"), ("month", "ascending")])


def absence(acts: pa.Table, leaving: pa.Array, chosen: Formula, crowds: pa.Table | None = None) -> pa.Table:
    """The share of each project's influence in the last month that would be lost without some people.

    The calculation is repeated without their acts. The share can be negative: a project gains if people leave who
    mainly received value from it.

    acts     as for `compute_influence`; pass only the months to count
    leaving  values of `person`
    returns  project, month, influence, without, share; NULL share without influence
    """
    rest = acts.filter(pc.invert(pc.is_in(acts["person"], value_set=leaving)))
    whole = influence(acts, chosen, crowds, people=False)
    last = pc.max(whole["month"])
    whole = whole.filter(pc.equal(whole["month"], last)).select(["subject", "month", "influence"])
    left = influence(rest, chosen, crowds, people=False)
    left = left.filter(pc.equal(left["month"], last)).select(["subject", "influence"])
    joined = whole.join(left.rename_columns(["subject", "without"]), "subject").sort_by("subject")
    without = pc.fill_null(joined["without"], 0.0)
    gone = pc.divide(pc.subtract(joined["influence"], without), joined["influence"])
    return pa.table(
        {
            "project": joined["subject"],
            "month": joined["month"],
            "influence": joined["influence"],
            "without": without,
            "share": pc.round(gone, 6),
        }
    )


def _one_month(active: Activity, month: int, projects: _Memory, persons: _Memory, chosen: Formula) -> None:
    low, high = np.searchsorted(active.months, [month, month + 1])
    if low == high:
        return
    rows = slice(int(low), int(high))
    project_codes, project = np.unique(active.project[rows], return_inverse=True)
    # each crowd is a column after the people
    named = active.person[rows] >= 0
    people_codes, of_named = np.unique(active.person[rows][named], return_inverse=True)
    person = np.empty(len(named), dtype=np.int64)
    person[named] = of_named
    person[~named] = len(people_codes) + np.arange(int((~named).sum()))
    counts = np.concatenate([np.ones(len(people_codes)), active.count[rows][~named]])
    activity = active.activity[rows]
    total = np.bincount(person, activity, minlength=len(counts))
    start = counts / (1.0 + np.exp(chosen.steepness * (chosen.half_at - total)))
    start[: len(people_codes)] += persons.at(month, chosen, people_codes)
    strength = (np.sqrt(activity) if chosen.root else activity) * active.count[rows]
    ties = sparse.csr_array((strength, (project, person)), shape=(len(project_codes), len(counts)))
    field = Field(ties, projects.at(month, chosen, project_codes), start, counts)
    balance = _settled(field, chosen)
    share = balance.background / (float(counts.sum()) + len(project_codes))
    projects.keep(project_codes, balance.projects + share, month)
    persons.keep(people_codes, balance.people[: len(people_codes)] + share, month)


def _settled(field: Field, chosen: Formula) -> Balance:
    if chosen.frozen:
        return settle_frozen(field, chosen.rates, chosen.tolerance, chosen.supersteps)
    return settle(field, chosen.rates, chosen.tolerance, chosen.supersteps)


def _without_machines(active: Activity, most: int | None) -> Activity:
    """Drop the rows of people who were active in more than `most` projects in a month."""
    if most is None or not len(active.months):
        return active
    key = active.months * (len(active.people) + 1) + active.person + 1
    _, inverse, times = np.unique(key, return_inverse=True, return_counts=True)
    keep: npt.NDArray[np.bool_] = (times[inverse] <= most) | (active.person < 0)
    columns = {name: getattr(active, name)[keep] for name in ("months", "project", "person", "activity", "count")}
    return replace(active, **columns)


def _rows(names: pa.Array, kind: str, values: Floats, month: int, name: str) -> pa.Table:
    """One row for each positive value, rounded to six decimals."""
    there = np.flatnonzero(values > 0)
    subjects = names.take(pa.array(there))
    size = len(there)
    return pa.table(
        [
            subjects,
            pa.repeat(pa.scalar(kind), size),
            pa.repeat(pa.scalar(date(month // 12, month % 12 + 1, 1), pa.date32()), size),
            pa.array(np.round(values[there], 6)),
            pa.repeat(pa.scalar(name), size),
        ],
        schema=INFLUENCE_SCHEMA,
    )
