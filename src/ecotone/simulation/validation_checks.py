"""The validation checks: each compares the truth with the computed tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final

from ecotone.foundation.months import add_months, list_months_between
from ecotone.simulation.comparison_result import (
    CheckWords,
    ComparisonResult,
    format_count,
    format_share,
    make_unanswered_result,
)
from ecotone.simulation.truth_pairs import Key, TruthPairs, normalise_account

PEOPLE_TOLERANCE: Final = 0.1  # identities are resolved from e-mail addresses only
OPENING_TOLERANCE: Final = 0.05  # git does not say when a pull request was opened
WRONG_EMPLOYER_TOLERANCE: Final = 0.01
INSIDE_LEAST: Final = 0.9  # share of intervals that must hold the truth
LEAST_RISING_FROM: Final = 3.0  # commits a month: below it a rise is noise
UNKNOWN: Final = "(unknown)"


def check_monthly_count(paired: TruthPairs, column: str, words: CheckWords, tolerance: float = 0.0) -> ComparisonResult:
    """A monthly count; agrees if the summed differences are at most `tolerance` of the truth."""
    total = sum(getattr(month, column) for month in paired.months.values())
    if column not in paired.columns:
        return make_unanswered_result(words, format_count(total), f"signals.{column}")
    pairs = list(paired.list_count_pairs(column))
    gaps = [abs(true - (computed or 0)) for true, computed in pairs]
    exact = sum(computed == true for true, computed in pairs)
    note = f"Exact in {format_count(exact)} of {format_count(len(pairs))} project-months; largest gap {max(gaps)}."
    note_zh = f"{format_count(len(pairs))} 个项目月中有 {format_count(exact)} 个完全一致，最大相差 {max(gaps)}。"
    return ComparisonResult.from_words(
        words,
        format_count(total),
        format_count(sum(computed or 0 for _, computed in pairs)),
        agrees=sum(gaps) <= tolerance * total,
        note=note,
        note_zh=note_zh,
    )


def check_commits(paired: TruthPairs) -> ComparisonResult:
    """Commits of all months; impossible author dates are counted in the note."""
    words = CheckWords("How many commits landed?", "共有多少次提交进入默认分支？", "commits", "次提交")
    finding = check_monthly_count(paired, "commits", words)
    odd = sum(len(project.impossible_dates) for project in paired.truth.projects)
    if not odd:
        return finding
    return ComparisonResult.from_words(
        words,
        finding.truth,
        finding.computed,
        agrees=finding.agrees,
        note=f"{finding.note} {odd} have impossible author dates and count when they were committed.",
        note_zh=f"{finding.note_zh}其中 {odd} 次提交的作者日期不可信，按提交者日期计入。",
    )


def check_contributors(paired: TruthPairs) -> ComparisonResult:
    """People who contributed, month by month."""
    words = CheckWords(
        "How many contributors were there, month by month?", "各月贡献者人数合计是多少？", "person-months", "人月"
    )
    return check_monthly_count(paired, "contributors", words, PEOPLE_TOLERANCE)


def check_newcomers(paired: TruthPairs) -> ComparisonResult:
    """People who contributed to a project for the first time."""
    words = CheckWords(
        "How many first contributions to a project?", "首次为某个项目作贡献的共有多少人次？", "newcomers", "人次"
    )
    return check_monthly_count(paired, "newcomers", words, PEOPLE_TOLERANCE)


def check_pulls_opened(paired: TruthPairs) -> ComparisonResult:
    """Pull requests by month of opening, which git shows approximately."""
    words = CheckWords("How many pull requests were opened?", "共新建多少个拉取请求？", "pull requests", "个")
    return check_monthly_count(paired, "pull_requests_opened", words, OPENING_TOLERANCE)


def check_pulls_merged(paired: TruthPairs) -> ComparisonResult:
    """Pull requests by the month of merging."""
    words = CheckWords("How many pull requests were merged?", "共合并多少个拉取请求？", "pull requests", "个")
    return check_monthly_count(paired, "pull_requests_merged", words)


def check_releases(paired: TruthPairs) -> ComparisonResult:
    """Tags, light and annotated."""
    words = CheckWords("How many releases were tagged?", "共发布了多少个版本？", "releases", "个")
    return check_monthly_count(paired, "releases", words)


def check_thread_bounds(paired: TruthPairs) -> ComparisonResult:
    """Issues and pull requests, estimated from gaps between numbers: does the interval contain the truth?"""
    words = CheckWords(
        "In how many months does the interval for threads opened hold the true number?",
        "新建议题与拉取请求数的估计区间，有多少个项目月包含真值？",
        "project-months",
        "个项目月",
    )
    bounds = ("threads_opened_low", "threads_opened_high")
    if not paired.columns.issuperset(bounds):
        return make_unanswered_result(words, "—", "signals.threads_opened_low/high")
    inside, widths, known = 0, 0.0, 0
    for key, month in paired.months.items():
        low, high = (paired.find_computed_value(key, bound) for bound in bounds)
        if low is None or high is None:
            continue
        known += 1
        inside += low <= month.threads_opened <= high
        widths += high - low
    none = len(paired.months) - known
    width = f"{widths / known:.1f}" if known else "—"
    return ComparisonResult.from_words(
        words,
        format_count(known),
        format_count(inside),
        agrees=known > 0 and inside >= INSIDE_LEAST * known,
        note=f"The interval is {width} threads wide on average; {format_count(none)} months have none.",
        note_zh=f"区间平均宽度为 {width}；{format_count(none)} 个项目月没有区间。",
    )


def check_identity_resolution(paired: TruthPairs) -> ComparisonResult:
    """The number of people behind the accounts, and the errors of identity resolution."""
    words = CheckWords("How many people are behind the accounts?", "这些账号背后有多少人？", "people", "人")
    everybody = len(paired.truth.people)
    if paired.people is None:
        return make_unanswered_result(words, format_count(everybody), "people")
    owners = {
        normalise_account(account): person.person for person in paired.truth.people for account in person.accounts
    }
    true_of: dict[str, set[str]] = defaultdict(set)
    found_of: dict[str, set[str]] = defaultdict(set)
    for row in paired.people.select(["account", "person", "actor_kind"]).to_pylist():
        owner = owners.get(normalise_account(row["account"])) if row["actor_kind"] == "person" else None
        if owner is not None:
            true_of[row["person"]].add(owner)
            found_of[owner].add(row["person"])
    split = sum(len(person_ids) > 1 for person_ids in found_of.values())
    joined = sum(len(true) - 1 for true in true_of.values())
    missing = everybody - len(found_of)
    return ComparisonResult.from_words(
        words,
        format_count(everybody),
        format_count(len(true_of)),
        agrees=split + joined + missing <= PEOPLE_TOLERANCE * everybody,
        note=f"{split} were split, {joined} were taken for somebody else, {missing} were not seen.",
        note_zh=f"{split} 人被拆成多人，{joined} 人被误认作他人，{missing} 人未被发现。",
    )


def check_employers(paired: TruthPairs) -> ComparisonResult:
    """Commits attributed to an organisation that did not employ the author at that time."""
    words = CheckWords(
        "How many commits are credited to the wrong employer?",
        "有多少次提交被算到了错误的雇主名下？",
        "commits",
        "次提交",
    )
    if paired.organisations is None:
        return make_unanswered_result(words, "0", "organisations")
    computed: dict[Key, Counter[str]] = defaultdict(Counter)
    for row in paired.organisations.select(["project", "month", "organisation", "events"]).to_pylist():
        if row["organisation"] not in (None, UNKNOWN):
            computed[row["project"], row["month"]][row["organisation"]] += row["events"]
    total = sum(month.person_commits for month in paired.months.values())
    employed = sum(sum(month.commits_by_organisation.values()) for month in paired.months.values())
    right = wrong = 0
    for key in paired.months.keys() | computed.keys():
        true = Counter(paired.months[key].commits_by_organisation) if key in paired.months else Counter[str]()
        right += (computed[key] & true).total()
        wrong += (computed[key] - true).total()
    named, nobody = format_share(right, employed), format_share(total - employed, total)
    unknown = format_share(total - right - wrong, total)
    return ComparisonResult.from_words(
        words,
        "0",
        format_count(wrong),
        agrees=wrong <= WRONG_EMPLOYER_TOLERANCE * total and right > 0,
        note=f"Of employed people's commits {named} are credited to the true employer."
        f" {unknown} of all remain unknown; {nobody} truly have no employer.",
        note_zh=f"有雇主者的提交中，{named} 归到了真实雇主名下；全部提交中 {unknown} 归属未知，"
        f"而确实没有雇主的占 {nobody}。",
    )


def check_assisted_share(paired: TruthPairs) -> ComparisonResult:
    """The share of people's commits that name an AI agent."""
    words = CheckWords(
        "What share of people's commits name an AI agent?",
        "由人提交的代码中，注明有 AI 智能体参与的占多大比例？",
        "of people's commits",
        "占由人完成的提交",
    )
    months = paired.months.values()
    true, everything = sum(month.assisted_commits for month in months), sum(month.person_commits for month in months)
    needed = {"commits", "assisted_share", "bot_share", "agent_share"}
    if not paired.columns >= needed:
        return make_unanswered_result(words, format_share(true, everything), "signals.assisted_share")
    computed, total = 0, 0
    for key in paired.signals:
        landed, share, bots, agents = (
            paired.find_computed_value(key, name) or 0
            for name in ("commits", "assisted_share", "bot_share", "agent_share")
        )
        by_people = round(landed * (1 - bots - agents))
        computed += round(share * by_people)
        total += by_people
    return ComparisonResult.from_words(
        words,
        format_share(true, everything),
        format_share(computed, total),
        agrees=computed == true,
        note=f"{format_count(computed)} of {format_count(total)} commits; truly"
        f" {format_count(true)} of {format_count(everything)}.",
        note_zh=f"找到 {format_count(total)} 次中的 {format_count(computed)} 次；"
        f"真值为 {format_count(everything)} 次中的 {format_count(true)} 次。",
    )


def check_automatic_share(paired: TruthPairs, column: str, truth: str, words: CheckWords) -> ComparisonResult:
    """Commits by bots or by AI agents."""
    true = sum(getattr(month, truth) for month in paired.months.values())
    if not paired.columns >= {"commits", column}:
        return make_unanswered_result(words, format_count(true), f"signals.{column}")
    computed = paired.count_commits_of_share(column)
    landed = sum(month.commits for month in paired.months.values())
    return ComparisonResult.from_words(
        words,
        format_count(true),
        format_count(computed),
        agrees=computed == true,
        note=f"{format_share(computed, landed)} of all commits.",
        note_zh=f"占全部提交的 {format_share(computed, landed)}。",
    )


def check_bot_share(paired: TruthPairs) -> ComparisonResult:
    """Commits by bots."""
    words = CheckWords("How many commits are by bots?", "有多少次提交出自机器人？", "commits", "次提交")
    return check_automatic_share(paired, "bot_share", "bot_commits", words)


def check_agent_share(paired: TruthPairs) -> ComparisonResult:
    """Commits by AI agents."""
    words = CheckWords("How many commits are by AI agents?", "有多少次提交出自 AI 智能体？", "commits", "次提交")
    return check_automatic_share(paired, "agent_share", "agent_commits", words)


def check_leading_project(paired: TruthPairs) -> ComparisonResult:
    """The project with the most commits over the last twelve months."""
    words = CheckWords(
        "Which project leads in the last twelve months?", "最近十二个月哪个项目领先？", "by commits", "按提交数"
    )
    months = _list_last_year(paired.truth.until)
    true, computed = (_find_largest(_sum_commits(paired, source, months)) for source in ("truth", "found"))
    return ComparisonResult.from_words(
        words,
        true[0],
        computed[0],
        agrees=true[0] == computed[0],
        note=f"{true[1]:,.0f} commits; found {computed[1]:,.0f}.",
        note_zh=f"真值 {true[1]:,.0f} 次提交，找到 {computed[1]:,.0f} 次。",
    )


def check_fastest_riser(paired: TruthPairs) -> ComparisonResult:
    """The project with the largest relative rise of the last three months over the nine before."""
    words = CheckWords("Which project rises fastest?", "哪个项目上升最快？", "by commits", "按提交数")
    months = _list_last_year(paired.truth.until)
    true, computed = (_find_largest(_measure_momentum(paired, source, months)) for source in ("truth", "found"))
    return ComparisonResult.from_words(
        words,
        true[0],
        computed[0],
        agrees=true[0] == computed[0],
        note=f"Last three months against the nine before: {100 * true[1]:+.0f}%; found {100 * computed[1]:+.0f}%.",
        note_zh=f"最近三个月相对此前九个月：真值 {100 * true[1]:+.0f}%，找到 {100 * computed[1]:+.0f}%。",
    )


def _list_last_year(until: date) -> tuple[date, ...]:
    return list_months_between(add_months(until, -11), until)


def _sum_commits(paired: TruthPairs, source: str, months: tuple[date, ...]) -> dict[str, float]:
    series_by_project = {
        project.project: paired.read_commit_series(source, project.project, months) for project in paired.truth.projects
    }
    return {project: float(sum(series)) for project, series in series_by_project.items() if series is not None}


def _measure_momentum(paired: TruthPairs, source: str, months: tuple[date, ...]) -> dict[str, float]:
    """(mean of the last 3 months - mean of the 9 before) / mean of the 9 before, for projects with all twelve."""
    momentum = {}
    for project in paired.truth.projects:
        series = paired.read_commit_series(source, project.project, months)
        before = _mean_of(series[:9]) if series is not None else 0.0
        if series is not None and before >= LEAST_RISING_FROM:
            momentum[project.project] = _mean_of(series[9:]) / before - 1
    return momentum


def _mean_of(values: Sequence[int]) -> float:
    return sum(values) / len(values)


def _find_largest(values: dict[str, float]) -> tuple[str, float]:
    """The largest; the first by name among equals; a dash if there is none."""
    return min(values.items(), key=lambda item: (-item[1], item[0]), default=("—", 0.0))
