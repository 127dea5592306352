from __future__ import annotations

from datetime import date

import pyarrow as pa

from ecotone.report.bilingual_text import Text
from ecotone.report.shapes_and_findings import ProjectShape, read_shapes, read_statements
from ecotone.trends import ALL


def test_every_declared_shape_has_its_words_in_both_languages_and_its_place():
    for place, declared in enumerate(ALL):
        shape = ProjectShape(declared.name, 0.9, None)
        assert shape.title == Text(declared.title, declared.title_zh)
        assert shape.text is not None
        assert " %" not in shape.text.en + shape.text.zh
        assert shape.order == (place, declared.name)
        assert " " not in shape.key


def test_a_shape_nobody_declared_is_called_as_the_table_calls_it():
    shape = ProjectShape("wobbling", None, None)
    assert (shape.title, shape.text) == (Text.same("wobbling"), None)
    assert shape.order > ProjectShape(ALL[-1].name, None, None).order


def test_without_the_tables_nothing_is_said():
    assert read_shapes(None) == {}
    assert read_statements(None) == ()


def test_a_curve_without_a_shape_has_none():
    table = pa.Table.from_pylist(
        [
            {"project": "a", "signal": "activity", "shape": "steady", "confidence": 0.5, "since": date(2024, 1, 1)},
            {"project": "b", "signal": "activity", "shape": None, "confidence": None, "since": None},
        ]
    )
    assert read_shapes(table) == {("a", "activity"): ProjectShape("steady", 0.5, date(2024, 1, 1))}
    assert read_shapes(table.select(["project", "signal", "shape"])) == {
        ("a", "activity"): ProjectShape("steady", None, None)
    }


def test_a_finding_without_a_translation_is_said_as_it_is():
    rows = [
        {"kind": "x", "subject": "a", "text_en": "up 8.4 % of it", "text_zh": None},
        {"kind": None, "subject": None, "text_en": None, "text_zh": "无"},
    ]
    (one,) = read_statements(pa.Table.from_pylist(rows))
    assert one.text == Text.same("up 8.4% of it")
