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
)
