"""The public tables of what projects are built on."""

from __future__ import annotations

import pyarrow as pa

from ecotone.events.sources.git.manifests import DECLARATION_SCHEMA, GAP_SCHEMA
from ecotone.pipeline.context import AnalysisContext
from ecotone.pipeline.project_stacks import read_manifests
from ecotone.stack.measure_tables import build_stack_tables


def build_tables_of_stack(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables declarations, manifest_gaps, and those of the stack."""
    manifests = [read_manifests(project) for project in context.joined.inputs]
    applications = {project.name for project in context.landscape.projects if project.role == "application"}
    stacks = context.joined.stacks
    return {
        "declarations": pa.concat_tables(
            [DECLARATION_SCHEMA.empty_table(), *(part.declarations for part in manifests)]
        ),
        "manifest_gaps": pa.concat_tables([GAP_SCHEMA.empty_table(), *(part.gaps for part in manifests)]),
        **build_stack_tables(stacks, [stack for stack in stacks if stack.name in applications]),
    }
