"""Organisations that may be one under two domains or two names: offered for review, never merged."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

import pyarrow as pa

from ecotone.people.company_vocabulary import normalise_company_name
from ecotone.people.organisation_registry import bundled_organisations
from ecotone.people.profile_company import letters_of_company

FEWEST_IN_COMMON: Final = 2
"""Fewest people who signed for both organisations for them to be offered."""
SHORTEST_BEGINNING: Final = 8
"""Fewest letters of a name with which another name begins for both to be offered."""
_DOMAIN: Final = re.compile(r"e-mail domain (\S+?)(?:;|\Z)")


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


def find_organisation_pairs(affiliations: pa.Table) -> list[OrganisationPair]:
    """Pairs of organisations with one name, or with at least half of the smaller one's people in common.

    Only what people signed counts. The pair with most people in common comes first.

    affiliations   affiliation_attribution.AFFILIATION_SCHEMA
    """
    people, domains = _signers_by_organisation(affiliations)
    in_common = _people_in_common(people)
    by_letters: dict[str, set[str]] = defaultdict(set)
    for name in people:
        for letters in {letters_of_company(name), normalise_company_name(name.partition(".")[0])}:
            by_letters[letters].add(name)
    same_name = {pair for names in by_letters.values() for pair in combinations(sorted(names), 2)}
    same_name |= _pairs_with_same_beginning(by_letters)
    owned = {(entry.name, entry.parent) for entry in bundled_organisations()}
    pairs = []
    for pair in {*in_common, *same_name}:
        if pair in owned or pair[::-1] in owned:
            continue  # a company and its group: the landscape's `organisations.level` decides
        larger, smaller = sorted(pair, key=lambda name: (-len(people[name]), name))
        count, of_smaller = in_common.get(pair, 0), len(people[smaller])
        if pair in same_name:
            reason = "the names are alike"
        elif count >= FEWEST_IN_COMMON and 2 * count >= of_smaller:
            reason = f"{count} of the {of_smaller} people of {smaller} also signed for {larger}"
        else:
            continue
        listed = tuple(sorted(domains[larger] | domains[smaller]))
        pairs.append(OrganisationPair(larger, smaller, count, of_smaller, listed, reason))
    return sorted(pairs, key=lambda pair: (-pair.in_common, pair.name, pair.other_name))


def _pairs_with_same_beginning(by_letters: Mapping[str, set[str]]) -> set[tuple[str, str]]:
    """Pairs of names of which one begins with the other, as after a new name: neighbours in order of their letters."""
    pairs = set()
    for letters, longer in pairwise(sorted(by_letters)):
        if len(letters) >= SHORTEST_BEGINNING and longer.startswith(letters):
            pairs |= {
                (min(name, other_name), max(name, other_name))
                for name in by_letters[letters]
                for other_name in by_letters[longer] - {name}
            }
    return pairs


def _signers_by_organisation(affiliations: pa.Table) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The people who signed for each organisation, and the domains that they signed with."""
    people: dict[str, set[str]] = defaultdict(set)
    domains: dict[str, set[str]] = defaultdict(set)
    columns = (affiliations[name].to_pylist() for name in ("person", "organisation", "evidence"))
    for person, organisation, evidence in zip(*columns, strict=True):
        if organisation is not None and (domain := _DOMAIN.search(evidence)):
            people[organisation].add(person)
            domains[organisation].add(domain[1])
    return people, domains


def _people_in_common(people: Mapping[str, set[str]]) -> dict[tuple[str, str], int]:
    """How many people signed for both organisations of each pair; pairs in order of name."""
    organisations: dict[str, list[str]] = defaultdict(list)
    for name in sorted(people):
        for person in people[name]:
            organisations[person].append(name)
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for names in organisations.values():
        for pair in combinations(names, 2):
            counts[pair] += 1
    return counts
