"""What was found beside what is known to be true; only for a field with known answers."""

from __future__ import annotations

from collections.abc import Iterator

from ecotone.report.page import Page, Subject
from ecotone.report.words import say


def pages(subject: Subject) -> Iterator[Page]:
    """One page, or none without findings."""
    findings = subject.field.source.findings
    if not findings:
        return
    agree = sum(finding.agrees for finding in findings)
    yield Page(
        path="truth.html",
        template="truth.html",
        title=say("truth_title"),
        context={"findings": findings, "lead": say("truth_lead", agree=agree, count=len(findings))},
    )
