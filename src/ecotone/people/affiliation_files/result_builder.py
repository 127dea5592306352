"""Build the result of a reader: statements, and counts of accepted and refused entries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from ecotone.people.affiliation_files.field_parsers import Unreadable, printable_excerpt
from ecotone.people.affiliation_files.statements import (
    ExcludedText,
    FileAffiliation,
    FileDomain,
    FileIdentity,
    FileOrganisation,
    OwnedAccount,
    ReadResult,
    RefusedEntry,
    WithoutOrganisation,
    is_placeholder_organisation,
)


class ResultBuilder:
    """Collects the statements and refusals of one file; `source` is the file name."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.identities: list[FileIdentity] = []
        self.excluded: list[ExcludedText] = []
        self.owned: list[OwnedAccount] = []
        self._spells: list[FileAffiliation] = []
        self._domains: list[FileDomain] = []
        self._organisations: list[FileOrganisation] = []
        self._nameless: list[WithoutOrganisation] = []
        self._refused: list[RefusedEntry] = []
        self._accepted = 0

    def accept_entries(self, entries: int = 1) -> None:
        """Count accepted entries."""
        self._accepted += entries

    def refuse_entry(self, line: int, text: str, reason: str) -> None:
        """Record a refused entry."""
        self._refused.append(RefusedEntry(line, printable_excerpt(text), reason))

    @contextmanager
    def count_entry(self, line: int, text: str, accepted: int = 1) -> Iterator[None]:
        """Count entries as accepted, or one as refused if the block raises `Unreadable`."""
        try:
            yield
        except Unreadable as problem:
            self.refuse_entry(line, text, str(problem))
        else:
            self._accepted += accepted

    def add_affiliation(
        self, account: str, organisation: str, since: date | None, until: date | None, line: int
    ) -> None:
        """Add an affiliation; those without an organisation are kept separately."""
        affiliation = FileAffiliation(account, organisation, since, until, self.source, line)
        (self._nameless if is_placeholder_organisation(organisation) else self._spells).append(affiliation)

    def add_domain(
        self, domain: str, organisation: str, since: date | None, until: date | None, top: bool, line: int
    ) -> None:
        """Add a domain; those without an organisation are kept separately."""
        file_domain = FileDomain(domain, organisation, since, until, top, self.source, line)
        (self._nameless if is_placeholder_organisation(organisation) else self._domains).append(file_domain)

    def add_organisation(self, organisation: str, line: int) -> None:
        """Add a declared organisation; placeholders are kept separately."""
        file_organisation = FileOrganisation(organisation, self.source, line)
        (self._nameless if is_placeholder_organisation(organisation) else self._organisations).append(file_organisation)

    def build_result(self) -> ReadResult:
        """The result, with refusals by line."""
        return ReadResult(
            identities=tuple(self.identities),
            affiliations=tuple(self._spells),
            domains=tuple(self._domains),
            organisations=tuple(self._organisations),
            excluded=tuple(self.excluded),
            owned=tuple(self.owned),
            without_organisation=tuple(self._nameless),
            refused=tuple(sorted(self._refused, key=lambda refused: refused.line)),
            accepted_lines=self._accepted,
            total_lines=self._accepted + len(self._refused),
        )


def split_lines(text: str) -> list[str]:
    """Split a text into lines at LF, CRLF or CR only, without the byte order mark in front.

    >>> split_lines(chr(0xFEFF) + "a" + chr(13) + "b"), split_lines(chr(0xFEFF))
    (['a', 'b'], [])
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines
