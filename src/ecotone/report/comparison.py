"""The comparison of projects as a report of its own: a folder or a single file."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ecotone.report.field import Field
from ecotone.report.input import ReportInput
from ecotone.report.meeting import Meeting
from ecotone.report.page import Subject
from ecotone.report.pages import side_by_side
from ecotone.report.privacy import organisations
from ecotone.report.render import assets, html
from ecotone.report.scripts import chart_scripts, figure_scripts, landscape_script, themes_script

PAGE: Final = "index.html"

_STYLE: Final = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_SCRIPT: Final = re.compile(r'<script src="([^"]+)"([^>]*)></script>')
_POLICY: Final = re.compile(r"script-src [^;]*;")


def comparison(source: ReportInput, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (relative path, bytes) of a report that compares the named projects.

    A project keeps its colour of the full report unless an earlier one has the same.
    """
    field = Field(source, tuple(names))
    subject = Subject(field, organisations(source.organisations, source.min_people), Meeting(field))
    for page in side_by_side.pages(subject, names):
        yield page.path, html(page, source, (), standalone=True)
        yield from assets()
        yield landscape_script(field)
        yield themes_script()
        yield from chart_scripts(page.charts_drawn)
        yield from figure_scripts(page.figures)


def single_file(files: Mapping[str, bytes]) -> bytes:
    """Inline styles and scripts into the page; the content security policy allows only these scripts."""
    allowed: list[str] = []

    def style(found: re.Match[str]) -> str:
        return f"<style>{files[found[1]].decode()}</style>"

    def script(found: re.Match[str]) -> str:
        # a closing tag inside a string of the library would end the element early
        text = files[found[1]].decode().replace("</script", "<\\/script")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        allowed.append(f"'sha256-{digest}'")
        return f"<script{found[2]}>{text}</script>"

    page = _SCRIPT.sub(script, _STYLE.sub(style, files[PAGE].decode()))
    policy = f"script-src {' '.join(dict.fromkeys(allowed))} 'unsafe-eval';"
    return _POLICY.sub(lambda _: policy, page, count=1).encode()
