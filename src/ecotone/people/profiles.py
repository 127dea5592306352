"""Affiliation statements of public profiles: who names which employer on which day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.people.accounts import parse_all
from ecotone.people.companies import company_of
from ecotone.people.organisations import OrganisationKind, credited

BASIS = "profile"


@dataclass(frozen=True, slots=True)
class Statement:
    """On a day, a person's profile named an organisation, or no employer (None)."""

    person: str
    day: date
    organisation: str | None
    kind: OrganisationKind | None
    says: str


def statements(profiles: pa.Table, people: pa.Table, also: Mapping[str, OrganisationKind]) -> list[Statement]:
    """The statements of profiles, by person and day; ambiguous texts are skipped.

    profiles  events.schema.PROFILE_SCHEMA
    people    account, person, actor_kind
    landscape_kinds  further organisations, from the landscape and its files
    """
    persons = _persons(profiles, people)
    columns = (profiles[name].to_pylist() for name in ("login", "name", "company", "seen_at"))
    found = []
    for person, login, name, text, seen_at in zip(persons, *columns, strict=True):
        if person is None or not text or seen_at is None:
            continue
        company = company_of(text, (login or "", name or ""), also)
        if company.organisation or company.says_nobody:
            says = f"profile: {company.rule}" + (f", {company.evidence}" if company.evidence else "")
            owner = credited(company.organisation, seen_at.date()) if company.organisation else None
            if owner != company.organisation:
                says += f"; {company.organisation} was {owner}'s by then"
            found.append(Statement(person, seen_at.date(), owner, company.kind, says))
    return sorted(set(found), key=lambda one: (one.person, one.day, one.organisation or "", one.says))


def _persons(profiles: pa.Table, people: pa.Table) -> list[str | None]:
    """The person of each profile, by GitHub id, else by login."""
    human = people.filter(pc.equal(people["actor_kind"], "person"))
    parsed = parse_all(human["account"].combine_chunks())
    person = human["person"].combine_chunks()
    logins = pc.ascii_lower(profiles["login"])
    by_id = person.take(pc.index_in(profiles["github_id"], value_set=parsed.github_id))
    by_login = person.take(pc.index_in(logins, value_set=parsed.login))
    found: list[str | None] = pc.coalesce(by_id, by_login).to_pylist()
    return found
