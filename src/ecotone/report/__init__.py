"""The HTML report: pages are described as data first, then rendered to files that open from disk."""

from __future__ import annotations

from ecotone.report.comparison import comparison, single_file
from ecotone.report.input import DeclaredSignal, Finding, Reading, ReportInput
from ecotone.report.pictures import figures
from ecotone.report.render import render
from ecotone.report.sharing import card

__all__ = [
    "DeclaredSignal",
    "Finding",
    "Reading",
    "ReportInput",
    "card",
    "comparison",
    "figures",
    "render",
    "single_file",
]
