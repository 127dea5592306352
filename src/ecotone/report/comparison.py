"""The comparison of projects as a report of its own: a folder or a single file."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ecotone.report.data_scripts import (
    chart_data_scripts,
    figure_data_scripts,
    landscape_data_script,
    themes_data_script,
)
from ecotone.report.former_files import FormerFiles
from ecotone.report.interaction_data import InteractionData
from ecotone.report.page import PageContext
from ecotone.report.pages import side_by_side
from ecotone.report.privacy import suppress_small_organisations
from ecotone.report.render_report import asset_files, render_page_html
from ecotone.report.report_data import ReportData
from ecotone.report.report_input import ReportInput

PAGE: Final = "index.html"

_STYLE: Final = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_SCRIPT: Final = re.compile(r'<script src="([^"]+)"([^>]*)></script>')
_POLICY: Final = re.compile(r"script-src [^;]*;")


def write_comparison(source: ReportInput, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (relative path, bytes) of a report that compares the named projects.

    A project keeps its colour of the full report unless an earlier one has the same.
    """
    data = ReportData(source, tuple(names))
    context = PageContext(
        data, suppress_small_organisations(source.organisations, source.min_people), InteractionData(data)
    )
    for page in side_by_side.build_pages(context, names):
        yield page.path, render_page_html(page, source, (), standalone=True)
        yield from asset_files(FormerFiles())
        yield landscape_data_script(data)
        yield themes_data_script()
        yield from chart_data_scripts(page.chart_names, FormerFiles())
        yield from figure_data_scripts(page.figures)


def inline_single_file(files: Mapping[str, bytes]) -> bytes:
    """Inline styles and scripts into the page; the content security policy allows only these scripts."""
    allowed: list[str] = []

    def inline_style(match: re.Match[str]) -> str:
        return f"<style>{files[match[1]].decode()}</style>"

    def inline_script(match: re.Match[str]) -> str:
        # a closing tag inside a string of the library would end the element early
        text = files[match[1]].decode().replace("</script", "<\\/script")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        allowed.append(f"'sha256-{digest}'")
        return f"<script{match[2]}>{text}</script>"

    page = _SCRIPT.sub(inline_script, _STYLE.sub(inline_style, files[PAGE].decode()))
    policy = f"script-src {' '.join(dict.fromkeys(allowed))} 'unsafe-eval';"
    return _POLICY.sub(lambda _: policy, page, count=1).encode()
