"""Findings about the field and its categories: leaders, concentration, styles, births and deaths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ecotone.foundation.display_names import capitalise_acronyms, chinese_name
from ecotone.networks.diversity import herfindahl_index
from ecotone.trends.field_state import (
    WHOLE_FIELD,
    LeaderShare,
    Scope,
    leader_share_bounds,
    list_scopes,
    list_silent_projects,
)
from ecotone.trends.findings.model import (
    Figure,
    Finding,
    Measure,
    format_amount,
    format_half_year,
    format_name_list,
    format_percent,
    format_share_with_bounds,
    format_year_month,
)
from ecotone.trends.half_years import HalfYear, split_half_years
from ecotone.trends.project_panel import Panel

DOMINANT_SHARE: Final = 0.5  # a larger share dominates the others
NO_DOMINANCE_SHARE: Final = 1 / 3  # a smaller leading share does not
MIN_PROJECTS: Final = 3  # projects that a finding about a scope needs
MIN_OBSERVED_SHARE: Final = 0.75  # least observed share of a half-year that findings may use
MAX_NAMED: Final = 4  # most projects that a sentence names
JAVA: Final = "Java"


@dataclass(frozen=True, slots=True)
class ScopeSummary:
    """The field or one of its categories, with its reliable half-years.

    whole                its name in an English sentence
    en                   the name of its projects in an English sentence; `zh` is both in Chinese
    reliable_half_years  half-years with enough observed
    measure              what is compared
    """

    scope: Scope
    panel: Panel
    whole: str
    en: str
    zh: str
    reliable_half_years: tuple[HalfYear, ...]
    measure: Measure

    @property
    def is_whole_field(self) -> bool:
        """Whether the scope is the whole field."""
        return self.scope.kind == "field"

    def make_finding(
        self, kind: str, texts: tuple[str, str], strength: float, figures: Mapping[str, Figure]
    ) -> Finding:
        """A finding about the scope."""
        return Finding(
            kind=kind,
            subject_kind=self.scope.kind,
            subject=self.scope.name,
            en=texts[0],
            zh=texts[1],
            strength=strength,
            figures=figures,
        )


def build_field_findings(panel: Panel, categories: Mapping[str, str], measure: Measure) -> Iterator[Finding]:
    """Findings about the field and each category.

    categories  category -> its Chinese name
    measure     what the panel's values are
    """
    all_scopes = list_scopes(panel)
    whole = len(panel.projects)
    for scope in all_scopes:
        repeats_the_field = scope.kind == "category" and len(scope.members) == whole
        if scope.kind in ("field", "category") and len(scope.members) >= MIN_PROJECTS and not repeats_the_field:
            part = _summarise_scope(scope, panel.select_projects(scope.members), categories, measure)
            yield from _dominance_finding(part)
            yield from _breadth_finding(part)
            yield from _style_shares_finding(
                part, [style for style in all_scopes if style.kind == "style" and style.parent == scope.name]
            )
            yield from _births_and_deaths_finding(part)
    yield from _languages_finding(panel)
    yield from _coverage_finding(panel)


def _summarise_scope(scope: Scope, own: Panel, categories: Mapping[str, str], measure: Measure) -> ScopeSummary:
    trusted = tuple(
        half for half in split_half_years(own) if half.observed_at_least >= MIN_OBSERVED_SHARE and half.total > 0
    )
    if scope.kind == "field":
        return ScopeSummary(scope, own, "the field", "projects of the field", "整个领域", trusted, measure)
    name = capitalise_acronyms(scope.name)
    return ScopeSummary(
        scope, own, f"the {name} projects", f"{name} projects", categories.get(scope.name, scope.name), trusted, measure
    )


def _dominance_finding(part: ScopeSummary) -> Iterator[Finding]:
    """Whether one project dominates the scope."""
    half = part.reliable_half_years[-1] if part.reliable_half_years else None
    bounds = leader_share_bounds(half.known, half.unobserved_bound) if half else None
    if half is None or bounds is None:
        return
    leader = part.panel.projects[bounds.position].name
    verdict = _dominance_verdict(bounds, leader, part)
    share, when, observed = (
        format_share_with_bounds(bounds.share, bounds.low, bounds.high),
        format_half_year(half),
        format_percent(half.coverage),
    )
    named = verdict[0].startswith(leader)
    subject = ("it", "") if named else (f"the leader, {leader},", f"居首的 {leader} ")
    texts = (
        f"{verdict[0]}: in {when[0]} {subject[0]} had {share[0]} of the {part.measure.en};"
        f" {observed[0]} of {half.project_months} project-months were observed whole.",
        f"{verdict[1]}：{when[1]}{subject[1]}占{part.measure.zh}的 {share[1]}；"
        f"{half.project_months} 个项目月中有 {observed[1]} 得到完整观测。",
    )
    figures: dict[str, Figure] = {
        "half": half.label,
        "leader": leader,
        "leader_share": bounds.share,
        "leader_share_low": bounds.low,
        "leader_share_high": bounds.high,
        "leader_sure": bounds.is_certain,
        "coverage": half.coverage,
        "observed_at_least": half.observed_at_least,
    }
    yield part.make_finding("dominance", texts, _scope_strength(part), figures)


def _dominance_verdict(bounds: LeaderShare, leader: str, part: ScopeSummary) -> tuple[str, str]:
    if bounds.high < NO_DOMINANCE_SHARE:
        return f"No project dominates {part.whole}", f"{part.zh}中没有一家独大的项目"
    if bounds.low > DOMINANT_SHARE:
        return f"{leader} dominates {part.whole}", f"{leader} 在{part.zh}中一家独大"
    if bounds.high <= DOMINANT_SHARE:
        return f"{leader} leads {part.whole} without a majority", f"{leader} 在{part.zh}中领先，但未过半"
    return (
        f"It is uncertain whether one of the {part.en} dominates the others",
        f"{part.zh}中是否有项目一家独大，尚无定论",
    )


def _breadth_finding(part: ScopeSummary) -> Iterator[Finding]:
    """The effective number of projects, in the first and the last half-year."""
    if len(part.reliable_half_years) < 2:
        return
    first, last = part.reliable_half_years[0], part.reliable_half_years[-1]
    then, now = (1 / herfindahl_index(half.known) for half in (first, last))
    earlier, later, wider = format_half_year(first), format_half_year(last), now >= then
    texts = (
        f"The {part.measure.en} of {part.whole} is spread as over {format_amount(now)} equal projects in {later[0]}"
        f" (there are {last.projects}), {'up' if wider else 'down'} from {format_amount(then)} in {earlier[0]}"
        f" (of {first.projects}).",
        f"{part.zh}：{later[1]}的{part.measure.zh}相当于由 {format_amount(now)} 个规模相同的项目均分"
        f"（实有 {last.projects} 个），"
        f"{earlier[1]}为 {format_amount(then)} 个（实有 {first.projects} 个），集中度{'下降' if wider else '上升'}。",
    )
    figures: dict[str, Figure] = {
        "half": last.label,
        "effective_projects": now,
        "projects": last.projects,
        "before_half": first.label,
        "effective_projects_before": then,
        "projects_before": first.projects,
    }
    yield part.make_finding("breadth", texts, _scope_strength(part), figures)


def _style_shares_finding(part: ScopeSummary, styles: Sequence[Scope]) -> Iterator[Finding]:
    """The shares of a category's two largest styles, in the first and the last half-year."""
    if part.is_whole_field or len(styles) < 2 or len(part.reliable_half_years) < 2:
        return
    positions = {at: own for own, at in enumerate(part.scope.members)}
    own = {style.name: [positions[at] for at in style.members] for style in styles}
    first, last = part.reliable_half_years[0], part.reliable_half_years[-1]
    ahead, behind = sorted(own, key=lambda name: (-last.share_with_bounds(own[name])[0], name))[:2]
    then, second = first.share_with_bounds(own[ahead])[0], last.share_with_bounds(own[behind])[0]
    now = format_share_with_bounds(*last.share_with_bounds(own[ahead]))
    when, before = format_half_year(last), format_half_year(first)
    zh_ahead, zh_behind = (f"“{chinese_name(name)}”类" for name in (ahead, behind))
    en_ahead, en_behind = capitalise_acronyms(ahead), capitalise_acronyms(behind)
    texts = (
        f"Of the {part.en}, {en_ahead} had the largest share of {part.measure.en} in {when[0]}, {now[0]}, against"
        f" {format_percent(second)[0]} for {en_behind}; in {before[0]} {en_ahead} had {format_percent(then)[0]}.",
        f"{part.zh}中，{when[1]}{part.measure.zh}占比最高的是{zh_ahead}项目，为 {now[1]}，"
        f"{zh_behind}项目为 {format_percent(second)[1]}；"
        f"{before[1]}，{zh_ahead}项目占 {format_percent(then)[1]}。",
    )
    figures: dict[str, Figure] = {
        "half": last.label,
        "ahead": ahead,
        **dict(zip(("share", "share_low", "share_high"), last.share_with_bounds(own[ahead]), strict=True)),
        "behind": behind,
        "share_behind": second,
        "before_half": first.label,
        "share_before": then,
        "coverage": last.coverage,
    }
    yield part.make_finding("styles", texts, _scope_strength(part), figures)


def _births_and_deaths_finding(part: ScopeSummary) -> Iterator[Finding]:
    panel = part.panel
    born, silent, total = int((panel.born >= 0).sum()), list_silent_projects(panel), len(panel.projects)
    if not panel.months or not (silent or 0 < born < total):
        return  # that all or none began within the period says nothing
    since = format_year_month(panel.months[0])
    named, unnamed = silent[:MAX_NAMED], max(len(silent) - MAX_NAMED, 0)
    if silent:
        quiet_en = f"{len(silent)} fell silent, without a month above 5 % of their high for half a year or more: "
        quiet_en += format_name_list(named, unnamed)
        quiet_zh = f"{len(silent)} 个已归于沉寂，即连续半年以上没有一个月高于其最高水平的 5%："
        quiet_zh += "、".join(named) + (f"等 {len(silent)} 个" if unnamed else "")
    else:
        quiet_en, quiet_zh = "none fell silent", "没有一个归于沉寂"
    texts = (
        f"Of the {total} {part.en}, {born} began in or after {since[0]}; {quiet_en}.",
        f"{part.zh}的 {total} 个项目中，{born} 个始于 {since[1]}及以后；{quiet_zh}。",
    )
    figures: dict[str, Figure] = {"projects": total, "born": born, "silent": len(silent), "names": " ".join(silent)}
    yield part.make_finding("births", texts, len(silent) / total, figures)


def _languages_finding(panel: Panel) -> Iterator[Finding]:
    counts = Counter(project.language for project in panel.projects if project.language)
    if not counts:
        return
    total, java = sum(counts.values()), counts.get(JAVA, 0)
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    share, each = format_percent(java / total), ", ".join(f"{name} {counts[name]}" for name in ordered)
    zh = "、".join(f"{name} {counts[name]} 个" for name in ordered)
    yield Finding(
        kind="languages",
        subject_kind="field",
        subject=WHOLE_FIELD,
        en=f"Of {total} projects whose main language is given, {java} are written in Java ({share[0]}): {each}.",
        zh=f"在注明主要语言的 {total} 个项目中，使用 Java 的有 {java} 个（{share[1]}）：{zh}。",
        strength=1 - java / total,
        figures={"projects": total, "java": java, "java_share": java / total, "languages": each},
    )


def _coverage_finding(panel: Panel) -> Iterator[Finding]:
    """How many projects were observed in the last month."""
    observed, known = panel.observed.sum(axis=0), panel.has_begun.sum(axis=0)
    positions = np.flatnonzero(observed)
    if not len(positions):
        return
    last = int(positions[-1])
    complete = [int(at) for at in positions if observed[at] == known[at]]
    month, best = (
        format_year_month(panel.months[last]),
        format_year_month(panel.months[complete[-1]]) if complete else None,
    )
    en = (
        f"{observed[last]} of {known[last]} projects were observed whole in {month[0]}, the last month of which any was"
    )
    zh = f"{month[1]}是有完整观测的最后一个月，已知的 {known[last]} 个项目中有 {observed[last]} 个得到完整观测"
    if best and best != month:
        en += f"; all that had begun by then were last observed whole in {best[0]}"
        zh += f"；上一次当时全部项目都得到完整观测是在 {best[1]}"
    yield Finding(
        kind="coverage",
        subject_kind="field",
        subject=WHOLE_FIELD,
        en=f"{en}.",
        zh=f"{zh}。",
        strength=1 - float(observed[last] / known[last]),
        figures={
            "month": month[0],
            "projects_observed": int(observed[last]),
            "projects_known": int(known[last]),
            "last_complete_month": best[0] if best else None,
        },
    )


def _scope_strength(part: ScopeSummary) -> float:
    """Strength of a finding: the field first, then the categories by number of projects."""
    size = len(part.scope.members)
    return 1.0 if part.is_whole_field else size / (size + 1)
