"""The prose of a README: its own sentences, without badges, navigation, code, and lists of those who pay or help.

Markdown, reStructuredText, AsciiDoc and HTML are read by the same rules, line by line; line numbers are those of the
file. The text is a stranger's: it is capped, and every pattern runs in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

LEAD: Final = "lead"
BODY: Final = "body"

LONGEST_LINE: Final = 4_000
MOST_LINES: Final = 20_000
LONGEST_LEAD: Final = 40
"""Lines of prose."""
FEWEST_WORDS: Final = 3
"""Words, or twice as many Chinese characters, that make a line a sentence about the tool."""

BOILERPLATE_HEADING: Final = re.compile(
    r"sponsor|backer|supporter|donat|contribut|acknowledg|credit|thank|licen[sc]e|star history|stargazer|community"
    r"|adopter|used by|who uses|partner|related|friends|contents|copyright|maintainer|authors?\b|citation|changelog"
    r"|赞助|贊助|支持者|贡献|貢獻|鸣谢|致谢|感谢|许可|授权|社区|友情|合作|相关项目|目录|星标|引用",
    re.IGNORECASE,
)
"""Headings of sections that speak of other people and projects, not of the tool."""

_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,4000}>")
_HTML_LINK: Final = re.compile(r"<a\b[^<>]{0,4000}>([^<>]{0,400})</a\s*>", re.IGNORECASE)
_HTML_HEADING: Final = re.compile(r"\s*<h([1-6])\b", re.IGNORECASE)
_IMAGE: Final = re.compile(r"!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])")
_LINK: Final = re.compile(r"\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_NAMED_LINK: Final = re.compile(r"`([^`<>]{0,400})<[^<>`]{0,2000}>`__?")
_CODE: Final = re.compile(r"(`{1,3})[^`]*\1")
_ADDRESS: Final = re.compile(r"\b(?:https?|ftp|mailto):[^\s)>\]]+|\bwww\.[^\s)>\]]+", re.IGNORECASE)
_DEFINITION: Final = re.compile(
    r"\s{0,3}\[[^\[\]]{1,200}\]:\s|\.\.\s(?:\||_|image|figure|contents)|:[a-z-]{1,30}:\s|image::?"
)
_FENCE: Final = re.compile(r"\s*(```+(?=[^`]*$)|~~~+)")
"""A line with backticks at both ends is code in a line (CommonMark 0.31, fenced code blocks)."""
_LISTING: Final = re.compile(r"(-{4,}|\.{4,})\s*$")
_CODE_BLOCK: Final = re.compile(r"\s*\.\.\s+(?:code|code-block|sourcecode|highlight)::|.*(?<!:)::\s*$")
_HEADING: Final = re.compile(r"\s{0,3}(#{1,6}|={1,5})\s+(\S.*)")
_UNDERLINE: Final = re.compile(r"\s{0,3}(={3,}|-{3,}|~{3,}|\^{3,}|\*{3,}|\"{3,})\s*$")
_LIST_ITEM: Final = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s")
_WORD: Final = re.compile(r"[^\W\d_]+")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


class ProseLine(NamedTuple):
    """A line of prose.

    number  of the line in the file, from 1
    section   LEAD: before the second heading, where a tool says what it is; BODY: after it
    """

    number: int
    text: str
    section: str


class _Line(NamedTuple):
    """A line without code: its number, text, and the level of its heading (0: none)."""

    number: int
    text: str
    level: int


def read_prose(text: str) -> Iterator[ProseLine]:
    """The lines of prose of a README, headings included.

    >>> text = "# Tool\\n[![ai](b.svg)](u)\\nAn editor for `AI` people.\\n## Sponsors\\nAn AI firm\\n## Use\\nAsk it."
    >>> [(line.number, line.text.strip(), line.section) for line in read_prose(text)]
    [(1, 'Tool', 'lead'), (3, 'An editor for   people.', 'lead'), (6, 'Use', 'body'), (7, 'Ask it.', 'body')]
    """
    skipped_level, sentences, section = 0, 0, LEAD
    for line in _without_code(_without_comments(text)):
        own, unlinked = _own_words(line.text)
        if line.level:
            if skipped_level and line.level > skipped_level:
                continue
            skipped_level = line.level if BOILERPLATE_HEADING.search(line.text) else 0
            if sentences:
                section = BODY
        if skipped_level or not _WORD.search(own):
            continue
        if not line.level and _is_sentence(unlinked):
            sentences += 1
            if sentences > LONGEST_LEAD:
                section = BODY
        yield ProseLine(line.number, own, section)


def _is_sentence(text: str) -> bool:
    return len(_WORD.findall(text)) >= FEWEST_WORDS or len(_CHINESE.findall(text)) >= 2 * FEWEST_WORDS


def _own_words(line: str) -> tuple[str, str]:
    """A line without images, addresses, code and tags, and the same without the texts of links.

    Nothing of a line that only links.
    """
    if _DEFINITION.match(line):
        return "", ""
    bare = _CODE.sub(" ", _NAMED_LINK.sub(r"[\1]()", _IMAGE.sub("", line)))
    bare = _HTML_LINK.sub(r"[\1]()", bare)
    unlinked = _ADDRESS.sub(" ", _TAG.sub(" ", _LINK.sub(" ", _LINK.sub(" ", bare))))
    if not _WORD.search(unlinked):
        return "", ""
    return _ADDRESS.sub(" ", _TAG.sub(" ", _LINK.sub(r"\1", bare))), unlinked


def _without_comments(text: str) -> str:
    """A text without HTML comments, and with tags that go over several lines in one; as many lines as before."""
    parts, at = [], 0
    while (begin := text.find("<!--", at)) >= 0:
        end = text.find("-->", begin + 4)
        if end < 0:
            break
        parts += [text[at:begin], "\n" * text.count("\n", begin, end)]
        at = end + 3
    without_comments = "".join([*parts, text[at:]])
    return _TAG.sub(lambda tag: tag[0].replace("\n", " ") + "\n" * tag[0].count("\n"), without_comments)


def _without_code(text: str) -> Iterator[_Line]:
    """The lines outside blocks of code, with the levels of headings."""
    lines = [line[:LONGEST_LINE] for line in text.split("\n", MOST_LINES)[:MOST_LINES]]
    fence, in_list, indented, blank = "", False, False, True
    for position, line in enumerate(lines):
        follows_source = bool(position) and lines[position - 1].startswith("[source")
        opened = _LISTING.match(line) if follows_source or fence[:1] in ("-", ".") else _FENCE.match(line)
        if fence:
            if opened and opened[1].startswith(fence):
                fence = ""
            continue
        is_underline = bool(_UNDERLINE.match(line)) and not blank and not follows_source
        if opened and not is_underline:
            fence = opened[1]
            continue
        if not line.strip():
            blank = True
            continue
        deep = line.startswith(("    ", "\t"))
        indented = (indented or (blank and not in_list)) and deep and not line.lstrip().startswith("<")
        if not deep:
            in_list = bool(_LIST_ITEM.match(line))
        if not (indented or is_underline):
            yield _as_line(position, line, lines)
        blank = False
        if _CODE_BLOCK.match(line) and not deep:
            indented = True


def _as_line(position: int, line: str, lines: list[str]) -> _Line:
    if heading := _HEADING.match(line):
        return _Line(position + 1, heading[2], len(heading[1]))
    if heading := _HTML_HEADING.match(line):
        return _Line(position + 1, line, int(heading[1]))
    following = lines[position + 1] if position + 1 < len(lines) else ""
    if (
        (under := _UNDERLINE.match(following))
        and len(under[1]) >= min(len(line.strip()), 3)
        and not _LIST_ITEM.match(line)
    ):
        return _Line(position + 1, line, 1 if under[1][0] == "=" else 2)
    return _Line(position + 1, line, 0)
