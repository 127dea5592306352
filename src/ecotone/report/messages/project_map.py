"""Messages of the project map."""

from __future__ import annotations

from typing import Final

from ecotone.report.messages.word import Message

MESSAGES: Final[tuple[Message, ...]] = (
    Message("nav_map", "Project map", "项目全景"),
    Message(
        "deeper_map",
        "Groups of similar projects found from data, what they share, and how stable they are.",
        "根据数据得出的项目分组、各组的共同点，以及分组的稳定程度。",
    ),
    Message("map_title", "Project map, drawn from data", "数据驱动的项目全景"),
    Message(
        "map_lead",
        "Groups of similar projects, found from shared people and from the words of their descriptions. The fields"
        " assigned by hand are not used.",
        "根据共同的贡献者和项目介绍的用词，自动得出相似项目的分组，不使用人工划分的领域。",
    ),
    Message(
        "map_none",
        "No reliable groups: these projects share no more than expected by chance.",
        "没有可靠的分组：这些项目的相似程度没有超出随机水平。",
    ),
    Message("map_tiles_heading", "Groups and subgroups of projects", "项目分组与子组"),
    Message(
        "map_tiles_text",
        "Each panel is a group, each tile a subgroup, each circle a project. The size shows activity, the colour"
        " shows the trend. A dashed border marks projects and subgroups that often move when the data are resampled.",
        "每块面板是一个分组，每个方格是一个子组，每个圆是一个项目：大小表示活跃度，颜色表示走势。虚线边框表示对数据"
        "重抽样后分组常有变化。",
    ),
    Message("map_tree_heading", "Cut the tree into more or fewer groups", "调整分组的粗细"),
    Message(
        "map_tree_text",
        "Groups join into larger ones from right to left. Choose a number of groups: their projects are listed below,"
        " and the choice stays in the address. ⇄ names the other group that a project stands between.",
        "从右到左，小组逐级合并为大组。选择分组数后，下方列出各组的项目，所选分组数会保留在网址中。⇄ 之后是该项目"
        "同时靠近的另一组。",
    ),
    Message("map_tree_groups", "Number of groups", "分组数"),
    Message("map_tree_more", "and {count} more", "另有 {count} 个"),
    Message("map_places_heading", "Similarity map of projects", "项目相似度图"),
    Message(
        "map_places_text",
        "Similar projects are close to each other. The size of a circle shows activity, the colour shows the group;"
        " unclustered projects are grey.",
        "越相似的项目距离越近。圆的大小表示活跃度，颜色表示分组；未归类的项目为灰色。",
    ),
    Message("map_groups_heading", "Groups", "分组"),
    Message("group", "Group", "分组"),
    Message("group_words", "Distinctive terms", "特征词"),
    Message("group_typical", "Most typical projects", "代表项目"),
    Message("group_size", "Projects", "项目数"),
    Message("group_stability", "Stability", "稳定度"),
    Message("map_between", "between two groups", "介于两组之间"),
    Message("map_nowhere", "Unclustered", "未归类"),
    Message("map_moves_heading", "Group sizes by half-year", "各分组的半年变化"),
    Message(
        "map_moves_text",
        "Number of projects in each group by half-year. A group keeps its line while most of its projects stay;"
        " groups that no longer exist are grey.",
        "各分组每半年的项目数。多数成员不变的分组沿用同一条线；已消失的分组为灰色。",
    ),
    Message("moves_unit", "projects", "个项目"),
    Message("half_year", "Half-year", "半年"),
    Message(
        "moves_table",
        "New, split, merged and dissolved groups, and projects that moved",
        "分组的新增、拆分、合并、消失与项目迁移",
    ),
    Message("event_born", "new", "新增"),
    Message("event_split", "split off", "拆分"),
    Message("event_merged", "merged", "合并"),
    Message("event_gone", "dissolved", "消失"),
    Message("event_moved", "moved", "迁移"),
    Message("half_first", "{year} H1", "{year} 年上半年"),
    Message("half_second", "{year} H2", "{year} 年下半年"),
    Message("event_word", "Change", "变化"),
    Message("other_group", "Other group", "相关分组"),
    Message("views_heading", "What similarity counts", "相似度的依据"),
    Message(
        "views_text",
        "People count one third, words two thirds: the words themselves and what they mean. The rest is shown as"
        " reasons and counts nothing.",
        "共同的人占三分之一，用词占三分之二（词本身与词义各半）；其余仅作为说明，不计入相似度。",
    ),
    Message("views_unit", "share of similarity", "在相似度中的占比"),
    Message("view", "Evidence", "依据"),
    Message("projects_with_it", "Projects with this evidence", "有该依据的项目数"),
    Message("curated_heading", "Agreement with the fields assigned by hand", "与人工领域划分的一致性"),
    Message(
        "curated_text",
        "Adjusted mutual information {ami} (by chance up to {ami_chance}, naive baseline {ami_naive}); of the five"
        " nearest projects {nearest} are in the same field (naive baseline {nearest_naive}); over {projects}"
        " {projects:project|projects}. The naive baseline is TF-IDF of README words with Ward's method.",
        "调整互信息 {ami}（随机可达 {ami_chance}，朴素基线 {ami_naive}）；最相近的五个项目中属于同一领域的占 {nearest}"
        "（朴素基线 {nearest_naive}）；共 {projects} 个项目。朴素基线：README 用词的 TF-IDF 加 Ward 聚类。",
    ),
    Message(
        "disagreements_none",
        "No project is grouped mainly with projects of another field.",
        "没有项目主要与其他领域的项目归为一组。",
    ),
    Message("curated_as", "Field assigned by hand", "人工划分的领域"),
    Message("found_with", "Grouped with", "实际归入"),
    Message("because", "Reason", "原因"),
)
