"""What notes say, for tests."""

from __future__ import annotations

import pyarrow as pa

from ecotone.events.sources.base import Failures
from ecotone.foundation.notes import notes_in_words, read_notes


def notes_of(coverage: pa.Table) -> list[str]:
    """The notes of every row, in English."""
    return [notes_in_words(read_notes(cell)) for cell in coverage["note"].to_pylist()]


def sentences(failures: Failures) -> tuple[tuple[str, str], ...]:
    """Failures with their reasons in English."""
    return tuple((place, str(reason)) for place, reason in failures)
