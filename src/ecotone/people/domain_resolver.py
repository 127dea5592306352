"""Resolve an e-mail domain to an organisation on a day, from the landscape, affiliation files and bundled data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from ecotone.foundation.landscape import OrganisationDomain
from ecotone.people.organisation_registry import (
    DomainAttribution,
    OrganisationKind,
    bundled_organisations,
    find_domain_organisation,
    organisation_was_acquired,
)


@dataclass(frozen=True, slots=True)
class DomainClaim:
    """A domain belongs to an organisation in [since, until), optionally with its sub-domains."""

    organisation: str
    since: date | None
    until: date | None
    source: str
    includes_subdomains: bool = True

    def covers_day(self, on: date | None) -> bool:
        """Whether the claim holds on a day (`None`: today)."""
        if on is None:
            return self.until is None
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class DomainResolver:
    """Domain claims: the landscape overrules affiliation files, and both overrule the bundled data."""

    claims: Mapping[str, tuple[DomainClaim, ...]]
    free_mail: frozenset[str]

    @classmethod
    def from_landscape(
        cls,
        organisations: Mapping[str, Sequence[OrganisationDomain]],
        free_mail: Iterable[str],
        files: Iterable[tuple[str, DomainClaim]] = (),
    ) -> DomainResolver:
        """Build from the landscape's organisations and free-mail domains and the domains in affiliation files."""
        claims: dict[str, list[DomainClaim]] = {}
        for name, listed_domains in organisations.items():
            for listed_domain in listed_domains:
                claim = DomainClaim(name, listed_domain.since, listed_domain.until, "landscape file")
                claims.setdefault(listed_domain.domain.casefold(), []).append(claim)
        for domain, claim in files:
            claims.setdefault(domain.casefold(), []).append(claim)
        claims_by_domain = {domain: tuple(domain_claims) for domain, domain_claims in claims.items()}
        return cls(claims_by_domain, frozenset(domain.casefold() for domain in free_mail))

    def resolve_domain(self, domain: str, on: date | None = None) -> DomainAttribution | None:
        """The organisation of a domain or of its parent domains on a day."""
        clean = domain.casefold()
        parents = _domain_and_parents(clean)
        if not self.free_mail.isdisjoint(parents):
            return None
        for parent in parents:
            for claim in self.claims.get(parent, ()):
                if claim.covers_day(on) and (claim.includes_subdomains or parent == clean):
                    return _attribution_of_claim(claim, parent)
        return find_domain_organisation(clean, on)

    def claimed_organisations(self) -> dict[str, OrganisationKind]:
        """The organisations in the landscape and its files, with their kinds."""
        named = {claim.organisation for claims in self.claims.values() for claim in claims}
        return {name: bundled_organisation_kinds().get(name, "company") for name in sorted(named)}

    def depends_on_day(self, domain: str) -> bool:
        """Whether the organisation of the domain depends on the day."""
        matching_claims = [
            claim for parent in _domain_and_parents(domain.casefold()) for claim in self.claims.get(parent, ())
        ]
        return any(claim.since or claim.until for claim in matching_claims) or organisation_was_acquired(domain)


@cache
def bundled_organisation_kinds() -> Mapping[str, OrganisationKind]:
    """The kind of each organisation in the bundled data."""
    return {entry.name: entry.kind for entry in bundled_organisations()}


def _attribution_of_claim(claim: DomainClaim, domain: str) -> DomainAttribution:
    attribution = DomainAttribution(claim.organisation, "company", f"e-mail domain {domain}", claim.source)
    return replace(attribution, kind=bundled_organisation_kinds().get(claim.organisation, "company"))


def _domain_and_parents(domain: str) -> list[str]:
    """The domain and its parent domains, longest first, without the top-level domain."""
    starts = [0, *(index + 1 for index, letter in enumerate(domain) if letter == ".")]
    return [domain[start:] for start in starts[:-1] or [0]]
