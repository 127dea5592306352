"""Messages of the pages on organisations and collaboration."""

from __future__ import annotations

from typing import Final

from ecotone.report.messages.word import Message

MESSAGES: Final[tuple[Message, ...]] = (
    Message("nav_organisations", "Organisations", "组织"),
    Message("nav_interaction", "Collaboration", "组织协作"),
    Message("organisations_title", "Organisations", "组织"),
    Message(
        "organisations_lead",
        "{named} {named:organisation|organisations} with at least {min} people behind these projects{most}. The"
        " employer is unknown for {unknown} of commits by people.",
        "这些项目背后有 {named} 个不少于 {min} 人的组织{most}；{unknown} 的人工提交所属组织未知。",
    ),
    Message(
        "organisations_most",
        "; people of {name} made the most commits ({share} of all by people)",
        "，其中 {name} 的人员提交最多（占人工提交的 {share}）",
    ),
    Message("organisations_where", "Organisations by project: shares of commits", "各组织在各项目的提交占比"),
    Message(
        "organisations_where_text",
        "Share of each project's commits by people, {since} to {until}. Rows are the organisations with the most"
        " commits, columns the projects with the most commits by known organisations.",
        "{since} 至 {until}，各组织在每个项目人工提交中的占比。行为提交数最多的组织，列为已知组织提交数最多的项目。",
    ),
    Message("organisations_all", "All organisations", "所有组织"),
    Message("organisation_lead", "Organisation profile, {since} to {until}", "组织概况，{since} 至 {until}"),
    Message("organisation_projects", "Projects", "参与的项目"),
    Message("organisation_partners", "Collaborating organisations", "协作组织"),
    Message(
        "organisation_partners_text",
        "Weight of the interactions with people of other organisations. Given: work of this organisation that the"
        " partner merged, reviewed, answered or modified. Received: the reverse.",
        "与其他组织人员互动的权重。“给出”指本组织的工作被对方合并、评审、回应或继续修改，“收到”则相反。",
    ),
    Message("organisation_roles", "Brokerage roles", "中介作用"),
    Message(
        "organisation_roles_text",
        "Open chains of three people whose middle person belongs to this organisation, counted in non-overlapping"
        " windows of three months (Gould & Fernandez 1989).",
        "三人开放链中，中间一人属于本组织的次数，按互不重叠的三个月窗口统计（Gould 与 Fernandez，1989）。",
    ),
    Message(
        "organisation_without",
        "And {count} more {count:project|projects} with fewer commits.",
        "另有 {count} 个提交较少的项目。",
    ),
    Message("commits_by_month", "Monthly commits by people, {name}", "{name}：每月人工提交数"),
    Message(
        "commits_by_month_text",
        "Commits to all projects of this landscape by people of the organisation. Lighter: the number is too low,"
        " because projects with a tenth or more of the commits have incomplete data.",
        "该组织人员向所有项目的提交。颜色较浅的月份数值偏低：占其提交一成以上的项目数据不完整。",
    ),
    Message(
        "deeper_organisations",
        "Which organisations employ the contributors, and where they work.",
        "贡献者来自哪些组织，参与了哪些项目。",
    ),
    Message(
        "deeper_interaction",
        "Whether people of different organisations work together.",
        "不同组织的人员是否相互协作。",
    ),
    Message("people_n", "People", "人数"),
    Message("projects_n", "Projects", "项目数"),
    Message("commits_n", "Commits", "提交数"),
    Message("share_of_commits", "Share of commits", "提交占比"),
    Message("share_of_project", "Share of the project's commits", "占项目提交的比例"),
    Message("share_of_project_unit", "share of the project's commits", "占项目提交的比例"),
    Message("strongest_partner", "Main partner", "最主要的协作组织"),
    Message("organisation", "Organisation", "组织"),
    Message("partner", "Partner", "协作组织"),
    Message("weight", "Weight", "权重"),
    Message("given", "Given", "给出"),
    Message("received", "Received", "收到"),
    Message("brokerage", "Brokerage", "中介作用"),
    Message("coordinator", "Coordinator", "协调者"),
    Message("consultant", "Consultant", "顾问"),
    Message("gatekeeper", "Gatekeeper", "守门人"),
    Message("representative", "Representative", "代表"),
    Message("liaison", "Liaison", "联络人"),
    Message("months_active", "Active months", "活跃月数"),
    Message(
        "nobody_met",
        "No interactions with other organisations that can be named.",
        "没有与其他可显示名称的组织发生互动。",
    ),
    Message("interaction_title", "Collaboration between organisations", "组织间协作"),
    Message(
        "interaction_lead",
        "Whether people of different organisations work together: merging, reviewing, co-authoring and modifying"
        " each other's code.",
        "不同组织的人员是否相互协作：合并、评审、共同编写，以及修改彼此的代码。",
    ),
    Message(
        "collaboration_answer",
        "From {since} to {until}, {within} of the interactions between people of known employers were within one"
        " organisation, and {between} between two. These are {known} of all interactions: in the others an employer is"
        " unknown.",
        "{since} 至 {until}，在双方所属组织均已知的互动中，{within} 发生在同一组织内部，{between} 发生在两个组织之间。"
        "这些互动占全部互动的 {known}，其余至少一方所属组织未知。",
    ),
    Message("crossing_heading", "Share of interactions between organisations, by month", "每月跨组织互动占比"),
    Message(
        "crossing_text",
        "Share of the interactions between people of known organisations that link two different organisations. The"
        " band is the range that unknown employers allow. Dashed: fewer than 90% of the projects have complete data.",
        "双方所属组织均已知的互动中，跨组织互动的占比。色带为所属组织未知的人员可能造成的取值范围。虚线：数据完整的"
        "项目不足九成。",
    ),
    Message("mixing_heading", "Collaboration matrix of organisations", "组织协作矩阵"),
    Message(
        "mixing_text",
        "Share of the interactions between people of known employers, {since} to {until}. Rows: the organisation whose"
        " work it was. Columns: the organisation that acted on it. The diagonal is collaboration within an"
        " organisation. The matrix shows {known} of all interactions; one employer is unknown in {half}, both in"
        " {both}.",
        "{since} 至 {until}，各格占双方所属组织均已知的互动的比例。行为工作所属的组织，列为处理该工作的组织；对角线为"
        "组织内部的协作。矩阵涵盖全部互动的 {known}；另有 {half} 一方未知，{both} 双方未知。",
    ),
    Message(
        "mixing_mostly_unknown",
        "Both employers are known in only {known} of the interactions ({since} to {until}), so a matrix would show"
        " little.",
        "{since} 至 {until}，双方所属组织均已知的互动仅占 {known}，因此不绘制矩阵。",
    ),
    Message("smaller_ones", "smaller organisations", "较小组织"),
    Message("map_heading", "Projects linked by shared contributors", "由共同贡献者相连的项目"),
    Message(
        "map_text",
        "A line links two projects that share more contributors than chance explains, given the size of each project"
        " (false discovery rate 5%). Circles grow with activity. Projects without a link are left out: {without}.",
        "连线表示两个项目的共同贡献者多于随机水平（考虑各项目规模，错误发现率 5%）。圆越大，项目越活跃。没有连线的 "
        "{without} 个项目未画出。",
    ),
    Message("shared_people", "Shared contributors", "共同贡献者"),
    Message("shared_people_unit", "shared contributors", "位共同贡献者"),
    Message("by_chance", "Expected by chance", "随机期望"),
    Message("project_a", "Project", "项目"),
    Message("project_b", "Linked project", "相连项目"),
    Message("diversity_heading", "Organisation diversity and activity of projects", "项目的组织多样性与活跃度"),
    Message(
        "diversity_text",
        "The effective number of organisations in a project's interactions (Hill number, q = 1) against its"
        " activity, means of the last six complete months. Rank correlation {correlation}, over {count} "
        "{count:project|projects}.",
        "横轴为项目互动中的有效组织数（Hill 数，q = 1），纵轴为活跃度，均取最近六个完整月的均值。{count} 个项目的秩"
        "相关系数为 {correlation}。",
    ),
    Message("interaction_organisation_diversity_q1", "Effective organisations", "有效组织数"),
    Message("crossing_share", "Between organisations", "跨组织占比"),
    Message("crossing_unit", "share of interactions between known organisations", "占所属组织均已知的互动的比例"),
    Message("organisations_more", "{count} more {count:organisation|organisations}", "其余 {count} 个组织"),
    Message("lowest", "Lower bound", "下界"),
    Message("highest", "Upper bound", "上界"),
    Message("from_organisation", "Organisation of the author", "工作所属组织"),
    Message("to_organisation", "Organisation that acted", "处理方组织"),
    Message(
        "share_of_weight", "share of interactions between known employers, by weight", "占已知组织间互动权重的比例"
    ),
    Message(
        "diversity_axes", "effective organisations (horizontal), points (vertical)", "有效组织数（横轴），分（纵轴）"
    ),
    Message("project_mixing", "Collaboration matrix of organisations, {name}", "{name}：组织协作矩阵"),
)
