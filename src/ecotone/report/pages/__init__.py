"""Contents of the pages; one module per kind of page."""

from __future__ import annotations

from typing import Final

from ecotone.report.page import PageKind
from ecotone.report.pages import (
    collaborators,
    curves,
    data,
    fields,
    index,
    interaction,
    landscape,
    methods,
    organisations,
    project,
    ranking,
    truth,
)

PAGES: Final[tuple[PageKind, ...]] = (
    PageKind("index", "nav_index", index.pages),
    PageKind("curves", "nav_curves", curves.pages),
    PageKind("ranking", "nav_ranking", ranking.pages),
    PageKind("fields", "nav_fields", fields.pages),
    PageKind("map", "nav_map", landscape.pages),
    PageKind("organisations", "nav_organisations", organisations.pages),
    PageKind("interaction", "nav_interaction", interaction.pages),
    PageKind("collaborators", "nav_collaborators", collaborators.pages),
    PageKind("project", None, project.pages),
    PageKind("methods", "nav_methods", methods.pages),
    PageKind("data", "nav_data", data.pages),
    PageKind("truth", "nav_truth", truth.pages),
)
"""Kinds of pages in the order of the menu."""
