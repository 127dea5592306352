"""What a landscape and its affiliation files say of people, in the terms that persons and employers are resolved in."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from ecotone.foundation.landscape import Landscape
from ecotone.people import match_rules
from ecotone.people.affiliation_attribution import DeclaredAffiliation
from ecotone.people.domain_resolver import DomainClaim
from ecotone.people.organisation_registry import employer_intervals
from ecotone.people.profile_company import canonical_organisation_name

if TYPE_CHECKING:
    from ecotone.people.affiliation_files import ReadResult


@dataclass(frozen=True, slots=True)
class CuratedStatements:
    """What the landscape and its affiliation files say of people, the strongest first, and what could not be read."""

    ties: pa.Table
    apart: tuple[tuple[str, str], ...]
    spells: tuple[DeclaredAffiliation, ...]
    claims: tuple[tuple[str, DomainClaim], ...]
    refused: tuple[tuple[str, int, str], ...]


def curated_statements(landscape: Landscape, files: Sequence[tuple[str, ReadResult]]) -> CuratedStatements:
    """The landscape's notes on persons, and its affiliation files as (name, content)."""
    own = frozenset(landscape.organisations)
    notes = landscape.people
    declared = match_rules.declared_matches(
        ((note.same_person, match_rules.OVERRIDE.evidence) for note in notes), match_rules.OVERRIDE
    )
    listed = (
        (statement.accounts, name)
        for name, content in files
        for statement in content.identities
        if not statement.conflicting
    )
    overrides = [
        DeclaredAffiliation(
            note.same_person[0], statement.organisation, statement.since, statement.until, "override", "landscape file"
        )
        for note in notes
        for statement in note.affiliations
    ]
    return CuratedStatements(
        ties=pa.concat_tables([declared, match_rules.declared_matches(listed, match_rules.FILE)]),
        apart=tuple(
            pair for note in notes for pair in _pairs_of_distinct(note.different_people or (), note.same_person)
        ),
        spells=(*overrides, *(spell for name, content in files for spell in _file_spells(name, content, own))),
        claims=tuple(
            (
                statement.domain,
                DomainClaim(
                    _organisation_name(statement.organisation, own),
                    statement.since,
                    statement.until,
                    f"{name}, line {statement.line}",
                    statement.includes_subdomains,
                ),
            )
            for name, content in files
            for statement in content.domains
        ),
        refused=tuple(
            (name, statement.line, statement.reason) for name, content in files for statement in content.refused
        ),
    )


def _pairs_of_distinct(apart: Sequence[str], same: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Accounts that are different people's: each of `apart` from the others, and from those that are one person's."""
    listed = [*same[:1], *apart]
    return ((account, distinct) for index, account in enumerate(listed) for distinct in listed[index + 1 :])


def _organisation_name(organisation: str, own: Container[str]) -> str:
    """The name that Ecotone or the landscape has for an organisation of a file."""
    return organisation if organisation in own else canonical_organisation_name(organisation)


def _employer_spans(
    organisation: str, since: date | None, until: date | None, own: Container[str]
) -> list[tuple[str, date | None, date | None]]:
    """A file's spell, split where the organisation was sold; an organisation of the landscape is left as it is."""
    if organisation in own:
        return [(organisation, since, until)]
    return employer_intervals(canonical_organisation_name(organisation), since, until)


def _file_spells(name: str, content: ReadResult, own: Container[str]) -> list[DeclaredAffiliation]:
    nobody = [
        DeclaredAffiliation(spell.account, None, spell.since, spell.until, "file", f"{name}, line {spell.line}")
        for spell in content.all_affiliations()
        if spell not in content.affiliations and spell.organisation.casefold() == "independent"
    ]
    employed = [
        DeclaredAffiliation(spell.account, employer, since, until, "file", f"{name}, line {spell.line}")
        for spell in content.affiliations
        for employer, since, until in _employer_spans(spell.organisation, spell.since, spell.until, own)
    ]
    return [*sorted(employed, key=_latest_first), *sorted(nobody, key=_latest_first)]


def _latest_first(spell: DeclaredAffiliation) -> tuple[int, str, str]:
    """Of two spells that overlap the later one counts; of two that began together, the first by name."""
    return (-(spell.since or date.min).toordinal(), spell.organisation or "", spell.account)
