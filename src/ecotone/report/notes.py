"""Notes of sources as texts of the report."""

from __future__ import annotations

from collections.abc import Iterable

from ecotone.foundation.notes import notes_in_words, read_notes
from ecotone.report.bilingual_text import Text


def describe_notes(cells: str | Iterable[str]) -> Text:
    """The notes of one or several cells, in both languages, each once.

    >>> describe_notes('[{"code":"no_heads"}]')
    Text(en='the server offers no pull-request heads', zh='服务器未提供拉取请求的引用')
    """
    texts = [cells] if isinstance(cells, str) else list(cells)
    notes = [note for text in texts for note in read_notes(text)]
    return Text(notes_in_words(notes), notes_in_words(notes, "zh"))
