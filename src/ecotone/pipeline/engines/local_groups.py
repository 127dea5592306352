"""Groups of a table, each given to a function, in processes of this machine."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.machine import processor_count
from ecotone.pipeline.worker_processes import start_processes


def run_groups_here(table: pa.Table, key: str, function: Callable[[pa.Table], pa.Table], schema: pa.Schema) -> pa.Table:
    """What a function at the top of a module makes of the rows of each value of a column; in the order of values."""
    values = pc.unique(table[key]).sort()
    groups = [table.filter(pc.equal(table[key], value)) for value in values]
    if len(groups) < 2:
        parts = [function(group) for group in groups]
    else:
        with start_processes(min(len(groups), processor_count())) as processes:
            parts = list(processes.map(function, groups))
    return pa.concat_tables([schema.empty_table(), *(part.cast(schema) for part in parts)])
