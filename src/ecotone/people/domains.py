"""Resolve an e-mail domain to an organisation on a day, from the landscape, affiliation files and bundled data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from ecotone.foundation.landscape import OrganisationDomain
from ecotone.people.organisations import (
    Attribution,
    OrganisationKind,
    organisation_of_domain,
    organisations,
    was_bought,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A domain belongs to an organisation in [since, until), optionally with its sub-domains."""

    organisation: str
    since: date | None
    until: date | None
    source: str
    top: bool = True

    def covers(self, on: date | None) -> bool:
        """Whether the claim holds on a day (`None`: today)."""
        if on is None:
            return self.until is None
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Domains:
    """Domain claims: the landscape overrules affiliation files, and both overrule the bundled data."""

    claims: Mapping[str, tuple[Claim, ...]]
    free_mail: frozenset[str]

    @classmethod
    def of(
        cls,
        organisations: Mapping[str, Sequence[OrganisationDomain]],
        free_mail: Iterable[str],
        files: Iterable[tuple[str, Claim]] = (),
    ) -> Domains:
        """Build from the landscape's organisations and free-mail domains and the domains in affiliation files."""
        claims: dict[str, list[Claim]] = {}
        for name, listed in organisations.items():
            for one in listed:
                claim = Claim(name, one.since, one.until, "landscape file")
                claims.setdefault(one.domain.casefold(), []).append(claim)
        for domain, claim in files:
            claims.setdefault(domain.casefold(), []).append(claim)
        kept = {domain: tuple(found) for domain, found in claims.items()}
        return cls(kept, frozenset(domain.casefold() for domain in free_mail))

    def attribution(self, domain: str, on: date | None = None) -> Attribution | None:
        """The organisation of a domain or of its parent domains on a day."""
        clean = domain.casefold()
        parents = _parents(clean)
        if not self.free_mail.isdisjoint(parents):
            return None
        for parent in parents:
            for claim in self.claims.get(parent, ()):
                if claim.covers(on) and (claim.top or parent == clean):
                    return _claimed(claim, parent)
        return organisation_of_domain(clean, on)

    def organisations(self) -> dict[str, OrganisationKind]:
        """The organisations in the landscape and its files, with their kinds."""
        named = {claim.organisation for claims in self.claims.values() for claim in claims}
        return {name: kinds().get(name, "company") for name in sorted(named)}

    def changes(self, domain: str) -> bool:
        """Whether the organisation of the domain depends on the day."""
        claimed = [claim for parent in _parents(domain.casefold()) for claim in self.claims.get(parent, ())]
        return any(claim.since or claim.until for claim in claimed) or was_bought(domain)


@cache
def kinds() -> Mapping[str, OrganisationKind]:
    """The kind of each organisation in the bundled data."""
    return {entry.name: entry.kind for entry in organisations()}


def _claimed(claim: Claim, domain: str) -> Attribution:
    found = Attribution(claim.organisation, "company", f"e-mail domain {domain}", claim.source)
    return replace(found, kind=kinds().get(claim.organisation, "company"))


def _parents(domain: str) -> list[str]:
    """The domain and its parent domains, longest first, without the top-level domain."""
    starts = [0, *(index + 1 for index, letter in enumerate(domain) if letter == ".")]
    return [domain[start:] for start in starts[:-1] or [0]]
