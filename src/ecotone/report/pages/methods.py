"""The glossary of all signals, and how to read the charts."""

from __future__ import annotations

from collections.abc import Iterator

from ecotone.report.bilingual_text import Text
from ecotone.report.highlighted_projects import OFF_SCALE
from ecotone.report.messages import message
from ecotone.report.page import Page, PageContext
from ecotone.report.report_input import DeclaredSignal


def build_pages(context: PageContext) -> Iterator[Page]:
    """One page with all declared signals, by theme."""
    themes: dict[str, list[DeclaredSignal]] = {key: [] for key in context.data.source.themes}
    for signal in context.data.source.glossary:
        themes.setdefault(signal.theme, []).append(signal)
    titles = {key: Text(*pair) for key, pair in context.data.source.themes.items()}
    minimum = context.data.source.min_people
    yield Page(
        path="methods.html",
        template="methods.html",
        title=message("methods_title"),
        context={
            "themes": [
                (titles.get(key, Text.same(key.capitalize())), signals) for key, signals in themes.items() if signals
            ],
            "lead": message("methods_lead", count=len(context.data.source.glossary)),
            "reading": (
                message("read_coverage"),
                message("read_momentum"),
                message("read_riser"),
                message("read_leader", times=f"{OFF_SCALE:g}"),
                message("read_quarter"),
                message("read_privacy", min=minimum),
            ),
        },
    )
