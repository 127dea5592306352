"""The table `field_state`: the leader, the concentration, births and deaths of a field by month.

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

from ecotone.networks.diversity import concentration
from ecotone.trends.curve import quiet_since
from ecotone.trends.levels import Floats
from ecotone.trends.panel import Panel, panel_of

SIGNALS: Final = ("activity", "contributors")
"""The signals that the table measures."""

EVERYTHING: Final = "all"
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
    places: tuple[int, ...]


def field_state(
    projects: pa.Table, signals: pa.Table, period: date | None = None, coverage: pa.Table | None = None
) -> pa.Table:
    """One row per scope, signal and month in which at least one project of the scope was observed completely."""
    rows: list[dict[str, Any]] = []
    for signal in SIGNALS:
        if signal in signals.column_names:
            panel = panel_of(projects, signals, signal, period, coverage)
            wholes = {scope.name: panel.of(scope.places) for scope in scopes(panel) if scope.kind in WHOLES}
            for scope in scopes(panel):
                parent = wholes[scope.parent] if scope.parent else None
                rows.extend({"signal": signal} | row for row in _rows(scope, panel.of(scope.places), parent))
    return pa.Table.from_pylist(rows, schema=SCHEMA)


WHOLES: Final = ("field", "category")


def scopes(panel: Panel) -> tuple[Scope, ...]:
    """The field, its categories, then the styles and languages of each of these; each by name."""
    everything = tuple(range(len(panel.projects)))
    if not everything:
        return ()
    field = Scope("field", EVERYTHING, None, everything)
    wholes = (field, *_parts(panel, field, "category"))
    parts = [part for kind in ("style", "language") for whole in wholes for part in _parts(panel, whole, kind)]
    return (*wholes, *parts)


def _parts(panel: Panel, whole: Scope, kind: str) -> Iterator[Scope]:
    """One scope per value of the projects' `kind`; projects without a value are in no scope."""
    values = [str(getattr(panel.projects[at], kind)) for at in whole.places]
    for value in sorted(set(values) - {""}):
        places = tuple(at for at, own in zip(whole.places, values, strict=True) if own == value)
        yield Scope(kind, value, whole.name, places)


def _rows(scope: Scope, panel: Panel, parent: Panel | None) -> Iterator[dict[str, Any]]:
    seen, begun = panel.seen, panel.begun
    known = np.where(seen, panel.values, 0.0)
    births = np.bincount(panel.born[panel.born >= 0], minlength=len(panel.months))
    deaths = Counter(silences(panel))
    before: int | None = None
    for at, month in enumerate(panel.months):
        if not seen[:, at].any():
            continue
        unseen = np.where(begun[:, at] & ~seen[:, at], panel.highest, 0.0)
        leading = lead(known[:, at], unseen)
        row: dict[str, Any] = {
            "scope_kind": scope.kind,
            "scope": scope.name,
            "parent": scope.parent,
            "month": month,
            "projects_known": int(begun[:, at].sum()),
            "projects_observed": int(seen[:, at].sum()),
            "total": float(known[:, at].sum()),
            "observed_at_least": _ratio(known[:, at].sum(), known[:, at].sum() + unseen.sum()),
            "hhi": _number(concentration(known[:, at])),
            "effective_projects": _number(1 / concentration(known[:, at])),
            "births": int(births[at]),
            "deaths": deaths[at],
            **_shares(panel, parent, at),
            **_growth(panel, at),
        }
        if leading is not None:
            row |= {
                "leader": panel.projects[leading.place].name,
                "leader_share": _number(leading.share),
                "leader_share_low": _number(leading.low),
                "leader_share_high": _number(leading.high),
                "leader_sure": leading.sure,
                "leader_changed": None if before is None else before != leading.place,
                "rank_changes": _rank_changes(panel, at),
            }
            before = leading.place
        yield row


@dataclass(frozen=True, slots=True)
class Lead:
    """The leading project. low, high: bounds of the largest share; sure: whether no other project can lead."""

    place: int
    share: float
    low: float
    high: float
    sure: bool


def lead(known: Floats, unseen: Floats) -> Lead | None:
    """The leader and bounds of the largest share; None if all amounts are 0.

    known   (projects,) amounts that were observed
    unseen  (projects,) upper bounds of what was not observed

    The share is lowest if all others reach their bounds without passing the leader; it is highest if one project
    reaches its bound and the others add nothing.

    >>> lead(np.array([6.0, 4.0, 0.0]), np.array([0.0, 0.0, 10.0]))
    Lead(place=0, share=0.6, low=0.375, high=0.6, sure=False)
    """
    total = float(known.sum())
    if not total > 0:
        return None
    place = int(known.argmax())
    most, highest = float(known[place]), known + unseen
    low = most / float(np.minimum(highest, most).sum())
    high = float((highest / (total + unseen)).max())
    others = np.delete(highest, place)
    return Lead(place, most / total, low, high, not len(others) or bool(others.max() < most))


def _shares(panel: Panel, parent: Panel | None, at: int) -> dict[str, float | None]:
    """The scope's share of its parent, with bounds; empty for the field itself."""
    if parent is None:
        return {}
    own, whole = (_known(one, at) for one in (panel, parent))
    own_unseen, unseen = (_unseen(one, at) for one in (panel, parent))
    return {
        "share": _ratio(own, whole),
        "share_low": _ratio(own, whole + unseen - own_unseen),
        "share_high": _ratio(own + own_unseen, whole + own_unseen),
    }


def _known(panel: Panel, at: int) -> float:
    return float(panel.values[panel.seen[:, at], at].sum())


def _unseen(panel: Panel, at: int) -> float:
    return float(panel.highest[panel.begun[:, at] & ~panel.seen[:, at]].sum())


def _growth(panel: Panel, at: int) -> dict[str, Any]:
    """Growth of three months over the same three a year earlier, for projects with all six known (0 before birth)."""
    first = at - QUARTER + 1 - A_YEAR
    if first < 0:
        return {}
    now = panel.values[:, at - QUARTER + 1 : at + 1]
    then = panel.values[:, first : first + QUARTER]
    both = np.isfinite(now).all(axis=1) & np.isfinite(then).all(axis=1) & panel.begun[:, at]
    earlier = float(then[both].sum())
    return {
        "growth": _number(float(now[both].sum()) / earlier - 1) if earlier > 0 else None,
        "growth_projects": int(both.sum()),
    }


def _rank_changes(panel: Panel, at: int) -> int | None:
    """How many projects changed rank since the month before, among those observed whole in both."""
    if at == 0:
        return None
    both = panel.seen[:, at] & panel.seen[:, at - 1]
    now, then = (np.argsort(-panel.values[both, month], kind="stable") for month in (at, at - 1))
    return int((np.argsort(now) != np.argsort(then)).sum())


def quiet_projects(panel: Panel) -> list[str]:
    """Names of the projects that fell silent, the latest first."""
    found = [(since, project.name) for project, since in zip(panel.projects, silences(panel), strict=True) if since]
    return [name for _, name in sorted(found, key=lambda one: (-one[0], one[1]))]


def silences(panel: Panel) -> tuple[int | None, ...]:
    """The month (position) in which each project fell silent; None if it did not."""
    found: list[int | None] = []
    for seen, values in zip(panel.seen, panel.values, strict=True):
        at = np.flatnonzero(seen)
        since = quiet_since(values[at]) if len(at) else None
        found.append(None if since is None else int(at[since]))
    return tuple(found)


def _ratio(part: float, whole: float) -> float | None:
    return _number(part / whole) if whole > 0 else None


def _number(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None
