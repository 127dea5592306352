"""What holds of every declared signal, present and future."""

from __future__ import annotations

import re
from collections import Counter

import ibis
import pyarrow as pa
import pytest
import sqlglot
from ibis.config import Config

from ecotone import signals
from ecotone.foundation.errors import UnknownName
from ecotone.signals import activity
from ecotone.signals.compile import organisations_sql, signal_rows, signal_sql, wide_sql
from ecotone.signals.declare import THEMES, Signal
from ecotone.signals.tables import SCHEMAS, TABLES

from .engine import answer_of, run

CHINESE = re.compile(r"[\u4e00-\u9fff]")
DIALECTS = {"duckdb": "duckdb", "clickhouse": "clickhouse", "pyspark": "spark"}
ESTIMATES = ("uniq(", "quantile(", "median(", "approx", "hash(")


class SparkOptions(Config):
    """What Ibis's Spark module would set on import; compiling reads it, without Spark installed."""

    treat_nan_as_null: bool = False


@pytest.fixture(params=signals.ALL, ids=lambda signal: signal.name)
def signal(request: pytest.FixtureRequest) -> Signal:
    return request.param


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(ibis.options, "pyspark", SparkOptions())
    return request.param


def test_counts_its_own_example(signal: Signal) -> None:
    counted = answer_of(signal, signal.example.rows)
    assert counted.keys() == signal.example.answer.keys()
    for cell, value in signal.example.answer.items():
        assert counted[cell] == (value if signal.text else pytest.approx(value, abs=1e-6)), cell


def test_row_order_does_not_matter(signal: Signal) -> None:
    backwards = {name: list(rows)[::-1] for name, rows in signal.example.rows.items()}
    assert answer_of(signal, backwards) == answer_of(signal, signal.example.rows)


def test_no_rows_give_no_rows(signal: Signal) -> None:
    assert answer_of(signal, {}) == {}


def test_compiles_for_every_engine_without_estimates(signal: Signal, dialect: str) -> None:
    statement = signal_sql(signal, dialect)
    assert sqlglot.parse_one(statement, dialect=DIALECTS[dialect])
    assert not [name for name in ESTIMATES if name in statement.lower()]


def test_the_wide_statements_compile_for_every_engine(dialect: str) -> None:
    for statement in (wide_sql(signals.ALL, dialect), organisations_sql(dialect)):
        assert sqlglot.parse_one(statement, dialect=DIALECTS[dialect])


def test_no_typed_null_turns_a_count_into_a_variant_in_clickhouse() -> None:
    assert "CAST(NULL" not in wide_sql(signals.ALL, "clickhouse")


def test_says_what_a_reader_must_know_in_both_languages(signal: Signal) -> None:
    english = (signal.title, signal.unit, signal.definition, signal.null_means, signal.source, signal.formula)
    chinese = (signal.title_zh, signal.unit_zh, signal.definition_zh, signal.null_means_zh)
    assert all(text and not CHINESE.search(text) for text in english)
    assert all(CHINESE.search(text) for text in chinese)
    assert signal.definition.endswith(".")
    assert signal.definition_zh.endswith("。")
    assert re.fullmatch(r"[a-z_0-9]+/[a-z]+-\d+", signal.formula)
    assert signal.theme in THEMES
    assert signal.example.answer


def test_reads_known_tables_and_returns_the_declared_columns(signal: Signal) -> None:
    assert set(signal.reads) <= set(TABLES)
    schema = signal_rows(signal).schema()
    assert schema.names == ("project", "month", "value", *(("low", "high") if signal.bounds else ()))
    assert schema["month"].is_date()
    assert schema["value"].is_string() == signal.text


def test_an_empty_month_is_explained_unless_it_is_zero(signal: Signal) -> None:
    only_not_observed = signal.null_means == "the month was not observed"
    assert only_not_observed == (signal.when_empty is not None and signal.inputs == ("git",))


def test_names_and_words_are_said_once() -> None:
    for field in ("name", "title", "title_zh", "definition", "definition_zh", "formula"):
        twice = [text for text, count in Counter(getattr(s, field) for s in signals.ALL).items() if count > 1]
        assert not twice, field


def test_a_signal_is_found_by_its_name() -> None:
    assert signals.by_name("commits") is activity.commits
    with pytest.raises(UnknownName, match=r"No signal is called 'comits'\. Did you mean 'commits'\?"):
        signals.by_name("comits")


def test_the_example_rows_fill_the_tables_they_are_for(signal: Signal) -> None:
    assert set(signal.example.rows) == set(signal.reads) <= set(SCHEMAS)


def test_the_wide_table_has_one_type_a_column() -> None:
    table = run(wide_sql(signals.ALL), {})
    assert table.column_names[:3] == ["project", "month", "coverage"]
    assert table.column_names[3:] == [column for signal in signals.ALL for column in signal.columns]
    assert {str(kind) for kind in table.schema.types[3:]} == {"int64", "double", "string"}
    assert table.schema.field("month").type == pa.date32()
