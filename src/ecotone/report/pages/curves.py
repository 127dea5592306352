"""The page of trends: the chart of a category with all controls."""

from __future__ import annotations

from collections.abc import Iterator

from ecotone.report.bilingual_text import Text, format_month
from ecotone.report.messages import message
from ecotone.report.overview_answer import riser_sentence, select_compared_rows
from ecotone.report.page import Page, PageContext, landscape_caption
from ecotone.report.ranking_rows import build_ranking_rows


def build_pages(context: PageContext) -> Iterator[Page]:
    """One page; none without a numeric signal."""
    data = context.data
    main = data.main_signal
    if main is None:
        return
    yield Page(
        path="curves.html",
        template="curves.html",
        title=message("curves_title"),
        context={
            "answer": riser_sentence(data, select_compared_rows(build_ranking_rows(data, context.organisations))),
            "lead": message("curves_lead"),
            "views": data.chart_selections,
            "signals": data.numeric_signals,
            "main": main,
            "months": tuple(format_month(month) for month in data.months),
            "shapes": bool(data.verdicts),
            "caption": landscape_caption(context, Text(main.unit, main.unit_zh), main.formula, main.name),
        },
        scripts=(f"data/signal/{main.name}.js", "curves.js"),
        charts=("curves", "curves-log"),
    )
