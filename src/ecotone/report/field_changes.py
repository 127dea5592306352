"""What changed in a field, month by month: a project overtook others, or began; as JSON and as an Atom feed.

The changes follow from the tables alone. So a report that is made again has the same ones under the same ids, and a
feed reader shows what was added since it looked last.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from ecotone.foundation.months import add_months
from ecotone.foundation.output_text import without_controls
from ecotone.report.bilingual_text import Text, format_month, format_number, lower_first_letter
from ecotone.report.messages import message
from ecotone.report.project_series import ProjectSeries
from ecotone.report.report_data import ReportData

FORMULA: Final = "overtaking/ecotone-1"
AVERAGED_MONTHS: Final = 3
MIN_LEAD: Final = 0.1
"""A project is ahead of another if its mean is higher by this share; in between, the earlier order holds.

Half the lead would report many orders that are reversed soon (docs/how-to/assistants-and-scripts.md).
"""

TOP_PROJECTS: Final = 10
LISTED_MONTHS: Final = 12

Means = Mapping[int, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A change in a month.

    kind       `overtook` or `began`
    overtaken  the projects behind which it was before, the highest first; empty for `began`
    figures    project -> mean of the months that end with `month`; empty for `began`
    """

    month: date
    kind: str
    project: str
    overtaken: tuple[str, ...]
    figures: Mapping[str, float]
    text: Text

    def identifier(self, landscape: str) -> str:
        """The permanent id of the change in a landscape, a URN."""
        parts = (FORMULA, landscape, f"{self.month:%Y-%m}", self.kind, self.project, *self.overtaken)
        return uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(parts).encode("utf-8", "replace").decode()).urn


def find_field_changes(data: ReportData) -> tuple[FieldChange, ...]:
    """The changes of the last twelve months up to the month in which projects are compared, newest first."""
    signal = data.main_signal
    last = data.comparison_month(signal.name) if signal else None
    if signal is None or last is None:
        return ()
    first = last - LISTED_MONTHS + 1
    means = moving_means(data.signal_series(signal.name), last)
    changes = [
        _overtaking(data, position, project, overtaken, means[position])
        for position, project, overtaken in find_overtakings(means)
        if position >= first
    ]
    months = [data.months[at] for at in range(max(first, 0), last + 1)]
    for project in data.projects:
        if project.first_event is not None and (month := project.first_event.replace(day=1)) in months[1:]:
            text = message("change_began", project=Text.same(project.name), month=format_month(month))
            changes.append(FieldChange(month, "began", project.name, (), {}, text))
    return tuple(sorted(changes, key=lambda change: (-change.month.toordinal(), change.kind, change.project)))


def moving_means(series: Mapping[str, ProjectSeries], last: int) -> Means:
    """Month index -> project -> mean of the three months that end there; only of projects whole in all three."""
    means: dict[int, dict[str, float]] = {at: {} for at in range(last + 1)}
    for project, values in series.items():
        whole = values.whole_values()
        for at in range(AVERAGED_MONTHS - 1, last + 1):
            window = [whole[month] for month in range(at - AVERAGED_MONTHS + 1, at + 1) if month in whole]
            if len(window) == AVERAGED_MONTHS:
                means[at][project] = sum(window) / AVERAGED_MONTHS
    return means


def find_overtakings(means: Means) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """(month index, project, the projects that it overtook), for pairs that are both among the ten highest.

    A pair's order is known from the first month in which one leads by 10 %, and changes when the other does.

    >>> field = {0: {"a": 10, "b": 20}, 1: {"a": 20.5, "b": 20}, 2: {"a": 23, "b": 20}, 3: {"a": 20, "b": 20.5}}
    >>> list(find_overtakings(field))
    [(2, 'a', ('b',))]
    """
    ahead: dict[tuple[str, str], str] = {}
    for at in sorted(means):
        values = means[at]
        highest = sorted(values, key=lambda name: (-values[name], name))
        top = set(highest[:TOP_PROJECTS])
        overtaken: dict[str, list[str]] = {}
        for first, second in combinations(sorted(values), 2):
            leader, follower = (first, second) if values[first] >= values[second] else (second, first)
            if values[leader] <= values[follower] * (1 + MIN_LEAD):
                continue
            if ahead.get((first, second), leader) != leader and {first, second} <= top:
                overtaken.setdefault(leader, []).append(follower)
            ahead[first, second] = leader
        for project in highest:
            if project in overtaken:
                yield at, project, tuple(sorted(overtaken[project], key=highest.index))


def changes_as_json(data: ReportData, changes: tuple[FieldChange, ...]) -> dict[str, Any]:
    """The document `changes.json`."""
    signal = data.main_signal
    return {
        "schema": "ecotone-changes/1",
        "landscape": data.source.name,
        "formula": FORMULA,
        "signal": signal.name if signal else None,
        "averaged_months": AVERAGED_MONTHS,
        "min_lead": MIN_LEAD,
        "changes": [
            {
                "id": change.identifier(data.source.name),
                "month": f"{change.month:%Y-%m}",
                "kind": change.kind,
                "project": change.project,
                "overtaken": list(change.overtaken),
                "figures": dict(change.figures),
                "text_en": change.text.en,
                "text_zh": change.text.zh,
            }
            for change in changes
        ],
    }


def changes_as_atom(data: ReportData, changes: tuple[FieldChange, ...]) -> str:
    """The feed `changes.atom` (RFC 4287), in the language of the report; a change is dated by the end of its month."""
    language, name = data.source.language, data.source.name
    title = Text(data.source.title, data.source.title_zh or data.source.title)
    updated = max((change.month for change in changes), default=data.source.until)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(language)}>',
        f"<id>{uuid.uuid5(uuid.NAMESPACE_URL, f'{FORMULA} {name!r}').urn}</id>",
        f"<title>{_xml_text(message('changes_of_field', title=title).in_language(language))}</title>",
        f"<updated>{_end_of_month(updated)}</updated>",
        "<author><name>Ecotone</name></author>",
        '<link rel="alternate" type="text/html" href="index.html"/>',
    ]
    for change in changes:
        page = f"project/{data.projects_by_name[change.project].slug}.html"
        lines += [
            "<entry>",
            f"<id>{change.identifier(name)}</id>",
            f"<title>{_xml_text(change.text.in_language(language))}</title>",
            f"<updated>{_end_of_month(change.month)}</updated>",
            f'<link rel="alternate" type="text/html" href={quoteattr(page)}/>',
            f"<content>{_xml_text(change.text.in_language(language))}</content>",
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>", ""])


def _overtaking(
    data: ReportData, position: int, project: str, overtaken: tuple[str, ...], values: Mapping[str, float]
) -> FieldChange:
    assert data.main_signal is not None
    signal, month = data.main_signal, data.months[position]
    text = message(
        "change_overtook",
        project=Text.same(project),
        others=Text(", ".join(overtaken), "、".join(overtaken)),
        month=format_month(month),
        signal=Text(lower_first_letter(signal.title), signal.title_zh),
        value=format_number(values[project], signal.unit),
        highest=format_number(values[overtaken[0]], signal.unit),
    )
    figures = {name: round(values[name], 3) for name in (project, *overtaken)}
    return FieldChange(month, "overtook", project, overtaken, figures, text)


def _end_of_month(month: date) -> str:
    return f"{add_months(month.replace(day=1), 1)}T00:00:00Z"


def _xml_text(text: str) -> str:
    return escape(str(without_controls(text)))
