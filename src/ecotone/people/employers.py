"""Attribute events to organisations and derive affiliation intervals with their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.people.accounts import domain_of, is_shared, key_of
from ecotone.people.domains import Domains, kinds
from ecotone.people.organisations import EMPLOYER_KINDS, Attribution
from ecotone.people.profiles import Statement, statements
from ecotone.people.spells import (
    BASES,
    NO_EMPLOYER,
    NOTHING_DECLARED,
    UNKNOWN,
    Declared,
    Flags,
    Integers,
    Signatures,
    attribute,
    runs,
    signatures,
    stated_spells,
)

AFFILIATION_SCHEMA: Final = pa.schema(
    [
        ("person", pa.string()),
        ("organisation", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
        ("evidence", pa.string()),
        ("source", pa.string()),
    ]
)

_EPOCH: Final = date(1970, 1, 1).toordinal()
_ALWAYS: Final = -400_000  # open start and end, in days
_NEVER: Final = 400_000


@dataclass(frozen=True, slots=True)
class CuratedSpell:
    """A declared affiliation: the holder of the account worked for the organisation in [since, until).

    organisation  None: no employer
    """

    account: str
    organisation: str | None
    since: date | None
    until: date | None
    basis: Literal["override", "file"]
    source: str


@dataclass(frozen=True, slots=True)
class Employers:
    """Per event: organisation, organisation_kind and basis (a value of BASES); and AFFILIATION_SCHEMA rows."""

    organisation: pa.Array
    organisation_kind: pa.Array
    basis: pa.Array
    affiliations: pa.Table


class _Register:
    """Organisations as numbers, and the organisation of each account's e-mail domain."""

    def __init__(self, domains: Domains) -> None:
        self._domains = domains
        self._number: dict[str, int] = {}
        self.kinds: list[str] = []
        self.grounds: list[tuple[int, str, str]] = []  # organisation, evidence, source
        self._ground: dict[tuple[int, str, str], int] = {}
        self._known: dict[tuple[str, date | None], int] = {}

    @property
    def names(self) -> list[str]:
        return list(self._number)

    def number(self, organisation: str, kind: str) -> int:
        """The number of the organisation, assigned at its first use."""
        if organisation not in self._number:
            self.kinds.append(kind)
        return self._number.setdefault(organisation, len(self._number))

    def ground(self, account: str, on: date | None) -> int:
        """The evidence of an account's domain on a day: a position in `evidence_rows`, or UNKNOWN."""
        domain = domain_of(account)
        key = (domain, on)
        if key not in self._known:
            found = self._domains.attribution(domain, on) if domain else None
            self._known[key] = self._entered(found)
        return self._known[key]

    def changes(self, account: str) -> bool:
        """Whether the organisation of the address depends on the day."""
        return self._domains.changes(domain_of(account))

    def _entered(self, found: Attribution | None) -> int:
        if found is None or found.kind not in EMPLOYER_KINDS:
            return UNKNOWN  # a foundation's address does not name an employer
        key = (self.number(found.organisation, found.kind), found.evidence, found.source)
        if key not in self._ground:
            self._ground[key] = len(self.grounds)
            self.grounds.append(key)
        return self._ground[key]


def employers(
    acts: pa.Table,
    marks: pa.Table,
    people: pa.Table,
    domains: Domains,
    curated: Sequence[CuratedSpell],
    profiles: pa.Table | None = None,
) -> Employers:
    """Attribute events to organisations.

    acts      account, person, day (date32)
    people    account, person, actor_kind
    address_uses  account, day: all other uses of an address, such as in committers and signed-off-by lines
    curated   declared affiliations of landscape and files; the first that covers a day counts
    profiles  events.schema.PROFILE_SCHEMA
    """
    register = _Register(domains)
    person_names = pc.unique(people["person"])
    act_person = _positions(acts["person"], person_names)
    act_day = _days(acts["day"])
    act_ground = _grounds(acts["account"], act_day, register)
    mark_person = _positions(_persons_of(marks["account"], people), person_names)
    mark_day = _days(marks["day"])
    mark_ground = _grounds(marks["account"], mark_day, register)
    grounds = np.array([ground[0] for ground in register.grounds] + [UNKNOWN], np.int64)
    who, when, what = (
        np.concatenate(pair) for pair in ((act_person, mark_person), (act_day, mark_day), (act_ground, mark_ground))
    )
    speaks = np.concatenate([_speaks(table["account"], people) for table in (acts, marks)])
    personal = (what != UNKNOWN) & (who >= 0) & speaks
    who, when, what = who[personal], when[personal], what[personal]
    declared = _declared(curated, people, person_names, register)
    signed = signatures(who, when, grounds[what])
    said = [] if profiles is None else statements(profiles, people, domains.organisations())
    place = {name: index for index, name in enumerate(person_names.to_pylist())}
    said.sort(key=lambda one: place[one.person])
    stated = _stated(said, person_names, register, signed, declared)
    organisation, basis = attribute(act_person, act_day, grounds[act_ground], signed, declared, stated=stated)
    spells = [
        *_curated_rows(curated, people),
        *_signed_rows(who, when, what, person_names, register),
        *_stated_rows(said, stated),
    ]
    return Employers(
        organisation=_named(organisation, register.names),
        organisation_kind=_named(organisation, register.kinds),
        basis=_named(basis - 1, BASES[1:]),
        affiliations=_table(spells),
    )


def _positions(names: pa.ChunkedArray, known: pa.Array) -> Integers:
    found = pc.fill_null(pc.index_in(names, value_set=known), UNKNOWN)
    return np.asarray(found.to_numpy(), np.int64)


def _days(days: pa.ChunkedArray) -> Integers:
    return np.asarray(days.cast(pa.int32()).to_numpy(), np.int64)


def _persons_of(accounts: pa.ChunkedArray, people: pa.Table) -> pa.ChunkedArray:
    place = pc.index_in(accounts, value_set=people["account"].combine_chunks())
    return pa.chunked_array([people["person"].combine_chunks()]).take(place)


def _coded(accounts: pa.ChunkedArray) -> tuple[list[str], Integers]:
    """The distinct accounts, and the index of each row's account among them."""
    distinct = pc.unique(accounts)
    return distinct.to_pylist(), np.asarray(pc.index_in(accounts, value_set=distinct).to_numpy(), np.int64)


def _grounds(accounts: pa.ChunkedArray, days: Integers, register: _Register) -> Integers:
    """The evidence of each use of an account; only domains that depend on the day are resolved row by row."""
    listed, code = _coded(accounts)
    found = np.array([register.ground(account, None) for account in listed], np.int64)[code]
    changing = np.array([register.changes(account) for account in listed], bool)[code]
    for row in np.flatnonzero(changing).tolist():
        found[row] = register.ground(listed[code[row]], date.fromordinal(_EPOCH + int(days[row])))
    return found


def _speaks(accounts: pa.ChunkedArray, people: pa.Table) -> Flags:
    """Whether an account can show a person's employer: shared mailboxes and bots cannot."""
    listed, code = _coded(accounts)
    persons = people.filter(pc.equal(people["actor_kind"], "person"))
    human = pc.is_in(pa.array(listed, pa.string()), value_set=persons["account"].combine_chunks())
    own = np.array([not is_shared(account) for account in listed], bool)
    speaks: Flags = (human.to_numpy(zero_copy_only=False) & own)[code]
    return speaks


def _declared(
    curated: Sequence[CuratedSpell], people: pa.Table, person_names: pa.Array, register: _Register
) -> Declared:
    person_of = _persons_by_key(curated, people)
    place = {name: index for index, name in enumerate(person_names.to_pylist())}
    rows = [
        (
            place[person_of[key_of(one.account)]],
            _day(one.since, _ALWAYS),
            _day(one.until, _NEVER),
            NO_EMPLOYER if one.organisation is None else register.number(one.organisation, _kind(one.organisation)),
            BASES.index(one.basis),
        )
        for one in curated
        if key_of(one.account) in person_of
    ]
    columns = np.array(rows, np.int64).reshape(-1, 5)
    return Declared(*(columns[:, place] for place in range(5)))


def _persons_by_key(curated: Sequence[CuratedSpell], people: pa.Table) -> dict[str, str]:
    """The person of each account with a declared affiliation, by account key."""
    wanted = {key_of(one.account) for one in curated}
    if not wanted:
        return {}
    pairs = zip(people["account"].to_pylist(), people["person"].to_pylist(), strict=True)
    return {key: person for account, person in pairs if (key := key_of(account)) in wanted}


def _kind(organisation: str) -> str:
    return kinds().get(organisation, "company")


def _day(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else day.toordinal() - _EPOCH


Row = tuple[str, str, date | None, date | None, str, str]


def _curated_rows(curated: Sequence[CuratedSpell], people: pa.Table) -> list[Row]:
    person_of = _persons_by_key(curated, people)
    return [
        (person_of[key_of(one.account)], one.organisation, one.since, one.until, one.basis, one.source)
        for one in curated
        if one.organisation is not None and key_of(one.account) in person_of
    ]


def _signed_rows(
    who: Integers, when: Integers, what: Integers, person_names: pa.Array, register: _Register
) -> list[Row]:
    """Intervals between the first and last use of an organisation's address, split at large gaps."""
    first, last, _ = runs(who, when, what)
    names, organisations = person_names.to_pylist(), register.names
    rows: list[Row] = []
    for start, end in zip(first.tolist(), last.tolist(), strict=True):
        number, evidence, source = register.grounds[what[start]]
        since, until = (date.fromordinal(_EPOCH + int(when[row])) for row in (start, end))
        until = date.fromordinal(until.toordinal() + 1)
        rows.append((names[who[start]], organisations[number], since, until, evidence, source))
    return rows


def _stated(
    said: Sequence[Statement], person_names: pa.Array, register: _Register, signed: Signatures, declared: Declared
) -> Declared:
    """The days on which each profile statement is applied."""
    if not said:
        return NOTHING_DECLARED
    rows = Signatures(
        person=_positions(pa.chunked_array([[one.person for one in said]]), person_names),
        day=np.array([_day(one.day, 0) for one in said], np.int64),
        organisation=np.array(
            [
                register.number(one.organisation, one.kind or "company") if one.organisation else NO_EMPLOYER
                for one in said
            ],
            np.int64,
        ),
    )
    return stated_spells(rows, signed, declared)


def _stated_rows(said: Sequence[Statement], stated: Declared) -> list[Row]:
    """Intervals of profile statements; adjacent intervals of one organisation are merged."""
    rows: list[Row] = []
    ends: dict[tuple[str, str], int] = {}
    for one, since, until in zip(said, stated.since.tolist(), stated.until.tolist(), strict=True):
        if one.organisation is None or since >= until:
            continue
        key = (one.person, one.organisation)
        if key in ends and rows[ends[key]][3] is not None and since <= _day(rows[ends[key]][3], 0):
            person, organisation, first, _, says, source = rows[ends[key]]
            rows[ends[key]] = (
                person,
                organisation,
                first,
                _date(until),
                says,
                f"{source.split(' to ')[0]} to {one.day}",
            )
        else:
            ends[key] = len(rows)
            rows.append((*key, _date(since), _date(until), one.says, f"GitHub profile, seen {one.day}"))
    return rows


def _date(day: int) -> date:
    return date.fromordinal(_EPOCH + day)


def _named(numbers: Integers, names: Sequence[str]) -> pa.Array:
    known = pa.array(numbers, mask=numbers < 0)
    return pa.array(list(names), pa.string()).take(known)


def _row_order(row: Row) -> tuple[str, date, str, str, str, date]:
    person, organisation, since, until, evidence, source = row
    return person, since or date.min, organisation, evidence, source, until or date.max


def _table(rows: Sequence[Row]) -> pa.Table:
    ordered = sorted(set(rows), key=_row_order)
    columns = list(zip(*ordered, strict=True)) or [()] * len(AFFILIATION_SCHEMA)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, AFFILIATION_SCHEMA, strict=True)],
        schema=AFFILIATION_SCHEMA,
    )
