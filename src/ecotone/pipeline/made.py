"""What the makers of tables are handed: what was observed, and the tables made so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from ecotone.events.sources.base import Reading
from ecotone.foundation.landscape import Landscape
from ecotone.pipeline.relations import Observed
from ecotone.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Made:
    """The inputs of an analysis, and its tables by name as far as they are made."""

    workspace: Workspace
    landscape: Landscape
    readings: Sequence[Reading]
    observed: Observed
    tables: dict[str, pa.Table] = field(default_factory=dict)
