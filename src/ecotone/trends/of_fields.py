"""Findings about the field and its categories: leaders, concentration, styles, births and deaths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ecotone.foundation.spelling import in_chinese, spelled
from ecotone.networks.diversity import concentration
from ecotone.trends.field import EVERYTHING, Lead, Scope, lead, quiet_projects, scopes
from ecotone.trends.finding import Figure, Finding, amount, between, half_year, listed, percent, year_month
from ecotone.trends.halves import Half, halves
from ecotone.trends.panel import Panel

TOWERS: Final = 0.5  # a larger share dominates the others
NONE_TOWERS: Final = 1 / 3  # a smaller leading share does not
MANY: Final = 3  # projects that a finding about a scope needs
RELIABLE: Final = 0.75  # least observed share of a half-year that findings may use
NAMED: Final = 4  # most projects that a sentence names
JAVA: Final = "Java"


@dataclass(frozen=True, slots=True)
class Part:
    """The field or one of its categories, with its reliable half-years.

    whole    its name in an English sentence
    en       the name of its projects in an English sentence; `zh` is both in Chinese
    trusted  half-years with enough observed
    """

    scope: Scope
    panel: Panel
    whole: str
    en: str
    zh: str
    trusted: tuple[Half, ...]

    @property
    def of_all(self) -> bool:
        """Whether the scope is the whole field."""
        return self.scope.kind == "field"

    def finding(self, kind: str, said: tuple[str, str], strength: float, figures: Mapping[str, Figure]) -> Finding:
        """A finding about the scope."""
        return Finding(
            kind=kind,
            subject_kind=self.scope.kind,
            subject=self.scope.name,
            en=said[0],
            zh=said[1],
            strength=strength,
            figures=figures,
        )


def field_findings(panel: Panel, categories: Mapping[str, str]) -> Iterator[Finding]:
    """Findings about the field and each category; `categories`: category -> its Chinese name."""
    found = scopes(panel)
    for scope in found:
        if scope.kind in ("field", "category") and len(scope.places) >= MANY:
            part = _part(scope, panel.of(scope.places), categories)
            yield from _dominance(part)
            yield from _breadth(part)
            yield from _styles(part, [one for one in found if one.kind == "style" and one.parent == scope.name])
            yield from _coming_and_going(part)
    yield from _languages(panel)
    yield from _coverage(panel)


def _part(scope: Scope, own: Panel, categories: Mapping[str, str]) -> Part:
    trusted = tuple(half for half in halves(own) if half.observed_at_least >= RELIABLE and half.total > 0)
    if scope.kind == "field":
        return Part(scope, own, "the field", "projects of the field", "整个领域", trusted)
    name = spelled(scope.name)
    return Part(scope, own, f"the {name} projects", f"{name} projects", categories.get(scope.name, scope.name), trusted)


def _dominance(part: Part) -> Iterator[Finding]:
    """Whether one project dominates the scope."""
    half = part.trusted[-1] if part.trusted else None
    found = lead(half.known, half.unseen) if half else None
    if half is None or found is None:
        return
    leader = part.panel.projects[found.place].name
    verdict = _verdict(found, leader, part)
    share, when, observed = between(found.share, found.low, found.high), half_year(half), percent(half.coverage)
    named = verdict[0].startswith(leader)
    who = ("it", "") if named else (f"the leader, {leader},", f"居首的 {leader} ")
    said = (
        f"{verdict[0]}: in {when[0]} {who[0]} had {share[0]} of the activity;"
        f" {observed[0]} of {half.possible} project-months were observed whole.",
        f"{verdict[1]}：{when[1]}{who[1]}占活跃度的 {share[1]}；"
        f"{half.possible} 个项目月中有 {observed[1]} 得到完整观测。",
    )
    figures: dict[str, Figure] = {
        "half": half.label,
        "leader": leader,
        "leader_share": found.share,
        "leader_share_low": found.low,
        "leader_share_high": found.high,
        "leader_sure": found.sure,
        "coverage": half.coverage,
        "observed_at_least": half.observed_at_least,
    }
    yield part.finding("dominance", said, _weight(part), figures)


def _verdict(found: Lead, leader: str, part: Part) -> tuple[str, str]:
    if found.high < NONE_TOWERS:
        return f"No project dominates {part.whole}", f"{part.zh}中没有一家独大的项目"
    if found.low > TOWERS:
        return f"{leader} dominates {part.whole}", f"{leader} 在{part.zh}中一家独大"
    if found.high <= TOWERS:
        return f"{leader} leads {part.whole} without a majority", f"{leader} 在{part.zh}中领先，但未过半"
    return (
        f"It is uncertain whether one of the {part.en} dominates the others",
        f"{part.zh}中是否有项目一家独大，尚无定论",
    )


def _breadth(part: Part) -> Iterator[Finding]:
    """The effective number of projects, in the first and the last half-year."""
    if len(part.trusted) < 2:
        return
    first, last = part.trusted[0], part.trusted[-1]
    then, now = (1 / concentration(half.known) for half in (first, last))
    earlier, later, wider = half_year(first), half_year(last), now >= then
    said = (
        f"The activity of {part.whole} is spread as over {amount(now)} equal projects in {later[0]} (there are"
        f" {last.projects}), {'up' if wider else 'down'} from {amount(then)} in {earlier[0]}"
        f" (of {first.projects}).",
        f"{part.zh}：{later[1]}的活跃度相当于由 {amount(now)} 个规模相同的项目均分（实有 {last.projects} 个），"
        f"{earlier[1]}为 {amount(then)} 个（实有 {first.projects} 个），集中度{'下降' if wider else '上升'}。",
    )
    figures: dict[str, Figure] = {
        "half": last.label,
        "effective_projects": now,
        "projects": last.projects,
        "before_half": first.label,
        "effective_projects_before": then,
        "projects_before": first.projects,
    }
    yield part.finding("breadth", said, _weight(part), figures)


def _styles(part: Part, styles: Sequence[Scope]) -> Iterator[Finding]:
    """The shares of a category's two largest styles, in the first and the last half-year."""
    if part.of_all or len(styles) < 2 or len(part.trusted) < 2:
        return
    place = {at: own for own, at in enumerate(part.scope.places)}
    own = {style.name: [place[at] for at in style.places] for style in styles}
    first, last = part.trusted[0], part.trusted[-1]
    ahead, behind = sorted(own, key=lambda name: (-last.share(own[name])[0], name))[:2]
    then, second = first.share(own[ahead])[0], last.share(own[behind])[0]
    now = between(*last.share(own[ahead]))
    when, before = half_year(last), half_year(first)
    zh_ahead, zh_behind = (f"“{in_chinese(name)}”类" for name in (ahead, behind))
    en_ahead, en_behind = spelled(ahead), spelled(behind)
    said = (
        f"Of the {part.en}, {en_ahead} had the largest share of activity in {when[0]}, {now[0]}, against"
        f" {percent(second)[0]} for {en_behind}; in {before[0]} {en_ahead} had {percent(then)[0]}.",
        f"{part.zh}中，{when[1]}活跃度占比最高的是{zh_ahead}项目，为 {now[1]}，"
        f"{zh_behind}项目为 {percent(second)[1]}；"
        f"{before[1]}，{zh_ahead}项目占 {percent(then)[1]}。",
    )
    figures: dict[str, Figure] = {
        "half": last.label,
        "ahead": ahead,
        **dict(zip(("share", "share_low", "share_high"), last.share(own[ahead]), strict=True)),
        "behind": behind,
        "share_behind": second,
        "before_half": first.label,
        "share_before": then,
        "coverage": last.coverage,
    }
    yield part.finding("styles", said, _weight(part), figures)


def _coming_and_going(part: Part) -> Iterator[Finding]:
    panel = part.panel
    born, silent, total = int((panel.born >= 0).sum()), quiet_projects(panel), len(panel.projects)
    if not panel.months or not (born or silent):
        return
    since = year_month(panel.months[0])
    named, more = silent[:NAMED], max(len(silent) - NAMED, 0)
    if silent:
        quiet_en = f"{len(silent)} fell silent, without a month above 5 % of their high for half a year or more: "
        quiet_en += listed(named, more)
        quiet_zh = f"{len(silent)} 个已归于沉寂，即连续半年以上没有一个月高于其最高水平的 5%："
        quiet_zh += "、".join(named) + (f"等 {len(silent)} 个" if more else "")
    else:
        quiet_en, quiet_zh = "none fell silent", "没有一个归于沉寂"
    said = (
        f"Of the {total} {part.en}, {born} began in or after {since[0]}; {quiet_en}.",
        f"{part.zh}的 {total} 个项目中，{born} 个始于 {since[1]}及以后；{quiet_zh}。",
    )
    figures: dict[str, Figure] = {"projects": total, "born": born, "silent": len(silent), "names": " ".join(silent)}
    yield part.finding("births", said, len(silent) / total, figures)


def _languages(panel: Panel) -> Iterator[Finding]:
    counts = Counter(project.language for project in panel.projects if project.language)
    if not counts:
        return
    total, java = sum(counts.values()), counts.get(JAVA, 0)
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    share, each = percent(java / total), ", ".join(f"{name} {counts[name]}" for name in ordered)
    zh = "、".join(f"{name} {counts[name]} 个" for name in ordered)
    yield Finding(
        kind="languages",
        subject_kind="field",
        subject=EVERYTHING,
        en=f"Of {total} projects whose main language is given, {java} are written in Java ({share[0]}): {each}.",
        zh=f"在注明主要语言的 {total} 个项目中，使用 Java 的有 {java} 个（{share[1]}）：{zh}。",
        strength=1 - java / total,
        figures={"projects": total, "java": java, "java_share": java / total, "languages": each},
    )


def _coverage(panel: Panel) -> Iterator[Finding]:
    """How many projects were observed in the last month."""
    seen, known = panel.seen.sum(axis=0), panel.begun.sum(axis=0)
    places = np.flatnonzero(seen)
    if not len(places):
        return
    last = int(places[-1])
    complete = [int(at) for at in places if seen[at] == known[at]]
    month, best = year_month(panel.months[last]), year_month(panel.months[complete[-1]]) if complete else None
    en = f"{seen[last]} of {known[last]} projects were observed whole in {month[0]}, the last month of which any was"
    zh = f"{month[1]}是有完整观测的最后一个月，已知的 {known[last]} 个项目中有 {seen[last]} 个得到完整观测"
    if best and best != month:
        en += f"; all that had begun by then were last observed whole in {best[0]}"
        zh += f"；上一次当时全部项目都得到完整观测是在 {best[1]}"
    yield Finding(
        kind="coverage",
        subject_kind="field",
        subject=EVERYTHING,
        en=f"{en}.",
        zh=f"{zh}。",
        strength=1 - float(seen[last] / known[last]),
        figures={
            "month": month[0],
            "projects_observed": int(seen[last]),
            "projects_known": int(known[last]),
            "last_complete_month": best[0] if best else None,
        },
    )


def _weight(part: Part) -> float:
    """Strength of a finding: the field first, then the categories by number of projects."""
    size = len(part.scope.places)
    return 1.0 if part.of_all else size / (size + 1)
