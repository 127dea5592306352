"""The technologies of one application, month by month, from what its manifests declare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ecotone.stack.technology_map import (
    COUNTERS_ONLY,
    DATABASE,
    DATABASE_LAYERS,
    MODEL,
    MODEL_LAYERS,
    TechnologyMap,
)

SHIPPED: Final = ("runtime", "optional")
"""Scopes of what an application ships; development and examples never count."""

PRESENT: Final = "stack/present-1"


class DeclaredSpan(NamedTuple):
    """A package that is declared in every month of [since, until); months since January of year 0."""

    ecosystem: str
    package: str
    scope: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class ApplicationStack:
    """Present technologies of one application (stack/present-1).

    A set of months is a whole number whose bit i stands for the month `first` + i.

    group         the kind of application, such as "ai" or "traditional"; empty: none
    first_commit  month of the first commit
    first, last   the window: the first and the last month-end snapshot
    declared      months in which any shipped package is declared
    unread        months with a manifest of shipped packages of which no content was ever read
    members       layer, or union MODEL or DATABASE -> technology -> months
    optional      the same, of what is declared as optional and not otherwise
    """

    name: str
    group: str
    first_commit: int
    first: int
    last: int
    declared: int
    members: Mapping[str, Mapping[str, int]]
    optional: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unread: int = 0

    def is_seen(self, month: int) -> bool:
        """Whether any shipped package is declared in the month."""
        return self.first <= month <= self.last and bool(self.declared >> (month - self.first) & 1)

    def is_unread(self, month: int) -> bool:
        """Whether there is a manifest in the month of which nothing is known."""
        return self.first <= month <= self.last and bool(self.unread >> (month - self.first) & 1)

    def technologies(self, layer: str, month: int) -> frozenset[str]:
        """The technologies of a layer or union that are present in a month; empty where none is declared.

        Where `is_seen` is false they are not known.
        """
        if not self.first <= month <= self.last:
            return frozenset()
        shift = month - self.first
        return frozenset(name for name, months in self.members.get(layer, {}).items() if months >> shift & 1)

    def first_month(self, layer: str) -> int | None:
        """The first month in which a layer or union is not empty."""
        months = 0
        for mask in self.members.get(layer, {}).values():
            months |= mask
        return self.first + (months & -months).bit_length() - 1 if months else None


def build_stack(
    name: str,
    group: str,
    window: tuple[int, int, int],
    spans: Iterable[DeclaredSpan],
    technologies: TechnologyMap,
    unread_spans: Iterable[tuple[int, int]] = (),
) -> ApplicationStack:
    """The stack of one application.

    window        month of the first commit, first and last snapshot
    spans         of all its manifests
    unread_spans  months [since, until) of each manifest of which no content was ever read
    """
    first_commit, first, last = window
    declared = unread = 0
    for since, until in unread_spans:
        unread |= month_mask(since - first, min(until, last + 1) - first)
    runtime: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    optional: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for span in spans:
        months = month_mask(span.since - first, min(span.until, last + 1) - first)
        if span.scope not in SHIPPED or not months:
            continue
        declared |= months
        for technology in technologies.look_up(span.ecosystem, span.package):
            if technology.name == COUNTERS_ONLY:
                continue
            masks = runtime if span.scope == "runtime" else optional
            for layer in _layers_and_unions(technology.layer, technology.generative):
                masks[layer][technology.name] |= months
    members = {
        layer: {
            technology: runtime[layer].get(technology, 0) | optional[layer].get(technology, 0)
            for technology in sorted({*runtime[layer], *optional[layer]})
        }
        for layer in sorted({*runtime, *optional})
    }
    only_optional = {
        layer: {
            technology: offered
            for technology, months in optional[layer].items()
            if (offered := months & ~runtime[layer].get(technology, 0))
        }
        for layer in sorted(optional)
    }
    return ApplicationStack(name, group, first_commit, first, last, declared, members, only_optional, unread)


def month_mask(since: int, until: int) -> int:
    """The months [since, until) as bits; those before month 0 are left out.

    >>> bin(month_mask(1, 3)), month_mask(-2, 1)
    ('0b110', 1)
    """
    since, until = max(since, 0), max(until, 0)
    return (1 << until) - (1 << since) if until > since else 0


def _layers_and_unions(layer: str, generative: bool) -> list[str]:
    unions = [MODEL] if layer in MODEL_LAYERS and generative else []
    return [layer, *unions, *([DATABASE] if layer in DATABASE_LAYERS else [])]
