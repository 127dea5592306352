"""Months: `2024-03` in options, `2024-03-01` in tables; UTC."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from ecotone.foundation.errors import UserError

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 9998  # every month has one after it

_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-01)?\Z")


def parse_month(text: str) -> date:
    """The first day of a month written `2024-03` or `2024-03-01`.

    >>> parse_month("2024-03")
    datetime.date(2024, 3, 1)
    """
    match = _MONTH.match(text)
    if match and 1 <= int(match[2]) <= 12 and FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return date(int(match[1]), int(match[2]), 1)
    raise UserError(f"{text!r} is not a month; write it as 2024-03 ({FIRST_YEAR}-01 to {LAST_YEAR}-12).")


def start_of_month(moment: date | datetime) -> date:
    """The month of a day or a moment (UTC)."""
    return date(moment.year, moment.month, 1)


def add_months(month: date, count: int) -> date:
    """The month `count` months later (earlier if negative).

    >>> add_months(date(2024, 11, 1), 3)
    datetime.date(2025, 2, 1)
    """
    position = month.year * 12 + month.month - 1 + count
    return date(position // 12, position % 12 + 1, 1)


def list_months_between(first: date, last: date) -> tuple[date, ...]:
    """Every month from `first` to `last`, both included; empty when `last` is earlier."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(add_months(first, step) for step in range(max(count, 0)))
