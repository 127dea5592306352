"""The registry of sources. A new source is a folder with a `source.py` here, and a line in SOURCE_NAMES."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # a source loads Arrow; commands that only need the names do not
    from ecotone.events.sources.base import Source
    from ecotone.foundation.landscape import Landscape, SourceOptions

SOURCE_NAMES: Final[tuple[str, ...]] = (
    "git",
    "gharchive",
    "clickhouse",
    "github",
    "opendigger",
)
"""Folders of the sources, in the order in which a run reads them. `<folder>/source.py` defines SOURCE."""


def load_source(name: str) -> Source:
    """The source of a registered name."""
    source: Source = import_module(f"{__name__}.{name}.source").SOURCE
    return source


def load_sources() -> tuple[Source, ...]:
    """Every registered source, in reading order."""
    return tuple(load_source(name) for name in SOURCE_NAMES)


def history_source() -> Source:
    """The source that reads the history of each repository."""
    return next(source for name in SOURCE_NAMES if (source := load_source(name)).role.reads_histories)


def ranked_feeds() -> list[Source]:
    """The sources that report events of many repositories, the most trusted first."""
    feeds = [source for source in load_sources() if source.role.event_rank and not source.role.reads_histories]
    return sorted(feeds, key=lambda source: source.role.event_rank or 0)


def options_of(landscape: Landscape, name: str) -> SourceOptions:
    """The checked options of a source; defaults where the landscape has no table for it. Raises BadLandscape."""
    from ecotone.foundation.landscape import check_options

    model = load_source(name).Options
    table = landscape.sources.get(name)
    return model() if table is None else check_options(name, table, model)


def check_sources(landscape: Landscape) -> None:
    """Check each `[sources.NAME]` table of a landscape against its source. Raises BadLandscape."""
    from ecotone.foundation.errors import BadLandscape

    for name, table in landscape.sources.items():
        if name not in SOURCE_NAMES:
            raise BadLandscape(
                f"{table.position_of(None)}: no source is called {name!r}. Accepted: {', '.join(sorted(SOURCE_NAMES))}."
            )
        options_of(landscape, name)
