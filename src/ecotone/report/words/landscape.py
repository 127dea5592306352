"""Words of the landscape page."""

from __future__ import annotations

from typing import Final

from ecotone.report.words.word import Word

WORDS: Final[tuple[Word, ...]] = (
    Word("nav_map", "Landscape", "全景图"),
    Word("deeper_map", "The groups that the data themselves form, what they share, and how sure that is.",
         "数据自身形成的群组、它们的共同点，以及把握有多大。"),
    Word("map_title", "The landscape, as the data draw it", "数据绘出的全景"),
    Word(
        "map_lead",
        "Groups found from people, organisations, words and dependencies in common; the hand-made categories play no "
        "part in it.",
        "依据共同的参与者、组织、用词与依赖自动发现的群组，不参考人工分类。",
    ),
    Word(
        "map_none",
        "No groups are surely there: what these projects have in common is not more than chance gives.",
        "没有可以确认的群组：这些项目的共同之处并不比随机情形更多。",
    ),
    Word("map_tiles_heading", "Fields and their parts", "领域及其组成"),
    Word(
        "map_tiles_text",
        "Each panel is a field, each tile a part of it, each circle a project: as big as it is active, in the colour "
        "of what its curve does. A dashed border marks what other samples of the data often put elsewhere.",
        "每块面板是一个领域，每个方格是其组成部分，每个圆是一个项目：大小表示活跃度，颜色表示曲线走势。"
        "虚线边框表示换用数据样本后常被归入别处。",
    ),
    Word("map_places_heading", "Who stands near whom", "谁与谁相近"),
    Word(
        "map_places_text",
        "Projects near each other have much in common. Circles grow with activity; the colour is the field, grey "
        "belongs nowhere for sure.",
        "位置相近的项目共同点多。圆的大小表示活跃度，颜色表示领域，灰色表示没有确定归属。",
    ),
    Word("map_groups_heading", "The groups", "群组"),
    Word("group", "Group", "群组"),
    Word("group_words", "Words that set it apart", "有别于他组的用词"),
    Word("group_typical", "Most typical", "最具代表性"),
    Word("group_size", "Projects", "项目数"),
    Word("group_stability", "Stability", "稳定度"),
    Word("map_between", "between two groups", "介于两组之间"),
    Word("map_nowhere", "Belongs nowhere for sure", "没有确定归属"),
    Word("map_moves_heading", "Through time", "历时变化"),
    Word("map_moves_text",
         "Projects in each group by half-year; a group keeps its line while most of it stays. Grey ones are gone.",
         "各群组每半年的项目数；主体不变的群组沿用同一条线，已消失的群组为灰色。"),
    Word("moves_unit", "projects", "个项目"),
    Word("half_year", "Half-year", "半年"),
    Word("moves_table", "What was born, split, merged, and who moved", "新生、分裂、合并与迁移"),
    Word("event_born", "born", "新生"),
    Word("event_split", "split off", "分裂"),
    Word("event_merged", "merged", "合并"),
    Word("event_gone", "gone", "消失"),
    Word("event_moved", "moved", "迁移"),
    Word("half_first", "{year} H1", "{year} 年上半年"),
    Word("half_second", "{year} H2", "{year} 年下半年"),
    Word("event_word", "What happened", "变化"),
    Word("other_group", "From or into", "来自或并入"),
    Word("views_heading", "What the groups rest on", "分组依据"),
    Word(
        "views_text",
        "How far two halves of each kind of evidence find the same groups: that is its weight.",
        "把每类证据对半分开后所得分组的一致程度，即其权重。",
    ),
    Word("views_unit", "weight, 0 to 1", "权重，0 至 1"),
    Word("view", "Evidence", "依据"),
    Word("projects_with_it", "Projects that have it", "具备的项目数"),
    Word("curated_heading", "Against the hand-made categories", "与人工分类对照"),
    Word(
        "curated_text",
        "Adjusted mutual information {ami} (chance reaches {ami_chance}), adjusted Rand index {ari} (chance reaches "
        "{ari_chance}), homogeneity {homogeneity}, completeness {completeness}, over {projects} projects.",
        "调整互信息 {ami}（随机可达 {ami_chance}），调整兰德指数 {ari}（随机可达 {ari_chance}），"
        "同质性 {homogeneity}，完整性 {completeness}，共 {projects} 个项目。",
    ),
    Word("disagreements_none", "No project stands with projects of another category.",
         "没有哪个项目主要与其他类别的项目归在一起。"),
    Word("curated_as", "Sorted by hand as", "人工归为"),
    Word("found_with", "Found with", "实际归入"),
    Word("because", "Because", "理由"),
)  # fmt: skip
