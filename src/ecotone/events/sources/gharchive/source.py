"""GH Archive, and copies of it, as a source: hourly files of GitHub's public events."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import Field, field_validator

from ecotone.events.sources.base import ReadRequest, ReadResult, Role, Source
from ecotone.foundation.landscape import SourceOptions
from ecotone.foundation.landscape_values import Address


class Options(SourceOptions):
    """Where the hourly files are read and kept."""

    location: Address | None = Field(
        None, description="Address or folder of the hourly files; GH Archive's own site if left out."
    )
    archive_profile: str | None = Field(
        None,
        description="Whose files they are, which decides the known breaks: `gharchive`, `open-digger`, or `none` for"
        " files without known breaks. If left out, the address decides; a folder counts as `gharchive`.",
    )
    cache: Address | None = Field(
        None,
        description="Folder in which fetched files are kept, and looked for before fetching; if left out, files are"
        " removed once they are read.",
    )

    @field_validator("archive_profile")
    @classmethod
    def _check_archive(cls, value: str | None) -> str | None:
        # only a file that names an archive needs the list of archives
        from ecotone.events.sources.gharchive.locations import NO_ARCHIVE, known_archives

        accepted = (*known_archives(), NO_ARCHIVE)
        if value is not None and value not in accepted:
            raise ValueError(f"must be one of {', '.join(sorted(accepted))}")
        return value


class GHArchiveSource(Source):
    """Events of the wanted repositories out of hourly files."""

    name = "gharchive"
    title = "GH Archive"
    licence = "public events of GitHub, under GitHub's terms; GH Archive adds none of its own"
    event_kinds = frozenset(
        {
            "commit", "pull_opened", "pull_merged", "pull_closed", "review", "review_comment", "issue_opened",
            "issue_closed", "comment", "commit_comment", "discussion", "star", "fork", "release",
        }
    )  # fmt: skip
    Options = Options
    role = Role(event_rank=2, mirrors_archive=True)

    def read(self, request: ReadRequest) -> ReadResult:
        """Read the hours of the period; see `Source.read`."""
        from ecotone.events.sources.gharchive.feed_reader import GHArchiveReader
        from ecotone.events.sources.gharchive.locations import ORIGINAL

        options: Options = request.options
        reader = GHArchiveReader(
            options.location or ORIGINAL,
            ids=request.repository_ids,
            aliases=request.aliases,
            archive=options.archive_profile,
            keep=Path(options.cache) if options.cache else None,
        )
        feed = reader.read_period(request.repositories, request.period, request.folder, request.now, request.progress)
        return feed.as_result(self.event_kinds)


SOURCE: Final[Source] = GHArchiveSource()
