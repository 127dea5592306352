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

from ecotone.report import palette
from ecotone.report.field import Field
from ecotone.report.input import ReportInput
from ecotone.report.meeting import Meeting
from ecotone.report.notes import noted
from ecotone.report.page import Page, Subject
from ecotone.report.pages import PAGES
from ecotone.report.privacy import organisations
from ecotone.report.scripts import data_scripts
from ecotone.report.text import Text, change, month_name, number
from ecotone.report.words import known, say

_BEFORE_CHINESE: Final = re.compile(r"(?<=[\d%]) (?=[\u4e00-\u9fff])")
"""The space between a number and the Chinese word that it counts; a line must not break there."""

ASSETS: Final = (
    "report.css",
    "report.js",
    "figure.js",
    "figures.js",
    "labels.js",
    "save.js",
    "curves.js",
    "project.js",
)


def render(source: ReportInput) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the report as (relative path, bytes); the output is deterministic."""
    field = Field(source)
    subject = Subject(field, organisations(source.organisations, source.min_people), Meeting(field))
    described = [(kind, list(kind.pages(subject))) for kind in PAGES]
    menu = [
        (f"{kind.name}.html", say(kind.nav))
        for kind, pages in described
        if kind.nav and any(page.path == f"{kind.name}.html" for page in pages)
    ]
    for _, pages in described:
        for page in pages:
            yield page.path, html(page, source, menu)
    yield from assets()
    drawn = {figure.key: figure for _, pages in described for page in pages for figure in page.figures}
    yield from data_scripts(field, subject.organisations, drawn.values())


def assets() -> Iterator[tuple[str, bytes]]:
    """Styles and scripts, the same in every report."""
    folder = files("ecotone.report") / "assets"
    for name in ASSETS:
        yield f"assets/{name}", (folder / name).read_bytes()
    yield "assets/colours.css", palette.css().encode()
    yield "assets/vega.js", _library()


def html(page: Page, source: ReportInput, menu: Sequence[tuple[str, Text]], *, standalone: bool = False) -> bytes:
    """Render a page; a standalone page has no links to other pages."""
    text: str = (
        _environment()
        .get_template(page.template)
        .render(
            page.context,
            page=page,
            root=page.root,
            menu=menu,
            figures={figure.key: figure for figure in page.figures},
            report_title=Text(source.title, source.title_zh or source.title),
            language=source.language,
            standalone=standalone,
        )
    )
    return text.encode("utf-8", "replace")


@cache
def _library() -> bytes:
    """The chart library as one classic script that defines `window.vegaEmbed`."""
    bundle: str = vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;")
    return f"(function(){{{bundle}}})();".encode()


@cache
def _environment() -> Environment:
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
    environment.filters.update(bilingual=both, number=number, change=change, month=month_name, attributes=attributes)
    environment.filters.update(after_slash=after_slash, swatch=swatch)
    environment.globals.update(noted=noted, message=say, has_message=known, Text=Text, swatches=len(palette.LIGHT))
    return environment


def both(text: Text) -> Markup:
    """Both languages of a text, of which the page shows one; written once if they are equal."""
    if text.en == text.zh:
        return Markup("{}").format(text.en)
    chinese = _BEFORE_CHINESE.sub("\N{NO-BREAK SPACE}", text.zh)
    return Markup('<span lang="en">{}</span><span lang="zh">{}</span>').format(text.en, chinese)


def after_slash(name: str) -> list[str]:
    """Split a name where a line may break.

    >>> after_slash("owner/name")
    ['owner/', 'name']
    """
    return re.split("(?<=/)(?=.)", name)


def swatch(place: int | str) -> str:
    """CSS class of a palette index, or of a name in `palette.NAMED`.

    >>> swatch(9), swatch("unknown")
    ('c1', 'c-unknown')
    """
    return f"c-{place}" if isinstance(place, str) else f"c{place % len(palette.LIGHT)}"


def attributes(text: Text, name: str) -> Markup:
    """An attribute in both languages; a script switches it, and it starts in English."""
    return Markup('{name}="{en}" data-{name}-zh="{zh}"').format(name=name, en=text.en, zh=text.zh)
