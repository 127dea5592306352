"""Terms with which a tool says that it is an AI tool, in its README and in the description of its manifest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from ecotone.foundation.errors import UserError
from ecotone.foundation.safe_toml import parse_toml
from ecotone.stack.manifests.declared import UnreadableManifest, as_mapping, as_sequence
from ecotone.stack.manifests.javascript_manifests import parse_json
from ecotone.stack.readme_prose import ProseLine, read_prose
from ecotone.stack.technology_map import parse_tab_separated

LABEL: Final = "ai_label/ecotone-1"
KINDS: Final = ("ai", "model", "agent", "copilot", "mcp", "chat")
MANIFEST: Final = "manifest"
"""The section of a term in the description or the keywords of a manifest."""
DESCRIBING_MANIFESTS: Final = ("package.json", "pyproject.toml", "Cargo.toml", "composer.json")
"""Manifests at the root of a tree whose description and keywords are read."""
_HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width letters and signs, as Chinese texts may write them, to the usual ones."""
_FULL_WIDTH: Final = re.compile(r"[\uff01-\uff5e]")
_LONGEST_TERM: Final = 60
FILE_NAME: Final = "label_terms.tsv"


class FoundTerm(NamedTuple):
    """A term and the first line that has it; section: lead, body or manifest."""

    kind: str
    term: str
    section: str
    line: int | None


@dataclass(frozen=True, slots=True)
class LabelTerms:
    """The terms, by the text that is found.

    pattern   any term
    capitals  term in small letters -> whether it is found in capitals only
    kinds     term in small letters -> kind
    weak      terms that count only in a text with another one
    """

    pattern: re.Pattern[str]
    capitals: frozenset[str]
    kinds: dict[str, tuple[str, str]]
    weak: frozenset[str]

    def find_terms(self, line: str, *, any_case: bool = False) -> Iterator[tuple[str, str]]:
        """Kind and term of each term in a line; any_case: those in capitals are found in small letters too."""
        for match in self.pattern.finditer(line):
            key = match[0].casefold()
            if any_case or key not in self.capitals or match[0] == self.kinds[key][1]:
                yield self.kinds[key]


@cache
def load_label_terms() -> LabelTerms:
    """The terms that come with Ecotone."""
    return parse_label_terms((files("ecotone.stack") / "data" / FILE_NAME).read_text("utf-8"), FILE_NAME)


def parse_label_terms(text: str, name: str) -> LabelTerms:
    """The terms of a file with kind, term, language and weak. Raises UserError."""
    kinds: dict[str, tuple[str, str]] = {}
    weak = set()
    english: list[str] = []
    chinese: list[str] = []
    for number, (kind, term, language, mark) in parse_tab_separated(text, name, ("kind", "term", "language", "weak")):
        if kind not in KINDS or language not in ("en", "zh") or mark not in ("0", "1"):
            accepted = f"kind must be {', '.join(KINDS)}, language en or zh, and weak 0 or 1"
            raise UserError(f"{name}, line {number}: {accepted}.")
        kinds[term.casefold()] = (kind, term)
        (english if language == "en" else chinese).append(term)
        weak |= {term} if mark == "1" else set()
    listed = ("|".join(map(re.escape, sorted(terms, key=len, reverse=True))) for terms in (english, chinese))
    words, characters = listed
    pattern = re.compile(rf"(?<![A-Za-z0-9_.@/#-])(?:{words})(?![A-Za-z0-9_])|(?:{characters})", re.IGNORECASE)
    capitals = frozenset(key for key, (_, term) in kinds.items() if term != key)
    return LabelTerms(pattern, capitals, kinds, frozenset(weak))


def find_terms_of_readme(text: str) -> list[FoundTerm]:
    """The terms in the prose of a README, each with its first line; none if all of them are weak.

    >>> [term[1:] for term in find_terms_of_readme("# Tool\\nAn AI editor.\\n## Use\\nWrite an agent.")]
    [('AI', 'lead', 2), ('agent', 'body', 4)]
    >>> find_terms_of_readme("# Tool\\nForwards the agent of ssh.")
    []
    """
    terms, text = load_label_terms(), _to_half_width(text)
    if not terms.pattern.search(text):  # a term may be broken over lines, or have emphasis around it
        words = text.replace("_", " ").split()
        if not terms.pattern.search(" ".join(words)) and not terms.pattern.search("".join(words)):
            return []
    return _without_weak(terms, _terms_of_lines(terms, read_prose(text)))


def _to_half_width(text: str) -> str:
    return text.translate(_HALF_WIDTH) if _FULL_WIDTH.search(text) else text


def _terms_of_lines(terms: LabelTerms, lines: Iterable[ProseLine]) -> list[FoundTerm]:
    """Each term with its first line; a term that is broken over two lines stands in the first of them."""
    first_lines: dict[tuple[str, str], FoundTerm] = {}
    before: ProseLine | None = None
    for line in lines:
        in_line = [FoundTerm(*term, line.section, line.number) for term in terms.find_terms(line.text)]
        if before and line.follows:
            broken = set(terms.find_terms(_join_lines(before.text, line.text)))
            broken -= {term[:2] for term in in_line} | set(terms.find_terms(before.text))
            in_line += [FoundTerm(*term, before.section, before.number) for term in sorted(broken)]
        for each in in_line:
            first_lines.setdefault(each[:2], each)
        before = line
    return list(first_lines.values())


def _join_lines(first: str, second: str) -> str:
    """The end of one line and the begin of the next; between Chinese characters no space stands."""
    first, second = first.rstrip()[-_LONGEST_TERM:], second.lstrip()[:_LONGEST_TERM]
    chinese = first[-1:] > "\u2e7f" and second[:1] > "\u2e7f"
    return f"{first}{second}" if chinese else f"{first} {second}"


def _without_weak(terms: LabelTerms, listed: list[FoundTerm]) -> list[FoundTerm]:
    return listed if any(each.term not in terms.weak for each in listed) else []


def find_terms_of_manifest(name: str, text: str) -> list[FoundTerm]:
    """The terms in the description and the keywords of a manifest at the root. Raises UnreadableManifest.

    name  of the file, one of DESCRIBING_MANIFESTS
    """
    terms, listed = load_label_terms(), []
    if not terms.pattern.search(_to_half_width(text)):
        return []
    for phrase, is_keyword in _described(name, text):
        listed += [
            FoundTerm(kind, term, MANIFEST, _line_of_phrase(text, phrase))
            for kind, term in terms.find_terms(_to_half_width(phrase), any_case=is_keyword)
        ]
    return _without_weak(terms, list({each[:2]: each for each in reversed(listed)}.values()))


def _described(name: str, text: str) -> Iterator[tuple[str, bool]]:
    """The description and the keywords of a manifest, and whether each is a keyword."""
    tables: list[Any]
    if name.endswith(".json"):
        tables = [parse_json(text)]
    else:
        try:
            whole = parse_toml(text)
        except ValueError as error:
            raise UnreadableManifest(str(error)[:200]) from None
        shared = as_mapping(whole.get("workspace")).get("package")
        tables = [whole.get("project"), whole.get("package"), as_mapping(whole.get("tool")).get("poetry"), shared]
    for table in map(as_mapping, tables):
        description = table.get("description")
        if isinstance(description, str):
            yield description, False
        yield from ((word, True) for word in as_sequence(table.get("keywords")) if isinstance(word, str))


def _line_of_phrase(text: str, phrase: str) -> int | None:
    """The first line with a phrase; None if it is written with escapes."""
    at = text.find(f'"{phrase.splitlines()[0]}' if phrase else "\0")
    return text.count("\n", 0, at) + 1 if at >= 0 else None
