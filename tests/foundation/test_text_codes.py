from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ecotone.foundation.text_codes import encode_texts, join_texts, look_up, plain_texts

texts = st.lists(st.none() | st.sampled_from(["a", "b", "", "ä"]), max_size=8)


@given(texts, texts)
def test_codes_are_the_same_texts(first: list[str | None], second: list[str | None]):
    chunks = [pa.table({"text": pa.array(part, pa.string())}) for part in (first, second)]
    coded = pa.concat_tables([encode_texts(chunk) for chunk in chunks]).unify_dictionaries()
    assert plain_texts(coded)["text"].to_pylist() == first + second
    joined = join_texts(coded["text"], coded["text"], separator="-")
    assert joined.to_pylist() == [None if text is None else f"{text}-{text}" for text in first + second]


@given(texts, texts)
def test_looking_up_codes_gives_what_texts_give(keys: list[str | None], known: list[str | None]):
    known = sorted({text for text in known if text is not None})
    table = pa.table(
        {"key": pa.array(known, pa.string()), "value": pa.array([f"<{text}>" for text in known], pa.string())}
    )
    column = pa.chunked_array([pa.array(keys, pa.string())])
    plain = look_up(column, table, "key", "value").to_pylist()
    assert look_up(encode_texts(pa.table({"k": column}))["k"], table, "key", "value").to_pylist() == plain
    assert plain == [f"<{text}>" if text in known else None for text in keys]


def test_columns_that_are_left_stay_texts():
    table = pa.table({"name": ["a", "a"], "id": ["1", "2"], "count": [1, 2]})
    assert encode_texts(table, leave=("id",)).schema.types == [
        pa.dictionary(pa.int32(), pa.string()),
        pa.string(),
        pa.int64(),
    ]
