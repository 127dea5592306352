"""Bilingual texts and number formats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

ABSENT = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
TINY = 0.001  # smaller positive shares are written as less than this


class Count(int):
    """A whole number that chooses between singular and plural: `{count:project|projects}`."""

    def __format__(self, spec: str) -> str:
        """One of the two forms, or the number itself."""
        return spec.split("|")[self != 1] if "|" in spec else int.__format__(self, spec)


@dataclass(frozen=True, slots=True)
class Text:
    """The same text in English and in Chinese."""

    en: str
    zh: str

    @classmethod
    def same(cls, text: str) -> Text:
        """A text that is equal in both languages, such as a name."""
        return cls(text, text)

    def in_language(self, language: str) -> str:
        """The text in one language, `en` or `zh`."""
        return self.zh if language == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Replace `{name}` in both texts; a `Text` among the values is inserted in its language.

        >>> Text("{count} {count:project|projects}", "{count} 个项目").format(count=1)
        Text(en='1 project', zh='1 个项目')
        """
        counted = {key: Count(value) if type(value) is int else value for key, value in values.items()}
        english = {key: value.en if isinstance(value, Text) else value for key, value in counted.items()}
        chinese = {key: value.zh if isinstance(value, Text) else value for key, value in counted.items()}
        return Text(self.en.format(**english), self.zh.format(**chinese))


def join_sentences(texts: Iterable[Text]) -> Text:
    """Join sentences: with spaces in English, without in Chinese."""
    sentences = tuple(texts)
    return Text(" ".join(text.en for text in sentences), "".join(text.zh for text in sentences))


def is_share(unit: str) -> bool:
    """Whether a unit is a share (0 to 1), shown in per cent."""
    return unit.split(" ", 1)[0] in {"share", "shares"}


def format_number(value: float | None, unit: str = "") -> str:
    """Format a value: a dash for None, shares in per cent, thousands separated.

    >>> (
    ...     format_number(None),
    ...     format_number(1234.5),
    ...     format_number(0.3333, "share"),
    ...     format_number(0.0001, "share"),
    ...     format_number(2.5),
    ...     format_number(7.0),
    ... )
    ('–', '1,234', '33.3%', '<0.1%', '2.5', '7')
    """
    if value is None:
        return ABSENT
    if is_share(unit):
        return f"<{TINY:.1%}" if 0 < value < TINY / 2 else f"{value * 100:.1f}%"
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}".replace("-", MINUS)
    return f"{value:,.{1 if abs(value) >= 10 else 2}f}".rstrip("0").rstrip(".").replace("-", MINUS)


def format_change(value: float | None) -> str:
    """Format a relative change in per cent, with its sign.

    >>> format_change(0.256), format_change(-0.5), format_change(None)
    ('+26%', '−50%', '–')
    """
    if value is None:
        return ABSENT
    rounded = round(value * 100)
    return f"{'+' if rounded > 0 else MINUS if rounded < 0 else ''}{abs(rounded):,}%"


def format_month(month: date | None) -> str:
    """Format a month as `2024-03`; a dash for None."""
    return ABSENT if month is None else f"{month:%Y-%m}"


def lower_first_letter(title: str) -> str:
    """Lower-case the first letter of a title for use in a sentence; abbreviations are kept.

    >>> lower_first_letter("Activity"), lower_first_letter("AI share"), lower_first_letter("")
    ('activity', 'AI share', '')
    """
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
