"""Weighted directed ties between people, each with an organisation or none known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

UNKNOWN: Final = -1
"""Stands for an organisation that is not known."""


@dataclass(frozen=True, slots=True)
class Network:
    """Ties by position of people; no tie of a person to themselves."""

    source: Codes  # (n_ties,), positions of people
    target: Codes  # (n_ties,)
    weight: Floats  # (n_ties,), above 0
    group: Codes  # (n_people,), position in organisations or UNKNOWN
    organisations: tuple[str, ...]

    @property
    def groups(self) -> int:
        """How many known organisations there are."""
        return len(self.organisations)

    @property
    def ends(self) -> tuple[Codes, Codes]:
        """The organisation at each tie's source and target."""
        return self.group[self.source], self.group[self.target]


def network_of(interactions: pa.Table) -> Network:
    """The people who meet in `interactions` and how strongly, all kinds, months and projects added up.

    A person belongs to the organisation that stands beside most of their weight; of equal ones to the first by name.
    interactions  `interactions.PERSON_SCHEMA`
    """
    pairs = interactions.filter(pc.not_equal(interactions["from_person"], interactions["to_person"]))
    order = [(name, "ascending") for name in ("from_person", "to_person", "weight")]
    pairs = pairs.sort_by(order)
    summed = pairs.group_by(["from_person", "to_person"], use_threads=False).aggregate([("weight", "sum")])
    people = pc.unique(
        pa.chunked_array([*summed["from_person"].chunks, *summed["to_person"].chunks], pa.string())
    ).sort()
    belongs = _belonging(pairs)
    organisations = pc.unique(belongs["organisation"]).sort()
    position = pc.index_in(people, value_set=belongs["person"].combine_chunks())
    mine = belongs["organisation"].combine_chunks().take(position)
    group = pc.fill_null(pc.index_in(mine, value_set=organisations), UNKNOWN)
    return Network(
        source=_codes(summed["from_person"], people),
        target=_codes(summed["to_person"], people),
        weight=summed["weight_sum"].to_numpy(),
        group=group.to_numpy(zero_copy_only=False).astype(np.int64),
        organisations=tuple(organisations.to_pylist()),
    )


def _belonging(pairs: pa.Table) -> pa.Table:
    """person, organisation: the known one with most weight."""
    names = ["person", "organisation", "weight"]
    sides = [
        pairs.select([f"{side}_person", f"{side}_organisation", "weight"]).rename_columns(names)
        for side in ("from", "to")
    ]
    rows = pa.concat_tables(sides)
    rows = rows.filter(pc.is_valid(rows["organisation"])).sort_by([(name, "ascending") for name in names])
    total = rows.group_by(["person", "organisation"], use_threads=False).aggregate([("weight", "sum")])
    ranked = total.sort_by([("person", "ascending"), ("weight_sum", "descending"), ("organisation", "ascending")])
    return (
        ranked.group_by(["person"], use_threads=False)
        .aggregate([("organisation", "first")])
        .rename_columns(["person", "organisation"])
    )


def _codes(column: pa.ChunkedArray, names: pa.Array) -> Codes:
    return np.asarray(pc.index_in(column, value_set=names).to_numpy(), dtype=np.int64)
