"""The organisation of each event. The strongest class of evidence applies:

override    declared in the landscape file for the person and day
signed      the organisation of the event's own e-mail domain on that day
spell       interpolated: the person signed for the organisation before and after, at most `LARGEST_GAP` days apart,
            and for no other in between
file        an affiliation file: an entry that has ended, then one without an end, until `LIST_REACH` days after the
            file's date or a signature for another organisation
profile     the person's profile named the organisation at most `REACH` days away, and nothing contradicts it
stale_list  an affiliation file's entry without an end, later than that: the organisation stays unknown
Nothing is extrapolated before the first signature or after the last: in simulations, more than half of the events that
a margin of 30 days added were wrong. -1 means unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ecotone.people.attribution_classes import LARGEST_GAP, REACH, REASONS

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

UNKNOWN: Final = -1
NO_EMPLOYER: Final = -2
"""Declared to have no employer: nothing is interpolated."""

BASES: Final = ("", *REASONS)
"""The classes of evidence by number; 0: none."""
_DAYS: Final = 1 << 20  # days per person: encodes person and day in one number
_SHIFT: Final = 1 << 19


@dataclass(frozen=True, slots=True)
class SignedDays:
    """One row per person and day with a signature; organisation -1: signatures of two organisations."""

    person: Integers
    day: Integers
    organisation: Integers


@dataclass(frozen=True, slots=True)
class DeclaredIntervals:
    """Declared affiliations in [since, until), strongest first."""

    person: Integers
    since: Integers
    until: Integers
    organisation: Integers
    basis: Integers  # position in BASES


NOTHING_DECLARED: Final = DeclaredIntervals(*(np.empty(0, np.int64) for _ in range(5)))


def join_intervals(first: DeclaredIntervals, second: DeclaredIntervals) -> DeclaredIntervals:
    """Both, the first before the second."""
    columns = ("person", "since", "until", "organisation", "basis")
    return DeclaredIntervals(*(np.concatenate([getattr(first, column), getattr(second, column)]) for column in columns))


def first_contradicting_day(signed: SignedDays, person: int, since: int, organisation: int, never: int) -> int:
    """The first day from `since` on on which a person signs for another organisation; `never` if there is none."""
    start, end = np.searchsorted(signed.person, [person, person + 1])
    differs = ~np.isin(signed.organisation[start:end], (organisation, UNKNOWN)) & (signed.day[start:end] >= since)
    return int(signed.day[start:end][differs].min(initial=never))


def deduplicate_signatures(person: Integers, day: Integers, organisation: Integers) -> SignedDays:
    """Sort signatures, one per person and day; a day with two organisations counts for neither."""
    person_day = person * _DAYS + day + _SHIFT
    order = np.lexsort((organisation, person_day))
    person_day, chosen = person_day[order], organisation[order]
    if not len(person_day):
        return SignedDays(person, day, organisation)
    first = np.flatnonzero(np.append(True, person_day[1:] != person_day[:-1]))
    last = np.append(first[1:], len(person_day)) - 1
    known = np.where(chosen[first] == chosen[last], chosen[first], UNKNOWN)
    return SignedDays(person[order][first], day[order][first], known)


def assign_organisations(
    person: Integers,
    day: Integers,
    own_organisation: Integers,
    signed: SignedDays,
    declared: DeclaredIntervals,
    largest_gap: int = LARGEST_GAP,
    statements: DeclaredIntervals = NOTHING_DECLARED,
    listed: DeclaredIntervals = NOTHING_DECLARED,
    too_old: DeclaredIntervals = NOTHING_DECLARED,
) -> tuple[Integers, Integers]:
    """The organisation of each event, and its basis as a position in BASES.

    own_organisation  the organisation of the event's own address on that day
    declared          what the landscape declares; it overrules everything
    listed            the days of entries of affiliation files, for events without a signature
    statements        the days of profile statements, for events without another basis
    too_old           the days of entries that are too old to count, for events without any of these
    """
    organisation, basis = _interpolate_organisations(person, day, signed, largest_gap)
    has_own = own_organisation != UNKNOWN
    organisation[has_own], basis[has_own] = own_organisation[has_own], BASES.index("signed")
    person_days = person * _DAYS + day + _SHIFT
    for intervals in (listed, statements, too_old):
        weaker, weaker_basis = np.full(len(person), UNKNOWN), np.zeros(len(person), np.int64)
        _apply_intervals(weaker, weaker_basis, person_days, intervals)
        is_open = (basis == 0) & (weaker >= 0)
        basis[is_open] = weaker_basis[is_open]
        organisation[is_open] = weaker[is_open]
    organisation[basis == BASES.index("stale_list")] = UNKNOWN
    _apply_intervals(organisation, basis, person_days, declared)
    organisation[organisation == NO_EMPLOYER] = UNKNOWN
    return organisation, basis


def _apply_intervals(
    organisation: Integers, basis: Integers, person_days: Integers, intervals: DeclaredIntervals
) -> None:
    """Write declared affiliations over the events that they cover, weakest first."""
    order = np.argsort(person_days, kind="stable")
    ordered = person_days[order]
    start, end = (
        np.searchsorted(ordered, intervals.person * _DAYS + edge.clip(-_SHIFT + 1, _SHIFT - 1) + _SHIFT)
        for edge in (intervals.since, intervals.until)
    )
    for row in range(len(intervals.person) - 1, -1, -1):
        covered = order[start[row] : end[row]]
        organisation[covered], basis[covered] = intervals.organisation[row], intervals.basis[row]


def _interpolate_organisations(
    person: Integers, day: Integers, signed: SignedDays, largest_gap: int
) -> tuple[Integers, Integers]:
    """The organisation on which the nearest signatures before and after each day agree."""
    count = len(signed.person)
    organisation, basis = np.full(len(person), UNKNOWN), np.zeros(len(person), np.int64)
    if not count:
        return organisation, basis
    signed_person_days = signed.person * _DAYS + signed.day + _SHIFT
    person_days = person * _DAYS + day + _SHIFT
    before, after = (
        np.searchsorted(signed_person_days, person_days, "right") - 1,
        np.searchsorted(signed_person_days, person_days, "left"),
    )
    has_before = (before >= 0) & (signed.person[before.clip(0)] == person)
    has_after = (after < count) & (signed.person[after.clip(0, count - 1)] == person)
    earlier, later = before.clip(0), after.clip(0, count - 1)
    organisation_before = np.where(has_before, signed.organisation[earlier], UNKNOWN)
    organisation_after = np.where(has_after, signed.organisation[later], UNKNOWN)
    since, until = day - signed.day[earlier], signed.day[later] - day
    agree = has_before & has_after & (organisation_before == organisation_after) & (organisation_before != UNKNOWN)
    inside = agree & (since + until <= largest_gap)
    organisation[inside], basis[inside] = organisation_before[inside], BASES.index("spell")
    return organisation, basis


def applicable_statement_days(stated: SignedDays, signed: SignedDays, declared: DeclaredIntervals) -> DeclaredIntervals:
    """The days on which each profile statement applies, cut where stronger evidence contradicts it.

    stated   by person; NO_EMPLOYER only limits other statements
    returns  a row per statement, empty (since = until) where it applies to no day
    """
    since, until = stated.day - REACH, stated.day + REACH + 1
    signings, statements = (_slices_of_persons(stated.person, days.person) for days in (signed, stated))
    order = np.argsort(declared.person, kind="stable")
    declared_slices = _slices_of_persons(stated.person, declared.person[order])
    for row, (day, organisation) in enumerate(zip(stated.day.tolist(), stated.organisation.tolist(), strict=True)):
        theirs = signings[row]
        contradicting_days = signed.day[theirs][~np.isin(signed.organisation[theirs], (organisation, UNKNOWN))]
        before, after = _nearest_days(contradicting_days, day)
        inside = _is_interpolated_elsewhere(signed, theirs, day, organisation)
        others = stated.day[statements[row]][stated.organisation[statements[row]] != organisation]
        earlier, later = _nearest_days(others, day)
        contradicting = order[declared_slices[row]][declared.organisation[order[declared_slices[row]]] != organisation]
        declared_since, declared_until = declared.since[contradicting], declared.until[contradicting]
        ended = declared_until[declared_until <= day].max(initial=-_SHIFT)
        begun = declared_since[declared_since > day].min(initial=_SHIFT)
        covered = bool(np.any((declared_since <= day) & (day < declared_until)))
        since[row] = max(since[row], before + 1, ended, min(day, earlier + REACH + 1))
        until[row] = min(until[row], after, begun, max(day + 1, later - REACH))
        if inside or covered or earlier == day or later == day or since[row] > until[row]:
            until[row] = since[row]
    basis = np.full(len(since), BASES.index("profile"))
    return DeclaredIntervals(stated.person, since, until, stated.organisation, basis)


def _slices_of_persons(persons: Integers, ordered: Integers) -> list[slice]:
    """The slice of each person's rows among ordered rows."""
    edges = (np.searchsorted(ordered, persons, side).tolist() for side in ("left", "right"))
    return [slice(start, end) for start, end in zip(*edges, strict=True)]


def _nearest_days(days: Integers, day: int) -> tuple[int, int]:
    """The last day up to `day` and the first day from it on; far away where there is none."""
    return int(days[days <= day].max(initial=-_SHIFT)), int(days[days >= day].min(initial=_SHIFT))


def _is_interpolated_elsewhere(signed: SignedDays, theirs: slice, day: int, what: int) -> bool:
    """Whether a day lies between two signatures that interpolate another organisation."""
    days, organisations = signed.day[theirs], signed.organisation[theirs]
    position = int(np.searchsorted(days, day, "right"))
    if position in (0, len(days)):
        return False
    organisation_before, organisation_after = organisations[position - 1], organisations[position]
    return bool(
        organisation_before == organisation_after != what
        and organisation_before != UNKNOWN
        and days[position] - days[position - 1] <= LARGEST_GAP
    )


def find_signature_runs(person: Integers, day: Integers, group: Integers) -> tuple[Integers, Integers, Integers]:
    """Runs of signatures of one person and group (organisation and domain) without a gap above LARGEST_GAP.

    returns  the positions of the first and last signature of each run, and its length
    """
    order = np.lexsort((day, group, person))
    if not len(order):
        return order, order, order
    sorted_person, sorted_group, sorted_day = person[order], group[order], day[order]
    breaks = (
        (sorted_person[1:] != sorted_person[:-1])
        | (sorted_group[1:] != sorted_group[:-1])
        | (sorted_day[1:] - sorted_day[:-1] > LARGEST_GAP)
    )
    first = np.flatnonzero(np.append(True, breaks))
    last = np.append(first[1:], len(order)) - 1
    return order[first], order[last], last - first + 1
