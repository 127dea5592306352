"""The words of both verdicts on a project, with their definitions in English and Chinese.

The definitions hold for what the report draws above them: complete months only, without the commits of bots and AI
agents. `history_verdict` and `current_verdict` apply them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictWord:
    """A word of a verdict."""

    name: str
    title: str
    title_zh: str
    definition: str
    definition_zh: str


EMERGING: Final = VerdictWord(
    name="emerging",
    title="Emerging",
    title_zh="萌芽",
    definition="Begun within the period, 6 to 18 complete months old, and above 60 % of its high.",
    definition_zh="始于观测期内，已有 6 至 18 个完整月份，目前高于最高水平的 60%。",
)
CLIMBING: Final = VerdictWord(
    name="climbing",
    title="Climbing",
    title_zh="持续攀升",
    definition=(
        "Its last level is at least 75 % of its high and at least 1.4 times the level one to two years before; the last"
        " complete month holds a commit."
    ),
    definition_zh="当前水平不低于最高水平的 75%，且至少是一到两年前的 1.4 倍；最近一个完整月份仍有提交。",
)
STEADY: Final = VerdictWord(
    name="steady",
    title="Steady",
    title_zh="平稳",
    definition="No lasting direction: above 60 % of its high, and neither emerging, climbing nor revived.",
    definition_zh="没有持续的方向：目前高于最高水平的 60%，但不属于萌芽、持续攀升或回升。",
)
RISE_AND_FALL: Final = VerdictWord(
    name="rise and fall",
    title="Rise and fall",
    title_zh="冲高回落",
    definition="Rose within the period to its high, and now stands at 60 % of it or less.",
    definition_zh="在观测期内升至最高水平，目前不高于其 60%。",
)
SPIKE_AND_FADE: Final = VerdictWord(
    name="spike and fade",
    title="Spike and fade",
    title_zh="昙花一现",
    definition="A burst: its quarter level reached half of the highest in at most six months; 40 % or less is left.",
    definition_zh="短暂爆发：季度水平达到最高值一半的不超过 6 个月，目前不高于最高值的 40%。",
)
DECLINING: Final = VerdictWord(
    name="declining",
    title="Declining",
    title_zh="走低",
    definition="At least 75 % of its high where the period begins, and now at 60 % of the high or less.",
    definition_zh="观测期之初不低于最高水平的 75%，目前不高于最高水平的 60%。",
)
REVIVED: Final = VerdictWord(
    name="revived",
    title="Revived",
    title_zh="回升",
    definition=(
        "Spent half a year at a third of an earlier level or less, and has come back to at least half of that level and"
        " twice the low."
    ),
    definition_zh="曾有半年处于先前水平的三分之一或更低，此后回到先前水平的一半以上，并至少是低谷的两倍。",
)
DORMANT: Final = VerdictWord(
    name="dormant",
    title="Dormant",
    title_zh="沉寂",
    definition=(
        "Typically one contributor or none in the last six complete months, with fewer than five commits a month, in a"
        " project once at least four times as busy."
    ),
    definition_zh="最近 6 个完整月份通常最多只有 1 名贡献者，月均提交不足 5 次，而过去最忙时至少是现在的 4 倍。",
)
TOO_SHORT: Final = VerdictWord(
    name="too short to say",
    title="Too short to say",
    title_zh="尚难判断",
    definition="Fewer than six complete months.",
    definition_zh="完整月份不足 6 个。",
)

HISTORY: Final = (
    EMERGING, CLIMBING, STEADY, RISE_AND_FALL, SPIKE_AND_FADE, DECLINING, REVIVED, DORMANT, TOO_SHORT,
)  # fmt: skip
"""Every word of a history, in the order of the report; a word's code is its index here."""

GROWING: Final = VerdictWord(
    name="growing",
    title="Growing",
    title_zh="增长",
    definition="Two or three measures are clearly higher (by 25 % or more), none is clearly lower.",
    definition_zh="有两到三项指标明显上升（25% 或以上），没有一项明显下降。",
)
STABLE: Final = VerdictWord(
    name="stable",
    title="Stable",
    title_zh="稳定",
    definition="No measure has clearly changed, or only one has.",
    definition_zh="没有指标明显变化，或仅有一项。",
)
SHRINKING: Final = VerdictWord(
    name="shrinking",
    title="Shrinking",
    title_zh="收缩",
    definition="Two or three measures are clearly lower (by 20 % or more), none is clearly higher.",
    definition_zh="有两到三项指标明显下降（20% 或以上），没有一项明显上升。",
)
STOPPED: Final = VerdictWord(
    name="stopped",
    title="Stopped",
    title_zh="停滞",
    definition=(
        "Typically at most one contributor and two commits a month in the last three complete months, a quarter of the"
        " year before or less; or mostly months without a commit for a year."
    ),
    definition_zh=(
        "最近 3 个完整月份通常最多只有 1 名贡献者和 2 次提交，且不超过前一年的四分之一；或近一年大多数月份没有提交。"
    ),
)
MIXED: Final = VerdictWord(
    name="mixed",
    title="Mixed",
    title_zh="有升有降",
    definition="One measure is clearly higher while another is clearly lower.",
    definition_zh="有指标明显上升，同时另有指标明显下降。",
)
UNCLEAR: Final = VerdictWord(
    name="unclear",
    title="Unclear",
    title_zh="尚不明朗",
    definition=(
        "Fewer than nine complete months, fewer than two commits a month over a year and a half, or months that differ"
        " too much for any word."
    ),
    definition_zh="完整月份不足 9 个，或近一年半月均提交不足 2 次，或各月差异过大而无法判断。",
)

PRESENT: Final = (GROWING, STABLE, SHRINKING, STOPPED, MIXED, UNCLEAR)
"""Every word of the present, in the order of the report; a word's code is its index here."""

HISTORY_BY_NAME: Final[Mapping[str, VerdictWord]] = MappingProxyType({word.name: word for word in HISTORY})
PRESENT_BY_NAME: Final[Mapping[str, VerdictWord]] = MappingProxyType({word.name: word for word in PRESENT})
