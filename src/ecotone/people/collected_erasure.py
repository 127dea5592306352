"""Erase people from collected tables: their names, addresses and logins, also inside texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.signed_accounts import is_full_name
from ecotone.people.account_privacy import ErasedPeople, map_accounts_in_ids, map_distinct_values

SIGNATURE_COLUMNS: Final = (
    ("author_name", "author_email"),
    ("committer_name", "committer_email"),
    ("name", "email"),
    ("mailmap_name", "mailmap_email"),
)
"""Columns that together hold a person's name and address."""

ADDRESS_COLUMNS: Final = ("author_email", "tagger_email")
COLLECTED_ACCOUNT_COLUMNS: Final = ("account", "other_account", "mailmap_account", "login")
TEXT_COLUMNS: Final = ("value", "subject", "text")

Signature = tuple[str, str]
"""A name and an address, as git has them."""


@dataclass(frozen=True, slots=True)
class _Erasure:
    """What to replace: signatures and addresses by exact value, names and addresses inside texts by pattern."""

    erased: ErasedPeople
    signatures: Mapping[Signature, str]
    addresses: Mapping[str, str]
    pattern: re.Pattern[str] | None
    words: Mapping[str, str]

    def replace_account(self, account: str | None) -> str | None:
        """The account, or what represents it."""
        return None if account is None else self.erased.replacement_of(account) or account

    def replace_in_text(self, text: str | None) -> str | None:
        """The text with names and addresses replaced."""
        if text is None or self.pattern is None:
            return text
        return self.pattern.sub(lambda match: self.words[match[0].casefold()], text)


def erase_from_collected(tables: Mapping[str, pa.Table], erased: ErasedPeople) -> dict[str, pa.Table]:
    """The tables of one repository or feed without these people; their acts stay, under their replacement.

    A table `identities` (name, email, account, mailmap_account) tells which signatures are theirs.
    """
    if not erased.digests:
        return dict(tables)
    erasure = _plan_erasure(tables.get("identities"), erased)
    return {name: _erase_from_table(name, table, erasure) for name, table in tables.items()}


def _plan_erasure(identities: pa.Table | None, erased: ErasedPeople) -> _Erasure:
    signatures: dict[Signature, str] = {}
    of_others: set[str] = set()
    for row in identities.to_pylist() if identities is not None else ():
        stand_in = erased.replacement_of(row["account"]) or erased.replacement_of(row["mailmap_account"])
        if stand_in is None:
            of_others |= {row["email"], row["mailmap_email"]}
        else:
            signatures |= dict.fromkeys(
                ((row["name"], row["email"]), (row["mailmap_name"], row["mailmap_email"])), stand_in
            )
    addresses = {email: stand_in for (_, email), stand_in in signatures.items() if email not in of_others}
    words = {email.casefold(): stand_in for email, stand_in in addresses.items() if "@" in email}
    for (name, _), stand_in in signatures.items():
        if is_full_name(name):
            words[name.casefold()] = erased.name_of(stand_in)
    literals = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{literals})(?!\w)", re.IGNORECASE) if words else None
    return _Erasure(erased, signatures, addresses, pattern, words)


def _erase_from_table(name: str, table: pa.Table, erasure: _Erasure) -> pa.Table:
    if name in ("profiles", "commit_authors"):
        return _without_rows(table, "login", lambda login: erasure.erased.replacement_of(login) is None)
    for names, addresses in SIGNATURE_COLUMNS:
        if names in table.column_names and addresses in table.column_names:
            table = _replace_signatures(table, names, addresses, erasure)
    replacements: Iterable[tuple[tuple[str, ...], Callable[[str | None], str | None]]] = (
        (ADDRESS_COLUMNS, lambda address: erasure.addresses.get(address or "", address)),
        (COLLECTED_ACCOUNT_COLUMNS, erasure.replace_account),
        (TEXT_COLUMNS, erasure.replace_in_text),
    )
    for columns, convert in replacements:
        for column in set(columns) & set(table.column_names):
            index = table.schema.get_field_index(column)
            table = table.set_column(index, table.schema.field(index), map_distinct_values(table[column], convert))
    table = map_accounts_in_ids(table, erasure.replace_account)
    return table.group_by(table.column_names, use_threads=False).aggregate([]) if name == "identities" else table


def _replace_signatures(table: pa.Table, names: str, addresses: str, erasure: _Erasure) -> pa.Table:
    if not erasure.signatures:
        return table
    pairs = list(zip(table[names].to_pylist(), table[addresses].to_pylist(), strict=True))
    stand_ins = [erasure.signatures.get(pair) for pair in pairs]
    new = [
        pair if stand_in is None else (erasure.erased.name_of(stand_in), stand_in)
        for pair, stand_in in zip(pairs, stand_ins, strict=True)
    ]
    for position, column in enumerate((names, addresses)):
        values = pa.array([pair[position] for pair in new], pa.string())
        table = table.set_column(table.schema.get_field_index(column), column, values)
    return table


def _without_rows(table: pa.Table, column: str, is_kept: Callable[[str], bool]) -> pa.Table:
    staying = [value for value in pc.unique(table[column]).to_pylist() if value is None or is_kept(value)]
    return table.filter(pc.is_in(table[column], value_set=pa.array(staying, pa.string())))
