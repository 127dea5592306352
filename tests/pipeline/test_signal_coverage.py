"""What a chart of comments says of its coverage, where the archive that tells of comments has lost some."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from ecotone.pipeline.report_state import ReportOptions
from ecotone.pipeline.write_report import newest_input
from ecotone.report.bilingual_text import Text
from ecotone.report.caption import field_caption
from ecotone.report.project_series import LETTERS
from ecotone.report.report_data import ReportData
from ecotone.signals.coverage import NOT_OBSERVED, STATES, combined_state
from ecotone.store.workspace import Workspace
from tests.cli.command import ecotone

FIELD = (
    "--random-seed",
    4,
    "--projects",
    2,
    "--people",
    12,
    "--months",
    5,
    "--last-month",
    "2025-06",
    "--changes-per-month",
    4,
)
Months = dict[tuple[str, date], str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated field with every fault, whose archive begins a month later than the field."""
    folder = tmp_path_factory.mktemp("coverage")
    assert ecotone("simulate", folder / "f", *FIELD, "--gharchive", "--faults", "all").code == 0
    for file in (folder / "f" / "hours").glob("2025-02-*"):
        file.unlink()
    landscape = folder / "f" / "landscape.toml"
    keys = '\n[sources.gharchive]\nlocation = "hours"\n'
    landscape.write_text(landscape.read_text("utf-8") + keys, "utf-8")
    assert ecotone("run", landscape, "--workspace", folder / "w").code == 0
    return folder


def states_in_table(folder: Path) -> Months:
    """The state of comments in every project-month of the period, worked out from the table `coverage`."""
    workspace = Workspace.open(folder / "w")
    rows = workspace.read_table("coverage").to_pylist()
    by_source: dict[tuple[str, date, str], set[str]] = {}
    for row in rows:
        by_source.setdefault((row["project"], row["month"], row["source"]), set()).add(row["state"])
    months = {(project, month) for project, month, source in by_source if source == "git"}
    states = {}
    for key in months:
        worst = [combined_state(by_source.get((*key, source), {NOT_OBSERVED})) for source in ("git", "gharchive")]
        states[key] = max(worst, key=STATES.index)
    return states


def test_every_state_occurs(folder: Path):
    assert set(states_in_table(folder).values()) == set(STATES)


def test_the_export_agrees_with_the_table(folder: Path):
    lines = ecotone("export", "signal_coverage", "--workspace", folder / "w").out
    rows = [row for row in csv.DictReader(io.StringIO(lines)) if row["signal"] == "comments"]
    exported = {(row["project"], date.fromisoformat(row["month"])): row["state"] for row in rows}
    assert exported == states_in_table(folder)
    with zipfile.ZipFile(folder / "w" / "report" / "tables.zip") as archive:
        assert archive.read("signal_coverage.csv").decode().count(',"comments",') == len(exported)


def test_a_month_has_comments_exactly_where_it_is_complete(folder: Path):
    states = states_in_table(folder)
    for row in Workspace.open(folder / "w").read_table("signals").select(["project", "month", "comments"]).to_pylist():
        assert (row["comments"] is not None) == (states[row["project"], row["month"]] == STATES[0])


def test_the_caption_counts_every_month_of_the_period(folder: Path):
    field = ReportData(newest_input(Workspace.open(folder / "w"), ReportOptions()))
    states = states_in_table(folder)
    letters = Counter(LETTERS[state] for state in states.values())
    assert sum(letters.values()) == sum(len(series.states) for series in field.coverage_states.values())
    caption = field_caption(field, Text.same("comments"), "comments/ecotone-1", signal="comments")
    assert [float(share) for share in re.findall(r"([\d.]+)%", caption.coverage.en)] == [
        pytest.approx(100 * letters[letter] / len(states), abs=0.06) for letter in "wpdn"
    ]
    assert caption.source.en.startswith("gharchive")


def test_the_chart_has_the_states_of_comments(folder: Path):
    field = ReportData(newest_input(Workspace.open(folder / "w"), ReportOptions()))
    text = (folder / "w" / "report" / "data" / "signal" / "comments.js").read_text("utf-8")
    drawn = json.loads(text[text.index("]=") + 2 :].rstrip().rstrip(";"))["s"]
    states = states_in_table(folder)
    for project, letters in zip(field.projects, drawn, strict=True):
        own = sorted(month for name, month in states if name == project.name)
        assert letters == "".join(LETTERS[states[project.name, month]] for month in own)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_data_page_counts_the_same(folder: Path, language: str):
    assert ecotone("report", folder / "f" / "landscape.toml", "--workspace", folder / "w", "--lang", language).code == 0
    page = (folder / "w" / "report" / "data.html").read_text("utf-8")
    section = page[page.index('id="signals"') :]
    row = next(part for part in section.split("<tr>") if {"en": "Comments", "zh": "评论"}[language] in part)
    cells = [int(cell.replace(",", "")) for cell in re.findall(r'<td class="n">([\d,]+)</td>', row)]
    letters = Counter(LETTERS[state] for state in states_in_table(folder).values())
    assert cells == [letters[letter] for letter in "wpdn"]
