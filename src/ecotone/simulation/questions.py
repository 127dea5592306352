"""The validation checks: each compares the truth with the computed tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final

from ecotone.foundation.months import add_months, months_between
from ecotone.simulation.finding import Finding, Words, percent, unanswered, whole
from ecotone.simulation.paired import Key, Paired, account_key

PEOPLE_TOLERANCE: Final = 0.1  # identities are resolved from e-mail addresses only
OPENING_TOLERANCE: Final = 0.05  # git does not say when a pull request was opened
WRONG_EMPLOYER_TOLERANCE: Final = 0.01
INSIDE_LEAST: Final = 0.9  # share of intervals that must hold the truth
LEAST_RISING_FROM: Final = 3.0  # commits a month: below it a rise is noise
UNKNOWN: Final = "(unknown)"


def count(paired: Paired, column: str, words: Words, tolerance: float = 0.0) -> Finding:
    """A monthly count; agrees if the summed differences are at most `tolerance` of the truth."""
    total = sum(getattr(month, column) for month in paired.months.values())
    if column not in paired.columns:
        return unanswered(words, whole(total), f"signals.{column}")
    pairs = list(paired.counts(column))
    gaps = [abs(true - (found or 0)) for true, found in pairs]
    exact = sum(found == true for true, found in pairs)
    note = f"Exact in {whole(exact)} of {whole(len(pairs))} project-months; the largest difference is {max(gaps)}."
    note_zh = f"{whole(len(pairs))} 个项目月中有 {whole(exact)} 个完全一致，最大相差 {max(gaps)}。"
    return Finding.of(
        words,
        whole(total),
        whole(sum(found or 0 for _, found in pairs)),
        agrees=sum(gaps) <= tolerance * total,
        note=note,
        note_zh=note_zh,
    )


def commits(paired: Paired) -> Finding:
    """Commits of all months; impossible dates are counted in the note."""
    words = Words("How many commits landed?", "共有多少次提交进入默认分支？", "commits", "次提交")
    finding = count(paired, "commits", words)
    odd = sum(len(project.impossible_dates) for project in paired.truth.projects)
    if not odd:
        return finding
    return Finding.of(
        words,
        finding.truth,
        finding.found,
        agrees=finding.agrees,
        note=f"{finding.note} {odd} more have impossible dates and belong to no month.",
        note_zh=f"{finding.note_zh}另有 {odd} 次提交的日期不可信，不计入任何月份。",
    )


def contributors(paired: Paired) -> Finding:
    """People who contributed, month by month."""
    words = Words(
        "How many contributors were there, month by month?", "各月贡献者人数合计是多少？", "person-months", "人月"
    )
    return count(paired, "contributors", words, PEOPLE_TOLERANCE)


def newcomers(paired: Paired) -> Finding:
    """People who contributed to a project for the first time."""
    words = Words(
        "How many first contributions to a project?", "首次为某个项目作贡献的共有多少人次？", "newcomers", "人次"
    )
    return count(paired, "newcomers", words, PEOPLE_TOLERANCE)


def pulls_opened(paired: Paired) -> Finding:
    """Pull requests by month of opening, which git shows approximately."""
    words = Words("How many pull requests were opened?", "共新建多少个拉取请求？", "pull requests", "个")
    return count(paired, "pull_requests_opened", words, OPENING_TOLERANCE)


def pulls_merged(paired: Paired) -> Finding:
    """Pull requests by the month of merging."""
    words = Words("How many pull requests were merged?", "共合并多少个拉取请求？", "pull requests", "个")
    return count(paired, "pull_requests_merged", words)


def releases(paired: Paired) -> Finding:
    """Tags, light and annotated."""
    words = Words("How many releases were tagged?", "共发布了多少个版本？", "releases", "个")
    return count(paired, "releases", words)


def threads(paired: Paired) -> Finding:
    """Issues and pull requests, estimated from gaps between numbers: does the interval contain the truth?"""
    words = Words(
        "In how many months does the interval for threads opened hold the true number?",
        "新建议题与拉取请求数的估计区间，有多少个项目月包含真值？",
        "project-months",
        "个项目月",
    )
    bounds = ("threads_opened_low", "threads_opened_high")
    if not paired.columns.issuperset(bounds):
        return unanswered(words, "—", "signals.threads_opened_low/high")
    inside, widths, known = 0, 0.0, 0
    for key, month in paired.months.items():
        low, high = (paired.found(key, bound) for bound in bounds)
        if low is None or high is None:
            continue
        known += 1
        inside += low <= month.threads_opened <= high
        widths += high - low
    none = len(paired.months) - known
    width = f"{widths / known:.1f}" if known else "—"
    return Finding.of(
        words,
        whole(known),
        whole(inside),
        agrees=known > 0 and inside >= INSIDE_LEAST * known,
        note=f"The interval is {width} threads wide on average; {whole(none)} months have none.",
        note_zh=f"区间平均宽度为 {width}；{whole(none)} 个项目月没有区间。",
    )


def people(paired: Paired) -> Finding:
    """The number of people behind the accounts, and the errors of identity resolution."""
    words = Words("How many people are behind the accounts?", "这些账号背后有多少人？", "people", "人")
    everybody = len(paired.truth.people)
    if paired.people is None:
        return unanswered(words, whole(everybody), "people")
    owners = {account_key(account): one.person for one in paired.truth.people for account in one.accounts}
    true_of: dict[str, set[str]] = defaultdict(set)
    found_of: dict[str, set[str]] = defaultdict(set)
    for row in paired.people.select(["account", "person", "actor_kind"]).to_pylist():
        owner = owners.get(account_key(row["account"])) if row["actor_kind"] == "person" else None
        if owner is not None:
            true_of[row["person"]].add(owner)
            found_of[owner].add(row["person"])
    split = sum(len(found) > 1 for found in found_of.values())
    joined = sum(len(true) - 1 for true in true_of.values())
    missing = everybody - len(found_of)
    return Finding.of(
        words,
        whole(everybody),
        whole(len(true_of)),
        agrees=split + joined + missing <= PEOPLE_TOLERANCE * everybody,
        note=f"{split} were split, {joined} were taken for somebody else, {missing} were not seen.",
        note_zh=f"{split} 人被拆成多人，{joined} 人被误认作他人，{missing} 人未被发现。",
    )


def employers(paired: Paired) -> Finding:
    """Commits attributed to an organisation that did not employ the author at that time."""
    words = Words(
        "How many commits are credited to the wrong employer?",
        "有多少次提交被算到了错误的雇主名下？",
        "commits",
        "次提交",
    )
    if paired.organisations is None:
        return unanswered(words, "0", "organisations")
    found: dict[Key, Counter[str]] = defaultdict(Counter)
    for row in paired.organisations.select(["project", "month", "organisation", "events"]).to_pylist():
        if row["organisation"] not in (None, UNKNOWN):
            found[row["project"], row["month"]][row["organisation"]] += row["events"]
    total = sum(month.person_commits for month in paired.months.values())
    employed = sum(sum(month.commits_by_organisation.values()) for month in paired.months.values())
    right = wrong = 0
    for key in paired.months.keys() | found.keys():
        true = Counter(paired.months[key].commits_by_organisation) if key in paired.months else Counter[str]()
        right += (found[key] & true).total()
        wrong += (found[key] - true).total()
    named, nobody = percent(right, employed), percent(total - employed, total)
    unknown = percent(total - right - wrong, total)
    return Finding.of(
        words,
        "0",
        whole(wrong),
        agrees=wrong <= WRONG_EMPLOYER_TOLERANCE * total and right > 0,
        note=f"Of employed people's commits {named} are credited to the true employer."
        f" {unknown} of all remain unknown; {nobody} truly have no employer.",
        note_zh=f"有雇主者的提交中，{named} 归到了真实雇主名下；全部提交中 {unknown} 归属未知，"
        f"而确实没有雇主的占 {nobody}。",
    )


def assisted(paired: Paired) -> Finding:
    """The share of people's commits that name an AI agent."""
    words = Words(
        "What share of people's commits name an AI agent?",
        "由人提交的代码中，注明有 AI 智能体参与的占多大比例？",
        "of people's commits",
        "占由人完成的提交",
    )
    months = paired.months.values()
    true, everything = sum(one.assisted_commits for one in months), sum(one.person_commits for one in months)
    needed = {"commits", "assisted_share", "bot_share", "agent_share"}
    if not paired.columns >= needed:
        return unanswered(words, percent(true, everything), "signals.assisted_share")
    found, total = 0, 0
    for key in paired.signals:
        landed, share, bots, agents = (
            paired.found(key, name) or 0 for name in ("commits", "assisted_share", "bot_share", "agent_share")
        )
        by_people = round(landed * (1 - bots - agents))
        found += round(share * by_people)
        total += by_people
    return Finding.of(
        words,
        percent(true, everything),
        percent(found, total),
        agrees=found == true,
        note=f"{whole(found)} of {whole(total)} commits; truly {whole(true)} of {whole(everything)}.",
        note_zh=f"找到 {whole(total)} 次中的 {whole(found)} 次；真值为 {whole(everything)} 次中的 {whole(true)} 次。",
    )


def automatic(paired: Paired, column: str, truth: str, words: Words) -> Finding:
    """Commits by bots or by AI agents."""
    true = sum(getattr(month, truth) for month in paired.months.values())
    if not paired.columns >= {"commits", column}:
        return unanswered(words, whole(true), f"signals.{column}")
    found = paired.shared(column)
    landed = sum(month.commits for month in paired.months.values())
    return Finding.of(
        words,
        whole(true),
        whole(found),
        agrees=found == true,
        note=f"{percent(found, landed)} of all commits.",
        note_zh=f"占全部提交的 {percent(found, landed)}。",
    )


def bots(paired: Paired) -> Finding:
    """Commits by bots."""
    words = Words("How many commits are by bots?", "有多少次提交出自机器人？", "commits", "次提交")
    return automatic(paired, "bot_share", "bot_commits", words)


def agents(paired: Paired) -> Finding:
    """Commits by AI agents."""
    words = Words("How many commits are by AI agents?", "有多少次提交出自 AI 智能体？", "commits", "次提交")
    return automatic(paired, "agent_share", "agent_commits", words)


def leader(paired: Paired) -> Finding:
    """The project with the most commits over the last twelve months."""
    words = Words(
        "Which project leads in the last twelve months?", "最近十二个月哪个项目领先？", "by commits", "按提交数"
    )
    months = _last_year(paired.truth.until)
    true, found = (_first(_totals(paired, source, months)) for source in ("truth", "found"))
    return Finding.of(
        words,
        true[0],
        found[0],
        agrees=true[0] == found[0],
        note=f"{true[1]:,.0f} commits; found {found[1]:,.0f}.",
        note_zh=f"真值 {true[1]:,.0f} 次提交，找到 {found[1]:,.0f} 次。",
    )


def riser(paired: Paired) -> Finding:
    """The project with the largest relative rise of the last three months over the nine before."""
    words = Words("Which project rises fastest?", "哪个项目上升最快？", "by commits", "按提交数")
    months = _last_year(paired.truth.until)
    true, found = (_first(_momenta(paired, source, months)) for source in ("truth", "found"))
    return Finding.of(
        words,
        true[0],
        found[0],
        agrees=true[0] == found[0],
        note=f"Last three months against the nine before: {100 * true[1]:+.0f}%; found {100 * found[1]:+.0f}%.",
        note_zh=f"最近三个月相对此前九个月：真值 {100 * true[1]:+.0f}%，找到 {100 * found[1]:+.0f}%。",
    )


def _last_year(until: date) -> tuple[date, ...]:
    return months_between(add_months(until, -11), until)


def _totals(paired: Paired, source: str, months: tuple[date, ...]) -> dict[str, float]:
    found = {one.project: paired.series(source, one.project, months) for one in paired.truth.projects}
    return {project: float(sum(series)) for project, series in found.items() if series is not None}


def _momenta(paired: Paired, source: str, months: tuple[date, ...]) -> dict[str, float]:
    """(mean of the last 3 months - mean of the 9 before) / mean of the 9 before, for projects with all twelve."""
    found = {}
    for one in paired.truth.projects:
        series = paired.series(source, one.project, months)
        before = _mean(series[:9]) if series is not None else 0.0
        if series is not None and before >= LEAST_RISING_FROM:
            found[one.project] = _mean(series[9:]) / before - 1
    return found


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)


def _first(values: dict[str, float]) -> tuple[str, float]:
    """The largest; the first by name among equals; a dash if there is none."""
    return min(values.items(), key=lambda item: (-item[1], item[0]), default=("—", 0.0))
