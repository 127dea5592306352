"""Messages of the first screens: the overview's three sentences, small multiples and a project's questions."""

from __future__ import annotations

from typing import Final

from ecotone.report.messages.word import Message

MESSAGES: Final[tuple[Message, ...]] = (
    Message(
        "answer_leads",
        "{name} leads with {share} of the {signal} of {projects} compared projects ({since} to {until}), before"
        " {second} with {second_share}; none has half.",
        "{since} 至 {until}，在可比的 {projects} 个项目中，{name} 居首，占{signal}的 {share}；其次是 {second}，占"
        " {second_share}；没有项目过半。",
    ),
    Message(
        "answer_leads_majority",
        "{name} dominates with {share} of the {signal} of {projects} compared projects ({since} to {until}); {second}"
        " follows with {second_share}.",
        "{since} 至 {until}，在可比的 {projects} 个项目中，{name} 一家独大，占{signal}的 {share}；其次是 {second}，占"
        " {second_share}。",
    ),
    Message(
        "answer_rises",
        "{name} rises fastest: {change} in three months over the nine before; {growing} of {projects} compared"
        " {projects:project|projects} {growing:grows|grow}, {shrinking} {shrinking:shrinks or has|shrink or have}"
        " stopped.",
        "{name} 上升最快：最近三个月较此前九个月 {change}；可比的 {projects} 个项目中，{growing} 个增长，{shrinking}"
        " 个收缩或停滞。",
    ),
    Message(
        "answer_rises_alone",
        "{name} rises fastest: {change} in three months over the nine before.",
        "{name} 上升最快：最近三个月较此前九个月 {change}。",
    ),
    Message(
        "answer_none_rises",
        "No larger project clearly rises; {growing} of {projects} compared {projects:project|projects}"
        " {growing:grows|grow}, {shrinking} {shrinking:shrinks or has|shrink or have} stopped.",
        "没有较大的项目明显上升；可比的 {projects} 个项目中，{growing} 个增长，{shrinking} 个收缩或停滞。",
    ),
    Message(
        "answer_leader_changed",
        "A year before, {before} led the {projects} projects with data for both times.",
        "一年前，在两个时段均有数据的 {projects} 个项目中，居首的是 {before}。",
    ),
    Message(
        "answer_leader_same",
        "{name} also led a year before ({projects} projects with data for both times).",
        "一年前居首的也是 {name}（两个时段均有数据的项目共 {projects} 个）。",
    ),
    Message(
        "answer_assisted_change",
        "{share} of {commits} commits name an AI agent ({since} to {until}), {before} a year before: a lower bound.",
        "{since} 至 {until} 的 {commits} 次提交中，{share} 署名 AI 智能体，一年前为 {before}；此为下限。",
    ),
    Message(
        "answer_assisted",
        "{share} of {commits} commits name an AI agent ({since} to {until}): a lower bound.",
        "{since} 至 {until} 的 {commits} 次提交中，{share} 署名 AI 智能体；此为下限。",
    ),
    Message("tiles_heading", "Leading projects", "领先项目"),
    Message(
        "tiles_text",
        "{signal} by month, each on its own scale. The number, and the order, is the mean of the three complete"
        " months to {month}. Grey at the end: the month is not complete.",
        "各项目每月{signal}，各用各的刻度。数值为截至 {month} 的三个完整月均值，并按其排列。末端灰色：该月数据不完整。",
    ),
    Message("tile_assisted", "AI named in {share}", "署名 AI：{share}"),
    Message("earlier_heading", "Data end earlier", "数据截止较早"),
    Message(
        "earlier_text",
        "Not compared with the others: {count} {count:project has|projects have} no complete data for {month}.",
        "不与其他项目比较：{count} 个项目没有 {month} 的完整数据。",
    ),
    Message("data_to", "data to {month}", "数据至 {month}"),
    Message("company_label_yes", "One company’s: {name} {share}", "一家公司主导：{name} {share}"),
    Message("company_label_no", "Not one company’s", "非一家公司主导"),
    Message("company_label_unclear", "Company unclear: {unknown} unknown", "归属不明：{unknown} 未知"),
    Message("company_label_absent", "Company not measured", "归属未计算"),
)
