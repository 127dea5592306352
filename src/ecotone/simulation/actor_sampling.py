"""Sample the people who act in a project, and sign commits for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Final

from ecotone.simulation.git_history import Signature
from ecotone.simulation.world import Person, Project, Second, World

OTHER_SHARE: Final = 0.35  # of what somebody with two addresses signs


@dataclass(frozen=True, slots=True)
class ActorSampler:
    """The active people of a project by month, with cumulative weights."""

    members: tuple[tuple[int, ...], ...]
    running_weights: tuple[tuple[float, ...], ...]
    core: tuple[int, ...]

    @staticmethod
    def for_project(project: Project) -> ActorSampler:
        """The sampler of a project; the core is active in every month."""
        present = [
            [
                membership
                for membership in project.memberships
                if membership.core or membership.first <= month < membership.end
            ]
            for month in range(len(project.levels))
        ]
        return ActorSampler(
            members=tuple(tuple(membership.person for membership in month) for month in present),
            running_weights=tuple(tuple(accumulate(membership.weight for membership in month)) for month in present),
            core=tuple(membership.person for membership in project.memberships if membership.core),
        )

    def sample_active_person(self, month: int, rng: Random) -> int:
        """Draw a person active in a month, weighted by activity."""
        return rng.choices(self.members[month], cum_weights=self.running_weights[month])[0]

    def sample_core_member(self, rng: Random, excluded: int | None = None) -> int:
        """Draw a core member; `but` is excluded unless the core has one member."""
        others = [person for person in self.core if person != excluded]
        return rng.choice(others or self.core)


@dataclass(slots=True)
class SignatureWriter:
    """Writes signatures of people and records the addresses used."""

    people: dict[int, Person]
    rng: Random
    accounts: dict[int, set[str]] = field(default_factory=dict)
    aliased: set[int] = field(default_factory=set)

    @staticmethod
    def for_world(world: World, rng: Random) -> SignatureWriter:
        """A writer for all people of a world."""
        return SignatureWriter({person.number: person for person in world.people}, rng)

    def sign_as_person(self, number: int, second: Second, *, by_forge: bool = False) -> Signature:
        """A person's signature at a time, sometimes under an alias; `by_forge`: the forge signs."""
        person = self.people[number]
        name, email = person.name, person.find_email_at(second)
        if by_forge and person.forge_email is not None:
            email = person.forge_email
        elif person.alias is not None and self.rng.random() < 0.3:
            name, email = person.alias
            self.aliased.add(number)
        elif person.second_email is not None and self.rng.random() < OTHER_SHARE:
            email = person.second_email
        self.accounts.setdefault(number, set()).add(email.lower())
        return Signature(name, email, second, person.offset_minutes)

    def write_person_trailer(self, key: str, number: int, second: Second) -> str:
        """A trailer that names a person."""
        signature = self.sign_as_person(number, second)
        return f"{key}: {signature.name} <{signature.email}>"

    def write_mailmap(self, end: Second) -> str:
        """The `.mailmap`: every alias used, and the earlier addresses of every second person."""
        lines = []
        for number, used in sorted(self.accounts.items()):
            person = self.people[number]
            now = person.find_email_at(end)
            if number in self.aliased and person.alias is not None:
                lines.append(f"{person.name} <{now}> {person.alias[0]} <{person.alias[1]}>\n")
            if number % 2 == 0:
                earlier = sorted(
                    {address.email for address in person.addresses if address.email.lower() in used} - {now}
                )
                lines += [f"{person.name} <{now}> <{email}>\n" for email in earlier]
        return "".join(lines)
