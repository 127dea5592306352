"""E-mail domains that a landscape gives to organisations, each with the period in which it is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ecotone.foundation.errors import BadLandscape
from ecotone.foundation.person_entries import refuse_reversed_period
from ecotone.foundation.toml_lines import find_line


@dataclass(frozen=True, slots=True)
class OrganisationDomain:
    """An e-mail domain of an organisation in [since, until); None: no limit."""

    domain: str
    since: date | None = None
    until: date | None = None


def refuse_shared_domains(organisations: Mapping[str, tuple[OrganisationDomain, ...]], text: str, path: Path) -> None:
    """A domain belongs to one organisation at a time."""
    by_domain: dict[str, list[tuple[str, OrganisationDomain]]] = {}
    for name, domains in organisations.items():
        for domain in domains:
            location = ("organisations", name)
            refuse_reversed_period(domain, location, text, path)
            for owner, before in by_domain.get(domain.domain.casefold(), ()):
                if owner != name and _periods_overlap(before, domain):
                    raise BadLandscape(
                        f"{path}, line {find_line(text, location)}: {domain.domain!r} is given to {owner!r} and to"
                        f" {name!r}."
                        f" Keep one, or give the period of each, as in"
                        f' {{ domain = "{domain.domain}", until = 2024-06-01 }}.'
                    )
            by_domain.setdefault(domain.domain.casefold(), []).append((name, domain))


def _periods_overlap(first: OrganisationDomain, second: OrganisationDomain) -> bool:
    ended = first.until is not None and second.since is not None and first.until <= second.since
    not_begun = second.until is not None and first.since is not None and second.until <= first.since
    return not (ended or not_begun)
