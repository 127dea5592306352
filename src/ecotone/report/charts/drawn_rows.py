"""Convert series to drawn rows for static figures; assets/figure.js does the same in the browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, cast

from ecotone.foundation.months import add_months
from ecotone.report.bilingual_text import Text, format_change, format_month, format_number
from ecotone.report.charts.line_labels import PlotFrame
from ecotone.report.charts.theme import Spec, Theme
from ecotone.report.highlighted_projects import HighlightedProjects
from ecotone.report.palette import colour_code
from ecotone.report.project_series import DAMAGED, PARTIAL, WHOLE, LatestValues, ProjectSeries

WIDTHS: Final = (1.1, 2, 3)  # line widths: context, highlighted, highest emphasis


@dataclass(frozen=True, slots=True)
class Curve:
    """One project's series with the values of its label."""

    key: str
    name: str
    label: str
    colour_index: int
    series: ProjectSeries
    latest: LatestValues


def month_to_milliseconds(month: date) -> int:
    """Start of a month in milliseconds since 1970, UTC."""
    return int(datetime(month.year, month.month, 1, tzinfo=UTC).timestamp()) * 1000


def month_axis_ticks(begin: int, finish: int, fit: int = 14) -> list[int]:
    """Labelled months of the time axis, at most `fit`."""
    first, last = (datetime.fromtimestamp(moment / 1000, UTC) for moment in (begin, finish))
    start, months = first.year * 12 + first.month - 1, (last.year - first.year) * 12 + last.month - first.month + 1
    every = next((step for step in (1, 3, 6, 12, 24, 36) if months // step <= fit), 60)
    labelled = [at for at in range(start, start + months) if at % every == 0]
    return [month_to_milliseconds(date(at // 12, at % 12 + 1, 1)) for at in labelled]


def category_curve_rows(
    curves: tuple[Curve, ...],
    steps: tuple[date, ...],
    highlighted: HighlightedProjects,
    theme: Theme,
    *,
    hidden: str | None,
) -> list[Spec]:
    """One row per curve and step in drawing order: context, highlighted curves, riser."""
    weight = dict.fromkeys((*highlighted.highlighted, *([highlighted.leader] if highlighted.leader else [])), 1)
    if highlighted.riser:
        weight[highlighted.riser] = 2
    visible = [curve for curve in curves if curve.name != hidden]
    colours = highlighted.chart_colours({curve.name: curve.colour_index for curve in curves})
    result: list[Spec] = []
    for project_curve in sorted(visible, key=lambda curve: weight.get(curve.name, 0)):
        heavy, series = weight.get(project_curve.name, 0), project_curve.series
        ink = colour_code(colours.get(project_curve.name, "muted"), theme.name)
        tag = (
            f"{format_change(project_curve.latest.momentum)} {project_curve.label}"
            if heavy == 2
            else project_curve.label
        )
        style: Spec = {
            "k": project_curve.key,
            "name": project_curve.name,
            "f": heavy,
            "tag": tag,
            "c": ink,
        }
        times = [month_to_milliseconds(month) for month in steps[series.first : series.first + len(series.values)]]
        result += curve_rows(style, times, series.values, series.states)
    return result


def curve_rows(style: Spec, times: Sequence[int], values: Sequence[float | None], states: str) -> list[Spec]:
    """Drawn rows of one curve (see charts/curves.py); `style` has k, name, c, f and tag."""
    known = [step for step, value in enumerate(values) if value is not None]
    whole = [step for step in known if states[step] == WHOLE]
    width = WIDTHS[cast(int, style["f"])]
    return [
        style | {"w": width, "t": time, "v": value, "s": state} | _line_part_fields(values, states, step, known, whole)
        for step, (time, value, state) in enumerate(zip(times, values, states, strict=True))
    ]


def _line_part_fields(
    values: Sequence[float | None], states: str, step: int, known: list[int], whole: list[int]
) -> Spec:
    """Fields that assign a step to lines and marks."""
    value, near = values[step], states[max(step - 1, 0) : step + 2]
    alone = all(neighbour is None for neighbour in (*values[max(step - 1, 0) : step], *values[step + 1 : step + 2]))
    end = bool(known) and step == known[-1]
    fields: Spec = {
        "end": end,
        "named": bool(known) and step == (whole or known)[-1],
        "dot": value is not None and (end or states[step] != WHOLE or alone),
        "y": value if states[step] == WHOLE else None,
    }
    before = states[max(step - 2, 0) : step + 1]
    for name, letter in (("yp", PARTIAL), ("yd", DAMAGED)):
        if letter in near:  # a dashed or dotted segment includes its neighbours, so that the line is continuous
            fields[name] = value
        elif step and letter in before:
            fields[name] = None  # end of the segment
    return fields


def split_drawn_rows(drawn: Sequence[Spec], frame: PlotFrame) -> dict[str, list[Spec]]:
    """Split drawn rows into the data sets of charts/curves.py; lines become one path per curve."""
    by_curve: dict[object, list[Spec]] = {}
    for row in drawn:
        by_curve.setdefault(row["k"], []).append(row)
    return {
        name: [
            {"c": drawn_curve[0]["c"], "w": drawn_curve[0]["w"], "path": path}
            for drawn_curve in by_curve.values()
            if (path := svg_line_path(drawn_curve, field, frame))
        ]
        for name, field in (("rows", "y"), ("part", "yp"), ("damaged", "yd"))
    } | {
        "dots": [row for row in drawn if row["dot"]],
        "band": [row for row in drawn if row.get("low") is not None and row.get("high") is not None],
    }


def svg_line_path(steps: Iterable[Spec], field: str, frame: PlotFrame) -> str:
    """SVG path of a curve in pixels; a row without a value of the field breaks it."""
    path, goes_on = "", False
    for row in steps:
        value = row.get(field)
        if value is not None:
            path += f"{'L' if goes_on else 'M'}{frame.x_position(row):.1f},{frame.y_position(row):.1f}"
        goes_on = value is not None
    return path


def hidden_leader_row(curve: Curve, steps: tuple[date, ...], unit: str, ink: str, words: str) -> list[Spec]:
    """The row that marks a hidden leader; `words` has {name}, {peak} and {month}."""
    at = curve.latest.peak_at
    if at is None:
        return []
    text = words.format(name=curve.name, peak=format_number(curve.latest.peak, unit), month=format_month(steps[at]))
    side = "left" if at < len(steps) / 2 else "right"
    return [{"t": month_to_milliseconds(steps[at]), "text": text, "align": side, "c": ink}]


def scale_top(drawn: Iterable[Spec], field: str = "v") -> float:
    """Upper end of a linear scale: 5 % above the highest value."""
    values = [float(str(row[field])) for row in drawn if row.get(field) is not None]
    return (max(values, default=0.0) or 1.0) * 1.05


def prepare_figure_rows(
    figure_rows: Iterable[Mapping[str, object]], theme: Theme, unit: str, *, as_curves: bool, language: str = "en"
) -> list[Spec]:
    """Rows of a figure in one language, with the additional fields c, t, t_end, i, shown."""
    result = [_prepare_row(index, row, theme, unit, language) for index, row in enumerate(figure_rows)]
    return _rows_by_curve([row for row in result if not row.get("away")]) if as_curves else result


def off_scale_rows(
    figure_rows: Iterable[Mapping[str, object]], theme: Theme, begin: int, finish: int, language: str = "en"
) -> list[Spec]:
    """Rows of the data set `hidden_leader_row`: off-scale curves of a figure."""
    rows = [_prepare_row(index, row, theme, "", language) for index, row in enumerate(figure_rows) if row.get("away")]
    return [
        {"t": row["t"], "c": row["c"], "text": row["away"],
         "align": "left" if cast(int, row["t"]) < (begin + finish) / 2 else "right"}
        for row in rows
    ]  # fmt: skip


def _prepare_row(index: int, row: Mapping[str, object], theme: Theme, unit: str, language: str) -> Spec:
    prepared: Spec = {
        name: value.in_language(language) if isinstance(value, Text) else value for name, value in row.items()
    }
    prepared["i"] = index
    prepared["c"] = colour_code(cast("int | str", prepared.pop("colour", "eco")), theme.name)
    month = prepared.pop("month", None)
    if isinstance(month, date):
        wide = cast("int | None", prepared.pop("months", None)) or 1
        prepared |= {"t": month_to_milliseconds(month), "t_end": month_to_milliseconds(add_months(month, wide))}
    value = cast("float | None", prepared.get("v"))
    prepared["shown"] = prepared.pop("text", None) or format_number(value, unit)
    prepared["reach"] = max(
        (cast(float, prepared[name]) for name in ("v", "high") if prepared.get(name) is not None), default=0
    )
    return prepared


def _rows_by_curve(prepared: list[Spec]) -> list[Spec]:
    """Drawn rows of the chart `lines`, by curve in order of first appearance."""
    by_name: dict[object, list[Spec]] = {}
    for row in prepared:
        by_name.setdefault(row["name"], []).append(row)
    result: list[Spec] = []
    for name, steps in by_name.items():
        weight = cast(int, steps[0].get("f", 1))
        style: Spec = {"k": name, "name": name, "c": steps[0]["c"], "f": weight, "tag": steps[0].get("tag") or name}
        drawn = curve_rows(
            style,
            [cast(int, step["t"]) for step in steps],
            [cast("float | None", step.get("v")) for step in steps],
            "".join(str(step.get("s") or WHOLE) for step in steps),
        )
        result += [
            row | {side: step.get(side) for side in ("low", "high")} for row, step in zip(drawn, steps, strict=True)
        ]
    return result
