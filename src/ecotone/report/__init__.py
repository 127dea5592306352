"""The HTML report: pages are described as data first, then rendered to files that open from disk."""

from __future__ import annotations

from ecotone.report.badge import draw_badge
from ecotone.report.comparison import inline_single_file, write_comparison
from ecotone.report.former_files import FormerFiles
from ecotone.report.project_answers import ProjectAnswer, answer_questions
from ecotone.report.render_report import project_path, render_report
from ecotone.report.report_input import DeclaredSignal, ReportInput, SourceSummary, ValidationRow
from ecotone.report.social_card import draw_social_card
from ecotone.report.static_figures import draw_static_figures

__all__ = [
    "DeclaredSignal",
    "FormerFiles",
    "ProjectAnswer",
    "ReportInput",
    "SourceSummary",
    "ValidationRow",
    "answer_questions",
    "draw_badge",
    "draw_social_card",
    "draw_static_figures",
    "inline_single_file",
    "project_path",
    "render_report",
    "write_comparison",
]
