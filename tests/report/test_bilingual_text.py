from __future__ import annotations

import pytest

from ecotone.report.bilingual_text import Text, format_change, format_number, is_share


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (None, "share", "–"),
        (0.0, "people", "0"),
        (0.0, "share", "0.0%"),
        (12.34, "", "12.3"),
        (-1234.5, "", "−1,234"),
        (9.999, "", "10"),
        (1234567, "commits", "1,234,567"),
    ],
)
def test_numbers_for_readers(value: float | None, unit: str, shown: str):
    assert format_number(value, unit) == shown


def test_a_change_that_rounds_to_nothing_has_no_sign():
    assert (format_change(0.004), format_change(-0.004), format_change(12.5)) == ("0%", "0%", "+1,250%")


def test_only_shares_are_per_cent():
    assert is_share("share")
    assert is_share("share of commits")
    assert not is_share("shares-like")
    assert not is_share("people")


def test_a_text_within_a_text_keeps_its_language():
    assert Text("by {what}", "按{what}").format(what=Text("size", "大小")) == Text("by size", "按大小")
