"""Members that the source tree names: providers, stores and databases that an application reaches without a package."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final, NamedTuple

from ecotone.foundation.errors import UserError
from ecotone.stack.technology_map import parse_tab_separated

NAMED: Final = "stack/named-1"
KINDS: Final = ("provider", "store", "database")
FEWEST_MEMBERS: Final = 3
FEWEST_STRONG: Final = 2
SHORTEST_PART: Final = 6
"""Characters of a term that may occur inside a joined name."""

LEFT_OUT_FOLDERS: Final = frozenset(
    {"icons", "icon", "logos", "logo", "images", "img", "svg", "assets", "public", "storage", "storages", "middleware",
     "oauth", "blob", "i18n", "locales"}
)  # fmt: skip
CODE_SUFFIXES: Final = frozenset(
    {"py", "ts", "tsx", "js", "mjs", "jsx", "go", "java", "kt", "rs", "rb", "php", "ex", "exs", "cs", "vue", "svelte"}
)

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")
_TEST_NAME: Final = re.compile(r"(?:^|[._-])(?:test|spec|storie|mock)s?(?:[._-]|$)|(?:^|[._-])story(?:[._-]|$)")


NamedPair = tuple[str, str]
"""Kind and name of a member."""


@dataclass(frozen=True, eq=False, slots=True)
class MemberTerms:
    """The terms that name providers, stores and databases.

    by_term     term -> the members that it names
    long_terms  those that may occur inside a joined name
    weak        members whose names mean other things too
    """

    by_term: Mapping[str, frozenset[NamedPair]]
    long_terms: tuple[str, ...]
    weak: frozenset[NamedPair]


@cache
def load_members() -> MemberTerms:
    """The members whose terms come with Ecotone."""
    return parse_members((files("ecotone.stack") / "data" / "tree_terms.tsv").read_text("utf-8"), "tree_terms.tsv")


def parse_members(text: str, name: str) -> MemberTerms:
    """The members of a file with kind, member, term and weak. Raises UserError."""
    by_term: dict[str, set[NamedPair]] = defaultdict(set)
    weak: set[NamedPair] = set()
    for number, (kind, member, term, mark) in parse_tab_separated(text, name, ("kind", "member", "term", "weak")):
        if kind not in KINDS or mark not in ("0", "1"):
            raise UserError(f"{name}, line {number}: kind must be {', '.join(KINDS)}, and weak 0 or 1.")
        by_term[term].add((kind, member))
        weak |= {(kind, member)} if mark == "1" else set()
    return MemberTerms(
        {term: frozenset(pairs) for term, pairs in by_term.items()},
        tuple(term for term in by_term if len(term) >= SHORTEST_PART),
        frozenset(weak),
    )


def split_name(name: str) -> tuple[str, ...]:
    """The words of a file or folder name.

    >>> split_name("ChatOpenAIAzure"), split_name("HTTPXaiClient"), split_name("wenxin_model-2")
    (('chat', 'open', 'ai', 'azure'), ('http', 'xai', 'client'), ('wenxin', 'model', '2'))
    """
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return tuple(re.split(r"[^a-z0-9]+", text.lower().strip())) if text else ()


@lru_cache(maxsize=1 << 16)
def matching_members(child: str, members: MemberTerms) -> frozenset[NamedPair]:
    """Kind and name of each member that a file or folder name tells."""
    words = split_name(child)
    joined = "".join(words)
    terms = [
        *(word for word in words if word in members.by_term),
        *(term for term in members.long_terms if term in joined),
    ]
    return frozenset(pair for term in terms for pair in members.by_term[term])


def is_named_folder(folder: str) -> bool:
    """Whether the names in a folder may tell members: not icons, storage, translations and the like."""
    return not LEFT_OUT_FOLDERS & set(folder.casefold().split("/"))


def find_named_members(children: Mapping[str, Iterable[str]], members: MemberTerms) -> dict[str, frozenset[str]]:
    """stack/named-1: the members of each kind that the folders of one tree name; empty if no folder counts.

    children  folder -> names of its files (without the last suffix) and folders
    """
    counted: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for folder, names in children.items():
        if not is_named_folder(folder):
            continue
        matched = {pair for name in names for pair in matching_members(name, members)}
        for kind in KINDS:
            pairs = {pair for pair in matched if pair[0] == kind}
            strong = len(pairs - members.weak)
            if len(pairs) >= FEWEST_MEMBERS and (kind != "provider" or strong >= FEWEST_STRONG):
                counted[kind] |= {name for _, name in pairs}
    return {kind: frozenset(names) for kind, names in counted.items()}


class NamedMonths(NamedTuple):
    """The members of one kind that a tree names in the months [since, until)."""

    since: date
    until: date
    kind: str
    members: frozenset[str]


def follow_named_members(children: Sequence[Mapping[str, Any]], first: date, end: date) -> Iterator[NamedMonths]:
    """stack/named-1 of every month-end tree of [first, end).

    children  folder, child, since and until (None: until the end) of one project
    """
    dates = {row[name] for row in children for name in ("since", "until") if row[name]}
    bounds = sorted({first, end, *(day for day in dates if first < day < end)})
    for since, until in pairwise(bounds):
        folders: dict[str, list[str]] = defaultdict(list)
        for row in children:
            if row["since"] <= since and (row["until"] is None or row["until"] > since):
                folders[row["folder"]].append(row["child"])
        for kind, members in find_named_members(folders, load_members()).items():
            yield NamedMonths(since, until, kind, members)


def is_code_name(name: str) -> bool:
    """Whether a file name is code of the program itself: a suffix of a language, and no test.

    >>> is_code_name("azure.py"), is_code_name("azure.test.ts"), is_code_name("README.md")
    (True, False, False)
    """
    return name.rpartition(".")[2] in CODE_SUFFIXES and "." in name and not _TEST_NAME.search(name.casefold())
