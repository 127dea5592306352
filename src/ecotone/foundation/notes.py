"""Notes: what a source or a step reports, as a code with values. Their words are in `data/notes.toml`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Final, Literal

Language = Literal["en", "zh"]

PERIODS_SHOWN: Final = 6
OPEN_END: Final = ".."


@cache
def load_catalogue() -> dict[str, dict[str, dict[str, str]]]:
    """The words of `notes` and of `lists`: code -> language -> words."""
    return tomllib.loads((files("ecotone.foundation") / "data" / "notes.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Note:
    """A code of the catalogue and the values of its placeholders; as text, its English words."""

    code: str
    values: tuple[tuple[str, str | int], ...] = ()

    def __str__(self) -> str:
        return self.in_words()

    def in_words(self, language: Language = "en") -> str:
        """The note in one language."""
        return _NoteFormatter(language).format(load_catalogue()["notes"][self.code][language], **dict(self.values))


def note(code: str, **values: str | int) -> Note:
    """A note of a catalogued code.

    >>> str(note("hours_lost", count=3, hours=744)), str(note("rows_unreadable", count=1))
    ('3 of 744 hours lost', '1 row could not be read')
    """
    return Note(code, tuple(values.items()))


def write_notes(notes: Iterable[Note]) -> str:
    """Notes as a compact JSON list for one cell of a table; empty if there are none.

    >>> write_notes([note("hours_lost", count=3, hours=744)])
    '[{"code":"hours_lost","count":3,"hours":744}]'
    """
    rows = [{"code": entry.code, **dict(entry.values)} for entry in notes]
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False) if rows else ""


def read_notes(text: str | None) -> tuple[Note, ...]:
    """The notes of a cell; any other text is one note with that sentence.

    >>> read_notes('[{"code":"no_heads"}]'), read_notes(""), read_notes("x")
    ((Note(code='no_heads', values=()),), (), (Note(code='sentence', values=(('text', 'x'),)),))
    """
    if not text:
        return ()
    try:
        rows = json.loads(text)
        notes = tuple(note(**row) for row in rows)
    except (ValueError, TypeError):
        return (note("sentence", text=text),)
    return notes if all(entry.code in load_catalogue()["notes"] for entry in notes) else (note("sentence", text=text),)


def notes_in_words(notes: Iterable[Note], language: Language = "en") -> str:
    """Several notes in one line, each once.

    >>> notes_in_words([note("no_heads"), note("records_unreadable", count=3)], "zh")
    '服务器未提供拉取请求的引用；3 条记录无法读取'
    """
    return ("；" if language == "zh" else "; ").join(dict.fromkeys(entry.in_words(language) for entry in notes))


def write_periods(periods: Sequence[tuple[str, str]]) -> str:
    """Periods as the value of a placeholder `when`: ISO 8601 intervals, the first few, then how many more.

    >>> write_periods([("2024-05-01T01", "2024-05-01T03"), ("2024-05-07", "2024-05-07"), ("2024-06-01", "..")])
    '2024-05-01T01/2024-05-01T03,2024-05-07,2024-06-01/..'
    """
    parts = [first if first == last else f"{first}/{last}" for first, last in periods[:PERIODS_SHOWN]]
    further = len(periods) - PERIODS_SHOWN
    return ",".join([*parts, *([f"+{further}"] if further > 0 else [])])


class _NoteFormatter(Formatter):
    """Fills placeholders in one language; the formats are those that the catalogue describes."""

    def __init__(self, language: Language) -> None:
        self._language, self._chinese = language, language == "zh"

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "periods":
            return self._write_period_list(str(value))
        if format_spec == "names":
            lists = load_catalogue()["lists"]
            names = [lists[name][self._language] if name in lists else name for name in str(value).split(",")]
            return ("、" if self._chinese else ", ").join(names)
        amount = f"{value:,}" if isinstance(value, int) else str(value)
        singular, _, plural = format_spec.partition("|")
        return f"{amount} {singular if value == 1 else plural}" if plural else amount

    def _write_period_list(self, text: str) -> str:
        words = [self._write_period(*part.split("/")) for part in text.split(",") if not part.startswith("+")]
        listed = ("、" if self._chinese else ", ").join(words)
        further = next((part[1:] for part in text.split(",") if part.startswith("+")), "")
        if not further:
            return listed
        return f"{listed}等，另有 {further} 段" if self._chinese else f"{listed} and {further} more"

    def _write_period(self, first: str, last: str = "") -> str:
        begin = self._write_moment(first)
        if last == OPEN_END:
            return f"{begin} 起" if self._chinese else f"from {begin}"
        if not last:
            return begin
        is_same_day = "T" in last and first[:10] == last[:10]
        end = self._write_moment(last).split(" ", 1)[1] if is_same_day else self._write_moment(last)
        return f"{begin} 至 {end}" if self._chinese else f"{begin} to {end}"

    def _write_moment(self, text: str) -> str:
        day, _, hour = text.partition("T")
        if not hour or ":" in hour:
            return f"{day} {hour}".rstrip()
        return f"{day} {int(hour)} 时" if self._chinese else f"{day} {hour}h"
