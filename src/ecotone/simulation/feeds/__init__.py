"""The same field as the forge's public feeds: hourly archives and an API, whole or with faults."""

from ecotone.simulation.feeds.acts import Feeds
from ecotone.simulation.feeds.drafting import draft
from ecotone.simulation.feeds.faults import Faults
from ecotone.simulation.feeds.hours import Written, write_hours
from ecotone.simulation.feeds.serving.clickhouse import serve_clickhouse
from ecotone.simulation.feeds.serving.github import serve_github
from ecotone.simulation.feeds.serving.static import serve_hours
from ecotone.simulation.feeds.serving.together import serve_all
from ecotone.simulation.feeds.whole import write_feeds

__all__ = [
    "Faults",
    "Feeds",
    "Written",
    "draft",
    "serve_all",
    "serve_clickhouse",
    "serve_github",
    "serve_hours",
    "write_feeds",
    "write_hours",
]
