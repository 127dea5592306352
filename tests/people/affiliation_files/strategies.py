"""Strategies for statements and for damaged files."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeVar

from hypothesis import strategies as st

from ecotone.people.affiliation_files import (
    ExcludedText,
    FileAffiliation,
    FileDomain,
    FileIdentity,
    FileOrganisation,
    FileStatements,
    OwnedAccount,
)
from ecotone.people.affiliation_files.field_parsers import OPEN_END, OPEN_START

T = TypeVar("T")
LOGINS = st.from_regex(r"[a-z][a-z0-9-]{0,3}(\[bot\])?", fullmatch=True)
EMAILS = st.builds("{}@{}".format, st.sampled_from(["p1", "p+2", "1+p", "o'p", "é", "p[bot]"]), st.sampled_from(
    ["example.org", "acme.example", "users.noreply.github.com", "localhost.(none)"]))  # fmt: skip
ACCOUNTS = LOGINS | EMAILS
# names that resemble the grammar of a format
TRICKY = [
    "Acme, Inc.",
    "A < 2020-01-01",
    "From from 2020-01-01",
    "Until until",
    "C# Works",
    "Team # 5",
    "NO",
    "null",
    "Independent",
    "(Unknown)",
    "notfound",
    "顶点公司",
    '"Q"',
    "- x",
    "a: b",
    "*",
    "Acme*",
    "?",
    "=1+1",
    "2020-01-01",
    "Bot",
    "true",
    "{}",
    "[x]",
    "x\u200dy",
    "person1",
    "a!b",
    "'",
    "&a",
    "!x",
    "%",
    "@",
]
NAMES = st.sampled_from(["Acme", "Globex", *TRICKY]) | st.text(min_size=1, max_size=8)
DAYS = st.integers(0, 40).map(lambda days: date(2019, 1, 1) + timedelta(days=days))
DOMAINS = st.sampled_from(["acme.example", "lab.acme.example", "globex.example", "Ä.example"])
BOUNDS = st.none() | DAYS | st.sampled_from([OPEN_START, OPEN_END, date(1, 1, 1), date.max])


def arbitrary_statements() -> st.SearchStrategy[FileStatements]:
    """Arbitrary statements, including overlaps, reversed dates and unwritable names."""
    return st.builds(
        FileStatements,
        identities=few_of(
            st.builds(
                FileIdentity,
                st.lists(ACCOUNTS, max_size=4).map(tuple),
                st.none() | NAMES,
                st.none() | st.booleans(),
                st.booleans(),
            )
        ),
        affiliations=few_of(st.builds(FileAffiliation, ACCOUNTS, NAMES, BOUNDS, BOUNDS)),
        domains=few_of(st.builds(FileDomain, DOMAINS, NAMES, BOUNDS, BOUNDS, st.booleans())),
        organisations=few_of(st.builds(FileOrganisation, NAMES)),
        excluded=few_of(st.builds(ExcludedText, NAMES)),
        owned=few_of(
            st.builds(
                OwnedAccount,
                st.sampled_from(["acme", "acme/engine", ":companies/acme", "a b"]),
                NAMES,
                st.sampled_from(["organisation", "repository", "user", "label"]),
                st.sampled_from(["Company", "Project", "Bot"]),
                st.none() | st.sampled_from(["GitHub", "Gitee"]),
                st.none() | st.integers(0, 99),
                st.none() | NAMES,
            )
        ),
    )


@st.composite
def damaged_text(draw: st.DrawFn, text: str) -> str:
    """The text with a few cuts, insertions and repetitions."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 30)))
        inserted = draw(st.sampled_from(INSERTIONS) | st.text(max_size=4) | st.just(text[at:end] * 2))
        text = text[:at] + inserted + text[end:]
    return text


INSERTIONS = [
    "\x00",
    "\ufeff",
    "\r\n",
    "\r",
    "\n",
    "\t",
    '"',
    "'",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "#",
    "!",
    "@",
    "<",
    "*",
    "\ud800",
    "\\ud800",
    "\\u0000",
    "9" * 5000,
    "1e999",
    "NaN",
    "-Infinity",
    "[" * 3000,
    '{"a":' * 3000,
    "- " * 300,
    "2019-02-30",
    "0000-00-00",
    "99999-01-01",
    "&a",
    "*a",
    "!!python/object:os.system",
    "!x",
    "%YAML 9.9\n",
    "---",
    "...",
    "? ",
    "\u2028",
    "\x85",
    "\x0c",
    "null",
    "true",
    " until ",
    " from ",
    "\\",
    '"\\UFFFFFFFF"',
    '"login": 1,',
    "|",
    ">-",
]


def few_of(each: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(each, max_size=5).map(tuple)
