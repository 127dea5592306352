"""The ranking: every project by its latest whole months."""

from __future__ import annotations

from collections.abc import Iterator

from ecotone.report.leaderboard import leaderboard
from ecotone.report.page import Page, Subject, caption
from ecotone.report.text import Text
from ecotone.report.words import say


def pages(subject: Subject) -> Iterator[Page]:
    """One page with one sortable table."""
    main = subject.field.main
    if main is None:
        return
    title = Text(main.title, main.title_zh)
    yield Page(
        path="ranking.html",
        template="ranking.html",
        title=say("ranking_title"),
        context={
            "rows": leaderboard(subject.field, subject.organisations),
            "lead": say("ranking_lead", projects=len(subject.field.projects), signal=title),
            "signal": title,
            "unit": main.unit,
            "categories": subject.field.categories,
            "caption": caption(subject, Text(main.unit, main.unit_zh), main.formula),
        },
    )
