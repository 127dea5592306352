"""Messages of comparisons and social cards."""

from __future__ import annotations

from typing import Final

from ecotone.report.messages.word import Message

MESSAGES: Final[tuple[Message, ...]] = (
    Message("side_title", "Comparison of {names}", "{names} 对比"),
    Message("side_kicker", "Comparison", "项目对比"),
    Message(
        "side_lead",
        "The same signals of {count} {count:project|projects}, month by month. The table shows {month}, the last"
        " month with complete data for all of them.",
        "{count} 个项目的相同指标，逐月比较。表中为 {month} 的数值，即所有项目数据均完整的最后一个月。",
    ),
    Message(
        "side_lead_without",
        "The same signals of {count} {count:project|projects}, month by month. No month has complete data for all of"
        " them.",
        "{count} 个项目的相同指标，逐月比较。没有任何月份的数据对所有项目都完整。",
    ),
    Message(
        "side_leads",
        "{name} leads with {value} points a month ({signal}), before {others}; {period}, the last with complete data"
        " for all of them.",
        "{period}（所有项目数据均完整的最近月份），{name} 的{signal}最高，月均 {value} 分；其次是 {others}。",
    ),
    Message("side_numbers", "Values in {month}", "{month} 的数值"),
    Message("side_signal", "Signal", "指标"),
    Message("side_says", "Trends and findings", "走势判断"),
    Message("side_charts", "Signals by month", "逐月走势"),
    Message(
        "side_charts_text",
        "Dashed and hollow: partial; dotted: damaged; a gap: not observed. A band shows the range that the unknown"
        " values allow.",
        "虚线与空心点：数据不完整；点线：数据受损；断开：无数据。色带为未知部分可能造成的取值范围。",
    ),
    # pictures to share
    Message("card_since", "since {month}", "始于 {month}"),
    Message(
        "card_common",
        "comparison; values of {month}, the last month with complete data for all",
        "对比；数值取 {month}，即所有项目数据均完整的最后一个月",
    ),
    Message("card_axis", "{signal} by month ({unit})", "每月{signal}（{unit}）"),
    Message("card_now", "now {word}", "近况：{word}"),
    Message("card_momentum", "last 3 months against the 9 before", "近 3 个月与此前 9 个月相比"),
    Message("card_source", "source: {source}", "来源：{source}"),
    Message("card_until", "data through {day}", "数据截至 {day}"),
    Message("card_dashed", "dashed: partial data", "虚线：数据不完整"),
)
