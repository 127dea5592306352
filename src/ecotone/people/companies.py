"""Parse the company field of a profile to one organisation, with the matching rule.

The vocabulary is in `data/companies.toml`, the organisations are in `data/organisations.toml`. An ambiguous text
(two employers, an unknown name, a role without employment) gives no organisation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cleanco import basename

from ecotone.people.company_words import (
    by_handle,
    by_name,
    chinese_names,
    compact,
    divisions,
    for_hire,
    forms,
    invented,
    nobody,
    ordinary,
    outside,
    past,
    phrases,
    school_domains,
)
from ecotone.people.organisations import (
    EMPLOYER_KINDS,
    Organisation,
    OrganisationKind,
    organisation_of_domain,
    organisations,
)

LONGEST: Final = 300  # characters that are read

_HANDLE: Final = re.compile(r"(?<![\w.])@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))(?![\w.@])/?")
_SITE: Final = re.compile(r"(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:/\S*)?", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"\S+@((?:[a-z0-9-]+\.)+[a-z]{2,})", re.IGNORECASE)
_STRONG: Final = re.compile(r"\s*(?:[,;|\n\r\t·•、，；()（）\[\]{}]|\s[/–—-]\s|(?<=\w)/(?=\w)|->|=>|→|➡|>)\s*")
_WEAK: Final = re.compile(
    r"\s*(?:&|\+|\band\b|\bund\b|\by\b|\bet\b|\s@\s|(?<!\w)@(?=\w)|(?<=\w)@(?=\w))\s*", re.IGNORECASE
)
_ROLE: Final = re.compile(r"(?P<role>.*?)(?:^|\s)(?:at|@|bei|chez|w/)\s+(?P<rest>\S.*)", re.IGNORECASE)
_ROLE_OF: Final = re.compile(
    r"(?P<role>(?:co-?founder|founder|ceo|cto|coo|head|director|vp|owner|creator|member|contributor|maintainer|user|fan"
    r"|employee|professor|students?|interns?|engineer|developer|scientist|researcher|volunteer|consultant|contractor)\b"
    r"(?:.*?\s)?)(?:of|for|with|from)\s+(?P<rest>\S.*)",
    re.IGNORECASE,
)
_NOW: Final = re.compile(
    r"^(?:now|currently|current|presently|employed|currently working|works?|working)\b[\s:]*(?:at|@|for|with)?\s*",
    re.IGNORECASE,
)
_TRAILING: Final = re.compile(
    r"(?P<rest>.+?)[\s-]+(?:ph\.?d\.?(?:\s+(?:student|candidate))?|(?:under)?grad(?:uate)?(?:\s+student)?|students?"
    r"|postdoc|interns?|employee|engineer|alum(?:ni|nus|na)?|学生|本科生|研究生|硕士生|博士生|在读|员工|工程师)",
    re.IGNORECASE,
)
_ALUMNI: Final = re.compile(r"\balum(?:ni|nus|na)?\b", re.IGNORECASE)
_DOTTED_FORM: Final = re.compile(r"(?:S\.\s?A\.?|A/S|S\.\s?p\.\s?A\.?|S\.\s?L\.?|K\.\s?K\.?|A\.\s?S\.?)\Z")
_CJK_FORM: Final = re.compile(
    r"株式会社|有限会社|合同会社|（株）|\(株\)|㈱|주식회사|\(주\)|（주）|股份有限公司|有限责任公司|有限公司|責任有限公司"
)
_HANDLE_TAILS: Final = ("inc", "hq", "ai", "io", "com", "dev", "labs", "oss", "official", "corp", "org", "opensource")
BEFORE_ANY_SALE: Final = date.min  # ownership on a day is resolved by the caller
SOME: Final = "某"  # Chinese for "a certain"


@dataclass(frozen=True, slots=True)
class Company:
    """The organisation (None: no employer), the matching rule and the matching part of the text."""

    organisation: str | None
    kind: OrganisationKind | None
    rule: str
    evidence: str = ""

    @property
    def says_nobody(self) -> bool:
        """Whether the text states that there is no employer."""
        return self.rule == NOBODY


NOBODY: Final = "says that there is no employer"
EMPTY: Final = Company(None, None, "empty")
PAST: Final = Company(None, None, "past employer")
UNKNOWN: Final = Company(None, None, "unknown name")
OUTSIDE: Final = Company(None, None, "role without employment")


@dataclass(frozen=True, slots=True)
class _Part:
    """One name in a text and its result."""

    found: Company
    counts: bool = True  # a present employer, or a statement that there is none


def company_of(
    text: str | None, holder: Iterable[str] = (), also: Mapping[str, OrganisationKind] | None = None
) -> Company:
    """The employer that the company field of a profile names.

    holder           login and name of the profile; a company of the same name is their own
    landscape_kinds  further organisations, from the landscape and its files

    >>> company_of("Red Hat, Inc.").organisation, company_of("ex-Google, now @openai").organisation
    ('Red Hat', 'OpenAI')
    >>> company_of("freelance").organisation, company_of("Google / Meta").rule
    (None, 'several organisations')
    """
    clean = " ".join(unicodedata.normalize("NFKC", text or "")[:LONGEST].split())
    if not compact(clean):
        return EMPTY
    known = _Known(also or {}, frozenset(compact(one) for one in holder if compact(one)))
    whole = None if _from_past(clean)[0] else known.named(clean)
    if whole is not None:
        return whole
    pieces = _pieces(clean)
    if any(compact(piece) in for_hire() for piece in pieces):
        return OUTSIDE
    parts = [part for piece in pieces for part in known.parts(piece)]
    employers = {part.found.organisation: part.found for part in parts if part.counts and part.found.organisation}
    chosen = _lowest(employers)
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        return Company(None, None, "several organisations", ", ".join(sorted(str(one.organisation) for one in chosen)))
    return next((part.found for part in parts if part.counts), PAST)


def canonical_name(name: str) -> str:
    """The bundled name of an organisation, for a name written with a legal form or as an alias.

    >>> canonical_name("Google LLC"), canonical_name("Some Shop Nobody Lists Inc.")
    ('Google', 'Some Shop Nobody Lists Inc.')
    """
    for form in (compact(name), compact(_CJK_FORM.sub(" ", basename(name)))):
        if entry := by_name().get(form):
            return entry.name
    return name


def _pieces(clean: str) -> list[str]:
    """Split a list of names; a legal form after a comma belongs to the name before it."""
    pieces: list[str] = []
    for piece in _STRONG.split(clean):
        if not compact(piece):
            continue
        if pieces and compact(piece) in forms():
            pieces[-1] = f"{pieces[-1]}, {piece}"
        else:
            pieces.append(piece)
    return pieces


def _lowest(employers: Mapping[str, Company]) -> list[Company]:
    """Remove the owners of other named organisations: "GitHub and Microsoft" means GitHub."""
    owned = {entry.name: entry.parent for entry in organisations() if entry.parent}
    owners = {owned[name] for name in employers if name in owned}
    return [found for name, found in employers.items() if name not in owners]


@dataclass(frozen=True, slots=True)
class _Known:
    """The names that a text is matched against."""

    also: Mapping[str, OrganisationKind]
    holder: frozenset[str]
    extra: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "extra", {compact(name): name for name in self.also})

    def named(self, text: str) -> Company | None:
        """Match a text that is a single name."""
        key = compact(text)
        if key in nobody():
            return Company(None, None, NOBODY)
        if _without_form(key) in nobody():
            return UNKNOWN
        if _without_form(key) in invented() or key in invented() or SOME in key:
            return Company(None, None, "fictional company")
        if handle := _HANDLE.fullmatch(text):
            return self._handled(handle[1])
        if site := _SITE.fullmatch(text) or _ADDRESS.fullmatch(text):
            return self._listed(text, "a known name") or self._sited(site[1])
        return self._listed(text, "a known name") or self._with_form(text) or self._school(text)

    def parts(self, piece: str) -> list[_Part]:
        """Match the names of a piece: GitHub handles first, then words."""
        past, rest = _from_past(piece)
        handles = [_Part(self._handled(handle), not past) for handle in _HANDLE.findall(rest)]
        if handles and not _is_outside(_HANDLE.sub(" ", rest)):
            return handles
        rest = rest if self.named(rest) else _NOW.sub("", rest).strip()
        if not rest:
            return handles
        both = _ROLE.fullmatch(rest)
        if both and (team := self.named(both["role"])) and team.organisation and (of := self.named(both["rest"])):
            return [_Part(team, not past), _Part(of, not past)]
        found = self.named(rest) or self._in_role(rest)
        if found is None:
            weak = [part for part in _WEAK.split(rest) if compact(part)]
            several = [self.named(part) for part in weak] if len(weak) > 1 else []
            if any(several):
                return [_Part(one, not past and bool(one.organisation)) for one in several if one]
        return [_Part(found or UNKNOWN, not past)]

    def _in_role(self, text: str) -> Company | None:
        """Match X in `Engineer at X` or `X student`; a student's X must be a university."""
        if match := _TRAILING.fullmatch(text):
            if _ALUMNI.search(text):
                return PAST
            return self.named(match["rest"])
        match = _ROLE.fullmatch(text) or _ROLE_OF.fullmatch(text)
        if match is None:
            return None
        if _is_outside(match["role"]):
            return OUTSIDE
        named = self.named(match["rest"]) or self._in_role(match["rest"])
        studies = "student" in match["role"].casefold() or "studying" in match["role"].casefold()
        if named and studies and named.kind != "university":
            return Company(None, None, "student of an unknown university")
        return named

    def _listed(self, text: str, rule: str) -> Company | None:
        """Match a name of an organisation, or its name and a division: Google Cloud is Google."""
        stripped = _CJK_FORM.sub(" ", basename(text)).strip()
        for form in dict.fromkeys((compact(text), compact(stripped))):
            if name := self.extra.get(form):
                return Company(name, self.also[name], "a name of the landscape", name)
            entry = by_name().get(form)
            if entry and (_has_form(text) or not _is_word(text)):
                return _company(entry, rule, text)
        for start in _without_divisions(text):
            entry = by_name().get(compact(start))
            if entry and not _is_word(start):
                return _company(entry, "a part of a known name", start)
        return None

    def _with_form(self, text: str) -> Company | None:
        """Accept an unlisted company whose name has a legal form."""
        if not _has_form(text) or "@" in text or len(_pieces(text)) > 1 or _ROLE.fullmatch(text):
            return None
        name = _CJK_FORM.sub("", basename(text)).strip(" ,.-&/|")
        key = compact(name)
        if key in self.holder:
            return Company(None, None, "the holder's own name")
        if phrases().search(f" {name} ") or any(_is_nobody(part) for part in _WEAK.split(name)):
            return None
        if _SITE.search(name) or any(known in key for known in chinese_names()):
            return None  # 深圳市腾讯计算机系统有限公司 contains a known name
        return Company(name, "company", "a name with a legal form", name)

    def _handled(self, handle: str) -> Company:
        entry = by_handle().get(handle.casefold()) or self._by_handle_name(handle)
        if entry is not None:
            return _company(entry, "a GitHub organisation", f"@{handle}")
        if name := self.extra.get(compact(handle)):
            return Company(name, self.also[name], "a name of the landscape", f"@{handle}")
        return Company(None, None, "unknown GitHub account")

    def _by_handle_name(self, handle: str) -> Organisation | None:
        """Match an account named like an organisation, unless the name is a common word."""
        key = compact(handle)
        tails = [tail for tail in _HANDLE_TAILS if key.endswith(tail) and len(key) > len(tail) + 2]
        for form in (key, *(key.removesuffix(tail) for tail in tails)):
            entry = by_name().get(form)
            if entry is not None and form not in ordinary():
                return entry
        return None

    def _sited(self, domain: str) -> Company:
        found = organisation_of_domain(domain, BEFORE_ANY_SALE)
        if found is None:
            return Company(None, None, "unknown site")
        if found.kind not in EMPLOYER_KINDS:
            return Company(None, None, "a community")
        return Company(found.organisation, found.kind, "a site", found.evidence.removeprefix("e-mail "))

    def _school(self, text: str) -> Company | None:
        domains = school_domains().get(compact(text), ())
        found = {
            one.organisation: one for domain in domains if (one := organisation_of_domain(domain, BEFORE_ANY_SALE))
        }
        if len(found) != 1:
            return None
        (only,) = found.values()
        if only.kind not in EMPLOYER_KINDS:
            return None
        return Company(only.organisation, only.kind, "a school's name", text)


def _company(entry: Organisation, rule: str, evidence: str) -> Company:
    if entry.kind not in EMPLOYER_KINDS:
        return Company(None, None, "a community")  # no employer
    return Company(entry.name, entry.kind, rule, evidence)


def _from_past(piece: str) -> tuple[bool, str]:
    """Whether a piece names a past employer, and the piece without the marker."""
    match = past().match(piece)
    return (True, piece[match.end() :]) if match else (False, piece)


def _is_word(text: str) -> bool:
    """Whether a text may be a common word rather than an organisation of that name: Box, but not HERE."""
    word = ordinary().get(compact(text))
    return word is not None and not (text == word and text.isupper())


def _without_divisions(text: str) -> Iterator[str]:
    """The text without trailing divisions, countries and legal forms, longest first."""
    words = text.replace(",", " ").split()
    for count in range(len(words) - 1, 0, -1):
        key = compact(words[count])
        if key and key not in divisions() and key not in forms():
            return
        yield " ".join(words[:count])
    ends = (end for end in sorted(divisions()) if not end.isascii())
    yield from (text.removesuffix(end) for end in ends if text.endswith(end))


def _is_nobody(part: str) -> bool:
    """Whether a part of a name is a no-employer word, a fictional company or a bare legal form."""
    key = compact(part)
    return key in nobody() or key in invented() or key in forms()


def _is_outside(role: str) -> bool:
    """Whether a role is one without employment."""
    text = f" {' '.join(role.casefold().split())} "
    return any(f" {word} " in text or f" {word}s " in text for word in outside())


def _has_form(text: str) -> bool:
    """Whether the text contains an unambiguous legal form."""
    if _CJK_FORM.search(text) or _DOTTED_FORM.search(text):
        return True
    kept = basename(text)
    tail = compact(text).removeprefix(compact(kept)) if kept else ""
    return bool(tail) and tail in forms()


def _without_form(key: str) -> str:
    ends = sorted((form for form in forms() if key.endswith(form)), key=len)
    return key.removesuffix(ends[-1]) if ends else key
