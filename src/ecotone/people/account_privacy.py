"""Public forms of accounts, pseudonyms, and the erasure of people on request."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.signed_accounts import address_in_account
from ecotone.foundation.text_codes import plain_texts
from ecotone.people.account_parsing import NOREPLY, account_key, email_domain, person_id

ACCOUNT_COLUMNS: Final = ("account", "other_account")
PERSON_COLUMNS: Final = ("person", "from_person", "to_person")
NOREPLY_DOMAIN: Final = "users.noreply.github.com"
LEAST_OTHERS: Final = 3
"""Other people that a domain must have, so that it does not identify an erased person."""

ERASURE_EVIDENCE: Final = "forgotten on request"
# a valid GitHub login; other texts may contain an address
_LOGIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})(?:\[bot\])?\Z")
_DOMAIN: Final = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,20}\Z")  # what follows an "@" otherwise may be a login
_MARKED_IDS: Final = ("#co_author:", "#review:")


def public_account(account: str | None) -> str | None:
    """The public form of an account: its login, else a pseudonym, at the domain of the address if it has one.

    >>> public_account("123+octo@users.noreply.github.com"), public_account("octo")
    ('octo', 'octo')
    >>> public_account("jo@example.org")
    'pb6bc797f@example.org'
    >>> "jo" in str([public_account("@jo"), public_account("x@jo")])
    False
    >>> "jo" in str(public_account("jo at example.org"))
    False
    """
    if account is None:
        return None
    if match := NOREPLY.match(account.strip()):
        return match[2]
    if _LOGIN.match(account):
        return account
    pseudonym = person_id(account_key(account))[:9]
    local, _, domain = address_in_account(account).rpartition("@")
    return f"{pseudonym}@{domain.strip()}" if local.strip() and _DOMAIN.match(domain.strip()) else pseudonym


def with_public_accounts(table: pa.Table) -> pa.Table:
    """Replace accounts by their public form, in event ids too."""
    return _map_columns(table, ACCOUNT_COLUMNS, public_account)


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Pseudonyms that are stable within one workspace and differ between workspaces.

    salt  the salt of the workspace, in hexadecimal
    """

    salt: str

    def pseudonym_of_account(self, account: str | None) -> str | None:
        """A pseudonym without a domain."""
        return None if account is None else f"a{self._salted_digest(account_key(account))}"

    def pseudonym_of_person(self, person: str | None) -> str | None:
        """A pseudonymous person id."""
        return None if person is None else f"p{self._salted_digest(person)}"

    def pseudonymise_table(self, table: pa.Table) -> pa.Table:
        """Replace all accounts and persons, including bots, by pseudonyms."""
        return _map_persons(_map_columns(table, ACCOUNT_COLUMNS, self.pseudonym_of_account), self.pseudonym_of_person)

    def _salted_digest(self, text: str) -> str:
        return hashlib.sha256(f"{self.salt}/{text}".encode()).hexdigest()[:15]


@dataclass(frozen=True, slots=True)
class ErasedPeople:
    """People who asked for erasure, stored as salted digests of their accounts.

    digests   digest of an account -> the name that replaces it, such as forgotten-1
    accounts  name -> the account that stands for the person in collected tables: at a domain that
              enough others have, so that the work still counts for their organisation
    """

    salt: str
    digests: Mapping[str, str]
    accounts: Mapping[str, str] = field(default_factory=dict)

    def account_digest(self, account: str) -> str:
        """The salted digest of an account."""
        return hashlib.sha256(f"{self.salt}/forgotten/{account_key(account)}".encode()).hexdigest()

    def add_person(self, people: pa.Table, person: str) -> ErasedPeople:
        """Add a person with the accounts that `people` lists."""
        accounts = people.filter(pc.equal(people["person"], person))["account"].to_pylist()
        name = f"forgotten-{len(set(self.digests.values())) + 1}"
        new_digests = {self.account_digest(account): name for account in accounts}
        domain = _largest_shared_domain(people, person) or NOREPLY_DOMAIN
        return ErasedPeople(self.salt, {**new_digests, **self.digests}, {name: f"{name}@{domain}", **self.accounts})

    def replacement_of(self, account: str | None) -> str | None:
        """The account that represents an erased person's account; None for all others."""
        name = None if account is None else self.digests.get(self.account_digest(account))
        return None if name is None else self.accounts.get(name, f"{name}@{NOREPLY_DOMAIN}")

    @staticmethod
    def name_of(replacement: str) -> str:
        """The name of an erased person, from what `replacement_of` gives."""
        return replacement.partition("@")[0]

    def erase_from_tables(self, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        """Erase these people from the tables: events stay without the person, affiliations and matches are deleted."""
        erase = self.table_erasure(tables["people"]) if self.digests else lambda _name, table: table
        return {name: erase(name, table) for name, table in tables.items()}

    def table_erasure(self, people: pa.Table) -> Callable[[str, pa.Table], pa.Table]:
        """A function of a table's name and the table that erases these people from it."""
        names = {f"{name}@{NOREPLY_DOMAIN}": name for name in self.digests.values()}
        names |= {account: name for name, account in self.accounts.items()}
        erased_accounts = {
            account: name
            for account in people["account"].to_pylist()
            if (name := names.get(account) or self.digests.get(self.account_digest(account)))
        }
        if not erased_accounts:
            return lambda _name, table: table
        pairs = zip(people["account"].to_pylist(), people["person"].to_pylist(), strict=True)
        persons = {person: erased_accounts[account] for account, person in pairs if account in erased_accounts}
        return lambda name, table: _erase_from_table(name, table, erased_accounts, persons)


def _largest_shared_domain(people: pa.Table, person: str) -> str | None:
    """The domain of the person's accounts that most other people have, if those are enough not to point to one."""
    own: set[str] = set()
    others: dict[str, set[str]] = defaultdict(set)
    for account, owner in zip(people["account"].to_pylist(), people["person"].to_pylist(), strict=True):
        if domain := email_domain(account):
            own.add(domain) if owner == person else others[domain].add(owner)
    shared = {domain: len(others[domain]) for domain in own if len(others[domain]) >= LEAST_OTHERS}
    return max(sorted(shared), key=lambda domain: shared[domain], default=None)


def _erase_from_table(
    name: str, table: pa.Table, erased_accounts: Mapping[str, str], persons: Mapping[str, str]
) -> pa.Table:
    if name in ("affiliations", "affiliation_conflicts"):
        theirs = pc.is_in(table["person"], value_set=pa.array(sorted(persons), pa.string()))
        return table.filter(pc.invert(theirs))
    if name == "links":
        ends = (
            pc.is_in(table[end], value_set=pa.array(sorted(erased_accounts), pa.string()))
            for end in ("account", "other_account")
        )
        return table.filter(pc.invert(pc.or_(*ends)))

    def _replaced_account(account: str | None) -> str | None:
        return None if account is None else erased_accounts.get(account, account)

    def _replaced_person(person: str | None) -> str | None:
        return None if person is None else persons.get(person, person)

    masked = _map_persons(_map_columns(table, ACCOUNT_COLUMNS, _replaced_account), _replaced_person)
    return _one_row_per_erased_person(masked, erased_accounts) if name == "people" else masked


def _one_row_per_erased_person(people: pa.Table, erased_accounts: Mapping[str, str]) -> pa.Table:
    """One row per erased person, without their accounts, in table order."""
    names = pa.array(sorted(set(erased_accounts.values())), pa.string())
    theirs = pc.is_in(people["account"], value_set=names)
    other_people = people.filter(pc.invert(theirs))
    evidence = pa.repeat(pa.scalar(ERASURE_EVIDENCE), len(names))
    kinds = pa.repeat(pa.scalar("person"), len(names))
    rows = pa.table([names, names, kinds, evidence], schema=people.schema)
    return pa.concat_tables([other_people, rows]).sort_by("account")


def _map_persons(table: pa.Table, convert: Callable[[str | None], str | None]) -> pa.Table:
    """Map all persons, including a `subject` whose `subject_kind` is person."""
    table = _map_columns(table, PERSON_COLUMNS, convert)
    if "subject_kind" not in table.column_names:
        return table
    persons = pc.equal(table["subject_kind"], "person")
    subject = pc.if_else(persons, map_distinct_values(table["subject"], convert), table["subject"])
    return table.set_column(table.schema.get_field_index("subject"), "subject", subject)


def _map_columns(table: pa.Table, columns: tuple[str, ...], convert: Callable[[str | None], str | None]) -> pa.Table:
    """Map the distinct values of some columns, and the accounts inside event ids."""
    table = plain_texts(table)
    for name in columns:
        if name in table.column_names:
            table = table.set_column(
                table.schema.get_field_index(name), name, map_distinct_values(table[name], convert)
            )
    return map_accounts_in_ids(table, convert) if columns == ACCOUNT_COLUMNS else table


def map_accounts_in_ids(table: pa.Table, convert: Callable[[str | None], str | None]) -> pa.Table:
    """Map the accounts inside event ids, if the table has any."""
    if "event_id" not in table.column_names:
        return table
    ids = map_distinct_values(table["event_id"], lambda event_id: _map_event_id(str(event_id), convert))
    return table.set_column(table.schema.get_field_index("event_id"), "event_id", ids)


def map_distinct_values(values: pa.ChunkedArray, convert: Callable[[str | None], str | None]) -> pa.ChunkedArray:
    """Convert each distinct text of a column once."""
    distinct = pc.unique(values)
    mapped = pa.array([convert(value) for value in distinct.to_pylist()], pa.string())
    return mapped.take(pc.index_in(values, value_set=distinct).combine_chunks())


def _map_event_id(event_id: str, convert: Callable[[str | None], str | None]) -> str:
    for mark in _MARKED_IDS:
        head, separator, account = event_id.partition(mark)
        if separator:
            return f"{head}{mark}{convert(account)}"
    return event_id
