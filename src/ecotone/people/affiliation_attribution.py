"""Attribute events to organisations and derive affiliation intervals with their evidence."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.text_codes import whole_codes
from ecotone.people.account_parsing import account_key, email_domain, is_no_reply, may_show_employer
from ecotone.people.affiliation_intervals import (
    BASES,
    NO_EMPLOYER,
    NOTHING_DECLARED,
    UNKNOWN,
    DeclaredIntervals,
    Flags,
    Integers,
    SignedDays,
    applicable_statement_days,
    assign_organisations,
    deduplicate_signatures,
    find_signature_runs,
    first_contradicting_day,
    join_intervals,
)
from ecotone.people.attribution_classes import LIST_REACH
from ecotone.people.domain_resolver import DomainResolver, bundled_organisation_kinds
from ecotone.people.organisation_registry import EMPLOYER_KINDS, DomainAttribution
from ecotone.people.profile_affiliations import ProfileStatement, read_profile_statements

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
class DeclaredAffiliation:
    """A declared affiliation: the holder of the account worked for the organisation in [since, until).

    organisation  None: no employer; in a file that is a remark, which decides nothing
    as_of         the date of the file
    """

    account: str
    organisation: str | None
    since: date | None
    until: date | None
    basis: Literal["override", "file"]
    source: str
    as_of: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether its end was not known when the file was written."""
        return self.until is None or (self.as_of is not None and self.until > self.as_of)

    @property
    def last_known_day(self) -> date | None:
        """The day on which it no longer applies; None: there is none."""
        if self.as_of is None or not self.is_open:
            return self.until
        return min(self.as_of + timedelta(LIST_REACH), self.until or date.max)


@dataclass(frozen=True, slots=True)
class _AppliedInterval:
    """The days [since, until) on which a declared affiliation is applied, and as which class of evidence."""

    person: int
    since: int
    until: int
    organisation: int
    basis: str
    affiliation: DeclaredAffiliation


@dataclass(frozen=True, slots=True)
class AttributedEvents:
    """Per event: organisation, organisation_kind and basis (a value of BASES); and AFFILIATION_SCHEMA rows."""

    organisation: pa.Array
    organisation_kind: pa.Array
    basis: pa.Array
    affiliations: pa.Table


class _OrganisationRegister:
    """Organisations as numbers, and the organisation of each account's e-mail domain."""

    def __init__(self, domains: DomainResolver, made_up: Container[str] = ()) -> None:
        self._domains = domains
        self._made_up = made_up
        self._number: dict[str, int] = {}
        self.organisation_kinds: list[str] = []
        self.evidence_rows: list[tuple[int, str, str]] = []  # organisation, evidence, source
        self._row_of_evidence: dict[tuple[int, str, str], int] = {}
        self._evidence_of_domain: dict[tuple[str, date | None], int] = {}

    @property
    def organisation_names(self) -> list[str]:
        return list(self._number)

    @property
    def organisations_of_evidence(self) -> Integers:
        """The organisation of each row of evidence; UNKNOWN at the end, for no evidence."""
        return np.array([organisation for organisation, _, _ in self.evidence_rows] + [UNKNOWN], np.int64)

    def number_of(self, organisation: str, kind: str) -> int:
        """The number of the organisation, assigned at its first use."""
        if organisation not in self._number:
            self.organisation_kinds.append(kind)
        return self._number.setdefault(organisation, len(self._number))

    def evidence_for(self, account: str, on: date | None) -> int:
        """The evidence of an account's domain on a day: a position in `evidence_rows`, or UNKNOWN."""
        domain = "" if is_no_reply(account) or account in self._made_up else email_domain(account)
        key = (domain, on)
        if key not in self._evidence_of_domain:
            attribution = self._domains.resolve_domain(domain, on) if domain else None
            self._evidence_of_domain[key] = self._register_attribution(attribution)
        return self._evidence_of_domain[key]

    def depends_on_day(self, account: str) -> bool:
        """Whether the organisation of the address depends on the day."""
        return self._domains.depends_on_day(email_domain(account))

    def _register_attribution(self, attribution: DomainAttribution | None) -> int:
        if attribution is None or attribution.kind not in EMPLOYER_KINDS:
            return UNKNOWN  # a foundation's address does not name an employer
        key = (self.number_of(attribution.organisation, attribution.kind), attribution.evidence, attribution.source)
        if key not in self._row_of_evidence:
            self._row_of_evidence[key] = len(self.evidence_rows)
            self.evidence_rows.append(key)
        return self._row_of_evidence[key]


@dataclass(frozen=True, slots=True)
class EmployerEvidence:
    """What is known of the employers of people; AFFILIATION_SCHEMA rows in `affiliations`."""

    person_names: pa.Array
    register: _OrganisationRegister
    signed: SignedDays
    declared: DeclaredIntervals
    listed: DeclaredIntervals
    too_old: DeclaredIntervals
    stated: DeclaredIntervals
    affiliations: pa.Table

    def attribute(self, acts: pa.Table) -> AttributedEvents:
        """The organisation of each event.

        acts  account, person, day; each is among the uses that the evidence was gathered from
        """
        day = _days_since_epoch(acts["day"])
        own = _evidence_of_uses(acts["account"], day, self.register)
        organisation, basis = assign_organisations(
            _positions_in(acts["person"], self.person_names), day, self.register.organisations_of_evidence[own],
            self.signed, self.declared, statements=self.stated, listed=self.listed, too_old=self.too_old,
        )  # fmt: skip
        return AttributedEvents(
            organisation=_names_of_numbers(organisation, self.register.organisation_names),
            organisation_kind=_names_of_numbers(organisation, self.register.organisation_kinds),
            basis=_names_of_numbers(basis - 1, BASES[1:]),
            affiliations=self.affiliations,
        )


def gather_employer_evidence(
    acts: pa.Table,
    address_uses: pa.Table,
    people: pa.Table,
    domains: DomainResolver,
    curated: Sequence[DeclaredAffiliation],
    profiles: pa.Table | None = None,
    made_up: Container[str] = (),
) -> EmployerEvidence:
    """Gather what is known of the employers of people.

    acts      account, person, day (date32) of every event that is to be attributed; equal rows may be left out
    people    account, person, actor_kind
    address_uses  account, day: all other uses of an address, such as in committers and signed-off-by lines
    curated   declared affiliations of landscape and files; of one class, the first that covers a day counts
    profiles  events.schema.PROFILE_SCHEMA
    made_up   accounts whose domain is not their user's
    """
    register = _OrganisationRegister(domains, made_up)
    person_names = pc.unique(people["person"])
    uses = [
        _personal_uses(acts["account"], acts["person"], acts["day"], people, person_names, register),
        _personal_uses(
            address_uses["account"], _persons_of_accounts(address_uses["account"], people), address_uses["day"],
            people, person_names, register,
        ),
    ]  # fmt: skip
    signer, signed_day, signed_evidence = (np.concatenate(parts) for parts in zip(*uses, strict=True))
    signed = deduplicate_signatures(signer, signed_day, register.organisations_of_evidence[signed_evidence])
    applied = _applied_intervals(curated, people, person_names, register, signed)
    declared, listed, too_old = (_intervals_of_class(applied, basis) for basis in ("override", "file", "stale_list"))
    profile_statements = _ordered_profile_statements(profiles, people, domains, person_names)
    claims = join_intervals(declared, listed)
    stated = _applicable_statement_days(profile_statements, person_names, register, signed, claims)
    affiliation_rows = [
        *_declared_rows(applied, person_names, register),
        *_remarks_of_files(curated, people),
        *_signed_rows(signer, signed_day, signed_evidence, person_names, register),
        *_statement_rows(profile_statements, stated),
    ]
    return EmployerEvidence(
        person_names, register, signed, declared, listed, too_old, stated, _affiliation_table(affiliation_rows)
    )


def _personal_uses(
    accounts: pa.ChunkedArray,
    persons: pa.ChunkedArray,
    days: pa.ChunkedArray,
    people: pa.Table,
    person_names: pa.Array,
    register: _OrganisationRegister,
) -> tuple[Integers, Integers, Integers]:
    """Person, day and evidence of the uses of an account that show the employer of a person."""
    person, day = _positions_in(persons, person_names), _days_since_epoch(days)
    evidence = _evidence_of_uses(accounts, day, register)
    is_personal = (evidence != UNKNOWN) & (person >= 0) & _may_show_employer(accounts, people)
    return person[is_personal], day[is_personal], evidence[is_personal]


def _ordered_profile_statements(
    profiles: pa.Table | None, people: pa.Table, domains: DomainResolver, person_names: pa.Array
) -> list[ProfileStatement]:
    """The statements of profiles, in the order of `person_names`."""
    if profiles is None:
        return []
    statements = read_profile_statements(profiles, people, domains.claimed_organisations(), domains.level)
    position = {name: index for index, name in enumerate(person_names.to_pylist())}
    return sorted(statements, key=lambda statement: position[statement.person])


def _positions_in(names: pa.ChunkedArray, known: pa.Array) -> Integers:
    positions = pc.fill_null(pc.index_in(names, value_set=known), UNKNOWN)
    return np.asarray(positions.to_numpy(), np.int64)


def _days_since_epoch(days: pa.ChunkedArray) -> Integers:
    return np.asarray(days.cast(pa.int32()).to_numpy(), np.int64)


def _persons_of_accounts(accounts: pa.ChunkedArray, people: pa.Table) -> pa.ChunkedArray:
    row_index = pc.index_in(accounts, value_set=people["account"].combine_chunks())
    return pa.chunked_array([people["person"].combine_chunks()]).take(row_index)


def _encode_accounts(accounts: pa.ChunkedArray) -> tuple[list[str], Integers]:
    """Distinct accounts, and the index of each row's account among them."""
    codes = whole_codes(accounts)
    return codes.dictionary.to_pylist(), np.asarray(codes.indices.to_numpy(), np.int64)


def _evidence_of_uses(accounts: pa.ChunkedArray, days: Integers, register: _OrganisationRegister) -> Integers:
    """The evidence of each use of an account; only domains that depend on the day are resolved row by row."""
    listed, code = _encode_accounts(accounts)
    evidence = np.array([register.evidence_for(account, None) for account in listed], np.int64)[code]
    day_dependent = np.array([register.depends_on_day(account) for account in listed], bool)[code]
    for row in np.flatnonzero(day_dependent).tolist():
        evidence[row] = register.evidence_for(listed[code[row]], date.fromordinal(_EPOCH + int(days[row])))
    return evidence


def _may_show_employer(accounts: pa.ChunkedArray, people: pa.Table) -> Flags:
    """Whether an account can show a person's employer: shared mailboxes and bots cannot."""
    listed, code = _encode_accounts(accounts)
    persons = people.filter(pc.equal(people["actor_kind"], "person"))
    human = pc.is_in(pa.array(listed, pa.string()), value_set=persons["account"].combine_chunks())
    own = np.array([may_show_employer(account) for account in listed], bool)
    is_usable: Flags = (human.to_numpy(zero_copy_only=False) & own)[code]
    return is_usable


def _applied_intervals(
    curated: Sequence[DeclaredAffiliation],
    people: pa.Table,
    person_names: pa.Array,
    register: _OrganisationRegister,
    signed: SignedDays,
) -> list[_AppliedInterval]:
    """The days on which declared affiliations are applied: the landscape's, then a file's ended and open entries."""
    person_of = _persons_by_account_key(curated, people)
    person_position = {name: index for index, name in enumerate(person_names.to_pylist())}
    applied: list[_AppliedInterval] = []
    for affiliation in sorted(curated, key=lambda entry: (entry.basis == "file", entry.is_open)):
        person = person_position.get(person_of.get(account_key(affiliation.account), ""))
        if person is None or (affiliation.basis == "file" and affiliation.organisation is None):
            continue
        organisation = (
            NO_EMPLOYER
            if affiliation.organisation is None
            else register.number_of(affiliation.organisation, _organisation_kind(affiliation.organisation))
        )
        since, until = _day_number(affiliation.since, _ALWAYS), _day_number(affiliation.until, _NEVER)
        known_until = _day_number(affiliation.last_known_day, _NEVER)
        if affiliation.basis == "file" and affiliation.is_open:
            until = min(until, first_contradicting_day(signed, person, since, organisation, _NEVER))
        spans = ((affiliation.basis, since, min(known_until, until)), ("stale_list", max(since, known_until), until))
        applied += [
            _AppliedInterval(person, start, end, organisation, basis, affiliation)
            for basis, start, end in spans
            if start < end
        ]
    return applied


def _intervals_of_class(applied: Sequence[_AppliedInterval], basis: str) -> DeclaredIntervals:
    rows = [
        (entry.person, entry.since, entry.until, entry.organisation, BASES.index(basis))
        for entry in applied
        if entry.basis == basis
    ]
    columns = np.array(rows, np.int64).reshape(-1, 5)
    return DeclaredIntervals(*(columns[:, position] for position in range(5)))


def _persons_by_account_key(curated: Sequence[DeclaredAffiliation], people: pa.Table) -> dict[str, str]:
    """The person of each account with a declared affiliation, by account key."""
    wanted = {account_key(affiliation.account) for affiliation in curated}
    if not wanted:
        return {}
    pairs = zip(people["account"].to_pylist(), people["person"].to_pylist(), strict=True)
    return {key: person for account, person in pairs if (key := account_key(account)) in wanted}


def _organisation_kind(organisation: str) -> str:
    return bundled_organisation_kinds().get(organisation, "company")


def _day_number(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else day.toordinal() - _EPOCH


Row = tuple[str, str | None, date | None, date | None, str, str]


def _declared_rows(
    applied: Sequence[_AppliedInterval], person_names: pa.Array, register: _OrganisationRegister
) -> list[Row]:
    names, organisations = person_names.to_pylist(), register.organisation_names
    return [
        (
            names[entry.person],
            organisations[entry.organisation],
            None if entry.since == _ALWAYS else _date_of_day(entry.since),
            None if entry.until == _NEVER else _date_of_day(entry.until),
            entry.basis,
            entry.affiliation.source,
        )
        for entry in applied
        if entry.organisation != NO_EMPLOYER
    ]


def _remarks_of_files(curated: Sequence[DeclaredAffiliation], people: pa.Table) -> list[Row]:
    """What files say of people without naming an employer."""
    remarks = [entry for entry in curated if entry.basis == "file" and entry.organisation is None]
    person_of = _persons_by_account_key(remarks, people)
    return [
        (person, None, entry.since, entry.until, entry.basis, entry.source)
        for entry in remarks
        if (person := person_of.get(account_key(entry.account))) is not None
    ]


def _signed_rows(
    signer: Integers,
    signed_day: Integers,
    signed_evidence: Integers,
    person_names: pa.Array,
    register: _OrganisationRegister,
) -> list[Row]:
    """Intervals between the first and last use of an organisation's address, split at large gaps."""
    first, last, _ = find_signature_runs(signer, signed_day, signed_evidence)
    names, organisations = person_names.to_pylist(), register.organisation_names
    rows: list[Row] = []
    for start, end in zip(first.tolist(), last.tolist(), strict=True):
        number, evidence, source = register.evidence_rows[signed_evidence[start]]
        since, until = (date.fromordinal(_EPOCH + int(signed_day[row])) for row in (start, end))
        until = date.fromordinal(until.toordinal() + 1)
        rows.append((names[signer[start]], organisations[number], since, until, evidence, source))
    return rows


def _applicable_statement_days(
    statements: Sequence[ProfileStatement],
    person_names: pa.Array,
    register: _OrganisationRegister,
    signed: SignedDays,
    declared: DeclaredIntervals,
) -> DeclaredIntervals:
    """The days on which each profile statement is applied."""
    if not statements:
        return NOTHING_DECLARED
    rows = SignedDays(
        person=_positions_in(pa.chunked_array([[statement.person for statement in statements]]), person_names),
        day=np.array([_day_number(statement.day, 0) for statement in statements], np.int64),
        organisation=np.array(
            [
                register.number_of(statement.organisation, statement.kind or "company")
                if statement.organisation
                else NO_EMPLOYER
                for statement in statements
            ],
            np.int64,
        ),
    )
    return applicable_statement_days(rows, signed, declared)


def _statement_rows(statements: Sequence[ProfileStatement], stated: DeclaredIntervals) -> list[Row]:
    """Intervals of profile statements; adjacent intervals of one organisation are merged."""
    rows: list[Row] = []
    latest_row: dict[tuple[str, str], int] = {}
    for statement, since, until in zip(statements, stated.since.tolist(), stated.until.tolist(), strict=True):
        if statement.organisation is None or since >= until:
            continue
        key = (statement.person, statement.organisation)
        if (
            key in latest_row
            and rows[latest_row[key]][3] is not None
            and since <= _day_number(rows[latest_row[key]][3], 0)
        ):
            person, organisation, first, _, says, source = rows[latest_row[key]]
            rows[latest_row[key]] = (
                person,
                organisation,
                first,
                _date_of_day(until),
                says,
                f"{source.split(' to ')[0]} to {statement.day}",
            )
        else:
            latest_row[key] = len(rows)
            rows.append(
                (
                    *key,
                    _date_of_day(since),
                    _date_of_day(until),
                    statement.evidence,
                    f"GitHub profile, seen {statement.day}",
                )
            )
    return rows


def _date_of_day(day: int) -> date:
    return date.fromordinal(_EPOCH + day)


def _names_of_numbers(numbers: Integers, names: Sequence[str]) -> pa.DictionaryArray:
    known = pa.array(numbers, pa.int32(), mask=numbers < 0)
    # several organisations of a kind have one name
    distinct = pa.array(list(names), pa.string()).dictionary_encode()
    return pa.DictionaryArray.from_arrays(distinct.indices.take(known), distinct.dictionary)


def _row_order(row: Row) -> tuple[str, date, str, str, str, date]:
    person, organisation, since, until, evidence, source = row
    return person, since or date.min, organisation or "", evidence, source, until or date.max


def _affiliation_table(rows: Sequence[Row]) -> pa.Table:
    ordered = sorted(set(rows), key=_row_order)
    columns = list(zip(*ordered, strict=True)) or [()] * len(AFFILIATION_SCHEMA)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, AFFILIATION_SCHEMA, strict=True)],
        schema=AFFILIATION_SCHEMA,
    )
