"""Months and their arithmetic."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.foundation.errors import UserError
from ecotone.foundation.months import add_months, list_months_between, parse_month, start_of_month

days = st.dates(date(1970, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize("text", ["2024-00", "2024-13", "24-01", "2024-1", "2024-01-02", "1969-12", "9999-01", ""])
def test_what_is_no_month_is_refused(text: str):
    with pytest.raises(UserError, match="write it as 2024-03"):
        parse_month(text)


@given(days)
def test_a_month_is_read_as_it_is_written(day: date):
    month = start_of_month(day)
    assert parse_month(f"{day:%Y-%m}") == parse_month(f"{month}") == month


@given(days, st.integers(-120, 120))
def test_going_there_and_back(day: date, count: int):
    month = start_of_month(day)
    assert add_months(add_months(month, count), -count) == month
    assert len(list_months_between(month, add_months(month, count))) == max(count + 1, 0)


def test_every_month_once():
    assert [f"{month:%y-%m}" for month in list_months_between(date(2023, 11, 1), date(2024, 2, 1))] == [
        "23-11", "23-12", "24-01", "24-02",
    ]  # fmt: skip
    assert list_months_between(date(2024, 2, 1), date(2024, 1, 1)) == ()
