"""Pictures of a report's pages: curves as SVG for readers without scripts and other sites, cards as PNG for links."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

import numpy as np
import vl_convert
from numpy.typing import NDArray

from ecotone.foundation.errors import UserError
from ecotone.report.fonts import require_font_for
from ecotone.report.former_files import FormerFiles
from ecotone.report.highlighted_projects import HIGHLIGHTED
from ecotone.report.page import Page
from ecotone.report.report_data import Project, ReportData
from ecotone.report.social_card import draw_curve_card

MOST_PROJECT_CARDS: Final = 24
"""With more projects, a project's link shows the card of its field: cards are most of the bytes of a report."""
MOST_PROJECT_PICTURES: Final = 60
"""With more projects, a project's picture is that of its field; its page has a small curve."""
PICTURES: Final = "charts"
CARDS: Final = "cards"

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_SUB_FILTER: Final = 1
_PALETTE: Final = 32
"""Colours of a card; smoothed edges of letters are most of them."""


def picture_name(data: ReportData, page: Page, most: int = MOST_PROJECT_PICTURES) -> str:
    """The picture of a page: of its project if there are at most so many, of its field, or of the overview."""
    folder, _, slug = page.path.removesuffix(".html").rpartition("/")
    if folder == "field" or (folder == "project" and len(data.projects) <= most):
        return f"{folder}-{slug}"
    if folder == "project" and len(data.categories) > 1:  # a single field has no page of its own
        keys = {project.slug: project.category for project in data.projects}
        return next(f"field-{category.slug}" for category in data.categories if category.key == keys[slug])
    return "index"


def card_name(data: ReportData, page: Page) -> str:
    """The card that a link to a page shows; see `picture_name`."""
    return picture_name(data, page, MOST_PROJECT_CARDS)


def page_pictures(data: ReportData, pages: Sequence[Page], former: FormerFiles) -> Iterator[tuple[str, bytes]]:
    """Yield the pictures (charts/NAME.svg) and cards (cards/NAME.png) of the pages."""
    if data.main_signal is None:
        return
    own = {page.path.removesuffix(".html").replace("/", "-"): page for page in pages}
    drawn = {
        name: draw_page_picture(data, own[name])
        for name in dict.fromkeys(picture_name(data, page) for page in pages)
        if name in own
    }
    for name, svg in drawn.items():
        yield f"{PICTURES}/{name}.svg", svg.encode("utf-8", "replace")
    if not _has_font(data):
        return
    for name in sorted({card_name(data, page) for page in pages} & drawn.keys()):
        scale = 1.0 if name == "index" else 0.5
        yield former.take_or_make(f"{CARDS}/{name}.png", drawn[name], partial(_draw_card, drawn[name], scale))


def _draw_card(picture: str, scale: float) -> bytes:
    return compress_png(vl_convert.svg_to_png(picture, scale=scale))


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
    nibbles = (pixels.astype(np.uint16) + 8) // 17 @ np.array([256, 16, 1], np.uint16)
    counts = np.bincount(nibbles.ravel(), minlength=4096)
    colours = np.sort(np.argsort(-counts, kind="stable")[: min(_PALETTE, np.count_nonzero(counts))])
    channels = np.stack([np.arange(4096) >> 8, np.arange(4096) >> 4 & 15, np.arange(4096) & 15], axis=1)
    distances = ((channels[:, None, :] - channels[colours][None, :, :]) ** 2).sum(2)
    lines = np.zeros((height, width + 1), np.uint8)
    lines[:, 1:] = distances.argmin(1).astype(np.uint8)[nibbles]
    palette = (channels[colours] * 17).astype(np.uint8).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b""))
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
