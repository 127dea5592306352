"""Pages of the categories: curves without an off-scale leader, the leader's share, project styles and findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ecotone.foundation.spelling import in_chinese, spelled
from ecotone.report.field import SEEN, Category, Field
from ecotone.report.figure import Column, Figure, Row
from ecotone.report.input import DeclaredSignal, TableRow
from ecotone.report.leaders import Leaders, leaders
from ecotone.report.page import Page, Subject, caption
from ecotone.report.series import WHOLE
from ecotone.report.text import Text, change, inside, month_name, number
from ecotone.report.trends import Statement
from ecotone.report.words import say, told

STYLES: Final = 6  # largest styles that are drawn
QUARTER: Final = 3


@dataclass(frozen=True, slots=True)
class State:
    """Headline numbers of a category in its last observed month."""

    month: Text
    numbers: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Contents of a category page; `address` is the fragment that selects it on the page of trends."""

    category: Category
    state: State | None
    statements: tuple[Statement, ...]
    address: str
    riser: str | None
    hidden: str | None


def pages(subject: Subject) -> Iterator[Page]:
    """One page for all fields and one for each."""
    field = subject.field
    if field.main is None or len(field.categories) < 2:
        return
    states = _states(field)
    parts: list[Part] = []
    charts: dict[str, Figure] = {}
    for category in field.categories:
        names = [project.name for project in category.projects]
        found = leaders(names, field.standings(field.main.name))
        hidden = found.leader if found.off_scale else None
        part = Part(
            category,
            _state(states.get(("category", category.key), [])),
            tuple(one for one in field.statements if one.subject == category.key),
            f"field={category.slug}" + ("&leader=hidden" if hidden else ""),
            found.riser,
            hidden,
        )
        parts.append(part)
        page = _one(subject, field.main, part, found, states)
        if len(names) > 1:  # one curve is no comparison
            charts[category.slug] = page.figures[0]
        yield page
    yield Page(
        path="fields.html",
        template="fields.html",
        title=say("fields_title"),
        context={"sections": parts, "charts": charts},
        figures=tuple(charts.values()),
        pictured=False,  # its figures are those of the fields' own pages
    )


def _one(
    subject: Subject, main: DeclaredSignal, part: Part, found: Leaders, states: Mapping[tuple[str, str], list[TableRow]]
) -> Page:
    key, figures = part.category.key, [_curves(subject, main, part, found)]
    own = states.get(("category", key), [])
    if own and len(part.category.projects) > 1:
        styles = {name: rows for (kind, name), rows in states.items() if kind == f"style of {key}"}
        more = (
            _leader(subject, part.category, own),
            _styles(subject, part.category, styles),
            _lives(subject, part, own),
        )
        figures += [figure for figure in more if figure is not None]
    return Page(
        path=f"field/{part.category.slug}.html",
        template="field.html",
        title=part.category.title,
        context={
            "section": part,
            "lead": say("field_lead", count=len(part.category.projects)),
        },
        figures=tuple(figures),
    )


def _curves(subject: Subject, main: DeclaredSignal, part: Part, found: Leaders) -> Figure:
    field = subject.field
    series = field.series(main.name)
    weight = dict.fromkeys(found.focus, 1) | ({found.riser: 2} if found.riser else {})
    rows: list[Row] = []
    for project in sorted(part.category.projects, key=lambda one: (weight.get(one.name, 0), one.name)):
        if project.name == part.hidden:
            continue
        heavy, own = weight.get(project.name, 0), series[project.name]
        rise = field.standings(main.name)[project.name].momentum
        rows += [
            {"name": project.name, "month": field.months[own.first + step], "v": value, "s": state,
             "colour": "riser" if heavy == 2 else project.colour if heavy else "muted", "f": heavy,
             "tag": f"{change(rise)} {project.label}" if heavy == 2 else project.label}
            for step, (value, state) in enumerate(zip(own.values, own.states, strict=True))
        ]  # fmt: skip
    unit, title = Text(main.unit, main.unit_zh), Text(inside(main.title), main.title_zh)
    rows += _off_scale(field, main, part)
    return Figure(
        key=f"field-{part.category.slug}",
        title=say("field_curves_heading", field=part.category.title, signal=title),
        text=_hidden_text(field, main, part),
        chart="lines",
        rows=tuple(rows),
        columns=(
            Column("month", say("month"), "month"),
            Column("name", say("project"), "project"),
            Column("v", Text(main.title, main.title_zh), "number"),
        ),
        caption=caption(subject, unit, main.formula, main.name),
    )


def _off_scale(field: Field, main: DeclaredSignal, part: Part) -> Iterator[Row]:
    """The row that marks the peak of the hidden project."""
    if part.hidden is None:
        return
    standing, project = field.standings(main.name)[part.hidden], field.by_name[part.hidden]
    month = field.month(standing.peak_at)
    words = {"name": project.label, "peak": number(standing.peak), "month": month_name(month)}
    yield {
        "name": project.name, "month": month, "v": standing.peak, "colour": project.colour,
        "away": told("away", **words), "away_short": told("away_short", **words),
    }  # fmt: skip


def _hidden_text(field: Field, main: DeclaredSignal, part: Part) -> Text:
    hidden = part.hidden
    rest = say("field_curves_text" if part.riser not in (None, hidden) else "field_no_riser_text")
    if hidden is None:
        return rest
    standing = field.standings(main.name)[hidden]
    return say(
        "field_hidden_text",
        leader=field.by_name[hidden].label,
        peak=number(standing.peak),
        month=month_name(field.month(standing.peak_at)),
        rest=rest,
    )


def _states(field: Field) -> dict[tuple[str, str], list[TableRow]]:
    """Rows of `field_state` for the main signal within the period, sorted by month.

    Keys are ("category", name) and ("style of CATEGORY", name).
    """
    table = field.source.tables.get("field_state")
    found: dict[tuple[str, str], list[TableRow]] = {}
    if table is None or field.main is None:
        return found
    for row in table.to_pylist():
        within = field.source.since <= row["month"] <= field.source.until
        if row["signal"] != field.main.name or not within:
            continue
        if row["scope_kind"] == "category":
            found.setdefault(("category", row["scope"]), []).append(row)
        if row["scope_kind"] == "style":
            found.setdefault((f"style of {row['parent']}", row["scope"]), []).append(row)
    return {scope: sorted(rows, key=lambda row: row["month"]) for scope, rows in found.items()}


def _state(rows: list[TableRow]) -> State | None:
    if not rows:
        return None
    # the latest months often cover a few projects only, whose shares would mislead
    last = next((row for row in reversed(rows) if (row["observed_at_least"] or 0.0) >= SEEN), rows[-1])
    alone = last["projects_known"] == 1  # the only project always leads
    shown = [
        *([] if alone else [(number(last["leader_share"], "share"), say("leader_share"))]),
        *([] if alone else [(number(last["effective_projects"]), say("effective_projects"))]),
        (f"{last['projects_observed']} / {last['projects_known']}", say("observed_projects")),
        (change(last["growth"]), say("growth_year")),
    ]
    month = last["month"]
    return State(
        say("latest_state", month=month_name(month if isinstance(month, date) else None)),
        tuple((value, words) for value, words in shown),
    )


def _leader(subject: Subject, category: Category, states: list[TableRow]) -> Figure:
    by_month = {row["month"]: row for row in states}
    rows: list[Row] = []
    for month in subject.field.months:
        row = by_month.get(month, {})
        value = row.get("leader_share")
        rows.append(
            {"name": say("leader_share"), "month": month, "v": value, "low": row.get("leader_share_low"),
             "high": row.get("leader_share_high"), "s": WHOLE, "colour": "eco", "f": 1, "tag": "",
             "leader": row["leader"] if row.get("leader") else None}
        )  # fmt: skip
    return Figure(
        key=f"leader-{category.slug}",
        title=say("leader_heading", field=category.title),
        text=say("leader_text"),
        chart="lines",
        rows=tuple(rows),
        columns=(
            Column("month", say("month"), "month"),
            Column("leader", say("leader"), "project"),
            Column("v", say("leader_share"), "share"),
            Column("low", say("lowest"), "share"),
            Column("high", say("highest"), "share"),
        ),
        caption=caption(subject, say("leader_unit"), "leader_share/ecotone-1"),
    )


def _styles(subject: Subject, category: Category, styles: Mapping[str, list[TableRow]]) -> Figure | None:
    """Shares of the category's activity by project style; None for fewer than two styles."""
    listed = sorted(styles, key=lambda name: (-sum(row["total"] or 0.0 for row in styles[name]), name))[:STYLES]
    if len(listed) < 2:
        return None
    names = [project.name for project in category.projects]
    rows: list[Row] = []
    for place, style in enumerate(listed):
        by_month = {row["month"]: row for row in styles[style]}
        for at, month in enumerate(subject.field.months):
            row = by_month.get(month, {})
            rows.append(
                {"name": Text(spelled(style), in_chinese(style)), "month": month, "v": row.get("share"),
                 "low": row.get("share_low"), "high": row.get("share_high"),
                 "s": subject.field.seen(names, at), "colour": f"band{place}", "f": 1, "tag": ""}
            )  # fmt: skip
    return Figure(
        key=f"styles-{category.slug}",
        title=say("styles_heading", field=category.title),
        text=say("styles_text"),
        chart="lines",
        rows=tuple(rows),
        columns=(
            Column("month", say("month"), "month"),
            Column("name", say("style")),
            Column("v", say("leader_unit"), "share"),
            Column("low", say("lowest"), "share"),
            Column("high", say("highest"), "share"),
        ),
        caption=caption(subject, say("leader_unit"), "field_state/ecotone-1"),
    )


def _lives(subject: Subject, part: Part, states: list[TableRow]) -> Figure | None:
    """Numbers of new and inactive projects by quarter; None if all are zero."""
    months = subject.field.months
    kinds = (("births", say("began"), "eco"), ("deaths", say("fell_silent"), "others"))
    counts: Counter[tuple[date, str]] = Counter()
    for row in states:
        quarter = date(row["month"].year, (row["month"].month - 1) // QUARTER * QUARTER + 1, 1)
        counts.update({(max(quarter, months[0]), key): row[key] or 0 for key, *_ in kinds})
    if not any(counts.values()):
        return None
    quarters = sorted({quarter for quarter, _ in counts})
    return Figure(
        key=f"lives-{part.category.slug}",
        title=say("lives_heading", field=part.category.title),
        text=say("lives_text"),
        chart="stack",
        rows=tuple(
            {"month": quarter, "months": QUARTER, "name": name, "v": counts[quarter, key], "colour": colour}
            for quarter in quarters
            for key, name, colour in kinds
        ),
        columns=(
            Column("month", say("quarter_from"), "month"),
            Column("name", say("event_word")),
            Column("v", say("group_size"), "number"),
        ),
        legend=tuple((colour, name) for _, name, colour in kinds),
        caption=caption(subject, say("moves_unit"), "field_state/ecotone-1"),
    )
