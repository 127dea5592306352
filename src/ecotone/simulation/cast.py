"""Sample the people who act in a project, and sign commits for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Final

from ecotone.simulation.history import Signature
from ecotone.simulation.world import Person, Project, Second, World

OTHER_SHARE: Final = 0.35  # of what somebody with two addresses signs


@dataclass(frozen=True, slots=True)
class Cast:
    """The active people of a project by month, with cumulative weights."""

    members: tuple[tuple[int, ...], ...]
    running_weights: tuple[tuple[float, ...], ...]
    core: tuple[int, ...]

    @staticmethod
    def of(project: Project) -> Cast:
        """The sampler of a project; the core is active in every month."""
        present = [
            [one for one in project.memberships if one.core or one.first <= month < one.end]
            for month in range(len(project.levels))
        ]
        return Cast(
            members=tuple(tuple(one.person for one in month) for month in present),
            running_weights=tuple(tuple(accumulate(one.weight for one in month)) for month in present),
            core=tuple(one.person for one in project.memberships if one.core),
        )

    def somebody(self, month: int, rng: Random) -> int:
        """Draw a person active in a month, weighted by activity."""
        return rng.choices(self.members[month], cum_weights=self.running_weights[month])[0]

    def maintainer(self, rng: Random, but: int | None = None) -> int:
        """Draw a core member; `but` is excluded unless the core has one member."""
        others = [person for person in self.core if person != but]
        return rng.choice(others or self.core)


@dataclass(slots=True)
class Pen:
    """Writes signatures of people and records the addresses used."""

    people: dict[int, Person]
    rng: Random
    accounts: dict[int, set[str]] = field(default_factory=dict)
    aliased: set[int] = field(default_factory=set)

    @staticmethod
    def of(world: World, rng: Random) -> Pen:
        """A writer for all people of a world."""
        return Pen({person.number: person for person in world.people}, rng)

    def sign(self, number: int, second: Second, *, by_forge: bool = False) -> Signature:
        """A person's signature at a time, sometimes under an alias; `by_forge`: the forge signs."""
        person = self.people[number]
        name, email = person.name, person.email_at(second)
        if by_forge and person.forge is not None:
            email = person.forge
        elif person.alias is not None and self.rng.random() < 0.3:
            name, email = person.alias
            self.aliased.add(number)
        elif person.other is not None and self.rng.random() < OTHER_SHARE:
            email = person.other
        self.accounts.setdefault(number, set()).add(email.lower())
        return Signature(name, email, second, person.offset_minutes)

    def mention(self, key: str, number: int, second: Second) -> str:
        """A trailer that names a person."""
        signature = self.sign(number, second)
        return f"{key}: {signature.name} <{signature.email}>"

    def mailmap(self, end: Second) -> str:
        """The `.mailmap`: every alias used, and the earlier addresses of every second person."""
        lines = []
        for number, used in sorted(self.accounts.items()):
            person = self.people[number]
            now = person.email_at(end)
            if number in self.aliased and person.alias is not None:
                lines.append(f"{person.name} <{now}> {person.alias[0]} <{person.alias[1]}>\n")
            if number % 2 == 0:
                earlier = sorted({one.email for one in person.addresses if one.email.lower() in used} - {now})
                lines += [f"{person.name} <{now}> <{email}>\n" for email in earlier]
        return "".join(lines)
