"""The public tables of the stack: present technologies, spells, reach, turnover, adoption, survival and weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import pyarrow as pa

from ecotone.stack.adoption import (
    find_first_month,
    leading_technologies,
    measure_effective_number,
    measure_lag,
    measure_members,
    measure_reach,
)
from ecotone.stack.application_stack import ApplicationStack
from ecotone.stack.claims import judge_claims
from ecotone.stack.stack_weight import measure_weight
from ecotone.stack.technology_map import DATABASE, LAYERS, MODEL
from ecotone.stack.turnover import TechnologySpell, find_spells, measure_survival, measure_turnover

AI_NATIVE: Final = "ai"
TRADITIONAL: Final = "traditional"
EVERYTHING: Final = "all"
GROUPS: Final = (AI_NATIVE, TRADITIONAL, EVERYTHING)
"""Groups of applications: built around generative models, not, and all that the landscape calls applications."""

ADOPTED: Final = {"model": MODEL, "database": DATABASE, "vector": "vector", "protocol": "protocol"}

_TEXT, _MONTH, _COUNT, _VALUE, _FLAG = pa.string(), pa.date32(), pa.int64(), pa.float64(), pa.bool_()
_KIND = ("application_kind", _TEXT)

STACK_SCHEMA: Final = pa.schema(
    [("project", _TEXT), ("month", _MONTH), ("layer", _TEXT), ("technology", _TEXT), ("optional_only", _FLAG)]
)
SPELL_SCHEMA: Final = pa.schema(
    [
        ("project", _TEXT), _KIND, ("layer", _TEXT), ("technology", _TEXT), ("since", _MONTH),
        ("last", _MONTH), ("months", _COUNT), ("ended", _FLAG), ("settled", _FLAG), ("provisional", _FLAG),
    ]
)  # fmt: skip
REACH_SCHEMA: Final = pa.schema(
    [
        _KIND, ("month", _MONTH), ("layer", _TEXT), ("applications", _COUNT), ("with_layer", _COUNT),
        ("share", _VALUE), ("share_low", _VALUE), ("share_high", _VALUE), ("members_mean", _VALUE),
        ("members_median", _VALUE), ("members_max", _COUNT), ("distinct", _COUNT), ("effective", _VALUE),
        ("leader", _TEXT), ("leader_share", _VALUE), ("most_frequent", _TEXT), ("most_frequent_applications", _COUNT),
    ]
)  # fmt: skip
TURNOVER_SCHEMA: Final = pa.schema(
    [
        _KIND, ("layer", _TEXT), ("applications", _COUNT), ("applications_with_end", _COUNT),
        ("spells", _COUNT), ("ended", _COUNT), ("departures", _COUNT), ("exposure_months", _COUNT), ("rate", _VALUE),
        ("without_one_low", _VALUE), ("without_one_high", _VALUE), ("rate_low", _VALUE), ("rate_high", _VALUE),
    ]
)  # fmt: skip
ADOPTION_SCHEMA: Final = pa.schema(
    [
        ("project", _TEXT), _KIND, ("first_month", _MONTH), ("last_month", _MONTH),
        *((f"first_{name}", _MONTH) for name in ADOPTED), *((f"{name}_censored", _FLAG) for name in ADOPTED),
        ("lag_months", _COUNT),
    ]
)  # fmt: skip
SURVIVAL_SCHEMA: Final = pa.schema(
    [
        _KIND, ("layer", _TEXT), ("months_settled", _COUNT), ("at_risk", _COUNT), ("ended", _COUNT),
        ("survival", _VALUE),
    ]
)  # fmt: skip
WEIGHT_SCHEMA: Final = pa.schema(
    [_KIND, ("month", _MONTH), ("part", _TEXT), ("by_technology", _VALUE), ("by_layer", _VALUE)]
)

CLAIM_SCHEMA: Final = pa.schema(
    [
        ("claim", _TEXT), ("figure", _VALUE), ("figure_low", _VALUE), ("figure_high", _VALUE),
        ("applications", _COUNT), ("of", _COUNT), ("verdict", _TEXT),
    ]
)  # fmt: skip

Rows = Iterator[tuple[Any, ...]]


def build_stack_tables(
    stacks: Sequence[ApplicationStack], applications: Sequence[ApplicationStack]
) -> dict[str, pa.Table]:
    """The tables of the stack, by name.

    stacks        of every project that was read
    applications  of those that the landscape calls applications; measures of groups are of these alone
    """
    grouped = group_applications(applications)
    spells = [spell for stack in stacks for spell in find_spells(stack, LAYERS)]
    names = {application.name for application in applications}
    measured = [spell for spell in spells if spell.application in names]
    return {
        "stack": _build_table(STACK_SCHEMA, _present_rows(stacks)),
        "stack_spells": _build_table(SPELL_SCHEMA, map(_spell_row, spells)),
        "stack_reach": _build_table(REACH_SCHEMA, _reach_rows(grouped)),
        "stack_turnover": _build_table(TURNOVER_SCHEMA, _turnover_rows(measured)),
        "stack_adoption": _build_table(ADOPTION_SCHEMA, map(_adoption_row, applications)),
        "stack_survival": _build_table(SURVIVAL_SCHEMA, _survival_rows(measured)),
        "stack_claims": _build_table(CLAIM_SCHEMA, judge_claims(applications, AI_NATIVE) if applications else []),
        "stack_weight": _build_table(WEIGHT_SCHEMA, _weight_rows(grouped)),
    }


def group_applications(applications: Sequence[ApplicationStack]) -> Mapping[str, list[ApplicationStack]]:
    """The applications of each group."""
    return {
        group: [application for application in applications if group in (application.group, EVERYTHING)]
        for group in GROUPS
    }


def month_date(month: int | None) -> date | None:
    """The first day of a month that is counted from January of year 0."""
    return None if month is None else date(month // 12, month % 12 + 1, 1)


def month_number(day: date) -> int:
    """Months since January of year 0."""
    return day.year * 12 + day.month - 1


def _present_rows(stacks: Iterable[ApplicationStack]) -> Rows:
    for stack in sorted(stacks, key=lambda stack: stack.name):
        layers = [layer for layer in LAYERS if layer in stack.members]
        for month in range(stack.first, stack.last + 1):
            day, shift = month_date(month), month - stack.first
            for layer in layers:
                offered = stack.optional.get(layer, {})
                for technology in sorted(stack.technologies(layer, month)):
                    yield stack.name, day, layer, technology, bool(offered.get(technology, 0) >> shift & 1)


def _spell_row(spell: TechnologySpell) -> tuple[Any, ...]:
    return (
        spell.application, spell.group, spell.layer, spell.technology, month_date(spell.since), month_date(spell.last),
        spell.months, spell.ended, spell.settled, spell.provisional,
    )  # fmt: skip


def _reach_rows(grouped: Mapping[str, Sequence[ApplicationStack]]) -> Rows:
    for group, applications in grouped.items():
        first = min((application.first for application in applications), default=0)
        last = max((application.last for application in applications), default=-1)
        layers = [
            layer for layer in (MODEL, DATABASE, *LAYERS)
            if any(layer in application.members for application in applications)
        ]  # fmt: skip
        for month in range(first, last + 1):
            current = [application for application in applications if application.is_seen(month)]
            for layer in layers if current else ():
                yield (group, month_date(month), layer, *_layer_measures(current, layer, month))


def _layer_measures(current: Sequence[ApplicationStack], layer: str, month: int) -> tuple[Any, ...]:
    reach = measure_reach(current, layer, month)
    members = measure_members(current, layer, month)
    effective = measure_effective_number(current, layer, month)
    if reach is None or members is None or effective is None:
        return (*(reach or (None,) * 5), *(None,) * 9)
    frequent = leading_technologies(current, layer, month)[0]
    return (*reach, members.mean, members.median, members.highest, *effective, *frequent)


def _turnover_rows(spells: Sequence[TechnologySpell]) -> Rows:
    for group, layer, mine in _spells_by_group(spells):
        if turnover := measure_turnover(mine):
            yield (group, layer, *turnover)


def _survival_rows(spells: Sequence[TechnologySpell]) -> Rows:
    for group, layer, mine in _spells_by_group(spells):
        for step in measure_survival(mine):
            yield (group, layer, *step)


def _spells_by_group(spells: Sequence[TechnologySpell]) -> Iterator[tuple[str, str, list[TechnologySpell]]]:
    for group in GROUPS:
        for layer in LAYERS:
            mine = [spell for spell in spells if spell.layer == layer and group in (spell.group, EVERYTHING)]
            yield group, layer, mine


def _adoption_row(application: ApplicationStack) -> tuple[Any, ...]:
    firsts = [find_first_month(application, layer) for layer in ADOPTED.values()]
    lag = measure_lag(application) if application.group == AI_NATIVE else None
    return (
        application.name, application.group, month_date(application.first), month_date(application.last),
        *(month_date(first.month) for first in firsts), *(first.censored for first in firsts), lag,
    )  # fmt: skip


def _weight_rows(grouped: Mapping[str, Sequence[ApplicationStack]]) -> Rows:
    for group, applications in grouped.items():
        first = min((application.first for application in applications), default=0)
        last = max((application.last for application in applications), default=-1)
        for month in range(first, last + 1):
            for part, weight in (measure_weight(applications, month) or {}).items():
                yield (group, month_date(month), part, *weight)


def _build_table(schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)
