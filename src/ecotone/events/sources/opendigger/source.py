"""OpenDigger as a source of published monthly values, shown next to Ecotone's own and never counted with them."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from ecotone.events.schema import REFERENCE_SCHEMA
from ecotone.events.sources.base import ReadRequest, ReadResult, Role, Source
from ecotone.foundation.landscape import SourceOptions
from ecotone.foundation.landscape_values import Address


class Options(SourceOptions):
    """Where the published files are read."""

    location: Address | None = Field(None, description="Address of the files; OpenDigger's own site if left out.")


class OpenDiggerSource(Source):
    """Monthly values of repositories; it reports no events."""

    name = "opendigger"
    title = "OpenDigger (X-lab)"
    licence = "published by OpenDigger (X-lab); shown under its name"
    event_kinds = frozenset[str]()
    Options = Options
    role = Role(extra_tables={"references": REFERENCE_SCHEMA})

    def read(self, request: ReadRequest) -> ReadResult:
        """Read the published values of the period; see `Source.read`."""
        from ecotone.events.sources.opendigger.series_reader import BASE, OpenDiggerReader

        options: Options = request.options
        reader = OpenDiggerReader(options.location or BASE)
        values = reader.read_period(request.repositories, request.period, request.folder, request.now, request.progress)
        return ReadResult({"references": values.references}, failures=values.failures)


SOURCE: Final[Source] = OpenDiggerSource()
