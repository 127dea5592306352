"""Where events come from, one folder or file a source."""

from ecotone.events.sources.base import Source
from ecotone.events.sources.git.source import GitSource

ALL: tuple[Source, ...] = (GitSource(),)
