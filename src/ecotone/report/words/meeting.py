"""Words of the pages on organisations and on how they meet."""

from __future__ import annotations

from typing import Final

from ecotone.report.words.word import Word

WORDS: Final[tuple[Word, ...]] = (
    Word("nav_organisations", "Organisations", "组织"),
    Word("nav_interaction", "Interaction", "互动"),
    Word("organisations_title", "Organisations", "组织"),
    Word(
        "organisations_lead",
        "Organisations of {min} people or more behind these projects: {named}. {unknown} of people's commits are by "
        "authors whose organisation is not known.",
        "这些项目背后有 {named} 个不少于 {min} 人的组织；人工提交中有 {unknown} 的作者所属组织不明。",
    ),
    Word("organisations_where", "Who is where", "谁在哪些项目"),
    Word(
        "organisations_where_text",
        "Share of each project's commits by people, {since} to {until}. Rows are the organisations with most commits, "
        "columns the projects where known organisations do most.",
        "{since} 至 {until}，各组织在每个项目的人工提交中所占的比例。每行是一个组织，按提交数取最多者；"
        "每列是一个项目，取已知组织提交最多者。",
    ),
    Word("organisations_all", "Every organisation", "全部组织"),
    Word("organisation_lead", "An organisation in this landscape, {since} to {until}",
         "本全景中的组织，{since} 至 {until}"),
    Word("organisation_projects", "Its projects", "所在项目"),
    Word("organisation_partners", "Whom it meets", "与谁互动"),
    Word(
        "organisation_partners_text",
        "Weight of the interactions with people of other organisations: given is work of theirs that was merged, "
        "reviewed, answered or carried on elsewhere, received the other way round.",
        "与其他组织人员互动的权重：“给出”指本组织的工作被对方合并、评审、回应或接续，“收到”则相反。",
    ),
    Word("organisation_roles", "Where it stands between others", "居间位置"),
    Word(
        "organisation_roles_text",
        "Open chains of three people in which the one in the middle is of this organisation, counted in windows of "
        "three months that do not overlap (Gould & Fernandez 1989).",
        "三人开放链中居中者属于本组织的次数，按互不重叠的三个月窗口计（Gould 与 Fernandez，1989）。",
    ),
    Word("organisation_without", "And {count} more with fewer commits.", "另有 {count} 个提交较少的项目。"),
    Word("commits_by_month", "{name}: commits by people, month by month", "{name}：逐月人工提交"),
    Word("commits_by_month_text",
         "Commits to all projects of this landscape by people of the organisation. Paler: projects with a tenth or "
         "more of them were not observed whole, so that commits are missing.",
         "该组织人员对本全景全部项目的提交。颜色较浅的月份：占其提交一成以上的项目未得到完整观测，数字因此偏少。"),
    Word("deeper_organisations", "Which organisations stand behind these projects, and where.",
         "这些项目背后有哪些组织，各在哪里。"),
    Word("deeper_interaction", "Whether people of different organisations work with each other.",
         "不同组织的人是否一起工作。"),
    Word("people_n", "People", "人数"),
    Word("projects_n", "Projects", "项目数"),
    Word("commits_n", "Commits", "提交数"),
    Word("share_of_commits", "Share of commits", "提交占比"),
    Word("share_of_project", "Share of the project's commits", "占项目提交"),
    Word("share_of_project_unit", "share of the project's commits", "占项目提交的比例"),
    Word("strongest_partner", "Strongest partner", "最密切伙伴"),
    Word("organisation", "Organisation", "组织"),
    Word("partner", "Partner", "伙伴"),
    Word("weight", "Weight", "权重"),
    Word("given", "Given", "给出"),
    Word("received", "Received", "收到"),
    Word("brokerage", "Brokerage", "居间"),
    Word("coordinator", "Coordinator", "协调者"),
    Word("consultant", "Consultant", "顾问"),
    Word("gatekeeper", "Gatekeeper", "守门人"),
    Word("representative", "Representative", "代表"),
    Word("liaison", "Liaison", "联络人"),
    Word("months_active", "Months", "活跃月数"),
    Word("nobody_met", "It met nobody of another organisation that may be named here.",
         "没有与此处可具名的其他组织发生互动。"),
    Word("interaction_title", "How organisations meet", "组织如何互动"),
    Word(
        "interaction_lead",
        "Not how many organisations there are, but whether their people work with each other: merging, reviewing, "
        "writing together, and going on with each other's work.",
        "这里看的不是有多少组织，而是各组织的人是否真正一起工作：合并、评审、共同编写，以及接续彼此的工作。",
    ),
    Word("crossing_heading", "Across organisations, month by month", "逐月的跨组织互动"),
    Word(
        "crossing_text",
        "Share of interactions between known organisations that cross from one to another. The band is what it could "
        "be if the unknown were known; the more is unknown, the wider it is. Dashed: fewer than nine in ten projects "
        "were observed whole.",
        "在双方所属组织均已知的互动中，跨组织互动所占的比例。色带是未知归属全部查明后该值可能落入的范围；"
        "未知越多，色带越宽。虚线：完整观测的项目不足九成。",
    ),
    Word("mixing_heading", "Who meets whom", "谁与谁互动"),
    Word(
        "mixing_text",
        "Share of all interactions, {since} to {until}: whose work it was (rows) and who acted on it (columns). The "
        "diagonal is within an organisation.",
        "{since} 至 {until}，各格占全部互动的比例：横行看是谁的工作，纵列看由谁处理；对角线是组织内部的互动。",
    ),
    Word("smaller_ones", "smaller ones", "较小组织"),
    Word("unknown_ones", "unknown", "未知"),
    Word("map_heading", "Projects tied by shared people", "因共同参与者相连的项目"),
    Word(
        "map_text",
        "A line stands for people who work in both projects, more of them than chance explains given how many each "
        "project has (5% false discovery). Circles grow with activity. Projects that share nobody beyond chance are "
        "left out: {without}.",
        "连线表示有人同时参与两个项目，且人数多于按各项目规模随机分布所能解释的水平（错误发现率 5%）。"
        "圆越大，项目越活跃。没有这类共同参与者的项目未画出，共 {without} 个。",
    ),
    Word("shared_people", "Shared people", "共同参与者"),
    Word("shared_people_unit", "shared people", "位共同参与者"),
    Word("by_chance", "By chance", "随机期望"),
    Word("project_a", "Project", "项目"),
    Word("project_b", "and project", "与项目"),
    Word("diversity_heading", "Diversity and activity", "多样性与活跃度"),
    Word(
        "diversity_text",
        "How many organisations a project's known interactions are spread over (effective number, Hill q = 1) against "
        "its activity, the means of the last six whole months. Rank correlation {correlation}, over {count} projects.",
        "横轴是项目的已知互动分布于多少个组织（有效数，Hill q = 1），纵轴是活跃度，均取最近六个完整月的均值。"
        "{count} 个项目的秩相关系数为 {correlation}。",
    ),
    Word("effective_organisations", "Effective organisations", "有效组织数"),
    Word("crossing_share", "Across organisations", "跨组织占比"),
    Word("crossing_unit", "share of interactions between known organisations", "占已知组织之间互动的比例"),
    Word("organisations_more", "The other {count}", "其余 {count} 个"),
    Word("lowest", "At least", "下界"),
    Word("highest", "At most", "上界"),
    Word("from_organisation", "Whose work", "工作归属"),
    Word("to_organisation", "Who acted on it", "行动者归属"),
    Word("share_of_weight", "share of all interactions by weight", "占全部互动权重的比例"),
    Word("diversity_axes", "effective organisations (across), points (up)", "有效组织数（横轴），分（纵轴）"),
    Word("project_mixing", "{name}: who meets whom", "{name}：谁与谁互动"),
    Word("known_of", "{share} of the weight is between people whose organisations are both known.",
         "{share} 的权重发生在双方组织均已知的人之间。"),
)  # fmt: skip
