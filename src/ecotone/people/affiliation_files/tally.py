"""Build the result of a reader: statements, and counts of accepted and refused entries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from ecotone.people.affiliation_files.model import (
    FileDomain,
    FileExcluded,
    FileIdentity,
    FileOrganisation,
    FileSpell,
    Nameless,
    Owned,
    ReadResult,
    Refused,
    says_no_organisation,
)
from ecotone.people.affiliation_files.values import Unreadable, excerpt


class Tally:
    """Collects the statements and refusals of one file; `source` is the file name."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.identities: list[FileIdentity] = []
        self.excluded: list[FileExcluded] = []
        self.owned: list[Owned] = []
        self._spells: list[FileSpell] = []
        self._domains: list[FileDomain] = []
        self._organisations: list[FileOrganisation] = []
        self._nameless: list[Nameless] = []
        self._refused: list[Refused] = []
        self._accepted = 0

    def accept(self, entries: int = 1) -> None:
        """Count accepted entries."""
        self._accepted += entries

    def refuse(self, line: int, text: str, reason: str) -> None:
        """Record a refused entry."""
        self._refused.append(Refused(line, excerpt(text), reason))

    @contextmanager
    def entry(self, line: int, text: str, accepted: int = 1) -> Iterator[None]:
        """Count entries as accepted, or one as refused if the block raises `Unreadable`."""
        try:
            yield
        except Unreadable as problem:
            self.refuse(line, text, str(problem))
        else:
            self._accepted += accepted

    def spell(self, account: str, organisation: str, since: date | None, until: date | None, line: int) -> None:
        """Add an affiliation; those without an organisation are kept separately."""
        made = FileSpell(account, organisation, since, until, self.source, line)
        (self._nameless if says_no_organisation(organisation) else self._spells).append(made)

    def domain(
        self, domain: str, organisation: str, since: date | None, until: date | None, top: bool, line: int
    ) -> None:
        """Add a domain; those without an organisation are kept separately."""
        made = FileDomain(domain, organisation, since, until, top, self.source, line)
        (self._nameless if says_no_organisation(organisation) else self._domains).append(made)

    def organisation(self, organisation: str, line: int) -> None:
        """Add a declared organisation; placeholders are kept separately."""
        made = FileOrganisation(organisation, self.source, line)
        (self._nameless if says_no_organisation(organisation) else self._organisations).append(made)

    def result(self) -> ReadResult:
        """The result, with refusals by line."""
        return ReadResult(
            identities=tuple(self.identities),
            spells=tuple(self._spells),
            domains=tuple(self._domains),
            organisations=tuple(self._organisations),
            excluded=tuple(self.excluded),
            owned=tuple(self.owned),
            without_organisation=tuple(self._nameless),
            refused=tuple(sorted(self._refused, key=lambda refused: refused.line)),
            accepted_lines=self._accepted,
            total_lines=self._accepted + len(self._refused),
        )


def lines_of(text: str) -> list[str]:
    """Split a text into lines at LF, CRLF or CR only."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines
