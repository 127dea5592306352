"""Add identity noise: two addresses at once, shared names, own domains, and one company that buys another.

People, jobs and projects stay; names, addresses and the ownership of one company change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ecotone.simulation.random_streams import random_stream
from ecotone.simulation.world import (
    ALWAYS,
    DAY,
    NEVER,
    Address,
    Organisation,
    Person,
    Second,
    Spell,
    World,
)

TWO_ADDRESSES: Final = 0.4  # of people
OWN_DOMAIN: Final = 0.5  # of second addresses; the others are no-reply addresses
HIDDEN_ADDRESS: Final = 0.6  # of accounts: the forge signs with a no-reply address; else with one at an own domain
NAMESAKES: Final = 12  # every so many people one bears the name of another
KEEPS_OLD_ADDRESS: Final = 0.3  # of people whose company was bought
BUYER: Final = 0  # positions of the two companies among the organisations
BOUGHT: Final = 1


def add_identity_noise(world: World) -> World:
    """The world with identity noise and with one company bought by another halfway through the period."""
    middle = (world.month_starts[0] + world.month_starts[-1]) // 2 // DAY * DAY
    organisations = _sell_one_company(world.organisations, middle)
    moved = tuple(_move_to_own_domains(person, world, middle) for person in world.people)
    names = _share_names(moved, world.month_starts[0])
    people = tuple(_choose_forge_address(replace(person, name=names[person.number]), world.seed) for person in moved)
    return replace(world, organisations=organisations, people=people, plain_bots=True)


def _sell_one_company(organisations: tuple[Organisation, ...], day: Second) -> tuple[Organisation, ...]:
    """The buyer owns the other company's domains from that day on."""
    buyer, bought = organisations[BUYER], organisations[BOUGHT]
    taken = tuple((domain, day, NEVER) for domain in bought.domains)
    former = tuple((domain, ALWAYS, day) for domain in bought.domains)
    changed = {BUYER: replace(buyer, dated=taken), BOUGHT: replace(bought, domains=(), dated=former)}
    return tuple(changed.get(position, organisation) for position, organisation in enumerate(organisations))


def _move_to_own_domains(person: Person, world: World, day: Second) -> Person:
    """Employees of the bought company work for the buyer from that day on; most get a new address."""
    rng = random_stream(world.seed, f"tangle/bought/{person.number}")
    buyer, bought = world.organisations[BUYER], world.organisations[BOUGHT]
    spells: list[Spell] = []
    for spell in person.spells:
        if spell.organisation == bought.name and spell.until > day:
            if spell.since < day:
                spells.append(replace(spell, until=day))
            spells.append(Spell(buyer.name, max(spell.since, day), spell.until))
        else:
            spells.append(spell)
    addresses = person.addresses
    if rng.random() >= KEEPS_OLD_ADDRESS:
        new = f"{person.login}@{buyer.domains[0]}"
        addresses = _replace_address(addresses, bought.domains, day, new)
    return replace(person, spells=tuple(spells), addresses=addresses)


def _replace_address(
    addresses: tuple[Address, ...], domains: tuple[str, ...], day: Second, new: str
) -> tuple[Address, ...]:
    renewed: list[Address] = []
    for address in addresses:
        ours = any(address.email.lower().endswith(f"@{domain}") for domain in domains)
        if not ours or address.until <= day:
            renewed.append(address)
            continue
        if address.since < day:
            renewed.append(replace(address, until=day))
        renewed.append(Address(new, max(address.since, day), address.until))
    return tuple(renewed)


def _share_names(people: tuple[Person, ...], start: Second) -> Mapping[int, str]:
    """Names of two words; some people share the name of a person with another first employer.

    Nothing in commits distinguishes two people of the same name at the same company.
    """
    names = {person.number: f"Person {_spell_number(person.number)}" for person in people}
    for position, person in enumerate(people):
        namesake = people[position - NAMESAKES // 2]
        apart = {spell.organisation for spell in person.spells}.isdisjoint(
            spell.organisation for spell in namesake.spells
        )
        if (
            position % NAMESAKES == NAMESAKES - 1
            and apart
            and person.find_employer_at(start) != namesake.find_employer_at(start)
        ):
            names[person.number] = names[namesake.number]
    return names


def _spell_number(number: int) -> str:
    """A number as a capitalised word.

    >>> _spell_number(27)
    'Bbaa'
    """
    digits = [chr(ord("a") + number // 26**power % 26) for power in range(4)]
    return "".join(digits).capitalize()


def _choose_forge_address(person: Person, seed: int) -> Person:
    """The forge signs merges with the account's address; two in five people use a second address."""
    rng = random_stream(seed, f"tangle/address/{person.number}")
    own = f"mail@{person.login}.example"
    noreply = f"{10_000_000 + person.number}+{person.login}@users.noreply.github.com"
    account = noreply if rng.random() < HIDDEN_ADDRESS else own
    second_address = (own if rng.random() < OWN_DOMAIN else noreply) if rng.random() < TWO_ADDRESSES else None
    return replace(person, forge_email=account, second_email=second_address, alias=None)
