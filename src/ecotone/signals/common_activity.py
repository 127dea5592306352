"""Which activity signal compares several projects: the part that all of them have."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.signals.coverage import NOT_OBSERVED, states_of_rows

WHOLE_ACTIVITY: Final = "activity"
COMMON_ACTIVITY: Final = "activity_landed"


def comparable_activity(signals: pa.Table, coverage: pa.Table | None) -> str:
    """`activity` if it is known in every month that `activity_landed` is known in, for every project; else the latter.

    A month that is not complete is no obstacle: comparisons leave it out. A table without one of the two has the other.

    signals   the public table
    coverage  the public table `signal_coverage`; None: git's coverage counts
    """
    names = set(signals.column_names)
    if COMMON_ACTIVITY not in names or WHOLE_ACTIVITY not in names:
        return COMMON_ACTIVITY if COMMON_ACTIVITY in names else WHOLE_ACTIVITY
    observed = pc.not_equal(pa.array(states_of_rows(signals, coverage, COMMON_ACTIVITY), pa.string()), NOT_OBSERVED)
    lacking = pc.and_(observed, pc.is_null(signals[WHOLE_ACTIVITY].combine_chunks()))
    return COMMON_ACTIVITY if pc.any(lacking).as_py() else WHOLE_ACTIVITY
