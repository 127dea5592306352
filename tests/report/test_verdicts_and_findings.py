from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from ecotone.report.bilingual_text import Text
from ecotone.report.verdicts_and_findings import (
    HistoryStatement,
    PresentStatement,
    read_statements,
    read_verdicts,
)
from ecotone.trends.verdict_words import HISTORY, PRESENT


@pytest.mark.parametrize(("kind", "words"), [(HistoryStatement, HISTORY), (PresentStatement, PRESENT)])
def test_every_word_has_its_words_in_both_languages_and_its_place(kind, words):
    for place, declared in enumerate(words):
        statement = kind(declared.name, 0.9)
        assert statement.title == Text(declared.title, declared.title_zh)
        assert statement.text is not None
        assert " %" not in statement.text.en + statement.text.zh
        assert statement.order == (place, declared.name)
        assert " " not in statement.key


@pytest.mark.parametrize(("kind", "words"), [(HistoryStatement, HISTORY), (PresentStatement, PRESENT)])
def test_a_word_nobody_declared_is_called_as_the_table_calls_it(kind, words):
    statement = kind("wobbling")
    assert (statement.title, statement.text) == (Text.same("wobbling"), None)
    assert statement.order > kind(words[-1].name).order


def test_without_the_tables_nothing_is_said():
    assert read_verdicts(None) == {}
    assert read_statements(None) == ()


def test_both_verdicts_are_read():
    table = pa.Table.from_pylist(
        [
            {
                "project": "a",
                "history": "steady",
                "history_confidence": 0.5,
                "since": date(2024, 1, 1),
                "now": "growing",
                "now_change": 0.3,
                "now_change_low": 0.1,
                "now_change_high": 0.5,
                "commits_change": 0.4,
            },
            {"project": "b", "history": "too short to say", "now": "unclear"},
            {"project": "c", "history": None, "now": None},
        ]
    )
    found = read_verdicts(table)
    assert set(found) == {"a", "b"}
    assert found["a"].history == HistoryStatement("steady", 0.5, date(2024, 1, 1))
    assert found["a"].present.change_text == "+30%"
    assert found["a"].present.interval == Text("+10% to +50%", "+10% 至 +50%")
    assert found["a"].present.measures == (("commits", 0.4),)
    assert (found["b"].present.change_text, found["b"].present.interval) == ("", None)


def test_a_finding_without_a_translation_is_said_as_it_is():
    rows = [
        {"kind": "x", "subject": "a", "text_en": "up 8.4 % of it", "text_zh": None},
        {"kind": None, "subject": None, "text_en": None, "text_zh": "无"},
    ]
    (one,) = read_statements(pa.Table.from_pylist(rows))
    assert one.text == Text.same("up 8.4% of it")
