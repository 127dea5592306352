"""Every word a page says of its own, in English and Chinese; signals and categories bring theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ecotone.foundation.errors import UnknownName
from ecotone.report.text import Text


@dataclass(frozen=True, slots=True)
class Word:
    """A word or sentence under its key; `{name}` marks what is filled in."""

    key: str
    en: str
    zh: str


WORDS: Final[tuple[Word, ...]] = (
    # every page
    Word("skip", "Skip to content", "跳到正文"),
    Word("made_with", "Made with Ecotone from public records.", "由 Ecotone 根据公开记录生成。"),
    Word(
        "self_contained",
        "This page is complete in itself: it opens from disk and asks nothing of any server.",
        "本页自成一体：可直接从磁盘打开，不向任何服务器发出请求。",
    ),
    Word("theme", "Switch between light and dark", "切换浅色与深色"),
    Word("menu", "Pages of this report", "报告页面"),
    Word("nav_index", "Overview", "总览"),
    Word("nav_ranking", "Ranking", "排名"),
    Word("nav_project", "Projects", "项目"),
    Word("nav_methods", "Methods", "方法"),
    Word("nav_data", "Data", "数据"),
    Word("nav_truth", "Against the truth", "与真值对照"),
    Word("none", "none", "无"),
    Word("needs_script", "Charts need JavaScript; the tables do not.", "图表需要 JavaScript，表格则不需要。"),
    # captions
    Word("unit", "Unit", "单位"),
    Word("formula", "Formula", "公式"),
    Word("period", "Period", "时段"),
    Word("source", "Source", "来源"),
    Word("coverage", "Coverage", "覆盖情况"),
    Word("span", "{since} to {until}", "{since} 至 {until}"),
    Word(
        "coverage_of",
        "{w} of project-months observed whole, {p} in part, {d} damaged, {n} not observed",
        "项目月中 {w} 完整观测，{p} 部分观测，{d} 数据受损，{n} 未观测",
    ),
    Word("each_its_own", "as stated under each chart", "见各图下方"),
    Word(
        "coverage_of_project",
        "{w} months observed whole, {p} in part, {d} damaged, {n} not observed",
        "{w} 个月完整观测，{p} 个月部分观测，{d} 个月数据受损，{n} 个月未观测",
    ),
    Word("sources_of", "{sources} ({projects} projects)", "{sources}（{projects} 个项目）"),
    Word("no_source", "not stated", "未注明"),
    # index
    Word("kicker", "Landscape report", "生态版图报告"),
    Word(
        "lead",
        "{projects} open-source projects in {categories} fields, month by month: who builds them, for whom those people"
        " work, and which projects rise.",
        "逐月观察 {categories} 个领域的 {projects} 个开源项目：谁在建设，他们供职于哪些组织，哪些项目正在上升。",
    ),
    Word("observed_to", "Observed until {day} (UTC)", "观测截至 {day}（UTC）"),
    Word("head_projects", "projects", "个项目"),
    Word("head_commits", "commits read", "次提交已读取"),
    Word("head_months", "project-months", "个项目月"),
    Word("head_organisations", "organisations named", "个具名组织"),
    Word("head_whole", "observed whole", "完整观测"),
    Word("stands_out", "What stands out", "要点"),
    Word("card_riser", "Fastest riser", "上升最快"),
    Word(
        "card_riser_text",
        "{signal}: the last three whole months against the nine before, among projects at or above the median of their"
        " field.",
        "{signal}：最近三个完整月与此前九个月相比，仅比较达到所在领域中位数的项目。",
    ),
    Word("card_fall", "Steepest fall", "下降最快"),
    Word(
        "card_fall_text",
        "{signal}: the last three whole months against the nine before, among projects that were at or above the"
        " median.",
        "{signal}：最近三个完整月与此前九个月相比，仅比较此前达到中位数的项目。",
    ),
    Word("card_organisations", "Most organisations", "参与组织最多"),
    Word(
        "card_organisations_text",
        "organisations known to take part in {month}; {unknown} of commits come from people of unknown employer.",
        "家已知组织于 {month} 参与；{unknown} 的提交归属未知。",
    ),
    Word("card_single", "Closest to one organisation", "最依赖单一组织"),
    Word(
        "card_single_text",
        "of commits in {month} by one organisation; between {low} and {high}, depending on whom the unknown work for.",
        "的提交于 {month} 出自同一组织；视未知者的归属，实际介于 {low} 与 {high} 之间。",
    ),
    Word(
        "card_single_known",
        "of commits in {month} by one organisation; everyone's employer is known.",
        "的提交于 {month} 出自同一组织；全部提交均有归属。",
    ),
    Word("card_assisted", "Most written with AI agents", "AI 智能体参与最多"),
    Word(
        "card_assisted_text",
        "of people's commits in {month} name an AI agent as co-author; unnamed use cannot be seen.",
        "的人类提交于 {month} 署有 AI 智能体为共同作者；未署名的使用无从得知。",
    ),
    Word("chart_heading", "Activity through time", "活跃度走势"),
    Word("top_ten", "Ten most active projects", "最活跃的十个项目"),
    Word("whole_ranking", "The whole ranking", "完整排名"),
    Word("go_deeper", "Go deeper", "深入阅读"),
    Word("deeper_ranking", "Every project by its latest whole months; sortable.", "按最近完整月列出全部项目，可排序。"),
    Word("deeper_methods", "What each number means, with formula and source.", "每个数字的含义、公式与出处。"),
    Word("deeper_data", "What was read, until when, and what is missing.", "读取了什么、截至何时、缺了什么。"),
    Word("deeper_truth", "What was found beside what is known to be true.", "将结果与已知真值逐项对照。"),
    Word("downloads", "Tables and figures", "表格与图片"),
    Word("downloads_text", "Everything on these pages, as files.", "本报告的全部数据，均可作为文件取用。"),
    Word("field_projects", "{count} projects", "{count} 个项目"),
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
        "Click a curve or its name to set it in colour. A curve ends where observation ends.",
        "点击曲线或其名称即可着色突出。曲线终止处即观测终止处。",
    ),
    # tables
    Word("project", "Project", "项目"),
    Word("repository", "Repository", "代码仓库"),
    Word("category", "Field", "领域"),
    Word("layer", "Layer", "层次"),
    Word("style", "Style", "形态"),
    Word("language", "Language", "语言"),
    Word("first_event", "First event", "首个事件"),
    Word("observed_until", "Observed until", "观测截至"),
    Word("trend", "Trend", "走势"),
    Word("last_month", "Last whole month", "最近完整月"),
    Word("momentum", "Momentum", "动量"),
    Word("peak_month", "Peak month", "峰值月"),
    Word("of_peak", "Of peak", "占峰值"),
    Word("contributors", "Contributors", "贡献者"),
    Word("organisations", "Organisations", "组织"),
    Word("top_organisation", "Top organisation", "最大组织"),
    Word("unknown_share", "Unknown", "归属未知"),
    Word("month", "Month", "月份"),
    Word("smaller_organisation", "a smaller organisation", "某较小组织"),
    Word("colour", "In colour", "着色"),
    Word("show", "Show", "显示"),
    Word("too_young", "too young", "历时尚短"),
    Word("sort_hint", "Select a column's head to sort by it.", "点击列标题即可排序。"),
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
    # project
    Word("project_lead", "{category} · first event {first}", "{category} · 首个事件 {first}"),
    Word("numbers", "Numbers", "数字"),
    Word("all_signals", "Signals", "指标"),
    Word(
        "all_signals_text",
        "Every month of the period. Shaded: in part; striped: damaged; grey: not observed. A band is the range the"
        " unknown leaves open.",
        "时段内逐月数值。浅色底：部分观测；斜纹：数据受损；灰底：未观测。色带表示未知部分留下的取值范围。",
    ),
    Word("organisations_heading", "For whom they work", "他们供职于何处"),
    Word(
        "organisations_text",
        "Share of people's commits by employer. Organisations of fewer than {min} people in a month are counted, not"
        " named; the unknown stay in the whole.",
        "按雇主划分的人类提交占比。当月不足 {min} 人的组织只计数、不具名；未知部分保留在总体之中。",
    ),
    Word("no_organisations", "No organisation is known for this project.", "该项目没有已知组织。"),
    Word("share_unit", "share of people's commits", "人类提交占比"),
    Word("table_of_numbers", "All numbers as a table", "全部数字（表格）"),
    Word("what_it_rests_on", "What this rests on", "数据基础"),
    Word("last_reading", "in {month}", "{month}"),
    # methods
    Word("methods_title", "Methods", "方法"),
    Word(
        "methods_lead",
        "Every number of this report, as it is declared beside the code that computes it: {count} signals.",
        "本报告的全部数字，均按其在计算代码旁的声明列出，共 {count} 项指标。",
    ),
    Word("definition", "Definition", "定义"),
    Word("reference", "After", "依据"),
    Word("when_null", "Empty when", "空值含义"),
    Word("when_empty", "Without any", "当月全无时取值"),
    Word("has_bounds", "Bounds", "上下界"),
    Word("has_bounds_text", "given beside the value", "随值给出"),
    Word("how_to_read", "How to read the charts", "如何读图"),
    Word(
        "read_coverage",
        "A month is observed whole, in part, damaged, or not observed. Only whole months enter rankings. The month in"
        " which observation ends is in part and drawn hollow; nothing after it is zero.",
        "每个月份分为完整观测、部分观测、数据受损与未观测四种。排名只计完整月。观测终止所在月份属部分观测，以空心绘出；其后并非为零。",
    ),
    Word(
        "read_momentum",
        "Momentum = (mean of the last 3 whole months − mean of the 9 before) ÷ mean of the 9 before. It needs all three"
        " recent months and six of the nine.",
        "动量 =（最近 3 个完整月均值 − 此前 9 个月均值）÷ 此前 9 个月均值；须三个近月齐全，且九个月中至少六个完整。",
    ),
    Word(
        "read_riser",
        "The fastest riser, in blue, has the highest momentum, of 10% or more, among projects at or above the median of"
        " their field.",
        "蓝色为上升最快者：在达到所在领域中位数的项目中动量最高，且不低于 10%。",
    ),
    Word(
        "read_leader",
        "A leader is off-scale when its peak is at least {times} times the next one's; the chart can leave it out and"
        " says where it would be.",
        "若领先者的峰值不低于次高者的 {times} 倍，即为超出量程；图中可将其隐去，并注明其应在的位置。",
    ),
    Word("read_quarter", "A quarter shows the mean of its months.", "季度值为其各月的均值。"),
    Word(
        "read_privacy",
        "Organisations of fewer than {min} people in a project-month are counted but not named.",
        "在某项目某月不足 {min} 人的组织只计数、不具名。",
    ),
    # data
    Word("data_title", "What the data are", "数据说明"),
    Word(
        "data_lead",
        "What each project is based on, until when it was observed, and what is missing.",
        "每个项目的数据依据、观测截止时间，以及缺失之处。",
    ),
    Word("readings", "Read, by project and source", "按项目与来源的读取情况"),
    Word("commits", "Commits", "提交"),
    Word("people", "People", "人数"),
    Word("pull_heads", "Pull requests", "拉取请求"),
    Word("tags", "Tags", "标签"),
    Word("rejected", "Rejected", "拒收"),
    Word("first", "First", "最早"),
    Word("last", "Last", "最晚"),
    Word("note", "Note", "备注"),
    Word("months_by_state", "Coverage by project", "各项目覆盖情况"),
    Word("by_source", "Coverage by source", "各来源覆盖情况"),
    Word("whole", "Whole", "完整"),
    Word("partial", "In part", "部分"),
    Word("damaged", "Damaged", "受损"),
    Word("not_observed", "Not observed", "未观测"),
    Word("failures", "What could not be read", "未能读取"),
    Word("no_failures", "Everything could be read.", "全部读取成功。"),
    Word("reason", "Reason", "原因"),
    # truth
    Word("truth_title", "Against the truth", "与真值对照"),
    Word(
        "truth_lead",
        "This field was simulated, so the right answers are known. {agree} of {count} answers agree.",
        "本领域由模拟生成，正确答案已知。{count} 项中有 {agree} 项相符。",
    ),
    Word("question", "Question", "问题"),
    Word("truth", "True", "真值"),
    Word("found", "Found", "所得"),
    Word("agrees", "Agrees", "是否相符"),
    Word("yes", "yes", "相符"),
    Word("no", "no", "不符"),
)

SCRIPT_WORDS: Final[tuple[Word, ...]] = (
    Word("state_w", "observed whole", "完整观测"),
    Word("state_p", "in part", "部分观测"),
    Word("state_d", "damaged", "数据受损"),
    Word("state_n", "not observed", "未观测"),
    Word("away", "{name}: peak {peak} in {month}, off this scale", "{name}：{month} 峰值 {peak}，超出量程"),
    Word("away_short", "{name} {peak}", "{name} {peak}"),
    Word("tip_month", "Month", "月份"),
    Word("tip_value", "Value", "数值"),
    Word("tip_bounds", "Bounds", "上下界"),
    Word("tip_coverage", "Coverage", "覆盖"),
    Word("of_peak_unit", "share of each project's own peak", "占各项目自身峰值的比例"),
    Word("mean_month", "{unit}, mean month of the quarter", "{unit}，季内月均"),
    Word("log_zero", "zeros cannot be drawn on a log scale", "对数刻度无法绘出零值"),
    Word("chart_label", "{signal}, {category}: {count} curves. The same numbers are in the table below.",
         "{category}的{signal}：{count} 条曲线。下方表格载有同样的数字。"),
    Word("small_label", "{signal}: the numbers are in the table at the end of the page.",
         "{signal}：数字见页末表格。"),
    Word("shares_label", "Organisations' shares of commits, month by month", "各组织逐月提交占比"),
    Word("others", "Other organisations", "其他组织"),
    Word("smaller", "Smaller organisations", "较小组织"),
    Word("smaller_one", "(a smaller organisation)", "（某较小组织）"),
    Word("unknown", "Unknown employer", "归属未知"),
    Word("month", "Month", "月份"),
    Word("coverage", "Coverage", "覆盖"),
    Word("show", "Show {name}", "显示 {name}"),
    Word("colour", "Set {name} in colour", "将 {name} 着色"),
    Word("people", "people", "人"),
)  # fmt: skip

_BY_KEY: Final = {word.key: Text(word.en, word.zh) for word in WORDS}


def say(key: str, **values: object) -> Text:
    """A word in both languages with its gaps filled; raises `UnknownName` for a key that is not declared."""
    if key not in _BY_KEY:
        raise UnknownName("word", key, _BY_KEY)
    return _BY_KEY[key].format(**values) if values else _BY_KEY[key]
