"""The statements of affiliation files, independent of the format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from ecotone.people.company_vocabulary import normalise_company_name, unaffiliated_entries

_NO_DAY: Final = date.min  # an open start sorts first

OwnedScope = Literal["organisation", "repository", "user", "label"]


@dataclass(frozen=True, slots=True)
class FileAffiliation:
    """An account worked for an organisation in [since, until); `None` is an open end.

    account  an e-mail or a GitHub login
    line     line number in the file (for JSON: of the entry)
    """

    account: str
    organisation: str
    since: date | None = None
    until: date | None = None
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Accounts that the file assigns to one person.

    is_bot       `None`: not stated
    conflicting  the file marks the person's affiliations as contradictory
    """

    accounts: tuple[str, ...]
    name: str | None = None
    is_bot: bool | None = None
    conflicting: bool = False
    source: str = ""
    line: int = 0

    @property
    def is_informative(self) -> bool:
        """Whether it states more than one bare account."""
        return len(self.accounts) > 1 or bool(self.name or self.is_bot or self.conflicting)


@dataclass(frozen=True, slots=True)
class FileDomain:
    """An e-mail domain belongs to an organisation in [since, until), optionally with its sub-domains."""

    domain: str
    organisation: str
    since: date | None = None
    until: date | None = None
    includes_subdomains: bool = True
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FileOrganisation:
    """An organisation declared in the file."""

    organisation: str
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ExcludedText:
    """An address, login or name that must not be used to identify people."""

    value: str
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class OwnedAccount:
    """An account or repository owned by an organisation or project. It is not an employment.

    repository_or_org  login of an organisation or user, `owner/name`, or the id of another label
    label_type         type of the owner: Company, Project, Foundation, ...
    platform           code-hosting platform; `None` for a label
    platform_id        numeric id on the platform
    """

    repository_or_org: str
    organisation: str
    scope: OwnedScope
    label_type: str
    platform: str | None = None
    platform_id: int | None = None
    name_zh: str | None = None
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """An unreadable entry: its line, its beginning and the reason. The text may contain an address."""

    line: int
    text: str
    reason: str


WithoutOrganisation = FileAffiliation | FileDomain | FileOrganisation
Statement = FileIdentity | FileAffiliation | FileDomain | FileOrganisation | ExcludedText | OwnedAccount


@dataclass(frozen=True, slots=True)
class FileStatements:
    """All statements of affiliation files.

    without_organisation  statements whose organisation is a word such as Independent or NotFound: they are written
                          again, and declare that there is no employer
    """

    identities: tuple[FileIdentity, ...] = ()
    affiliations: tuple[FileAffiliation, ...] = ()
    domains: tuple[FileDomain, ...] = ()
    organisations: tuple[FileOrganisation, ...] = ()
    excluded: tuple[ExcludedText, ...] = ()
    owned: tuple[OwnedAccount, ...] = ()
    without_organisation: tuple[WithoutOrganisation, ...] = ()

    def all_affiliations(self) -> list[FileAffiliation]:
        """All affiliations, with and without an organisation, by account and time."""
        nameless = [entry for entry in self.without_organisation if isinstance(entry, FileAffiliation)]
        return sorted({*self.affiliations, *nameless}, key=_affiliation_order)

    def all_domains(self) -> list[FileDomain]:
        """All domains, with and without an organisation, by domain and time."""
        nameless = [entry for entry in self.without_organisation if isinstance(entry, FileDomain)]
        return sorted({*self.domains, *nameless}, key=_domain_order)

    def all_organisation_names(self) -> list[str]:
        """All organisation names in declarations, domains and affiliations, sorted."""
        declared = [entry for entry in self.without_organisation if isinstance(entry, FileOrganisation)]
        entries: list[WithoutOrganisation] = [
            *self.organisations,
            *declared,
            *self.all_domains(),
            *self.all_affiliations(),
        ]
        return sorted({entry.organisation for entry in entries})


@dataclass(frozen=True, slots=True)
class ReadResult(FileStatements):
    """The statements and unreadable entries of a file; accepted_lines + len(refused) == total_lines.

    In JSON and YAML files a line is an entry: docs/how-to/affiliation-files.md lists them for each format.
    """

    refused: tuple[RefusedEntry, ...] = ()
    accepted_lines: int = 0
    total_lines: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A statement that the written format cannot hold, and the reason."""

    statement: Statement
    reason: str


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """The text of a file in canonical form, and the statements it cannot hold."""

    text: str
    left_out: tuple[LeftOut, ...] = ()


@lru_cache(maxsize=1 << 16)
def is_placeholder_organisation(name: str) -> bool:
    """Whether the name is a placeholder for no organisation.

    gitdm writes categories of people in brackets: (Unknown), (None), (Consultant).

    >>> [is_placeholder_organisation(name) for name in ("NotFound", "(Robots)", "Self-employed", "Noone Systems")]
    [True, True, True, False]
    """
    return (name.startswith("(") and name.endswith(")")) or normalise_company_name(name) in unaffiliated_entries()


def canonical_statements(statements: FileStatements) -> FileStatements:
    """Sort and deduplicate statements and remove their sources; logins precede addresses.

    Redundant statements are removed: bare accounts, and declarations of organisations named in other statements.
    """
    affiliations = {replace(entry, source="", line=0) for entry in statements.all_affiliations()}
    domains = {replace(entry, source="", line=0) for entry in statements.all_domains()}
    identities = {
        replace(entry, accounts=logins_first(entry.accounts), source="", line=0) for entry in statements.identities
    }
    named = {entry.organisation for entry in affiliations} | {entry.organisation for entry in domains}
    bare_declarations = {FileOrganisation(name) for name in statements.all_organisation_names() if name not in named}
    stated: list[WithoutOrganisation] = [*affiliations, *domains, *bare_declarations]
    nameless = {entry for entry in stated if is_placeholder_organisation(entry.organisation)}
    return FileStatements(
        identities=tuple(sorted((entry for entry in identities if entry.is_informative), key=_identity_order)),
        affiliations=tuple(sorted(affiliations - nameless, key=_affiliation_order)),
        domains=tuple(sorted(domains - nameless, key=_domain_order)),
        organisations=tuple(sorted(bare_declarations - nameless, key=lambda entry: entry.organisation)),
        excluded=tuple(ExcludedText(value) for value in sorted({entry.value for entry in statements.excluded})),
        owned=tuple(sorted({replace(entry, source="", line=0) for entry in statements.owned}, key=_owned_order)),
        without_organisation=tuple(sorted(nameless, key=_without_organisation_order)),
    )


def logins_first(accounts: Iterable[str]) -> tuple[str, ...]:
    """Deduplicate accounts and put logins before addresses: a login changes less often."""
    return tuple(sorted(dict.fromkeys(accounts), key=lambda account: "@" in account))


def _identity_order(entry: FileIdentity) -> tuple[tuple[str, ...], str, str, bool]:
    return entry.accounts, entry.name or "", str(entry.is_bot), entry.conflicting


def _affiliation_order(entry: FileAffiliation) -> tuple[str, date, date, str]:
    return entry.account, entry.since or _NO_DAY, entry.until or date.max, entry.organisation


def _domain_order(entry: FileDomain) -> tuple[str, date, date, str, bool]:
    return entry.domain, entry.since or _NO_DAY, entry.until or date.max, entry.organisation, entry.includes_subdomains


def _owned_order(entry: OwnedAccount) -> tuple[str, str, str, str, str, str, int]:
    return (
        entry.organisation,
        entry.label_type,
        entry.name_zh or "",
        entry.platform or "",
        entry.scope,
        entry.repository_or_org,
        -1 if entry.platform_id is None else entry.platform_id,
    )


def _without_organisation_order(entry: WithoutOrganisation) -> tuple[str, tuple[str, date, date, str], bool]:
    if isinstance(entry, FileAffiliation):
        return "spell", _affiliation_order(entry), False
    if isinstance(entry, FileDomain):
        return "domain", _domain_order(entry)[:4], entry.includes_subdomains
    return "organisation", (entry.organisation, _NO_DAY, date.max, ""), False
