"""Small fields whose events lie in each era, and their hours written whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from ecotone.simulation.feeds import ArchiveFaults, FieldFeeds, WrittenHours, generate_feeds, write_hours
from ecotone.simulation.simulated_field import SimulatedField, make_simulated_field


@dataclass(frozen=True, slots=True)
class Told:
    """A field, its feeds, and the folder of its hours."""

    field: SimulatedField
    feeds: FieldFeeds
    hours: WrittenHours
    folder: Path


def tell(folder: Path, last_month: date, *, months: int = 2, names: tuple[str, ...] = (), filler: int = 4) -> Told:
    """Make a field that ends with this month and write its hours with these faults."""
    field = make_simulated_field(
        folder / "field", seed=3, projects=3, people=24, months=months, last_month=last_month, pace=5
    )
    feeds = generate_feeds(field, renames="renames" in names)
    hours = write_hours(feeds, folder / "hours", faults=ArchiveFaults.from_names(names, seed=3), filler=filler)
    return Told(field, feeds, hours, folder / "hours")


@pytest.fixture(scope="session")
def timeline(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """December 2014 and January 2015: both sides of the first break."""
    return tell(tmp_path_factory.mktemp("timeline"), date(2015, 1, 1))


@pytest.fixture(scope="session")
def middle(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Two months of 2021."""
    return tell(tmp_path_factory.mktemp("middle"), date(2021, 6, 1))


@pytest.fixture(scope="session")
def trimmed(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """September to November 2025: files go by arrival, payloads shrink on 7 October."""
    return tell(tmp_path_factory.mktemp("trimmed"), date(2025, 11, 1), months=3)
