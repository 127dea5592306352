"""The result of one validation check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckWords:
    """A question and its unit, in both languages."""

    question: str
    question_zh: str
    unit: str
    unit_zh: str


@dataclass(frozen=True, slots=True)
class ComparisonResult:
    """A question with its true and its computed answer, and a note about the difference."""

    question: str
    question_zh: str
    truth: str
    computed: str
    unit: str
    unit_zh: str
    agrees: bool
    note: str
    note_zh: str

    @staticmethod
    def from_words(
        words: CheckWords, truth: str, computed: str, *, agrees: bool, note: str, note_zh: str
    ) -> ComparisonResult:
        """A result with the question and unit of its check."""
        return ComparisonResult(
            question=words.question,
            question_zh=words.question_zh,
            truth=truth,
            computed=computed,
            unit=words.unit,
            unit_zh=words.unit_zh,
            agrees=agrees,
            note=note,
            note_zh=note_zh,
        )


def make_unanswered_result(words: CheckWords, truth: str, missing: str) -> ComparisonResult:
    """The result of a check whose table or column is missing."""
    return ComparisonResult.from_words(
        words,
        truth,
        "—",
        agrees=False,
        note=f"There is no {missing} to answer from.",
        note_zh=f"没有可供回答的数据：{missing}。",
    )


def format_count(number: int) -> str:
    """A count with thousands separators.

    >>> format_count(12345)
    '12,345'
    """
    return f"{number:,}"


def format_share(part: float, total: float) -> str:
    """A share in per cent with one decimal; "—" if the total is 0.

    >>> format_share(1, 8), format_share(1, 0)
    ('12.5%', '—')
    """
    return f"{100 * part / total:.1f}%" if total else "—"
