"""A finding: one sentence with its figures, in both languages; and the formats of figures."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa

from ecotone.trends.half_years import HalfYear

Figure = float | int | str | bool | None

SCHEMA: Final = pa.schema(
    [
        ("order", pa.int64()),
        ("kind", pa.string()),
        ("subject_kind", pa.string()),
        ("subject", pa.string()),
        ("text_en", pa.string()),
        ("text_zh", pa.string()),
        ("strength", pa.float64()),
        ("figures", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a sentence compares, by its name in both languages."""

    en: str
    zh: str


ACTIVITY: Final = Measure("activity", "活跃度")
ACTIVITY_MEASURES: Final = {
    "activity": ACTIVITY,
    "activity_landed": Measure("activity (landed work only)", "活跃度（仅已合入工作）"),
    "activity_commits": Measure("activity (commits only)", "活跃度（仅提交）"),
}
"""Each signal of activity in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sentence about the data, with its figures.

    kind          the template
    subject_kind  project, category or field; `subject` is its name (`all` for the field)
    strength      0..1; the order of the findings of a kind
    figures       the values in the sentence
    """

    kind: str
    subject_kind: str
    subject: str
    en: str
    zh: str
    strength: float
    figures: Mapping[str, Figure]


def build_findings_table(findings: Iterable[Finding], kinds: Iterable[str]) -> pa.Table:
    """Findings by kind, in the order of `kinds`, the strongest of a kind first."""
    rank = {kind: index for index, kind in enumerate(kinds)}
    ordered = sorted(findings, key=lambda finding: (rank[finding.kind], -finding.strength, finding.subject))
    rows = [
        {
            "order": index,
            "kind": finding.kind,
            "subject_kind": finding.subject_kind,
            "subject": finding.subject,
            "text_en": finding.en,
            "text_zh": finding.zh,
            "strength": round_significant(finding.strength),
            "figures": json.dumps(
                {name: _json_value(value) for name, value in finding.figures.items()}, ensure_ascii=False
            ),
        }
        for index, finding in enumerate(ordered, 1)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def round_significant(value: float, digits: int = 6) -> float:
    """Round to `digits` significant digits."""
    return float(f"{value:.{digits}g}")


def _json_value(value: Figure) -> Figure:
    if isinstance(value, float):
        return round_significant(value) if math.isfinite(value) else None
    return value


def format_percent(value: float) -> tuple[str, str]:
    """A share in English and Chinese; below 10 % with one decimal.

    >>> format_percent(0.345), format_percent(0.034), format_percent(0.0), format_percent(3.2)
    (('35 %', '35%'), ('3.4 %', '3.4%'), ('0 %', '0%'), ('320 %', '320%'))
    """
    scaled = value * 100
    # round half up: 34.5 is 35
    text = f"{math.floor(scaled + 0.5):,}" if abs(scaled) >= 9.95 or scaled == 0 else f"{scaled:.1f}"
    return f"{text} %", f"{text}%"


def format_amount(value: float) -> str:
    """A number without a unit.

    >>> format_amount(2417.26), format_amount(6.54), format_amount(0.0)
    ('2,417', '6.5', '0')
    """
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.1f}"


def format_year_month(month: date) -> tuple[str, str]:
    """A month in English and Chinese.

    >>> format_year_month(date(2023, 5, 1))
    ('2023-05', '2023 年 5 月')
    """
    return f"{month:%Y-%m}", f"{month.year} 年 {month.month} 月"


def format_half_year(half: HalfYear) -> tuple[str, str]:
    """A half-year in English and Chinese: ('the second half of 2024', '2024 年下半年')."""
    return (
        f"the {'second' if half.is_second else 'first'} half of {half.first.year}",
        f"{half.first.year} 年{'下' if half.is_second else '上'}半年",
    )


def format_name_list(names: Sequence[str], remaining: int = 0) -> str:
    """A list of names in English; `more` is the number of names left out.

    >>> format_name_list(["a", "b", "c"]), format_name_list(["a", "b"], 3)
    ('a, b and c', 'a, b and 3 more')
    """
    parts = [*names, f"{remaining} more"] if remaining else list(names)
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def format_share_with_bounds(share: float, low: float, high: float) -> tuple[str, str]:
    """A share with its bounds, if these differ from it after rounding.

    >>> format_share_with_bounds(0.17, 0.16, 0.17), format_share_with_bounds(0.17, 0.17, 0.17)
    (('17 % (16 % to 17 % with what was not observed)', '17%（计入未观测部分为 16% 至 17%）'), ('17 %', '17%'))
    """
    text, least, most = format_percent(share), format_percent(low), format_percent(high)
    if least == text == most:
        return text
    return (
        f"{text[0]} ({least[0]} to {most[0]} with what was not observed)",
        f"{text[1]}（计入未观测部分为 {least[1]} 至 {most[1]}）",
    )
