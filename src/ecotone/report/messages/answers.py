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
        " stopped{fading}.",
        "{name} 上升最快：最近三个月较此前九个月 {change}；可比的 {projects} 个项目中，{growing} 个增长，{shrinking}"
        " 个收缩或停滞{fading}。",
    ),
    Message("answer_fading", " ({names})", "（{names} 等）"),
    Message(
        "answer_rises_alone",
        "{name} rises fastest: {change} in three months over the nine before.",
        "{name} 上升最快：最近三个月较此前九个月 {change}。",
    ),
    Message(
        "answer_none_rises",
        "No larger project clearly rises; {growing} of {projects} compared {projects:project|projects}"
        " {growing:grows|grow}, {shrinking} {shrinking:shrinks or has|shrink or have} stopped{fading}.",
        "没有较大的项目明显上升；可比的 {projects} 个项目中，{growing} 个增长，{shrinking} 个收缩或停滞{fading}。",
    ),
    Message(
        "answer_not_compared",
        "The data of these {projects} projects end in different months: {compared} {compared:has|have} complete data"
        " for the newest, so none leads.",
        "这 {projects} 个项目的数据截止于不同月份：最新月份数据完整的有 {compared} 个，因此不作比较。",
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
        "{signal} by month since {since}, each on its own scale. The number, and the order, is the mean of the three"
        " complete months to {month}. Grey at the end: the month is not complete.",
        "各项目自 {since} 起的每月{signal}，各用各的刻度。数值为截至 {month} 的三个完整月均值，并按其排列。"
        "末端灰色：该月数据不完整。",
    ),
    Message("tile_assisted", "AI named in {share}", "署名 AI：{share}"),
    Message("earlier_heading", "Data end earlier", "数据截止较早"),
    Message(
        "earlier_text",
        "Not compared with the others: {count} {count:project has|projects have} no complete data for {month}.",
        "不与其他项目比较：{count} 个项目没有 {month} 的完整数据。",
    ),
    Message(
        "not_read",
        "{count} {count:project|projects} could not be read and {count:is|are} not counted: {names}. The page Data says"
        " why.",
        "{count} 个项目未能读取，不计入：{names}。原因见“数据”页。",
    ),
    Message("data_to", "data to {month}", "数据至 {month}"),
    Message("company_label_yes", "One company’s: {name} {share}", "一家公司主导：{name} {share}"),
    Message(
        "company_label_yes_probably", "Probably one company’s: {name} {share}", "很可能由一家公司主导：{name} {share}"
    ),
    Message(
        "company_label_work_probably",
        "Probably mostly one company’s work: {name} {share}",
        "很可能主要由一家公司完成：{name} {share}",
    ),
    Message("company_label_work", "Mostly one company’s work: {name} {share}", "主要由一家公司完成：{name} {share}"),
    Message("company_label_no", "Not one company’s", "非一家公司主导"),
    Message("company_label_unclear", "Company unclear: {unknown} unknown", "归属不明：{unknown} 未知"),
    Message("company_label_absent", "Company not measured", "归属未计算"),
    Message("question_alive", "Is it alive?", "还活跃吗？"),
    Message("question_whose", "Whose is it?", "是谁的项目？"),
    Message("question_merge", "How many can merge?", "多少人能合入代码？"),
    Message("question_missed", "Who would be missed?", "少了谁会受影响？"),
    Message("question_assisted", "Written with AI?", "用 AI 编写吗？"),
    Message("alive_unknown", "Too few complete months to say.", "完整月份过少，无法判断。"),
    Message(
        "alive_sentence",
        "{verdict}{change}: {people} {people:contributor|contributors} in {month}.",
        "{verdict}{change}：{month} 有 {people} 位贡献者。",
    ),
    Message(
        "alive_stopped",
        "No: {verdict}{change}; {people} {people:contributor|contributors} in {month}.",
        "否：{verdict}{change}；{month} 有 {people} 位贡献者。",
    ),
    Message(
        "alive_place",
        "{sentence} Place {place} of {projects} compared in its field, {category}.",
        "{sentence}在所属领域“{category}”可比的 {projects} 个项目中列第 {place}。",
    ),
    Message(
        "alive_percentile",
        "{sentence} Place {place} of {projects} compared in its field, {category}: more active than {ahead} of the"
        " others.",
        "{sentence}在所属领域“{category}”可比的 {projects} 个项目中列第 {place}，活跃度高于其中 {ahead} 的其他项目。",
    ),
    Message(
        "alive_apart",
        "{sentence} Its data end earlier, so it is not compared with others.",
        "{sentence}数据截止较早，不与其他项目比较。",
    ),
    Message(
        "whose_unknown",
        "Not measured: there is no table of employers' shares.",
        "未计算：没有雇主占比数据。",
    ),
    Message(
        "missed_sentence",
        "{fewest} of {people} contributors made at least half of the commits of {month}.",
        "{month} 的 {people} 位贡献者中，{fewest} 人完成了至少一半的提交。",
    ),
    Message("missed_alone", "One contributor made all commits of {month}.", "{month} 的全部提交由一位贡献者完成。"),
    Message("missed_unknown", "No complete month with commits by people.", "没有含人工提交的完整月份。"),
    Message(
        "assisted_sentence",
        "{share} of {commits} commits name an AI agent ({since} to {until}): a lower bound.",
        "{since} 至 {until} 的 {commits} 次提交中，{share} 署名 AI 智能体；此为下限。",
    ),
    Message(
        "assisted_none",
        "None of {commits} commits names an AI agent ({since} to {until}); use that is not declared cannot be seen.",
        "{since} 至 {until} 的 {commits} 次提交均未署名 AI 智能体；未声明的使用无法识别。",
    ),
    Message("assisted_unknown", "Fewer than six complete months with commits.", "含提交的完整月份不足六个。"),
    Message("licence", "Licence", "许可证"),
    Message("licence_other", "its own text", "自有条款"),
    Message("licence_modified", "{licence} with further conditions", "{licence}，附加条件"),
    Message("on_the_year", "{change} on the year", "同比 {change}"),
    Message("open_repository", "Open the repository", "打开代码仓库"),
)
