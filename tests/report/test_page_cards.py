"""Pictures of pages: what they show, and that a card is small and whole."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest

from ecotone.report import ReportInput
from ecotone.report.former_files import FormerFiles
from ecotone.report.page_cards import compress_png, page_pictures
from ecotone.report.render_report import render_report
from ecotone.report.report_data import ReportData


def png_of(pixels: np.ndarray) -> bytes:
    """An eight-bit RGBA image with the sub filter, as the renderer writes it."""
    height, width, _ = pixels.shape
    opaque = np.concatenate([pixels, np.full((height, width, 1), 255, np.uint8)], axis=2)
    before = np.concatenate([np.zeros((height, 1, 4), np.uint8), opaque[:, :-1]], axis=1)
    lines = np.concatenate([np.ones((height, 1), np.uint8), (opaque - before).reshape(height, -1)], axis=1)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines.tobytes())),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in (*parts, (b"IEND", b""))
    )


def colours_of(png: bytes) -> np.ndarray:
    """The pixels of a PNG with a palette, as colours."""
    at = {png[i + 4 : i + 8]: i for i in chunk_starts(png)}
    width, height = struct.unpack(">II", png[16:24])
    palette, body = (
        png[at[name] + 8 : at[name] + 8 + struct.unpack(">I", png[at[name] : at[name] + 4])[0]]
        for name in (b"PLTE", b"IDAT")
    )
    lines = np.frombuffer(zlib.decompress(body), np.uint8).reshape(height, width + 1)
    return np.frombuffer(palette, np.uint8).reshape(-1, 3)[lines[:, 1:]]


def chunk_starts(png: bytes) -> list[int]:
    starts, position = [], 8
    while position < len(png):
        starts.append(position)
        position += 12 + struct.unpack(">I", png[position : position + 4])[0]
    return starts


def test_a_compressed_picture_has_nearly_the_same_colours():
    rng = np.random.default_rng(1)
    pixels = rng.choice(np.array([[255, 255, 255], [20, 99, 66], [174, 28, 18]], np.uint8), (40, 60))
    before = png_of(pixels)
    after = compress_png(before)
    assert np.abs(colours_of(after).astype(int) - pixels).max() <= 9
    assert len(after) < len(before)


def test_any_other_picture_is_left_as_it_is():
    png = png_of(np.zeros((2, 2, 3), np.uint8))
    grey = png[:25] + bytes([0]) + png[26:]
    assert compress_png(grey) == grey


def test_pages_about_projects_have_pictures_and_links_show_cards(files: dict[str, bytes]):
    assert {"charts/index.svg", "charts/field-coding-tool.svg", "charts/project-brook.svg"} <= set(files)
    assert {"cards/index.png", "cards/project-brook.png"} <= set(files)
    assert b'<meta property="og:image" content="../cards/project-brook.png">' in files["project/brook.html"]
    assert all(content.startswith(b"\x89PNG") for path, content in files.items() if path.startswith("cards/"))


@pytest.mark.parametrize("address", ["https://team.example/report/"])
def test_the_address_of_the_report_makes_links_to_cards_whole(source: ReportInput, address: str):

    page = dict(render_report(replace(source, address=address)))["index.html"].decode()
    assert f'content="{address}cards/index.png"' in page
    assert f'<link rel="canonical" href="{address}index.html">' in page


def test_a_report_without_signals_has_no_picture(source: ReportInput):

    empty = ReportData(replace(source, glossary=()))
    assert list(page_pictures(empty, (), FormerFiles())) == []
