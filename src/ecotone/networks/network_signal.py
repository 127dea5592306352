"""Declare network signals: signals computed from a network in Python instead of SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ecotone.foundation.declaration import Example, first_docstring_paragraph
from ecotone.networks.rolling_windows import Window, iterate_windows
from ecotone.signals.declare import NOT_OBSERVED, MonthlySignal

Value = float | tuple[float, float, float]
"""A number, or (value, low, high); NaN where not known."""
Kernel = Callable[[Window], Value]
Rows = Callable[[Mapping[str, pa.Table]], pa.Table]
"""From tables by name to (project, month, then the signal's columns)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSignal(MonthlySignal):
    """A signal computed from a network.

    rows    from its tables to (project, month, then `columns`), one row for each project-month
    kernel  from one window to the value; None for a signal that is not computed by window
    whole   whether values are whole numbers
    """

    rows: Rows
    kernel: Kernel | None = None
    whole: bool = False


def network_signal(
    *,
    title: str,
    title_zh: str,
    unit: str,
    unit_zh: str,
    definition_zh: str,
    source: str,
    example: Example,
    source_zh: str = "",
    null_means: str = NOT_OBSERVED[0],
    null_means_zh: str = NOT_OBSERVED[1],
    formula: str | None = None,
    bounds: bool = False,
    when_empty: int | None = None,
    whole: bool = False,
) -> Callable[[Kernel], NetworkSignal]:
    """Turn a function of a `Window` into a signal; the first paragraph of its docstring is the definition."""

    def declare_signal(kernel: Kernel) -> NetworkSignal:
        def evaluate_windows(tables: Mapping[str, pa.Table]) -> pa.Table:
            table = evaluate_signals(iterate_windows(tables["person_interactions"]), (signal,))
            return table.rename_columns(["project", *table.column_names[1:]])

        signal = NetworkSignal(
            name=kernel.__name__,
            title=title,
            title_zh=title_zh,
            unit=unit,
            unit_zh=unit_zh,
            definition=first_docstring_paragraph(kernel.__doc__),
            definition_zh=definition_zh,
            source=source,
            source_zh=source_zh,
            example=example,
            formula=formula or f"{kernel.__name__}/ecotone-1",
            null_means=null_means,
            null_means_zh=null_means_zh,
            theme="interaction",
            reads=("person_interactions",),
            rows=evaluate_windows,
            kernel=kernel,
            whole=whole,
            bounds=bounds,
            when_empty=when_empty,
        )
        return signal

    return declare_signal


def evaluate_signals(observed: Iterable[Window], signals: Iterable[NetworkSignal]) -> pa.Table:
    """Evaluate the signals that have a kernel over all windows: (subject, month, then each signal's columns).

    Values are rounded to nine decimals; NULL where not known.
    """
    chosen = [signal for signal in signals if signal.kernel is not None]
    subjects, months, cells = [], [], []
    for window in observed:
        subjects.append(window.subject)
        months.append(window.month)
        cells.append([cell for signal in chosen for cell in _kernel_values(signal, window)])
    named = [(signal, name) for signal in chosen for name in signal.columns]
    values = np.array(cells, np.float64).reshape(len(subjects), len(named))
    columns = {"subject": pa.array(subjects, pa.string()), "month": pa.array(months, pa.date32())}
    for position, (signal, name) in enumerate(named):
        column = pa.array(np.round(values[:, position], 9), pa.float64(), from_pandas=True)
        columns[name] = column.cast(pa.int64()) if signal.whole else column
    return pa.table(columns)


def _kernel_values(signal: NetworkSignal, window: Window) -> tuple[float, ...]:
    assert signal.kernel is not None
    value = signal.kernel(window)
    return value if isinstance(value, tuple) else (value,)
