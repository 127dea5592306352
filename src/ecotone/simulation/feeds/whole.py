"""Write a field's feeds into the folder of its git repositories."""

from __future__ import annotations

from pathlib import Path

from ecotone.simulation.feeds.acts import Feeds
from ecotone.simulation.feeds.drafting import draft
from ecotone.simulation.feeds.faults import Faults
from ecotone.simulation.feeds.feed_truth import acts_bytes, feeds_truth_bytes
from ecotone.simulation.feeds.hours import FILLER, Written, write_hours
from ecotone.simulation.field import Field


def write_feeds(field: Field, out: Path, *, faults: Faults, filler: int = FILLER) -> tuple[Feeds, Written]:
    """Write `hours/`, `feeds-truth.json` and `feeds-acts.jsonl` into a field's folder; returns both."""
    feeds = draft(field, renames=faults.has("renames"))
    hours = write_hours(feeds, out / "hours", faults=faults, filler=filler)
    (out / "feeds-truth.json").write_bytes(feeds_truth_bytes(feeds, hours, faults))
    (out / "feeds-acts.jsonl").write_bytes(acts_bytes(feeds, hours))
    return feeds, hours
