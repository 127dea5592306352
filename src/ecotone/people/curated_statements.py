"""What a landscape and its affiliation files say of people, in the terms that persons and employers are resolved in."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from ecotone.foundation.landscape import Landscape
from ecotone.people import ties
from ecotone.people.companies import canonical_name
from ecotone.people.domains import Claim
from ecotone.people.employers import CuratedSpell
from ecotone.people.organisations import credited_spans

if TYPE_CHECKING:
    from ecotone.people.affiliation_files import ReadResult


@dataclass(frozen=True, slots=True)
class Curated:
    """What the landscape and its affiliation files say of people, the strongest first, and what could not be read."""

    ties: pa.Table
    apart: tuple[tuple[str, str], ...]
    spells: tuple[CuratedSpell, ...]
    claims: tuple[tuple[str, Claim], ...]
    refused: tuple[tuple[str, int, str], ...]


def curated(landscape: Landscape, files: Sequence[tuple[str, ReadResult]]) -> Curated:
    """The landscape's notes on persons, and its affiliation files as (name, content)."""
    own = frozenset(landscape.organisations)
    notes = landscape.people
    declared = ties.declared(((note.same, ties.OVERRIDE.says) for note in notes), ties.OVERRIDE)
    listed = ((one.accounts, name) for name, said in files for one in said.identities if not one.conflicting)
    overrides = [
        CuratedSpell(note.same[0], one.organisation, one.since, one.until, "override", "landscape file")
        for note in notes
        for one in note.spells
    ]
    return Curated(
        ties=pa.concat_tables([declared, ties.declared(listed, ties.FILE)]),
        apart=tuple(pair for note in notes for pair in _pairs(note.apart or (), note.same)),
        spells=(*overrides, *(spell for name, said in files for spell in _file_spells(name, said, own))),
        claims=tuple(
            (
                one.domain,
                Claim(_named(one.organisation, own), one.since, one.until, f"{name}, line {one.line}", one.top),
            )
            for name, said in files
            for one in said.domains
        ),
        refused=tuple((name, one.line, one.reason) for name, said in files for one in said.refused),
    )


def _pairs(apart: Sequence[str], same: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Accounts that are different people's: each of `apart` from the others, and from those that are one person's."""
    listed = [*same[:1], *apart]
    return ((one, other) for place, one in enumerate(listed) for other in listed[place + 1 :])


def _named(organisation: str, own: Container[str]) -> str:
    """The name that Ecotone or the landscape has for an organisation of a file."""
    return organisation if organisation in own else canonical_name(organisation)


def _employers(
    organisation: str, since: date | None, until: date | None, own: Container[str]
) -> list[tuple[str, date | None, date | None]]:
    """A file's spell, split where the organisation was sold; an organisation of the landscape is left as it is."""
    if organisation in own:
        return [(organisation, since, until)]
    return credited_spans(canonical_name(organisation), since, until)


def _file_spells(name: str, said: ReadResult, own: Container[str]) -> list[CuratedSpell]:
    nobody = [
        CuratedSpell(one.account, None, one.since, one.until, "file", f"{name}, line {one.line}")
        for one in said.every_spell()
        if one not in said.spells and one.organisation.casefold() == "independent"
    ]
    employed = [
        CuratedSpell(one.account, employer, since, until, "file", f"{name}, line {one.line}")
        for one in said.spells
        for employer, since, until in _employers(one.organisation, one.since, one.until, own)
    ]
    return [*sorted(employed, key=_latest_first), *sorted(nobody, key=_latest_first)]


def _latest_first(spell: CuratedSpell) -> tuple[int, str, str]:
    """Of two spells that overlap the later one counts; of two that began together, the first by name."""
    return (-(spell.since or date.min).toordinal(), spell.organisation or "", spell.account)
