"""Parse a published file into monthly values: `{"2024-03": 1.5, "2024Q1": ..., "2024": ..., "2021-10-raw": ...}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Final

import orjson

from ecotone.foundation.errors import SourceMalformed
from ecotone.foundation.months import LAST_YEAR

_MONTH: Final = re.compile(r"(\d{4})-(\d{2})(-raw)?\Z")
_PERIOD: Final = re.compile(r"\d{4}(?:Q[1-4])?\Z")
_NAMES_OF_ALL: Final = frozenset({"all"})


@dataclass(frozen=True, slots=True)
class MonthValue:
    """The published value of a month.

    interpolated  OpenDigger estimated it from the surrounding months
    measured      the measured value of an interpolated month, else None
    """

    month: date
    value: float
    interpolated: bool = False
    measured: float | None = None


def parse_monthly_values(content: bytes, what: str) -> tuple[tuple[MonthValue, ...], int]:
    """The months of a file, oldest first, and the number of unreadable entries. Raises SourceMalformed.

    OpenDigger omits months without activity, so a missing month is either zero or unknown.

    >>> parse_monthly_values(b'{"2021-09": 2, "2021-10": 3, "2021-10-raw": 1.5, "2021Q3": 6}', "openrank")[0][1]
    MonthValue(month=datetime.date(2021, 10, 1), value=3.0, interpolated=True, measured=1.5)
    """
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise SourceMalformed(f"OpenDigger's file of {what} is not JSON. Run the same command again later.") from error
    if not isinstance(document, dict):
        raise SourceMalformed(f"OpenDigger's file of {what} is not a map of months. Please report it.")
    plain: dict[date, float] = {}
    raw: dict[date, float] = {}
    refused = 0
    for key, value in document.items():
        if _PERIOD.match(key) or key in _NAMES_OF_ALL:
            continue
        month = _parse_month(key)
        if month is None or isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            refused += 1
            continue
        (raw if key.endswith("-raw") else plain)[month] = float(value)
    return tuple(_value_of_month(month, plain, raw) for month in sorted(plain.keys() | raw.keys())), refused


def _value_of_month(month: date, plain: Mapping[date, float], raw: Mapping[date, float]) -> MonthValue:
    if month in plain and month in raw:
        return MonthValue(month, plain[month], True, raw[month])
    return MonthValue(month, plain[month] if month in plain else raw[month])


def _parse_month(key: str) -> date | None:
    match = _MONTH.match(key)
    if match is None or not 1 <= int(match[2]) <= 12 or not 2000 <= int(match[1]) <= LAST_YEAR:
        return None
    return date(int(match[1]), int(match[2]), 1)
