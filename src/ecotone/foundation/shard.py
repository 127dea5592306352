"""A shard of a landscape: the projects that one of several machines reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

import xxhash

from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import Landscape

_SHARD: Final = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})\Z")


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts of a landscape's projects, by their names: other projects do not move it."""

    number: int
    count: int

    def has_project(self, name: str) -> bool:
        """Whether a project belongs to it."""
        return xxhash.xxh3_64_intdigest(name.casefold().encode()) % self.count == self.number - 1

    def choose_projects(self, landscape: Landscape) -> Landscape:
        """The landscape with the projects of this shard alone."""
        return replace(
            landscape, projects=tuple(project for project in landscape.projects if self.has_project(project.name))
        )


def parse_shard(text: str) -> Shard:
    """A shard as it is written. Raises UserError.

    >>> parse_shard("3/8")
    Shard(number=3, count=8)
    """
    match = _SHARD.match(text)
    if match is None or int(match[1]) > int(match[2]):
        raise UserError(f"--shard {text!r} cannot be used: write NUMBER/COUNT, from 1/8 to 8/8 for eight machines.")
    return Shard(int(match[1]), int(match[2]))
