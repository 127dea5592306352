"""What a landscape and its affiliation files say of people, in the terms that persons and employers are resolved in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from ecotone.foundation.landscape import Landscape
from ecotone.people import match_rules
from ecotone.people.account_parsing import account_key
from ecotone.people.affiliation_attribution import DeclaredAffiliation
from ecotone.people.affiliation_files.statements import FileAffiliation, is_placeholder_organisation
from ecotone.people.company_vocabulary import normalise_company_name
from ecotone.people.domain_resolver import DomainClaim, bundled_organisation_kinds
from ecotone.people.organisation_registry import employer_intervals, group_on_day
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


@dataclass(frozen=True, slots=True)
class CuratedFile:
    """An affiliation file: its name, its statements, and the day that it describes (None: the newest day in it)."""

    name: str
    content: ReadResult
    as_of: date | None = None

    @property
    def described_day(self) -> date | None:
        """The day that the file describes; None: it is not given, and no day is in the file."""
        if self.as_of is not None:
            return self.as_of
        spans = [(entry.since, entry.until) for entry in self.content.all_affiliations()]
        spans += [(entry.since, entry.until) for entry in self.content.all_domains()]
        return max((day for span in spans for day in span if day is not None), default=None)


def curated_statements(
    landscape: Landscape, files: Sequence[CuratedFile], accounts: Iterable[str]
) -> CuratedStatements:
    """The landscape's notes on persons, and what its affiliation files say of the people with these accounts."""
    notes = landscape.people
    declared = match_rules.declared_matches(
        ((note.same_person, match_rules.OVERRIDE.evidence) for note in notes), match_rules.OVERRIDE
    )
    files = _without_strangers(files, accounts)
    names = _OrganisationNames(landscape, files)
    listed = (
        (statement.accounts, file.name)
        for file in files
        for statement in file.content.identities
        if not statement.conflicting
    )
    overrides = [
        DeclaredAffiliation(
            note.same_person[0],
            None if is_placeholder_organisation(statement.organisation) else statement.organisation,
            statement.since, statement.until, "override", "landscape file",
        )
        for note in notes
        for statement in note.affiliations
    ]  # fmt: skip
    return CuratedStatements(
        ties=pa.concat_tables([declared, match_rules.declared_matches(listed, match_rules.FILE)]),
        apart=tuple(
            pair for note in notes for pair in _pairs_of_distinct(note.different_people or (), note.same_person)
        ),
        spells=(*overrides, *(spell for file in files for spell in _file_spells(file, names))),
        claims=tuple(
            (
                statement.domain,
                DomainClaim(
                    names.name_of(statement.organisation),
                    statement.since,
                    statement.until,
                    f"{file.name}, line {statement.line}",
                    statement.includes_subdomains,
                ),
            )
            for file in files
            for statement in file.content.domains
        ),
        refused=tuple(
            (file.name, statement.line, statement.reason) for file in files for statement in file.content.refused
        ),
        named=names.by_letters,
    )


def _without_strangers(files: Sequence[CuratedFile], accounts: Iterable[str]) -> list[CuratedFile]:
    """The files without people who have none of these accounts; their dates stay."""
    known = {account_key(account) for account in accounts} if files else set()
    for file in files:
        for identity in file.content.identities:
            keys = [account_key(account) for account in identity.accounts]
            if not known.isdisjoint(keys):
                known.update(keys)
    return [CuratedFile(file.name, _content_about(known, file.content), file.described_day) for file in files]


def _content_about(known: Container[str], content: ReadResult) -> ReadResult:
    return replace(
        content,
        affiliations=tuple(entry for entry in content.affiliations if account_key(entry.account) in known),
        identities=tuple(entry for entry in content.identities if account_key(entry.accounts[0]) in known),
        without_organisation=tuple(
            entry
            for entry in content.without_organisation
            if isinstance(entry, FileAffiliation) and account_key(entry.account) in known
        ),
    )


def _pairs_of_distinct(apart: Sequence[str], same: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Accounts that are different people's: each of `apart` from the others, and from those that are one person's."""
    listed = [*same[:1], *apart]
    return ((account, distinct) for index, account in enumerate(listed) for distinct in listed[index + 1 :])


class _OrganisationNames:
    """One name for each organisation, regardless of the source's spelling.

    by_letters  organisations that Ecotone's data lacks: the letters of the name without a legal form -> the name
    """

    def __init__(self, landscape: Landscape, files: Sequence[CuratedFile]) -> None:
        """The landscape's spelling counts before a file's, one without a legal form, then the commonest."""
        self._own = frozenset(landscape.organisations)
        self._level = landscape.organisation_level
        uses: dict[str, Counter[str]] = defaultdict(Counter)
        for file in files:
            counts = Counter(spell.organisation for spell in file.content.affiliations)
            counts.update(claim.organisation for claim in file.content.domains)
            for written, count in counts.items():
                name = canonical_organisation_name(written)
                if name not in bundled_organisation_kinds():
                    uses[letters_of_company(name)][name] += count
        names = {letters: min(spellings, key=_plainest(letters, spellings)) for letters, spellings in uses.items()}
        stated = (statement.organisation for note in landscape.people for statement in note.affiliations)
        names |= {letters_of_company(name): name for name in (*stated, *landscape.organisations)}
        self.by_letters = {letters: name for letters, name in names.items() if letters}

    def name_of(self, organisation: str) -> str:
        """The name that the landscape, Ecotone or the other entries have for an organisation of a file."""
        if organisation in self._own:
            return organisation
        name = canonical_organisation_name(organisation)
        return name if name in bundled_organisation_kinds() else self.by_letters.get(letters_of_company(name), name)

    def employer_spans(
        self, organisation: str, since: date | None, until: date | None
    ) -> list[tuple[str, date | None, date | None]]:
        """A file's spell; if groups count, split where the organisation was sold, unless it is the landscape's."""
        name = self.name_of(organisation)
        if organisation in self._own or self._level == "company":
            return [(name, since, until)]
        owners = employer_intervals(name, since, until)
        return [(group_on_day(owner, start or date.min), start, end) for owner, start, end in owners]


def _plainest(letters: str, uses: Mapping[str, int]) -> Callable[[str], tuple[bool, int, str]]:
    return lambda name: (normalise_company_name(name) != letters, -uses[name], name)


def _file_spells(file: CuratedFile, names: _OrganisationNames) -> list[DeclaredAffiliation]:
    remarks = [
        DeclaredAffiliation(
            spell.account, None, spell.since, spell.until, "file",
            f"{file.name}, line {spell.line}: {spell.organisation}", file.as_of,
        )
        for spell in file.content.without_organisation
        if isinstance(spell, FileAffiliation)
    ]  # fmt: skip
    dated = f", as of {file.as_of}" if file.as_of else ""
    employed = [
        DeclaredAffiliation(
            spell.account, employer, since, until, "file", f"{file.name}, line {spell.line}{dated}", file.as_of
        )
        for spell in file.content.affiliations
        for employer, since, until in names.employer_spans(spell.organisation, spell.since, spell.until)
    ]
    return [*sorted(employed, key=_latest_first), *sorted(remarks, key=_latest_first)]


def _latest_first(spell: DeclaredAffiliation) -> tuple[int, str, str]:
    """Of two spells that overlap the later one counts; of two that began together, the first by name."""
    return (-(spell.since or date.min).toordinal(), spell.organisation or "", spell.account)
