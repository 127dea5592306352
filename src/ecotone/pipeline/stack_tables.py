"""The public tables of what projects are built on."""

from __future__ import annotations

import pyarrow as pa

from ecotone.pipeline.context import AnalysisContext
from ecotone.stack.measure_tables import build_stack_tables


def build_tables_of_stack(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables of what manifests declare and trees name, and those of the stack."""
    applications = {project.name for project in context.landscape.projects if project.role == "application"}
    joined = context.joined.stacks
    return {
        "declarations": joined.declarations,
        "manifest_gaps": joined.gaps,
        "named_children": joined.children,
        "stack_packages": joined.packages,
        "stack_named": joined.named,
        **build_stack_tables(joined.stacks, [stack for stack in joined.stacks if stack.name in applications]),
    }
