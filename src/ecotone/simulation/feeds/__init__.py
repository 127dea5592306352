"""The public event feeds of a simulated field: hourly archives, whole or with faults."""

from ecotone.simulation.feeds.archive_faults import ArchiveFaults
from ecotone.simulation.feeds.feed_generator import generate_feeds
from ecotone.simulation.feeds.feed_model import FieldFeeds
from ecotone.simulation.feeds.feed_writer import write_field_feeds
from ecotone.simulation.feeds.hour_files import WrittenHours, write_hours

__all__ = ["ArchiveFaults", "FieldFeeds", "WrittenHours", "generate_feeds", "write_field_feeds", "write_hours"]
