"""Text features of a project: terms of its README, description and topics, or from a term file."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import Final

from ecotone.foundation.errors import UserError

LONGEST_TOKEN: Final = 40  # letters; longer tokens are keys, hashes and paths
PAIRS_FROM: Final = 2  # minimum count of a bigram in a text
DESCRIPTION_COUNTS: Final = 3  # count of a word of the description or a topic

# READMEs are untrusted: each pattern excludes its own opening character or starts only where no such character
# precedes, so matching time grows linearly with the text.
_FENCED: Final = re.compile(r"(```|~~~).*?(\1|\Z)", re.DOTALL)
_NOISE: Final = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]{1,2000}>|&[a-z]{2,8};|`[^`\n]*`", re.DOTALL)
_DIRECTIVE: Final = re.compile(r"[ \t]*\.\.(?:[ \t]|$)")
_TITLED_LINK: Final = re.compile(r"`([^`<>\n]+)<[^<>`\n]*>`__?")
_LINK: Final = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_ADDRESS: Final = re.compile(r"\b(?:https?://|www\.)\S+|(?<!\S)[^\s@]*@\S*")
_IMAGE: Final = re.compile(r"!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])")
_SENTENCE: Final = re.compile(r"(?<![\n.!?;:|])[\n.!?;:|]+\s")
_TOKEN: Final = re.compile(r"[a-z][a-z0-9+#]*(?:[.-][a-z0-9+#]+)*|[\u4e00-\u9fff]+")
_REPOSITORY: Final = re.compile(r"github\.com/([A-Za-z0-9_.-]+/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)")
_REFERENCE: Final = re.compile(r"(?<![\w/.-])([A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9_.-]+)#\d+")
_NO_OWNERS: Final = frozenset(
    {"orgs", "sponsors", "features", "marketplace", "apps", "topics", "settings", "user-attachments", "login", "about"}
)


def count_terms(text: str) -> Counter[str]:
    """Counts of the words and frequent bigrams of a README.

    Code, markup, images, URLs and English stop words are left out. Chinese text counts by pairs of characters, and by
    the English words of the terms that the glossary knows: texts in the two languages have words in common.

    >>> sorted(count_terms("An agent framework. ```pip install x``` [Agent framework](https://e.org) docs").items())
    [('agent', 2), ('agent framework', 2), ('docs', 1), ('framework', 2)]
    """
    text = _TITLED_LINK.sub(r" \1 ", _drop_directives(text))
    plain = _ADDRESS.sub(" ", _LINK.sub(r" \1 ", _IMAGE.sub(" ", _NOISE.sub(" ", _FENCED.sub(" ", text)))))
    words = Counter(_translate_to_english(plain))
    pairs: Counter[str] = Counter()
    for line in _SENTENCE.split(plain.lower()):
        tokens = list(_split_into_tokens(line))
        words.update(tokens)
        pairs.update(f"{first} {second}" for first, second in pairwise(tokens))
    words.update({pair: count for pair, count in pairs.items() if count >= PAIRS_FROM})
    return words


def _split_into_tokens(line: str) -> Iterator[str]:
    for match in _TOKEN.finditer(line):
        token = match[0]
        if token[0] >= "\u4e00":
            yield from (token[at : at + 2] for at in range(len(token) - 1))
        elif 1 < len(token) <= LONGEST_TOKEN and token not in english_stop_words():
            yield token


def _drop_directives(text: str) -> str:
    """A reStructuredText without its directives and literal blocks; any other text as it is.

    >>> _drop_directives("A solver.\\n.. image:: a.png\\n   :alt: Logo\\nUse it::\\n\\n  import x\\n\\nEnd.").split()
    ['A', 'solver.', 'Use', 'it::', 'End.']
    """
    lines = text.split("\n")
    if not any(_DIRECTIVE.match(line) for line in lines):
        return text
    prose, block = [], None  # the indentation of the line that opens a block
    for line in lines:
        indentation = len(line) - len(line.lstrip())
        if block is not None and (not line.strip() or indentation > block):
            continue
        is_directive = _DIRECTIVE.match(line) is not None
        block = indentation if is_directive or line.rstrip().endswith("::") else None
        if not is_directive:
            prose.append(line)
    return "\n".join(prose)


def _translate_to_english(text: str) -> Iterator[str]:
    """The English words of the Chinese terms in a text, one by one; the longest term at each place.

    >>> list(_translate_to_english("开源的向量数据库 in Rust"))
    ['open', 'source', 'vector', 'database']
    """
    pattern, english = _chinese_terms()
    for match in pattern.finditer(text):
        yield from english[match[0]].split()


@cache
def _chinese_terms() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """The Chinese terms of the glossary, of two characters and more, as a pattern; and the English of each."""
    english: dict[str, str] = {}
    for term, chinese in load_glossary().items():
        if re.fullmatch(r"[\u4e00-\u9fff]{2,}", chinese):
            english.setdefault(chinese, term)
    return re.compile("|".join(sorted(english, key=lambda term: (-len(term), term)))), english


@lru_cache(maxsize=100_000)
def stem_word(word: str) -> str:
    """The singular of a regular plural (after Harman 1991, the S stemmer).

    >>> [stem_word(word) for word in ("agents", "libraries", "gpus", "class", "status", "analysis")]
    ['agent', 'library', 'gpu', 'class', 'status', 'analysis']
    """
    if word.endswith("ies") and len(word) > 4 and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "is")):
        return word if word.endswith("us") and len(word) > 5 else word[:-1]
    return word


@lru_cache(maxsize=100_000)
def normalise_name(text: str) -> str:
    """Letters and digits only, without common suffixes of owners and packages.

    >>> [normalise_name(text) for text in ("llama_index", "LlamaIndex", "langchain-ai", "next.js")]
    ['llamaindex', 'llamaindex', 'langchain', 'nextjs']
    """
    return re.sub(r"[^a-z0-9\u4e00-\u9fff]", "", re.sub(r"[-_.](ai|inc|org|io|dev|labs?|hq)$", "", text.casefold()))


def informative_terms(rows: Sequence[tuple[str, str, float]]) -> list[tuple[str, str, float]]:
    """The rows (project, term, count) without uninformative terms, plurals counted with their singular.

    The names of a project and of its owner are dropped from its own text. A plural is replaced only where some project
    uses the singular.

    >>> informative_terms(
    ...     [("a/dory", "dory", 9.0), ("a/dory", "fishes", 1.0), ("b/b", "vectors", 2.0), ("c/c", "vector", 1.0)],
    ... )
    [('a/dory', 'fishes', 1.0), ('b/b', 'vector', 2.0), ('c/c', 'vector', 1.0)]
    """
    used = {term for _, term, _ in rows}
    single = {part: stem_word(part) for term in used for part in term.split() if stem_word(part) in used}
    called = {term: " ".join(single.get(part, part) for part in term.split()) for term in used}
    own = {project: {normalise_name(part) for part in project.split("/")} for project, _, _ in rows}
    plain = {term: normalise_name(term) for term in used}
    return [(project, called[term], count) for project, term, count in rows if plain[term] not in own[project]]


def count_profile_terms(description: str | None, topics: Iterable[str]) -> Counter[str]:
    """Terms of a description and topics, each counted DESCRIPTION_COUNTS times."""
    text = ". ".join([description or "", *(topic.replace("-", " ") for topic in topics)])
    counted = count_terms(text)
    return Counter({word: count * DESCRIPTION_COUNTS for word, count in counted.items()})


def find_mentioned_repositories(text: str) -> Counter[str]:
    """Repositories that a text mentions, `github.com/owner/name` or `owner/name#12`, case-folded.

    >>> sorted(find_mentioned_repositories("See https://github.com/Owner/Name.git and other/thing#12, not a/b."))
    ['other/thing', 'owner/name']
    """
    matches = [match[1] for pattern in (_REPOSITORY, _REFERENCE) for match in pattern.finditer(text)]
    names = (name.casefold().removesuffix(".git") for name in matches)
    return Counter(name for name in names if name.split("/")[0] not in _NO_OWNERS)


def parse_term_file(text: str, file_name: str) -> list[tuple[str, str, float]]:
    """Rows (repository, term, count) of a term file: three tab-separated columns and an optional header.

    Counts of the same repository and term are summed. Raises UserError with the file name and the line number.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        columns = line.split("\t")
        if not line.strip() or (number == 1 and columns[-1].strip() == "count"):
            continue
        count = _parse_count(columns[2]) if len(columns) == 3 else None
        if count is None or not columns[0].strip() or not columns[1].strip():
            raise UserError(
                # the line is not shown: a landscape of somebody else may name a private file
                f"{file_name}, line {number} is not a row of a term file."
                " Accepted: a repository, a term and"
                " a positive whole number, separated by tabs. Correct the line and run again."
            )
        counts[columns[0].strip(), columns[1].strip().casefold()] += count
    return [(repository, term, count) for (repository, term), count in sorted(counts.items())]


def _parse_count(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\s*0*[1-9]\d{0,8}\s*", text) else None


@cache
def english_stop_words() -> frozenset[str]:
    """Common English words, from `data/readme_words.toml`."""
    return frozenset(_load_stop_words()["english"])


@cache
def readme_stop_words() -> frozenset[str]:
    """Stop words: common English words and words common to all READMEs, from `data/readme_words.toml`."""
    return frozenset(_load_stop_words()["words"]) | english_stop_words()


@cache
def _load_stop_words() -> Mapping[str, list[str]]:
    words: Mapping[str, list[str]] = tomllib.loads(
        (resources.files("ecotone.landscape") / "data" / "readme_words.toml").read_text("utf-8")
    )
    return words


@cache
def load_glossary() -> Mapping[str, str]:
    """English word or pair -> Chinese, from `data/glossary.toml`."""
    text = (resources.files("ecotone.landscape") / "data" / "glossary.toml").read_text("utf-8")
    terms: Mapping[str, str] = tomllib.loads(text)["terms"]
    return terms
