"""Messages of the page on the stack of applications."""

from __future__ import annotations

from typing import Final

from ecotone.report.messages.word import Message

MESSAGES: Final[tuple[Message, ...]] = (
    Message("nav_stack", "Stack", "技术栈"),
    Message(
        "deeper_stack",
        "What applications are built on: models, databases, and how often they are exchanged.",
        "应用构建在哪些技术之上：模型、数据库，以及更换的频率。",
    ),
    Message("stack_title", "What applications are built on", "应用的技术栈"),
    Message(
        "stack_lead",
        "From the dependency manifests of {applications} {applications:application|applications} at the end of every"
        " month. A technology without a declared package is not seen, so reaches are lower bounds.",
        "依据 {applications} 个应用每月末的依赖清单。未声明软件包的技术无从得知，因此覆盖率均为下限。",
    ),
    Message("claims_heading", "Claims and verdicts", "论断与结论"),
    Message("claim_model_first", "The model comes before the database, or with it", "模型先于数据库引入，或同时引入"),
    Message(
        "claim_model_at_once",
        "AI-native applications declare a model within two months",
        "AI 原生应用在两个月内声明模型",
    ),
    Message(
        "claim_several_models",
        "Applications support more model providers at once than databases",
        "应用同时支持的模型供应商多于数据库",
    ),
    Message("claim_model_replaces_database", "The model replaces the database", "模型取代数据库"),
    Message(
        "claim_models_dropped_more",
        "A settled model provider is dropped more often than a settled database",
        "稳定使用的模型供应商比数据库更常被移除",
    ),
    Message(
        "claim_safety_gains",
        "Tool protocols, guards and sandboxes gained within a year",
        "工具协议、防护与沙箱在一年内增加",
    ),
    Message(
        "claim_basis",
        "{applications} of {of} {of:application|applications}; 95 % interval {low} to {high}",
        "{of} 个应用中有 {applications} 个；95% 区间 {low} 至 {high}",
    ),
    Message(
        "claim_ratio_basis",
        "as often, in {of} {of:application|applications}; 95 % interval {low} to {high}",
        "倍，基于 {of} 个应用；95% 区间 {low} 至 {high}",
    ),
    Message(
        "claim_untried",
        "{of} {of:application|applications} to try it on",
        "可供检验的应用有 {of} 个",
    ),
    Message("verdict_holds", "holds", "成立"),
    Message("verdict_in_part", "holds in part", "部分成立"),
    Message("verdict_does_not_hold", "does not hold", "不成立"),
    Message("verdict_too_few", "too few applications", "应用过少"),
    Message("group_ai", "AI-native applications", "AI 原生应用"),
    Message("group_traditional", "Traditional applications", "传统应用"),
    Message("group_unknown", "Not stated", "未注明"),
    Message("stack_group", "Applications", "应用类别"),
    Message("stack_layer", "Layer", "层"),
    Message("stack_reach_heading", "Share of applications that have a layer, by month", "各层的应用覆盖率（按月）"),
    Message(
        "stack_reach_text",
        "Applications with at least one technology of the layer, of those seen in the month, with 95 % bounds. No curve"
        " below {least} applications. The newest month is not over, and the crowd of applications changes.",
        "当月可见的应用中至少有一种该层技术的占比，附 95% 区间。不足 {least} 个应用时不绘制曲线。最新月份尚未结束，"
        "且各月的应用并不相同。",
    ),
    Message("stack_reach_unit", "share of applications", "应用占比"),
    Message("stack_with", "Have it", "具有该层"),
    Message("stack_of", "Applications", "应用数"),
    Message("stack_members_heading", "Interchangeable technologies per application", "每个应用可互换的技术种数"),
    Message(
        "stack_members_text",
        "Mean number of technologies of a layer at once, over the applications that have the layer. A few applications"
        " carry many: read it with the median and the maximum in the table.",
        "在具有该层的应用中，同时声明的该层技术的平均种数。少数应用种数很多，请结合表中的中位数与最大值阅读。",
    ),
    Message("stack_members_unit", "technologies per application", "每个应用的技术种数"),
    Message("stack_median", "Median", "中位数"),
    Message("stack_max", "Maximum", "最大值"),
    Message("stack_effective", "Effective number", "有效种数"),
    Message("stack_leader", "Leader", "领先者"),
    Message("stack_turnover_heading", "How often a settled technology is dropped", "稳定使用的技术被移除的频率"),
    Message(
        "stack_turnover_text",
        "Ends per technology and year, of technologies that lasted three months or more; the line is a 95 % interval"
        " over resampled applications. A move of plug-ins to another repository ends many at once: see departures.",
        "使用满三个月的技术每年被移除的次数；线段为按应用重抽样的 95% 区间。插件迁出仓库会同时结束多项，"
        "请参看移除次数。",
    ),
    Message("stack_turnover_unit", "ends per technology and year", "每种技术每年的移除次数"),
    Message("stack_ended", "Ended", "已结束"),
    Message("stack_departures", "Departures", "移除次数"),
    Message("stack_spells", "Settled technologies", "稳定使用的技术"),
    Message("stack_years", "Years observed", "观测年数"),
    Message("stack_survival_heading", "How long settled technologies last", "稳定使用的技术能维持多久"),
    Message(
        "stack_survival_text",
        "Estimated share of settled technologies that are still declared after so many years (Kaplan and Meier).",
        "稳定使用的技术在若干年后仍被声明的估计占比（Kaplan–Meier）。",
    ),
    Message("stack_survival_unit", "share of settled technologies", "稳定使用的技术占比"),
    Message("stack_after", "After", "经过"),
    Message("stack_after_years", "{count} {count:year|years}", "{count} 年"),
    Message("stack_first_heading", "Which came first, the model or the database?", "模型与数据库孰先孰后？"),
    Message(
        "stack_first_text",
        "First month in which each is declared; months from the model to the database, negative where the database came"
        " first.",
        "各自首次声明的月份；最后一列为从模型到数据库的月数，数据库在先时为负。",
    ),
    Message("stack_first_model", "Model", "模型"),
    Message("stack_first_database", "Database", "数据库"),
    Message("stack_first_vector", "Vector store", "向量库"),
    Message("stack_first_protocol", "Tool protocol", "工具协议"),
    Message("stack_lag", "Months", "月数"),
    Message("stack_letters_heading", "The letters of the stack", "技术栈的字母"),
    Message(
        "stack_letters_text",
        "Layers that two thirds of the applications share, each with its most frequent technology.",
        "三分之二以上应用共有的层，以及各层最常见的技术。",
    ),
    Message("stack_letters", "Layers and technologies", "层与技术"),
    Message("project_stack_heading", "What it is built on", "该项目的技术栈"),
    Message(
        "project_stack_text",
        "Technologies that its dependency manifests declare for shipping in the newest tree, by layer.",
        "最新代码树的依赖清单声明随产品发布的技术，按层列出。",
    ),
    Message("project_stack_changes", "What came and went", "增减记录"),
    Message("stack_added", "Added", "新增"),
    Message("stack_removed", "Removed", "移除"),
    Message("layer_MODEL", "Any generative model", "任意生成式模型"),
    Message("layer_DATABASE", "Any database", "任意数据库"),
    Message("layer_model_api", "Model providers", "模型供应商"),
    Message("layer_model_kit", "Model kits", "模型框架"),
    Message("layer_model_runtime", "Model runtimes", "模型运行时"),
    Message("layer_model_supply", "Model weights", "模型权重获取"),
    Message("layer_model_trace", "Model tracing", "模型调用追踪"),
    Message("layer_protocol", "Tool protocols", "工具协议"),
    Message("layer_guard", "Guards", "安全防护"),
    Message("layer_sandbox", "Sandboxes", "代码沙箱"),
    Message("layer_vector", "Vector stores", "向量库"),
    Message("layer_database", "Databases", "数据库"),
    Message("layer_db_kit", "Database kits", "数据库框架"),
    Message("layer_analytics_db", "Analytical databases", "分析型数据库"),
    Message("layer_graph_db", "Graph databases", "图数据库"),
    Message("layer_search", "Search engines", "搜索引擎"),
    Message("layer_cache", "Caches", "缓存"),
    Message("layer_queue", "Queues", "队列"),
    Message("layer_object_store", "Object stores", "对象存储"),
    Message("layer_ingest", "Parsers and crawlers", "解析与抓取"),
    Message("layer_classic_ml", "Classic machine learning", "传统机器学习"),
    Message("layer_web", "Web frameworks", "Web 框架"),
    Message("layer_web_server", "Web servers", "Web 服务器"),
    Message("layer_ui", "User interfaces", "用户界面"),
    Message("layer_observe", "Observability", "可观测"),
    Message("layer_language", "Languages", "语言"),
)
