"""All three sources of a field at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ecotone.simulation.feeds.acts import Feeds
from ecotone.simulation.feeds.faults import Faults
from ecotone.simulation.feeds.hours import Written
from ecotone.simulation.feeds.serving.clickhouse import serve_clickhouse
from ecotone.simulation.feeds.serving.github import serve_github
from ecotone.simulation.feeds.serving.static import serve_hours


@contextmanager
def serve_all(
    feeds: Feeds, hours: Written, folder: Path, *, faults: Faults, tokens: Sequence[str]
) -> Iterator[Mapping[str, str]]:
    """Serve a folder of hours, the API and ClickHouse; yields their addresses by the names of the sources."""
    with ExitStack() as stack:
        yield {
            "gharchive": stack.enter_context(serve_hours(folder)).url,
            "github": stack.enter_context(serve_github(feeds, tokens)).url,
            "clickhouse": stack.enter_context(serve_clickhouse(feeds, hours, ambiguous=faults.has("ambiguous"))).url,
        }
