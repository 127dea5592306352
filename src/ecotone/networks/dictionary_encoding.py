"""Dictionary-encode text columns to sorted integer codes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int64]

MISSING = -1
"""The code of NULL."""


def encode_columns_together(*columns: pa.ChunkedArray) -> tuple[pa.Array, list[Codes]]:
    """The sorted names of some text columns together, and the position of each value among them.

    returns  names (some may occur in no row), and for each column (n,), MISSING where NULL
    """
    chunks = [chunk for column in columns for chunk in _encode_text_column(column).chunks]
    if not chunks:
        return pa.array([], pa.string()), [np.zeros(0, np.int64) for _ in columns]
    whole = pa.chunked_array(chunks).unify_dictionaries()
    names = whole.chunk(0).dictionary
    order = pc.sort_indices(names).to_numpy()
    rank = np.empty(len(order) + 1, np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = MISSING  # NULL has position -1
    positions = np.concatenate([pc.fill_null(chunk.indices, MISSING).to_numpy() for chunk in whole.chunks])
    codes = rank[positions]
    return names.take(pa.array(order)), np.split(codes, np.cumsum([len(column) for column in columns])[:-1])


def sort_codes(column: pa.ChunkedArray) -> npt.NDArray[np.int64] | npt.NDArray[np.float64]:
    """Numbers that sort like the column's values; NULL last."""
    kind = column.type
    if pa.types.is_floating(kind):
        return np.asarray(column.to_numpy(), np.float64)
    if pa.types.is_date(kind):
        return np.asarray(column.cast(pa.int32()).to_numpy(), np.int64)
    names, (codes,) = encode_columns_together(column)
    return np.where(codes == MISSING, len(names), codes)


def _encode_text_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.dictionary_encode() if pa.types.is_string(column.type) else column
