"""The public event feeds of a simulated field: hourly archives, whole or with faults."""

from ecotone.simulation.feeds.acts import Feeds
from ecotone.simulation.feeds.drafting import draft
from ecotone.simulation.feeds.faults import Faults
from ecotone.simulation.feeds.hours import Written, write_hours
from ecotone.simulation.feeds.whole import write_feeds

__all__ = ["Faults", "Feeds", "Written", "draft", "write_feeds", "write_hours"]
