"""ClickHouse's table `github_events` as a source: counts by month, or the events themselves."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from ecotone.events.schema import COUNT_SCHEMA
from ecotone.events.sources.base import ReadRequest, ReadResult, Role, Source
from ecotone.foundation.landscape import SourceOptions
from ecotone.foundation.landscape_values import Address


class Options(SourceOptions):
    """The server, the account, and how much is read."""

    location: Address | None = Field(
        None, description="HTTP address of the server; ClickHouse's public playground if left out."
    )
    user: str | None = Field(None, description="Account at the server; its password comes from the environment.")
    events: bool = Field(default=False, description="`true`: read every event with its account, not counts alone.")


class ClickHouseSource(Source):
    """Monthly counts and, if `people` is true, events out of `github_events`."""

    name = "clickhouse"
    title = "ClickHouse"
    licence = "GH Archive's public events, as ClickHouse publishes them; GitHub's terms apply to them"
    event_kinds = frozenset(
        {
            "pull_opened", "pull_merged", "pull_closed", "review", "review_comment", "issue_opened", "issue_closed",
            "comment", "commit_comment", "star", "fork", "release",
        }
    )  # fmt: skip
    Options = Options
    role = Role(event_rank=3, mirrors_archive=True, numbers_reviews=False, extra_tables={"counts": COUNT_SCHEMA})

    def read(self, request: ReadRequest) -> ReadResult:
        """Ask for the months of the period; see `Source.read`."""
        from ecotone.events.sources.clickhouse.client import PLAYGROUND
        from ecotone.events.sources.clickhouse.feed_reader import ClickHouseReader

        options: Options = request.options
        reader = ClickHouseReader(
            options.location or PLAYGROUND, options.user, people=options.events, aliases=request.aliases
        )
        feed = reader.read_period(request.repositories, request.period, request.folder, request.now, request.progress)
        return feed.as_result(self.event_kinds if options.events else frozenset())


SOURCE: Final[Source] = ClickHouseSource()
