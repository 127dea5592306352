"""Whether the layers below the applications changed: who is active in them, how old they are, and who bridges them.

layers/ecotone-1: activity of calendar half-years, by the layer of the projects and the year in which they began. Shares
have the bounds that unobserved months allow (table `field_monthly`). Shares of people have Wilson's (1927, JASA 22).
A project is as old as its first commit that counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.months import add_months
from ecotone.foundation.text_codes import plain_texts
from ecotone.signals.common_activity import comparable_activity
from ecotone.stack.adoption import wilson_bounds
from ecotone.stack.project_layers import APPLICATION
from ecotone.trends.half_years import HalfYear, split_half_years
from ecotone.trends.project_panel import Panel, build_panel

LAYER_FORMULA: Final = "layers/ecotone-1"
ALL_COHORTS: Final = "all"
INFRASTRUCTURE: Final = "infrastructure"
"""All layers but the applications, together."""
COHORTS: Final = (
    ("before_2015", date.min),
    ("2015_2019", date(2015, 1, 1)),
    ("2020_2022", date(2020, 1, 1)),
    ("after_chatgpt", date(2022, 12, 1)),
)
"""Cohorts of projects, and the first month in which their projects began; ChatGPT was released on 30 November 2022."""
ANY_OTHER: Final = "(any)"

_TEXT, _MONTH, _COUNT, _VALUE = pa.string(), pa.date32(), pa.int64(), pa.float64()
_SHARE: Final = (("share", _VALUE), ("share_low", _VALUE), ("share_high", _VALUE))
COHORT_SCHEMA: Final = pa.schema(
    [
        ("half_year", _MONTH), ("layer", _TEXT), ("cohort", _TEXT), ("projects", _COUNT), ("activity", _VALUE),
        *_SHARE,
    ]
)  # fmt: skip
LEADER_SCHEMA: Final = pa.schema(
    [
        ("half_year", _MONTH), ("layer", _TEXT), ("projects", _COUNT), ("leader", _TEXT), ("leader_share", _VALUE),
        ("leader_began", _MONTH), ("leader_age_years", _VALUE), ("mean_age_years", _VALUE),
    ]
)  # fmt: skip
PEOPLE_SCHEMA: Final = pa.schema(
    [("year", _COUNT), ("layer", _TEXT), ("other_layer", _TEXT), ("people", _COUNT), ("in_both", _COUNT), *_SHARE]
)
BRIDGE_SCHEMA: Final = pa.schema(
    [
        ("year", _COUNT), ("organisation", _TEXT), ("layer", _TEXT), ("other_layer", _TEXT), ("people", _COUNT),
        ("other_people", _COUNT), ("in_both", _COUNT), ("commits", _COUNT), ("other_commits", _COUNT),
    ]
)  # fmt: skip

Rows = Iterator[dict[str, Any]]


def build_layer_tables(
    projects: pa.Table, signals: pa.Table, coverage: pa.Table | None, present: pa.Table, layers: Mapping[str, str]
) -> dict[str, pa.Table]:
    """The tables layer_cohorts, layer_leaders, layer_people and layer_bridges.

    projects, signals, coverage  public tables
    present                      the public table `person_months`
    layers                       project -> its layer; others are in no layer
    """
    known = {project: layer for project, layer in layers.items() if layer}
    panel = build_panel(projects, signals, comparable_activity(signals, coverage), None, coverage)
    halves = split_half_years(panel)
    worked = _people_of_layers(present, known)
    return {
        "layer_cohorts": pa.Table.from_pylist(list(_cohort_rows(panel, halves, known)), schema=COHORT_SCHEMA),
        "layer_leaders": pa.Table.from_pylist(list(_leader_rows(panel, halves, known)), schema=LEADER_SCHEMA),
        "layer_people": pa.Table.from_pylist(list(_people_rows(worked)), schema=PEOPLE_SCHEMA),
        "layer_bridges": pa.Table.from_pylist(list(_bridge_rows(worked)), schema=BRIDGE_SCHEMA),
    }


def find_cohort(began: date) -> str:
    """The cohort of a project that began in a month.

    >>> find_cohort(date(2014, 12, 1)), find_cohort(date(2022, 11, 1)), find_cohort(date(2022, 12, 1))
    ('before_2015', '2020_2022', 'after_chatgpt')
    """
    return next(name for name, first in reversed(COHORTS) if began >= first)


def _layer_positions(panel: Panel, layers: Mapping[str, str]) -> dict[str, list[int]]:
    """The positions of the projects of each layer, and of all layers below the applications."""
    positions: dict[str, list[int]] = defaultdict(list)
    for at, project in enumerate(panel.projects):
        if layer := layers.get(project.name):
            positions[layer].append(at)
            if layer != APPLICATION:
                positions[INFRASTRUCTURE].append(at)
    return dict(sorted(positions.items()))


def _began(panel: Panel, at: int) -> date:
    return add_months(panel.months[0], int(panel.born[at]))


def _cohort_rows(panel: Panel, halves: Sequence[HalfYear], layers: Mapping[str, str]) -> Rows:
    """One row for each half-year, layer and cohort; the cohort `all` is the share of the layer in the whole field."""
    positions = _layer_positions(panel, layers)
    everything = sorted({at for members in positions.values() for at in members})
    position = {at: own for own, at in enumerate(everything)}
    for half in halves:
        whole = _part_of_half(half, everything)
        for layer, members in positions.items():
            yield _cohort_row(half, layer, ALL_COHORTS, whole, [position[at] for at in members])
            part = _part_of_half(half, members)
            for cohort, _ in COHORTS:
                inside = [own for own, at in enumerate(members) if find_cohort(_began(panel, at)) == cohort]
                yield _cohort_row(half, layer, cohort, part, inside)


def _part_of_half(half: HalfYear, members: Sequence[int]) -> HalfYear:
    """The half-year of some projects alone."""
    chosen = list(members)
    return HalfYear(half.first, half.known[chosen], half.unobserved_bound[chosen], 0, 0, len(chosen))


def _cohort_row(half: HalfYear, layer: str, cohort: str, whole: HalfYear, inside: list[int]) -> dict[str, Any]:
    shares = whole.share_with_bounds(inside)
    share, low, high = (None if np.isnan(value) else float(value) for value in shares)
    active = (whole.known[inside] > 0) | (whole.unobserved_bound[inside] > 0)
    return {
        "half_year": half.first,
        "layer": layer,
        "cohort": cohort,
        "projects": int(active.sum()),
        "activity": float(whole.known[inside].sum()) if whole.total > 0 else None,
        "share": share,
        "share_low": low,
        "share_high": high,
    }


def _leader_rows(panel: Panel, halves: Sequence[HalfYear], layers: Mapping[str, str]) -> Rows:
    """The most active project of each layer and half-year, its age at the end, and the mean age by activity."""
    for half in halves:
        end = add_months(half.first, 6)
        for layer, members in _layer_positions(panel, layers).items():
            part = half.known[members]
            if not part.sum() > 0:
                continue
            leader = members[int(part.argmax())]
            ages = np.array([_months_between(_began(panel, at), end) for at in members]) / 12
            yield {
                "half_year": half.first,
                "layer": layer,
                "projects": int((part > 0).sum()),
                "leader": panel.projects[leader].name,
                "leader_share": float(part.max() / part.sum()),
                "leader_began": _began(panel, leader),
                "leader_age_years": float(ages[int(part.argmax())]),
                "mean_age_years": float((ages * part).sum() / part.sum()),
            }


def _months_between(first: date, later: date) -> int:
    return (later.year - first.year) * 12 + later.month - first.month


def _people_of_layers(present: pa.Table, layers: Mapping[str, str]) -> pa.Table:
    """Commits of each person by year, layer and organisation."""
    present = present.filter(pc.is_in(present["project"], value_set=pa.array(list(layers), pa.string())))
    of_project = [layers[project] for project in present["project"].to_pylist()]
    rows = plain_texts(present).append_column("layer", pa.array(of_project, pa.string()))
    rows = rows.append_column("year", pc.year(rows["month"]))
    rows = rows.filter(pc.and_(pc.greater(rows["commits"], 0), pc.not_equal(rows["layer"], "")))
    grouped = rows.group_by(["year", "layer", "organisation", "person"], use_threads=False).aggregate(
        [("commits", "sum")]
    )
    return grouped.rename_columns(["year", "layer", "organisation", "person", "commits"])


def _people_rows(worked: pa.Table) -> Rows:
    """How many of the people who commit to a layer in a year commit to another one, and to any other."""
    people: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in worked.to_pylist():
        people[row["year"]][row["layer"]].add(row["person"])
    for year, by_layer in sorted(people.items()):
        for layer, own in sorted(by_layer.items()):
            others = {second: members for second, members in sorted(by_layer.items()) if second != layer}
            anywhere = set().union(*others.values())
            for second, members in [*others.items(), (ANY_OTHER, anywhere)]:
                both = len(own & members)
                low, high = wilson_bounds(both, len(own))
                yield {
                    "year": year, "layer": layer, "other_layer": second, "people": len(own), "in_both": both,
                    "share": both / len(own), "share_low": max(low, 0.0), "share_high": min(high, 1.0),
                }  # fmt: skip


def _bridge_rows(worked: pa.Table) -> Rows:
    """The organisations whose people commit to two layers in a year."""
    people: dict[tuple[int, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    commits: dict[tuple[int, str, str], int] = defaultdict(int)
    for row in worked.to_pylist():
        if row["organisation"]:
            people[row["year"], row["organisation"]][row["layer"]].add(row["person"])
            commits[row["year"], row["organisation"], row["layer"]] += row["commits"]
    for (year, organisation), by_layer in sorted(people.items()):
        for layer, second in combinations(sorted(by_layer), 2):
            yield {
                "year": year, "organisation": organisation, "layer": layer, "other_layer": second,
                "people": len(by_layer[layer]), "other_people": len(by_layer[second]),
                "in_both": len(by_layer[layer] & by_layer[second]), "commits": commits[year, organisation, layer],
                "other_commits": commits[year, organisation, second],
            }  # fmt: skip
