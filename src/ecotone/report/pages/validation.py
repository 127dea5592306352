"""The validation page: computed results and known answers of a simulated field."""

from __future__ import annotations

from collections.abc import Iterator

from ecotone.report.messages import message
from ecotone.report.page import Page, PageContext
from ecotone.simulation import validation_checks


def build_pages(context: PageContext) -> Iterator[Page]:
    """One page; none without known answers."""
    findings = context.data.source.findings
    if not findings:
        return
    agree = sum(finding.agrees for finding in findings)
    tolerances = (
        message("truth_exact"),
        message("truth_people", tolerance=f"{validation_checks.PEOPLE_TOLERANCE:.0%}"),
        message("truth_opening", tolerance=f"{validation_checks.OPENING_TOLERANCE:.0%}"),
        message("truth_inside", least=f"{validation_checks.INSIDE_LEAST:.0%}"),
        message("truth_employer", tolerance=f"{validation_checks.WRONG_EMPLOYER_TOLERANCE:.0%}"),
        message("truth_names", least=f"{validation_checks.LEAST_RISING_FROM:g}"),
    )
    yield Page(
        path="truth.html",
        template="truth.html",
        title=message("truth_title"),
        context={
            "findings": findings,
            "tolerances": tolerances,
            "lead": message("truth_lead", agree=agree, count=len(findings)),
        },
    )
