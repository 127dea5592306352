"""The HTML report: pages are described as data first, then rendered to files that open from disk."""

from __future__ import annotations

from ecotone.report.badge import draw_badge
from ecotone.report.comparison import inline_single_file, write_comparison
from ecotone.report.render_report import render_report
from ecotone.report.report_input import DeclaredSignal, ReportInput, SourceSummary, ValidationRow
from ecotone.report.social_card import draw_social_card
from ecotone.report.static_figures import draw_static_figures

__all__ = [
    "DeclaredSignal",
    "ReportInput",
    "SourceSummary",
    "ValidationRow",
    "draw_badge",
    "draw_social_card",
    "draw_static_figures",
    "inline_single_file",
    "render_report",
    "write_comparison",
]
