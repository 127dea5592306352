"""The table `field_monthly`: the leader, the concentration, births and deaths of a field by month.

Shares have bounds for what was not observed: a project that had begun but was not observed whole in a month did
between nothing and the mean of its best three months.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ecotone.networks.diversity import herfindahl_index
from ecotone.signals.common_activity import comparable_activity
from ecotone.trends.project_panel import Panel, build_panel
from ecotone.trends.robust_levels import Floats
from ecotone.trends.shape_classifier import silence_start

OTHER_SIGNALS: Final = ("contributors",)
"""The signals that the table measures in addition to the part of activity that all projects have."""

WHOLE_FIELD: Final = "all"
QUARTER: Final = 3
A_YEAR: Final = 12
DIGITS: Final = 12

SCHEMA: Final = pa.schema(
    [
        ("scope_kind", pa.string()),
        ("scope", pa.string()),
        ("parent", pa.string()),
        ("signal", pa.string()),
        ("month", pa.date32()),
        ("projects_known", pa.int64()),
        ("projects_observed", pa.int64()),
        ("observed_at_least", pa.float64()),
        ("total", pa.float64()),
        ("share", pa.float64()),
        ("share_low", pa.float64()),
        ("share_high", pa.float64()),
        ("leader", pa.string()),
        ("leader_share", pa.float64()),
        ("leader_share_low", pa.float64()),
        ("leader_share_high", pa.float64()),
        ("leader_sure", pa.bool_()),
        ("leader_changed", pa.bool_()),
        ("rank_changes", pa.int64()),
        ("hhi", pa.float64()),
        ("effective_projects", pa.float64()),
        ("births", pa.int64()),
        ("deaths", pa.int64()),
        ("growth", pa.float64()),
        ("growth_projects", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the field. kind: field, category, style or language; a style or language is part of `parent`."""

    kind: str
    name: str
    parent: str | None
    members: tuple[int, ...]


def build_field_state(
    projects: pa.Table, signals: pa.Table, period: date | None = None, coverage: pa.Table | None = None
) -> pa.Table:
    """One row per scope, signal and month in which at least one project of the scope was observed completely."""
    rows: list[dict[str, Any]] = []
    for signal in (comparable_activity(signals, coverage), *OTHER_SIGNALS):
        if signal in signals.column_names:
            panel = build_panel(projects, signals, signal, period, coverage)
            wholes = {
                scope.name: panel.select_projects(scope.members)
                for scope in list_scopes(panel)
                if scope.kind in PARENT_KINDS
            }
            for scope in list_scopes(panel):
                parent = wholes[scope.parent] if scope.parent else None
                rows.extend(
                    {"signal": signal} | row
                    for row in _build_scope_rows(scope, panel.select_projects(scope.members), parent)
                )
    return pa.Table.from_pylist(rows, schema=SCHEMA)


PARENT_KINDS: Final = ("field", "category")


def list_scopes(panel: Panel) -> tuple[Scope, ...]:
    """The field, its categories, then the styles and languages of each of these; each by name."""
    everything = tuple(range(len(panel.projects)))
    if not everything:
        return ()
    field = Scope("field", WHOLE_FIELD, None, everything)
    wholes = (field, *_scopes_by_attribute(panel, field, "category"))
    parts = [
        part for kind in ("style", "language") for whole in wholes for part in _scopes_by_attribute(panel, whole, kind)
    ]
    return (*wholes, *parts)


def _scopes_by_attribute(panel: Panel, whole: Scope, kind: str) -> Iterator[Scope]:
    """One scope per value of the projects' `kind`; projects without a value are in no scope."""
    values = [str(getattr(panel.projects[at], kind)) for at in whole.members]
    for value in sorted(set(values) - {""}):
        members = tuple(at for at, attribute in zip(whole.members, values, strict=True) if attribute == value)
        yield Scope(kind, value, whole.name, members)


def _build_scope_rows(scope: Scope, panel: Panel, parent: Panel | None) -> Iterator[dict[str, Any]]:
    observed, begun = panel.observed, panel.has_begun
    known = np.where(observed, panel.values, 0.0)
    births = np.bincount(panel.born[panel.born >= 0], minlength=len(panel.months))
    deaths = Counter(find_silence_starts(panel))
    before: int | None = None
    for at, month in enumerate(panel.months):
        if not observed[:, at].any():
            continue
        unseen = np.where(begun[:, at] & ~observed[:, at], panel.upper_bounds, 0.0)
        leader = leader_share_bounds(known[:, at], unseen)
        row: dict[str, Any] = {
            "scope_kind": scope.kind,
            "scope": scope.name,
            "parent": scope.parent,
            "month": month,
            "projects_known": int(begun[:, at].sum()),
            "projects_observed": int(observed[:, at].sum()),
            "total": float(known[:, at].sum()),
            "observed_at_least": _rounded_ratio(known[:, at].sum(), known[:, at].sum() + unseen.sum()),
            "hhi": _rounded_number(herfindahl_index(known[:, at])),
            "effective_projects": _rounded_number(1 / herfindahl_index(known[:, at])),
            "births": int(births[at]),
            "deaths": deaths[at],
            **_share_of_parent(panel, parent, at),
            **_growth_over_year(panel, at),
        }
        if leader is not None:
            row |= {
                "leader": panel.projects[leader.position].name,
                "leader_share": _rounded_number(leader.share),
                "leader_share_low": _rounded_number(leader.low),
                "leader_share_high": _rounded_number(leader.high),
                "leader_sure": leader.is_certain,
                "leader_changed": None if before is None else before != leader.position,
                "rank_changes": _count_rank_changes(panel, at),
            }
            before = leader.position
        yield row


@dataclass(frozen=True, slots=True)
class LeaderShare:
    """The leading project. low, high: bounds of the largest share; sure: whether no other project can lead."""

    position: int
    share: float
    low: float
    high: float
    is_certain: bool


def leader_share_bounds(known: Floats, unseen: Floats) -> LeaderShare | None:
    """The leader and bounds of the largest share; None if all amounts are 0.

    known   (projects,) amounts that were observed
    unseen  (projects,) upper bounds of what was not observed

    The share is lowest if all others reach their bounds without passing the leader; it is highest if one project
    reaches its bound and the others add nothing.

    >>> leader_share_bounds(np.array([6.0, 4.0, 0.0]), np.array([0.0, 0.0, 10.0]))
    LeaderShare(position=0, share=0.6, low=0.375, high=0.6, is_certain=False)
    """
    total = float(known.sum())
    if not total > 0:
        return None
    position = int(known.argmax())
    most, highest = float(known[position]), known + unseen
    low = most / float(np.minimum(highest, most).sum())
    high = float((highest / (total + unseen)).max())
    others = np.delete(highest, position)
    return LeaderShare(position, most / total, low, high, not len(others) or bool(others.max() < most))


def _share_of_parent(panel: Panel, parent: Panel | None, at: int) -> dict[str, float | None]:
    """The scope's share of its parent, with bounds; empty for the field itself."""
    if parent is None:
        return {}
    own, whole = (_observed_total(each, at) for each in (panel, parent))
    own_unseen, unseen = (_unobserved_bound(each, at) for each in (panel, parent))
    return {
        "share": _rounded_ratio(own, whole),
        "share_low": _rounded_ratio(own, whole + unseen - own_unseen),
        "share_high": _rounded_ratio(own + own_unseen, whole + own_unseen),
    }


def _observed_total(panel: Panel, at: int) -> float:
    return float(panel.values[panel.observed[:, at], at].sum())


def _unobserved_bound(panel: Panel, at: int) -> float:
    return float(panel.upper_bounds[panel.has_begun[:, at] & ~panel.observed[:, at]].sum())


def _growth_over_year(panel: Panel, at: int) -> dict[str, Any]:
    """Growth of three months over the same three a year earlier, for projects with all six known (0 before birth)."""
    first = at - QUARTER + 1 - A_YEAR
    if first < 0:
        return {}
    now = panel.values[:, at - QUARTER + 1 : at + 1]
    then = panel.values[:, first : first + QUARTER]
    both = np.isfinite(now).all(axis=1) & np.isfinite(then).all(axis=1) & panel.has_begun[:, at]
    earlier = float(then[both].sum())
    return {
        "growth": _rounded_number(float(now[both].sum()) / earlier - 1) if earlier > 0 else None,
        "growth_projects": int(both.sum()),
    }


def _count_rank_changes(panel: Panel, at: int) -> int | None:
    """How many projects changed rank since the month before, among those observed whole in both."""
    if at == 0:
        return None
    both = panel.observed[:, at] & panel.observed[:, at - 1]
    now, then = (np.argsort(-panel.values[both, month], kind="stable") for month in (at, at - 1))
    return int((np.argsort(now) != np.argsort(then)).sum())


def list_silent_projects(panel: Panel) -> list[str]:
    """Names of the projects that fell silent, the latest first."""
    silent = [
        (since, project.name)
        for project, since in zip(panel.projects, find_silence_starts(panel), strict=True)
        if since
    ]
    return [name for _, name in sorted(silent, key=lambda entry: (-entry[0], entry[1]))]


def find_silence_starts(panel: Panel) -> tuple[int | None, ...]:
    """The month (position) in which each project fell silent; None if it did not."""
    starts: list[int | None] = []
    for observed, values in zip(panel.observed, panel.values, strict=True):
        at = np.flatnonzero(observed)
        since = silence_start(values[at]) if len(at) else None
        starts.append(None if since is None else int(at[since]))
    return tuple(starts)


def _rounded_ratio(part: float, whole: float) -> float | None:
    return _rounded_number(part / whole) if whole > 0 else None


def _rounded_number(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None
