"""The public tables of what projects are built on."""

from __future__ import annotations

import pyarrow as pa

from ecotone.foundation.landscape import Landscape
from ecotone.pipeline.context import AnalysisContext
from ecotone.stack.measure_tables import build_stack_tables


def mark_connectors(declarations: pa.Table, landscape: Landscape) -> pa.Table:
    """The declarations, with whether each is of a plug-in and not of the project itself."""
    folders = {project.name: tuple(f"{folder}/" for folder in project.connectors) for project in landscape.projects}
    columns = (declarations[name].to_pylist() for name in ("project", "manifest"))
    marks = [manifest.startswith(folders[project]) for project, manifest in zip(*columns, strict=True)]
    return declarations.append_column("connector", pa.array(marks, pa.bool_()))


def build_tables_of_stack(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables of what manifests declare and trees name, and those of the stack."""
    applications = {project.name for project in context.landscape.projects if project.role == "application"}
    joined = context.joined.stacks
    return {
        "declarations": mark_connectors(joined.declarations, context.landscape),
        "manifest_gaps": joined.gaps,
        "named_children": joined.children,
        "stack_packages": joined.packages,
        "stack_named": joined.named,
        **build_stack_tables(joined.stacks, [stack for stack in joined.stacks if stack.name in applications]),
    }
