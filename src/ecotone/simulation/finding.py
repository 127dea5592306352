"""One answer of a comparison: what is true, what was found, and whether they agree."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A question and its unit, in both languages."""

    question: str
    question_zh: str
    unit: str
    unit_zh: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A plain question, its true and its found answer as text, and a note that says what the difference is."""

    question: str
    question_zh: str
    truth: str
    found: str
    unit: str
    unit_zh: str
    agrees: bool
    note: str
    note_zh: str

    @staticmethod
    def of(words: Words, truth: str, found: str, *, agrees: bool, note: str, note_zh: str) -> Finding:
        """A finding whose words are declared."""
        return Finding(
            question=words.question,
            question_zh=words.question_zh,
            truth=truth,
            found=found,
            unit=words.unit,
            unit_zh=words.unit_zh,
            agrees=agrees,
            note=note,
            note_zh=note_zh,
        )


def unanswered(words: Words, truth: str, missing: str) -> Finding:
    """A finding for a question whose table or column is missing."""
    return Finding.of(
        words,
        truth,
        "—",
        agrees=False,
        note=f"There is no {missing} to answer from.",
        note_zh=f"没有可供回答的数据：{missing}。",
    )


def whole(number: int) -> str:
    """A count, with thousands apart.

    >>> whole(12345)
    '12,345'
    """
    return f"{number:,}"


def percent(part: float, total: float) -> str:
    """A share with one decimal; of nothing there is none.

    >>> percent(1, 8), percent(1, 0)
    ('12.5%', '—')
    """
    return f"{100 * part / total:.1f}%" if total else "—"
