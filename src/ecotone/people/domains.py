"""What e-mail domains speak for on a day: Ecotone's data, and what the landscape and its files add to it."""

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
    """A domain speaks for an organisation in [since, until); `top`: its sub-domains do too."""

    organisation: str
    since: date | None
    until: date | None
    source: str
    top: bool = True

    def covers(self, on: date | None) -> bool:
        """Whether it holds on a day; a day that is not given is today's, so an ended claim does not hold."""
        if on is None:
            return self.until is None
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Domains:
    """What domains speak for; claims of the landscape go before those of files, and both before Ecotone's data."""

    claims: Mapping[str, tuple[Claim, ...]]
    free_mail: frozenset[str]

    @classmethod
    def of(
        cls,
        organisations: Mapping[str, Sequence[OrganisationDomain]],
        free_mail: Iterable[str],
        files: Iterable[tuple[str, Claim]] = (),
    ) -> Domains:
        """From the landscape's organisations and free-mail domains, and from what affiliation files say of domains."""
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
        """The organisation of a domain on a day; a sub-domain speaks for the same as its parent."""
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
        """The organisations that the landscape and its files name, with their kinds."""
        named = {claim.organisation for claims in self.claims.values() for claim in claims}
        return {name: kinds().get(name, "company") for name in sorted(named)}

    def changes(self, domain: str) -> bool:
        """Whether the answer depends on the day."""
        claimed = [claim for parent in _parents(domain.casefold()) for claim in self.claims.get(parent, ())]
        return any(claim.since or claim.until for claim in claimed) or was_bought(domain)


@cache
def kinds() -> Mapping[str, OrganisationKind]:
    """The kind of each organisation that Ecotone's data names."""
    return {entry.name: entry.kind for entry in organisations()}


def _claimed(claim: Claim, domain: str) -> Attribution:
    found = Attribution(claim.organisation, "company", f"e-mail domain {domain}", claim.source)
    return replace(found, kind=kinds().get(claim.organisation, "company"))


def _parents(domain: str) -> list[str]:
    """The domain and each parent domain, longest first; a top-level domain speaks for nobody."""
    starts = [0, *(index + 1 for index, letter in enumerate(domain) if letter == ".")]
    return [domain[start:] for start in starts[:-1] or [0]]
