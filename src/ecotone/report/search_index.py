"""The index of the search box: projects, fields, organisations, technologies, methods and pages, as one data file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from ecotone.report.bilingual_text import Text
from ecotone.report.data_scripts import data_script, language_pair
from ecotone.report.messages import message
from ecotone.report.page import Page
from ecotone.report.project_stack import read_project_stack
from ecotone.report.report_data import ReportData

LISTED: Final = 5
"""Projects that an entry about a technology names."""
KINDS: Final = ("project", "field", "organisation", "technology", "method", "page")
"""The message of a kind is `search_KIND`; an entry gives the kind's position."""
_FOLDERS: Final = {"project": "project", "field": "field", "organisation": "organisation"}

Entry = tuple[str, Text, str, Text]
"""Kind, name, address within the report, and a hint."""


def search_script(data: ReportData, pages: Sequence[Page]) -> tuple[str, bytes]:
    """The file of the index: kinds, and entries as [kind, name, address, hint]."""
    entries = [
        [KINDS.index(kind), language_pair(name), address, language_pair(hint)]
        for kind, name, address, hint in (
            *_page_entries(data, pages),
            *_technology_entries(data),
            *_methods(data),
        )
    ]
    kinds = [language_pair(message(f"search_{kind}")) for kind in KINDS]
    return "data/search.js", data_script("search", {"kinds": kinds, "entries": entries})


def _page_entries(data: ReportData, pages: Sequence[Page]) -> Iterator[Entry]:
    hints = {f"project/{project.slug}.html": Text.same(project.description) for project in data.projects}
    for page in pages:
        kind = _FOLDERS.get(page.path.partition("/")[0], "page")
        yield kind, page.title, page.path, hints.get(page.path, Text.same(""))


def _technology_entries(data: ReportData) -> Iterator[Entry]:
    """Every technology with the projects that use it today, the most used first."""
    users: dict[str, list[int]] = defaultdict(list)
    for index, project in enumerate(data.projects):
        stack = read_project_stack(data, project.name)
        for name in sorted({name for _, names in stack.layers for name in names} if stack else ()):
            users[name].append(index)
    for name in sorted(users, key=lambda name: (-len(users[name]), name)):
        listed = [data.projects[index] for index in users[name]]
        labels = ", ".join(project.label for project in listed[:LISTED]) + (" …" if len(listed) > LISTED else "")
        hint = message("search_used_by", count=len(listed), projects=labels)
        yield "technology", Text.same(name), f"project/{listed[0].slug}.html#stack", hint


def _methods(data: ReportData) -> Iterator[Entry]:
    for signal in data.signals:
        yield "method", Text(signal.title, signal.title_zh), f"methods.html#{signal.name}", Text.same(signal.name)
