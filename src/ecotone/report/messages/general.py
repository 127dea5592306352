"""Messages of all pages, the overview, projects, methods and data."""

from __future__ import annotations

from typing import Final

from ecotone.report.messages.word import Message

MESSAGES: Final[tuple[Message, ...]] = (
    # every page
    Message("search_project", "Project", "项目"),
    Message("search_field", "Field", "领域"),
    Message("search_organisation", "Organisation", "组织"),
    Message("search_technology", "Technology", "技术"),
    Message("search_method", "Method", "方法"),
    Message("search_page", "Page", "页面"),
    Message(
        "search_used_by",
        "in the stack of {count} {count:project|projects}: {projects}",
        "{count} 个项目的技术栈：{projects}",
    ),
    Message("skip", "Skip to content", "跳到正文"),
    Message("made_with", "Made with Ecotone from public records.", "由 Ecotone 根据公开数据生成。"),
    Message(
        "self_contained",
        "This page is self-contained: it opens from disk and makes no network requests.",
        "本页可离线打开，不发出任何网络请求。",
    ),
    Message("theme", "Switch between light and dark", "切换浅色和深色"),
    Message("menu", "Pages of this report", "报告页面"),
    Message("nav_index", "Overview", "概览"),
    Message("nav_curves", "Trends", "走势"),
    Message("nav_ranking", "Ranking", "排名"),
    Message("nav_project", "Projects", "项目"),
    Message("nav_methods", "Methods", "方法"),
    Message("nav_data", "Data", "数据"),
    Message("nav_truth", "Validation", "结果验证"),
    Message("none", "none", "无"),
    Message(
        "needs_script",
        "Without JavaScript, charts are pictures or missing; answers, verdicts and the ranking are complete, and all"
        " numbers are in",
        "未启用 JavaScript 时图表为静态图片或不显示；各项回答、走势判断与排名完整，全部数据见",
    ),
    # figures
    Message("save", "Save this chart", "保存本图"),
    Message("save_as", "Save as {kind}", "保存为 {kind}"),
    Message("numbers_table", "Data table", "数据表"),
    Message("values_table", "Values of the highlighted projects", "高亮项目的全部数值"),
    Message("open_table", "Show the table", "展开表格"),
    # captions
    Message("unit", "Unit", "单位"),
    Message("formula", "Formula", "公式"),
    Message("period", "Period", "时段"),
    Message("source", "Source", "数据来源"),
    Message("coverage", "Coverage", "数据完整性"),
    Message("span", "{since} to {until}", "{since} 至 {until}"),
    Message(
        "coverage_of",
        "project-months: {w} complete, {p} partial, {d} damaged, {n} not observed",
        "项目月度样本：{w} 数据完整，{p} 不完整，{d} 受损，{n} 无数据",
    ),
    Message("each_its_own", "stated under each chart", "见各图下方"),
    Message(
        "coverage_of_project",
        "months: {w} complete, {p} partial, {d} damaged, {n} not observed",
        "{w} 个月数据完整，{p} 个月不完整，{d} 个月受损，{n} 个月无数据",
    ),
    Message("sources_of", "{sources} ({projects} {projects:project|projects})", "{sources}（{projects} 个项目）"),
    Message("no_source", "not stated", "未注明"),
    # index
    Message("kicker", "Open-source landscape report", "开源生态报告"),
    Message(
        "lead",
        "{projects} open-source {projects:project|projects} in {categories} {categories:field|fields}, month by"
        " month: who contributes, which organisations employ the contributors, and which projects are growing.",
        "逐月分析 {categories} 个领域的 {projects} 个开源项目：谁在贡献、贡献者来自哪些组织、哪些项目正在增长。",
    ),
    Message("observed_to", "Data through {day} (UTC)", "数据截至 {day}（UTC）"),
    Message("head_projects", "projects", "项目"),
    Message("head_commits", "commits", "提交数"),
    Message("head_months", "project-months", "项目月度样本"),
    Message("head_organisations", "identified organisations", "已识别组织"),
    Message("head_whole", "of data complete", "数据完整"),
    Message("stands_out", "Highlights", "重点项目"),
    Message("card_riser", "Fastest-growing", "增长最快"),
    Message(
        "card_riser_text",
        "{signal}: mean of the last three complete months compared with the nine months before, among growing"
        " projects at or above the median of their field.",
        "{signal}：最近三个完整月的均值与此前九个月相比，只比较近况为增长且不低于所在领域中位数的项目。",
    ),
    Message("card_fall", "Steepest decline", "下降最快"),
    Message(
        "card_fall_text",
        "{signal}: mean of the last three complete months compared with the nine months before, among projects that"
        " shrink or have stopped and were at or above the median before.",
        "{signal}：最近三个完整月的均值与此前九个月相比，只比较近况为收缩或停滞且此前不低于中位数的项目。",
    ),
    Message("card_organisations", "Most organisations", "参与组织最多"),
    Message(
        "card_organisations_text",
        "organisations contributed in {month}. The employer is unknown for {unknown} of commits.",
        "{month} 参与贡献的已识别组织数；{unknown} 的提交所属组织未知。",
    ),
    Message("card_single", "Most clearly one company's project", "最明确由一家公司主导"),
    Message("card_assisted", "Most use of AI agents", "AI 智能体参与最多"),
    Message(
        "card_assisted_text",
        "From {since} to {until}, {share} of the commits name an AI agent. Use that is not declared cannot be seen.",
        "{since} 至 {until}，{share} 的提交署名 AI 智能体；未署名的使用无法识别。",
    ),
    Message("chart_heading", "Project trends, month by month", "各项目逐月走势"),
    Message("top_ten", "Ten most active projects", "最活跃的十个项目"),
    Message("whole_ranking", "Full ranking", "完整排名"),
    Message("go_deeper", "More in this report", "更多内容"),
    Message(
        "deeper_curves",
        "Any signal, scale and period; highlight or hide projects, and share the link.",
        "自由选择指标、刻度和时段，可高亮或隐藏项目，并分享链接。",
    ),
    Message(
        "deeper_ranking",
        "All projects by their latest complete month, sortable.",
        "按最近一个数据完整的月份列出所有项目，可排序。",
    ),
    Message("deeper_methods", "What each number means, with formula and reference.", "每个数值的含义、公式与依据。"),
    Message(
        "deeper_data",
        "What was read, through which date, and what is missing.",
        "读取了哪些数据、截至何时、缺少什么。",
    ),
    Message("deeper_truth", "Computed results compared with the known answers.", "将计算结果与已知答案逐项比较。"),
    Message("downloads", "Tables and figures", "下载数据与图片"),
    Message("downloads_text", "All data of this report as files.", "本报告的全部数据均可下载。"),
    Message("all_tables", "{tables}, all months and projects", "{tables}：所有项目、所有月份"),
    Message("field_projects", "{count} {count:project|projects}", "{count} 个项目"),
    Message("numbers_say", "Main findings", "主要发现"),
    Message("more_findings", "{count} more {count:finding|findings}", "另外 {count} 条发现"),
    Message("to_project", "Page of {name}", "查看 {name}"),
    Message("to_curves", "All signals, scales and periods", "更多指标、刻度与时段"),
    Message("chart_of_field", "Monthly values of each project in a field", "领域内各项目的月度数值"),
    # tables
    Message("project", "Project", "项目"),
    Message("repository", "Repository", "代码仓库"),
    Message("category", "Field", "领域"),
    Message("layer", "Layer", "技术层次"),
    Message("style", "Style", "类型"),
    Message("language", "Language", "语言"),
    Message("first_event", "First event", "首次活动"),
    Message("observed_until", "Data through", "数据截至"),
    Message("trend", "History", "历史曲线"),
    Message("last_month", "Latest complete month", "最近完整月"),
    Message("recent_mean", "Mean of three months", "三个月均值"),
    Message("momentum", "Momentum", "动量"),
    Message("peak_month", "Peak month", "峰值月"),
    Message("of_peak", "Share of peak", "相对峰值"),
    Message("contributors", "Contributors", "贡献者"),
    Message("organisations", "Organisations", "组织"),
    Message("top_organisation", "Largest organisation", "贡献最多的组织"),
    Message("unknown_share", "Employer unknown", "所属组织未知"),
    Message("month", "Month", "月份"),
    Message("smaller_organisation", "a smaller organisation", "某较小组织"),
    Message("colour", "Highlight", "高亮"),
    Message("low", "Lower bound", "下界"),
    Message("high", "Upper bound", "上界"),
    Message("show", "Show", "显示"),
    Message("too_young", "too short", "数据过短"),
    Message("near_zero", "from near zero", "基数近零"),
    Message("sort_hint", "Click a column heading to sort.", "点击列标题排序。"),
    # project
    Message("project_lead", "{category} · first event {first}", "{category} · 首次活动 {first}"),
    Message(
        "core_team_sentence",
        "{people} {people:person|people} can merge, as far as git shows ({until}); {share} of the commits of {month}"
        " are theirs.",
        "就 git 所见，能合入代码的有 {people} 人（{until}）；{month} 的提交中 {share} 由其完成。",
    ),
    Message(
        "core_team_at_least",
        "{people} {people:person|people} or more: git shows their write access ({until}), but not who landed most"
        " changes, as with the squash button.",
        "至少 {people} 人：git 显示其有写权限（{until}），但多数合入没有留下合入者，例如使用 squash 按钮时。",
    ),
    Message(
        "core_team_unknown",
        "Git does not show who can merge: neither merges nor pushes name a person.",
        "git 看不出谁能合入代码：合并与推送都没有留下个人。",
    ),
    Message(
        "owner_team_sentence",
        "{organisation} owns the repository, and {agreeing} of the {known} people who can merge and whose employer is"
        " known in {year} work for it; {members} more can merge and are of unknown employer. No figure counts these as"
        " its people.",
        "仓库归 {organisation} 所有；{year} 年能合入代码且雇主已知的 {known} 人中有 {agreeing} 人任职于该组织，"
        "另有 {members} 人能合入但雇主未知。任何数字都未把这些人算作该组织的人。",
    ),
    Message("numbers", "Numbers", "数字"),
    Message("all_signals", "All signals by month", "各项指标月度走势"),
    Message(
        "all_signals_text",
        "All months of the period. Light background: partial; striped: damaged; grey: not observed. A band shows the"
        " range that the unknown values allow.",
        "时段内的全部月份。浅色底：数据不完整；斜纹：数据受损；灰底：无数据。色带为未知部分可能造成的取值范围。",
    ),
    Message("organisations_heading", "Employers of the contributors", "贡献者所属组织"),
    Message(
        "organisations_text",
        "Share of commits by people, by employer. Organisations with fewer than {min} people in a month are counted"
        " but not named; commits with an unknown employer are included in the total.",
        "各组织在人工提交中的占比。当月不足 {min} 人的组织只计数、不显示名称；所属组织未知的提交计入总数。",
    ),
    Message("no_organisations", "No organisation is known for this project.", "未识别出该项目贡献者的所属组织。"),
    Message("share_unit", "share of commits by people", "在人工提交中的占比"),
    Message("table_of_numbers", "All values as a table", "全部数值"),
    Message("what_it_rests_on", "Data sources", "数据来源"),
    Message("last_reading", "in {month}", "{month}"),
    # methods
    Message("methods_title", "Methods", "方法"),
    Message(
        "methods_lead",
        "Definitions of all {count} signals of this report, taken from the code that computes them.",
        "本报告全部 {count} 项指标的定义，直接取自计算代码中的声明。",
    ),
    Message("definition", "Definition", "定义"),
    Message("reference", "Reference", "依据"),
    Message("when_null", "Empty if", "何时为空"),
    Message("when_empty", "Value without events", "无活动时的取值"),
    Message("has_bounds", "Bounds", "上下界"),
    Message("has_bounds_text", "given with the value", "与数值一同给出"),
    Message("how_to_read", "How to read the charts", "如何读图"),
    Message(
        "read_coverage",
        "Data of a month are complete, partial, damaged or not observed. Rankings use complete months only. The"
        " month in which the data end is partial and drawn hollow; later months are unknown, not zero.",
        "每个月的数据分为完整、不完整、受损和无数据四种。排名只使用数据完整的月份。数据截止的月份不完整，以空心绘出"
        "；此后的月份是未知，而不是零。",
    ),
    Message(
        "read_momentum",
        "Momentum = (mean of the last 3 complete months − mean of the 9 before) ÷ mean of the 9 before. All twelve"
        " months must be complete; from a base below 5% of the peak no momentum is given.",
        "动量 =（最近 3 个完整月的均值 − 此前 9 个月的均值）÷ 此前 9 个月的均值；这十二个月的数据必须全部完整，且"
        "基数低于峰值 5% 时不给出动量。",
    ),
    Message(
        "read_riser",
        "The fastest-growing project of a field, in blue, has the highest momentum, at least 10%, among the projects"
        " whose present verdict is growing. Its last three months must be at or above the median of the field, and its"
        " data must end at most a month before the latest.",
        "蓝色为增长最快的项目：在同一领域近况为“增长”的项目中动量最高且不低于 10%，最近三个月不低于领域中位数，并且数据"
        "截止时间最多比最新的项目早一个月。",
    ),
    Message(
        "read_leader",
        "A leading project is off-scale if its peak is at least {times} times the next highest. The chart can hide"
        " it and then marks its peak.",
        "若领先项目的峰值达到次高者的 {times} 倍以上，即为数值过大；图中可将其隐藏，并标注其峰值。",
    ),
    Message("read_quarter", "A quarterly value is the mean of its months.", "季度值为季度内各月的均值。"),
    Message(
        "read_privacy",
        "Organisations with fewer than {min} people in a project-month are counted but not named.",
        "某项目某月不足 {min} 人的组织只计数、不显示名称。",
    ),
    # what others publish
    Message("references_heading", "Published values of other providers, {name}", "{name}：其他机构发布的数值"),
    Message(
        "references_text",
        "Monthly values published by {who} (ochre) and the most similar signal of Ecotone (green), if any. The"
        " published values are shown unchanged and are not used by Ecotone. The formulas differ, so compare the"
        " trend, not the level. Hollow and dashed: interpolated by the publisher, or partial data of Ecotone.",
        "赭色为 {who} 发布的月度数值，绿色为 Ecotone 中最接近的指标（如有）。发布的数值按原样展示，不参与 Ecotone 的"
        "计算；两者公式不同，宜比较走势，不宜比较高低。空心虚线：发布者插补的月份，或 Ecotone 数据不完整的月份。",
    ),
    Message("references_series", "Measure", "指标"),
    Message("references_whose", "Publisher", "发布者"),
    Message("references_value", "Value", "数值"),
    Message("references_filled", "interpolated by the publisher", "由发布者插补"),
    Message("references_unit", "as published; Ecotone in its own unit", "按发布者的单位；Ecotone 使用自己的单位"),
    Message("references_source", "{who}, not Ecotone", "{who}（非 Ecotone）"),
    Message(
        "references_coverage",
        "{values} published {values:value|values}, {filled} interpolated; months without a published value are gaps",
        "共 {values} 个发布值，其中 {filled} 个为插补值；未发布的月份断开",
    ),
    # data
    Message("data_title", "Data and coverage", "数据与完整性"),
    Message(
        "data_lead",
        "{complete} of {months} project-months are complete, and {projects} of {all} projects could be read; data"
        " through {until}. Below: what was read of each project, through which date, and what is missing.",
        "{months} 个项目月中有 {complete} 数据完整，{all} 个项目中有 {projects} 个可以读取；数据截至 {until}。"
        "下文列出每个项目使用了哪些数据、截至何时、缺少什么。",
    ),
    Message("readings", "Records by project and source", "各项目各来源的记录"),
    Message("commits", "Commits", "提交数"),
    Message("people", "People", "人数"),
    Message("pull_heads", "Pull requests", "拉取请求"),
    Message("tags", "Tags", "标签"),
    Message("rejected", "Rejected records", "被拒记录"),
    Message("first", "First", "最早"),
    Message("last", "Last", "最晚"),
    Message("note", "Note", "备注"),
    Message("months_by_state", "Coverage by project", "各项目的数据完整性"),
    Message("by_source", "Coverage by source", "各来源的数据完整性"),
    Message("signal", "Signal", "指标"),
    Message("by_signal", "Coverage by signal, in project-months", "各指标的数据完整性（项目月度样本数）"),
    Message("input_pull_request_heads", "Pull-request heads", "拉取请求引用"),
    Message("input_landed_requests", "Landed requests", "已合入的请求"),
    Message("input_thread_numbers", "Thread numbers", "议题与拉取请求编号"),
    Message("input_manifests", "Dependency manifests", "依赖清单"),
    Message("input_conversation", "Issues, comments and reviews (best feed)", "议题、评论与评审（取最完整的事件来源）"),
    Message("input_stars", "Stars and forks (best feed)", "星标与复刻（取最完整的事件来源）"),
    Message("complete", "Complete", "完整"),
    Message("partial", "Partial", "不完整"),
    Message("damaged", "Damaged", "受损"),
    Message("not_observed", "Not observed", "无数据"),
    Message("failures", "Repositories that could not be read", "未能读取的仓库"),
    Message("no_failures", "All repositories were read.", "所有仓库均已读取。"),
    Message("reason", "Reason", "原因"),
)

SCRIPT_MESSAGES: Final[tuple[Message, ...]] = (
    Message("embed_label", "Copy a frame that shows this chart on another page", "复制嵌入代码"),
    Message("state_w", "complete", "数据完整"),
    Message("state_p", "partial", "数据不完整"),
    Message("state_d", "damaged", "数据受损"),
    Message("state_n", "not observed", "无数据"),
    Message("away", "{name}: peak {peak} in {month}, off this scale", "{name}：{month} 峰值 {peak}，超出图中范围"),
    Message(
        "chart_title",
        "{signal} by month: {category} ({count} {count:project|projects})",
        "{category}（{count} 个项目）：月度{signal}",
    ),
    Message(
        "chart_title_quarter",
        "{signal} by quarter: {category} ({count} {count:project|projects})",
        "{category}（{count} 个项目）：季度{signal}",
    ),
    Message("away_short", "{name} {peak}", "{name} {peak}"),
    Message("tip_month", "Month", "月份"),
    Message("tip_value", "Value", "数值"),
    Message("tip_bounds", "Bounds", "上下界"),
    Message("tip_coverage", "Coverage", "数据完整性"),
    Message("of_peak_unit", "share of each project's peak", "相对于各项目峰值的比例"),
    Message("mean_month", "{unit}, monthly mean of the quarter", "{unit}，季度内月均值"),
    Message("log_zero", "zeros cannot be drawn on a log scale", "对数刻度无法显示零值"),
    Message(
        "chart_label",
        "{signal}, {category}: {count} {count:curve|curves}. The values are in the table below.",
        "{category}的{signal}：{count} 条曲线。数值见下方表格。",
    ),
    Message(
        "small_label", "{signal}: the values are in the table at the end of the page.", "{signal}：数值见页末表格。"
    ),
    Message("shares_label", "Employers' shares of commits by month", "各组织逐月提交占比"),
    Message("others", "Other organisations", "其他组织"),
    Message("smaller", "Smaller organisations", "较小组织"),
    Message("smaller_one", "(a smaller organisation)", "（某较小组织）"),
    Message("unknown", "Employer unknown", "所属组织未知"),
    Message("month", "Month", "月份"),
    Message("coverage", "Coverage", "数据完整性"),
    Message("show", "Show {name}", "显示 {name}"),
    Message("colour", "Highlight {name}", "高亮 {name}"),
    Message("people", "people", "人"),
    Message("organisation", "Organisation", "组织"),
    Message("share", "Share of commits", "提交占比"),
    Message("always_zero", "Zero in every month with data: {signals}.", "有数据的各月均为零的指标：{signals}。"),
    Message("not_known", "No data for this project: {signals}.", "该项目没有数据的指标：{signals}。"),
    Message("in_the_table", "the values are in the table below.", "数值见下方表格。"),
    Message("colon", ": ", "："),
    Message("comma", ", ", "，"),
    Message("keys", " Arrow keys read the values, Enter highlights a curve.", "用方向键读取数值，按回车键高亮曲线。"),
    Message("tip_of_peak", "Share of peak", "相对峰值"),
    Message("span", "{since} to {until}", "{since} 至 {until}"),
    Message(
        "coverage_of",
        "project-months: {w} complete, {p} partial, {d} damaged, {n} not observed",
        "项目月度样本：{w} 数据完整，{p} 不完整，{d} 受损，{n} 无数据",
    ),
    Message("unit", "Unit", "单位"),
    Message("formula", "Formula", "公式"),
    Message("period", "Period", "时段"),
    Message("source", "Source", "数据来源"),
    Message("made_by", "Made with Ecotone from public records.", "由 Ecotone 根据公开数据生成。"),
)
