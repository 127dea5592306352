"""Build the public table `brokerage`: Gould-Fernandez roles and edge weights of each organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pyarrow as pa

from ecotone.networks import brokerage, cohesion
from ecotone.networks.network import UNKNOWN
from ecotone.networks.windows import Window

BROKERAGE_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("month", pa.date32()),
        ("organisation", pa.string()),
        ("people", pa.int64()),
        *((role, pa.int64()) for role in brokerage.ROLES),
        ("brokerage", pa.int64()),
        ("inside", pa.float64()),
        ("outgoing", pa.float64()),
        ("incoming", pa.float64()),
        ("unknown", pa.float64()),
        ("conductance", pa.float64()),
        ("cross_organisation_share", pa.float64()),
    ]
)


def standings(seen: Iterable[Window]) -> pa.Table:
    """One row for each window and known organisation.

    brokerage    the number of liaison triads; the other roles grow with the size of the organisation
    inside       weight of interactions among its people; outgoing, incoming: with other known organisations;
                 unknown: with people of unknown organisation
    conductance  (outgoing + incoming) / (2 inside + outgoing + incoming)
    cross_organisation_share  (outgoing + incoming) / (inside + outgoing + incoming)
    returns      BROKERAGE_SCHEMA, by window and organisation; both shares are NULL without edges to known organisations
    """
    parts = [_of(window) for window in seen if window.network.groups]
    return pa.concat_tables(parts) if parts else BROKERAGE_SCHEMA.empty_table()


def _of(window: Window) -> pa.Table:
    network = window.network
    roles = brokerage.by_organisation(brokerage.brokerage(network), network)
    people = np.bincount(network.group[network.group != UNKNOWN], minlength=network.groups)
    known, inside = window.known, np.diag(window.known)
    outgoing, incoming = known.sum(axis=1) - inside, known.sum(axis=0) - inside
    unknown = window.matrix[:-1, -1] + window.matrix[-1, :-1]
    crossing = outgoing + incoming
    share = np.divide(crossing, inside + crossing, out=np.full(len(inside), np.nan), where=inside + crossing > 0)
    columns = [
        pa.repeat(pa.scalar(window.subject), network.groups),
        pa.repeat(pa.scalar(window.month, pa.date32()), network.groups),
        pa.array(network.organisations, pa.string()),
        pa.array(people),
        *(pa.array(roles[:, place]) for place in range(len(brokerage.ROLES))),
        pa.array(roles[:, brokerage.ROLES.index("liaison")]),
        *(pa.array(np.round(weight, 9)) for weight in (inside, outgoing, incoming, unknown)),
        *(pa.array(np.round(shares, 9), from_pandas=True) for shares in (cohesion.conductance(window.matrix), share)),
    ]
    return pa.table(columns, schema=BROKERAGE_SCHEMA)
