"""Puts each spell with the identity that holds its account, for the formats that write people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ecotone.people.affiliation_files.model import Affiliations, FileIdentity, FileSpell, LeftOut, Statement
from ecotone.people.affiliation_files.values import Unreadable, check_identity, check_spell


@dataclass(frozen=True, slots=True)
class Grouped:
    """An identity and its spells, by time."""

    identity: FileIdentity
    spells: tuple[FileSpell, ...]


def grouped(said: Affiliations) -> tuple[list[Grouped], list[LeftOut]]:
    """Every identity with its spells; an account that no identity holds is one of its own.

    Where two identities hold an account, its spells go to the one that begins with it, else to the first.
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
    """The spells that a file can hold, and the others with the reason."""
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


def leave_out(left: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """All that is left out, in an order that does not depend on who found it."""
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
