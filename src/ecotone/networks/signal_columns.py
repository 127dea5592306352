"""The columns of the table `signals` that come from networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.networks import influence_signals
from ecotone.networks.network_signal import NetworkSignal
from ecotone.signals.empty_cells import arrow_column


def add_network_columns(
    signals: pa.Table,
    months: pa.Table,
    declared: Sequence[NetworkSignal],
    windowed: pa.Table,
    influence: pa.Table,
    formulas: Mapping[str, str],
) -> pa.Table:
    """The table `signals` with the columns of network signals after its own; the same rows.

    months     the spine, with the states of inputs
    windowed   subject, month, then the columns of signals with a kernel, of projects
    influence  the public table
    formulas   signal -> its formula in `influence`
    """
    by_window = [signal for signal in declared if signal.kernel is not None]
    parts = [(windowed.rename_columns(["project", *windowed.column_names[1:]]), by_window)]
    parts += [
        (influence_signals.project_influence(influence, formulas[signal.name], signal.name), [signal])
        for signal in declared
        if signal.name in formulas
    ]
    spine = months.take(row_positions(signals, months))
    for table, chosen in parts:
        position = row_positions(signals, table)
        for signal in chosen:
            for name in signal.columns:
                column = arrow_column(signal, spine, table[name].take(position), pc.is_null(position))
                signals = signals.append_column(name, column)
    return signals


def rows_of_months(table: pa.Table, months: pa.Table) -> pa.Table:
    """The rows of project-months of the spine."""
    return table.filter(pc.is_valid(row_positions(table, months)))


def row_positions(table: pa.Table, rows: pa.Table) -> pa.ChunkedArray:
    """For each row the position of the other table's row of the same project and month; NULL without one."""
    names = pc.unique(rows["project"])

    def month_keys(of: pa.Table) -> pa.ChunkedArray:
        day = of["month"].cast(pa.int32()).cast(pa.int64())
        return pc.add(pc.multiply(pc.index_in(of["project"], value_set=names).cast(pa.int64()), 1 << 32), day)

    return pc.index_in(month_keys(table), value_set=month_keys(rows).combine_chunks(), skip_nulls=True)
