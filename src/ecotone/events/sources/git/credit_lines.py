"""Find the lines of a commit message that credit people or tools, and the people that they name.

Examples of credit lines are no credits: indented or fenced text, quotations, and a pasted log.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from ecotone.events.signed_accounts import is_full_name, is_placeholder_signature
from ecotone.foundation.landscape_values import AUTHOR_LINE_KEY

CO_AUTHOR_KEYS: Final = frozenset({"co-authored-by", "co-developed-by"})
"""Keys of co-authors, as `parse_credit_key` writes them."""

DEFAULT_AUTHOR_LINES: Final = (
    "author", "authored-by", "original-author", "original-patch-by", "patch-by", "submitted-by", "written-by",
)  # fmt: skip
"""Keys that name an author that the committer credits in the message."""

LONGEST_LINE: Final = 2_000
MOST_PEOPLE: Final = 50  # of one line

_CREDIT_KEYS: Final = frozenset(
    {
        *CO_AUTHOR_KEYS,
        "assisted-by", "generated-by", "reviewed-by", "approved-by", "acked-by", "signed-off-by", "tested-by",
    }
)  # fmt: skip
_CO_AUTHOR_FORM: Final = re.compile(
    r"co-?author(?:s|ed|ed-by|-by)?\Z|coauthored-?by\Z|co-?authoredby\Z|pair(?:ed|ing|-programm(?:ed|ing))?-with\Z"
)
_CO_DEVELOPER_FORM: Final = re.compile(r"co-?develop(?:er|ers|ed|ed-by)\Z")
_LINE: Final = re.compile(r"([A-Za-z]{1,20}(?:[ _-][A-Za-z]{1,20}){0,3})[ \t]{0,9}[:：](?!//)[ \t]{0,99}(\S.*)")
_LINE_WITHOUT_COLON: Final = re.compile(
    r"((?:original[ -])?(?:patch|authored|submitted|written|contributed)[ -]by)[ \t]{1,9}(\S.*)", re.IGNORECASE
)
_GENERATED: Final = re.compile(
    r"\W{0,20}((?:generated|created|written|made) (?:with|by|using) .{1,200})\Z", re.IGNORECASE
)
_FENCE: Final = re.compile(r" {0,3}(```(?=`*[^`]*$)|~~~)")
_LOG_COMMIT: Final = re.compile(r"commit [0-9a-f]{7,64}\b")
_LOG_DATE: Final = re.compile(r"(?:author|commit)?date:", re.IGNORECASE)
_SQUASH_START: Final = "squashed commit of the following"

_ADDRESS: Final = r"[^\s<>()\[\],;:\"]{1,200}@[^\s<>()\[\],;:\"@]{1,200}"
_ANGLES: Final = re.compile(rf"\s*<{{1,2}}\s*(?:mailto:)?({_ADDRESS})\s*(?:>{{1,2}}|\Z)", re.IGNORECASE)
_BRACKETS: Final = re.compile(rf"\s*[(\[]\s*(?:mailto:)?({_ADDRESS})\s*[)\]]", re.IGNORECASE)
_BARE: Final = re.compile(rf"\s*({_ADDRESS})(?=[\s,;]|\Z)")
_REMARK: Final = re.compile(r"\s*(?:\([^()]{0,200}\)|\[[^\[\]]{0,200}\])")
_NAME_ALONE: Final = re.compile(r"(?:[^\W\d_a-z][\w.'’-]{0,40}(?:\s+|\Z)){2,4}\Z")
_NEXT_PERSON: Final = re.compile(r"\s*(?:[,;&+/]\s*(?:and\b)?|and\b)\s*", re.IGNORECASE)
_END_OF_CREDIT: Final = re.compile(r"\s*+(?:[(\[#].*|[.,;]?\s*+)\Z")


def parse_credit_key(key: str) -> str:
    """The key in lower case with hyphens; other ways to write `Co-authored-by` become that key.

    >>> parse_credit_key("Co Authored By"), parse_credit_key("Coauthored-by"), parse_credit_key("Reviewed-by")
    ('co-authored-by', 'co-authored-by', 'reviewed-by')
    """
    plain = re.sub(r"[ _]", "-", key.strip().lower())
    if _CO_AUTHOR_FORM.match(plain):
        return "co-authored-by"
    return "co-developed-by" if _CO_DEVELOPER_FORM.match(plain) else plain


def is_person_key(key: str) -> bool:
    """Whether the values of a key, as `parse_credit_key` writes it, name people."""
    return key in _CREDIT_KEYS or AUTHOR_LINE_KEY.match(key) is not None


def parse_credited_people(value: str, key: str = "") -> list[str]:
    """The people that a credit names, each as `Name <address>`; remarks behind an address are left out.

    A co-author may be a full name alone. Placeholders that guides and templates write name no one.

    >>> parse_credited_people("Bo <bo@tarnbeck.net> # the documents")
    ['Bo <bo@tarnbeck.net>']
    >>> parse_credited_people("Bo <bo@tarnbeck.net>, Cy (cy@brackwold.com) and dee@quillfen.org")
    ['Bo <bo@tarnbeck.net>', 'Cy <cy@brackwold.com>', '<dee@quillfen.org>']
    >>> parse_credited_people("[Ed <ed@tarnbeck.net>]"), parse_credited_people("helper[bot] <support@tarnbeck.net>")
    (['Ed <ed@tarnbeck.net>'], ['helper[bot] <support@tarnbeck.net>'])
    >>> parse_credited_people("Bo Example", "co-authored-by"), parse_credited_people("Your Name <you@example.com>")
    (['Bo Example <>'], [])
    """
    people: list[str] = []
    start = 0
    text = html.unescape(value[:LONGEST_LINE])
    while len(people) < MOST_PEOPLE:
        address = _find_address(text, start)
        if address is None:
            break
        name = " ".join(text[start : address.start()].strip(" \t[").split())
        if name.count("]") > name.count("["):
            name = name.removesuffix("]")
        if people and len(name) > 100:
            break
        if not is_placeholder_signature(name, address[1]):
            people.append(f"{name} <{address[1]}>".strip())
        start = address.end()
        if remark := _REMARK.match(text, start):
            start = remark.end()
        separator = _NEXT_PERSON.match(text, start)
        if separator is None:
            break
        start = separator.end()
    if not people and key in CO_AUTHOR_KEYS and _NAME_ALONE.match(text) and is_full_name(text):
        return [f"{' '.join(text.split())} <>"]
    return people


def _find_address(text: str, start: int) -> re.Match[str] | None:
    """The first address from a position on; one in angle brackets before all others."""
    position = text.find("<", start)
    if position >= 0:
        while position > start and text[position - 1].isspace():
            position -= 1
        bracketed = _ANGLES.match(text, position)
        first = _first_match(text, start, position)
        return first or bracketed
    return _first_match(text, start, len(text))


def _first_match(text: str, start: int, end: int) -> re.Match[str] | None:
    """The first address without angle brackets."""
    at = text.find("@", start, end)
    if at < 0:
        return None
    begin = at
    while begin > start and not text[begin - 1].isspace() and text[begin - 1] not in "([,;":
        begin -= 1
    while begin > start and (text[begin - 1] in "([" or text[begin - 1].isspace()):
        begin -= 1
    return _BRACKETS.match(text, begin, end) or _BARE.match(text, begin, end)


def find_credit_lines(subject: str, body: str) -> Iterator[tuple[str, str]]:
    """Key and value of every credit line of a message, in order; the signatures of tools have the key `generated-with`.

    A squash that git wrote holds the messages of its commits, indented, and their authors: both count. So does the text
    below a bullet, which GitLab indents, and a body that is indented as a whole, as `git log` prints it.
    """
    lines = _without_common_indent(body.splitlines())
    squashed = _SQUASH_START in subject.lower() or any(line.lower().startswith(_SQUASH_START) for line in lines)
    quoted = fenced_lines(lines)
    follows_credit = below_bullet = False
    for index, line in enumerate(lines):
        credit = None
        if line[:1].strip():
            below_bullet = line.startswith(("* ", "- "))
        if index not in quoted and len(line) <= LONGEST_LINE:
            plain = line.lstrip(" \t")
            indent = len(line) - len(plain)
            continued = (follows_credit or below_bullet) and indent < 4 and "\t" not in line[:indent]
            if indent == 0 or squashed or continued:
                credit = _parse_line(_unfold_credit(plain.rstrip(), lines[index + 1 : index + 2]))
            if credit is None and line.startswith(("* ", "- ")):
                credit = _parse_listed_credit(line[2:].strip())
        if credit is not None and credit[0] == "author" and _is_of_pasted_log(lines, index):
            credit = ("co-authored-by", credit[1]) if squashed else None
        if credit is not None and credit[0] != "generated-with" and _continues_as_text(lines, index):
            credit = None
        follows_credit = credit is not None
        if credit is not None:
            yield credit


def _without_common_indent(lines: list[str]) -> list[str]:
    """The lines of a body that is indented as a whole, without the indent; an example alone is no such body."""
    texts = [line for line in lines if line.strip()]
    if len(texts) < 2 or not all(line[0] in " \t" for line in texts) or _parse_line(texts[0].strip()):
        return lines
    width = min(len(line) - len(line.lstrip(" \t")) for line in texts)
    return [line[width:] for line in lines]


def _unfold_credit(line: str, following: Sequence[str]) -> str:
    """The line, with the indented address that mail programs fold into the line below."""
    folded = following[0] if following else ""
    if line.count(":") == 1 and "@" not in line and folded[:1] in (" ", "\t") and len(folded) <= LONGEST_LINE:
        rest = folded.strip()
        if _ANGLES.match(rest, max(rest.find("<"), 0)):
            return f"{line} {rest}"
    return line


def _parse_listed_credit(text: str) -> tuple[str, str] | None:
    """A co-author in a list; other lines of a list are text."""
    credit = _parse_line(text)
    return credit if credit is not None and credit[0] in CO_AUTHOR_KEYS else None


def _parse_line(line: str) -> tuple[str, str] | None:
    if match := _LINE.match(line):
        key, value = parse_credit_key(match[1]), match[2]
        if key in _CREDIT_KEYS:
            return key, value
        if AUTHOR_LINE_KEY.match(key) and _is_whole_credit(value):
            return key, value
    if (match := _LINE_WITHOUT_COLON.match(line)) and _is_whole_credit(match[2]):
        return parse_credit_key(match[1]), match[2]
    match = _GENERATED.match(line)
    return ("generated-with", match[1].strip()) if match else None


def _is_whole_credit(value: str) -> bool:
    """Whether a value is a name and an address in angle brackets, and at most a remark."""
    position = value.find("<")
    address = _ANGLES.match(value, position) if position > 0 else None
    return address is not None and (
        _END_OF_CREDIT.match(value, address.end()) is not None or _NEXT_PERSON.match(value, address.end()) is not None
    )


def fenced_lines(lines: list[str]) -> frozenset[int]:
    """The positions of lines between two fences of the same kind."""
    inside: set[int] = set()
    opened: tuple[str, int] | None = None
    for index, line in enumerate(lines):
        if match := _FENCE.match(line):
            if opened is None:
                opened = (match[1], index)
            elif opened[0] == match[1]:
                inside.update(range(opened[1], index + 1))
                opened = None
    return frozenset(inside)


def _is_of_pasted_log(lines: list[str], index: int) -> bool:
    before = lines[index - 1].strip().lower() if index else ""
    after = lines[index + 1].strip() if index + 1 < len(lines) else ""
    return bool(_LOG_COMMIT.match(before) or before.startswith("merge: ") or _LOG_DATE.match(after))


def _continues_as_text(lines: list[str], index: int) -> bool:
    """Whether a sentence goes on below: the next line begins in lower case and is no line of a key."""
    after = lines[index + 1] if index + 1 < len(lines) else ""
    return after[:1].islower() and " " in after.strip() and ":" not in after
