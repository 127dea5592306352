"""Every engine keeps the one protocol: statements with the same types, functions of groups, errors of one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime

import pyarrow as pa
import pytest

from ecotone.foundation.engine_choice import EngineChoice, choose_engine
from ecotone.foundation.errors import EngineFailed, UserError
from ecotone.pipeline.engines.open_engine import open_engine
from ecotone.pipeline.engines.types import with_types_of

pytest.importorskip("chdb.session", reason="chdb has no wheel for this platform")

from tests.fakes.clickhouse.chdb_server import ChdbServer

when = datetime.fromisoformat
SCHEMA = pa.schema(
    [
        ("project", pa.string()),
        ("day", pa.date32()),
        ("moment", pa.timestamp("us")),
        ("number", pa.int64()),
        ("flag", pa.bool_()),
        ("share", pa.float64()),
    ]
)
ROWS = pa.table(
    {
        "project": ["a", "b", "b", None],
        "day": [date(1969, 12, 31), date(2024, 2, 29), None, date(2299, 1, 1)],
        "moment": [when("2024-01-01T00:00:00.000001"), None, when("1969-12-31T23:00"), when("2200-01-01")],
        "number": [1, -(2**62), None, 0],
        "flag": [True, None, False, True],
        "share": [0.1, None, -1e300, 0.0],
    },
    schema=SCHEMA,
)
SUMS = pa.schema([("project", pa.string()), ("rows", pa.int64()), ("sum", pa.int64())])


@pytest.fixture(scope="module")
def server() -> Iterator[ChdbServer]:
    with ChdbServer() as served:
        yield served


@pytest.fixture(params=["duckdb", "clickhouse"])
def choice(request: pytest.FixtureRequest, server: ChdbServer) -> EngineChoice:
    return EngineChoice(at="duckdb" if request.param == "duckdb" else server.url)


def sum_numbers(rows: pa.Table) -> pa.Table:
    numbers = [number or 0 for number in rows["number"].to_pylist()]
    return pa.table([rows["project"].to_pylist()[:1], [rows.num_rows], [sum(numbers)]], schema=SUMS)


def test_rows_come_back_as_they_were_sent(choice: EngineChoice) -> None:
    with closing(open_engine(choice, {"rows": ROWS, "none": ROWS.slice(0, 0)})) as engine:
        found = with_types_of(engine.run("SELECT * FROM rows ORDER BY number"), SCHEMA)
        assert found.sort_by("number").to_pylist() == ROWS.sort_by("number").to_pylist()
        assert with_types_of(engine.run("SELECT * FROM none"), SCHEMA) == SCHEMA.empty_table()


def test_counts_sums_and_missing_partners_have_our_types(choice: EngineChoice) -> None:
    sql = """SELECT a.project AS project, count(b.number) AS rows, sum(b.number) AS sum FROM rows AS a
        LEFT JOIN others AS b ON a.project = b.project GROUP BY a.project ORDER BY a.project NULLS LAST"""
    with closing(open_engine(choice, {"rows": ROWS, "others": ROWS.slice(0, 1)})) as engine:
        found = with_types_of(engine.run(sql), SUMS)
    assert found.to_pylist() == [
        {"project": "a", "rows": 1, "sum": 1},
        {"project": "b", "rows": 0, "sum": None},
        {"project": None, "rows": 0, "sum": None},
    ]


def test_a_function_gets_the_rows_of_each_group_once(choice: EngineChoice) -> None:
    named = ROWS.slice(0, 3)
    with closing(open_engine(choice, {})) as engine:
        found = engine.each(named, "project", sum_numbers, SUMS).sort_by("project").to_pylist()
        assert engine.each(named.slice(0, 0), "project", sum_numbers, SUMS) == SUMS.empty_table()
    assert found == [{"project": "a", "rows": 1, "sum": 1}, {"project": "b", "rows": 2, "sum": -(2**62)}]


def test_an_engine_that_refuses_or_is_absent_is_one_sentence(server: ChdbServer) -> None:
    with closing(open_engine(EngineChoice(at=server.url), {})) as engine, pytest.raises(EngineFailed) as refused:
        engine.run("SELECT nonsense")
    assert "refused a statement (Unknown expression identifier `nonsense`" in str(refused.value)
    with pytest.raises(EngineFailed, match=r"The engine http://127\.0\.0\.1:9 did not answer \(no connection\)"):
        open_engine(EngineChoice(at="http://127.0.0.1:9"), {"rows": ROWS})


def test_tables_of_one_opening_are_not_seen_by_the_next(server: ChdbServer) -> None:
    open_engine(EngineChoice(at=server.url), {"secrets": ROWS}).close()
    with closing(open_engine(EngineChoice(at=server.url), {})) as engine, pytest.raises(EngineFailed, match="secrets"):
        engine.run("SELECT * FROM secrets")


@pytest.mark.parametrize(
    "address",
    ["postgres://a:1", "http://ada:word@host:8123", "sc://host:1;token=x", "duck db", "http://", "sc://h:1/x", "", "x"],
)
def test_an_address_with_a_secret_or_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(UserError, match="cannot be used: it must be") as refused:
        choose_engine(EngineChoice(), address)
    assert "word" not in str(refused.value).replace("password", "")


def test_the_password_goes_to_the_host_of_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECOTONE_CLICKHOUSE_USER", "reader")
    monkeypatch.setenv("ECOTONE_CLICKHOUSE_PASSWORD", "word")
    with ChdbServer("reader", "word") as server:
        with closing(open_engine(EngineChoice(at=server.url), {})) as engine:
            assert engine.run("SELECT 1 AS one").to_pylist() == [{"one": 1}]
        monkeypatch.setenv("ECOTONE_CLICKHOUSE_PASSWORD", "other")
        with closing(open_engine(EngineChoice(at=server.url), {})) as engine, pytest.raises(EngineFailed) as refused:
            engine.run("SELECT 1 AS one")
        assert "other" not in str(refused.value)
        assert server.refused == 1
