"""What an affiliation file can say, whichever format it is in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

NO_ORGANISATION: Final = frozenset({"independent", "notfound", "not found", "unknown"})
_NO_DAY: Final = date.min  # sorts an open start before every day

OwnedScope = Literal["organisation", "repository", "user", "label"]


@dataclass(frozen=True, slots=True)
class FileSpell:
    """An account worked for an organisation in [since, until); `None` is an open end.

    account  an e-mail or a GitHub login
    line     where the file says so, from 1 (for JSON: the line of the entry that holds it)
    """

    account: str
    organisation: str
    since: date | None = None
    until: date | None = None
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Accounts that the file holds to be one person.

    is_bot       `None` where the file does not say
    conflicting  the file itself marks the person's affiliations as contradictory
    """

    accounts: tuple[str, ...]
    name: str | None = None
    is_bot: bool | None = None
    conflicting: bool = False
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FileDomain:
    """An e-mail domain speaks for an organisation in [since, until); `top`: its sub-domains do too."""

    domain: str
    organisation: str
    since: date | None = None
    until: date | None = None
    top: bool = True
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FileOrganisation:
    """An organisation that the file declares."""

    organisation: str
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FileExcluded:
    """A text (an address, a login, a name) that the file forbids to identify anybody by."""

    value: str
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Owned:
    """Something on a code-hosting platform that belongs to an organisation or a project: never an employment.

    repository_or_org  an organisation's or user's login, `owner/name`, or another label's id
    label_type         the label's own word for the owner: Company, Project, Foundation, ...
    platform           `None` for a label, which stands for everything under it
    platform_id        the platform's own number for it
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
    """An entry that could not be read: where it stands, how it begins, and why. The text may hold an address."""

    line: int
    text: str
    reason: str


Nameless = FileSpell | FileDomain | FileOrganisation
Statement = FileIdentity | FileSpell | FileDomain | FileOrganisation | FileExcluded | Owned


@dataclass(frozen=True, slots=True)
class Affiliations:
    """All that affiliation files say.

    without_organisation  statements whose organisation is a word such as Independent or NotFound: kept so that
                          they can be written again, and so that they can deny an employer, but never an employer
    """

    identities: tuple[FileIdentity, ...] = ()
    spells: tuple[FileSpell, ...] = ()
    domains: tuple[FileDomain, ...] = ()
    organisations: tuple[FileOrganisation, ...] = ()
    excluded: tuple[FileExcluded, ...] = ()
    owned: tuple[Owned, ...] = ()
    without_organisation: tuple[Nameless, ...] = ()

    def every_spell(self) -> list[FileSpell]:
        """The spells with an organisation and those without, by account and time."""
        nameless = [entry for entry in self.without_organisation if isinstance(entry, FileSpell)]
        return sorted({*self.spells, *nameless}, key=_spell_order)

    def every_domain(self) -> list[FileDomain]:
        """The domains with an organisation and those without, by domain and time."""
        nameless = [entry for entry in self.without_organisation if isinstance(entry, FileDomain)]
        return sorted({*self.domains, *nameless}, key=_domain_order)

    def every_organisation(self) -> list[str]:
        """Every name that is declared as an organisation, has a domain or employs somebody, sorted."""
        declared = [entry for entry in self.without_organisation if isinstance(entry, FileOrganisation)]
        entries: list[Nameless] = [*self.organisations, *declared, *self.every_domain(), *self.every_spell()]
        return sorted({entry.organisation for entry in entries})


@dataclass(frozen=True, slots=True)
class ReadResult(Affiliations):
    """What a file says and what in it could not be read; accepted_lines + len(refused) == total_lines.

    A line of a JSON or YAML file is an entry: docs/how-to/affiliation-files.md lists them for each format.
    """

    refused: tuple[Refused, ...] = ()
    accepted_lines: int = 0
    total_lines: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A statement that the format written has no place for, and why."""

    statement: Statement
    reason: str


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a file in canonical form, and what could not be put into it."""

    text: str
    left_out: tuple[LeftOut, ...] = ()


def says_no_organisation(name: str) -> bool:
    """Whether the word stands where an organisation would, and names none.

    gitdm writes categories of people in brackets: (Unknown), (None), (Consultant).

    >>> [says_no_organisation(name) for name in ("NotFound", "(Unknown)", "Independent Systems")]
    [True, True, False]
    """
    return name.casefold() in NO_ORGANISATION or (name.startswith("(") and name.endswith(")"))


def canonical(said: Affiliations) -> Affiliations:
    """The same statements sorted, each once, without their sources; a person's logins before the addresses.

    Left away is only what says nothing: an identity of one account without a name, and an organisation's bare
    declaration where a domain or a spell names the organisation too.
    """
    spells = {replace(entry, source="", line=0) for entry in said.every_spell()}
    domains = {replace(entry, source="", line=0) for entry in said.every_domain()}
    identities = {replace(entry, accounts=logins_first(entry.accounts), source="", line=0) for entry in said.identities}
    named = {entry.organisation for entry in spells} | {entry.organisation for entry in domains}
    bare = {FileOrganisation(name) for name in said.every_organisation() if name not in named}
    stated: list[Nameless] = [*spells, *domains, *bare]
    nameless = {entry for entry in stated if says_no_organisation(entry.organisation)}
    return Affiliations(
        identities=tuple(sorted(filter(_says_something, identities), key=_identity_order)),
        spells=tuple(sorted(spells - nameless, key=_spell_order)),
        domains=tuple(sorted(domains - nameless, key=_domain_order)),
        organisations=tuple(sorted(bare - nameless, key=lambda entry: entry.organisation)),
        excluded=tuple(FileExcluded(value) for value in sorted({entry.value for entry in said.excluded})),
        owned=tuple(sorted({replace(entry, source="", line=0) for entry in said.owned}, key=_owned_order)),
        without_organisation=tuple(sorted(nameless, key=_nameless_order)),
    )


def logins_first(accounts: Iterable[str]) -> tuple[str, ...]:
    """The accounts, each once, the logins before the addresses: a login outlives an address."""
    return tuple(sorted(dict.fromkeys(accounts), key=lambda account: "@" in account))


def _says_something(identity: FileIdentity) -> bool:
    return len(identity.accounts) > 1 or bool(identity.name or identity.is_bot or identity.conflicting)


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
