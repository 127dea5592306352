"""A field is extracted from events: by DuckDB over hour files and by ClickHouse's own engine, with the same result."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import httpx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot

from ecotone.events.participation.sampling_statements import is_sampled
from ecotone.foundation.errors import UserError
from ecotone.pipeline import extract_field
from ecotone.pipeline.extract_field import Extraction, ExtractionRequest
from tests.events.clickhouse.test_engine import TABLE, transport
from tests.fakes.planted_fields import TYPES, PlantedEvents, event_title, plant_fields, write_sampled_files

SAMPLE = 0.01


def request(
    engine: str,
    seeds: tuple[str, ...],
    folder: Path,
    transport: httpx.BaseTransport | None = None,
    words: str | None = None,
) -> ExtractionRequest:
    location = str(folder / "hours") if engine == "gharchive" else None
    return ExtractionRequest(engine, seeds, words, date(2024, 1, 1), SAMPLE, location, folder / "kept", transport)


@pytest.fixture(scope="module")
def planted() -> PlantedEvents:
    return plant_fields(1)


@pytest.fixture(scope="module")
def archive(planted: PlantedEvents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    write_sampled_files(planted, request("gharchive", ("a/b",), folder).period.hours, folder / "hours")
    return folder


@pytest.fixture(scope="module")
def clickhouse(planted: PlantedEvents, tmp_path_factory: pytest.TempPathFactory) -> httpx.MockTransport:
    session_module = pytest.importorskip("chdb.session")
    session = session_module.Session()
    session.query(TABLE)
    # the sampled hours and as many others, which the statement has to leave out
    near = np.array([is_sampled(int(hour), 2 * SAMPLE) for hour in range(planted.hour.max() + 1)])
    chosen = np.flatnonzero(near[planted.hour])
    rows = pa.table(
        {
            "event_type": np.array(TYPES)[planted.kind[chosen]],
            "actor_login": np.array(planted.people)[planted.person[chosen]],
            "repo_name": np.array(planted.repositories)[planted.repository[chosen]],
            "created_at": pa.array(planted.hour[chosen] * 3600 + chosen % 3600, pa.int64()).cast(pa.timestamp("s")),
            "title": [event_title(planted, int(at)) for at in chosen],
        }
    )
    path = tmp_path_factory.mktemp("rows") / "rows.parquet"
    pq.write_table(rows, path)
    session.query(
        "insert into github_events (event_type, actor_login, repo_name, created_at, title)"
        f" select event_type, actor_login, repo_name, created_at, title from file('{path}')"
    )
    yield transport(session)
    session.close()


def score(extraction: Extraction, wanted: list[str]) -> tuple[float, float]:
    """(precision, recall)."""
    members = {item.repository for item in extraction.field.members}
    right = len(members & set(wanted))
    return right / len(members), right / len(wanted)


def test_a_planted_field_is_found_in_hour_files(planted: PlantedEvents, archive: Path):
    wanted = planted.fields[1]
    extraction = extract_field.extract_from_events(request("gharchive", (wanted[0].upper(), wanted[3]), archive))
    assert min(score(extraction, wanted)) >= 0.9
    assert extraction.field.settled
    assert extraction.field.seeds == (wanted[0], wanted[3])
    errors = [item.error for item in extraction.field.members if item.error is not None]
    assert len(errors) == len(extraction.field.members)
    assert all(0 < error < 0.5 for error in errors)
    # programs and people who are everywhere tie nothing together
    excluded = {item.repository: extract_field.exclusion_reason(item, extraction.field)
                for item in extract_field.leading_exclusions(extraction.field, 5)}  # fmt: skip
    assert any(name.startswith("generic-") and "by chance" in reason for name, reason in excluded.items())


def test_a_topic_finds_its_seeds(planted: PlantedEvents, archive: Path):
    extraction = extract_field.extract_from_events(request("gharchive", (), archive, words="gamma rays"))
    assert set(extraction.field.seeds) <= set(planted.fields[2])
    assert min(score(extraction, planted.fields[2])) >= 0.9
    proposal = extract_field.extraction_proposal(extraction, request("gharchive", (), archive, words="gamma rays"))
    assert 'title = "Around gamma rays"' in proposal
    assert "# Read: 176 of 17,520 hours" in proposal


def test_clickhouse_and_duckdb_agree(planted: PlantedEvents, archive: Path, clickhouse: httpx.MockTransport):
    seeds, answers = tuple(planted.fields[0][:2]), []

    def listen(asked: httpx.Request) -> httpx.Response:
        answer = clickhouse.handle_request(asked)
        answers.append(answer.content)
        return answer

    there = extract_field.extract_from_events(request("clickhouse", seeds, archive, httpx.MockTransport(listen)))
    here = extract_field.extract_from_events(request("gharchive", seeds, archive))
    assert min(score(there, planted.fields[0])) >= 0.9
    assert [(item.repository, item.people, item.reached, item.included) for item in there.field.members] == [
        (item.repository, item.people, item.reached, item.included) for item in here.field.members
    ]
    assert [item.error for item in there.field.members] == pytest.approx([item.error for item in here.field.members])
    # only sums by repository leave the server
    assert len(answers) == there.field.rounds + 3
    assert not any(person.encode() in answer for person in ("member-0-1", "sweeper") for answer in answers)


def test_the_statements_of_bigquery_are_valid(archive: Path):
    for seeds, words in ((("octo/it's",), None), ((), "ai agents")):
        asked = request("bigquery", seeds, archive, words=words)
        text = extract_field.bigquery_statements(asked)
        parsed = sqlglot.parse(text, read="bigquery")
        assert len([one for one in parsed if one is not None and one.find(sqlglot.exp.Select)]) == (2 if seeds else 1)
    with pytest.raises(UserError, match="prints the statements"):
        extract_field.extract_from_events(asked)


def test_what_cannot_be_asked_is_said(archive: Path):
    with pytest.raises(UserError, match="is none of clickhouse, gharchive, bigquery"):
        extract_field.extract_from_events(request("gitlab", ("a/b",), archive))
    with pytest.raises(UserError, match="a topic with --words"):
        extract_field.extract_from_events(request("gharchive", (), archive))
    with pytest.raises(UserError, match="nobody who takes part in no/where"):
        extract_field.extract_from_events(request("gharchive", ("no/where",), archive))
