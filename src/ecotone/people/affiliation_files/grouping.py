"""Group affiliations by identity, for the formats that hold people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ecotone.people.affiliation_files.model import Affiliations, FileIdentity, FileSpell, LeftOut, Statement
from ecotone.people.affiliation_files.values import Unreadable, check_identity, check_spell


@dataclass(frozen=True, slots=True)
class Grouped:
    """An identity with its affiliations, by time."""

    identity: FileIdentity
    spells: tuple[FileSpell, ...]


def grouped(said: Affiliations) -> tuple[list[Grouped], list[LeftOut]]:
    """Group affiliations by identity; an account without an identity becomes its own.

    If several identities contain an account, the one that begins with it gets its affiliations, else the first.
    """
    identities, spells, left = _writable(said)
    home: dict[str, int] = {}
    for index, identity in enumerate(identities):
        home.setdefault(identity.accounts[0], index)
    for index, identity in enumerate(identities):
        for account in identity.accounts:
            home.setdefault(account, index)
    held: list[list[FileSpell]] = [[] for _ in identities]
    for spell in spells:
        if spell.account not in home:
            home[spell.account] = len(identities)
            identities.append(FileIdentity((spell.account,)))
            held.append([])
        held[home[spell.account]].append(spell)
    groups = [Grouped(one, tuple(its)) for one, its in zip(identities, held, strict=True)]
    return sorted(groups, key=lambda group: group.identity.accounts), left


def writable_spells(spells: Iterable[FileSpell]) -> tuple[list[FileSpell], list[LeftOut]]:
    """The affiliations that a file can hold, and the others with reasons."""
    kept: list[FileSpell] = []
    left: list[LeftOut] = []
    for spell in spells:
        try:
            check_spell(spell)
            kept.append(spell)
        except Unreadable as problem:
            left.append(LeftOut(spell, str(problem)))
    return kept, left


def unplaced(reason: str, *groups: Iterable[Statement]) -> list[LeftOut]:
    """The statements as left out for one reason."""
    return [LeftOut(statement, reason) for group in groups for statement in group]


def beyond_people(said: Affiliations) -> list[LeftOut]:
    """The statements that a format of people and employers cannot hold."""
    reason = "the format holds people and their employers only"
    return unplaced(reason, said.every_domain(), said.organisations, said.excluded, said.owned)


def leave_out(left: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """Sort the statements that are left out."""
    return tuple(sorted(left, key=lambda one: (type(one.statement).__name__, repr(one))))


def _writable(said: Affiliations) -> tuple[list[FileIdentity], list[FileSpell], list[LeftOut]]:
    spells, left = writable_spells(said.every_spell())
    identities: list[FileIdentity] = []
    for identity in said.identities:
        try:
            check_identity(identity)
            identities.append(identity)
        except Unreadable as problem:
            left.append(LeftOut(identity, str(problem)))
    return identities, spells, left
