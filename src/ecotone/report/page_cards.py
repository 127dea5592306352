"""Pictures of a report's pages: curves as SVG for readers without scripts and other sites, cards as PNG for links."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import vl_convert
from numpy.typing import NDArray

from ecotone.foundation.errors import UserError
from ecotone.report.fonts import require_font_for
from ecotone.report.highlighted_projects import HIGHLIGHTED
from ecotone.report.page import Page
from ecotone.report.report_data import Project, ReportData
from ecotone.report.social_card import draw_curve_card

MOST_PROJECT_CARDS: Final = 24
"""With more projects, a project's link shows the card of its field: cards are most of the bytes of a report."""
PICTURES: Final = "charts"
CARDS: Final = "cards"

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_SUB_FILTER: Final = 1
_PALETTE: Final = 64
"""Colours of a card; smoothed edges of letters are most of them."""


def picture_name(page: Page) -> str:
    """The picture of a page: its own if it is about projects, else that of the overview.

    >>> from ecotone.report.bilingual_text import Text
    >>> picture_name(Page(path="field/a.html", template="", title=Text("", ""), context={}))
    'field-a'
    """
    folder, _, name = page.path.removesuffix(".html").rpartition("/")
    return f"{folder}-{name}" if folder in ("field", "project") else "index"


def card_name(data: ReportData, page: Page) -> str:
    """The card that a link to a page shows."""
    name = picture_name(page)
    if name.startswith("project-") and len(data.projects) > MOST_PROJECT_CARDS:
        slug = name.removeprefix("project-")
        category = next(project.category for project in data.projects if project.slug == slug)
        field = next(item.slug for item in data.categories if item.key == category)
        return f"field-{field}" if f"field-{field}" in dict(_field_pictures(data)) else "index"
    return name


def page_pictures(data: ReportData, pages: Sequence[Page]) -> Iterator[tuple[str, bytes]]:
    """Yield the pictures (charts/NAME.svg) and cards (cards/NAME.png) of the pages."""
    if data.main_signal is None:
        return
    drawn = {picture_name(page): draw_page_picture(data, page) for page in pages if _has_picture(page)}
    for name, svg in drawn.items():
        yield f"{PICTURES}/{name}.svg", svg.encode("utf-8", "replace")
    if not _has_font(data):
        return
    for name in sorted({card_name(data, page) for page in pages} & drawn.keys()):
        scale = 0.5 if name.startswith("project-") else 1.0
        yield f"{CARDS}/{name}.png", compress_png(vl_convert.svg_to_png(drawn[name], scale=scale))


def _has_picture(page: Page) -> bool:
    return page.path == "index.html" or picture_name(page) != "index"


def draw_page_picture(data: ReportData, page: Page) -> str:
    """The curves of a page's projects as SVG."""
    language = data.source.language
    slug = page.path.removesuffix(".html").rpartition("/")[2]
    if page.path.startswith("project/"):
        return draw_curve_card(data, [project for project in data.projects if project.slug == slug])
    members = dict(_field_pictures(data))[f"field-{slug}"] if page.path.startswith("field/") else data.projects
    summary = page.summary.in_language(language) if page.summary else ""
    return draw_curve_card(data, _largest_projects(data, members), (page.title.in_language(language), summary))


def _field_pictures(data: ReportData) -> Iterator[tuple[str, Sequence[Project]]]:
    return ((f"field-{category.slug}", category.projects) for category in data.categories)


def _largest_projects(data: ReportData, projects: Sequence[Project]) -> list[Project]:
    """The projects that a chart of these highlights first, with different colours."""
    latest = data.latest_values(data.main_signal.name) if data.main_signal else {}
    known = [project for project in projects if latest[project.name].recent is not None]
    known.sort(
        key=lambda project: (not latest[project.name].compared, -(latest[project.name].recent or 0), project.slug)
    )
    chosen: list[Project] = []
    for project in known:
        if project.colour_index not in {earlier.colour_index for earlier in chosen}:
            chosen.append(project)
    return chosen[:HIGHLIGHTED]


def _has_font(data: ReportData) -> bool:
    try:
        require_font_for(data.source.language)
    except UserError:
        return False
    return True


def compress_png(png: bytes) -> bytes:
    """A PNG of eight-bit RGBA with the sub filter as one with a palette of rounded colours; any other as it is."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    body = b"".join(content for name, content in _chunks(png) if name == b"IDAT")
    lines = np.frombuffer(zlib.decompress(body), np.uint8)
    if (depth, kind) != (8, 6) or len(lines) != height * (4 * width + 1):
        return png
    rows = lines.reshape(height, 4 * width + 1)
    if np.any(rows[:, 0] != _SUB_FILTER):
        return png
    pixels = np.cumsum(rows[:, 1:].reshape(height, width, 4), axis=1, dtype=np.uint8)[..., :3]
    return _write_palette_png(pixels)


def _write_palette_png(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG of the most frequent of the colours with four bits a channel; the others become the nearest of them."""
    height, width, _ = pixels.shape
    nibbles = ((pixels.astype(np.uint16) + 8).clip(0, 255) >> 4) @ np.array([256, 16, 1], np.uint16)
    counts = np.bincount(nibbles.ravel(), minlength=4096)
    colours = np.sort(np.argsort(-counts, kind="stable")[: min(_PALETTE, np.count_nonzero(counts))])
    channels = np.stack([np.arange(4096) >> 8, np.arange(4096) >> 4 & 15, np.arange(4096) & 15], axis=1)
    distances = ((channels[:, None, :] - channels[colours][None, :, :]) ** 2).sum(2)
    lines = np.zeros((height, width + 1), np.uint8)
    lines[:, 1:] = distances.argmin(1).astype(np.uint8)[nibbles]
    palette = (channels[colours] * 17).astype(np.uint8).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(lines.tobytes(), 6)), (b"IEND", b""))
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(_SIGNATURE)
    while position < len(png):
        length, name = struct.unpack(">I4s", png[position : position + 8])
        yield name, png[position + 8 : position + 8 + length]
        position += 12 + length
