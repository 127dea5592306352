"""Build the tables trends, field_state, assistance and findings."""

from __future__ import annotations

import pyarrow as pa

from ecotone.pipeline.made import Made
from ecotone.trends.assistance import assistance_table
from ecotone.trends.field import field_state
from ecotone.trends.findings import findings
from ecotone.trends.table import trends_table


def tables(made: Made) -> dict[str, pa.Table]:
    """The tables `trends`, `field_state`, `assistance` and `findings`."""
    projects, signals, since = made.tables["projects"], made.tables["signals"], made.landscape.since
    coverage = made.tables["signal_coverage"]
    own = {
        "trends": trends_table(signals, since, coverage),
        "field_state": field_state(projects, signals, since, coverage),
        "assistance": assistance_table(projects, signals, made.observed.acts, coverage),
    }
    own["findings"] = findings({**made.tables, **own}, made.landscape.categories, since)
    return own
