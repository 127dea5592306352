"""The sampled hours of GH Archive, read once, and the statements over them on DuckDB."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import duckdb
import httpx
import pyarrow as pa
import pyarrow.parquet as pq

from ecotone.events.participation import sampling_statements as statements
from ecotone.events.participation.engine_answers import (
    Chance,
    Floats,
    SampledPeriod,
    SharedPeople,
    read_chance,
    read_losses,
    read_shared_people,
    read_speakers,
    read_spellings,
)
from ecotone.events.participation.engines import DUCKDB_ENGINE
from ecotone.events.sources.gharchive.gzip_stream import GzipStream
from ecotone.events.sources.gharchive.line_reader import Event, LineReader, RepositorySearch
from ecotone.events.sources.gharchive.locations import (
    ORIGINAL,
    LocalFile,
    Location,
    RetryLimits,
    location_at,
    open_hour_client,
    read_pieces,
)
from ecotone.events.sources.gharchive.row_extraction import InvalidTime, row_from_event
from ecotone.foundation.errors import SourceUnavailable

AT_ONCE: Final = 2
"""Hours fetched at the same time."""
MOST_TEXT: Final = 400
"""Letters of a title or a description that are read."""
LEAST_READ: Final = 0.5
"""Share of the sampled hours without which the rest is not used."""
_BOT: Final = re.compile(statements.BOT_NAMES)
_SEPARATORS: Final = re.compile(r"[\W_]+")
_TYPES: Final = frozenset(re.findall(r"\w+", statements.HOUR_TYPES))
_SCHEMA: Final = pa.schema(
    [
        ("repository", pa.string()),
        ("person", pa.int64()),  # a digest of the login
        ("hour", pa.int32()),
        ("part", pa.int8()),
        ("words", pa.string()),  # of the title, the repository's name, description and topics; NULL for a push
    ]
)


@dataclass(frozen=True, slots=True)
class ReadHours:
    """How many hours were sampled, and how many of them have a file."""

    sampled: int
    read: int


@contextmanager
def open_archive(
    period: SampledPeriod,
    folder: Path,
    where: str | Path | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
    transport: httpx.BaseTransport | None = None,
) -> Iterator[ArchiveParticipation]:
    """Read the sampled hours into a folder, those that it has not yet, and answer from them.

    where   address or folder of the hour files; None: GH Archive's own site
    folder  keeps one Parquet file an hour, with a digest in place of each login
    Raises SourceUnavailable where fewer than half of the hours can be read.
    """
    address = where or ORIGINAL
    folder.mkdir(parents=True, exist_ok=True)
    with open_hour_client([address], transport) as client:
        location = location_at(address, client, RetryLimits(), None)
        read = _read_hours(period, folder, location, progress)
    if len(read) < LEAST_READ * len(period.hours) or not read:
        raise SourceUnavailable(
            f"{address} has {len(read)} of the {len(period.hours)} sampled hours. Give another period with --until, or"
            " another place with --location."
        )
    # one table on disk: the statements read it again and again, and it may be larger than memory
    database = folder / f".sampled-{os.getpid()}.duckdb"
    try:
        with duckdb.connect(str(database), config={"temp_directory": str(folder / ".spill")}) as connection:
            files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in read)
            connection.execute(f"CREATE TABLE acts_read AS SELECT * FROM read_parquet([{files}])")  # noqa: S608 - our own paths
            yield ArchiveParticipation(connection, ReadHours(len(period.hours), len(read)))
    finally:
        for leftover in folder.glob(f"{database.name}*"):
            leftover.unlink(missing_ok=True)


class ArchiveParticipation:
    """Answers from hour files that are read; see `Participation`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, hours: ReadHours) -> None:
        self._connection, self.hours = connection, hours

    def measure_chance(self) -> Chance:
        """See `Participation`."""
        return read_chance(self._ask(statements.chance_statement(DUCKDB_ENGINE, self.hours.read)))

    def find_spellings(self, names: Sequence[str]) -> Mapping[str, str]:
        """See `Participation`."""
        sql = statements.spelling_statement(DUCKDB_ENGINE, self.hours.read)
        return read_spellings(self._ask(sql, names=list(names)))

    def list_shared_people(self, members: Sequence[str]) -> Sequence[SharedPeople]:
        """See `Participation`."""
        sql = statements.shared_people_statement(DUCKDB_ENGINE, self.hours.read)
        return read_shared_people(self._ask(sql, names=list(members)))

    def list_losses(self, members: Sequence[str]) -> Mapping[str, tuple[Floats, Floats]]:
        """See `Participation`."""
        return read_losses(self._ask(statements.losses_statement(DUCKDB_ENGINE, self.hours.read), names=list(members)))

    def find_speakers(self, words: Sequence[str]) -> Sequence[tuple[str, int, int]]:
        """See `Participation`."""
        asked = {f"word_{number}": word for number, word in enumerate(words)}
        return read_speakers(self._ask(statements.speakers_statement(DUCKDB_ENGINE, len(words)), **asked))

    def _ask(self, sql: str, **values: Any) -> Sequence[Sequence[object]]:
        return self._connection.execute(sql, values or None).fetchall()


def _read_hours(
    period: SampledPeriod, folder: Path, location: Location, progress: Callable[[str, int, int], None]
) -> list[Path]:
    """The Parquet files of the hours that have an hour file."""
    paths = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        read = partial(_read_hour, period, folder, location)
        for done, path in enumerate(pool.map(read, period.hours), 1):
            progress("hours of GH Archive", done, len(period.hours))
            if path is not None:
                paths.append(path)
    return paths


def _read_hour(period: SampledPeriod, folder: Path, location: Location, hour: int) -> Path | None:
    """The Parquet file of an hour; None without an hour file."""
    digest = hashlib.sha256(f"{location.archive} {location.name}".encode()).hexdigest()[:8]
    target = folder / f"{hour}-{digest}.parquet"
    if target.is_file():
        return target
    moment = datetime.fromtimestamp(hour * 3600, UTC).replace(tzinfo=None)
    fetched = location.fetch_hour(moment, folder)
    if fetched is None:
        return None
    try:
        part = statements.subsample_of(hour, period.share)
        table = pa.Table.from_pylist(list(_hour_rows(fetched, moment, hour, part, period.bots)), schema=_SCHEMA)
    finally:
        if fetched.is_temporary:
            fetched.path.unlink(missing_ok=True)
    partial_path = target.with_suffix(".part")
    pq.write_table(table, partial_path, compression="zstd")
    return partial_path.replace(target)


def _hour_rows(
    fetched: LocalFile, moment: datetime, hour: int, part: int, bots: tuple[str, ...]
) -> Iterator[dict[str, object]]:
    excluded = frozenset(bots)
    reader = LineReader(RepositorySearch.for_repositories(everything=True))
    unzip = GzipStream(read_pieces(fetched.path, hashlib.sha256()))
    for event in reader.read_blocks(unzip):
        if event["type"] not in _TYPES:
            continue
        try:
            row = row_from_event(event, moment)
        except InvalidTime:
            continue
        login = row.get("actor")
        if not isinstance(login, str) or not login or _BOT.search(login) or login.lower() in excluded:
            continue
        yield {
            "repository": row["name"],
            "person": int.from_bytes(hashlib.blake2b(login.lower().encode(), digest_size=8).digest(), signed=True),
            "hour": hour,
            "part": part,
            "words": None if event["type"] == "PushEvent" else _words_of(event, row),
        }


def _words_of(event: Event, row: Mapping[str, object]) -> str:
    """The words of a thread and its repository, each between blanks."""
    payload = event.get("payload")
    threads = (
        [payload.get(name) for name in ("issue", "pull_request", "discussion")] if isinstance(payload, dict) else []
    )
    titles = [thread.get("title") for thread in threads if isinstance(thread, dict)]
    topics = row.get("topics")
    texts = [row["name"], *titles, row.get("description"), *(topics if isinstance(topics, list) else [])]
    joined = " ".join(text[:MOST_TEXT] for text in texts if isinstance(text, str))
    return f" {_SEPARATORS.sub(' ', joined.lower())} "
