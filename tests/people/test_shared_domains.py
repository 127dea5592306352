"""Unlisted domains that several people sign with are organisations; those at which anybody can be are not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pyarrow as pa
import pytest

from ecotone.foundation.organisation_domains import OrganisationDomain
from ecotone.people.affiliation_attribution import DeclaredAffiliation
from ecotone.people.domain_resolver import DomainResolver
from ecotone.people.shared_domains import FEWEST_PEOPLE, count_distinct_people, find_shared_domains
from ecotone.people.unlisted_domains import SharedDomain, registrable_employer_domain

LISTED = DomainResolver.from_landscape(
    {"Listed One": [OrganisationDomain("listedone.io")], "Listed Two": [OrganisationDomain("listedtwo.io")]},
    ["letters.shop"],
)
THREE = ["Ada Example", "Bo Sample", "Cy Instance"]
Use = tuple[str, str, str, int, int]  # person, name, address, first and last day of use


def shared_domains(
    uses: Sequence[Use],
    actor_kind: str = "person",
    named: dict[str, str] | None = None,
    listed: Sequence[DeclaredAffiliation] = (),
) -> dict[str, SharedDomain]:
    start = date(2023, 1, 1)
    accounts = sorted({(address, person) for person, _, address, _, _ in uses})
    people = pa.table(
        {
            "account": [address for address, _ in accounts],
            "person": [person for _, person in accounts],
            "actor_kind": [actor_kind] * len(accounts),
        }
    )
    names = pa.table({"account": [use[2] for use in uses], "name": [use[1] for use in uses]})
    days = [(use[2], start + timedelta(day)) for use in uses for day in use[3:]]
    marks = pa.table({"account": [account for account, _ in days], "day": pa.array([day for _, day in days])})
    return find_shared_domains(people, names, marks, LISTED, ["team/greenhouse"], named or {}, listed)


def signed_by(names: Sequence[str], domain: str) -> list[Use]:
    """Each name is a person who signs with an address of their own at the domain."""
    return [(f"p{at}", name, f"{name.split()[0].lower()}@{domain}", 0, 400) for at, name in enumerate(names)]


def test_three_people_make_an_organisation_and_two_do_not() -> None:
    assert shared_domains(signed_by(THREE, "brightworks.io")) == {
        "brightworks.io": SharedDomain("brightworks.io", FEWEST_PEOPLE, "brightworks.io", "company")
    }
    assert shared_domains(signed_by(THREE[:2], "brightworks.io")) == {}


def test_hosts_of_one_domain_count_together_and_name_its_kind() -> None:
    hosts = ["brightworks.co.uk", "mail.brightworks.co.uk", "eu.brightworks.co.uk"]
    uses = [use for name, host in zip(THREE, hosts, strict=True) for use in signed_by([name], host)]
    together = [(f"p{at}", *use[1:]) for at, use in enumerate(uses)]
    assert list(shared_domains(together)) == ["brightworks.co.uk"]
    assert shared_domains(signed_by(THREE, "works.gov.uk"))["works.gov.uk"].kind == "government"
    assert shared_domains(signed_by(THREE, "brightworks.edu.pk"))["brightworks.edu.pk"].kind == "university"


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",  # free mail
        "hotmail.lu",  # free mail under a further end
        "forthnet.gr",  # an access provider among the schools
        "lavabit.com",  # free mail that only the second list has
        "brightmail.io",  # mail by its name
        "zen.co.uk",  # an access provider
        "brightworks.ne.jp",
        "brightworks.net.nz",
        "cantab.net",  # former students
        "letters.shop",  # free mail by the landscape
        "listedone.io",  # listed
        "linux.com",  # listed as its supporters'
        "privaterelay.appleid.com",
        "users.noreply.github.com",
        "brightworks.example",  # reserved
        "brightworks.org",  # an association
        "greenhouse.net",  # the project's own
        "alumni.brightworks.edu.pk",
        "brightalumni.com",
        "members.brightworks.io",
        "partner.brightworks.io",
        "dhcp-12.brightworks.io",  # a machine
        "host.internal.cloudapp.net",
    ],
)
def test_domains_at_which_anybody_can_be_are_no_organisation(domain: str) -> None:
    assert shared_domains(signed_by(THREE, domain)) == {}


def test_a_domain_with_customers_machines_is_an_access_provider() -> None:
    customer = [("p9", "Di Sample", "di@p5-9.dsl.brightworks.io", 0, 1)]
    assert shared_domains(signed_by(THREE, "brightworks.io") + customer) == {}


def test_the_companys_own_domain_is_no_project_domain() -> None:
    assert list(shared_domains(signed_by(THREE, "greenhouse.io"))) == ["greenhouse.io"]


@pytest.mark.parametrize(
    "names",
    [
        ["Ada Example", "Ada Example", "ada example"],  # one person whose accounts are not joined
        ["Ada Example", "Bo Example", "Cy Example"],  # a family
        ["Ada Brightworks", "brightworks", "Cy"],  # the owner of the domain, and one more
        ["Ada Example", "ada", "Bo Sample"],
    ],
)
def test_one_person_or_a_family_is_no_organisation(names: list[str]) -> None:
    uses = [(f"p{at}", name, f"x{at}@brightworks.io", 0, 400) for at, name in enumerate(names)]
    assert shared_domains(uses) == {}


def test_purposes_shared_mailboxes_and_bots_are_no_people() -> None:
    purposes = [(f"p{at}", name, f"{local}@brightworks.io", 0, 1) for at, (name, local) in enumerate(
        zip(THREE, ("me", "github", "ada"), strict=True))]  # fmt: skip
    assert shared_domains(purposes) == {}
    assert shared_domains(signed_by(THREE, "brightworks.io"), actor_kind="bot") == {}


def test_a_domain_whose_people_work_for_several_others_is_given_to_members() -> None:
    own = signed_by([*THREE, "Di Model"], "brightworks.io")
    others = ["listedone.io", "listedtwo.io", "listedone.io"]
    elsewhere = [(f"p{at}", name, f"x{at}@{host}", 100, 300) for at, (name, host) in enumerate(
        zip(THREE, others, strict=True))]  # fmt: skip
    assert shared_domains(own + elsewhere) == {}
    moved = [(*use[:3], 400, 700) for use in elsewhere]  # they change jobs
    assert list(shared_domains(own + moved)) == ["brightworks.io"]
    one_owner = [(*use[:2], f"{use[0]}@listedone.io", *use[3:]) for use in elsewhere]  # one company of two names
    assert list(shared_domains(own + one_owner)) == ["brightworks.io"]


def test_a_list_names_the_organisation_of_the_domain() -> None:
    found = shared_domains(signed_by(THREE, "brightworks.io"), named={"brightworks": "Bright Works Ltd"})
    assert found["brightworks.io"].organisation == "Bright Works Ltd"


def listed_at(*organisations: str) -> list[DeclaredAffiliation]:
    """What a list says of the first people of `THREE`."""
    addresses = [use[2] for use in signed_by(THREE, "brightworks.io")]
    pairs = zip(addresses, organisations, strict=False)
    return [DeclaredAffiliation(address, name, None, None, "file", "list") for address, name in pairs]


@pytest.mark.parametrize(
    ("listed", "name"),
    [
        (("Bright Ltd", "Former Employer Inc"), "Bright Ltd"),  # the beginning of the domain
        (("Former Employer Inc", "Former Employer Inc"), "brightworks.io"),
        (("First Shop", "Second Shop", "Third Shop"), None),  # three employers: the domain has members
        (("First Shop", "Second Shop", "Second Shop"), "brightworks.io"),
    ],
)
def test_lists_name_a_domain_by_its_own_name_and_tell_members_from_staff(
    listed: tuple[str, ...], name: str | None
) -> None:
    organisations = shared_domains(signed_by(THREE, "brightworks.io"), listed=listed_at(*listed))
    assert [entry.organisation for entry in organisations.values()] == ([] if name is None else [name])


def test_the_domain_shows_the_employer_of_its_hosts_but_not_of_its_machines() -> None:
    domains = DomainResolver({}, frozenset(), shared_domains(signed_by(THREE, "brightworks.io")))
    shown = domains.resolve_domain("mail.brightworks.io")
    assert shown is not None
    assert (shown.organisation, shown.evidence, shown.source) == (
        "brightworks.io", "e-mail domain brightworks.io", "no list names it; 3 people sign with it",
    )  # fmt: skip
    assert domains.resolve_domain("users.brightworks.io") is None
    assert domains.claimed_organisations() == {"brightworks.io": "company"}


def test_names_are_counted_in_linear_time() -> None:
    names = [frozenset({f"name{number} surname{number}"}) for number in range(20_000)]
    assert count_distinct_people("brightworks.io", names) == len(names)


def test_hostile_hosts_name_no_domain() -> None:
    for host in ("", ".", "..", "a" * 300 + ".io", "\u2028.io", "io", "xn--.io", "brightworks..io"):
        assert registrable_employer_domain(host) is None or "." in host
