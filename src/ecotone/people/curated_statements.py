"""What a landscape and its affiliation files say of people, in the terms that persons and employers are resolved in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from ecotone.foundation.landscape import Landscape
from ecotone.people import match_rules
from ecotone.people.affiliation_attribution import DeclaredAffiliation
from ecotone.people.company_vocabulary import normalise_company_name
from ecotone.people.domain_resolver import DomainClaim, bundled_organisation_kinds
from ecotone.people.organisation_registry import employer_intervals
from ecotone.people.profile_company import canonical_organisation_name, letters_of_company

if TYPE_CHECKING:
    from ecotone.people.affiliation_files import ReadResult


@dataclass(frozen=True, slots=True)
class CuratedStatements:
    """What the landscape and its affiliation files say of people, the strongest first, and what could not be read.

    named  organisations that Ecotone's data lacks: the letters of the name without a legal form -> the name
    """

    ties: pa.Table
    apart: tuple[tuple[str, str], ...]
    spells: tuple[DeclaredAffiliation, ...]
    claims: tuple[tuple[str, DomainClaim], ...]
    refused: tuple[tuple[str, int, str], ...]
    named: Mapping[str, str]


def curated_statements(landscape: Landscape, files: Sequence[tuple[str, ReadResult]]) -> CuratedStatements:
    """The landscape's notes on persons, and its affiliation files as (name, content)."""
    own = frozenset(landscape.organisations)
    named = _names_in_lists(landscape, files)
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
        spells=(*overrides, *(spell for name, content in files for spell in _file_spells(name, content, own, named))),
        claims=tuple(
            (
                statement.domain,
                DomainClaim(
                    _organisation_name(statement.organisation, own, named),
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
        named=named,
    )


def _pairs_of_distinct(apart: Sequence[str], same: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Accounts that are different people's: each of `apart` from the others, and from those that are one person's."""
    listed = [*same[:1], *apart]
    return ((account, distinct) for index, account in enumerate(listed) for distinct in listed[index + 1 :])


def _names_in_lists(landscape: Landscape, files: Sequence[tuple[str, ReadResult]]) -> dict[str, str]:
    """One name for each organisation that Ecotone's data lacks, by the letters of its name without a legal form.

    The landscape's spelling counts before a file's, one without a legal form before one with it, and the commonest.
    """
    bundled = bundled_organisation_kinds()
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    for _, content in files:
        uses_in_file = Counter(spell.organisation for spell in content.affiliations)
        uses_in_file.update(claim.organisation for claim in content.domains)
        for name, count in uses_in_file.items():
            if canonical_organisation_name(name) not in bundled:
                uses[letters_of_company(name)][canonical_organisation_name(name)] += count
    names = {letters: min(spellings, key=_plainest(letters, spellings)) for letters, spellings in uses.items()}
    stated = (statement.organisation for note in landscape.people for statement in note.affiliations)
    names |= {letters_of_company(name): name for name in (*stated, *landscape.organisations)}
    return {letters: name for letters, name in names.items() if letters}


def _plainest(letters: str, uses: Mapping[str, int]) -> Callable[[str], tuple[bool, int, str]]:
    return lambda name: (normalise_company_name(name) != letters, -uses[name], name)


def _organisation_name(organisation: str, own: frozenset[str], named: Mapping[str, str]) -> str:
    """The name that Ecotone, the landscape or the other entries have for an organisation of a file."""
    if organisation in own:
        return organisation
    name = canonical_organisation_name(organisation)
    return name if name in bundled_organisation_kinds() else named.get(letters_of_company(organisation), name)


def _employer_spans(
    organisation: str, since: date | None, until: date | None, own: frozenset[str], named: Mapping[str, str]
) -> list[tuple[str, date | None, date | None]]:
    """A file's spell, split where the organisation was sold; an organisation of the landscape is left as it is."""
    if organisation in own:
        return [(organisation, since, until)]
    return employer_intervals(_organisation_name(organisation, own, named), since, until)


def _file_spells(
    name: str, content: ReadResult, own: frozenset[str], named: Mapping[str, str]
) -> list[DeclaredAffiliation]:
    nobody = [
        DeclaredAffiliation(spell.account, None, spell.since, spell.until, "file", f"{name}, line {spell.line}")
        for spell in content.all_affiliations()
        if spell not in content.affiliations and spell.organisation.casefold() == "independent"
    ]
    employed = [
        DeclaredAffiliation(spell.account, employer, since, until, "file", f"{name}, line {spell.line}")
        for spell in content.affiliations
        for employer, since, until in _employer_spans(spell.organisation, spell.since, spell.until, own, named)
    ]
    return [*sorted(employed, key=_latest_first), *sorted(nobody, key=_latest_first)]


def _latest_first(spell: DeclaredAffiliation) -> tuple[int, str, str]:
    """Of two spells that overlap the later one counts; of two that began together, the first by name."""
    return (-(spell.since or date.min).toordinal(), spell.organisation or "", spell.account)
