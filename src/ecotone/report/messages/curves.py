"""Messages of the pages on trends, ranking and validation."""

from __future__ import annotations

from typing import Final

from ecotone.report.messages.word import Message

MESSAGES: Final[tuple[Message, ...]] = (
    # shapes
    Message("shape", "Trend", "走势"),
    Message("now", "Now", "近况"),
    Message("verdict_history", "Whole history", "整体走势"),
    Message("verdict_now", "Now, against the year before", "近况（与此前一年相比）"),
    Message("verdict_how", "How this is judged", "判断方法"),
    Message("measure_contributors", "contributors", "贡献者"),
    Message("measure_commits", "commits", "提交数"),
    Message("measure_merged", "merged pull requests", "合并的拉取请求"),
    Message(
        "verdict_terms",
        "From {months} complete months, {first} to {last}, without bots and AI agents. A level averages the typical"
        " months of a quarter to half a year, each measure relative to its high; contributors count for two thirds,"
        " commits and merged pull requests for one third. Now compares the last three and six complete months with the"
        " twelve before; a clear change also differs from the same months a year before. The percentage is the change"
        " that two measures reach, with the interval of nine in ten.",
        "依据 {first} 至 {last} 的 {months} 个完整月份，不含机器人和 AI 智能体。水平取一个季度至半年内典型月份的均值，"
        "各指标以自身最高值为基准；贡献者占三分之二，提交数与合并的拉取请求合占三分之一。近况将最近 3 个月和 6 个月"
        "与此前 12 个月相比，与上一年同期也有差异才算明显变化。百分比为至少两项指标达到的变化幅度，括号内为 90% 区间。",
    ),
    Message("shapes_heading", "Projects by trend", "按走势分组的项目"),
    Message(
        "shapes_text",
        "Each project is grouped by its whole history: contributors first, commits and merged pull requests as"
        " witnesses, complete months only, without bots. The small curves are contributors since the project began;"
        " the coloured word says what the project does now, against the year before. Within a"
        " group, the highest confidence comes first.",
        "按整体走势分组：以贡献者为主，提交数和合并的拉取请求为佐证，只使用数据完整的月份，不含机器人。小图为项目开始以来的"
        "贡献者数，带颜色的词表示项目的近况（与此前一年相比）；组内按置信度从高到低排列。",
    ),
    Message("curve_says", "Trend and findings", "走势判断"),
    Message("confidence_of", "(confidence {value})", "（置信度 {value}）"),
    # curves
    Message("curves_title", "Trends over time", "走势"),
    Message(
        "curves_lead",
        "All projects of a field over time. Choose the field, signal and period; the address of this page keeps your"
        " choices, so you can share the link.",
        "同一领域所有项目的历史走势。领域、指标和时段均可选择；所选内容保存在网址中，可直接分享链接。",
    ),
    Message("pick_from", "First month", "起始月份"),
    Message("pick_to", "Last month", "结束月份"),
    Message("whole_period", "Full period", "全部时段"),
    Message("show_all", "Show all", "全部显示"),
    Message("show_none", "Hide all", "全部隐藏"),
    Message("in_curves", "Compare with other projects", "与其他项目比较"),
    # the chart's controls
    Message("pick_category", "Field", "领域"),
    Message("pick_signal", "Signal", "指标"),
    Message("pick_step", "Interval", "粒度"),
    Message("step_month", "Month", "月"),
    Message("step_quarter", "Quarter", "季"),
    Message("pick_scale", "Scale", "刻度"),
    Message("scale_linear", "Linear", "线性"),
    Message("scale_log", "Log", "对数"),
    Message("scale_peak", "Share of peak", "占峰值比例"),
    Message("hide_leader", "Hide the off-scale project", "隐藏数值过大的项目"),
    Message("curves", "Projects in this chart", "图中的项目"),
    Message("legend_complete", "complete", "数据完整"),
    Message("legend_partial", "partial", "数据不完整"),
    Message("legend_damaged", "damaged", "数据受损"),
    Message("legend_gap", "gap: not observed", "断开：无数据"),
    Message("legend_unobserved", "not observed", "无数据"),
    Message("legend_riser", "fastest-growing", "增长最快"),
    Message("reset", "Reset", "重置"),
    Message(
        "chart_hint",
        "Click a curve or its name to highlight it; drag across the chart to zoom into a period. A curve ends where"
        " the data end.",
        "点击曲线或项目名称可高亮显示；在图上横向拖动可放大一段时间。曲线终止处即数据截止处。",
    ),
    # ranking
    Message("ranking_title", "Ranking", "排名"),
    Message(
        "ranking_lead",
        "{compared} of {projects} {projects:project|projects} ranked by {signal}, mean of the three months to {month}."
        " The small curves begin in {since}. Projects without complete data for {month} follow without a rank."
        " Momentum compares that mean with the mean of the nine months before.",
        "{projects} 个项目中的 {compared} 个按截至 {month} 的三个月平均{signal}排名；小图自 {since} 起；"
        "该月数据不完整的项目列于其后，不排名次。动量指该均值相对于此前九个月均值的变化。",
    ),
    Message("all_fields", "All fields", "全部领域"),
    Message("all_projects", "All projects", "全部项目"),
    Message("other_projects", "Other projects", "其他项目"),
    Message("find_project", "Find a project", "查找项目"),
    Message(
        "bounds_note",
        "Contributors and organisations are those of the month alone; a project's page says whose project it is, from"
        " twelve months. In brackets: the range if none or all of the commits with an unknown employer belong to this"
        " organisation.",
        "贡献者与组织只计当月；项目页根据十二个月的数据回答“是谁的项目”。"
        "括号内为取值范围：所属组织未知的提交全部不属于该组织，或全部属于该组织。",
    ),
    Message("ranks_title", "Quarterly ranks by {signal}", "各季度{signal}排名"),
    Message(
        "ranks_text",
        "The top {places} projects of a field in each quarter of the last ten years, ranked by the monthly mean."
        " Only projects with complete data for the quarter are ranked. A curve ends with the last complete quarter; the"
        " fastest-growing project is blue.",
        "最近十年每个季度领域内的前 {places} 名，按季度内的月均值排名，只比较"
        "该季度数据完整的项目。曲线止于最后一个数据完整"
        "的季度；增长最快的项目为蓝色。",
    ),
    Message("rank", "Rank", "排名"),
    Message("quarter", "Quarter", "季度"),
    Message("rank_unit", "rank within the field", "领域内排名"),
    # truth
    Message("truth_title", "Validation", "结果验证"),
    Message(
        "truth_lead",
        "These data are simulated, so the correct answers are known. {agree} of {count} {count:answer|answers} agree.",
        "数据由模拟生成，正确答案已知：{count} 项结果中有 {agree} 项一致。",
    ),
    Message("truth_how", "When an answer counts as correct", "判定标准"),
    Message("truth_answers", "Results", "逐项结果"),
    Message(
        "truth_exact",
        "Exact agreement is required for commits, merges, releases, and commits made or assisted by bots and AI"
        " agents. Counts by month must agree in every project-month.",
        "提交、合并、发布，以及机器人、AI 智能体完成或协助的提交，必须完全一致；按月统计的数值，须在每个项目的每个月"
        "都一致。",
    ),
    Message(
        "truth_people",
        "Counts of people, contributors and first contributions may differ by {tolerance} of the true total, summed"
        " over all months, because people are identified by e-mail address only.",
        "人数、贡献者和首次贡献的误差合计不得超过真实总数的 {tolerance}，因为人员只能通过邮箱地址识别。",
    ),
    Message(
        "truth_opening",
        "Counts of opened pull requests may differ by {tolerance} of the true total, summed over all months, because"
        " git does not record when a pull request was opened.",
        "新建的拉取请求各月误差合计不得超过真实总数的 {tolerance}，因为 git 不记录拉取请求的创建时间。",
    ),
    Message(
        "truth_inside",
        "At least {least} of the estimated intervals for opened threads must contain the true number.",
        "新建议题与拉取请求的估计区间中，至少 {least} 须包含真实值。",
    ),
    Message(
        "truth_employer",
        "At most {tolerance} of the commits by people may be attributed to an organisation that did not employ the"
        " author at the time.",
        "人工提交中，被归到当时并非作者雇主的组织名下的，不得超过 {tolerance}。",
    ),
    Message(
        "truth_names",
        "The leader and the fastest-growing project must be the true ones. Only projects with at least {least}"
        " commits a month before the growth are considered.",
        "领先的项目与增长最快的项目必须判断正确；只考虑增长前月均提交数不少于 {least} 次的项目。",
    ),
    Message("question", "Question", "问题"),
    Message("truth", "True", "真实值"),
    Message("found", "Computed", "计算结果"),
    Message("agrees", "Agrees", "是否一致"),
    Message("yes", "yes", "一致"),
    Message("no", "no", "不一致"),
    Message(
        "figure_coverage",
        "project-months: {w} complete, {p} partial (dashed, hollow), {d} damaged (dotted); gaps were not observed",
        "项目月度样本：{w} 个数据完整，{p} 个不完整（虚线、空心），{d} 个受损（点线）；断开处无数据",
    ),
    Message(
        "figure_riser",
        "Blue: the fastest-growing project (last three complete months compared with the nine before)",
        "蓝色：增长最快的项目（最近三个完整月与此前九个月相比）",
    ),
)
