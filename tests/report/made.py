"""A field made up for the report: twelve projects, forty months, every kind of coverage, names that mean harm."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa

from ecotone.foundation.months import add_months
from ecotone.report import ReportInput, SourceSummary, ValidationRow

SINCE = date(2022, 8, 1)
MONTHS = 40
QUIET = (8, 5)  # a project-month that was observed whole and in which nothing happened
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
NAMES = (
    "atlas-agents", "brook", "copse/flow", "delta-graph", "estuary", "fen", "giant-low-code", "heath-ide",
    "islet", "juniper", HOSTILE, "湿地 \u2028 wetland",
)  # fmt: skip
CATEGORIES = ("agent framework", "coding-tool", "infrastructure")
EMPLOYERS = ("Larch Systems", "Mossbank", "Northern Reed University", "Otter Labs", HOSTILE, "Pinnacle & Co")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A declaration as the report sees it."""

    name: str
    title: str
    title_zh: str
    unit: str
    unit_zh: str
    definition: str
    definition_zh: str
    source: str = "CHAOSS"
    source_zh: str = ""
    formula: str = ""
    null_means: str = "the month was not observed"
    null_means_zh: str = "该月未被观测"
    when_empty: float | None = 0
    bounds: bool = False
    text: bool = False
    theme: str = "activity"
    inputs: tuple[str, ...] = ("git",)


def declared(name: str, title: str, title_zh: str, unit: str, unit_zh: str, **more: object) -> Declared:
    return Declared(
        name=name,
        title=title,
        title_zh=title_zh,
        unit=unit,
        unit_zh=unit_zh,
        definition=f"{title} of a project in a month.",
        definition_zh=f"项目当月的{title_zh}。",
        formula=f"{name}/ecotone-1",
        **more,  # type: ignore[arg-type] - fields of the dataclass
    )


GLOSSARY = (
    declared("commits", "Commits", "提交数", "commits", "次提交"),
    declared("contributors", "Contributors", "贡献者", "people", "人", theme="people"),
    declared("activity", "Activity", "活跃度", "points", "分"),
    declared("organisations", "Organisations", "组织数", "organisations", "家", theme="concentration"),
    declared("top_organisation", "Top organisation", "首位组织", "name", "名称", text=True, theme="concentration"),
    declared(
        "top_organisation_share", "Top organisation's share", "首位组织占比", "share of commits", "提交占比",
        bounds=True, theme="concentration",
    ),
    declared("unknown_share", "Unknown share", "未知占比", "share of commits", "提交占比", theme="concentration"),
    declared("assisted_share", "Assisted share", "AI 协作占比", "share of commits", "提交占比", theme="people"),
    declared("merge_rate", "Merge rate", "合并率", "share", "占比", when_empty=None, theme="pulls"),
)  # fmt: skip


def level(place: int, step: int, rng: random.Random) -> float:
    """A project's activity: the giant towers, some rise, some fall, one is young."""
    shape = {
        0: 20 + 3.2 * step,
        1: 150 * math.exp(-step / 18),
        6: 900 + 40 * step,
        7: 6 * math.exp(step / 9),
    }.get(place, 25 + 9 * place + 14 * math.sin(step / 5 + place))
    return max(shape * rng.uniform(0.85, 1.15), 0.0)


def coverage_of(place: int, step: int) -> str:
    if step == MONTHS - 1:
        return "partial"
    if place % 3 == 0 and step in (24, 25):
        return "damaged"
    return "not_observed" if place == 4 and 12 <= step <= 14 else "complete"


def first_step(place: int) -> int:
    return {3: 11, 7: 4, 9: 33}.get(place, 0)


def signal_row(place: int, step: int, rng: random.Random) -> dict[str, object]:
    state = coverage_of(place, step)
    row: dict[str, object] = {"project": NAMES[place], "month": add_months(SINCE, step), "coverage": state}
    if state == "not_observed":
        return row
    value = level(place, step, rng) * (0.4 if state == "partial" else 1)
    if (place, step) == QUIET:
        value = 0.0
    known, unknown = rng.uniform(0.2, 0.6), rng.uniform(0.05, 0.3)
    return row | {
        "commits": int(value * 3),
        "contributors": int(value**0.5) + 2,
        "activity": value,
        "organisations": int(value**0.5 / 2) + 1,
        "top_organisation": EMPLOYERS[(place + step // 14) % len(EMPLOYERS)],
        "top_organisation_share": known * (1 - unknown),
        "top_organisation_share_low": known * (1 - unknown),
        "top_organisation_share_high": known * (1 - unknown) + unknown,
        "unknown_share": unknown,
        "assisted_share": min(max(step - 20, 0) / 60 * rng.random(), 1.0),
        "merge_rate": None if step > MONTHS - 3 or NAMES[place] == "juniper" else rng.uniform(0.4, 0.9),
    }


def organisation_rows(place: int, step: int, rng: random.Random) -> list[dict[str, object]]:
    if coverage_of(place, step) == "not_observed":
        return []
    chosen = [EMPLOYERS[(place + other) % len(EMPLOYERS)] for other in range(4)]
    weights = [rng.uniform(0.2, 1) for _ in range(5)]
    month, total = add_months(SINCE, step), sum(weights)
    people = [8, 5, 3, 2, 6]
    return [
        {
            "project": NAMES[place],
            "month": month,
            "organisation": name,
            "people": count,
            "events": weight * 40,
            "share": weight / total,
        }
        for name, count, weight in zip([*chosen, "(unknown)"], people, weights, strict=True)
    ]


def project_rows() -> list[dict[str, object]]:
    return [
        {
            "project": name,
            "repository": f"field/{name}",
            "category": CATEGORIES[place % 3],
            "layer": "application",
            "style": "low-code" if place == 6 else "code",
            "language": "Python",
            "first_event": add_months(SINCE, first_step(place)),
            "observed_until": datetime(2025, 11, 18, 12, tzinfo=UTC).replace(tzinfo=None),
        }
        for place, name in enumerate(NAMES)
    ]


COVERAGE = pa.schema(
    {
        "source": pa.string(),
        "repository": pa.string(),
        "month": pa.date32(),
        "state": pa.string(),
        "events_observed": pa.int64(),
        "events_expected": pa.int64(),
        "note": pa.string(),
    }
)


def verdict_rows() -> list[dict[str, object]]:
    histories = ("climbing", "rise and fall", "steady", "declining", "steady", "dormant")
    presents = ("growing", "shrinking", "stable", "mixed", "stopped", "unclear")
    rows = []
    for place, name in enumerate(NAMES):
        now = "growing" if name == "heath-ide" else presents[place % len(presents)]
        change = None if now in ("stopped", "unclear") else 0.3 - place / 20
        rows.append(
            {
                "project": name,
                "history": "emerging" if name == "heath-ide" else histories[place % len(histories)],
                "history_confidence": None if place == 9 else 0.5 + place / 25,
                "history_alternative": "steady",
                "since": add_months(SINCE, 6),
                "now": now,
                "now_confidence": None if now == "unclear" else 0.7,
                "now_change": change,
                "now_change_low": None if change is None else change - 0.1,
                "now_change_high": None if change is None else change + 0.1,
                "contributors_change": change,
                "commits_change": change,
                "merged_change": None,
                "months": 20,
                "now_months": 18,
                "first_month": SINCE,
                "last_month": add_months(SINCE, 19),
            }
        )
    return rows


def finding_rows() -> list[dict[str, object]]:
    said = [("dominance", "all", "No project towers over the field: the leader had 12 % of it.", "没有一家独大。")] * 3
    said += [("shape", name, f"{name}: up 8.4 %, they say.", f"{name}：上升 8.4%。") for name in NAMES]
    names = ("kind", "subject", "text_en", "text_zh")
    return [dict(zip(names, row, strict=True)) for row in said]


def made_field(seed: int = 7) -> ReportInput:
    rng = random.Random(seed)
    places = [(place, step) for place in range(len(NAMES)) for step in range(first_step(place), MONTHS)]
    signals = [signal_row(place, step, rng) for place, step in places]
    columns = {name: [row.get(name) for row in signals] for name in signals[0]}
    coverage = [
        {
            "source": "git",
            "repository": f"field/{NAMES[place]}",
            "month": add_months(SINCE, step),
            "state": coverage_of(place, step),
            "events_observed": 1,
            "events_expected": None,
            "note": HOSTILE if coverage_of(place, step) == "damaged" else None,
        }
        for place, step in places
    ]
    return ReportInput(
        name="wetlands",
        title="Agents & their tools",
        title_zh="智能体及其工具",
        since=SINCE,
        until=add_months(SINCE, MONTHS - 1),
        projects=pa.Table.from_pylist(project_rows()),
        signals=pa.table(columns),
        organisations=pa.Table.from_pylist(
            [row for place, step in places for row in organisation_rows(place, step, rng)]
        ),
        coverage=pa.Table.from_pylist(coverage, schema=COVERAGE),
        readings=tuple(
            SourceSummary(name, "git", commits=4000 + place, people=120, first=SINCE, note=HOSTILE)
            for place, name in enumerate(NAMES)
        ),
        glossary=GLOSSARY,
        categories_zh={"agent framework": "智能体框架", "coding-tool": "编程工具", "infrastructure": "基础设施"},
        themes={"activity": ("Activity", "活跃度"), "people": ("People", "人员")},
        findings=(
            ValidationRow("Who rises fastest?", "谁上升最快？", "heath-ide", HOSTILE, "project", "项目", True),
            ValidationRow(
                "How many merges?", "合并多少？", "3", "4", "merges", "次合并", False, "one too many", "多了一个"
            ),
        ),
        failures=(("field/lost", "The repository could not be read; run it again."),),
        tables={"verdicts": pa.Table.from_pylist(verdict_rows()), "findings": pa.Table.from_pylist(finding_rows())},
    )


def employer_rows(
    project: str,
    known: float,
    highest: float,
    estimate: float | None = None,
    cautious: tuple[float | None, float | None] = (None, None),
    withheld: str | None = None,
    people: int = 6,
    is_owner: bool = True,
    team: float | None = None,
) -> list[dict[str, object]]:
    """Rows of `employer_shares`: one organisation and the unknown, the same for people and for commits."""
    rows: list[dict[str, object]] = []
    for measure in ("people", "commits"):
        shared = {
            "project": project,
            "since": SINCE,
            "until": add_months(SINCE, 11),
            "measure": measure,
            "withheld": withheld,
        }
        interval = {"estimate_low": cautious[0], "estimate_high": cautious[1]}
        bounds = {"cautious_low": cautious[0], "cautious_high": cautious[1]}
        own = {"organisation": "Acme", "people": people, "known_share": known, "highest_share": highest}
        own |= {"is_owner": is_owner, "team_share": team}
        rows.append(shared | own | {"estimate": estimate} | interval | bounds)
        rows.append(shared | {"organisation": None, "people": 9, "known_share": highest - known, "is_owner": None})
    return rows
