"""What is said, page by page; one file a kind of page."""

from __future__ import annotations

from typing import Final

from ecotone.report.page import PageKind
from ecotone.report.pages import data, index, methods, project, ranking, truth

PAGES: Final[tuple[PageKind, ...]] = (
    PageKind("index", "nav_index", index.pages),
    PageKind("ranking", "nav_ranking", ranking.pages),
    PageKind("project", None, project.pages),
    PageKind("methods", "nav_methods", methods.pages),
    PageKind("data", "nav_data", data.pages),
    PageKind("truth", "nav_truth", truth.pages),
)
