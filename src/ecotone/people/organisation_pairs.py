"""Organisations that may be one under two domains or two names: offered for review, never merged."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from typing import Final

import pyarrow as pa

from ecotone.events.signed_accounts import address_in_account
from ecotone.people.account_parsing import is_no_reply, may_show_employer
from ecotone.people.company_vocabulary import normalise_company_name
from ecotone.people.domain_resolver import bundled_organisation_kinds
from ecotone.people.organisation_registry import bundled_organisations
from ecotone.people.profile_company import letters_of_company

FEWEST_IN_COMMON: Final = 2
"""Fewest people who signed for both organisations for them to be offered."""
FEWEST_MOVED: Final = 3
"""Fewest people who went from one organisation to the other for both to be offered."""
LEAST_MOVED_SHARE: Final = 2 / 3
"""Smallest share of these among all who went from the first to another employer."""
SHORTEST_BEGINNING: Final = 8
"""Fewest letters of a name with which another name begins for both to be offered."""
_DOMAIN: Final = re.compile(r"e-mail domain (\S+?)(?:;|\Z)")
_NAME_OF_MAILBOX: Final = re.compile(r"[a-z]{2,}(?:[._-][a-z]{2,})+")
"""The part before the at sign, where it consists of several words as a full name does."""

_Spans = Mapping[str, Mapping[str, tuple[date, date]]]
"""Person -> organisation -> first and last day of a signature for it."""


@dataclass(frozen=True, slots=True)
class OrganisationPair:
    """Two organisations that may be one, the one of more people first.

    in_common   people who signed for both
    of_smaller  people of the smaller one
    domains     the e-mail domains of both
    reason      why they are offered
    """

    name: str
    other_name: str
    in_common: int
    of_smaller: int
    domains: tuple[str, ...]
    reason: str

    @property
    def landscape_lines(self) -> str:
        """The lines of a landscape file that make them one."""
        domains = ", ".join(f'"{domain}"' for domain in self.domains)
        return f'[organisations]\n"{self.name}" = [{domains}]'


def find_organisation_pairs(affiliations: pa.Table, people: pa.Table) -> list[OrganisationPair]:
    """Pairs of organisations with one name, with people in common, or whose people went from one to the other.

    In common are at least half of the smaller one's people, who did not go both ways; or most of those who left one for
    another employer went to the other and nobody came back. Only what people signed counts. The pair with most people
    in common comes first.

    affiliations   affiliation_attribution.AFFILIATION_SCHEMA
    people         identity_resolution.PEOPLE_SCHEMA
    """
    spans, domains = _read_signatures(affiliations, people)
    members: dict[str, set[str]] = defaultdict(set)
    for person, of_person in spans.items():
        for name in of_person:
            members[name].add(person)
    in_common, moved = _people_in_common(spans), _people_who_moved(spans)
    same_name = _pairs_with_same_name(members)
    owned = {(entry.name, entry.parent) for entry in bundled_organisations()}
    pairs = []
    for pair in {*in_common, *same_name}:
        if pair in owned or pair[::-1] in owned:
            continue  # a company and its group: the landscape's `organisations.level` decides
        larger, smaller = sorted(pair, key=lambda name: (-len(members[name]), name))
        count, of_smaller = in_common.get(pair, 0), len(members[smaller])
        is_both_ways = bool(moved.get(pair) and moved.get(pair[::-1]))
        if pair in same_name:
            reason = "the names are alike"
        elif _is_school(larger) != _is_school(smaller):
            continue  # people study or teach, and work
        elif count >= FEWEST_IN_COMMON and 2 * count >= of_smaller and not is_both_ways:
            reason = f"{count} of the {of_smaller} people of {smaller} also signed for {larger}"
        elif (movement := _describe_movement(pair, moved)) is not None:
            reason = movement
        else:
            continue
        listed = tuple(sorted(domains[larger] | domains[smaller]))
        pairs.append(OrganisationPair(larger, smaller, count, of_smaller, listed, reason))
    return sorted(pairs, key=lambda pair: (-pair.in_common, pair.name, pair.other_name))


def _describe_movement(pair: tuple[str, str], moved: Mapping[tuple[str, str], set[str]]) -> str | None:
    """How many of those who left one of two organisations went to the other; None if too few, or if some came back."""
    for former, joined in (pair, pair[::-1]):
        went, back = moved.get((former, joined), set()), moved.get((joined, former))
        if len(went) < FEWEST_MOVED or back:
            continue
        leavers = set().union(*(people for (begin, _), people in moved.items() if begin == former))
        if len(went) >= LEAST_MOVED_SHARE * len(leavers):
            return f"{len(went)} of the {len(leavers)} people who left {former} for another employer went to {joined}"
    return None


def _people_who_moved(spans: _Spans) -> dict[tuple[str, str], set[str]]:
    """The people who began to sign for the second organisation later, and did not stop before, than for the first."""
    moved: dict[tuple[str, str], set[str]] = defaultdict(set)
    for person, of_person in spans.items():
        for former, (begin, end) in of_person.items():
            for joined, (later_begin, later_end) in of_person.items():
                if later_begin > begin and later_end >= end:
                    moved[former, joined].add(person)
    return moved


def _pairs_with_same_name(names: Iterable[str]) -> set[tuple[str, str]]:
    by_letters: dict[str, set[str]] = defaultdict(set)
    for name in names:
        label = name.partition(".")[0] if " " not in name else name
        for letters in {letters_of_company(name), normalise_company_name(label)}:
            by_letters[letters].add(name)
    same_name = {pair for names in by_letters.values() for pair in combinations(sorted(names), 2)}
    return same_name | _pairs_with_same_beginning(by_letters)


def _pairs_with_same_beginning(by_letters: Mapping[str, set[str]]) -> set[tuple[str, str]]:
    """Pairs of names of which one begins with the other, as after a new name: neighbours in order of their letters."""
    pairs = set()
    for letters, longer in pairwise(sorted(by_letters)):
        if len(letters) >= SHORTEST_BEGINNING and longer.startswith(letters):
            pairs |= {
                (min(name, other_name), max(name, other_name))
                for name in by_letters[letters]
                for other_name in by_letters[longer] - {name}
                if not _adds_words(name, other_name)
            }
    return pairs


def _adds_words(name: str, longer_name: str) -> bool:
    """Whether the longer name has further words, such as a place's: then it is another school's or department's.

    >>> _adds_words("Example University", "Example University, North Campus")
    True
    >>> _adds_words("Télécom Example", "Telecom ExampleTech")
    False
    """
    return " " in name and len(longer_name.split()) > len(name.split())


def _is_school(organisation: str) -> bool:
    return bundled_organisation_kinds().get(organisation) == "university"


def _read_signatures(affiliations: pa.Table, people: pa.Table) -> tuple[_Spans, dict[str, set[str]]]:
    """When each person signed for which organisation, and the domains of each organisation."""
    domains: dict[str, set[str]] = defaultdict(set)
    rows = []
    columns = (affiliations[name].to_pylist() for name in ("person", "organisation", "since", "until", "evidence"))
    for person, organisation, since, until, evidence in zip(*columns, strict=True):
        if organisation is not None and (domain := _DOMAIN.search(evidence)):
            domains[organisation].add(domain[1])
            rows.append((person, organisation, since or date.min, until or date.max))
    alias_of = _persons_of_one_mailbox(people, {person for person, *_ in rows})
    spans: dict[str, dict[str, tuple[date, date]]] = defaultdict(dict)
    for person, organisation, since, until in rows:
        own = spans[alias_of.get(person, person)]
        before = own.get(organisation, (since, until))
        own[organisation] = (min(before[0], since), max(before[1], until))
    return spans, domains


def _persons_of_one_mailbox(people: pa.Table, signers: set[str]) -> dict[str, str]:
    """Signers with the same full name before the at sign -> the first of them.

    Good enough to offer a pair for review, not to join people.
    """
    holders: dict[str, list[str]] = defaultdict(list)
    for account, person in zip(people["account"].to_pylist(), people["person"].to_pylist(), strict=True):
        if person in signers and may_show_employer(account) and not is_no_reply(account):
            mailbox = address_in_account(account).casefold().rpartition("@")[0]
            if _NAME_OF_MAILBOX.fullmatch(mailbox):
                holders[mailbox].append(person)
    alias_of: dict[str, str] = {}
    for _, persons in sorted(holders.items()):
        first, *others = sorted({_follow_aliases(alias_of, person) for person in persons})
        alias_of |= dict.fromkeys(others, first)
    return {person: _follow_aliases(alias_of, person) for person in alias_of}


def _follow_aliases(alias_of: Mapping[str, str], person: str) -> str:
    while person in alias_of:
        person = alias_of[person]
    return person


def _people_in_common(spans: _Spans) -> dict[tuple[str, str], int]:
    """How many people signed for both organisations of each pair; pairs in order of name."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for of_person in spans.values():
        for pair in combinations(sorted(of_person), 2):
            counts[pair] += 1
    return counts
