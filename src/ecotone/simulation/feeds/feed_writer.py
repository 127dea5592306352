"""Write a field's feeds into the folder of its git repositories."""

from __future__ import annotations

from pathlib import Path

from ecotone.simulation.feeds.archive_faults import ArchiveFaults
from ecotone.simulation.feeds.feed_generator import generate_feeds
from ecotone.simulation.feeds.feed_model import FieldFeeds
from ecotone.simulation.feeds.feed_truth import encode_event_rows, encode_feeds_truth
from ecotone.simulation.feeds.hour_files import FILLER, WrittenHours, write_hours
from ecotone.simulation.simulated_field import SimulatedField


def write_field_feeds(
    field: SimulatedField, out: Path, *, faults: ArchiveFaults, filler: int = FILLER
) -> tuple[FieldFeeds, WrittenHours]:
    """Write `hours/`, `feeds-truth.json` and `feeds-acts.jsonl` into a field's folder; returns both."""
    feeds = generate_feeds(field, renames=faults.has_fault("renames"))
    hours = write_hours(feeds, out / "hours", faults=faults, filler=filler)
    (out / "feeds-truth.json").write_bytes(encode_feeds_truth(feeds, hours, faults))
    (out / "feeds-acts.jsonl").write_bytes(encode_event_rows(feeds, hours))
    return feeds, hours
