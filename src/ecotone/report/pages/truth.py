"""The validation page: computed results and known answers of a simulated field."""

from __future__ import annotations

from collections.abc import Iterator

from ecotone.report.page import Page, Subject
from ecotone.report.words import say
from ecotone.simulation import questions


def pages(subject: Subject) -> Iterator[Page]:
    """One page; none without known answers."""
    findings = subject.field.source.findings
    if not findings:
        return
    agree = sum(finding.agrees for finding in findings)
    tolerances = (
        say("truth_exact"),
        say("truth_people", tolerance=f"{questions.PEOPLE_TOLERANCE:.0%}"),
        say("truth_opening", tolerance=f"{questions.OPENING_TOLERANCE:.0%}"),
        say("truth_inside", least=f"{questions.INSIDE_LEAST:.0%}"),
        say("truth_employer", tolerance=f"{questions.WRONG_EMPLOYER_TOLERANCE:.0%}"),
        say("truth_names", least=f"{questions.LEAST_RISING_FROM:g}"),
    )
    yield Page(
        path="truth.html",
        template="truth.html",
        title=say("truth_title"),
        context={
            "findings": findings,
            "tolerances": tolerances,
            "lead": say("truth_lead", agree=agree, count=len(findings)),
        },
    )
