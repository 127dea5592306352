"""Words of the pages on AI collaborators and on each field."""

from __future__ import annotations

from typing import Final

from ecotone.report.words.word import Word

WORDS: Final[tuple[Word, ...]] = (
    Word("nav_collaborators", "AI collaborators", "AI 协作者"),
    Word("deeper_collaborators", "How much of the work AI agents share, with which products, where first.",
         "AI 智能体分担了多少工作、用的是哪些产品、先出现在哪里。"),
    Word("collaborators_title", "AI as a collaborator", "作为协作者的 AI"),
    Word(
        "collaborators_lead",
        "Commits that say so themselves: an agent is named as their author or in a trailer. Help that nobody names is "
        "not seen, so every number here is a floor.",
        "只统计自行注明的提交：作者就是智能体，或提交说明末尾的署名行写明了智能体。未注明的协助无从得知，"
        "所以这里的每个数字都是下限。",
    ),
    Word("assisted_heading", "Share of the work, field by field", "各领域的工作占比"),
    Word(
        "assisted_text",
        "Commits made by AI agents or assisted by them, of all commits by people and agents, in months observed whole.",
        "由 AI 智能体完成或协助的提交占人类与智能体全部提交的比例，只计完整观测的月份。",
    ),
    Word("assisted_unit", "share of commits by people and AI agents", "占人类与 AI 智能体提交的比例"),
    Word("products_heading", "Which products are named", "注明了哪些产品"),
    Word("products_text",
         "Commits that name each product, month by month, from projects observed whole; one that names several counts "
         "for the first. Paler: fewer than nine in ten projects were observed whole, so that part of them is missing.",
         "完整观测的项目中，各产品逐月被注明的提交数；一次提交注明多种产品时，只计入最先出现的一种。"
         "颜色较浅的月份：完整观测的项目不足九成，数字因此偏少。"),
    Word("products_unit", "commits", "次提交"),
    Word("other_products", "Other products", "其他产品"),
    Word("product", "Product", "产品"),
    Word("assisted_projects_heading", "Where it is most", "哪里最多"),
    Word(
        "assisted_projects_text",
        "Projects by the share of commits that name an agent in their last six whole months; at least {least} commits.",
        "按最近六个完整月内注明智能体的提交占比排列的项目，要求至少 {least} 次提交。",
    ),
    Word("named_commits", "Commits that name an agent", "注明智能体的提交"),
    Word("of_commits", "Of commits", "总提交"),
    Word("projects_with_heading", "How many projects have any", "有多少项目出现过"),
    Word("projects_with_text", "Share of the projects observed whole in a month in which any commit names an agent.",
         "当月完整观测的项目中，出现过注明智能体的提交的比例。"),
    Word("projects_with_unit", "share of projects observed", "占受观测项目的比例"),
    Word("evidence_heading", "Down to the commit", "具体到提交"),
    Word(
        "evidence_text",
        "The latest commits that name an agent, project by project. The command ecotone export events gives all of "
        "them, in the column assisted_by.",
        "各项目最近注明智能体的提交。全部记录可用命令 ecotone export events 导出，见 assisted_by 列。",
    ),
    Word("commit_ids", "Commits", "提交编号"),
    Word("nav_fields", "Fields", "领域"),
    Word("deeper_fields", "Each field by itself: its curves without the giant, who leads, how concentrated it is.",
         "逐个领域：去掉巨头之后的曲线、谁在领先、有多集中。"),
    Word("fields_title", "Field by field", "逐个领域"),
    Word("fields_lead", "What each category of this landscape does as a whole, and who leads it.",
         "本全景各类别的整体走势与领先者。"),
    Word("field_lead", "Projects: {count}", "{count} 个项目"),
    Word("field_curves_heading", "{field}: its projects", "{field}：各项目走势"),
    Word(
        "field_curves_text",
        "The fastest riser is blue, the leading ones in colour, the others grey.",
        "蓝色为上升最快者，领先者着色，其余为灰色。",
    ),
    Word("field_no_riser_text", "The leading ones are in colour, the others grey.", "领先者着色，其余为灰色。"),
    Word(
        "field_hidden_text",
        "{leader} is hidden so that the rest can be seen: its peak, {peak} in {month}, is off this scale. {rest}",
        "已隐去 {leader} 以看清其余：其 {month} 的峰值 {peak} 超出量程。{rest}",
    ),
    Word("styles_heading", "{field}: which style leads?", "{field}：哪种类型领先？"),
    Word(
        "styles_text",
        "How the styles of project share the field's activity; the band is what projects not observed in the month "
        "could change. Dashed: fewer than nine in ten of them were observed whole.",
        "各类型项目在本领域活跃度中的占比；色带为当月未观测项目可能造成的出入。虚线：完整观测的项目不足九成。",
    ),
    Word("lives_heading", "{field}: who came, who fell silent", "{field}：新生与沉寂"),
    Word(
        "lives_text",
        "Projects by the quarter of their first activity, and by that from which on no month of half a year or more "
        "was above 5% of their high.",
        "按季度统计：首次出现活动的项目，以及自该季度起连续半年以上没有一个月高于其最高水平 5% 的项目。",
    ),
    Word("began", "began", "新生"),
    Word("fell_silent", "fell silent", "沉寂"),
    Word("quarter_from", "Quarter from", "季度起始"),
    Word("leader_heading", "{field}: does anybody tower over it?", "{field}：是否一家独大？"),
    Word(
        "leader_text",
        "The leader's share of the field's activity, month by month; the band is what projects not observed in the "
        "month could change.",
        "各月居首项目占本领域活跃度的比例；色带为当月未观测项目可能造成的出入。",
    ),
    Word("leader", "Leader", "领先者"),
    Word("leader_share", "Leader's share", "领先者占比"),
    Word("leader_unit", "share of the field's activity", "占领域活跃度的比例"),
    Word("effective_projects", "Effective projects", "有效项目数"),
    Word("observed_projects", "Projects observed", "受观测项目"),
    Word("growth_year", "Growth in a year", "同比增长"),
    Word("latest_state", "As of {month}", "截至 {month}"),
    Word("see_in_curves", "Open it on the curves page, where everything can be changed",
         "在曲线页打开，可调整全部选项"),
    Word("field_findings", "What the numbers say", "数字说明了什么"),
    Word("category_name", "Field", "领域"),
    Word("field_more", "More on this field", "详见该领域"),
)  # fmt: skip
