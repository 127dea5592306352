"""Text as numbers."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ecotone.foundation.text_codes import encode_texts
from ecotone.networks.dictionary_encoding import encode_columns_together, sort_codes

texts = st.lists(st.one_of(st.none(), st.sampled_from(["b", "a", "ü", "", "aa"])), max_size=8)


@given(st.lists(texts, max_size=3), texts, st.booleans())
def test_names_are_in_order_and_every_value_is_found_again(chunks, other, as_dictionary):
    one, two = pa.chunked_array(chunks, pa.string()), pa.chunked_array([other], pa.string())
    if as_dictionary:
        one = encode_texts(pa.table({"x": one}))["x"]
    names, codes = encode_columns_together(one, two)
    listed = names.to_pylist()
    assert listed == sorted(set(listed), key=str.encode)
    for column, found in zip((one, two), codes, strict=True):
        assert [None if code < 0 else listed[code] for code in found] == column.to_pylist()


@given(texts)
def test_null_comes_last(values):
    order = sort_codes(pa.chunked_array([values], pa.string()))
    ranked = [values[place] for place in sorted(range(len(values)), key=lambda place: (order[place], place))]
    assert ranked == sorted((one for one in values if one is not None), key=str.encode) + [None] * values.count(None)


def test_nothing():
    names, (one, two) = encode_columns_together(pa.chunked_array([], pa.string()), pa.chunked_array([], pa.string()))
    assert (len(names), len(one), len(two)) == (0, 0, 0)
