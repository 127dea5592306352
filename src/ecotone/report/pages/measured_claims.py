"""The page "Claims, measured": statements about the field with figure, interval, period, cases and verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ecotone.foundation.landscape_claims import LandscapeClaim
from ecotone.report.bilingual_text import ABSENT, Text, format_month, format_number
from ecotone.report.claim_measurement import measure_landscape_claim
from ecotone.report.messages import message
from ecotone.report.page import Page, PageContext
from ecotone.report.report_data import ReportData
from ecotone.stack.claims import DOES_NOT_HOLD, HOLDS, IN_PART, TOO_FEW
from ecotone.trends.field_claims import FORMULA, MIN_CASES, STACK_CLAIMS, UNMEASURED, MeasuredClaim, measure_claims


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One statement as the page shows it."""

    statement: Text
    verdict: str
    verdict_title: Text
    figure: Text
    interval: Text
    period: Text
    cases: str


def build_pages(context: PageContext) -> Iterator[Page]:
    """One page."""
    source = context.data.source
    if not source.projects.num_rows or context.data.main_signal is None:
        return
    claims = measure_claims({**source.tables, "projects": source.projects, "signals": source.signals}, source.since)
    counts = Counter(claim.verdict for claim in claims)
    measured = sum(count for verdict, count in counts.items() if verdict != UNMEASURED)
    lead = message(
        "claims_lead",
        claims=len(claims),
        measured=measured,
        **{verdict: counts[verdict] for verdict in (HOLDS, IN_PART, DOES_NOT_HOLD, TOO_FEW)},
    )
    yield Page(
        path="claims.html",
        template="claims.html",
        title=message("claims_title"),
        context={
            "lead": lead,
            "rows": tuple(_claim_row(claim) for claim in claims if claim.verdict != UNMEASURED),
            "unmeasured": [message(f"claim_{claim.name}") for claim in claims if claim.verdict == UNMEASURED],
            "own": tuple(_own_claim_row(context.data, claim) for claim in source.claims),
            "formula": FORMULA,
            "how": message("claims_how", cases=MIN_CASES),
        },
        summary=lead,
    )


def _own_claim_row(data: ReportData, claim: LandscapeClaim) -> ClaimRow:
    """A claim of the landscape file, with what was compared."""
    measured = measure_landscape_claim(data, claim)
    declared = {signal.name: signal for signal in data.numeric_signals}.get(claim.measure)
    row = replace(_claim_row(measured), statement=Text(claim.statement, claim.statement_zh))
    if measured.figure is None or declared is None:
        return row
    words: dict[str, Any] = {"signal": Text(declared.title, declared.title_zh), "side": message(f"side_{claim.side}")}
    if claim.project:
        pair = {
            gap: Text.same(data.projects_by_name[name].label)
            for gap, name in (("one", claim.project), ("other", claim.compared_with))
        }
        times = {"figure": format_number(measured.figure), "value": format_number(claim.value)}
        return replace(row, figure=message("figure_own_pair", **pair, **times, **words))
    figure = message(
        f"figure_own_{claim.against}",
        figure=format_number(measured.figure, "share"),
        value=format_number(claim.value, declared.unit if claim.against == "level" else ""),
        share=format_number(claim.share, "share"),
        **words,
    )
    return replace(row, figure=figure)


def _claim_row(claim: MeasuredClaim) -> ClaimRow:
    unit = "share" if claim.unit == "share" else ""
    figure = (
        Text.same(ABSENT)
        if claim.figure is None or claim.name == "own"
        else message(
            _figure_key(claim),
            figure=format_number(claim.figure, unit),
            compared=format_number(claim.compared, unit),
            name=Text.same(claim.leader),
        )
    )
    return ClaimRow(
        statement=Text("", "") if claim.name == "own" else message(f"claim_{claim.name}"),
        verdict=claim.verdict,
        verdict_title=message(f"judged_{claim.verdict}"),
        figure=figure,
        interval=_interval_text(claim, unit),
        period=_period_text(claim),
        cases=str(claim.cases) if claim.verdict != UNMEASURED else ABSENT,
    )


def _interval_text(claim: MeasuredClaim, unit: str) -> Text:
    if claim.low is None:
        return Text.same(ABSENT)
    key = "claim_interval" if claim.high is not None else "claim_interval_open"
    return message(key, low=format_number(claim.low, unit), high=format_number(claim.high, unit))


def _figure_key(claim: MeasuredClaim) -> str:
    if claim.name not in STACK_CLAIMS:
        return f"figure_{claim.name}"
    return "figure_stack_share" if claim.unit == "share" else "figure_stack_ratio"


def _period_text(claim: MeasuredClaim) -> Text:
    if claim.since is None or claim.until is None:
        return Text.same(ABSENT)
    if claim.since == claim.until:
        return Text.same(format_month(claim.since))
    return message("span", since=format_month(claim.since), until=format_month(claim.until))
