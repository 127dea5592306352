"""GitHub's API as a source: issues, pull requests, reviews, comments, releases, profiles, authors, stars by week."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from ecotone.events.sources.base import ReadRequest, ReadResult, Role, Source
from ecotone.foundation.landscape import SourceOptions
from ecotone.foundation.landscape_values import Address


class Options(SourceOptions):
    """The API that is read."""

    location: Address | None = Field(
        None,
        description="Address of the API; GitHub's own if left out, `https://HOST/api/v3` for GitHub Enterprise.",
    )


class GitHubSource(Source):
    """Events of a period; where mirrors of the archive are read too, only the months that they lack."""

    name = "github"
    title = "GitHub"
    licence = "GitHub's terms of service; public metadata only, no texts"
    event_kinds = frozenset(
        {
            "pull_opened", "pull_merged", "pull_closed", "review", "review_comment", "issue_opened", "issue_closed",
            "comment", "release",
        }
    )  # fmt: skip
    Options = Options
    role = Role(event_rank=1, fills_gaps=True, knows_ids=True, names_authors=True)

    def read(self, request: ReadRequest) -> ReadResult:
        """Ask the API for the period or for the gaps; see `Source.read`."""
        from ecotone.events.sources.github.client import BASE_URL
        from ecotone.events.sources.github.feed_reader import GitHubReader

        options: Options = request.options
        reader = GitHubReader(options.location or BASE_URL)
        gaps = request.gaps
        if gaps is None:
            gaps = {wanted.repository: (request.period,) for wanted in request.repositories}
        feed = reader.backfill(
            request.repositories, gaps, request.folder, request.now, request.progress, request.unnamed_authors
        )
        return feed.as_result(self.event_kinds)


SOURCE: Final[Source] = GitHubSource()
