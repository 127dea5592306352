"""Counts what a reader accepts and refuses, and gathers the statements."""

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
    """The statements of one file as they are read; `source` is the file's name."""

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
        """Count entries that were understood."""
        self._accepted += entries

    def refuse(self, line: int, text: str, reason: str) -> None:
        """Count one entry that was not."""
        self._refused.append(Refused(line, excerpt(text), reason))

    @contextmanager
    def entry(self, line: int, text: str) -> Iterator[None]:
        """Count the entry as accepted, or as refused where the block raises `Unreadable`."""
        try:
            yield
        except Unreadable as problem:
            self.refuse(line, text, str(problem))
        else:
            self._accepted += 1

    def spell(self, account: str, organisation: str, since: date | None, until: date | None, line: int) -> None:
        """Add a spell; where the word names no organisation it is kept apart."""
        made = FileSpell(account, organisation, since, until, self.source, line)
        (self._nameless if says_no_organisation(organisation) else self._spells).append(made)

    def domain(
        self, domain: str, organisation: str, since: date | None, until: date | None, top: bool, line: int
    ) -> None:
        """Add a domain; where the word names no organisation it is kept apart."""
        made = FileDomain(domain, organisation, since, until, top, self.source, line)
        (self._nameless if says_no_organisation(organisation) else self._domains).append(made)

    def organisation(self, organisation: str, line: int) -> None:
        """Add a declared organisation; where the word names none it is kept apart."""
        made = FileOrganisation(organisation, self.source, line)
        (self._nameless if says_no_organisation(organisation) else self._organisations).append(made)

    def result(self) -> ReadResult:
        """Everything gathered; the refusals by line."""
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
    """The lines of a text, ended by LF, CRLF or CR as any editor would, and by nothing else."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines
