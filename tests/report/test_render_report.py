from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from ecotone.report import ReportInput, render_report
from ecotone.report.pages import PAGES
from ecotone.report.render_report import split_after_slash
from tests.report.made import HOSTILE, made_field

MENU = {"index.html", "ranking.html", "methods.html", "data.html", "truth.html"}
VOID = {"meta", "link", "input", "br", "img", "path", "circle", "wbr"}


class Outline(HTMLParser):
    """Elements in order, unclosed ones, attributes and visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def pages(files: dict[str, bytes]) -> dict[str, Outline]:
    return {path: Outline(content.decode()) for path, content in files.items() if path.endswith(".html")}


def test_the_files_are_the_pages_the_assets_and_the_data(files: dict[str, bytes]):
    html = {path for path in files if path.endswith(".html")}
    assert html >= MENU
    assert len([path for path in html if path.startswith("project/")]) == 12
    assert {"assets/vega.js", "assets/report.js", "assets/report.css", "assets/colours.css"} <= set(files)
    assert {"data/landscape.js", "data/themes.js", "data/chart/curves.js", "data/signal/activity.js"} <= set(files)
    assert "data/signal/top_organisation.js" not in files  # a name cannot be drawn


def test_same_input_same_bytes(files: dict[str, bytes]):
    assert dict(render_report(made_field())) == files


def test_row_order_does_not_matter(source: ReportInput, files: dict[str, bytes]):
    def turned(table):
        return table.take(list(range(table.num_rows))[::-1])

    mixed = replace(
        source,
        projects=turned(source.projects),
        signals=turned(source.signals),
        organisations=turned(source.organisations),
        coverage=turned(source.coverage),
        readings=source.readings[::-1],
    )
    assert dict(render_report(mixed)) == files


def test_pages_are_well_formed(pages: dict[str, Outline]):
    for path, page in pages.items():
        assert page.open == [], path
        assert [tag for tag, _ in page.tags].count("h1") == 1, path
        names = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
        assert len(names) == len(set(names)), path


def test_hostile_names_are_text(files: dict[str, bytes], pages: dict[str, Outline]):
    shown = 0
    for path, page in pages.items():
        assert HOSTILE.encode() not in files[path]
        pictures = [str(dict(attributes).get("src")) for tag, attributes in page.tags if tag == "img"]
        assert all(re.fullmatch(r"(\.\./)?charts/[\w-]+\.svg", picture) for picture in pictures), path
        assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs), path
        scripts = [attrs for tag, attrs in page.tags if tag == "script"]
        assert all(attrs.get("src") for attrs in scripts), path  # no inline script at all
        shown += HOSTILE in page.text or "alert(1)" in "".join(page.text)
    assert shown >= 5


def targets(page: Outline) -> Iterator[str]:
    for tag, attrs in page.tags:
        for name in ("href", "src"):
            if attrs.get(name) and tag != "image":
                yield str(attrs[name])


def test_links_stay_inside_the_report_and_lead_somewhere(files: dict[str, bytes], pages: dict[str, Outline]):
    made_elsewhere = ("tables.zip", "figures/")
    for path, page in pages.items():
        up = "../" * path.count("/")
        for target in targets(page):
            if target.startswith(("#", "data:image/svg+xml,")):
                continue
            assert not re.match(r"[a-z]+:|//", target), (path, target)
            assert target.startswith(up), (path, target)
            place = target.removeprefix(up).split("#")[0]
            assert place in files or place.startswith(made_elsewhere), (path, target)


def test_glossary_links_lead_to_the_term(pages: dict[str, Outline]):
    terms = {attrs.get("id") for _, attrs in pages["methods.html"].tags}
    for path, page in pages.items():
        for target in targets(page):
            if "methods.html#" in target:
                assert target.split("#")[1] in terms, (path, target)


def test_every_figure_says_unit_formula_period_source_and_coverage(files: dict[str, bytes]):
    for path in ("index.html", "ranking.html", "project/atlas-agents.html"):
        text = files[path].decode()
        captions = re.findall(r'<p class="caption".*?</p>', text, flags=re.DOTALL)
        assert captions, path
        for caption in captions:
            for word in ("Unit", "Period", "Source", "Coverage", "git"):
                assert word in caption, (path, word)
        assert "/ecotone-1" in text


def test_a_riser_a_leader_and_bounds_are_in_the_ranking(files: dict[str, bytes]):
    text = files["ranking.html"].decode()
    rows = re.findall(r"<tr data-category.*?</tr>", text, flags=re.DOTALL)
    assert len(rows) == 12
    assert "giant-low-code" in rows[0]
    assert [("heath-ide" in row) for row in rows if 'class="riser"' in row] == [True]
    assert re.search(r"\(\d+\.\d%–\d+\.\d%\)", rows[0])
    young = next(row for row in rows if "juniper" in row)
    assert "too short" in young


def test_an_organisation_too_small_to_name_is_not_in_the_ranking(source: ReportInput):
    three = replace(source, min_people=100)
    text = dict(render_report(three))["ranking.html"].decode()
    assert "a smaller organisation" in text
    assert "Mossbank" not in text


def test_without_findings_there_is_no_page_and_no_link(source: ReportInput):
    files = dict(render_report(replace(source, findings=())))
    assert "truth.html" not in files
    assert b"truth.html" not in files["index.html"]


def test_a_field_without_anything_still_makes_a_report(source: ReportInput):
    empty = replace(
        source,
        projects=source.projects.slice(0, 0),
        signals=source.signals.slice(0, 0),
        organisations=source.organisations.slice(0, 0),
        coverage=source.coverage.slice(0, 0),
        readings=(),
        findings=(),
    )
    files = dict(render_report(empty))
    assert b"Agents &amp; their tools" in files["index.html"]
    assert not any(path.startswith("project/") for path in files)


def test_signals_that_were_not_measured_leave_no_chart(source: ReportInput):
    fewer = replace(source, signals=source.signals.select(["project", "month", "coverage", "commits"]))
    files = dict(render_report(fewer))
    assert [path for path in files if path.startswith("data/signal/")] == ["data/signal/commits.js"]
    told = files["data/landscape.js"].decode()
    assert '"name":"commits"' in told
    assert '"name":"activity"' not in told


def test_a_page_kind_is_listed_once():
    names = [kind.name for kind in PAGES]
    assert len(set(names)) == len(names)


def test_the_language_asked_for_comes_first(source: ReportInput):
    files = dict(render_report(replace(source, language="zh")))
    assert b'<html lang="zh">' in files["index.html"]


def test_no_file_names_a_server(files: dict[str, bytes]):
    allowed = (b"http://www.w3.org/2000/svg", b"http://www.w3.org/2005/Atom")  # names of formats, never fetched
    for path, content in files.items():
        if path == "assets/vega.js":
            continue
        for found in re.findall(rb"https?://[^\s\"')]+", content):
            assert found.rstrip(b"'") in allowed, (path, found)


def test_a_finding_has_its_unit_in_both_languages(files: dict[str, bytes]):
    text = files["truth.html"].decode()
    assert '<span lang="en">merges</span><span lang="zh">次合并</span>' in text


def test_a_name_may_break_after_its_slash_only():
    assert [split_after_slash(name) for name in ("a/b-c", "b-c", "a/b/c", "stem/", "/", "")] == [
        ["a/", "b-c"],
        ["b-c"],
        ["a/", "b/", "c"],
        ["stem/"],
        ["/"],
        [""],
    ]
