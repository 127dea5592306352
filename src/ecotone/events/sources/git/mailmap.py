"""A project's `.mailmap`: what it says of addresses, and the account of every signature.

Git itself maps names and addresses. Its entries are read here for what git does not answer: which people the file
lists, and which addresses it divides among several people by their names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ecotone.events.signed_accounts import (
    WEB_INTERFACE,
    WEB_INTERFACE_NAMES,
    author_of_relayed_name,
    is_full_name,
    is_shared_address,
    name_account,
    name_words,
    names_differ,
    repair_address,
)

MAX_LINES: Final = 200_000
LEAST_NAMES: Final = 3
"""Full names without a common word that show that an address is shared."""

_ENTRY: Final = re.compile(r"([^<>]*)<([^<>]*)>(?:([^<>]*)<([^<>]*)>)?")
Signature = tuple[str, str]


@dataclass(frozen=True, slots=True)
class MailmapEntry:
    """A line of `.mailmap`: proper name and address (may be empty), and what they replace."""

    proper_name: str
    proper_email: str
    commit_name: str
    commit_email: str


def parse_mailmap(text: str) -> list[MailmapEntry]:
    """The entries in all four forms.

    >>> from dataclasses import astuple
    >>> list(map(astuple, parse_mailmap("Bo Person <bo@org.example> bo <old@org.example>  # moved")))
    [('Bo Person', 'bo@org.example', 'bo', 'old@org.example')]
    """
    entries = []
    for line in text.split("\n", MAX_LINES)[:MAX_LINES]:
        match = None if line.startswith("#") else _ENTRY.match(line[:1000])
        if match is None:
            continue
        proper_name, first_email, commit_name, commit_email = (part and part.strip() for part in match.groups())
        if commit_email is None:
            entries.append(MailmapEntry(proper_name, first_email, "", first_email))
        else:
            entries.append(MailmapEntry(proper_name, first_email, commit_name, commit_email))
    return entries


def number_listed_people(entries: Iterable[MailmapEntry]) -> dict[str, int]:
    """The number of the listed person of each proper address, in lower case.

    Entries of one proper name, or of names of which one contains the other, are of one person.
    """
    listed = [(entry.proper_name, entry.proper_email.casefold()) for entry in entries if entry.proper_email]
    number_of_email: dict[str, int] = {}
    number_of_name: dict[frozenset[str], int] = {}
    parent: list[int] = []

    def find_root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for name, email in listed:
        words = frozenset(word for word in name_words(name) if len(word) > 1) if is_full_name(name) else frozenset()
        numbers = [number for number in (number_of_email.get(email), number_of_name.get(words)) if number is not None]
        if not numbers:
            parent.append(len(parent))
            numbers = [len(parent) - 1]
        first = find_root(numbers[0])
        for number in numbers:
            parent[find_root(number)] = first
        number_of_email.setdefault(email, first)
        if words:
            number_of_name.setdefault(words, first)
    return {email: find_root(number) for email, number in number_of_email.items()}


@dataclass(frozen=True, slots=True)
class SignatureAccounts:
    """The account of each signature of one repository.

    project      the project of the repository
    divided      addresses of several people
    owner_words  the words of the name of a divided address's owner, if `.mailmap` names one
    people       the number of the person that `.mailmap` lists with a proper address
    mapped       what `.mailmap` makes of names and addresses
    full_names   the full names that sign with an address of several people
    """

    project: str
    divided: frozenset[str]
    owner_words: Mapping[str, frozenset[str]]
    people: Mapping[str, int]
    mapped: Mapping[Signature, Signature]
    full_names: Mapping[str, Sequence[str]]

    @classmethod
    def from_signatures(
        cls,
        signatures: Sequence[Signature],
        mapped: Mapping[Signature, Signature],
        entries: Sequence[MailmapEntry],
        project: str,
    ) -> SignatureAccounts:
        """Decide which addresses identify a person.

        signatures  name and address as git has them
        mapped      what `.mailmap` makes of them
        """
        people = number_listed_people(entries)
        divided = _addresses_divided_by_mailmap(signatures, entries, people)
        divided |= _addresses_of_many_names(signatures, mapped)
        full_names: dict[str, set[str]] = defaultdict(set)
        for name, email in signatures:
            proper_name, _ = mapped.get((name, email), (name, email))
            address = repair_address(email)
            if (is_shared_address(address) or address.casefold() in divided) and is_full_name(proper_name):
                full_names[address.casefold()].add(proper_name)
        sorted_names = {address: sorted(names) for address, names in full_names.items()}
        return cls(project, frozenset(divided), _owner_words(entries), people, mapped, sorted_names)

    def account_of(self, name: str, email: str) -> str:
        """The account of a signature."""
        address = repair_address(email)
        folded = address.casefold()
        if folded == WEB_INTERFACE and name.strip().casefold() in WEB_INTERFACE_NAMES:
            return address
        proper_name, proper_email = self.mapped.get((name, email), (name, email))
        if folded in self.divided:
            words = name_words(proper_name)
            own = proper_email.casefold() == folded and words and words <= self.owner_words.get(folded, frozenset())
            return address if own and not is_shared_address(address) else self._by_name(proper_name, address)
        return self._by_name(proper_name, address) if is_shared_address(address) else address

    def listed_person(self, email: str) -> int | None:
        """The number of the person that `.mailmap` lists with a proper address."""
        return self.people.get(email.casefold())

    def _by_name(self, name: str, address: str) -> str:
        """The name account; a name of one word is completed if one full name of the address contains it."""
        if not is_full_name(name):
            words = name_words(name)
            full_names = self.full_names.get(address.casefold(), ())
            complete = [full for full in full_names if words and words <= name_words(full)]
            name = complete[0] if len(complete) == 1 else name
        return name_account(name, address, self.project)


def _owner_words(entries: Iterable[MailmapEntry]) -> dict[str, frozenset[str]]:
    """The words of the one name that the file gives each proper address; addresses of several names are left out."""
    words: dict[str, set[frozenset[str]]] = defaultdict(set)
    for entry in entries:
        if entry.proper_email and entry.proper_name:
            words[entry.proper_email.casefold()].add(name_words(entry.proper_name))
    return {email: next(iter(of_email)) for email, of_email in words.items() if len(of_email) == 1}


def _addresses_divided_by_mailmap(
    signatures: Iterable[Signature], entries: Iterable[MailmapEntry], people: Mapping[str, int]
) -> set[str]:
    """Addresses that the file gives to several people by their names, or to one of several."""
    named: dict[str, dict[str, MailmapEntry]] = defaultdict(dict)
    others: dict[str, set[object]] = defaultdict(set)
    for entry in entries:
        email = entry.commit_email.casefold()
        if entry.commit_name:
            named[email][entry.commit_name.casefold()] = entry
        else:
            others[email].add(_listed_person(entry, people))
    if not named:
        return set()
    for name, address in signatures:
        listed = named.get(address.casefold(), {})
        if listed and name.casefold() not in listed:
            proper_names = [entry.proper_name or entry.commit_name for entry in listed.values()]
            if all(names_differ(name, proper_name) for proper_name in proper_names):
                others[address.casefold()].add(name.casefold())
    divided = set()
    for email, listed in named.items():
        persons = {_listed_person(entry, people) for entry in listed.values()} | others.get(email, set())
        if len(persons) > 1:
            divided.add(repair_address(email).casefold())
    return divided


def _listed_person(entry: MailmapEntry, people: Mapping[str, int]) -> object:
    """The person of an entry: by name on an address that is the entry's own, else by the proper address."""
    if entry.proper_email.casefold() == entry.commit_email.casefold() or not entry.proper_email:
        return " ".join((entry.proper_name or entry.commit_name).casefold().split())
    return people[entry.proper_email.casefold()]


def _addresses_of_many_names(signatures: Iterable[Signature], mapped: Mapping[Signature, Signature]) -> set[str]:
    """Addresses that sign under several full names of which no two have a word in common.

    An address that contains a word of one of the names is that person's. One that signs "NAME via RELAY" for several
    names is the relay's.
    """
    relayed: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    for name, email in signatures:
        proper_name, proper_email = mapped.get((name, email), (name, email))
        if (author := author_of_relayed_name(name)) is not None:
            relayed[repair_address(email).casefold()].add(author.casefold())
        if proper_email == email and is_full_name(proper_name):
            names[repair_address(email).casefold()].add(proper_name)
    shared = {address for address, authors in relayed.items() if len(authors) > 1}
    for address, signed in names.items():
        if len(signed) < LEAST_NAMES:
            continue
        local = address.rpartition("@")[0]
        words = [name_words(name) for name in sorted(signed)]
        if any(len(word) > 2 and word in local for of_name in words for word in of_name):
            continue
        used: set[str] = set()
        apart = 0
        for of_name in words:
            if used.isdisjoint(of_name):
                apart += 1
            used |= of_name
        if apart >= LEAST_NAMES:
            shared.add(address)
    return shared
