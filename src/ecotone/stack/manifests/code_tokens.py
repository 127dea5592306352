"""Read programs of strangers as tokens, without comments; strings keep their text and their place. In linear time."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ecotone.stack.manifests.declared import UnreadableManifest

MOST_TOKENS: Final = 60_000
"""Words, texts and signs of a program that a person writes."""

TEXT: Final = "text"
WORD: Final = "word"
KEY: Final = "key"
SYMBOL: Final = "symbol"
LIST: Final = "list"
SIGN: Final = "sign"
LINE: Final = "line"
END_OF_CODE: Final = "end"

_SLASH_COMMENT: Final = r"(?P<skip1>//[^\n]*|/\*.*?(?:\*/|\Z))"
_HASH_COMMENT: Final = r"(?P<skip1>\#[^\n]*|\\\n)"
_SINGLE_QUOTED: Final = r"'(?P<text1>(?:[^'\\\n]|\\.)*+)'?"
_LONG_TEXT: Final = r'"""(?P<text2>.*?)(?:"""|\Z)'
_WORDS: Final = r"(?P<word1>[A-Za-z_]\w*[?!]?)"
_KEYS: Final = (
    r"(?P<key1>[A-Za-z_]\w*[?!]?):(?!:)|(?<![:\w]):(?:(?P<symbol1>[A-Za-z_]\w*[?!]?)|\"(?P<symbol2>[^\"\n]*+)\"?)"
)
_REST: Final = r"(?P<line1>[\n;])|(?P<sign1>\S)"
_LISTS: Final = "|".join(
    rf"\{begin}(?P<list{number}>[^\{end}]{{0,500}})\{end}"
    for number, (begin, end) in enumerate((("[", "]"), ("(", ")"), ("<", ">"), ("{", "}")))
)
_PROGRAM_FLAGS: Final = re.DOTALL | re.MULTILINE

BRACE_CODE: Final = re.compile(
    "|".join(
        (
            _SLASH_COMMENT,
            _LONG_TEXT,
            r"'''(?P<text3>.*?)(?:'''|\Z)",
            r'"(?P<text4>(?:[^"\\\n$]|\\.|\$\{[^{}\n]*+\}|\$)*+)"?',
            _SINGLE_QUOTED,
            r"(?P<word1>[A-Za-z_]\w*)",
            r"(?P<sign1>\S)",
        )
    ),
    _PROGRAM_FLAGS,
)
"""Groovy, Kotlin and Prisma."""

RUBY_CODE: Final = re.compile(
    "|".join(
        (
            r"(?P<skip2>^=begin\b.*?(?:^=end\b[^\n]*|\Z)|^__END__$.*)",
            r"(?P<skip3><<[~-]?(?P<quote>['\"]?)(?P<mark>[A-Z_]\w*)(?P=quote)[^\n]*\n"
            r".*?(?:^[ \t]*(?P=mark)[ \t]*$|\Z))",
            _HASH_COMMENT,
            r'"(?P<text4>(?:[^"\\\n#]|\\.|\#\{[^{}\n]*+\}|\#)*+)"?',
            _SINGLE_QUOTED,
            r"%[qQ][<({\[](?P<text5>[^>)}\]\n]{0,200})[>)}\]]",
            rf"%[wWiI](?:{_LISTS})",
            _KEYS,
            _WORDS,
            _REST,
        )
    ),
    _PROGRAM_FLAGS,
)
ELIXIR_CODE: Final = re.compile(
    "|".join(
        (
            _HASH_COMMENT,
            _LONG_TEXT,
            r'"(?P<text4>(?:[^"\\\n#]|\\.|\#\{[^{}\n]*+\}|\#)*+)"?',
            _SINGLE_QUOTED,
            rf"~[a-zA-Z](?:{_LISTS})",
            _KEYS,
            _WORDS,
            _REST,
        )
    ),
    _PROGRAM_FLAGS,
)


class CodeToken(NamedTuple):
    """A piece of a program; the text of a string is without its quotes."""

    kind: str
    text: str


CODE_END: Final = CodeToken(END_OF_CODE, "")


def scan_code(pattern: re.Pattern[str], text: str) -> list[CodeToken]:
    """The tokens of a program, and one for its end. A string that is not closed ends with its line.

    Raises UnreadableManifest for more than MOST_TOKENS.

    pattern  BRACE_CODE, RUBY_CODE or ELIXIR_CODE

    >>> [token.text for token in scan_code(BRACE_CODE, 'a("b // c") // d "e"')]
    ['a', '(', 'b // c', ')', '']
    """
    tokens = []
    for match in pattern.finditer(text.replace("\r\n", "\n")):
        kind = (match.lastgroup or SIGN)[:-1]
        if kind != "skip":
            tokens.append(CodeToken(kind, match[match.lastgroup or 0]))
            if len(tokens) > MOST_TOKENS:
                raise UnreadableManifest(f"more than {MOST_TOKENS} words and signs")
    return [*tokens, CODE_END]
