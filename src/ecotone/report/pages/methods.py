"""The glossary of all signals, and how to read the charts."""

from __future__ import annotations

from collections.abc import Iterator

from ecotone.report.input import DeclaredSignal
from ecotone.report.leaders import OFF_SCALE
from ecotone.report.page import Page, Subject
from ecotone.report.text import Text
from ecotone.report.words import say


def pages(subject: Subject) -> Iterator[Page]:
    """One page with all declared signals, by theme."""
    themes: dict[str, list[DeclaredSignal]] = {key: [] for key in subject.field.source.themes}
    for signal in subject.field.source.glossary:
        themes.setdefault(signal.theme, []).append(signal)
    titles = {key: Text(*pair) for key, pair in subject.field.source.themes.items()}
    minimum = subject.field.source.min_people
    yield Page(
        path="methods.html",
        template="methods.html",
        title=say("methods_title"),
        context={
            "themes": [
                (titles.get(key, Text.same(key.capitalize())), signals) for key, signals in themes.items() if signals
            ],
            "lead": say("methods_lead", count=len(subject.field.source.glossary)),
            "reading": (
                say("read_coverage"),
                say("read_momentum"),
                say("read_riser"),
                say("read_leader", times=f"{OFF_SCALE:g}"),
                say("read_quarter"),
                say("read_privacy", min=minimum),
            ),
        },
    )
