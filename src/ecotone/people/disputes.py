"""Conflicting affiliations: both claims, the one that was applied, and the events affected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from ecotone.people.accounts import key_of
from ecotone.people.employers import CuratedSpell
from ecotone.people.organisations import organisations

DISPUTE_SCHEMA: Final = pa.schema(
    [
        ("person", pa.string()),
        ("kind", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
        ("acts", pa.int64()),
        ("won", pa.string()),
        ("won_source", pa.string()),
        ("lost", pa.string()),
        ("lost_source", pa.string()),
    ]
)
"""won, lost: an organisation; NULL: no employer."""

TWO_FILES: Final = "two files"
ONE_FILE: Final = "one file twice"
FILE_AND_ADDRESS: Final = "file and address"
_ADDRESS_SAYS: Final = ("e-mail domain ", "academic e-mail domain ")
LEAST: Final = timedelta(days=2)
"""Shortest overlap of two claims; a single day is a change of jobs."""


@dataclass(frozen=True, slots=True)
class _Said:
    """One claim about a person's employer."""

    organisation: str | None
    since: date
    until: date
    source: str
    basis: str


def disputes(curated: Sequence[CuratedSpell], affiliations: pa.Table, people: pa.Table, acts: pa.Table) -> pa.Table:
    """Contradictions between affiliation files, and between files and e-mail addresses, most affected events first.

    Days that the landscape file decides are no conflict, nor is a company named together with its owner.

    curated       claims of the landscape and of files, strongest first
    affiliations  AFFILIATION_SCHEMA; only the rows from addresses are compared
    people        account, person
    acts          person, day of each event
    """
    said = _said(curated, affiliations, people)
    days = _days(acts, said)
    owners = {(entry.name, entry.parent) for entry in organisations() if entry.parent}
    rows = []
    for person, words in sorted(said.items()):
        found: dict[tuple[str, str | None, str, str | None, str], list[tuple[date, date]]] = defaultdict(list)
        for won, lost in _pairs(words):
            pair = (won.organisation, lost.organisation)
            if won.organisation != lost.organisation and pair not in owners and pair[::-1] not in owners:
                key = (_kind(won, lost), won.organisation, won.source, lost.organisation, lost.source)
                found[key].append((max(won.since, lost.since), min(won.until, lost.until)))
        for (kind, won_name, won_source, lost_name, lost_source), spans in found.items():
            counted = sum(_within(days[person], since, until) for since, until in spans)
            since, until = min(span[0] for span in spans), max(span[1] for span in spans)
            ends = (None if since == date.min else since, None if until == date.max else until)
            rows.append((person, kind, *ends, counted, won_name, won_source, lost_name, lost_source))
    rows.sort(key=lambda row: (-row[4], row[0], row[1], str(row[2]), row[6], row[8], str(row[5]), str(row[7])))
    columns = list(zip(*rows, strict=True)) or [()] * len(DISPUTE_SCHEMA)
    arrays = [pa.array(column, one.type) for column, one in zip(columns, DISPUTE_SCHEMA, strict=True)]
    return pa.table(arrays, schema=DISPUTE_SCHEMA)


def _said(curated: Sequence[CuratedSpell], affiliations: pa.Table, people: pa.Table) -> dict[str, list[_Said]]:
    """All claims about people that occur in a file, strongest first."""
    person_of = {key_of(account): person for account, person in _pairs_of(people, "account", "person")}
    said: dict[str, list[_Said]] = defaultdict(list)
    for spell in curated:
        person = person_of.get(key_of(spell.account))
        if person is not None:
            span = (spell.since or date.min, spell.until or date.max)
            said[person].append(_Said(spell.organisation, *span, spell.source, spell.basis))
    kept = {person: words for person, words in said.items() if any(one.basis == "file" for one in words)}
    for row in affiliations.to_pylist():
        if row["person"] in kept and row["evidence"].startswith(_ADDRESS_SAYS):
            source = f"{row['evidence']}; {row['source']}"
            kept[row["person"]].append(_Said(row["organisation"], row["since"], row["until"], source, "signed"))
    return kept


def _pairs_of(table: pa.Table, one: str, other: str) -> Iterable[tuple[str, str]]:
    return zip(table[one].to_pylist(), table[other].to_pylist(), strict=True)


def _pairs(words: Sequence[_Said]) -> Iterable[tuple[_Said, _Said]]:
    """Each claim of a file with each weaker claim to the same days, on days that the landscape does not decide."""
    settled = [(one.since, one.until) for one in words if one.basis == "override"]
    for place, won in enumerate(words):
        if won.basis != "file":
            continue
        for lost in words[place + 1 :]:
            for since, until in _without((max(won.since, lost.since), min(won.until, lost.until)), settled):
                if until - since >= LEAST:
                    yield replace(won, since=since, until=until), lost


def _without(span: tuple[date, date], others: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """The parts of a span outside the other spans."""
    left = [span] if span[0] < span[1] else []
    for since, until in others:
        left = [
            part
            for start, end in left
            for part in ((start, min(end, since)), (max(start, until), end))
            if part[0] < part[1]
        ]
    return left


def _kind(won: _Said, lost: _Said) -> str:
    if lost.basis != "file":
        return FILE_AND_ADDRESS
    return ONE_FILE if _file(won.source) == _file(lost.source) else TWO_FILES


def _file(source: str) -> str:
    return source.rpartition(", line ")[0]


def _days(acts: pa.Table, persons: Mapping[str, object]) -> dict[str, np.ndarray]:
    """The sorted event days of each of these people."""
    place = acts["person"].combine_chunks().dictionary_encode()
    days = acts["day"].cast(pa.int32()).to_numpy()
    names = place.dictionary.to_pylist()
    code = place.indices.fill_null(-1).to_numpy()
    order = np.lexsort((days, code))
    starts = np.searchsorted(code[order], np.arange(len(names) + 1))
    found = {name: days[order[starts[at] : starts[at + 1]]] for at, name in enumerate(names) if name in persons}
    return {person: found.get(person, np.empty(0, np.int32)) for person in persons}


def _within(days: np.ndarray, since: date, until: date) -> int:
    epoch = date(1970, 1, 1).toordinal()
    first, last = np.searchsorted(days, [since.toordinal() - epoch, until.toordinal() - epoch])
    return int(last - first)
