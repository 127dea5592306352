"""Influence: monthly PageRank-like scores of people and projects with decayed memory."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
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
from ecotone.foundation.text_codes import plain_texts
from ecotone.networks.bipartite_rank import BipartiteGraph, RankResult, Rates, iterate_frozen_rank, solve_rank
from ecotone.networks.person_activity import Activity, Codes, Floats, add_missing_openings, weigh_activity
from ecotone.networks.person_interactions import PERSONS

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
CODED_SCHEMA: Final = pa.schema(
    [
        pa.field(field.name, pa.dictionary(pa.int32(), pa.string()) if pa.types.is_string(field.type) else field.type)
        for field in INFLUENCE_SCHEMA
    ]
)
"""The same, texts as codes."""
EPOCH: Final = date(1970, 1, 1).toordinal()
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
class _DecayingValues:
    """The last value of each node and the month of that value."""

    value: Floats
    month: Codes

    @classmethod
    def start_at_zero(cls, size: int) -> _DecayingValues:
        return cls(np.zeros(size), np.zeros(size, dtype=np.int64))

    def decayed_values(self, month: int, formula: Formula, nodes: Codes | slice = slice(None)) -> Floats:
        """The decayed values in a later month; 0 once below `forgotten`."""
        decayed = self.value[nodes] * formula.decay ** (month - self.month[nodes])
        return np.where(decayed > formula.forgotten, decayed, 0.0)

    def store_values(self, nodes: Codes, values: Floats, month: int) -> None:
        self.value[nodes], self.month[nodes] = values, month


def load_formula(name: str) -> Formula:
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


def compute_influence(
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
    returns      INFLUENCE_SCHEMA, texts as codes, by kind, subject, month; a month without acts has the decayed value;
                 unit: about one person of middling activity, as in OpenDigger
    """
    counted = crowds if chosen.crowd_activity > 0 else None
    active = weigh_activity(
        add_missing_openings(acts),
        chosen.weights,
        needs_one_of=chosen.needs_one_of,
        actor_kinds=actor_kinds,
        crowds=counted,
        crowd_activity=chosen.crowd_activity,
    )
    active = _drop_overactive_people(active, chosen.most_projects)
    parts: list[_InfluenceRows] = []
    projects, persons = (
        _DecayingValues.start_at_zero(len(active.projects)),
        _DecayingValues.start_at_zero(len(active.people)),
    )
    months = np.unique(active.months)
    for month in range(int(months[0]), int(months[-1]) + 1) if len(months) else ():
        _update_month(active, month, projects, persons, chosen)
        if since and month < since.year * 12 + since.month - 1:
            continue
        parts.append(_positive_rows("project", projects.decayed_values(month, chosen), month))
        if people:
            parts.append(_positive_rows("person", persons.decayed_values(month, chosen), month))
    tables = [
        _influence_rows([part for part in parts if part.kind == kind], names, chosen.name)
        for kind, names in (("project", active.projects), ("person", active.people))
    ]
    return pa.concat_tables(tables).unify_dictionaries()


def influence_without_people(
    acts: pa.Table, leaving: pa.Array, chosen: Formula, crowds: pa.Table | None = None
) -> pa.Table:
    """The share of each project's influence in the last month that would be lost without some people.

    The calculation is repeated without their acts. The share can be negative: a project gains if people leave who
    mainly received value from it.

    acts     as for `compute_influence`; pass only the months to count
    leaving  values of `person`
    returns  project, month, influence, without, share; NULL share without influence
    """
    rest = acts.filter(pc.invert(pc.is_in(acts["person"], value_set=leaving)))
    whole = plain_texts(compute_influence(acts, chosen, crowds, people=False))
    last = pc.max(whole["month"])
    whole = whole.filter(pc.equal(whole["month"], last)).select(["subject", "month", "influence"])
    remaining = plain_texts(compute_influence(rest, chosen, crowds, people=False))
    remaining = remaining.filter(pc.equal(remaining["month"], last)).select(["subject", "influence"])
    joined = whole.join(remaining.rename_columns(["subject", "without"]), "subject").sort_by("subject")
    without = pc.fill_null(joined["without"], 0.0)
    lost_share = pc.divide(pc.subtract(joined["influence"], without), joined["influence"])
    return pa.table(
        {
            "project": joined["subject"],
            "month": joined["month"],
            "influence": joined["influence"],
            "without": without,
            "share": pc.round(lost_share, 6),
        }
    )


def _update_month(
    active: Activity, month: int, projects: _DecayingValues, persons: _DecayingValues, chosen: Formula
) -> None:
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
    start[: len(people_codes)] += persons.decayed_values(month, chosen, people_codes)
    strength = (np.sqrt(activity) if chosen.root else activity) * active.count[rows]
    edges = sparse.csr_array((strength, (project, person)), shape=(len(project_codes), len(counts)))
    graph = BipartiteGraph(edges, projects.decayed_values(month, chosen, project_codes), start, counts)
    ranks = _solve_ranks(graph, chosen)
    share = ranks.background / (float(counts.sum()) + len(project_codes))
    projects.store_values(project_codes, ranks.projects + share, month)
    persons.store_values(people_codes, ranks.people[: len(people_codes)] + share, month)


def _solve_ranks(graph: BipartiteGraph, chosen: Formula) -> RankResult:
    if chosen.frozen:
        return iterate_frozen_rank(graph, chosen.rates, chosen.tolerance, chosen.supersteps)
    return solve_rank(graph, chosen.rates, chosen.tolerance, chosen.supersteps)


def _drop_overactive_people(active: Activity, most: int | None) -> Activity:
    """Drop the rows of people who were active in more than `most` projects in a month."""
    if most is None or not len(active.months):
        return active
    key = active.months * (len(active.people) + 1) + active.person + 1
    _, inverse, times = np.unique(key, return_inverse=True, return_counts=True)
    keep: npt.NDArray[np.bool_] = (times[inverse] <= most) | (active.person < 0)
    columns = {name: getattr(active, name)[keep] for name in ("months", "project", "person", "activity", "count")}
    return replace(active, **columns)


@dataclass(frozen=True, slots=True)
class _InfluenceRows:
    """Positive values of one kind of nodes in one month, rounded to six decimals."""

    kind: str
    node: npt.NDArray[np.int32]
    month: int
    value: Floats


def _positive_rows(kind: str, values: Floats, month: int) -> _InfluenceRows:
    positive = np.flatnonzero(values > 0)
    return _InfluenceRows(kind, positive.astype(np.int32), month, np.round(values[positive], 6))


def _influence_rows(parts: Sequence[_InfluenceRows], names: Sequence[str], formula: str) -> pa.Table:
    """The rows of one kind of nodes, by node and month; `names` of the nodes are sorted."""
    if not parts:
        return CODED_SCHEMA.empty_table()
    node = np.concatenate([part.node for part in parts])
    value = np.concatenate([part.value for part in parts])
    day = np.array([date(part.month // 12, part.month % 12 + 1, 1).toordinal() for part in parts]) - EPOCH
    days = np.repeat(day.astype(np.int32), [len(part.node) for part in parts])
    order = np.argsort(node, kind="stable")  # the parts are in the order of months

    def repeat_text(text: str) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(node), np.int32)), pa.array([text]))

    return pa.table(
        [
            pa.DictionaryArray.from_arrays(pa.array(node[order]), pa.array(names, pa.string())),
            repeat_text(parts[0].kind),
            pa.array(days[order], pa.date32()),
            pa.array(value[order]),
            repeat_text(formula),
        ],
        schema=CODED_SCHEMA,
    )
