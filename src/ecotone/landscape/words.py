"""Words of a project: from its README, its description and topics, or from a file of terms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from ecotone.foundation.errors import UserError

LONGEST: Final = 40  # letters; longer ones are keys, hashes and paths
PAIRS_FROM: Final = 2  # times a pair must stand in a text to be more than two words side by side
PASSAGES: Final = 12  # of a README that a language model reads; what follows is seldom about the project itself
LEAST_LETTERS, MOST_LETTERS = 24, 400  # of a passage: less is a heading, more the model hardly takes in
DESCRIPTION_COUNTS: Final = 3  # a word of the description or a topic says as much as three of the README

# A README is anybody's text: each pattern begins where nothing like it came before or stops at its own beginning, so
# that the work grows with the length of the text and no faster.
_FENCED: Final = re.compile(r"(```|~~~).*?(\1|\Z)", re.DOTALL)
_NOISE: Final = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]{1,2000}>|&[a-z]{2,8};|`[^`\n]*`", re.DOTALL)
_LINK: Final = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_ADDRESS: Final = re.compile(r"\b(?:https?://|www\.)\S+|(?<!\S)[^\s@]*@\S*")
_IMAGE: Final = re.compile(r"!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])")
_SENTENCE: Final = re.compile(r"(?<![\n.!?;:|])[\n.!?;:|]+\s")
_PARAGRAPH: Final = re.compile(r"\n[ \t]*\n+")
_EMPHASIS: Final = re.compile(r"[*_]{2,}")
_TOKEN: Final = re.compile(r"[a-z][a-z0-9+#]*(?:[.-][a-z0-9+#]+)*|[\u4e00-\u9fff]+")
_REPOSITORY: Final = re.compile(r"github\.com/([A-Za-z0-9_.-]+/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)")
_REFERENCE: Final = re.compile(r"(?<![\w/.-])([A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9_.-]+)#\d+")
_NO_OWNERS: Final = frozenset(
    {"orgs", "sponsors", "features", "marketplace", "apps", "topics", "settings", "user-attachments", "login", "about"}
)


def terms_of(text: str) -> Counter[str]:
    """How often each word and each frequent pair of words stands in a README.

    Code, markup, pictures and addresses are left out, and the commonest English words; Chinese text counts by pairs
    of characters.

    >>> sorted(terms_of("An agent framework. ```pip install x``` [Agent framework](https://e.org) docs").items())
    [('agent', 2), ('agent framework', 2), ('docs', 1), ('framework', 2)]
    """
    plain = _ADDRESS.sub(" ", _LINK.sub(r" \1 ", _IMAGE.sub(" ", _NOISE.sub(" ", _FENCED.sub(" ", text)))))
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for line in _SENTENCE.split(plain.lower()):
        tokens = list(_tokens(line))
        words.update(tokens)
        pairs.update(f"{one} {other}" for one, other in pairwise(tokens))
    words.update({pair: count for pair, count in pairs.items() if count >= PAIRS_FROM})
    return words


def _tokens(line: str) -> Iterator[str]:
    for match in _TOKEN.finditer(line):
        token = match[0]
        if token[0] >= "\u4e00":
            yield from (token[at : at + 2] for at in range(len(token) - 1))
        elif 1 < len(token) <= LONGEST and token not in ENGLISH_STOP_WORDS:
            yield token


def passages_of(text: str) -> list[str]:
    """The first passages of a README that are prose: what it says of itself, for a language model to read.

    >>> passages_of("# Dory\\n\\nDory is a small database for fish.\\n\\n```\\npip install dory\\n```")
    ['Dory is a small database for fish.']
    """
    prose = _ADDRESS.sub(" ", _LINK.sub(r" \1 ", _IMAGE.sub(" ", _NOISE.sub(" ", _FENCED.sub("\n\n", text)))))
    passages = (" ".join(_EMPHASIS.sub("", part).split()) for part in _PARAGRAPH.split(prose))
    telling_ones = (part for part in passages if len(part) >= LEAST_LETTERS and not part.startswith(("#", "|")))
    return list(dict.fromkeys(part[:MOST_LETTERS] for part in telling_ones))[:PASSAGES]


def stem(word: str) -> str:
    """Singular of a plain plural (after Harman 1991, the S stemmer).

    >>> [stem(word) for word in ("agents", "libraries", "gpus", "class", "status", "analysis")]
    ['agent', 'library', 'gpu', 'class', 'status', 'analysis']
    """
    if word.endswith("ies") and len(word) > 4 and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "is")):
        return word if word.endswith("us") and len(word) > 5 else word[:-1]
    return word


def bare(text: str) -> str:
    """Letters and digits only, without the endings that owners and software are given.

    >>> [bare(text) for text in ("llama_index", "LlamaIndex", "langchain-ai", "next.js")]
    ['llamaindex', 'llamaindex', 'langchain', 'nextjs']
    """
    return re.sub(r"[^a-z0-9\u4e00-\u9fff]", "", re.sub(r"[-_.](ai|inc|org|io|dev|labs?|hq)$", "", text.casefold()))


def telling(rows: Sequence[tuple[str, str, float]]) -> list[tuple[str, str, float]]:
    """The (project, term, count) rows that can tell projects apart or together, plurals under their singular.

    A project's own name, and its owner's, in its own text say nothing of what it is. A plural is counted with its
    singular where the singular is used by anybody; what only looks like a plural stays.

    >>> telling([("a/dory", "dory", 9.0), ("a/dory", "fishes", 1.0), ("b/b", "vectors", 2.0), ("c/c", "vector", 1.0)])
    [('a/dory', 'fishes', 1.0), ('b/b', 'vector', 2.0), ('c/c', 'vector', 1.0)]
    """
    used = {term for _, term, _ in rows}
    single = {part: stem(part) for term in used for part in term.split() if stem(part) in used}
    called = {term: " ".join(single.get(part, part) for part in term.split()) for term in used}
    own = {project: {bare(part) for part in project.split("/")} for project, _, _ in rows}
    plain = {term: bare(term) for term in used}
    return [(project, called[term], count) for project, term, count in rows if plain[term] not in own[project]]


def terms_of_profile(description: str | None, topics: Iterable[str]) -> Counter[str]:
    """The words of a description and of topics, each counted as several of a README."""
    text = ". ".join([description or "", *(topic.replace("-", " ") for topic in topics)])
    counted = terms_of(text)
    return Counter({word: count * DESCRIPTION_COUNTS for word, count in counted.items()})


def repositories_named(text: str) -> Counter[str]:
    """Repositories that a text leads to: `github.com/owner/name` or `owner/name#12`; case-folded.

    >>> sorted(repositories_named("See https://github.com/Owner/Name.git and other/thing#12, not a/b."))
    ['other/thing', 'owner/name']
    """
    found = [match[1] for pattern in (_REPOSITORY, _REFERENCE) for match in pattern.finditer(text)]
    names = (name.casefold().removesuffix(".git") for name in found)
    return Counter(name for name in names if name.split("/")[0] not in _NO_OWNERS)


def read_terms(text: str, place: str) -> list[tuple[str, str, float]]:
    """Rows (repository, term, count) of a file of terms: three columns between tabs, a header line if wanted.

    Rows of the same repository and term are added up. Raises UserError, naming `place` and the line.
    """
    found: Counter[tuple[str, str]] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        columns = line.split("\t")
        if not line.strip() or (number == 1 and columns[-1].strip() == "count"):
            continue
        count = _count(columns[2]) if len(columns) == 3 else None
        if count is None or not columns[0].strip() or not columns[1].strip():
            raise UserError(
                f"{place}, line {number}: {line[:80]!r} is no row of terms; accepted are a repository, a term and a"
                " positive number, with tabs between them. Correct the line and run again."
            )
        found[columns[0].strip(), columns[1].strip().casefold()] += count
    return [(repository, term, count) for (repository, term), count in sorted(found.items())]


def _count(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\s*0*[1-9]\d{0,8}\s*", text) else None
