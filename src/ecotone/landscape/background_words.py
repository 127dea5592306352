"""How common words are in general, and word vectors: the outside background that a landscape is compared with.

`data/background_words_1.parquet` holds counts and coordinates from 894,248 short package descriptions of PyPI and npm
(2026, each distinct text once): in how many of them a word stands, and the first 64 dimensions of the truncated SVD of
the positive pointwise mutual information of words in one description, for words of 15 descriptions and more. These are
facts about words; no description can be read back. Only English words are in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from ecotone.landscape.text_features import stem_word

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

FILE_NAME: Final = "background_words_1.parquet"
DIMENSIONS: Final = 64
FIRST_CHINESE: Final = "\u4e00"
SMOOTHING: Final = 50
"""Added to the descriptions of a word: rare words all weigh about the same, misspellings do not weigh most."""


@dataclass(frozen=True, slots=True)
class BackgroundWords:
    """The background.

    position   word -> its row
    documents  (n_words,) descriptions that have the word
    vectors    (n_words, DIMENSIONS); zero for a word too rare to have one
    total      number of descriptions
    """

    position: Mapping[str, int]
    documents: Floats
    vectors: Floats
    total: int

    def find_words(self, words: Sequence[str]) -> Codes:
        """The row of each word or of its singular; -1 for a word that the background lacks."""
        unknown = -1
        return np.array(
            [self.position.get(word, self.position.get(stem_word(word), unknown)) for word in words], np.int64
        )

    def word_vectors(self, words: Sequence[str]) -> Floats:
        """(len(words), DIMENSIONS); zero where nothing is known."""
        rows = self.find_words(words)
        return np.where((rows >= 0)[:, None], self.vectors[np.maximum(rows, 0)], 0.0)

    def weigh_words(self, words: Sequence[str], projects: Floats, size: int, chinese: int = 0) -> Floats:
        """The weight of each word, larger for a word that is rare in general: ln(N / (df + SMOOTHING)), at least 0.

        A word that the background lacks (a name, a Chinese pair of characters) is weighed by the landscape alone:
        ln(size / projects) / ln(size), in units of the greatest weight. Pairs of characters are weighed among the
        projects that have any (`chinese`): that two are written in Chinese makes them no more similar.
        projects  (len(words),) projects of the landscape that use the word
        size      projects with any word
        source    Robertson (2004), Journal of Documentation 60:503, on inverse document frequency
        """
        rows = self.find_words(words)
        general = np.log(self.total / (self.documents[np.maximum(rows, 0)] + SMOOTHING))
        rarest = math.log(self.total / SMOOTHING)
        pairs = np.array([word[:1] >= FIRST_CHINESE for word in words], bool)
        sizes = np.where(pairs, max(chinese, 2), max(size, 2))
        inside = np.log(sizes / np.clip(projects, 1, sizes)) / np.log(sizes)
        return np.asarray(np.maximum(np.where(rows >= 0, general, rarest * inside), 0.0))


@cache
def load_background_words() -> BackgroundWords:
    """The background that comes with Ecotone."""
    with (resources.files("ecotone.landscape") / "data" / FILE_NAME).open("rb") as file:
        table = pq.read_table(file)
    listed = table["vector"].combine_chunks()
    known = np.asarray(listed.is_valid())
    vectors = np.zeros((table.num_rows, DIMENSIONS))
    vectors[known] = listed.drop_null().flatten().to_numpy().astype(np.float64).reshape(-1, DIMENSIONS)
    return BackgroundWords(
        {word: row for row, word in enumerate(table["word"].to_pylist())},
        table["documents"].to_numpy().astype(np.float64),
        vectors,
        int(table.schema.metadata[b"documents_total"]),
    )
