"""The prose of a README: its own sentences, without badges, navigation, code, and lists of those who pay or help.

Markdown, reStructuredText, AsciiDoc and HTML are read by the same rules, line by line; line numbers are those of the
file. The text is a stranger's: it is capped, and every pattern runs in linear time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set
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
    r"\b(?:sponsor|backer|supporter|donat|contribut|acknowledg|credit|thank|licen[sc]e|star history|stargazer|community"
    r"|adopter|used by|who uses|partner|related|friends|contents|copyright|maintainer|authors?\b|citation|changelog)"
    r"|赞助|贊助|支持者|贡献|貢獻|鸣谢|致谢|感谢|许可|授权|社区|友情|合作|相关项目|目录|星标|引用",
    re.IGNORECASE,
)
"""Headings of sections that speak of other people and projects, not of the tool."""
_COMMON_WORDS: Final = frozenset(
    ("a", "an", "and", "for", "list", "of", "on", "our", "projects", "table", "the", "to", "us", "we", "with", "your")
)

_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,4000}>")
_HTML_LINK: Final = re.compile(r"<a\b[^<>]{0,4000}>([^<>]{0,400})</a\s*>", re.IGNORECASE)
_HTML_HEADING: Final = re.compile(r"\s*<h([1-6])\b", re.IGNORECASE)
_IMAGE: Final = re.compile(r"!\[(?:[^\[\]]++|\[[^\[\]]*+\])*+\](?:\([^()]*\)|\[[^\[\]]*\])")
_LINK: Final = re.compile(r"\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_NAMED_LINK: Final = re.compile(r"`([^`<>]{0,400})<[^<>`]{0,2000}>`__?")
_CODE: Final = re.compile(r"(`{1,3})[^`]*\1")
_ADDRESS: Final = re.compile(r"\b(?:https?|ftp|mailto):[^\s)>\]]+|\bwww\.[^\s)>\]]+", re.IGNORECASE)
_DEFINITION: Final = re.compile(
    r"\s{0,3}\[[^\[\]]{1,200}\]:\s|\.\.\s(?:\||_|image|figure|contents)|\s{0,20}:[a-z-]{1,30}:(?:\s|$)|image::?"
)
_PICTURE: Final = re.compile(r"\.\.\s(?:\|([^|\n]{1,100})\|\s+)?(?:image|figure)::")
"""A picture of reStructuredText, with the name that stands for it in the text."""
_EMPHASIS: Final = re.compile(r"(?<![A-Za-z0-9_])_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}(?![A-Za-z0-9_])")
_VERBATIM: Final = re.compile(r"<(/?)(pre|code|script|style)\b[^<>]{0,400}>", re.IGNORECASE)
_BROKEN_HEADING: Final = re.compile(
    r"(<h[1-6]\b[^<>]{0,400}>)[ \t]*\n[ \t]*([^\s<\[][^\n<\[]{0,80})(?=\s{0,20}</h[1-6])", re.IGNORECASE
)
_QUOTE: Final = re.compile(r"^\s{0,3}(?:>[ \t]?)+")
_BOLD_LINE: Final = re.compile(r"\s{0,3}(?:\*\*|__)([^*_]{1,80})(?:\*\*|__):?\s*$")
_FENCE: Final = re.compile(r"\s*(?:(?:[-*+]|\d{1,3}[.)])\s+)?(```+(?=[^`]*$)|~~~+)")
_CLOSED_FENCE: Final = re.compile(r"\s*(```+|~~~+)\s*$")
"""A line with backticks at both ends is code in a line; words may follow the first fence alone (CommonMark 0.31)."""
_LISTING: Final = re.compile(r"(-{4,}|\.{4,})\s*$")
_CODE_BLOCK: Final = re.compile(r"\s*\.\.\s+(?:code|code-block|sourcecode|highlight)::|.*(?<!:)::\s*$")
_HEADING: Final = re.compile(r"\s{0,3}(#{1,6}|={1,5})\s+(\S.*)")
_UNDERLINE: Final = re.compile(r"\s{0,3}(={3,}|-{3,}|~{3,}|\^{3,}|\*{3,}|\"{3,})\s*$")
_LIST_ITEM: Final = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s")
BOLD_LEVEL: Final = 7
"""The level of a bold line that stands for a heading, below those of all headings."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


class ProseLine(NamedTuple):
    """A line of prose.

    number  of the line in the file, from 1
    section   LEAD: before the second heading, where a tool says what it is; BODY: after it
    follows   whether it goes on with the sentence of the line before
    """

    number: int
    text: str
    section: str
    follows: bool = False


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
    skipped_level, sentences, section, title, before = 0, 0, LEAD, 0, -1
    pictures = {match[1] for match in map(_PICTURE.match, text.splitlines()) if match and match[1]}
    for line in _without_code(_without_comments(text)):
        own, unlinked = _own_words(line.text, pictures)
        if line.level:
            title = title or line.number
            if skipped_level and line.level > skipped_level:
                continue
            skipped_level = line.level if _is_boilerplate(line, is_title=title == line.number) else 0
            if sentences and line.level != BOLD_LEVEL:
                section = BODY
        if skipped_level or not _WORD.search(own):
            continue
        if not line.level and _is_sentence(unlinked):
            sentences += 1
            if sentences > LONGEST_LEAD:
                section = BODY
        follows = line.number == before + 1 and not line.level and not _LIST_ITEM.match(line.text)
        yield ProseLine(line.number, own, section, follows)
        before = line.number if not line.level else -1


def _is_boilerplate(line: _Line, *, is_title: bool) -> bool:
    """Whether the section of a heading speaks of others; a title does not, if it says more."""
    if is_title and line.level == 1:
        rest = BOILERPLATE_HEADING.split(line.text.casefold())
        words = {word for part in rest for word in _WORD.findall(part) if len(word) > 2} - _COMMON_WORDS
        return not words and BOILERPLATE_HEADING.search(line.text) is not None
    return BOILERPLATE_HEADING.search(line.text) is not None


def _is_sentence(text: str) -> bool:
    return len(_WORD.findall(text)) >= FEWEST_WORDS or len(_CHINESE.findall(text)) >= 2 * FEWEST_WORDS


def _own_words(line: str, pictures: Set[str]) -> tuple[str, str]:
    """A line without images, addresses, code and tags, and the same without the texts of links.

    Nothing of a line that only links.
    """
    if _DEFINITION.match(line):
        return "", ""
    for name in pictures if "|" in line else ():
        line = line.replace(f"|{name}|", " ")
    bare = _CODE.sub(" ", _NAMED_LINK.sub(r"[\1]()", _IMAGE.sub("", line)))
    bare = _HTML_LINK.sub(r"[\1]()", bare)
    unlinked = _ADDRESS.sub(" ", _TAG.sub(" ", _LINK.sub(" ", _LINK.sub(" ", bare))))
    if not _WORD.search(unlinked):
        return "", ""
    words = _ADDRESS.sub(" ", _TAG.sub(" ", _LINK.sub(r"\1", bare)))
    return _EMPHASIS.sub("", words), unlinked


def _without_comments(text: str) -> str:
    """A text without HTML comments and code, and with tags over several lines in one; as many lines as before."""
    parts, at, searched = [], 0, 0
    while (begin := text.find("<!--", searched)) >= 0:
        end = text.find("-->", begin + 4)
        searched = begin + 4
        if text[begin - 1 : begin] == "`" or (end < 0 and text[begin - 1 : begin] not in ("", "\n")):
            continue
        end = len(text) if end < 0 else end + 3  # a block that is not closed goes on to the end
        parts += [text[at:begin], "\n" * text.count("\n", begin, end)]
        at = searched = end
    text = _without_verbatim("".join([*parts, text[at:]]))
    text = _TAG.sub(lambda tag: tag[0].replace("\n", " ") + "\n" * tag[0].count("\n"), text)
    return _BROKEN_HEADING.sub(r"\n\1 \2", text)


def _without_verbatim(text: str) -> str:
    """A text without what HTML marks as code; as many lines as before."""
    tags = list(_VERBATIM.finditer(text))
    closing = Counter(tag[2].lower() for tag in tags if tag[1])
    parts, at, opened = [], 0, ""
    begin = 0
    for tag in tags:
        name = tag[2].lower()
        closing[name] -= bool(tag[1])
        if not opened and not tag[1] and closing[name] > 0:
            opened, begin = name, tag.start()
        elif opened == name and tag[1]:
            parts += [text[at:begin], " ", "\n" * text.count("\n", begin, tag.end())]
            opened, at = "", tag.end()
    return "".join([*parts, text[at:]])


def _without_code(text: str) -> Iterator[_Line]:
    """The lines outside blocks of code and options of pictures, with the levels of headings."""
    raw = [line[:LONGEST_LINE] for line in text.split("\n", MOST_LINES)[:MOST_LINES]]
    lines = [_QUOTE.sub("", line, count=1) for line in raw]
    fence, in_quote, in_picture, indented, blank = "", False, False, False, True
    offsets: list[int] = []
    for position, line in enumerate(lines):
        is_quoted = line != raw[position]
        follows_source = bool(position) and lines[position - 1].startswith("[source")
        if follows_source or fence[:1] in ("-", "."):
            opened = _LISTING.match(line)
        else:
            opened = _CLOSED_FENCE.match(line) if fence else _FENCE.match(line)
        if fence and in_quote and not is_quoted:
            fence, opened = "", _FENCE.match(line)
        if fence:
            if opened and opened[1].startswith(fence):
                fence = ""
            continue
        is_underline = bool(_UNDERLINE.match(line)) and not blank and not follows_source
        if opened and not is_underline:
            fence, in_quote = opened[1], is_quoted
            continue
        if not line.strip():
            blank = True
            continue
        indent = len(line) - len(line.lstrip(" \t")) + 3 * (len(line) - len(line.lstrip("\t")))
        while offsets and indent < offsets[-1] and (blank or _LIST_ITEM.match(line)):
            offsets.pop()
        deep = indent >= (offsets[-1] if offsets else 0) + 4
        indented = (indented or blank) and deep and not line.lstrip().startswith("<")
        in_picture = in_picture and indent > 0
        if not indented and (item := _LIST_ITEM.match(line)):
            offsets.append(len(item[0]))
        if not (indented or is_underline or in_picture):
            yield _as_line(position, line, lines)
        blank, in_picture = False, in_picture or _PICTURE.match(line) is not None
        if _CODE_BLOCK.match(line) and not deep:
            indented = True


def _as_line(position: int, line: str, lines: list[str]) -> _Line:
    if heading := _HEADING.match(line):
        return _Line(position + 1, heading[2], len(heading[1]))
    if heading := _HTML_HEADING.match(line):
        return _Line(position + 1, line, int(heading[1]))
    if heading := _BOLD_LINE.match(line):
        return _Line(position + 1, heading[1], BOLD_LEVEL)
    following = lines[position + 1] if position + 1 < len(lines) else ""
    if (
        (under := _UNDERLINE.match(following))
        and len(under[1]) >= min(len(line.strip()), 3)
        and not _LIST_ITEM.match(line)
    ):
        return _Line(position + 1, line, 1 if under[1][0] == "=" else 2)
    return _Line(position + 1, line, 0)
