"""The registry of hostile attempts: each module `hostile_*.py` beside this one registers its own by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

Hold = Callable[[Path, str], None]
"""Makes one attempt in a new folder; raises AssertionError if Ecotone does not hold against it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: its kind (what is hostile), its name within the kind, and how it is made."""

    kind: str
    name: str
    hold: Hold

    @property
    def module(self) -> str:
        """The module that registered it, without `hostile_`."""
        return self.hold.__module__.rpartition(".hostile_")[2]


ATTEMPTS: list[Attempt] = []


def attempts(kind: str, names: Iterable[str]) -> Callable[[Hold], Hold]:
    """Register a function as one attempt for each name.

    @attempts("formulas in cells", ["=1+1", "+1"])
    def hold_formula(folder, name): ...
    """

    def register(hold: Hold) -> Hold:
        ATTEMPTS.extend(Attempt(kind, name, hold) for name in names)
        return hold

    return register
