"""Monthly numbers of a project. To add one, write its function and a line in `ALL`."""

from __future__ import annotations

from typing import Final

from ecotone.foundation.errors import UnknownName
from ecotone.signals import (
    activity,
    actors,
    concentration,
    conversation,
    declared_technologies,
    maintainers,
    newcomers,
    pulls,
)
from ecotone.signals.declare import Signal

ALL: Final[tuple[Signal, ...]] = (
    activity.activity,
    activity.activity_landed,
    activity.activity_commits,
    activity.commits,
    activity.merges,
    activity.contributors,
    activity.participants,
    activity.releases,
    activity.activity_opendigger_2023,
    newcomers.newcomers,
    newcomers.returning,
    newcomers.inactive_contributors,
    maintainers.maintainers,
    maintainers.core_share,
    maintainers.owner_team_share,
    maintainers.merge_concentration,
    maintainers.new_maintainers,
    maintainers.time_to_maintainer,
    pulls.pull_requests_opened,
    pulls.pull_requests_merged,
    pulls.merge_rate,
    pulls.time_to_merge_median,
    pulls.threads_opened,
    conversation.issues_opened,
    conversation.issues_closed,
    conversation.comments,
    conversation.reviews,
    conversation.discussion_participants,
    conversation.response_rate_15d,
    conversation.time_to_first_response_median,
    conversation.stars,
    conversation.forks,
    concentration.organisations,
    concentration.organisation_diversity_q1,
    concentration.organisation_diversity_q2,
    concentration.top_organisation,
    concentration.top_organisation_share,
    concentration.unknown_share,
    concentration.contributor_absence_factor,
    concentration.elephant_factor,
    actors.assisted_share,
    actors.bot_share,
    actors.agent_share,
    declared_technologies.model_providers,
    declared_technologies.model_kits,
    declared_technologies.databases,
    declared_technologies.vector_stores,
)
"""Every signal, in the order of the report."""

_BY_NAME: Final = {signal.name: signal for signal in ALL}


def by_name(name: str) -> Signal:
    """The signal of that name. Raises UnknownName with the nearest names."""
    if name not in _BY_NAME:
        raise UnknownName("signal", name, _BY_NAME, "ecotone signals")
    return _BY_NAME[name]
