"""Affiliation statements of public profiles: who names which employer on which day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.landscape import OrganisationLevel
from ecotone.people.account_parsing import parse_accounts
from ecotone.people.organisation_registry import OrganisationKind, group_on_day
from ecotone.people.profile_company import parse_profile_company

BASIS = "profile"


@dataclass(frozen=True, slots=True)
class ProfileStatement:
    """On a day, a person's profile named an organisation, or no employer (None)."""

    person: str
    day: date
    organisation: str | None
    kind: OrganisationKind | None
    evidence: str


def read_profile_statements(
    profiles: pa.Table,
    people: pa.Table,
    landscape_kinds: Mapping[str, OrganisationKind],
    level: OrganisationLevel = "company",
) -> list[ProfileStatement]:
    """The statements of profiles, by person and day; ambiguous texts are skipped.

    profiles  events.schema.PROFILE_SCHEMA
    people    account, person, actor_kind
    landscape_kinds  further organisations, from the landscape and its files
    level     whether a company counts for itself or for the group that owns it on the day
    """
    persons = _persons_of_profiles(profiles, people)
    columns = (profiles[name].to_pylist() for name in ("login", "name", "company", "seen_at"))
    profile_statements = []
    for person, login, name, text, seen_at in zip(persons, *columns, strict=True):
        if person is None or not text or seen_at is None:
            continue
        company = parse_profile_company(text, (login or "", name or ""), landscape_kinds)
        if company.organisation or company.states_no_employer:
            evidence = f"profile: {company.rule}" + (f", {company.evidence}" if company.evidence else "")
            owner = company.organisation
            if owner is not None and level == "group":
                owner = group_on_day(owner, seen_at.date())
            if owner != company.organisation:
                evidence += f"; {company.organisation} was {owner}'s by then"
            profile_statements.append(ProfileStatement(person, seen_at.date(), owner, company.kind, evidence))
    return sorted(
        set(profile_statements),
        key=lambda statement: (statement.person, statement.day, statement.organisation or "", statement.evidence),
    )


def _persons_of_profiles(profiles: pa.Table, people: pa.Table) -> list[str | None]:
    """The person of each profile, by GitHub id, else by login."""
    human = people.filter(pc.equal(people["actor_kind"], "person"))
    parsed = parse_accounts(human["account"].combine_chunks())
    person = human["person"].combine_chunks()
    logins = pc.ascii_lower(profiles["login"])
    by_id = person.take(pc.index_in(profiles["github_id"], value_set=parsed.github_id))
    by_login = person.take(pc.index_in(logins, value_set=parsed.login))
    persons: list[str | None] = pc.coalesce(by_id, by_login).to_pylist()
    return persons
