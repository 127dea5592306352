"""Build the public table `brokerage`: Gould-Fernandez roles and edge weights of each organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pyarrow as pa

from ecotone.networks import brokerage, mixing
from ecotone.networks.person_network import UNKNOWN
from ecotone.networks.rolling_windows import Window

BROKERAGE_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("month", pa.date32()),
        ("organisation", pa.string()),
        ("people", pa.int64()),
        *((role, pa.int64()) for role in brokerage.ROLES),
        ("brokerage", pa.int64()),
        ("internal_weight", pa.float64()),
        ("outgoing_weight", pa.float64()),
        ("incoming_weight", pa.float64()),
        ("unknown_weight", pa.float64()),
        ("conductance", pa.float64()),
        ("cross_organisation_share", pa.float64()),
    ]
)


def build_brokerage_table(observed: Iterable[Window]) -> pa.Table:
    """One row for each window and known organisation.

    brokerage    the number of liaison triads; the other roles grow with the size of the organisation
    internal_weight  weight of interactions among its people; outgoing_weight, incoming_weight: with other known
                 organisations; unknown_weight: with people of unknown organisation
    conductance  (outgoing + incoming) / (2 internal + outgoing + incoming)
    cross_organisation_share  (outgoing + incoming) / (internal + outgoing + incoming)
    returns      BROKERAGE_SCHEMA, by window and organisation; both shares are NULL without edges to known organisations
    """
    parts = [_window_rows(window) for window in observed if window.network.organisation_count]
    return pa.concat_tables(parts) if parts else BROKERAGE_SCHEMA.empty_table()


def _window_rows(window: Window) -> pa.Table:
    network = window.network
    roles = brokerage.sum_by_organisation(brokerage.count_brokerage_roles(network), network)
    people = np.bincount(
        network.organisation_codes[network.organisation_codes != UNKNOWN], minlength=network.organisation_count
    )
    known, inside = window.known_mixing, np.diag(window.known_mixing)
    outgoing, incoming = known.sum(axis=1) - inside, known.sum(axis=0) - inside
    unknown = window.matrix[:-1, -1] + window.matrix[-1, :-1]
    crossing = outgoing + incoming
    share = np.divide(crossing, inside + crossing, out=np.full(len(inside), np.nan), where=inside + crossing > 0)
    columns = [
        pa.repeat(pa.scalar(window.subject), network.organisation_count),
        pa.repeat(pa.scalar(window.month, pa.date32()), network.organisation_count),
        pa.array(network.organisations, pa.string()),
        pa.array(people),
        *(pa.array(roles[:, role_index]) for role_index in range(len(brokerage.ROLES))),
        pa.array(roles[:, brokerage.ROLES.index("liaison")]),
        *(pa.array(np.round(weight, 9)) for weight in (inside, outgoing, incoming, unknown)),
        *(
            pa.array(np.round(shares, 9), from_pandas=True)
            for shares in (mixing.organisation_conductance(window.matrix), share)
        ),
    ]
    return pa.table(columns, schema=BROKERAGE_SCHEMA)
