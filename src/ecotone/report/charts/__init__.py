"""Charts as Vega-Lite specifications without rows; one module per chart."""

from __future__ import annotations

from typing import Final

from ecotone.report.charts import bars, bump, curves, heat, network, scatter, shares, small_multiple, stack
from ecotone.report.charts.chart import Chart

ALL: Final[tuple[Chart, ...]] = (
    curves.CURVES,
    curves.LOGARITHMIC,
    curves.LINES,
    small_multiple.SMALL,
    shares.SHARES,
    bump.BUMP,
    stack.STACK,
    bars.BARS,
    heat.HEAT,
    network.NETWORK,
    scatter.SCATTER,
)
CHARTS: Final = {chart.name: chart for chart in ALL}
"""Charts by name."""
