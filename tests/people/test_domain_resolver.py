"""The organisation of an e-mail domain on a day, for companies and for the groups that own them."""

from __future__ import annotations

from datetime import date

from ecotone.foundation.landscape import OrganisationLevel
from ecotone.people.domain_resolver import DomainResolver

BEFORE, AFTER = date(2019, 7, 8), date(2019, 7, 9)


def organisation_of(domain: str, on: date, level: OrganisationLevel) -> str | None:
    attribution = DomainResolver.from_landscape({}, [], (), level).resolve_domain(domain, on)
    return attribution and attribution.organisation


def test_a_company_stays_itself_and_a_group_takes_it_over_on_its_day() -> None:
    assert [organisation_of("redhat.com", day, "company") for day in (BEFORE, AFTER)] == ["Red Hat", "Red Hat"]
    assert [organisation_of("redhat.com", day, "group") for day in (BEFORE, AFTER)] == ["Red Hat", "IBM"]


def test_an_owner_without_a_date_has_always_been_the_group() -> None:
    assert organisation_of("waymo.com", date(2015, 1, 1), "group") == "Alphabet"
    assert organisation_of("waymo.com", date(2015, 1, 1), "company") == "Waymo"
    assert organisation_of("nobody.example", AFTER, "group") is None
