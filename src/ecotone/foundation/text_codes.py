"""Text columns as codes: each distinct text is kept once, and a row holds its number.

A table with such columns needs a fraction of the memory. It can be filtered, grouped and compared as it is; to sort it
or to join texts, use plain texts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def encode_texts(table: pa.Table, leave: Collection[str] = ()) -> pa.Table:
    """The table with its text columns as codes, all chunks of a column with the same texts.

    leave  columns to leave as they are: those whose texts are nearly all different
    """
    columns = [
        column.dictionary_encode() if pa.types.is_string(column.type) and name not in leave else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    ]
    return pa.table(columns, names=table.column_names).unify_dictionaries()


def plain_texts(table: pa.Table) -> pa.Table:
    """The table with its texts written out.

    >>> plain_texts(encode_texts(pa.table({"name": ["a", None, "a"]}))).equals(pa.table({"name": ["a", None, "a"]}))
    True
    """
    columns = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names)


def join_texts(*columns: pa.ChunkedArray, separator: str) -> pa.ChunkedArray:
    """The texts of each row, joined; NULL where one of them is."""
    plain = plain_texts(pa.table(list(columns), names=[str(number) for number in range(len(columns))]))
    return pc.binary_join_element_wise(*plain.columns, separator)


def look_up(keys: pa.ChunkedArray, table: pa.Table, key: str, value: str) -> pa.ChunkedArray:
    """The value that the table has for each key; NULL for a key that it lacks. Codes give codes.

    >>> people = pa.table({"account": ["a", "b"], "person": ["p", "p"]})
    >>> look_up(pa.chunked_array([["b", "c", "a"]]), people, "account", "person").to_pylist()
    ['p', None, 'p']
    """
    values = table[value].combine_chunks()
    if not pa.types.is_dictionary(keys.type):
        return values.take(pc.index_in(keys, value_set=table[key].combine_chunks()))
    codes = whole_codes(keys)
    coded = values.take(pc.index_in(codes.dictionary, value_set=table[key].combine_chunks())).dictionary_encode()
    rows = pa.DictionaryArray.from_arrays(coded.indices.take(codes.indices), coded.dictionary)
    return pa.chunked_array([rows])


def find_same_rows(table: pa.Table, others: pa.Table, keys: Sequence[str]) -> pa.Array:
    """For each row the position of the other table's row with equal keys; NULL without one, or where a key is NULL.

    keys  columns of texts or numbers, of the same types in both tables

    >>> acts = pa.table({"project": ["p", "p", "q", None], "year": [2024, 2025, 2025, 2025]})
    >>> find_same_rows(acts, pa.table({"project": ["q", "p"], "year": [2025, 2024]}), ["project", "year"]).to_pylist()
    [1, None, 0, None]
    """
    own = pa.array(np.zeros(table.num_rows, np.int64))
    wanted = pa.array(np.zeros(others.num_rows, np.int64))
    for name in keys:
        codes = whole_codes(table[name])
        values = plain_texts(others.select([name]))[name].combine_chunks()
        positions = pc.index_in(values, value_set=codes.dictionary, skip_nulls=True).cast(pa.int64())
        width = len(codes.dictionary)
        own = pc.add(pc.multiply(own, width), codes.indices.cast(pa.int64()))
        wanted = pc.add(pc.multiply(wanted, width), positions)
    return pc.index_in(own, value_set=wanted, skip_nulls=True)


def whole_codes(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column of codes in one piece."""
    whole = column.chunk(0) if column.num_chunks == 1 else column.unify_dictionaries().combine_chunks()
    return whole if isinstance(whole, pa.DictionaryArray) else whole.dictionary_encode()
