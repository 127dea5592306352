"""Messages on employers' shares: known, estimated and at most."""

from __future__ import annotations

from typing import Final

from ecotone.report.messages.word import Message

MESSAGES: Final[tuple[Message, ...]] = (
    Message(
        "company_yes_known",
        "One company's: {name} owns the repository, judging by its name, and its people made at least"
        " {known} of the commits ({since} to {until}).",
        "一家公司的项目：按名称判断，仓库归 {name} 所有；{since} 至 {until}，其人员至少完成了 {known} 的提交。",
    ),
    Message(
        "company_yes_team",
        "Probably one company's: {name} owns the repository, judging by its name, and its people and the"
        " others who can merge there made {team} of the commits ({since} to {until}). Known to be its people's are"
        " {known}.",
        "很可能是一家公司的项目：按名称判断，仓库归 {name} 所有；{since} 至 {until}，其人员与其他有权合并的人"
        "完成了 {team} 的提交，其中已知属于其人员的为 {known}。",
    ),
    Message(
        "company_yes_estimate",
        "Probably one company's: {name} owns the repository, judging by its name, and its people made an"
        " estimated {estimate} of the commits, between {low} and {high} ({since} to {until}). {known} are known.",
        "很可能是一家公司的项目：按名称判断，仓库归 {name} 所有；{since} 至 {until}，其人员估计完成了"
        " {estimate} 的提交（{low} 至 {high}），其中已知 {known}。",
    ),
    Message(
        "company_work_known",
        "Mostly one company's work: people of {name} made at least {known} of the"
        " commits ({since} to {until}). The repository does not bear that name, so a foundation, a community or a"
        " person may own it.",
        "主要由一家公司完成：{since} 至 {until}，{name} 的人员至少完成了 {known} 的提交。"
        "但仓库不以其命名，可能归基金会、社区或个人所有。",
    ),
    Message(
        "company_work_estimate",
        "Probably mostly one company's work: people of {name} made an estimated"
        " {estimate} of the commits, between {low} and {high} ({since} to {until}). {known} are known. The repository"
        " does not bear that name, so a foundation, a community or a person may own it.",
        "很可能主要由一家公司完成：{since} 至 {until}，{name} 的人员估计完成了 {estimate} 的提交"
        "（{low} 至 {high}），其中已知 {known}。但仓库不以其命名，可能归基金会、社区或个人所有。",
    ),
    Message(
        "company_small_known",
        "Mostly the work of one organisation, of too few people to be named: at least {known}"
        " of the commits ({since} to {until}).",
        "主要由一个组织完成（人数过少，不便具名）：{since} 至 {until}，至少占提交的 {known}。",
    ),
    Message(
        "company_small_estimate",
        "Probably mostly the work of one organisation, of too few people to be named: known"
        " are {known} of the commits ({since} to {until}).",
        "很可能主要由一个组织完成（人数过少，不便具名）：{since} 至 {until}，已知占提交的 {known}。",
    ),
    Message(
        "company_no_known",
        "Not one company's: no organisation's people made more than {highest} of the commits, even if all"
        " unknown commits were theirs ({since} to {until}).",
        "不是一家公司的项目：{since} 至 {until}，即使把归属未知的提交全部算上，任何组织的占比也不超过 {highest}。",
    ),
    Message(
        "company_no_estimate",
        "Probably not one company's: the largest share, that of {name}, is an estimated {estimate} of the"
        " commits, between {low} and {high} ({since} to {until}). {known} are known.",
        "很可能不是一家公司的项目：{since} 至 {until}，占比最大的 {name} 估计完成了 {estimate} 的提交"
        "（{low} 至 {high}），其中已知 {known}。",
    ),
    Message(
        "company_unclear_estimate",
        "The data cannot say whether it is one company's: people of {name} made an estimated {estimate} of the commits,"
        " between {low} and {high} ({since} to {until}). {known} are known.",
        "数据无法判断是否为一家公司的项目：{since} 至 {until}，{name} 的人员估计完成了 {estimate} 的提交"
        "（{low} 至 {high}），其中已知 {known}。",
    ),
    Message(
        "company_unclear_one_person",
        "The data cannot say whether it is one company's: it depends on one person of unknown employer, who made 30% or"
        " more of the commits ({since} to {until}). The employer is unknown for {unknown} of the commits; the largest"
        " known share is {known}.",
        "数据无法判断是否为一家公司的项目：结论取决于一位所属组织未知的人，此人完成了三成或更多的提交"
        "（{since} 至 {until}）；{unknown} 的提交所属组织未知，已知占比最大的组织为 {known}。",
    ),
    Message(
        "company_unclear_none_known",
        "The data cannot say whether it is one company's: no employer is known for any of the commits ({since} to"
        " {until}).",
        "数据无法判断是否为一家公司的项目：{since} 至 {until}，没有任何提交的所属组织已知。",
    ),
    Message(
        "company_unclear_few_known",
        "The data cannot say whether it is one company's: the employer is unknown for {unknown} of the commits, and"
        " fewer than five people's employers are known ({since} to {until}). The largest known share is {known}.",
        "数据无法判断是否为一家公司的项目：{since} 至 {until}，{unknown} 的提交所属组织未知，"
        "已知所属组织的人不足五位；已知占比最大的组织为 {known}。",
    ),
    Message(
        "company_unclear_too_much_unknown",
        "The data cannot say whether it is one company's: the employer is unknown for {unknown} of the commits"
        " ({since} to {until}). The largest known share is {known}.",
        "数据无法判断是否为一家公司的项目：{since} 至 {until}，{unknown} 的提交所属组织未知，"
        "已知占比最大的组织为 {known}。",
    ),
    Message(
        "nearly_all_unknown",
        "Nearly all commits are of unknown employer, so a chart of employers would show nothing.",
        "几乎所有提交的所属组织都未知，因此不绘制组织占比图。",
    ),
    Message("small_organisation", "an organisation with too few people to be named", "一个人数过少、不便具名的组织"),
    Message(
        "estimate_assumes",
        "The estimate assumes that people of unknown employer work where the known people of the same role and"
        " activity do. If the largest employer's people hid it three times less or more often than others: {low} to"
        " {high}.",
        "估计假定：所属组织未知的人，与角色和活跃度相同的已知者来自同样的组织。若最大组织的人员隐去所属组织的"
        "频率为他人的三分之一或三倍，则为 {low} 至 {high}。",
    ),
    Message(
        "would_name_more",
        "A GitHub token (profiles), an affiliation file or signed-off commits would name more employers.",
        "提供 GitHub 令牌（读取个人资料）、归属文件，或由项目要求提交签署，可识别更多所属组织。",
    ),
    Message(
        "evidence_shares",
        "How the employer of the commits from {since} to {until} is known: {known}. Unknown: {unknown}.",
        "{since} 至 {until} 各提交所属组织的依据：{known}。未知：{unknown}。",
    ),
    Message("evidence_of_organisation", "How its commits are known: {known}.", "其提交的依据：{known}。"),
    Message(
        "review_sentence",
        "The employer is unknown for {before} of the commits since {since}. With the employers of the {counts} people"
        " of most of them, it would be {afters}; `{command}` lists these people.",
        "{since} 以来 {before} 的提交所属组织未知；若补明其中提交最多的 {counts} 人的雇主，该占比将为 {afters}；"
        "名单见 `{command}`。",
    ),
    Message("review_handles", "People whose employer would help most", "最值得补明雇主的人"),
    Message(
        "review_handles_text",
        "The maker of this report lets it show public logins. A person without one is counted only.",
        "本报告的制作者选择显示公开登录名；没有公开登录名的人只计数。",
    ),
    Message("review_login", "Public login", "公开登录名"),
    Message("review_no_login", "no public login", "无公开登录名"),
    Message("review_commits", "Commits of unknown employer", "归属未知的提交"),
    Message("review_after", "Unknown share if named as well", "补明后的未知占比"),
    Message("review_lines", "Lines for the landscape file", "可写入 landscape 文件的内容"),
    Message("evidence_none", "none", "无"),
    Message("evidence_override", "declared {share}", "已声明 {share}"),
    Message("evidence_signed", "signed {share}", "当日署名 {share}"),
    Message("evidence_spell", "between signatures {share}", "两次署名之间 {share}"),
    Message("evidence_file", "affiliation list {share}", "归属名单 {share}"),
    Message("evidence_profile", "profile {share}", "个人资料 {share}"),
    Message("evidence_stale_list", "outdated list {share}", "过期名单 {share}"),
    Message("evidence_team", "team of the owner {share}", "所有者团队 {share}"),
    Message("evidence_core_unknown", "others who can merge {share}", "其他可合并者 {share}"),
    Message("evidence_others_unknown", "all others {share}", "其余 {share}"),
    Message(
        "evidence_further_stale_list",
        "An outdated list names it for {count} more {count:commit|commits}, which are not counted.",
        "过期名单另将 {count} 个提交归于该组织，未计入。",
    ),
    Message(
        "evidence_further_team",
        "{count} more {count:commit is|commits are} by people of unknown employer who can merge in its repositories;"
        " they are not counted.",
        "另有 {count} 个提交出自可在其仓库合并、但所属组织未知的人，未计入。",
    ),
    Message("shares_known_estimated", "Known, estimated and highest possible shares", "已知、估计与最高可能的占比"),
    Message("share_known", "Known", "已知"),
    Message("share_estimated", "Estimated", "估计"),
    Message("share_highest", "At most", "至多"),
    Message("share_interval", "{estimate} ({low} to {high})", "{estimate}（{low} 至 {high}）"),
    Message("share_of_people", "People", "人数占比"),
)
