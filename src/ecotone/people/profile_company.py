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
from functools import cache
from typing import Final

from cleanco import basename

from ecotone.people.company_vocabulary import (
    chinese_business_words,
    chinese_places,
    chinese_word_names,
    common_word_names,
    division_names,
    domains_by_school_name,
    fictional_companies,
    legal_forms,
    names_with_comma,
    no_employer_phrases,
    no_employer_texts,
    normalise_company_name,
    normalised_chinese_names,
    organisations_by_handle,
    organisations_by_name,
    past_employer_prefix,
    roles_without_employment,
    self_employed_roles,
)
from ecotone.people.organisation_registry import (
    EMPLOYER_KINDS,
    Organisation,
    OrganisationKind,
    bundled_organisations,
    find_domain_organisation,
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
_CHINESE_FORM: Final = re.compile(
    r"(?P<name>[^()]{2,40}?)(?:\((?P<place>[^()]{2,12})\))?(?P<business>[^()]{0,20}?)"
    r"(?:股份有限公司|有限责任公司|责任有限公司|有限公司|集团公司|总公司|分公司|公司|集团|研究院|研究所)"
)
_MOST_CHINESE_WORDS: Final = 6  # of place or business around a name
_UNIT: Final = re.compile(
    r"(?:dept|department|school|faculty|college|institute|laboratory|lab|division|centre|center)\b", re.IGNORECASE
)
_ACADEMIC: Final = re.compile(
    r"universi|institut|college|school|polytech|politec|hochschule|école|ecole|大学|学院|대학", re.IGNORECASE
)
BEFORE_ANY_SALE: Final = date.min  # ownership on a day is resolved by the caller
SOME: Final = "某"  # Chinese for "a certain"


@dataclass(frozen=True, slots=True)
class CompanyMatch:
    """The organisation (None: no employer), the matching rule and the matching part of the text."""

    organisation: str | None
    kind: OrganisationKind | None
    rule: str
    evidence: str = ""

    @property
    def states_no_employer(self) -> bool:
        """Whether the text states that there is no employer."""
        return self.rule == NOBODY


NOBODY: Final = "says that there is no employer"
EMPTY: Final = CompanyMatch(None, None, "empty")
PAST: Final = CompanyMatch(None, None, "past employer")
UNKNOWN: Final = CompanyMatch(None, None, "unknown name")
OUTSIDE: Final = CompanyMatch(None, None, "role without employment")


@dataclass(frozen=True, slots=True)
class _NamePart:
    """One name in a text and its result."""

    match: CompanyMatch
    counts: bool = True  # a present employer, or a statement that there is none


def parse_profile_company(
    text: str | None, holder: Iterable[str] = (), landscape_kinds: Mapping[str, OrganisationKind] | None = None
) -> CompanyMatch:
    """The employer that the company field of a profile names.

    holder           login and name of the profile; a company of the same name is their own
    landscape_kinds  further organisations, from the landscape and its files

    >>> (
    ...     parse_profile_company("Red Hat, Inc.").organisation,
    ...     parse_profile_company("ex-Google, now @openai").organisation,
    ... )
    ('Red Hat', 'OpenAI')
    >>> parse_profile_company("freelance").organisation, parse_profile_company("Google / Meta").rule
    (None, 'several organisations')
    """
    clean = " ".join(unicodedata.normalize("NFKC", text or "")[:LONGEST].split())
    if not normalise_company_name(clean):
        return EMPTY
    matcher = _NameMatcher(
        landscape_kinds or {},
        frozenset(normalise_company_name(holder_name) for holder_name in holder if normalise_company_name(holder_name)),
    )
    whole = None if _strip_past_prefix(clean)[0] else matcher.match_name(clean)
    if whole is not None:
        return whole
    pieces = _split_name_list(clean)
    if any(normalise_company_name(piece) in self_employed_roles() for piece in pieces):
        return OUTSIDE
    parts = [part for piece in pieces for part in matcher.match_parts(piece)]
    employers = {part.match.organisation: part.match for part in parts if part.counts and part.match.organisation}
    chosen = _without_owners(employers)
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        return CompanyMatch(
            None,
            None,
            "several organisations",
            ", ".join(sorted(str(holder_name.organisation) for holder_name in chosen)),
        )
    return next((part.match for part in parts if part.counts), PAST)


@cache
def canonical_organisation_name(name: str) -> str:
    """The bundled name of an organisation, for its legal name, an alias, its site, or one of its divisions.

    >>> canonical_organisation_name("Google LLC"), canonical_organisation_name("Some Shop Nobody Lists Inc.")
    ('Google', 'Some Shop Nobody Lists Inc.')
    >>> canonical_organisation_name("Huawei Technologies Co., Ltd"), canonical_organisation_name("华为技术有限公司")
    ('Huawei', 'Huawei')
    """
    clean = " ".join(unicodedata.normalize("NFKC", name[:LONGEST]).split())
    entry = _organisation_of_name(clean) or _organisation_of_name(re.sub(r"\A[Tt]he ", "", clean))
    if entry is None and "," in clean:
        parts = [part for part in clean.split(",") if part.strip() and not _UNIT.match(part.strip())]
        entry = _organisation_of_name(parts[0].strip()) if len(parts) == 1 else None
    if entry is not None:
        return entry.name
    if _SITE.fullmatch(clean):
        attribution = find_domain_organisation(clean.lower().removeprefix("www."), BEFORE_ANY_SALE)
        if attribution is not None and attribution.kind in EMPLOYER_KINDS:
            return attribution.organisation
    if _ACADEMIC.search(clean):
        school = _NameMatcher({}, frozenset())._match_school_name(clean)
        if school is not None and school.organisation is not None:
            return school.organisation
    return name


def letters_of_company(name: str) -> str:
    """The letters and digits of a name without its legal form: the same for all spellings of one name.

    >>> letters_of_company("Muster & Söhne GmbH"), letters_of_company("MUSTER SÖHNE"), letters_of_company("Zinc")
    ('mustersohne', 'mustersohne', 'zinc')
    """
    return normalise_company_name(_without_form(unicodedata.normalize("NFKC", name[:LONGEST])))


def _without_form(text: str) -> str:
    return _CJK_FORM.sub(" ", basename(text)).strip()


def _organisation_of_name(text: str) -> Organisation | None:
    """The organisation of a name alone, or with a legal form, divisions or countries."""
    stripped = _without_form(text)
    for form in dict.fromkeys((normalise_company_name(text), normalise_company_name(stripped))):
        if entry := organisations_by_name().get(form):
            return entry
    for whole in dict.fromkeys((text, stripped)):
        for start in _without_divisions(whole):
            entry = organisations_by_name().get(normalise_company_name(start))
            if entry and not _is_common_word(start):
                return entry
    return _organisation_of_chinese_name(text)


def _organisation_of_chinese_name(text: str) -> Organisation | None:
    """The company of a Chinese legal name: PLACE + NAME + BUSINESS + FORM, the place also behind the name.

    >>> _organisation_of_chinese_name("深圳市腾讯计算机系统有限公司").name
    'Tencent'
    """
    match = _CHINESE_FORM.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if match is None or (match["place"] and match["place"].removesuffix("市") not in chinese_places()):
        return None
    waiting = [(match["name"] + match["business"], 0)]
    tried: set[str] = set()
    while waiting:
        name, removed = waiting.pop(0)
        if len(name) < 2 or name in tried:
            continue
        tried.add(name)
        entry = organisations_by_name().get(normalise_company_name(name))
        if entry is not None and entry.kind == "company" and not (removed and name in chinese_word_names()):
            return entry
        if removed < _MOST_CHINESE_WORDS:
            waiting += [(shorter, removed + 1) for shorter in _without_chinese_words(name)]
    return None


def _without_chinese_words(name: str) -> Iterator[str]:
    """The name without one word of a business at its end, or one place at an end; the shortest word first."""
    for word in sorted((word for word in chinese_business_words() if name.endswith(word)), key=len):
        yield name.removesuffix(word)
    for city in chinese_places():
        if name.startswith(city):
            yield name.removeprefix(city).removeprefix("市").removeprefix("省")
        if name.endswith(city):
            yield name.removesuffix(city)


def _split_name_list(clean: str) -> list[str]:
    """Split a list of names; a legal form after a comma, and the rest of a known name, belong to the name before it."""
    pieces: list[str] = []
    for piece in _STRONG.split(clean):
        if not normalise_company_name(piece):
            continue
        whole = f"{pieces[-1]}, {piece}" if pieces else ""
        if whole and (normalise_company_name(piece) in legal_forms() or whole.casefold().endswith(names_with_comma())):
            pieces[-1] = whole
        else:
            pieces.append(piece)
    return pieces


def _without_owners(employers: Mapping[str, CompanyMatch]) -> list[CompanyMatch]:
    """Remove the owners of other named organisations: "GitHub and Microsoft" means GitHub."""
    owned = {entry.name: entry.parent for entry in bundled_organisations() if entry.parent}
    owners = {owned[name] for name in employers if name in owned}
    return [match for name, match in employers.items() if name not in owners]


@dataclass(frozen=True, slots=True)
class _NameMatcher:
    """The names that a text is matched against."""

    landscape_kinds: Mapping[str, OrganisationKind]
    holder: frozenset[str]
    landscape_names: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        names = {normalise_company_name(name): name for name in self.landscape_kinds}
        object.__setattr__(self, "landscape_names", names)

    def match_name(self, text: str) -> CompanyMatch | None:
        """Match a text that is a single name."""
        key = normalise_company_name(text)
        if key in no_employer_texts():
            return CompanyMatch(None, None, NOBODY)
        if _without_legal_form(key) in no_employer_texts():
            return UNKNOWN
        if _without_legal_form(key) in fictional_companies() or key in fictional_companies() or SOME in key:
            return CompanyMatch(None, None, "fictional company")
        if handle_match := _HANDLE.fullmatch(text):
            return self._match_handle(handle_match[1])
        if site_match := _SITE.fullmatch(text) or _ADDRESS.fullmatch(text):
            return self._match_listed_name(text, "a known name") or self._match_site(site_match[1])
        return (
            self._match_listed_name(text, "a known name")
            or self._match_legal_form(text)
            or self._match_school_name(text)
        )

    def match_parts(self, piece: str) -> list[_NamePart]:
        """Match the names of a piece: GitHub handles first, then words."""
        past, rest = _strip_past_prefix(piece)
        handles = [_NamePart(self._match_handle(handle), not past) for handle in _HANDLE.findall(rest)]
        if handles and not _is_role_without_employment(_HANDLE.sub(" ", rest)):
            return handles
        rest = rest if self.match_name(rest) else _NOW.sub("", rest).strip()
        if not rest:
            return handles
        role_match = _ROLE.fullmatch(rest)
        if (
            role_match
            and (team_match := self.match_name(role_match["role"]))
            and team_match.organisation
            and (employer_match := self.match_name(role_match["rest"]))
        ):
            return [_NamePart(team_match, not past), _NamePart(employer_match, not past)]
        match = self.match_name(rest) or self._match_in_role(rest)
        if match is None:
            weak_parts = [part for part in _WEAK.split(rest) if normalise_company_name(part)]
            part_matches = [self.match_name(part) for part in weak_parts] if len(weak_parts) > 1 else []
            if any(part_matches):
                return [
                    _NamePart(part_match, not past and bool(part_match.organisation))
                    for part_match in part_matches
                    if part_match
                ]
        return [_NamePart(match or UNKNOWN, not past)]

    def _match_in_role(self, text: str) -> CompanyMatch | None:
        """Match X in `Engineer at X` or `X student`; a student's X must be a university."""
        if match := _TRAILING.fullmatch(text):
            if _ALUMNI.search(text):
                return PAST
            return self.match_name(match["rest"])
        match = _ROLE.fullmatch(text) or _ROLE_OF.fullmatch(text)
        if match is None:
            return None
        if _is_role_without_employment(match["role"]):
            return OUTSIDE
        named = self.match_name(match["rest"]) or self._match_in_role(match["rest"])
        studies = "student" in match["role"].casefold() or "studying" in match["role"].casefold()
        if named and studies and named.kind != "university":
            return CompanyMatch(None, None, "student of an unknown university")
        return named

    def _match_listed_name(self, text: str, rule: str) -> CompanyMatch | None:
        """Match a name of an organisation, or its name and a division: Google Cloud is Google."""
        stripped = _without_form(text)
        for key in dict.fromkeys((normalise_company_name(text), normalise_company_name(stripped))):
            if name := self.landscape_names.get(key):
                return CompanyMatch(name, self.landscape_kinds[name], "a name of the landscape", name)
            entry = organisations_by_name().get(key)
            if entry and (_has_legal_form(text) or not _is_common_word(text)):
                return _match_of_organisation(entry, rule, text)
        for start in _without_divisions(text):
            entry = organisations_by_name().get(normalise_company_name(start))
            if entry and not _is_common_word(start):
                return _match_of_organisation(entry, "a part of a known name", start)
        if company := _organisation_of_chinese_name(text):
            return _match_of_organisation(company, "a Chinese legal name", text)
        return None

    def _match_legal_form(self, text: str) -> CompanyMatch | None:
        """Accept an unlisted company whose name has a legal form."""
        if not _has_legal_form(text) or "@" in text or len(_split_name_list(text)) > 1 or _ROLE.fullmatch(text):
            return None
        name = _CJK_FORM.sub("", basename(text)).strip(" ,.-&/|")
        key = normalise_company_name(name)
        if key in self.holder:
            return CompanyMatch(None, None, "the holder's own name")
        if no_employer_phrases().search(f" {name} ") or any(_is_no_employer(part) for part in _WEAK.split(name)):
            return None
        if _SITE.search(name) or any(known in key for known in normalised_chinese_names()):
            return None  # 深圳市腾讯计算机系统有限公司 contains a known name
        return CompanyMatch(name, "company", "a name with a legal form", name)

    def _match_handle(self, handle: str) -> CompanyMatch:
        entry = organisations_by_handle().get(handle.casefold()) or self._organisation_named_like_handle(handle)
        if entry is not None:
            return _match_of_organisation(entry, "a GitHub organisation", f"@{handle}")
        if name := self.landscape_names.get(normalise_company_name(handle)):
            return CompanyMatch(name, self.landscape_kinds[name], "a name of the landscape", f"@{handle}")
        return CompanyMatch(None, None, "unknown GitHub account")

    def _organisation_named_like_handle(self, handle: str) -> Organisation | None:
        """Match an account named like an organisation, unless the name is a common word."""
        key = normalise_company_name(handle)
        tails = [tail for tail in _HANDLE_TAILS if key.endswith(tail) and len(key) > len(tail) + 2]
        for candidate in (key, *(key.removesuffix(tail) for tail in tails)):
            entry = organisations_by_name().get(candidate)
            if entry is not None and candidate not in common_word_names():
                return entry
        return None

    def _match_site(self, domain: str) -> CompanyMatch:
        attribution = find_domain_organisation(domain, BEFORE_ANY_SALE)
        if attribution is None:
            return CompanyMatch(None, None, "unknown site")
        if attribution.kind not in EMPLOYER_KINDS:
            return CompanyMatch(None, None, "a community")
        return CompanyMatch(
            attribution.organisation, attribution.kind, "a site", attribution.evidence.removeprefix("e-mail ")
        )

    def _match_school_name(self, text: str) -> CompanyMatch | None:
        domains = domains_by_school_name().get(normalise_company_name(text), ())
        attributions = {
            attribution.organisation: attribution
            for domain in domains
            if (attribution := find_domain_organisation(domain, BEFORE_ANY_SALE))
        }
        if len(attributions) != 1:
            return None
        (school,) = attributions.values()
        if school.kind not in EMPLOYER_KINDS:
            return None
        return CompanyMatch(school.organisation, school.kind, "a school's name", text)


def _match_of_organisation(entry: Organisation, rule: str, evidence: str) -> CompanyMatch:
    if entry.kind not in EMPLOYER_KINDS:
        return CompanyMatch(None, None, "a community")  # no employer
    return CompanyMatch(entry.name, entry.kind, rule, evidence)


def _strip_past_prefix(piece: str) -> tuple[bool, str]:
    """Whether a piece names a past employer, and the piece without the marker."""
    match = past_employer_prefix().match(piece)
    return (True, piece[match.end() :]) if match else (False, piece)


def _is_common_word(text: str) -> bool:
    """Whether a text may be a common word rather than an organisation of that name: Box, but not HERE."""
    word = common_word_names().get(normalise_company_name(text))
    return word is not None and not (text == word and text.isupper())


def _without_divisions(text: str) -> Iterator[str]:
    """The text without trailing divisions, countries and legal forms, longest first."""
    words = text.replace(",", " ").split()
    for count in range(len(words) - 1, 0, -1):
        key = normalise_company_name(words[count])
        if key and key not in division_names() and key not in legal_forms():
            return
        yield " ".join(words[:count])
    ends = (end for end in sorted(division_names()) if not end.isascii())
    yield from (text.removesuffix(end) for end in ends if text.endswith(end))


def _is_no_employer(part: str) -> bool:
    """Whether a part of a name is a no-employer word, a fictional company or a bare legal form."""
    key = normalise_company_name(part)
    return key in no_employer_texts() or key in fictional_companies() or key in legal_forms()


def _is_role_without_employment(role: str) -> bool:
    """Whether a role is one without employment."""
    text = f" {' '.join(role.casefold().split())} "
    return any(f" {word} " in text or f" {word}s " in text for word in roles_without_employment())


def _has_legal_form(text: str) -> bool:
    """Whether the text contains an unambiguous legal form."""
    if _CJK_FORM.search(text) or _DOTTED_FORM.search(text):
        return True
    name = basename(text)
    tail = normalise_company_name(text).removeprefix(normalise_company_name(name)) if name else ""
    return bool(tail) and tail in legal_forms()


def _without_legal_form(key: str) -> str:
    ends = sorted((form for form in legal_forms() if key.endswith(form)), key=len)
    return key.removesuffix(ends[-1]) if ends else key
