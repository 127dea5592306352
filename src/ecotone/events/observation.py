"""What counts of a repository's events: those dated before the end of its observation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.schema import AFTER_OBSERVED


def mark_unobserved(events: pa.Table, observed_until: Mapping[str, datetime]) -> pa.Table:
    """Events by project, time and id; those dated at or after the end of observation are marked as impossible.

    observed_until  repository -> end of its observation, naive UTC
    """
    late = pc.greater_equal(events["created_at"], _ends_of_observation(events["repository"], observed_until))
    quality = pc.if_else(late, AFTER_OBSERVED, events["timestamp_quality"])
    marked = events.set_column(events.schema.get_field_index("timestamp_quality"), "timestamp_quality", quality)
    return marked.sort_by([(name, "ascending") for name in ("project", "created_at", "event_id")])


def observed_pulls(pulls: pa.Table, observed_until: Mapping[str, datetime]) -> pa.Table:
    """Pull requests with the months of their opening and merge; times after the end of observation are unknown.

    returns  project, repository, number, account, evidence, opened_at, opened_month, merged_at, merged_month
    """
    end = _ends_of_observation(pulls["repository"], observed_until)
    columns = {name: pulls[name] for name in ("project", "repository", "number", "account", "evidence")}
    for act in ("opened", "merged"):
        moment = pulls[f"{act}_at"]
        moment = pc.if_else(pc.less(moment, end), moment, pa.scalar(None, pa.timestamp("us")))
        columns |= {f"{act}_at": moment, f"{act}_month": months_of(moment)}
    return pa.table(columns)


def months_of(moments: pa.ChunkedArray) -> pa.ChunkedArray:
    """The first day of each moment's month."""
    return pc.floor_temporal(moments, unit="month").cast(pa.date32())


def _ends_of_observation(repositories: pa.ChunkedArray, observed_until: Mapping[str, datetime]) -> pa.ChunkedArray:
    ends = pa.array(list(observed_until.values()), pa.timestamp("us"))
    return ends.take(pc.index_in(repositories, value_set=pa.array(list(observed_until), pa.string())))
