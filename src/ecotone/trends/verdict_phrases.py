"""Verdicts as phrases in English and Chinese, for findings, pages and the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ecotone.trends.verdict_words import HISTORY_BY_NAME, PRESENT_BY_NAME, TOO_SHORT

HIGH_CONFIDENCE: Final = 0.8  # least confidence without a mention of the second word

Row = Mapping[str, Any]

_SINCE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "climbing": ("climbing since {en}", "自 {zh}起持续攀升"),
        "rise and fall": ("rise and fall, with its high around {en}", "冲高回落，高点约在 {zh}"),
        "spike and fade": ("spike and fade, with its high around {en}", "昙花一现，高点约在 {zh}"),
        "declining": ("declining since {en}", "自 {zh}起走低"),
        "revived": ("revived, after a low in {en}", "回升，低谷在 {zh}"),
        "dormant": ("dormant since {en}", "自 {zh}起沉寂"),
    }
)


def history_phrase(row: Row) -> tuple[str, str]:
    """The word of the history with its month; `row`: of the table `verdicts`.

    >>> from datetime import date
    >>> history_phrase({"history": "climbing", "since": date(2024, 5, 1)})
    ('climbing since 2024-05', '自 2024 年 5 月起持续攀升')
    >>> history_phrase({"history": "steady", "since": date(2023, 1, 1)})
    ('steady', '平稳')
    """
    word, since = row["history"], row["since"]
    if word in _SINCE and since is not None:
        en, zh = _SINCE[word]
        return en.format(en=f"{since:%Y-%m}"), zh.format(zh=f"{since.year} 年 {since.month} 月")
    declared = HISTORY_BY_NAME[word]
    return declared.title.lower(), declared.title_zh


def history_certainty(row: Row) -> tuple[str, str] | None:
    """The confidence of the history, and the second word if it is low; None without a confidence.

    >>> history_certainty({"history_confidence": 0.64, "history_alternative": "steady"})
    ('confidence 0.64; else steady', '置信度 0.64；其次可能为“平稳”')
    """
    confidence, alternative = row["history_confidence"], row["history_alternative"]
    if confidence is None:
        return None
    en, zh = f"confidence {confidence:.2f}", f"置信度 {confidence:.2f}"
    if confidence < HIGH_CONFIDENCE and alternative not in (None, TOO_SHORT.name):
        second = HISTORY_BY_NAME[alternative]
        return f"{en}; else {second.title.lower()}", f"{zh}；其次可能为“{second.title_zh}”"
    return en, zh


def present_phrase(row: Row) -> tuple[str, str]:
    """The word of the present with its change; `row`: of the table `verdicts`.

    >>> present_phrase({"now": "growing", "now_change": 0.71, "now_change_low": 0.45, "now_change_high": 0.974})
    ('growing, +71 % (+45 % to +97 %)', '增长，+71%（+45% 至 +97%）')
    >>> present_phrase({"now": "stopped", "now_change": None})
    ('stopped', '停滞')
    """
    declared = PRESENT_BY_NAME[row["now"]]
    en, zh = declared.title.lower(), declared.title_zh
    if row["now_change"] is None:
        return en, zh
    change, low, high = (f"{row[name]:+.0%}" for name in ("now_change", "now_change_low", "now_change_high"))
    spaced = [text.replace("%", " %") for text in (change, low, high)]
    return f"{en}, {spaced[0]} ({spaced[1]} to {spaced[2]})", f"{zh}，{change}（{low} 至 {high}）"
