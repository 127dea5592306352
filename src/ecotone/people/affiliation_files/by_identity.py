"""Group affiliations by identity, for the formats that hold people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ecotone.people.affiliation_files.field_parsers import Unreadable, check_affiliation, check_identity
from ecotone.people.affiliation_files.statements import (
    FileAffiliation,
    FileIdentity,
    FileStatements,
    LeftOut,
    Statement,
)


@dataclass(frozen=True, slots=True)
class IdentityWithAffiliations:
    """An identity with its affiliations, by time."""

    identity: FileIdentity
    affiliations: tuple[FileAffiliation, ...]


def group_by_identity(statements: FileStatements) -> tuple[list[IdentityWithAffiliations], list[LeftOut]]:
    """Group affiliations by identity; an account without an identity becomes its own.

    If several identities contain an account, the one that begins with it gets its affiliations, else the first.
    """
    identities, affiliations, left_out = _split_writable(statements)
    identity_of_account: dict[str, int] = {}
    for index, identity in enumerate(identities):
        identity_of_account.setdefault(identity.accounts[0], index)
    for index, identity in enumerate(identities):
        for account in identity.accounts:
            identity_of_account.setdefault(account, index)
    affiliations_by_identity: list[list[FileAffiliation]] = [[] for _ in identities]
    for affiliation in affiliations:
        if affiliation.account not in identity_of_account:
            identity_of_account[affiliation.account] = len(identities)
            identities.append(FileIdentity((affiliation.account,)))
            affiliations_by_identity.append([])
        affiliations_by_identity[identity_of_account[affiliation.account]].append(affiliation)
    groups = [
        IdentityWithAffiliations(grouped_identity, tuple(identity_affiliations))
        for grouped_identity, identity_affiliations in zip(identities, affiliations_by_identity, strict=True)
    ]
    return sorted(groups, key=lambda group: group.identity.accounts), left_out


def split_writable_affiliations(affiliations: Iterable[FileAffiliation]) -> tuple[list[FileAffiliation], list[LeftOut]]:
    """The affiliations that a file can hold, and the others with reasons."""
    writable: list[FileAffiliation] = []
    left_out: list[LeftOut] = []
    for affiliation in affiliations:
        try:
            check_affiliation(affiliation)
            writable.append(affiliation)
        except Unreadable as problem:
            left_out.append(LeftOut(affiliation, str(problem)))
    return writable, left_out


def leave_out_for_reason(reason: str, *groups: Iterable[Statement]) -> list[LeftOut]:
    """The statements as left out for one reason."""
    return [LeftOut(statement, reason) for group in groups for statement in group]


def leave_out_beyond_people(statements: FileStatements) -> list[LeftOut]:
    """The statements that a format of people and employers cannot hold."""
    reason = "the format holds people and their employers only"
    return leave_out_for_reason(
        reason, statements.all_domains(), statements.organisations, statements.excluded, statements.owned
    )


def sort_left_out(left_out: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """Sort the statements that are left out."""
    return tuple(sorted(left_out, key=lambda entry: (type(entry.statement).__name__, repr(entry))))


def _split_writable(statements: FileStatements) -> tuple[list[FileIdentity], list[FileAffiliation], list[LeftOut]]:
    affiliations, left_out = split_writable_affiliations(statements.all_affiliations())
    identities: list[FileIdentity] = []
    for identity in statements.identities:
        try:
            check_identity(identity)
            identities.append(identity)
        except Unreadable as problem:
            left_out.append(LeftOut(identity, str(problem)))
    return identities, affiliations, left_out
