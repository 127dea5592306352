"""Public forms of accounts, pseudonyms, and the erasure of people on request."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.people.accounts import NOREPLY, key_of
from ecotone.people.persons import person_id

ACCOUNT_COLUMNS: Final = ("account", "counterpart", "other")
PERSON_COLUMNS: Final = ("person", "from_person", "to_person")
FORGOTTEN: Final = "forgotten on request"
# a valid GitHub login; other texts may contain an address
_LOGIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})(?:\[bot\])?\Z")
_MARKED_IDS: Final = ("#co_author:", "#review:")


def public_account(account: str | None) -> str | None:
    """The public form of an account: its login, else a pseudonym at the domain of the address.

    >>> public_account("123+octo@users.noreply.github.com"), public_account("octo")
    ('octo', 'octo')
    >>> public_account("jo@example.org")
    'pb6bc797f@example.org'
    >>> "jo" in str(public_account("jo at example.org"))
    False
    """
    if account is None:
        return None
    if match := NOREPLY.match(account.strip()):
        return match[2]
    if _LOGIN.match(account):
        return account
    pseudonym = person_id(key_of(account))[:9]
    return f"{pseudonym}@{account.rpartition('@')[2].strip()}" if "@" in account else pseudonym


def without_addresses(table: pa.Table) -> pa.Table:
    """Replace accounts by their public form, in event ids too."""
    return _mapped(table, ACCOUNT_COLUMNS, public_account)


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Pseudonyms that are stable within one workspace and differ between workspaces.

    salt  the salt of the workspace, in hexadecimal
    """

    salt: str

    def account(self, account: str | None) -> str | None:
        """A pseudonym without a domain."""
        return None if account is None else f"a{self._digest(key_of(account))}"

    def person(self, person: str | None) -> str | None:
        """A pseudonymous person id."""
        return None if person is None else f"p{self._digest(person)}"

    def table(self, table: pa.Table) -> pa.Table:
        """Replace all accounts and persons, including bots, by pseudonyms."""
        return _with_persons(_mapped(table, ACCOUNT_COLUMNS, self.account), self.person)

    def _digest(self, text: str) -> str:
        return hashlib.sha256(f"{self.salt}/{text}".encode()).hexdigest()[:15]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """People who asked for erasure, stored as salted digests of their accounts.

    digests  digest of an account -> its replacement, such as forgotten-1
    """

    salt: str
    digests: Mapping[str, str]

    def digest(self, account: str) -> str:
        """The salted digest of an account."""
        return hashlib.sha256(f"{self.salt}/forgotten/{key_of(account)}".encode()).hexdigest()

    def with_person(self, people: pa.Table, person: str) -> Forgotten:
        """Add a person with the accounts that `people` lists."""
        rows = people.filter(pc.equal(people["person"], person))
        name = f"forgotten-{len(set(self.digests.values())) + 1}"
        more = {self.digest(account): name for account in rows["account"].to_pylist()}
        return Forgotten(self.salt, {**more, **self.digests})

    def removed(self, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        """Erase these people from the tables: events stay without the person, affiliations and matches are deleted."""
        if not self.digests:
            return dict(tables)
        people = tables["people"]
        gone = {
            account: self.digests[digest]
            for account in people["account"].to_pylist()
            if (digest := self.digest(account)) in self.digests
        }
        if not gone:
            return dict(tables)
        pairs = zip(people["account"].to_pylist(), people["person"].to_pylist(), strict=True)
        persons = {person: gone[account] for account, person in pairs if account in gone}
        return {name: _removed(name, table, gone, persons) for name, table in tables.items()}


def _removed(name: str, table: pa.Table, gone: Mapping[str, str], persons: Mapping[str, str]) -> pa.Table:
    if name in ("affiliations", "disputes"):
        theirs = pc.is_in(table["person"], value_set=pa.array(sorted(persons), pa.string()))
        return table.filter(pc.invert(theirs))
    if name == "links":
        ends = (pc.is_in(table[end], value_set=pa.array(sorted(gone), pa.string())) for end in ("account", "other"))
        return table.filter(pc.invert(pc.or_(*ends)))

    def account_now(account: str | None) -> str | None:
        return None if account is None else gone.get(account, account)

    def person_now(person: str | None) -> str | None:
        return None if person is None else persons.get(person, person)

    masked = _with_persons(_mapped(table, ACCOUNT_COLUMNS, account_now), person_now)
    return _one_row_each(masked, gone) if name == "people" else masked


def _one_row_each(people: pa.Table, gone: Mapping[str, str]) -> pa.Table:
    """One row per erased person, without their accounts, in table order."""
    names = pa.array(sorted(set(gone.values())), pa.string())
    theirs = pc.is_in(people["account"], value_set=names)
    kept = people.filter(pc.invert(theirs))
    evidence = pa.repeat(pa.scalar(FORGOTTEN), len(names))
    kinds = pa.repeat(pa.scalar("person"), len(names))
    rows = pa.table([names, names, kinds, evidence], schema=people.schema)
    return pa.concat_tables([kept, rows]).sort_by("account")


def _with_persons(table: pa.Table, shown: Callable[[str | None], str | None]) -> pa.Table:
    """Map all persons, including a `subject` whose `subject_kind` is person."""
    table = _mapped(table, PERSON_COLUMNS, shown)
    if "subject_kind" not in table.column_names:
        return table
    persons = pc.equal(table["subject_kind"], "person")
    subject = pc.if_else(persons, _each(table["subject"], shown), table["subject"])
    return table.set_column(table.schema.get_field_index("subject"), "subject", subject)


def _mapped(table: pa.Table, columns: tuple[str, ...], shown: Callable[[str | None], str | None]) -> pa.Table:
    """Map the distinct values of some columns, and the accounts inside event ids."""
    for name in columns:
        if name in table.column_names:
            table = table.set_column(table.schema.get_field_index(name), name, _each(table[name], shown))
    if columns == ACCOUNT_COLUMNS and "event_id" in table.column_names:
        ids = _each(table["event_id"], lambda event_id: _mapped_id(str(event_id), shown))
        table = table.set_column(table.schema.get_field_index("event_id"), "event_id", ids)
    return table


def _each(values: pa.ChunkedArray, shown: Callable[[str | None], str | None]) -> pa.ChunkedArray:
    distinct = pc.unique(values)
    mapped = pa.array([shown(value) for value in distinct.to_pylist()], pa.string())
    return mapped.take(pc.index_in(values, value_set=distinct).combine_chunks())


def _mapped_id(event_id: str, shown: Callable[[str | None], str | None]) -> str:
    for mark in _MARKED_IDS:
        head, found, account = event_id.partition(mark)
        if found:
            return f"{head}{mark}{shown(account)}"
    return event_id
