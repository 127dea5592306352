"""Decoding of series, for tests."""

from __future__ import annotations

from ecotone.report.series_encoding import ABSENT, LETTERS


def decode(text: str, decimals: int) -> list[float | None]:
    """Decode a series, as `decodeSeries` in assets/figure.js does."""
    values: list[float | None] = []
    before, factor, rest = 0, 1, 0
    for letter in text:
        if letter == ABSENT:
            values.append(None)
            continue
        digit = LETTERS.index(letter)
        rest += digit % 32 * factor
        if digit >= 32:
            factor *= 32
            continue
        before += -(rest // 2) if rest % 2 else rest // 2
        values.append(before / 10**decimals)
        factor, rest = 1, 0
    return values
