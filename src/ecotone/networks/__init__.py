"""Interaction networks of people and organisations, influence, and the network of projects.

To add a measure, write its function over a `Window` and add a line to `ALL`.
"""

from __future__ import annotations

from typing import Final

from ecotone.networks import carrying, crossing, taking_part
from ecotone.networks.declare import NetworkSignal

ALL: Final[tuple[NetworkSignal, ...]] = (
    taking_part.interacting_people,
    taking_part.interaction_weight,
    taking_part.interaction_unknown_share,
    taking_part.meeting_organisations,
    taking_part.effective_organisations,
    taking_part.organisation_evenness,
    crossing.cross_organisation_share,
    crossing.ei_index,
    crossing.ei_expected,
    crossing.ei_z,
    crossing.ei_p,
    crossing.assortativity,
    crossing.organisation_reciprocity,
    carrying.influence,
    carrying.openrank_kernel,
)
"""Every network signal, in display order."""
