"""Words of the page that sets projects side by side."""

from __future__ import annotations

from typing import Final

from ecotone.report.words.word import Word

WORDS: Final[tuple[Word, ...]] = (
    Word("side_title", "{names} side by side", "{names} 对照"),
    Word("side_kicker", "Comparison", "项目对照"),
    Word(
        "side_lead",
        "The same numbers of {count} projects, month by month. The table shows {month}, the last month that all of them"
        " were observed whole, so that nobody is compared by half a month.",
        "{count} 个项目的同一组指标，逐月对照。表中为 {month} 的数值，即全部项目均完整观测的最后一个月，"
        "避免以不完整的月份相比。",
    ),
    Word(
        "side_lead_without",
        "The same numbers of {count} projects, month by month. There is no month that all of them were observed whole.",
        "{count} 个项目的同一组指标，逐月对照。没有全部项目均完整观测的月份。",
    ),
    Word("side_numbers", "In {month}", "{month} 的数值"),
    Word("side_signal", "Signal", "指标"),
    Word("side_says", "What the curves say", "曲线说明了什么"),
    Word("side_charts", "Month by month", "逐月走势"),
    Word(
        "side_charts_text",
        "Dashed and hollow: observed in part; dotted: damaged; a gap: not observed. A band is the range the unknown"
        " leaves open.",
        "虚线与空心点：部分观测；点线：数据受损；断开：未观测。色带为未知部分留下的取值范围。",
    ),
    # pictures to share
    Word("card_since", "since {month}", "始于 {month}"),
    Word("card_common", "side by side; numbers of {month}, the last month all were observed whole",
         "对照；数值取 {month}，即全部项目均完整观测的最后一个月"),
    Word("card_axis", "{signal} a month ({unit})", "每月{signal}（{unit}）"),
    Word("card_momentum", "3 months against the 9 before", "近 3 个月与此前 9 个月相比"),
    Word("card_source", "source: {source}", "来源：{source}"),
    Word("card_until", "observed until {day}", "观测截至 {day}"),
    Word("card_dashed", "dashed: observed in part", "虚线：部分观测"),
)  # fmt: skip
