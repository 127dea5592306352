"""The context of an analysis: its inputs, and the tables that it has computed so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from ecotone.events.sources.base import ReadSummary
from ecotone.foundation.engine_choice import THIS_MACHINE, EngineChoice
from ecotone.foundation.landscape import Landscape
from ecotone.pipeline.collected_tables import CollectedTables
from ecotone.pipeline.join import JoinedData
from ecotone.pipeline.project_pool import ProjectPool
from ecotone.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AnalysisContext:
    """The inputs of an analysis, and the tables that it has computed so far, by name."""

    workspace: Workspace
    landscape: Landscape
    readings: Sequence[ReadSummary]
    joined: JoinedData
    collected: CollectedTables
    pool: ProjectPool
    choice: EngineChoice = THIS_MACHINE
    tables: dict[str, pa.Table] = field(default_factory=dict)
