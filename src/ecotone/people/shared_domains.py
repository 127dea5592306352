"""Find the unlisted e-mail domains that are organisations: at least `FEWEST_PEOPLE` people sign with each.

One person under several addresses, a family, and people who are known to work for others at the same time are no staff.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.people.account_parsing import account_key, email_domain, may_show_employer, normalise_name
from ecotone.people.affiliation_attribution import DeclaredAffiliation
from ecotone.people.domain_resolver import DomainResolver, bundled_organisation_kinds
from ecotone.people.organisation_registry import registrable_host
from ecotone.people.profile_company import letters_of_company
from ecotone.people.unlisted_domains import (
    SharedDomain,
    is_customer_host,
    is_project_domain,
    kind_of_domain,
    registrable_employer_domain,
    words_of_kind,
)

FEWEST_PEOPLE: Final = 3
"""Fewest people who sign with an unlisted domain for it to count as an organisation."""
LONGEST_OVERLAP: Final = 30
"""Days on which a person may sign with two domains at once; a longer overlap is no change of jobs."""
SHORTEST_NAME: Final = 4
"""Fewest letters of an organisation's name by which a domain is recognised as its own."""
_MEMBER_SHARE: Final = 1 / 3
"""Share of a domain's people with other employers at the same time from which on it is given to members."""


@dataclass(frozen=True, slots=True)
class _DomainUse:
    """The use of one domain: its accounts, their persons, and the names that each person signs with."""

    accounts: tuple[str, ...]
    names_by_person: Mapping[str, frozenset[str]]


def find_shared_domains(
    people: pa.Table,
    names: pa.Table,
    address_uses: pa.Table,
    domains: DomainResolver,
    projects: Iterable[str],
    named: Mapping[str, str],
    listed: Sequence[DeclaredAffiliation] = (),
) -> dict[str, SharedDomain]:
    """The unlisted domains that are organisations, by registrable domain.

    people        account, person, actor_kind
    names         account, name: the names that accounts signed with
    address_uses  account, day: every use of an address
    domains       what the landscape, its files and Ecotone's data say
    projects      names of projects and repositories
    named         names of organisations in lists, by the letters of the name without its legal form
    listed        what the landscape and its files say of people's employers
    """
    uses = _uses_of_domains(people, names, domains)
    own_names = {_letters_of(part) for project in projects for part in (project, *project.split("/"))}
    staffed = {
        domain: use
        for domain, use in uses.items()
        if not is_project_domain(domain, own_names)
        and count_distinct_people(domain, use.names_by_person.values()) >= FEWEST_PEOPLE
    }
    for domain in _domains_of_members(staffed, people, address_uses, domains):
        del staffed[domain]
    employers = _listed_employers(listed, people)
    shared = {}
    for domain, use in sorted(staffed.items()):
        in_lists = [employers[person] for person in use.names_by_person if person in employers]
        if len(in_lists) >= FEWEST_PEOPLE and not _share_employer(in_lists):
            continue
        name = _name_in_lists(domain, in_lists) or named.get(_letters_of(domain.partition(".")[0]), domain)
        kind = bundled_organisation_kinds().get(name, kind_of_domain(domain))
        shared[domain] = SharedDomain(domain, len(use.names_by_person), name, kind)
    return shared


def _listed_employers(listed: Sequence[DeclaredAffiliation], people: pa.Table) -> dict[str, set[str]]:
    """The organisations that lists name for each person."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for entry in listed:
        if entry.organisation is not None:
            wanted[account_key(entry.account)].add(entry.organisation)
    employers: dict[str, set[str]] = defaultdict(set)
    pairs = zip(people["account"].to_pylist(), people["person"].to_pylist(), strict=True) if wanted else ()
    for account, person in pairs:
        if organisations := wanted.get(account_key(account)):
            employers[person] |= organisations
    return employers


def _name_in_lists(domain: str, employers: Sequence[set[str]]) -> str | None:
    """The organisation of the domain's people in lists whose name begins as the domain does; None: there is none.

    Another name may be that of their employer before or after.
    """
    label = _letters_of(domain.partition(".")[0])
    counts = Counter(organisation for organisations in employers for organisation in organisations)
    for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        letters = letters_of_company(name)
        if len(letters) >= SHORTEST_NAME and (letters.startswith(label) or label.startswith(letters)):
            return name
    return None


def _share_employer(employers: Sequence[set[str]]) -> bool:
    """Whether two people have an organisation in common."""
    counts = Counter(organisation for organisations in employers for organisation in organisations)
    return max(counts.values(), default=0) > 1


def count_distinct_people(domain: str, names_of_people: Iterable[frozenset[str]]) -> int:
    """How many people these are at least: one name is one person, and a family or the domain's owner counts once.

    >>> count_distinct_people("shop.io", map(frozenset, [["ada example"], ["bo sample"], ["cy instance"]]))
    3
    >>> count_distinct_people("example.io", map(frozenset, [["ada example"], ["bo example"], ["ada"], ["cy"]]))
    2
    """
    groups = _NameGroups()
    label = _letters_of(domain.partition(".")[0])
    words_of_people = []
    for number, names in enumerate(names_of_people):
        groups.add(number)
        words = {word for name in names for word in name.split() if len(word) > 1}
        words_of_people.append(words)
        for name in names:
            groups.join_by(number, f"name {' '.join(sorted(name.split()))}")
            if " " not in name:
                groups.join_by(number, f"word {name}")
        if any(_names_owner(word, label) for word in words):
            groups.join_by(number, "owner")
    for number, words in enumerate(words_of_people):
        for word in words:
            groups.join_if_known(number, f"word {word}")
    shared = set.intersection(*words_of_people) if words_of_people else set()
    return min(groups.count(), 1) if shared else groups.count()


class _NameGroups:
    """People as numbers, joined where a name shows that they may be one."""

    def __init__(self) -> None:
        self._parent: list[int] = []
        self._first_with: dict[str, int] = {}

    def add(self, number: int) -> None:
        """Add a person; numbers begin at 0."""
        self._parent.append(number)

    def join_by(self, number: int, key: str) -> None:
        """Join a person with all that have the key."""
        self._join(number, self._first_with.setdefault(key, number))

    def join_if_known(self, number: int, key: str) -> None:
        """Join a person with those that were joined by the key, if there are any."""
        if key in self._first_with:
            self._join(number, self._first_with[key])

    def count(self) -> int:
        """The number of groups."""
        return sum(parent == number for number, parent in enumerate(self._parent))

    def _root(self, number: int) -> int:
        while self._parent[number] != number:
            self._parent[number] = number = self._parent[self._parent[number]]
        return number

    def _join(self, first: int, second: int) -> None:
        self._parent[self._root(first)] = self._root(second)


def _names_owner(word: str, label: str) -> bool:
    """Whether a word of a person's name is the domain's name, also with up to three letters more."""
    letters = _letters_of(word)
    return len(label) > 2 and letters.startswith(label) and len(letters) <= len(label) + 3


def _letters_of(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _uses_of_domains(people: pa.Table, names: pa.Table, domains: DomainResolver) -> dict[str, _DomainUse]:
    """The uses of unlisted domains by people; shared mailboxes and access providers are left out."""
    human = people.filter(pc.equal(people["actor_kind"], "person"))
    rows: dict[str, list[tuple[str, str]]] = defaultdict(list)
    providers: set[str | None] = set()
    registrable_by_host: dict[str, str | None] = {}
    for account, person in zip(human["account"].to_pylist(), human["person"].to_pylist(), strict=True):
        host = email_domain(account)
        if not host:
            continue
        if host not in registrable_by_host:
            if is_customer_host(host):
                providers.add(registrable_host(host))
            registrable_by_host[host] = None if domains.is_listed(host) else registrable_employer_domain(host)
        domain = registrable_by_host[host]
        if (
            domain
            and may_show_employer(account)
            and account.partition("@")[0].casefold() not in words_of_kind("purposes")
        ):
            rows[domain].append((account, person))
    rows = {
        domain: uses
        for domain, uses in rows.items()
        if domain not in providers and len({person for _, person in uses}) >= FEWEST_PEOPLE
    }
    names_of = _names_of_accounts(names, [account for uses in rows.values() for account, _ in uses])
    return {domain: _domain_use(uses, names_of) for domain, uses in rows.items()}


def _domain_use(uses: Sequence[tuple[str, str]], names_of: Mapping[str, Iterable[str]]) -> _DomainUse:
    names_by_person: dict[str, set[str]] = defaultdict(set)
    for account, person in uses:
        names_by_person[person].update(names_of.get(account, ()))
    frozen = {person: frozenset(names) for person, names in names_by_person.items()}
    return _DomainUse(tuple(account for account, _ in uses), frozen)


def _names_of_accounts(names: pa.Table, accounts: Sequence[str]) -> dict[str, set[str]]:
    chosen = names.filter(pc.is_in(names["account"], value_set=pa.array(accounts, pa.string())))
    names_of: dict[str, set[str]] = defaultdict(set)
    for account, name in zip(chosen["account"].to_pylist(), chosen["name"].to_pylist(), strict=True):
        if clean := normalise_name(name):
            names_of[account].add(clean)
    return names_of


def _domains_of_members(
    staffed: Mapping[str, _DomainUse], people: pa.Table, address_uses: pa.Table, domains: DomainResolver
) -> list[str]:
    """Domains whose people sign for several other organisations at the same time: given to members, not to staff."""
    spans = _spans_of_signatures(staffed, people, address_uses, domains)
    members = []
    for domain, use in staffed.items():
        others: dict[str, set[str]] = {}
        for person in use.names_by_person:
            own = spans.get(person, {}).get(domain)
            elsewhere = {
                organisation
                for organisation, (first, last) in spans.get(person, {}).items()
                if own and organisation != domain and min(last, own[1]) - max(first, own[0]) > LONGEST_OVERLAP
            }
            if elsewhere:
                others[person] = elsewhere
        enough = max(FEWEST_PEOPLE, _MEMBER_SHARE * len(use.names_by_person))
        if len(others) >= enough and len(set().union(*others.values())) > 1:
            members.append(domain)
    return members


def _spans_of_signatures(
    staffed: Mapping[str, _DomainUse], people: pa.Table, address_uses: pa.Table, domains: DomainResolver
) -> dict[str, dict[str, tuple[int, int]]]:
    """First and last day of each domain or organisation that the people of these domains sign with, by person."""
    wanted = sorted({person for use in staffed.values() for person in use.names_by_person})
    theirs = people.filter(pc.is_in(people["person"], value_set=pa.array(wanted, pa.string())))
    person_of = dict(zip(theirs["account"].to_pylist(), theirs["person"].to_pylist(), strict=True))
    domain_of = {account: domain for domain, use in staffed.items() for account in use.accounts}
    employers = {account: domain_of.get(account) or domains.employer_of(email_domain(account)) for account in person_of}
    used = address_uses.filter(pc.is_in(address_uses["account"], value_set=theirs["account"].combine_chunks()))
    days = used.append_column("number", used["day"].cast(pa.int32())).group_by("account")
    spans: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in days.aggregate([("number", "min"), ("number", "max")]).to_pylist():
        organisation = employers[row["account"]]
        if organisation:
            span = (row["number_min"], row["number_max"])
            before = spans[person_of[row["account"]]].get(organisation, span)
            spans[person_of[row["account"]]][organisation] = (min(span[0], before[0]), max(span[1], before[1]))
    return spans
