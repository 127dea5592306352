"""Findings about AI agents: their share of commits, the products, and the order of adoption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa

from ecotone.foundation.display_names import capitalise_acronyms
from ecotone.foundation.months import add_months
from ecotone.trends.ai_assistance import ANY_PRODUCT, WHOLE_FIELD
from ecotone.trends.findings.model import Finding, format_name_list, format_percent, format_year_month

ENTRY_SHARE: Final = 0.05  # of the commits of three months: agents have entered a category
QUARTER_MONTHS: Final = 3
HALF_YEAR_MONTHS: Final = 6
YEAR_MONTHS: Final = 12
MIN_COMMITS: Final = 50  # least commits of a project in a finding
MAX_NAMED: Final = 3

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PeriodSums:
    """Sums over several months of one scope, over the projects observed whole in each month.

    observed, known  number of projects observed whole in the last month, and known by then
    """

    since: date
    until: date
    commits: int
    named_commits: int
    products: int
    observed: int
    known: int

    @property
    def share(self) -> float:
        """Share of the commits of persons and agents that name an agent as helper or author."""
        return self.named_commits / self.commits if self.commits else 0.0


def build_agent_findings(assistance: pa.Table, categories: Mapping[str, str]) -> Iterator[Finding]:
    """Findings about AI agents; `categories`: category -> its Chinese name."""
    rows = assistance.to_pylist()
    whole = [row for row in rows if row["coverage"] == "complete"]
    field = [row for row in whole if row["scope_kind"] == "field"]
    if not any(row["product"] == ANY_PRODUCT and row["assisted"] + row["made"] for row in field):
        return
    yield from _current_share_finding(field)
    yield from _top_products_finding(field)
    yield from _adoption_lag_finding(whole, categories)
    yield from _leading_projects_findings(whole)


def sum_over_period(rows: Iterable[Row], until: date, months: int) -> PeriodSums | None:
    """The `months` months that end with `until`; None if one of them is missing."""
    since = add_months(until, 1 - months)
    chosen = sorted((row for row in rows if since <= row["month"] <= until), key=lambda row: row["month"])
    together = [row for row in chosen if row["product"] == ANY_PRODUCT]
    if len(together) < months:
        return None
    return PeriodSums(
        since=since,
        until=until,
        commits=sum(row["commits"] for row in together),
        named_commits=sum(row["assisted"] + row["made"] for row in together),
        products=len({row["product"] for row in chosen} - {ANY_PRODUCT}),
        observed=together[-1]["projects_observed"],
        known=together[-1]["projects_known"],
    )


def _current_share_finding(field: Sequence[Row]) -> Iterator[Finding]:
    last = max(row["month"] for row in field)
    now, before = (
        sum_over_period(field, last, HALF_YEAR_MONTHS),
        sum_over_period(field, add_months(last, -YEAR_MONTHS), HALF_YEAR_MONTHS),
    )
    if now is None or not now.commits:
        return
    share, since, until = format_percent(now.share), format_year_month(now.since), format_year_month(now.until)
    earlier = format_percent(before.share) if before and before.commits else None
    using = next(row["projects_with"] for row in field if row["month"] == last and row["product"] == ANY_PRODUCT)
    yield Finding(
        kind="ai_assistance",
        subject_kind="field",
        subject=WHOLE_FIELD,
        en=(
            f"From {since[0]} to {until[0]}, {share[0]} of the commits of persons and AI agents name an agent as helper"
            f" or author ({now.named_commits:,} of {now.commits:,})"
            + (f"; a year before it was {earlier[0]}" if earlier else "")
            + f". In {until[0]}, {using} of the {now.observed} projects observed ({now.known} known) had any."
            " Help that a commit does not name is not counted, so this is a lower bound."
        ),
        zh=(
            f"{since[1]}至 {until[1]}，人类与 AI 智能体的提交中有 {share[1]} 注明由智能体协助或编写"
            f"（{now.commits:,} 次中的 {now.named_commits:,} 次）"
            + (f"，一年前为 {earlier[1]}" if earlier else "")
            + f"。{until[1]}，已知的 {now.known} 个项目中有 {now.observed} 个得到观测，其中 {using} 个出现过此类提交。"
            "未注明的协助无从得知，因此这是下限。"
        ),
        strength=min(now.share, 1.0),
        figures={
            "since": since[0],
            "until": until[0],
            "share": now.share,
            "named": now.named_commits,
            "commits": now.commits,
            "share_before": before.share if before else None,
            "projects_with": using,
            "projects_observed": now.observed,
            "projects_known": now.known,
        },
    )


def _top_products_finding(field: Sequence[Row]) -> Iterator[Finding]:
    """The products named most in the last twelve months."""
    last = max(row["month"] for row in field)
    counts: dict[str, int] = {}
    total = 0
    for row in field:
        if row["month"] > add_months(last, -YEAR_MONTHS):
            named = row["assisted"] + row["made"]
            if row["product"] == ANY_PRODUCT:
                total += named
            else:
                counts[row["product"]] = counts.get(row["product"], 0) + named
    ordered = sorted(counts, key=lambda name: (-counts[name], name))[:MAX_NAMED]
    if not total:
        return
    shares = {name: counts[name] / total for name in ordered}
    until = format_year_month(last)
    yield Finding(
        kind="products",
        subject_kind="field",
        subject=WHOLE_FIELD,
        en=(
            f"Named most in the twelve months to {until[0]}: "
            + format_name_list([f"{name} ({format_percent(share)[0]})" for name, share in shares.items()])
            + f" of {total:,} commits that name any of {len(counts)} AI products."
        ),
        zh=(
            f"截至 {until[1]}的十二个月里，{total:,} 次提交共注明 {len(counts)} 种 AI 产品，最多的是 "
            + "、".join(f"{name}（{format_percent(share)[1]}）" for name, share in shares.items())
            + "。"
        ),
        strength=next(iter(shares.values())),
        figures={"until": until[0], "commits": total, "products": len(counts), **shares},
    )


def first_month_entered(rows: Sequence[Row]) -> date | None:
    """The first month in which the share over three months reaches 5 %, from the rows of one scope."""
    months: set[date] = {row["month"] for row in rows}
    for month in sorted(months):
        sums = sum_over_period(rows, month, QUARTER_MONTHS)
        if sums is not None and sums.commits and sums.share >= ENTRY_SHARE:
            return month
    return None


def _adoption_lag_finding(whole: Sequence[Row], categories: Mapping[str, str]) -> Iterator[Finding]:
    """The category that agents entered first, and the lag of the others."""
    names = sorted({row["scope"] for row in whole if row["scope_kind"] == "category"})
    since = {
        name: first_month_entered([row for row in whole if row["scope_kind"] == "category" and row["scope"] == name])
        for name in names
    }
    reached = sorted((month, name) for name, month in since.items() if month is not None)
    if len(reached) < 2:
        return
    start = reached[0][0]
    first = [name for month, name in reached if month == start]
    later = [
        (name, (month.year - start.year) * 12 + month.month - start.month) for month, name in reached if month > start
    ]
    begun, never = format_year_month(start), len(since) - len(reached)
    category_names = format_name_list([capitalise_acronyms(name) for name in first])
    en = f"AI agents first reached 5 % of the commits of three months in the {category_names} projects, in {begun[0]}"
    zh = f"智能体参与的提交占连续三个月提交总数的比例，最早于 {begun[1]}在"
    zh += "、".join(categories.get(name, name) for name in first) + "中达到 5%"
    if later:
        en += "; " + format_name_list(
            [f"{capitalise_acronyms(name)} {lag} month{'' if lag == 1 else 's'} later" for name, lag in later]
        )
        zh += "；" + "，".join(f"{categories.get(name, name)}晚 {lag} 个月" for name, lag in later)
    if never:
        en += f". {never} of {len(since)} categories {'has' if never == 1 else 'have'} not reached it"
        zh += f"。{len(since)} 个类别中有 {never} 个尚未达到"
    yield Finding(
        kind="lag",
        subject_kind="field",
        subject=WHOLE_FIELD,
        en=f"{en}.",
        zh=f"{zh}。",
        strength=1.0,
        figures={"first": " ".join(first), "since": begun[0], "not_reached": never, **dict(later)},
    )


def _leading_projects_findings(whole: Sequence[Row]) -> Iterator[Finding]:
    """The projects with the largest share of agents in their last six whole months."""
    rows: dict[str, list[Row]] = {}
    for row in whole:
        if row["scope_kind"] == "project":
            rows.setdefault(row["scope"], []).append(row)
    shares: list[tuple[float, str, PeriodSums]] = []
    for name, own in sorted(rows.items()):
        latest = sum_over_period(own, max(row["month"] for row in own), HALF_YEAR_MONTHS)
        if latest is not None and latest.commits >= MIN_COMMITS and latest.named_commits:
            shares.append((latest.share, name, latest))
    for share, name, latest in sorted(shares, key=lambda entry: (-entry[0], entry[1]))[:MAX_NAMED]:
        percentage, since, until = (
            format_percent(share),
            format_year_month(latest.since),
            format_year_month(latest.until),
        )
        yield Finding(
            kind="assisted project",
            subject_kind="project",
            subject=name,
            en=(
                f"{name}: {percentage[0]} of the commits of persons and AI agents from {since[0]} to {until[0]}"
                f" name an agent ({latest.named_commits:,} of {latest.commits:,}, products named: {latest.products})."
            ),
            zh=(
                f"{name}：{since[1]}至 {until[1]}，人类与 AI 智能体的提交中有 {percentage[1]} 注明智能体参与"
                f"（{latest.commits:,} 次中的 {latest.named_commits:,} 次，涉及 {latest.products} 种产品）。"
            ),
            strength=share,
            figures={
                "since": since[0],
                "until": until[0],
                "share": share,
                "named": latest.named_commits,
                "commits": latest.commits,
                "products": latest.products,
            },
        )
