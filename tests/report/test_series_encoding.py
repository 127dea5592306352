from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecotone.report.bilingual_text import format_number
from ecotone.report.series_encoding import decimal_places, encode_series
from tests.report.decoding import decode

SERIES = st.lists(st.none() | st.floats(-1e9, 1e9), max_size=80)


@given(SERIES, st.integers(0, 5))
@example([0.0, None, -1.0], 0)
def test_what_is_written_is_read_to_the_last_place_kept(values: Sequence[float | None], decimals: int):
    found = decode(encode_series(values, decimals), decimals)
    assert [value is None for value in found] == [value is None for value in values]
    for one, other in zip(found, values, strict=True):
        if one is not None and other is not None:
            assert one == pytest.approx(other, rel=1e-12, abs=0.5000001 / 10**decimals)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_counts_come_back_exactly(values: list[int]):
    assert decimal_places([float(value) for value in values], share=False) == 0
    assert decode(encode_series([float(value) for value in values], 0), 0) == values


@given(st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=40))
def test_readers_get_the_same_number_from_the_script_as_from_the_page(values: list[float]):
    decimals = decimal_places(values, share=False)
    for one, other in zip(decode(encode_series(values, decimals), decimals), values, strict=True):
        assert one is not None
        size = 1 if other >= 1000 else 0.1 if other >= 10 else 0.01
        assert float(format_number(one).replace(",", "")) == pytest.approx(
            float(format_number(other).replace(",", "")), abs=size
        )


def test_a_month_of_an_ordinary_count_takes_two_letters():
    counts = [float(100 + place % 7 * 9) for place in range(60)]
    assert len(encode_series(counts, 0)) < 2 * len(counts)
