"""Co-editing: implicit interactions from commits to the same directory.

After git2net (Gote, Scholtes and Schweitzer 2019, MSR, doi 10.1109/MSR.2019.00070), which links people who edit the
same lines. A history without file contents has directories only; time and crowding replace line ownership.

A commit c of person v at time t touches A_c areas. For each area d, every other person u who touched d in the window
before t gets an edge

    w(u -> v; c, d) = weight * (1 / A_c) * 2 ** (-(t - t_u) / half life) / max(1, n)

t_u is u's last touch of d before t, n the number of other people who touched d in the window. A commit adds at most
`weight` in total.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.text_codes import encode_texts
from ecotone.networks.person_activity import Codes, Floats
from ecotone.networks.person_interactions import HALF_LIFE_DAYS, PERSON_SCHEMA, WEIGHTS, WINDOW_DAYS

SECONDS_PER_DAY: Final = 86_400
AT_ONCE: Final = 4_000_000
"""Pairs of touches held in memory together."""


@dataclass(frozen=True, slots=True)
class Touches:
    """One row for each commit and area that it touches."""

    area: Codes  # (n,)
    time: Codes  # (n,), seconds
    person: Codes  # (n,)
    share: Floats  # (n,), 1 / number of areas of the commit


@dataclass(frozen=True, slots=True)
class TouchLinks:
    """Edges from the earlier to the later person: the position of the touch, and the strength (0..1)."""

    touch: Codes
    earlier: Codes
    later: Codes
    strength: Floats


def link_touches(
    touches: Touches, window_days: float = WINDOW_DAYS, half_life_days: float = HALF_LIFE_DAYS
) -> TouchLinks:
    """Pairs of each touch with every other person's last touch of the same area in the window before it.

    returns  by touch, then earlier person; the strength follows the formula of the module without `weight`
    raises   ValueError on a window or half-life that is not above zero
    """
    if window_days <= 0 or half_life_days <= 0:
        raise ValueError(f"window_days is {window_days} and half_life_days {half_life_days}; both must be above zero")
    order = np.lexsort((touches.person, touches.time, touches.area))
    area, time, person = touches.area[order], touches.time[order], touches.person[order]
    low, high = _window_ranges(area, time, round(window_days * SECONDS_PER_DAY))
    following = _next_by_same_person(area, time, person)
    now, before = _last_earlier_touches(low, high, following, time, person)
    crowd = np.bincount(now, minlength=len(order))
    age = (time[now] - time[before]) / (half_life_days * SECONDS_PER_DAY)
    strength = touches.share[order][now] * 0.5**age / np.maximum(crowd[now], 1)
    sort = np.lexsort((person[before], order[now]))
    return TouchLinks(order[now][sort], person[before][sort], person[now][sort], strength[sort])


def co_edit_interactions(areas: pa.Table, commits: pa.Table, window_days: float = WINDOW_DAYS) -> pa.Table:
    """Co-editing interactions in one project.

    areas    sha, area (a repository's own table); an area that is NULL is unknown, and nobody met in it
    commits  commit, project, month, created_at, person, organisation, of the actors to include
    returns  PERSON_SCHEMA of kind `co_edit`, text dictionary-encoded: one row for each commit and earlier person,
             summed over areas
    """
    areas = areas.filter(pc.is_valid(areas["area"]))
    position = pc.index_in(areas["sha"], value_set=commits["commit"].combine_chunks())
    known = pc.is_valid(position)
    commit = position.filter(known).to_numpy().astype(np.int64)
    area = pc.rank(areas["area"].filter(known), tiebreaker="dense").to_numpy().astype(np.int64)
    seconds = commits["created_at"].cast(pa.timestamp("us")).cast(pa.int64()).to_numpy() // 1_000_000
    people = pc.unique(commits["person"]).sort()
    person = pc.index_in(commits["person"], value_set=people).to_numpy().astype(np.int64)
    number = np.bincount(commit, minlength=commits.num_rows)
    links = link_touches(Touches(area, seconds[commit], person[commit], 1.0 / number[commit]), window_days)
    return _interaction_table(links, commit, person, people, commits)


def _interaction_table(
    links: TouchLinks, commit: Codes, person: Codes, people: pa.Array, commits: pa.Table
) -> pa.Table:
    acting = commit[links.touch]
    key = acting * max(len(people), 1) + links.earlier
    distinct, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    weight = np.bincount(inverse, links.strength, minlength=len(distinct)) * WEIGHTS["co_edit"]
    rows = pa.array(acting[first])
    # an earlier person's organisation is that of the newest commit before this one
    time = commits["created_at"].to_numpy()
    earlier = pa.array(_newest_commit_before(person, time, links.earlier[first], time[acting[first]]))
    named = encode_texts(commits.select(["project", "month", "person", "organisation"]).combine_chunks())
    columns = {
        "project": named["project"].take(rows),
        "month": named["month"].take(rows),
        "kind": pa.repeat(pa.scalar("co_edit"), len(distinct)).dictionary_encode(),
        "from_person": pa.DictionaryArray.from_arrays(pa.array(links.earlier[first], pa.int32()), people),
        "to_person": named["person"].take(rows),
        "from_organisation": named["organisation"].take(earlier),
        "to_organisation": named["organisation"].take(rows),
        "weight": pa.array(np.round(weight, 9)),
    }
    return pa.table(columns).select(PERSON_SCHEMA.names)


def _newest_commit_before(person: Codes, time: np.ndarray, query_person: Codes, query_time: np.ndarray) -> Codes:
    """The position of each person's newest commit before a moment."""
    order = np.lexsort((np.arange(len(person)), time, person))
    ranks = np.unique(time, return_inverse=True)[1]
    width = len(person) + 1
    keys = person[order] * width + ranks[order]
    wanted = query_person * width + np.searchsorted(np.unique(time), query_time)
    return order[np.searchsorted(keys, wanted, side="left") - 1]


def _next_by_same_person(area: Codes, time: Codes, person: Codes) -> Codes:
    """The time of the next touch of the same area by the same person; the maximum integer if there is none."""
    order = np.lexsort((time, person, area))
    following = np.full(len(area), np.iinfo(np.int64).max)
    same = (area[order][1:] == area[order][:-1]) & (person[order][1:] == person[order][:-1])
    following[order[:-1][same]] = time[order][1:][same]
    return following


def _window_ranges(area: Codes, time: Codes, seconds: int) -> tuple[Codes, Codes]:
    """For each touch the range of positions of touches of its area in [time - seconds, time)."""
    if not len(area):
        return area, area
    width = int(time.max() - time.min()) + seconds + 2
    key = area * width + (time - time.min()) + seconds
    return np.searchsorted(key, key - seconds), np.searchsorted(key, key)


def _last_earlier_touches(low: Codes, high: Codes, following: Codes, time: Codes, person: Codes) -> tuple[Codes, Codes]:
    """Pairs (touch, last earlier touch of each other person in its window), computed in bounded blocks."""
    bounds = np.searchsorted(np.cumsum(high - low), np.arange(0, int((high - low).sum()) + AT_ONCE, AT_ONCE), "right")
    parts: list[tuple[Codes, Codes]] = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for start, end in zip((0, *bounds[1:-1]), (*bounds[1:-1], len(low)), strict=True):
        now, before = _expand_ranges(low[start:end], high[start:end])
        last = (following[before] >= time[now + start]) & (person[before] != person[now + start])
        parts.append((now[last] + start, before[last]))
    return np.concatenate([now for now, _ in parts]), np.concatenate([before for _, before in parts])


def _expand_ranges(low: Codes, high: Codes) -> tuple[Codes, Codes]:
    """Pairs (position, member of its range)."""
    counts = high - low
    now = np.repeat(np.arange(len(low)), counts)
    starts = np.cumsum(counts) - counts
    return now, np.arange(len(now)) - np.repeat(starts, counts) + np.repeat(low, counts)
