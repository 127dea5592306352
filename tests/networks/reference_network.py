"""A slow, plain way to the network of a rolling window, to compare `windows` with."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from ecotone.foundation.months import add_months
from ecotone.networks.person_network import UNKNOWN, PersonNetwork

from .made_networks import network


def network_of(interactions: pa.Table) -> PersonNetwork:
    """The network of all rows; a person belongs to their heaviest known organisation, on ties the first by name."""
    rows = [row for row in interactions.to_pylist() if row["from_person"] != row["to_person"]]
    people = sorted({row[side] for row in rows for side in ("from_person", "to_person")})
    edges: dict[tuple[int, int], float] = {}
    belongs: dict[str, dict[str, float]] = {person: {} for person in people}
    for row in rows:
        edge = people.index(row["from_person"]), people.index(row["to_person"])
        edges[edge] = edges.get(edge, 0.0) + row["weight"]
        for side in ("from", "to"):
            if (organisation := row[f"{side}_organisation"]) is not None:
                totals = belongs[row[f"{side}_person"]]
                totals[organisation] = totals.get(organisation, 0.0) + row["weight"]
    heaviest = [min(totals, key=lambda name: (-totals[name], name), default=None) for totals in belongs.values()]
    names = sorted({name for name in heaviest if name is not None})
    group = [UNKNOWN if name is None else names.index(name) for name in heaviest]
    plain = network([(*edge, weight) for edge, weight in sorted(edges.items())], group)
    return PersonNetwork(plain.source, plain.target, plain.weight, plain.organisation_codes, tuple(names))


def rolling_windows(interactions: pa.Table, months: int) -> dict[date, pa.Table]:
    """The rows of each window by its last month, up to the last month of the table."""
    rows = interactions.to_pylist()
    last = max((row["month"] for row in rows), default=date.min)
    ends = {add_months(row["month"], step) for row in rows for step in range(months)}
    return {
        end: pa.Table.from_pylist(
            [row for row in rows if add_months(end, 1 - months) <= row["month"] <= end], schema=interactions.schema
        )
        for end in sorted(ends)
        if end <= last
    }
