"""Words of the curves, their shapes, the ranking, and the page that compares them with the truth."""

from __future__ import annotations

from typing import Final

from ecotone.report.words.word import Word

WORDS: Final[tuple[Word, ...]] = (
    # shapes
    Word("shape", "Shape", "形态"),
    Word("shapes_heading", "What the curves do", "曲线的形态"),
    Word(
        "shapes_text",
        "Each project by the shape of its activity, from whole, undamaged months only; the most certain first.",
        "按活跃度曲线的形态归类，只依据完整且未受损的月份；置信度高者在前。",
    ),
    Word("curve_says", "What the curve says", "曲线说明了什么"),
    Word("confidence_of", "(confidence {value})", "（置信度 {value}）"),
    # curves
    Word("curves_title", "Curves", "曲线"),
    Word(
        "curves_lead",
        "Every project of a field through time. Choose what to see; the address of this page keeps the choice, so that"
        " it can be sent on.",
        "同一领域全部项目的历时走势。可自由选择观察内容；所选内容保存在网址中，便于转发。",
    ),
    Word("pick_from", "First month", "起始月份"),
    Word("pick_to", "Last month", "结束月份"),
    Word("whole_period", "Whole period", "整个时段"),
    Word("show_all", "Show all", "全部显示"),
    Word("show_none", "Hide all", "全部隐藏"),
    Word("in_curves", "See them beside other projects", "与其他项目一并查看"),
    # the chart's controls
    Word("pick_category", "Field", "领域"),
    Word("pick_signal", "Signal", "指标"),
    Word("pick_step", "Step", "粒度"),
    Word("step_month", "Month", "月"),
    Word("step_quarter", "Quarter", "季"),
    Word("pick_scale", "Scale", "刻度"),
    Word("scale_linear", "Linear", "线性"),
    Word("scale_log", "Log", "对数"),
    Word("scale_peak", "Share of peak", "占峰值比例"),
    Word("hide_leader", "Hide the off-scale leader", "隐去超出量程的领先者"),
    Word("curves", "Curves in this chart", "图中曲线"),
    Word("legend_whole", "observed whole", "完整观测"),
    Word("legend_partial", "in part", "部分观测"),
    Word("legend_damaged", "damaged", "数据受损"),
    Word("legend_gap", "gap: not observed", "断开：未观测"),
    Word("legend_unobserved", "not observed", "未观测"),
    Word("legend_riser", "fastest riser", "上升最快者"),
    Word("reset", "Reset", "重置"),
    Word(
        "chart_hint",
        "Click a curve or its name to set it in colour; drag across the chart to see a shorter period. A curve ends"
        " where observation ends.",
        "点击曲线或其名称即可着色突出；在图上横向拖动可缩短时段。曲线终止处即观测终止处。",
    ),
    # ranking
    Word("ranking_title", "Ranking", "排名"),
    Word(
        "ranking_lead",
        "All {projects} projects by {signal}, from whole months only. Momentum compares the mean of the last three"
        " whole months with the mean of the nine before them.",
        "按“{signal}”排列全部 {projects} 个项目，只计完整月。动量为最近三个完整月均值相对此前九个月均值的变化。",
    ),
    Word("all_fields", "All fields", "全部领域"),
    Word("find_project", "Find a project", "查找项目"),
    Word(
        "bounds_note",
        "In brackets: bounds, if the unknown are all other / all this organisation's.",
        "括号内为上下界：归属未知者全部属于其他组织，或全部属于该组织。",
    ),
    Word("ranks_title", "Ranks by {signal}, quarter by quarter", "逐季排名（按{signal}）"),
    Word(
        "ranks_text",
        "The first {places} of a field among the projects whose quarter was observed whole, by the mean of its months."
        " A curve ends with the last such quarter; blue is the fastest riser.",
        "领域内前 {places} 名；只比较该季度完整观测的项目，按季内月均值排列。曲线止于最后一个完整季度；"
        "蓝色为上升最快者。",
    ),
    Word("rank", "Rank", "名次"),
    Word("quarter", "Quarter", "季度"),
    Word("rank_unit", "rank within the field", "领域内名次"),
    # truth
    Word("truth_title", "Against the truth", "与真值对照"),
    Word(
        "truth_lead",
        "This field was simulated, so the right answers are known. {agree} of {count} answers agree.",
        "本领域由模拟生成，正确答案已知。{count} 项中有 {agree} 项相符。",
    ),
    Word("truth_how", "How “agrees” is decided", "“相符”如何判定"),
    Word("truth_answers", "The answers", "逐项结果"),
    Word(
        "truth_exact",
        "Commits, merges, releases, and commits by bots, by AI agents or with their help must be exact: for counts by"
        " month, in every project-month.",
        "提交、合并、发布，以及由机器人、AI 智能体完成或协助的提交必须完全一致；按月计数者，须每个项目月都一致。",
    ),
    Word(
        "truth_people",
        "People, contributors and first contributions may be wrong by {tolerance} of the true total, all differences"
        " added up: nothing but e-mail addresses says who is who.",
        "人数、贡献者与首次贡献允许误差合计不超过真值总数的 {tolerance}：识别人员只能依靠邮箱地址。",
    ),
    Word(
        "truth_opening",
        "Pull requests opened may be wrong by {tolerance} of the true total, all months' differences added up: git does"
        " not say when one was opened.",
        "新建拉取请求各月误差合计不得超过真值总数的 {tolerance}：git 不记录其新建时间。",
    ),
    Word(
        "truth_inside",
        "Of the months with an interval for threads opened, {least} must hold the true number.",
        "给出议题与拉取请求估计区间的月份中，至少 {least} 的区间须包含真值。",
    ),
    Word(
        "truth_employer",
        "Of all people's commits, {tolerance} at most may be credited to an organisation that did not employ their"
        " author at the time.",
        "由人完成的提交中，误归到当时并非作者雇主的组织名下者，不得超过 {tolerance}。",
    ),
    Word(
        "truth_names",
        "The leader and the fastest riser must be the same projects; only projects with {least} commits a month before"
        " can rise.",
        "领先者与上升最快者必须是同一项目；此前月均提交不少于 {least} 次的项目才参与上升排名。",
    ),
    Word("question", "Question", "问题"),
    Word("truth", "True", "真值"),
    Word("found", "Found", "所得"),
    Word("agrees", "Agrees", "是否相符"),
    Word("yes", "yes", "相符"),
    Word("no", "no", "不符"),
    Word(
        "figure_coverage",
        "{w} project-months whole, {p} in part (dashed, hollow), {d} damaged (dotted); gaps were not observed",
        "{w} 个项目月完整观测，{p} 个部分观测（虚线、空心），{d} 个数据受损（点线）；断开处未观测",
    ),
    Word(
        "figure_riser",
        "Blue: fastest riser, last three whole months against the nine before",
        "蓝色：上升最快者，最近三个完整月与此前九个月相比",
    ),
)
