"""Messages of the pages on AI collaborators and fields."""

from __future__ import annotations

from typing import Final

from ecotone.report.messages.word import Message

MESSAGES: Final[tuple[Message, ...]] = (
    Message("nav_collaborators", "AI collaborators", "AI 协作者"),
    Message(
        "deeper_collaborators",
        "How much of the work AI agents do, with which products, and in which projects.",
        "AI 智能体承担了多少工作、使用了哪些产品、出现在哪些项目。",
    ),
    Message("collaborators_title", "Commits by and with AI agents", "AI 智能体参与的提交"),
    Message(
        "collaborators_lead",
        "Commits that name an AI agent as their author or in a trailer. Use that is not declared cannot be seen, so"
        " all numbers are lower bounds.",
        "只统计署名的提交：作者为 AI 智能体，或提交说明的署名行写明了 AI 智能体。未署名的使用无法识别，因此所有数值"
        "均为下限。",
    ),
    Message(
        "assisted_heading",
        "Monthly share of commits by or with AI agents, by field",
        "各领域 AI 智能体参与提交的月度占比",
    ),
    Message(
        "assisted_text",
        "Commits made or assisted by AI agents, as a share of all commits by people and agents, in complete months"
        " only.",
        "由 AI 智能体完成或协助的提交占人与智能体全部提交的比例，只使用数据完整的月份。",
    ),
    Message("assisted_unit", "share of commits by people and AI agents", "占人与 AI 智能体提交的比例"),
    Message("products_heading", "Monthly commits by AI product", "各 AI 产品每月的提交数"),
    Message(
        "products_text",
        "Commits that name each product, by month, from projects with complete data. A commit that names several"
        " products counts for the first. Lighter: the number is too low, because fewer than 90% of the projects have"
        " complete data.",
        "数据完整的项目中，每月署名各产品的提交数；署名多种产品的提交只计入最先出现的一种。颜色较浅的月份数值偏低："
        "数据完整的项目不足九成。",
    ),
    Message("products_unit", "commits", "次提交"),
    Message("other_products", "Other products", "其他产品"),
    Message("product", "Product", "产品"),
    Message("assisted_projects_heading", "Projects with the highest share of AI commits", "AI 参与提交占比最高的项目"),
    Message(
        "assisted_projects_text",
        "Projects by the share of commits that name an AI agent in their last six complete months, with at least "
        "{least} commits.",
        "按最近六个完整月内署名 AI 智能体的提交占比排列，提交数不少于 {least} 次。",
    ),
    Message("named_commits", "Commits naming an AI agent", "署名 AI 智能体的提交数"),
    Message("of_commits", "All commits", "提交总数"),
    Message("projects_with_heading", "Share of projects with AI commits, by month", "每月出现 AI 参与提交的项目占比"),
    Message(
        "projects_with_text",
        "Share of the projects with complete data in a month that have at least one commit naming an AI agent.",
        "当月数据完整的项目中，至少有一次提交署名 AI 智能体的项目占比。",
    ),
    Message("projects_with_unit", "share of projects with complete data", "占数据完整项目的比例"),
    Message("evidence_heading", "Commits that name an AI agent", "署名 AI 智能体的提交"),
    Message(
        "evidence_text",
        "The latest commits that name an AI agent, by project. The command ecotone export events exports all of"
        " them, in the column assisted_by.",
        "各项目最近署名 AI 智能体的提交。运行 ecotone export events 可导出全部记录，见 assisted_by 列。",
    ),
    Message("commit_ids", "Commits", "提交编号"),
    Message("nav_fields", "Fields", "领域"),
    Message(
        "deeper_fields",
        "Each field: its projects without the off-scale one, its leader, and how concentrated it is.",
        "逐个领域查看：隐藏数值过大的项目之后的走势、领先项目和集中程度。",
    ),
    Message("fields_title", "Fields", "各领域"),
    Message("fields_lead", "The trend of each field and its leading project.", "各领域的总体走势与领先项目。"),
    Message("field_lead", "{count} {count:project|projects}", "{count} 个项目"),
    Message("field_curves_heading", "Monthly {signal} by project, {field}", "{field}：各项目每月{signal}"),
    Message(
        "field_curves_text",
        "The fastest-growing project is blue, the leading projects are highlighted, the others are grey.",
        "蓝色为增长最快的项目，领先项目高亮显示，其余为灰色。",
    ),
    Message(
        "field_no_riser_text",
        "The leading projects are highlighted, the others are grey.",
        "领先项目高亮显示，其余为灰色。",
    ),
    Message(
        "field_hidden_text",
        "{leader} is hidden because its peak, {peak} in {month}, is off this scale. {rest}",
        "{leader} 在 {month} 的峰值 {peak} 超出图中范围，已隐藏。{rest}",
    ),
    Message("styles_heading", "Share of activity by project style, {field}", "{field}：各类型项目的活跃度占比"),
    Message(
        "styles_text",
        "Shares of the field's activity by style of project. The band is the range that unobserved projects allow."
        " Dashed: fewer than 90% of the projects have complete data.",
        "各类型项目占本领域活跃度的比例。色带为无数据的项目可能造成的取值范围。虚线：数据完整的项目不足九成。",
    ),
    Message("lives_heading", "New and inactive projects by quarter, {field}", "{field}：每季度新增与停滞的项目"),
    Message(
        "lives_text",
        "New: the quarter of a project's first activity. Inactive: the quarter from which a project stays at or"
        " below 5% of its peak for at least half a year.",
        "新增：项目首次出现活动的季度。停滞：自该季度起，至少连续半年不超过其峰值的 5%。",
    ),
    Message("began", "new", "新增"),
    Message("fell_silent", "inactive", "停滞"),
    Message("quarter_from", "Quarter starting", "季度起始"),
    Message("leader_heading", "Monthly share of the leading project, {field}", "{field}：领先项目的月度占比"),
    Message(
        "leader_text",
        "The leading project's share of the field's activity in each month. The band is the range that unobserved"
        " projects allow.",
        "每月领先项目占本领域活跃度的比例。色带为无数据的项目可能造成的取值范围。",
    ),
    Message("leader", "Leading project", "领先项目"),
    Message("leader_share", "Leading project's share", "领先项目占比"),
    Message("leader_unit", "share of the field's activity", "占领域活跃度的比例"),
    Message("effective_projects", "Effective number of projects", "有效项目数"),
    Message("observed_projects", "Projects with data", "有数据的项目"),
    Message("growth_year", "Growth over a year", "同比增长"),
    Message("latest_state", "Data through {month}", "数据截至 {month}"),
    Message(
        "see_in_curves",
        "Open in Trends to change signal, scale and period",
        "在走势页中打开，可更改指标、刻度与时段",
    ),
    Message("field_findings", "Main findings", "主要发现"),
    Message("category_name", "Field", "领域"),
    Message("field_more", "More about this field", "查看该领域"),
    Message(
        "label_heading",
        "From input tool to collaborator: tools that call themselves AI tools",
        "从输入工具到协作者：自称 AI 工具的比例",
    ),
    Message(
        "label_text",
        "Share of tools whose README at the month's end says in its first section, or whose manifest says in its"
        " description, that it is an AI tool; badges, code and sponsors are left out. Beside it: the share of commits"
        " that name an AI agent. No curve below {least} tools with a README.",
        "月末 README 首节或清单描述中自称 AI 工具的工具占比（不计徽章、代码与赞助名单），"
        "并列出署名 AI 智能体的提交占比。"
        "有 README 的工具不足 {least} 个时不绘制曲线。",
    ),
    Message("label_curve", "Call themselves AI tools", "自称 AI 工具"),
    Message("assisted_curve", "Commits that name an AI agent", "署名 AI 智能体的提交"),
    Message("label_measure", "Measure", "指标"),
    Message("label_unit", "share", "占比"),
    Message("label_with", "Tools with the label", "自称的工具数"),
    Message("label_of", "Tools with a README", "有 README 的工具数"),
    Message("label_kind", "Word", "用词"),
    Message("label_any", "Any word for generative AI", "任意生成式 AI 用词"),
    Message("label_ai", "AI", "人工智能"),
    Message("label_model", "Model", "模型"),
    Message("label_agent", "Agent", "智能体"),
    Message("label_copilot", "Copilot", "编程助手（Copilot）"),
    Message("label_mcp", "Model Context Protocol (MCP)", "模型上下文协议（MCP）"),
    Message("label_chat", "Chat", "对话"),
    Message("tools_heading", "When each tool became an AI tool", "各工具何时成为 AI 工具"),
    Message(
        "tools_text",
        "By its own words in month-end trees. A dash: not so far, or no README could be read. ecotone explain PROJECT"
        " label shows the lines.",
        "依据各月末代码树中的自述。横线表示尚无，或没有可读的 README。用 ecotone explain PROJECT label 查看所在行。",
    ),
    Message("tools_readme", "First README", "首个 README"),
    Message("tools_label", "AI tool since", "自称 AI 工具始于"),
    Message("tools_agent", "Agent since", "自称智能体始于"),
    Message("tools_assisted", "First commit that names an agent", "首个署名智能体的提交"),
    Message("tools_now", "Today", "现在"),
    Message("label_from_start", "{month}, from the start", "{month}，自始即是"),
    Message("label_yes", "AI tool", "AI 工具"),
    Message("label_no", "says nothing of AI", "未提及 AI"),
    Message("label_unknown", "not known", "未知"),
)
