"""Conflicting affiliations: both claims, the one that was applied, and the events affected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from ecotone.people.account_parsing import account_key
from ecotone.people.affiliation_attribution import DeclaredAffiliation
from ecotone.people.organisation_registry import bundled_organisations

AFFILIATION_CONFLICT_SCHEMA: Final = pa.schema(
    [
        ("person", pa.string()),
        ("kind", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
        ("acts", pa.int64()),
        ("applied_organisation", pa.string()),
        ("applied_source", pa.string()),
        ("overruled_organisation", pa.string()),
        ("overruled_source", pa.string()),
    ]
)
"""won, lost: an organisation; NULL: no employer."""

TWO_FILES: Final = "two files"
ONE_FILE: Final = "one file twice"
FILE_AND_ADDRESS: Final = "file and address"
_ADDRESS_SAYS: Final = ("e-mail domain ", "academic e-mail domain ")
SHORTEST_OVERLAP: Final = timedelta(days=2)
"""Shortest overlap of two claims; a single day is a change of jobs."""


@dataclass(frozen=True, slots=True)
class _AffiliationClaim:
    """One claim about a person's employer."""

    organisation: str | None
    since: date
    until: date
    source: str
    basis: str


def find_affiliation_conflicts(
    curated: Sequence[DeclaredAffiliation], affiliations: pa.Table, people: pa.Table, acts: pa.Table
) -> pa.Table:
    """Contradictions between affiliation files, and between files and e-mail addresses, most affected events first.

    Days that the landscape file decides are no conflict, nor is a company named together with its owner.

    curated       claims of the landscape and of files, strongest first
    affiliations  AFFILIATION_SCHEMA; only the rows from addresses are compared
    people        account, person
    acts          person, day of each event
    """
    if all(claim.basis != "file" for claim in curated):
        return AFFILIATION_CONFLICT_SCHEMA.empty_table()
    claims_by_person = _claims_by_person(curated, affiliations, people)
    days = _event_days_by_person(acts, claims_by_person)
    owners = {(entry.name, entry.parent) for entry in bundled_organisations() if entry.parent}
    rows = []
    for person, claims in sorted(claims_by_person.items()):
        overlaps: dict[tuple[str, str | None, str, str | None, str], list[tuple[date, date]]] = defaultdict(list)
        for applied, overruled in _conflicting_claims(claims):
            pair = (applied.organisation, overruled.organisation)
            if applied.organisation != overruled.organisation and pair not in owners and pair[::-1] not in owners:
                key = (
                    _conflict_kind(applied, overruled),
                    applied.organisation,
                    applied.source,
                    overruled.organisation,
                    overruled.source,
                )
                overlaps[key].append((max(applied.since, overruled.since), min(applied.until, overruled.until)))
        for (kind, applied_name, applied_source, overruled_name, overruled_source), spans in overlaps.items():
            event_count = sum(_count_days_between(days[person], since, until) for since, until in spans)
            since, until = min(span[0] for span in spans), max(span[1] for span in spans)
            ends = (None if since == date.min else since, None if until == date.max else until)
            rows.append(
                (person, kind, *ends, event_count, applied_name, applied_source, overruled_name, overruled_source)
            )
    rows.sort(key=lambda row: (-row[4], row[0], row[1], str(row[2]), row[6], row[8], str(row[5]), str(row[7])))
    columns = list(zip(*rows, strict=True)) or [()] * len(AFFILIATION_CONFLICT_SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, AFFILIATION_CONFLICT_SCHEMA, strict=True)]
    return pa.table(arrays, schema=AFFILIATION_CONFLICT_SCHEMA)


def _claims_by_person(
    curated: Sequence[DeclaredAffiliation], affiliations: pa.Table, people: pa.Table
) -> dict[str, list[_AffiliationClaim]]:
    """All claims about people that occur in a file, strongest first."""
    person_of = {account_key(account): person for account, person in _column_pairs(people, "account", "person")}
    claims: dict[str, list[_AffiliationClaim]] = defaultdict(list)
    for spell in curated:
        person = person_of.get(account_key(spell.account))
        if person is not None:
            span = (spell.since or date.min, spell.last_known_day or date.max)
            claims[person].append(_AffiliationClaim(spell.organisation, *span, spell.source, spell.basis))
    with_file_claim = {
        person: person_claims
        for person, person_claims in claims.items()
        if any(claim.basis == "file" for claim in person_claims)
    }
    for row in affiliations.to_pylist():
        if row["person"] in with_file_claim and row["evidence"].startswith(_ADDRESS_SAYS):
            source = f"{row['evidence']}; {row['source']}"
            with_file_claim[row["person"]].append(
                _AffiliationClaim(row["organisation"], row["since"], row["until"], source, "signed")
            )
    return {person: sorted(person_claims, key=_claim_strength) for person, person_claims in with_file_claim.items()}


def _claim_strength(claim: _AffiliationClaim) -> tuple[int, bool]:
    """The strongest first; a file that names no employer decides nothing."""
    return ("override", "signed", "file").index(claim.basis), claim.organisation is None


def _column_pairs(table: pa.Table, first_column: str, second_column: str) -> Iterable[tuple[str, str]]:
    return zip(table[first_column].to_pylist(), table[second_column].to_pylist(), strict=True)


def _conflicting_claims(claims: Sequence[_AffiliationClaim]) -> Iterable[tuple[_AffiliationClaim, _AffiliationClaim]]:
    """Pairs of claims to the same days of which one is a file's, on days that the landscape does not decide."""
    decided_spans = [(claim.since, claim.until) for claim in claims if claim.basis == "override"]
    for position, applied in enumerate(claims):
        if applied.basis == "override":
            continue
        for overruled in (claim for claim in claims[position + 1 :] if claim.basis == "file"):
            for since, until in _subtract_spans(
                (max(applied.since, overruled.since), min(applied.until, overruled.until)), decided_spans
            ):
                if until - since >= SHORTEST_OVERLAP:
                    yield replace(applied, since=since, until=until), overruled


def _subtract_spans(span: tuple[date, date], excluded_spans: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """The parts of a span outside the other spans."""
    remaining = [span] if span[0] < span[1] else []
    for since, until in excluded_spans:
        remaining = [
            part
            for start, end in remaining
            for part in ((start, min(end, since)), (max(start, until), end))
            if part[0] < part[1]
        ]
    return remaining


def _conflict_kind(applied: _AffiliationClaim, overruled: _AffiliationClaim) -> str:
    if applied.basis != "file":
        return FILE_AND_ADDRESS
    return ONE_FILE if _file_of_source(applied.source) == _file_of_source(overruled.source) else TWO_FILES


def _file_of_source(source: str) -> str:
    return source.rpartition(", line ")[0]


def _event_days_by_person(acts: pa.Table, persons: Mapping[str, object]) -> dict[str, np.ndarray]:
    """The sorted event days of each of these people."""
    encoded_persons = acts["person"].combine_chunks().dictionary_encode()
    days = acts["day"].cast(pa.int32()).to_numpy()
    names = encoded_persons.dictionary.to_pylist()
    code = encoded_persons.indices.fill_null(-1).to_numpy()
    order = np.lexsort((days, code))
    starts = np.searchsorted(code[order], np.arange(len(names) + 1))
    days_of_person = {
        name: days[order[starts[at] : starts[at + 1]]] for at, name in enumerate(names) if name in persons
    }
    return {person: days_of_person.get(person, np.empty(0, np.int32)) for person in persons}


def _count_days_between(days: np.ndarray, since: date, until: date) -> int:
    epoch = date(1970, 1, 1).toordinal()
    first, last = np.searchsorted(days, [since.toordinal() - epoch, until.toordinal() - epoch])
    return int(last - first)
