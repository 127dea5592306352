"""Resolve an e-mail domain to an organisation on a day, from the landscape, affiliation files and bundled data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from ecotone.foundation.landscape import OrganisationLevel
from ecotone.foundation.organisation_domains import OrganisationDomain
from ecotone.people.organisation_registry import (
    EMPLOYER_KINDS,
    DomainAttribution,
    OrganisationKind,
    bundled_organisations,
    find_domain_organisation,
    group_on_day,
    organisation_was_acquired,
)
from ecotone.people.unlisted_domains import SharedDomain, registrable_employer_domain


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
    """Domain claims: the landscape overrules affiliation files, and both overrule the bundled data.

    shared  domains that no list names and that several people sign with, by registrable domain
    level   whether a company counts for itself or for the group that owns it on the day
    """

    claims: Mapping[str, tuple[DomainClaim, ...]]
    free_mail: frozenset[str]
    shared: Mapping[str, SharedDomain] = field(default_factory=dict)
    level: OrganisationLevel = "company"
    _resolved: dict[tuple[str, date | None], DomainAttribution | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def from_landscape(
        cls,
        organisations: Mapping[str, Sequence[OrganisationDomain]],
        free_mail: Iterable[str],
        files: Iterable[tuple[str, DomainClaim]] = (),
        level: OrganisationLevel = "company",
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
        return cls(claims_by_domain, frozenset(domain.casefold() for domain in free_mail), level=level)

    def resolve_domain(self, domain: str, on: date | None = None) -> DomainAttribution | None:
        """The organisation of a domain or of its parent domains on a day."""
        key = (domain.casefold(), on)
        if key not in self._resolved:
            self._resolved[key] = self._find_organisation(*key)
        return self._resolved[key]

    def _find_organisation(self, clean: str, on: date | None) -> DomainAttribution | None:
        parents = _domain_and_parents(clean)
        if not self.free_mail.isdisjoint(parents):
            return None
        for parent in parents:
            for claim in self.claims.get(parent, ()):
                if claim.covers_day(on) and (claim.includes_subdomains or parent == clean):
                    return _attribution_of_claim(claim, parent)
        return self._bundled_attribution(clean, on) or self._attribution_of_shared_domain(clean)

    def is_listed(self, domain: str) -> bool:
        """Whether the landscape, a file or the bundled data says whose the domain is, or that it belongs to no one."""
        clean = domain.casefold()
        parents = _domain_and_parents(clean)
        claimed = not self.free_mail.isdisjoint(parents) or any(parent in self.claims for parent in parents)
        return claimed or find_domain_organisation(clean) is not None

    def employer_of(self, domain: str) -> str | None:
        """The organisation of a domain today, if it employs people."""
        attribution = self.resolve_domain(domain) if domain else None
        return attribution.organisation if attribution and attribution.kind in EMPLOYER_KINDS else None

    def _bundled_attribution(self, clean: str, on: date | None) -> DomainAttribution | None:
        own = find_domain_organisation(clean, date.min)
        if own is None or self.level == "company":
            return own
        group = group_on_day(own.organisation, on)
        if group == own.organisation:
            return own
        evidence = f"{own.evidence}; {own.organisation} belongs to {group}"
        return replace(own, organisation=group, kind=bundled_organisation_kinds()[group], evidence=evidence)

    def _attribution_of_shared_domain(self, clean: str) -> DomainAttribution | None:
        registrable = registrable_employer_domain(clean) if self.shared else None
        if registrable is None or registrable not in self.shared:
            return None
        entry = self.shared[registrable]
        source = f"no list names it; {entry.people} people sign with it"
        return DomainAttribution(entry.organisation, entry.kind, f"e-mail domain {registrable}", source)

    def claimed_organisations(self) -> dict[str, OrganisationKind]:
        """The organisations in the landscape and its files, with their kinds."""
        named = {claim.organisation for claims in self.claims.values() for claim in claims}
        kinds = {entry.organisation: entry.kind for entry in self.shared.values()}
        kinds |= {name: bundled_organisation_kinds().get(name, "company") for name in named}
        return dict(sorted(kinds.items()))

    def depends_on_day(self, domain: str) -> bool:
        """Whether the organisation of the domain depends on the day."""
        if not self.claims and self.level == "company":
            return False
        matching_claims = [
            claim for parent in _domain_and_parents(domain.casefold()) for claim in self.claims.get(parent, ())
        ]
        by_claim = any(claim.since or claim.until for claim in matching_claims)
        return by_claim or (self.level == "group" and organisation_was_acquired(domain))


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
