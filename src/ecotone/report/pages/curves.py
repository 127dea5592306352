"""The page of trends: the chart of a category with all controls."""

from __future__ import annotations

from collections.abc import Iterator

from ecotone.report.page import Page, Subject, caption
from ecotone.report.text import Text, month_name
from ecotone.report.words import say


def pages(subject: Subject) -> Iterator[Page]:
    """One page; none without a numeric signal."""
    field = subject.field
    main = field.main
    if main is None:
        return
    yield Page(
        path="curves.html",
        template="curves.html",
        title=say("curves_title"),
        context={
            "lead": say("curves_lead"),
            "views": field.views,
            "signals": field.numeric,
            "main": main,
            "months": tuple(month_name(month) for month in field.months),
            "shapes": bool(field.shapes),
            "caption": caption(subject, Text(main.unit, main.unit_zh), main.formula, main.name),
        },
        scripts=(f"data/signal/{main.name}.js", "curves.js"),
        charts=("curves", "curves-log"),
    )
