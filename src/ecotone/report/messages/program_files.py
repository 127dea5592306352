"""Messages of the files for programs and assistants, and of the badge."""

from __future__ import annotations

from typing import Final

from ecotone.report.messages.word import Message

MESSAGES: Final[tuple[Message, ...]] = (
    Message("for_programs", "For programs, assistants and feed readers", "供程序、AI 助手与订阅阅读器使用"),
    Message("changes_of_field", "{title}: what changed", "{title}：最新变化"),
    Message(
        "change_overtook",
        "{project} overtook {others} in {month}: {signal} {value} a month against {highest}, three-month means",
        "{project} 于 {month} 超过 {others}：{signal}三个月月均 {value}，对比 {highest}",
    ),
    Message("change_began", "{project} began in {month}", "{project} 始于 {month}"),
    # badges
    Message("badge_now", "activity now", "当前状态"),
    Message("badge_history", "history", "历史走势"),
    Message("badge_company", "one company's?", "由一家公司主导？"),
    Message("badge_contributors", "contributors", "贡献者"),
    Message("badge_organisations", "organisations", "组织数"),
    Message("badge_unknown", "unknown", "未知"),
    Message("badge_no", "no", "否"),
    Message("badge_one", "one", "某组织"),
    Message("badge_company_known", "{name}, {share} of commits", "{name}，占提交 {share}"),
    Message("badge_company_estimate", "{name}, about {share} of commits", "{name}，约占提交 {share}"),
    Message("badge_in_month", "{value} in {month}", "{month} 为 {value}"),
)
