"""The layer of the stack that a project itself is part of."""

from __future__ import annotations

from typing import Final

from ecotone.stack.technology_map import MODEL_LAYERS, TechnologyMap

APPLICATION: Final = "application"
PROJECT_LAYERS: Final = {
    **dict.fromkeys((*MODEL_LAYERS, "model_supply", "model_trace", "classic_ml"), "model"),
    **dict.fromkeys(
        ("vector", "database", "db_kit", "analytics_db", "graph_db", "search", "cache", "queue", "object_store"), "data"
    ),
    **dict.fromkeys(("web", "web_server", "ui"), "web"),
    **dict.fromkeys(("observe", "sandbox", "guard"), "operations"),
}
"""Layer of a technology -> layer of the project that makes it."""


def find_project_layer(stated: str, role: str, repository: str, technologies: TechnologyMap) -> str:
    """The layer that the landscape states; else that of an application; else that of the technology of its name.

    Empty if none of the three says one.

    >>> from ecotone.stack.technology_map import load_technologies
    >>> technologies = load_technologies()
    >>> [find_project_layer(*known, technologies) for known in (("web", "", "a/b"), ("", "application", "a/b"),
    ...                                                         ("", "", "qdrant/qdrant"), ("", "", "a/b"))]
    ['web', 'application', 'data', '']
    """
    if stated or role == APPLICATION:
        return stated or APPLICATION
    own = repository.rpartition("/")[2].casefold()
    return PROJECT_LAYERS.get(technologies.layers_by_name.get(own, ""), "")
