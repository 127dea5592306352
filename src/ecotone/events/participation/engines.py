"""ClickHouse, BigQuery and DuckDB as engines of the statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

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
from ecotone.events.participation.sampling_statements import BOT_NAMES, HOUR_TYPES, SUBSAMPLES, Engine, hour_position
from ecotone.events.sources.clickhouse.client import ClickHouseClient
from ecotone.events.sources.clickhouse.sql_queries import array_parameter, range_parameters

WORD_SEPARATORS: Final = r"[^\p{L}\p{N}]+"
"""A pattern of RE2: what is between two words."""


def clickhouse_engine() -> Engine:
    """ClickHouse's table `github_events`; the values are query parameters."""
    hour = "intDiv(toUnixTimestamp(created_at), 3600)"
    position = hour_position(f"toInt64({hour})")
    chosen = f"""FROM github_events
    WHERE event_type IN ({HOUR_TYPES}) AND created_at >= {{since:DateTime}} AND created_at < {{until:DateTime}}
        AND {position} < {{limit:Int64}}
        AND actor_login <> '' AND NOT match(actor_login, '{_quoted(BOT_NAMES)}')
        AND lower(actor_login) NOT IN {{bots:Array(String)}}"""
    words = f"replaceRegexpAll(lower(concat(' ', repo_name, ' ', title, ' ')), '{_quoted(WORD_SEPARATORS)}', ' ')"
    return Engine(
        rows=f"SELECT repo_name AS repository, actor_login AS person, {hour} AS hour,"
        f" intDiv(({position}) * {SUBSAMPLES}, {{limit:Int64}}) AS part {chosen}",
        titles=f"SELECT repo_name AS repository, actor_login AS person, {words} AS words {chosen}",
        names="{column} IN {{names:Array(String)}}",
        contains="position(words, {{word_{number}:String}}) > 0",
    )


def bigquery_engine(since: datetime, until: datetime) -> Engine:
    """The public tables `githubarchive.month.*` of BigQuery; the values are named parameters."""
    hour = "DIV(UNIX_SECONDS(created_at), 3600)"
    position = f"MOD({hour} * 2654435761, 4294967296)"
    chosen = f"""FROM `githubarchive.month.*`
    WHERE _TABLE_SUFFIX BETWEEN '{since:%Y%m}' AND '{until:%Y%m}' AND type IN ({HOUR_TYPES})
        AND created_at >= @since AND created_at < @until AND {position} < @limit
        AND actor.login <> '' AND NOT REGEXP_CONTAINS(actor.login, r'{BOT_NAMES}')
        AND LOWER(actor.login) NOT IN UNNEST(@bots)"""
    title = "COALESCE(JSON_VALUE(payload, '$.issue.title'), JSON_VALUE(payload, '$.pull_request.title'), '')"
    words = f"REGEXP_REPLACE(LOWER(CONCAT(' ', repo.name, ' ', {title}, ' ')), r'{WORD_SEPARATORS}', ' ')"
    return Engine(
        rows=f"SELECT repo.name AS repository, actor.login AS person, {hour} AS hour,"
        f" DIV({position} * {SUBSAMPLES}, @limit) AS part {chosen}",
        titles=f"SELECT repo.name AS repository, actor.login AS person, {words} AS words {chosen}",
        names="{column} IN UNNEST(@names)",
        contains="STRPOS(words, @word_{number}) > 0",
    )


DUCKDB_ENGINE: Final = Engine(
    rows="SELECT repository, person, hour, part FROM acts_read",
    titles="SELECT repository, person, words FROM acts_read WHERE words IS NOT NULL",
    names="list_contains($names, {column})",
    contains="contains(words, $word_{number})",
)
"""Rows of hour files, in the view `acts_read`."""


class ClickHouseParticipation:
    """Asks a ClickHouse server; it returns sums by repository alone."""

    def __init__(self, client: ClickHouseClient, period: SampledPeriod) -> None:
        self._client, self._hours, self._engine = client, len(period.hours), clickhouse_engine()
        self._parameters = {
            **range_parameters(period.since, period.until),
            "limit": str(statements.sample_limit(period.share)),
            "bots": array_parameter(period.bots),
        }

    def measure_chance(self) -> Chance:
        """See `Participation`."""
        return read_chance(self._ask(statements.chance_statement(self._engine, self._hours)))

    def find_spellings(self, names: Sequence[str]) -> Mapping[str, str]:
        """See `Participation`."""
        return read_spellings(self._ask(statements.spelling_statement(self._engine, self._hours), names))

    def list_shared_people(self, members: Sequence[str]) -> Sequence[SharedPeople]:
        """See `Participation`."""
        return read_shared_people(self._ask(statements.shared_people_statement(self._engine, self._hours), members))

    def list_losses(self, members: Sequence[str]) -> Mapping[str, tuple[Floats, Floats]]:
        """See `Participation`."""
        return read_losses(self._ask(statements.losses_statement(self._engine, self._hours), members))

    def find_speakers(self, words: Sequence[str]) -> Sequence[tuple[str, int, int]]:
        """See `Participation`."""
        return read_speakers(self._ask(statements.speakers_statement(self._engine, len(words)), words=words))

    def _ask(self, sql: str, names: Sequence[str] = (), words: Sequence[str] = ()) -> list[list[object]]:
        asked = {"names": array_parameter(names)} if names else {}
        asked |= {f"word_{number}": word for number, word in enumerate(words)}
        return self._client.fetch_rows(f"{sql}\nFORMAT JSONCompact", {**self._parameters, **asked}, "participation")


def _quoted(pattern: str) -> str:
    """A pattern as the content of a quoted text of ClickHouse."""
    return pattern.replace("\\", "\\\\")
