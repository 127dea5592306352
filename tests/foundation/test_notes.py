"""Notes: every code that the source uses has words in both languages, with exactly its placeholders."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from ecotone.foundation.notes import load_catalogue, note, notes_in_words, read_notes, write_notes, write_periods

SOURCE = Path(__file__).parents[2] / "src" / "ecotone"
CODES = sorted(load_catalogue()["notes"])
SAMPLES = {
    "when": "2024-05-01T01/2024-05-01T03,2024-05-07,2024-06-01/..,+2",
    "lists": "threads,reviews",
    "count": 1234,
    "hours": 744,
}


def placeholders(code: str, language: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(load_catalogue()["notes"][code][language]) if name}


def used() -> Iterator[tuple[str, str, set[str]]]:
    """Place, code and value names of every call of `note` in the source, and of the known breaks."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "note" and node.args:
                place = f"{path.relative_to(SOURCE)}:{node.lineno}"
                assert isinstance(node.args[0], ast.Constant), f"{place}: the code of a note is written out"
                yield place, str(node.args[0].value), {str(keyword.arg) for keyword in node.keywords}
    breaks = tomllib.loads((SOURCE / "events/sources/gharchive/data/breaks.toml").read_text("utf-8"))
    for one in breaks["break"]:
        yield "breaks.toml", one["code"], {"when", "source"}


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_words_in_both_languages(code: str):
    assert set(load_catalogue()["notes"][code]) == {"en", "zh"}
    assert placeholders(code, "en") == placeholders(code, "zh")
    values = {name: SAMPLES.get(name, f"<{name}>") for name in placeholders(code, "en")}
    for language in ("en", "zh"):
        words = note(code, **values).in_words(language)
        assert words
        assert "{" not in words
        assert all(f"<{name}>" in words for name in values if name not in SAMPLES)
    if code != "sentence":
        assert any("一" <= letter <= "鿿" for letter in note(code, **values).in_words("zh"))


def test_every_code_that_the_source_uses_is_catalogued_with_exactly_its_placeholders():
    calls = list(used())
    assert len(calls) > 40
    wrong = [
        f"{place}: {code} {sorted(values)}"
        for place, code, values in calls
        if code not in CODES or values != placeholders(code, "en")
    ]
    assert wrong == []
    assert {code for _, code, _ in calls} == set(CODES)


def test_notes_survive_a_cell():
    notes = (note("no_heads"), note("hours_absent", count=3, hours=744, when="2024-05-01T01"))
    assert read_notes(write_notes(notes)) == notes
    assert write_notes(()) == ""
    assert read_notes(None) == ()
    assert notes_in_words(read_notes("plain; words")) == "plain; words"
    assert str(read_notes('[{"code":"unheard"}]')[0]) == '[{"code":"unheard"}]'


def test_a_note_is_written_in_the_grammar_of_its_language():
    (when,) = [write_periods([(f"2024-05-{day:02}T01", f"2024-05-{day + 1:02}T03") for day in range(1, 16, 2)])]
    lost = note("own_lines_unreadable", count=1, when=when)
    assert str(lost).startswith("1 line of this repository could not be read (2024-05-01 01h to 2024-05-02 03h, ")
    assert str(lost).endswith(" and 2 more)")
    assert lost.in_words("zh").startswith("该仓库有 1 行无法读取（2024-05-01 1 时 至 2024-05-02 3 时、")
    assert str(note("own_lines_unreadable", count=2000, when="2024-05-01T01/2024-05-01T03")) == (
        "2,000 lines of this repository could not be read (2024-05-01 01h to 03h)"
    )
    missing = note("lists_not_requested", lists="threads,reviews")
    assert (str(missing), missing.in_words("zh")) == (
        "not requested for the whole month: issues and pull requests, reviews",
        "未请求整月数据：议题与拉取请求、评审",
    )
