"""What a report takes from the former one: the same bytes, without drawing again."""

from __future__ import annotations

import pytest
import vl_convert

from ecotone.report import FormerFiles, ReportInput, render_report
from ecotone.report.charts.chart import compile_to_vega
from ecotone.report.render_report import _chart_library_script


def make_nothing() -> bytes:
    raise AssertionError("made again")


def test_a_file_is_taken_while_code_and_input_stay_the_same():
    kept = {"card.png": b"old"}
    first = FormerFiles("code 1")
    assert first.take_or_make("card.png", "curve", lambda: b"new") == ("card.png", b"new")
    second = FormerFiles("code 1", first.made_from, kept.get)
    assert second.take_or_make("card.png", "curve", make_nothing) == ("card.png", b"old")
    assert second.made_from == first.made_from


@pytest.mark.parametrize(("code", "source", "kept"), [
    ("code 2", "curve", {"card.png": b"old"}), ("code 1", "another curve", {"card.png": b"old"}),
    ("code 1", "curve", {}), ("code 1", "curve", {"card2.png": b"old"}),
])  # fmt: skip
def test_otherwise_it_is_made_again(code: str, source: str, kept: dict[str, bytes]):
    first = FormerFiles("code 1")
    first.take_or_make("card.png", "curve", lambda: b"new")
    again = FormerFiles(code, first.made_from, kept.get)
    assert again.take_or_make("card.png", source, lambda: b"new") == ("card.png", b"new")


def test_a_second_report_draws_nothing_again(
    source: ReportInput, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
):
    inputs = FormerFiles("code")
    dict(render_report(source, inputs))
    assert {"assets/vega.js", "data/chart/curves.js"} < inputs.made_from.keys()
    _chart_library_script.cache_clear()
    compile_to_vega.cache_clear()
    for function in ("javascript_bundle", "vegalite_to_vega", "svg_to_png"):
        monkeypatch.delattr(vl_convert, function)
    assert dict(render_report(source, FormerFiles("code", inputs.made_from, files.get))) == files
