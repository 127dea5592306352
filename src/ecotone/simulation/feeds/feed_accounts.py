"""Accounts on the forge: people, bots, owners, and visitors who write no code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final

from ecotone.simulation.commit_messages import AGENTS, BOTS, PLAIN_BOTS, Automaton
from ecotone.simulation.random_streams import random_stream
from ecotone.simulation.world import ALWAYS, NEVER, Person, Second, World

PEOPLE_FROM: Final = 10_000_000  # as in the people's no-reply addresses
PLAIN_BOTS_FROM: Final = 20_000_000
VISITORS_FROM: Final = 30_000_000
OWNERS_FROM: Final = 90_000_000
VISITORS_PER_PERSON: Final = 40

HELPERS: Final = (
    Automaton("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com"),
    Automaton("coderabbitai[bot]", "136622811+coderabbitai[bot]@users.noreply.github.com"),
)
"""Real bots that comment and review, and sign no commit here."""

JOKES: Final = (
    "Looking for work",
    "Freelance",
    "The Internet",
    "@home",
    "N/A",
    "none",
    "Student",
    "\U0001f980",
    "self",
)

TRUE: Final = "true"  # says who employs them now
STALE: Final = "stale"  # says who did, or who never did
JOKE: Final = "joke"
BLANK: Final = "blank"


@dataclass(frozen=True, slots=True)
class ProfileText:
    """The company text of a profile in [since, until); None: empty."""

    text: str | None
    since: Second
    until: Second


@dataclass(frozen=True, slots=True)
class FeedAccount:
    """An account of the forge.

    number         its id
    key            the key of its person in the truth; None for bots and organisations
    company        in time order, without gaps from ALWAYS to NEVER
    company_state  true | stale | joke | blank: whether the company text is right
    """

    number: int
    login: str
    type: str  # User | Bot | Organization
    key: str | None = None
    name: str | None = None
    company: tuple[ProfileText, ...] = (ProfileText(None, ALWAYS, NEVER),)
    company_state: str = BLANK

    def find_company_at(self, moment: Second) -> str | None:
        """The company text of the profile at a time."""
        return next(
            profile_text.text for profile_text in self.company if profile_text.since <= moment < profile_text.until
        )


@dataclass(slots=True)
class AccountRegistry:
    """Every account of a field; a visitor is made when it is first needed."""

    seed: int
    people: Mapping[int, FeedAccount]  # by a person's number
    automata: Mapping[str, FeedAccount]  # by the name that commits show
    addresses: Mapping[str, FeedAccount]  # by e-mail address in lower case
    visitors_known: int
    owners: dict[str, FeedAccount] = field(default_factory=dict)
    visitors: dict[int, FeedAccount] = field(default_factory=dict)

    def find_owner_account(self, login: str) -> FeedAccount:
        """The organisation with this name."""
        if login not in self.owners:
            self.owners[login] = FeedAccount(OWNERS_FROM + len(self.owners), login, "Organization", name=login.title())
        return self.owners[login]

    def find_visitor_account(self, rng: Random) -> FeedAccount:
        """A user of the projects; half of them have an empty company text."""
        number = rng.randrange(self.visitors_known)
        if number not in self.visitors:
            says = random_stream(self.seed, f"visitor/{number}").choice((BLANK, BLANK, JOKE))
            text = JOKES[number % len(JOKES)] if says == JOKE else None
            self.visitors[number] = FeedAccount(
                VISITORS_FROM + number,
                f"visitor-{number:05d}",
                "User",
                f"v{number:05d}",
                None,
                (ProfileText(text, ALWAYS, NEVER),),
                says,
            )
        return self.visitors[number]

    def list_known_accounts(self) -> list[FeedAccount]:
        """Every account made so far, by id."""
        accounts = [*self.people.values(), *self.automata.values(), *self.owners.values(), *self.visitors.values()]
        return sorted({account.number: account for account in accounts}.values(), key=lambda account: account.number)


def make_account_registry(world: World) -> AccountRegistry:
    """The accounts of a world's people and of the bots it knows."""
    people = {person.number: _make_person_account(world, person) for person in world.people}
    addresses = {
        email.lower(): people[person.number]
        for person in world.people
        for email in (
            *(item.email for item in person.addresses),
            *(item for item in (person.second_email, person.forge_email, person.alias and person.alias[1]) if item),
        )
    }
    automata = {
        item.name: _make_automaton_account(item, position)
        for position, item in enumerate(BOTS + AGENTS + HELPERS + PLAIN_BOTS)
    }
    return AccountRegistry(world.seed, people, automata, addresses, VISITORS_PER_PERSON * len(world.people))


def remove_surrogates(name: str) -> str:
    """Replace the bytes of a name that are not UTF-8, as the forge does."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _make_automaton_account(automaton: Automaton, position: int) -> FeedAccount:
    """The account of a bot; id and login come from its no-reply address if it has one."""
    local, _, domain = automaton.email.partition("@")
    if domain != "users.noreply.github.com":
        return FeedAccount(PLAIN_BOTS_FROM + position, automaton.name, "User")
    number, _, login = local.partition("+")
    return FeedAccount(int(number), login, "Bot")


def _make_person_account(world: World, person: Person) -> FeedAccount:
    rng = random_stream(world.seed, f"feeds/profile/{person.number}")
    says = rng.choices((TRUE, STALE, JOKE, BLANK), (0.4, 0.15, 0.1, 0.35))[0]
    others = sorted(
        organisation.name for organisation in world.organisations if organisation.name != person.spells[-1].organisation
    )
    texts: tuple[ProfileText, ...]
    if says == TRUE:
        form = rng.randrange(4)
        texts = tuple(
            ProfileText(_write_company_texts(spell.organisation, form), spell.since, spell.until)
            for spell in person.spells
        )
    elif says == STALE and others:
        texts = (ProfileText(_write_company_texts(rng.choice(others), rng.randrange(5)), ALWAYS, NEVER),)
    else:
        texts = (ProfileText(rng.choice(JOKES) if says == JOKE else None, ALWAYS, NEVER),)
    if says == TRUE and texts[-1].text is None:
        says = BLANK
    return FeedAccount(
        PEOPLE_FROM + person.number,
        person.login,
        "User",
        person.account_key,
        remove_surrogates(person.name),
        texts,
        says,
    )


def _write_company_texts(organisation: str | None, form: int) -> str | None:
    """One of five common spellings of a company.

    >>> [_write_company_texts("Org 01", form) for form in range(5)]
    ['Org 01', '@org01', 'Org 01, Inc.', ' org 01 ', 'ex-Org 01']
    """
    if organisation is None:
        return None
    handle = "@" + "".join(organisation.lower().split())
    return (organisation, handle, f"{organisation}, Inc.", f" {organisation.lower()} ", f"ex-{organisation}")[form]
