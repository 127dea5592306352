"""Contents of the pages; one module per kind of page."""

from __future__ import annotations

from typing import Final

from ecotone.report.page import PageKind
from ecotone.report.pages import (
    ai_collaborators,
    curves,
    data,
    fields,
    index,
    interaction,
    measured_claims,
    methods,
    organisations,
    project,
    project_map,
    ranking,
    technology_stack,
    validation,
)

PAGES: Final[tuple[PageKind, ...]] = (
    PageKind("index", "nav_index", index.build_pages),
    PageKind("curves", "nav_curves", curves.build_pages),
    PageKind("ranking", "nav_ranking", ranking.build_pages),
    PageKind("fields", "nav_fields", fields.build_pages),
    PageKind("map", "nav_map", project_map.build_pages),
    PageKind("organisations", "nav_organisations", organisations.build_pages),
    PageKind("interaction", "nav_interaction", interaction.build_pages),
    PageKind("collaborators", "nav_collaborators", ai_collaborators.build_pages),
    PageKind("stack", "nav_stack", technology_stack.build_pages),
    PageKind("claims", "nav_claims", measured_claims.build_pages),
    PageKind("project", None, project.build_pages),
    PageKind("methods", "nav_methods", methods.build_pages),
    PageKind("data", "nav_data", data.build_pages),
    PageKind("truth", "nav_truth", validation.build_pages),
)
"""Kinds of pages in the order of the menu."""
