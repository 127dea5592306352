"""Compact text encoding of series: differences of consecutive integers as base-32 digits.

A value takes two characters, in JSON six. `decodeSeries` in `assets/figure.js` decodes it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
ABSENT: Final = "~"

_BITS: Final = 5  # of a number per character; the sixth bit marks a continuation
_MORE: Final = 1 << _BITS
DIGITS: Final = 5  # significant digits of the largest value
SHARE_PLACES: Final = 3  # 0.1 %
MIN_PLACES: Final = 2  # minimum
MAX_PLACES: Final = 12  # maximum


def decimal_places(values: Iterable[float | None], *, share: bool) -> int:
    """Decimal places of a signal's values: none for integers, else enough for five significant digits.

    >>> (
    ...     decimal_places([1.0, None, 250.0], share=False),
    ...     decimal_places([0.5], share=True),
    ...     decimal_places([0.00123], share=False),
    ... )
    (0, 3, 7)
    """
    known = [abs(value) for value in values if value is not None]
    if all(value == int(value) for value in known):
        return 0
    if share:
        return SHARE_PLACES
    return min(max(DIGITS - 1 - math.floor(math.log10(max(known))), MIN_PLACES), MAX_PLACES)


def encode_series(values: Sequence[float | None], decimals: int) -> str:
    """Encode values rounded to `decimals` places; a missing value is `~`.

    >>> encode_series([1.0, 2.0, None, 2.0, -14.0], 0)
    'CC~AhB'
    """
    scale, before, parts = 10**decimals, 0, []
    for value in values:
        if value is None:
            parts.append(ABSENT)
            continue
        whole = round(value * scale)
        parts.append(_encode_integer(whole - before))
        before = whole
    return "".join(parts)


def _encode_integer(number: int) -> str:
    """An integer in base 32, lowest digit first; the first bit is the sign."""
    rest, text = (-number << 1) | 1 if number < 0 else number << 1, ""
    while True:
        digit, rest = rest & (_MORE - 1), rest >> _BITS
        text += LETTERS[digit | (_MORE if rest else 0)]
        if not rest:
            return text
