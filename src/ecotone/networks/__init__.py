"""Interaction networks of people and organisations, influence, and the network of projects.

To add a measure, write its function over a `Window` and add a line to `ALL`.
"""

from __future__ import annotations

from typing import Final

from ecotone.networks import homophily_signals, influence_signals, participation_signals
from ecotone.networks.network_signal import NetworkSignal

ALL: Final[tuple[NetworkSignal, ...]] = (
    participation_signals.interacting_people,
    participation_signals.interaction_weight,
    participation_signals.interaction_unknown_share,
    participation_signals.interacting_organisations,
    participation_signals.interaction_organisation_diversity_q1,
    participation_signals.organisation_evenness,
    homophily_signals.cross_organisation_share,
    homophily_signals.ei_index,
    homophily_signals.ei_index_estimate,
    homophily_signals.ei_index_expected,
    homophily_signals.ei_index_z,
    homophily_signals.ei_index_p_value,
    homophily_signals.assortativity,
    homophily_signals.assortativity_estimate,
    homophily_signals.organisation_reciprocity,
    influence_signals.influence,
    influence_signals.openrank_landscape,
)
"""Every network signal, in display order."""
