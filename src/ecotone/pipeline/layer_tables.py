"""The public tables of the layers that projects are part of."""

from __future__ import annotations

import pyarrow as pa

from ecotone.pipeline.context import AnalysisContext
from ecotone.pipeline.project_stacks import read_technology_map
from ecotone.stack.project_layers import find_project_layer
from ecotone.trends.layer_history import build_layer_tables


def build_tables_of_layers(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables layer_cohorts, layer_leaders, layer_people and layer_bridges; person_months is there."""
    technologies, tables = read_technology_map(context.landscape), context.tables
    layers = {
        project.name: find_project_layer(project.layer, project.role, project.repositories[0].name, technologies)
        for project in context.landscape.projects
    }
    return build_layer_tables(
        tables["projects"], tables["signals"], tables["signal_coverage"], tables["person_months"], layers
    )
