"""The statements of affiliation files, independent of the format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

NO_ORGANISATION: Final = frozenset({"independent", "notfound", "not found", "unknown"})
_NO_DAY: Final = date.min  # an open start sorts first

OwnedScope = Literal["organisation", "repository", "user", "label"]


@dataclass(frozen=True, slots=True)
class FileSpell:
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
    top: bool = True
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FileOrganisation:
    """An organisation declared in the file."""

    organisation: str
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FileExcluded:
    """An address, login or name that must not be used to identify people."""

    value: str
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Owned:
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
class Refused:
    """An unreadable entry: its line, its beginning and the reason. The text may contain an address."""

    line: int
    text: str
    reason: str


Nameless = FileSpell | FileDomain | FileOrganisation
Statement = FileIdentity | FileSpell | FileDomain | FileOrganisation | FileExcluded | Owned


@dataclass(frozen=True, slots=True)
class Affiliations:
    """All statements of affiliation files.

    without_organisation  statements whose organisation is a word such as Independent or NotFound: they are written
                          again, and declare that there is no employer
    """

    identities: tuple[FileIdentity, ...] = ()
    spells: tuple[FileSpell, ...] = ()
    domains: tuple[FileDomain, ...] = ()
    organisations: tuple[FileOrganisation, ...] = ()
    excluded: tuple[FileExcluded, ...] = ()
    owned: tuple[Owned, ...] = ()
    without_organisation: tuple[Nameless, ...] = ()

    def every_spell(self) -> list[FileSpell]:
        """All affiliations, with and without an organisation, by account and time."""
        nameless = [entry for entry in self.without_organisation if isinstance(entry, FileSpell)]
        return sorted({*self.spells, *nameless}, key=_spell_order)

    def every_domain(self) -> list[FileDomain]:
        """All domains, with and without an organisation, by domain and time."""
        nameless = [entry for entry in self.without_organisation if isinstance(entry, FileDomain)]
        return sorted({*self.domains, *nameless}, key=_domain_order)

    def every_organisation(self) -> list[str]:
        """All organisation names in declarations, domains and affiliations, sorted."""
        declared = [entry for entry in self.without_organisation if isinstance(entry, FileOrganisation)]
        entries: list[Nameless] = [*self.organisations, *declared, *self.every_domain(), *self.every_spell()]
        return sorted({entry.organisation for entry in entries})


@dataclass(frozen=True, slots=True)
class ReadResult(Affiliations):
    """The statements and unreadable entries of a file; accepted_lines + len(refused) == total_lines.

    In JSON and YAML files a line is an entry: docs/how-to/affiliation-files.md lists them for each format.
    """

    refused: tuple[Refused, ...] = ()
    accepted_lines: int = 0
    total_lines: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A statement that the written format cannot hold, and the reason."""

    statement: Statement
    reason: str


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a file in canonical form, and the statements it cannot hold."""

    text: str
    left_out: tuple[LeftOut, ...] = ()


def says_no_organisation(name: str) -> bool:
    """Whether the name is a placeholder for no organisation.

    gitdm writes categories of people in brackets: (Unknown), (None), (Consultant).

    >>> [says_no_organisation(name) for name in ("NotFound", "(Unknown)", "Independent Systems")]
    [True, True, False]
    """
    return name.casefold() in NO_ORGANISATION or (name.startswith("(") and name.endswith(")"))


def canonical(said: Affiliations) -> Affiliations:
    """Sort and deduplicate statements and remove their sources; logins precede addresses.

    Redundant statements are removed: bare accounts, and declarations of organisations named in other statements.
    """
    spells = {replace(entry, source="", line=0) for entry in said.every_spell()}
    domains = {replace(entry, source="", line=0) for entry in said.every_domain()}
    identities = {replace(entry, accounts=logins_first(entry.accounts), source="", line=0) for entry in said.identities}
    named = {entry.organisation for entry in spells} | {entry.organisation for entry in domains}
    bare = {FileOrganisation(name) for name in said.every_organisation() if name not in named}
    stated: list[Nameless] = [*spells, *domains, *bare]
    nameless = {entry for entry in stated if says_no_organisation(entry.organisation)}
    return Affiliations(
        identities=tuple(sorted((entry for entry in identities if entry.is_informative), key=_identity_order)),
        spells=tuple(sorted(spells - nameless, key=_spell_order)),
        domains=tuple(sorted(domains - nameless, key=_domain_order)),
        organisations=tuple(sorted(bare - nameless, key=lambda entry: entry.organisation)),
        excluded=tuple(FileExcluded(value) for value in sorted({entry.value for entry in said.excluded})),
        owned=tuple(sorted({replace(entry, source="", line=0) for entry in said.owned}, key=_owned_order)),
        without_organisation=tuple(sorted(nameless, key=_nameless_order)),
    )


def logins_first(accounts: Iterable[str]) -> tuple[str, ...]:
    """Deduplicate accounts and put logins before addresses: a login changes less often."""
    return tuple(sorted(dict.fromkeys(accounts), key=lambda account: "@" in account))


def _identity_order(entry: FileIdentity) -> tuple[tuple[str, ...], str, str, bool]:
    return entry.accounts, entry.name or "", str(entry.is_bot), entry.conflicting


def _spell_order(entry: FileSpell) -> tuple[str, date, date, str]:
    return entry.account, entry.since or _NO_DAY, entry.until or date.max, entry.organisation


def _domain_order(entry: FileDomain) -> tuple[str, date, date, str, bool]:
    return entry.domain, entry.since or _NO_DAY, entry.until or date.max, entry.organisation, entry.top


def _owned_order(entry: Owned) -> tuple[str, str, str, str, str, str, int]:
    return (
        entry.organisation,
        entry.label_type,
        entry.name_zh or "",
        entry.platform or "",
        entry.scope,
        entry.repository_or_org,
        -1 if entry.platform_id is None else entry.platform_id,
    )


def _nameless_order(entry: Nameless) -> tuple[str, tuple[str, date, date, str], bool]:
    if isinstance(entry, FileSpell):
        return "spell", _spell_order(entry), False
    if isinstance(entry, FileDomain):
        return "domain", _domain_order(entry)[:4], entry.top
    return "organisation", (entry.organisation, _NO_DAY, date.max, ""), False
