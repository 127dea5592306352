"""A badge: one fact about a project as a small static SVG, for a README."""

from __future__ import annotations

from typing import Final, Literal
from xml.sax.saxutils import escape

from ecotone.foundation.output_text import make_printable
from ecotone.report.bilingual_text import Text, format_month, format_number
from ecotone.report.charts.line_labels import text_width
from ecotone.report.company_sentences import find_company_answer
from ecotone.report.messages import message
from ecotone.report.palette import colour_code
from ecotone.report.report_data import ReportData
from ecotone.report.report_input import ReportInput

BadgeFact = Literal["now", "history", "company", "contributors", "organisations"]

HEIGHT: Final = 20
LETTER: Final = 6.6
"""Width of a letter in pixels; `textLength` makes every font keep it."""

PADDING: Final = 7
FONT: Final = "Verdana,Geneva,DejaVu Sans,Noto Sans CJK SC,sans-serif"
LABEL_COLOUR: Final = "#4a5552"
UNKNOWN_COLOUR: Final = "#6b7471"
FACT_COLOURS: Final = {
    "shrinking": "#9a5b13",
    "declining": "#9a5b13",
    "stopped": UNKNOWN_COLOUR,
    "dormant": UNKNOWN_COLOUR,
}
"""Colours behind white letters, each with a contrast of at least 4.5; other facts have the colour of Ecotone."""


def draw_badge(source: ReportInput, project: str, fact: BadgeFact) -> str:
    """The badge of a fact in the language of the report; what is unknown is said in grey.

    now            the verdict on the present, with its change
    history        the verdict on the whole history
    company        whether one company makes more than half of the commits
    contributors   in the last complete month
    organisations  in the last complete month
    """
    data = ReportData(source)
    if fact == "company":
        value, colour = _company_value(data, project)
    elif fact in ("now", "history"):
        value, colour = _verdict_value(data, project, fact)
    else:
        value, colour = _signal_value(data, project, fact)
    label = message(f"badge_{fact}").in_language(source.language)
    value_text = (value or message("badge_unknown")).in_language(source.language)
    return _badge_svg(label, value_text, colour if value else UNKNOWN_COLOUR)


def _verdict_value(data: ReportData, project: str, fact: str) -> tuple[Text | None, str]:
    if project not in data.verdicts:
        return None, UNKNOWN_COLOUR
    verdict = data.verdicts[project]
    statement = verdict.present if fact == "now" else verdict.history
    change = verdict.present.change_text if fact == "now" else ""
    text = Text(*(f"{word} {change}".strip() for word in (statement.title.en.lower(), statement.title.zh)))
    return text, FACT_COLOURS.get(statement.name, colour_code("eco"))


def _company_value(data: ReportData, project: str) -> tuple[Text | None, str]:
    answer = find_company_answer(data, project)
    if answer is None or answer.verdict == "unclear":
        return None, UNKNOWN_COLOUR
    if answer.verdict == "no":
        return message("badge_no"), colour_code("eco")
    name = Text.same(answer.organisation) if answer.organisation else message("badge_one")
    key = "badge_company_known" if answer.ground == "known" else "badge_company_estimate"
    return message(key, name=name, share=format_number(answer.share, "share")), FACT_COLOURS["shrinking"]


def _signal_value(data: ReportData, project: str, signal: str) -> tuple[Text | None, str]:
    latest = data.latest_values(signal)[project] if data.has_signal(signal) else None
    if latest is None or latest.last is None:
        return None, UNKNOWN_COLOUR
    month = format_month(data.month_at(latest.last_at))
    return message("badge_in_month", value=format_number(latest.last), month=month), colour_code("eco")


def _badge_svg(label: str, value: str, colour: str) -> str:
    texts = [escape(make_printable(text), {'"': "&quot;"}) for text in (label, value)]
    lengths = [round(text_width(text) * LETTER) for text in (label, value)]
    left_width, right_width = (length + 2 * PADDING for length in lengths)
    title = f"{texts[0]}: {texts[1]}"
    words = "".join(
        f'<text x="{x}" y="14" textLength="{length}" lengthAdjust="spacingAndGlyphs">{text}</text>'
        for x, length, text in zip((PADDING, left_width + PADDING), lengths, texts, strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left_width + right_width}" height="{HEIGHT}" role="img"'
        f' aria-label="{title}"><title>{title}</title>'
        f'<clipPath id="r"><rect width="{left_width + right_width}" height="{HEIGHT}" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left_width}" height="{HEIGHT}" fill="{LABEL_COLOUR}"/>'
        f'<rect x="{left_width}" width="{right_width}" height="{HEIGHT}" fill="{colour}"/></g>'
        f'<g fill="#fff" font-family="{FONT}" font-size="11">{words}</g></svg>\n'
    )
