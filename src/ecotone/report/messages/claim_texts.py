"""Messages of the page "Claims, measured"."""

from __future__ import annotations

from typing import Final

from ecotone.report.messages.word import Message

MESSAGES: Final[tuple[Message, ...]] = (
    Message("nav_claims", "Claims", "论断"),
    Message(
        "deeper_claims",
        "Common statements about AI software, each measured in this landscape.",
        "关于 AI 软件的常见论断，逐条以本报告数据衡量。",
    ),
    Message("claims_title", "Claims, measured", "论断与数据"),
    Message(
        "claims_lead",
        "Of {claims} statements about AI software, {measured} can be measured here: {holds} {holds:holds|hold}, "
        "{in_part} {in_part:holds|hold} in part, {does_not_hold} {does_not_hold:does|do} not hold, and {too_few} "
        "{too_few:has|have} too few cases.",
        "关于 AI 软件的 {claims} 条论断中，{measured} 条可在此衡量：{holds} 条成立，{in_part} 条部分成立，"
        "{does_not_hold} 条不成立，{too_few} 条样本过少。",
    ),
    Message(
        "claims_how",
        "A statement holds if the whole interval lies on its side of the threshold, and holds in part if only the"
        " figure does or no interval is known; with fewer than {cases} cases nothing is said. The projects of a"
        " landscape are chosen by people, so the figures describe these projects, not all software.",
        "整个区间都在阈值一侧为成立；仅数值在该侧或没有区间为部分成立；少于 {cases} 个样本不作判断。"
        "项目由人选定，数值只描述这些项目，不代表所有软件。",
    ),
    Message("claims_own", "Claims of this landscape", "本报告自定论断"),
    Message("claims_common", "Common statements", "常见论断"),
    Message("claims_unmeasured", "Not measured here", "此处未衡量"),
    Message(
        "claims_unmeasured_text",
        "The landscape has no projects or no complete data for these: applications with manifests, styles or languages"
        " in the landscape file would help.",
        "本报告没有相应的项目或完整数据：若有带依赖清单的应用，或在配置文件中注明风格与语言，即可衡量。",
    ),
    Message("side_above", "above", "高于"),
    Message("side_at_least", "at least", "不低于"),
    Message("side_at_most", "at most", "不高于"),
    Message("side_below", "below", "低于"),
    Message(
        "figure_own_level",
        "{figure} of the projects have {signal} {side} {value}, mean of three months (threshold {share})",
        "{figure} 的项目三个月平均{signal}{side} {value}（阈值 {share}）",
    ),
    Message(
        "figure_own_year_before",
        "in {figure} of the projects {signal} is {side} {value} times that of a year before (threshold {share})",
        "{figure} 的项目{signal}{side}一年前的 {value} 倍（阈值 {share}）",
    ),
    Message(
        "figure_own_pair",
        "{signal} of {one}: {figure} times {other}, mean of twelve months (claimed: {side} {value}); interval: the four"
        " quarters",
        "{one} 的{signal}为 {other} 的 {figure} 倍，十二个月平均（论断：{side} {value}）；区间为四个季度的范围",
    ),
    Message("claim_column", "Statement", "论断"),
    Message("verdict_column", "Verdict", "结论"),
    Message("figure_column", "Figure", "数值"),
    Message("interval_column", "Interval", "区间"),
    Message("cases_column", "Cases", "样本数"),
    Message("claim_interval", "{low} to {high}", "{low} 至 {high}"),
    Message("claim_interval_open", "{low} or more", "{low} 或更高"),
    Message("judged_holds", "holds", "成立"),
    Message("judged_in_part", "holds in part", "部分成立"),
    Message("judged_does_not_hold", "does not hold", "不成立"),
    Message("judged_too_few", "too few cases", "样本过少"),
    Message("judged_unmeasured", "not measured here", "此处未衡量"),
    Message("claim_multiplied", "The number of projects has multiplied", "项目数量成倍增长"),
    Message(
        "figure_multiplied",
        "{figure} times as many projects in the last month as in the first (threshold {compared})",
        "最后一个月的项目数是第一个月的 {figure} 倍（阈值 {compared}）",
    ),
    Message("claim_none_dominates", "No project dominates", "没有一家独大的项目"),
    Message(
        "figure_none_dominates",
        "the largest, {name}, has {figure} of the activity (threshold {compared})",
        "最大的 {name} 占活跃度的 {figure}（阈值 {compared}）",
    ),
    Message("claim_rise_and_climb", "Some rise and fall, some keep climbing", "有的冲高回落，有的持续攀升"),
    Message(
        "figure_rise_and_climb",
        "the rarer of both kinds is {figure} of the projects (threshold {compared})",
        "两类中较少的一类占项目的 {figure}（阈值 {compared}）",
    ),
    Message("claim_low_code_leads", "Low-code leads its field", "低代码在所属领域领先"),
    Message(
        "figure_low_code_leads",
        "{figure} of the field’s activity; the largest other style, {name}, has {compared}",
        "占领域活跃度的 {figure}；其他类型中最大的 {name} 占 {compared}",
    ),
    Message("claim_not_java", "Most projects are not written in Java", "多数项目不是用 Java 编写"),
    Message(
        "figure_not_java",
        "{figure} have another main language (threshold {compared})",
        "{figure} 的项目主要语言不是 Java（阈值 {compared}）",
    ),
    Message("claim_ide_becomes_ai", "Editors become AI tools", "编辑器成为 AI 工具"),
    Message(
        "figure_ide_becomes_ai",
        "{figure} of the editors whose first README did not say so now call themselves AI tools (threshold {compared})",
        "最初的 README 未自称 AI 工具的编辑器中，{figure} 现已自称 AI 工具（阈值 {compared}）",
    ),
    Message("claim_tools_collaborate", "Tools become collaborators", "工具成为协作者"),
    Message(
        "figure_tools_collaborate",
        "{figure} of the projects had a commit that names an AI agent (threshold {compared}; a lower bound)",
        "{figure} 的项目有署名 AI 智能体的提交（阈值 {compared}，此为下限）",
    ),
    Message("claim_infrastructure_changed", "Infrastructure changed, but not wholly", "基础设施有变化，但并非全变"),
    Message(
        "figure_infrastructure_changed",
        "below the applications, {figure} of the activity is by projects that began after ChatGPT (applications:"
        " {compared}; threshold: 10% to 50%)",
        "应用之下各层的活动中，{figure} 出自 ChatGPT 之后诞生的项目（应用层：{compared}；阈值：10% 至 50%）",
    ),
    Message(
        "figure_stack_share",
        "{figure} of the applications (threshold {compared})",
        "{figure} 的应用（阈值 {compared}）",
    ),
    Message(
        "figure_stack_ratio", "{figure} times as often (threshold {compared})", "频率为 {figure} 倍（阈值 {compared}）"
    ),
)
