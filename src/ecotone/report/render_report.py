"""Render pages to HTML and yield all files of the report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import vl_convert
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from ecotone.foundation.output_text import without_directions
from ecotone.report import palette
from ecotone.report.bilingual_text import Text, format_change, format_month, format_number
from ecotone.report.data_scripts import all_data_scripts
from ecotone.report.former_files import FormerFiles
from ecotone.report.interaction_data import InteractionData
from ecotone.report.messages import has_message, message
from ecotone.report.notes import describe_notes
from ecotone.report.page import Page, PageContext
from ecotone.report.page_cards import card_name, page_pictures, picture_name
from ecotone.report.pages import PAGES
from ecotone.report.privacy import suppress_small_organisations
from ecotone.report.report_data import ReportData
from ecotone.report.report_input import ReportInput
from ecotone.report.search_index import search_script
from ecotone.report.summary_files import summary_files

_BEFORE_CHINESE: Final = re.compile(r"(?<=[\d%]) (?=[\u4e00-\u9fff])")
"""The space between a number and the Chinese word that it counts; a line must not break there."""

_MONTH: Final = re.compile(r"(?<![\w/.-])((?:19|20)[0-9]{2}-[0-9]{2}(?:-[0-9]{2})?)(?![\w/-])")
_CODE: Final = re.compile(r"`([^`]+)`")

ASSETS: Final = (
    "report.css",
    "report.js",
    "figure.js",
    "figures.js",
    "labels.js",
    "save.js",
    "search.js",
    "curves.js",
    "project.js",
    "tree.js",
)


def render_report(source: ReportInput, former: FormerFiles | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the report as (relative path, bytes); the output is deterministic.

    former  files of the former report; None: every file is made
    """
    data, former = ReportData(source), former or FormerFiles()
    context = PageContext(
        data, suppress_small_organisations(source.organisations, source.min_people), InteractionData(data)
    )
    described = [(kind, list(kind.build_pages(context))) for kind in PAGES]
    menu = [
        (f"{kind.name}.html", message(kind.menu_message))
        for kind, pages in described
        if kind.menu_message and any(page.path == f"{kind.name}.html" for page in pages)
    ]
    for _, pages in described:
        for page in pages:
            yield page.path, render_page_html(page, source, menu, pictures=_page_pictures(data, page))
    yield from page_pictures(data, [page for _, pages in described for page in pages], former)
    yield from asset_files(former)
    drawn = {figure.key: figure for _, pages in described for page in pages for figure in page.figures}
    yield from all_data_scripts(data, context.organisations, drawn.values(), former)
    yield search_script(data, [page for _, pages in described for page in pages])
    yield from summary_files(data)


def project_path(source: ReportInput, name: str) -> str:
    """The path of a project's page in the report."""
    return f"project/{ReportData(source).projects_by_name[name].slug}.html"


def _page_pictures(data: ReportData, page: Page) -> tuple[str, str]:
    return (card_name(data, page), picture_name(data, page)) if data.main_signal else ("", "")


def asset_files(former: FormerFiles) -> Iterator[tuple[str, bytes]]:
    """Styles and scripts, the same in every report."""
    folder = files("ecotone.report") / "assets"
    for name in ASSETS:
        yield f"assets/{name}", (folder / name).read_bytes()
    yield "assets/colours.css", palette.palette_css().encode()
    yield former.take_or_make("assets/vega.js", "", _chart_library_script)


def render_page_html(
    page: Page,
    source: ReportInput,
    menu: Sequence[tuple[str, Text]],
    *,
    standalone: bool = False,
    pictures: tuple[str, str] = ("", ""),
) -> bytes:
    """Render a page; a standalone page has no links to other pages.

    pictures  its card and its picture (`page_cards`); empty if there are none
    """
    text: str = (
        _jinja_environment()
        .get_template(page.template)
        .render(
            page.context,
            page=page,
            root=page.root_path,
            menu=menu,
            figures={figure.key: figure for figure in page.figures},
            report_title=Text(source.title, source.title_zh or source.title),
            language=source.language,
            standalone=standalone,
            card=pictures[0],
            picture=pictures[1],
            address=source.address,
        )
    )
    return without_directions(text).encode("utf-8", "replace")


@cache
def _chart_library_script() -> bytes:
    """The chart library as one classic script that defines `window.vegaEmbed`."""
    bundle: str = vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;")
    return f"(function(){{{bundle}}})();".encode()


@cache
def _jinja_environment() -> Environment:
    """Jinja environment with autoescaping and strict undefined names."""
    folder = files("ecotone.report") / "templates"
    sources = {entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".html")}
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        bilingual=bilingual_html,
        number=format_number,
        change=format_change,
        month=format_month,
        attributes=bilingual_attribute,
    )
    environment.filters.update(after_slash=split_after_slash, swatch=swatch_class)
    environment.globals.update(
        noted=describe_notes, message=message, has_message=has_message, Text=Text, swatches=len(palette.LIGHT)
    )
    return environment


def bilingual_html(text: Text) -> Markup:
    """Both languages of a text, of which the page shows one; written once if they are equal."""
    if text.en == text.zh:
        return _unbroken_months(text.en)
    chinese = _BEFORE_CHINESE.sub("\N{NO-BREAK SPACE}", text.zh)
    return Markup('<span lang="en">{}</span><span lang="zh">{}</span>').format(
        _unbroken_months(text.en), _unbroken_months(chinese)
    )


def _unbroken_months(text: str) -> Markup:
    """A text in which no line breaks inside a month or day, and what is between backticks is code."""
    month, code = Markup('<span class="m">{}</span>'), Markup("<code>{}</code>")
    parts: list[str] = []
    for index, plain in enumerate(_CODE.split(text)):  # every second piece is code, then every second one a month
        pieces = [plain] if index % 2 else _MONTH.split(plain)
        parts += [
            (code if index % 2 else month if at % 2 else Markup("{}")).format(piece) for at, piece in enumerate(pieces)
        ]
    return Markup("").join(parts)


def split_after_slash(name: str) -> list[str]:
    """Split a name where a line may break.

    >>> split_after_slash("owner/name")
    ['owner/', 'name']
    """
    return re.split("(?<=/)(?=.)", name)


def swatch_class(index_or_name: int | str) -> str:
    """CSS class of a palette index, or of a name in `palette.NAMED`.

    >>> swatch_class(9), swatch_class("unknown")
    ('c1', 'c-unknown')
    """
    return f"c-{index_or_name}" if isinstance(index_or_name, str) else f"c{index_or_name % len(palette.LIGHT)}"


def bilingual_attribute(text: Text, name: str) -> Markup:
    """An attribute in both languages; a script switches it, and it starts in English."""
    return Markup('{name}="{en}" data-{name}-zh="{zh}"').format(name=name, en=text.en, zh=text.zh)
