"""Check that an installed font can draw a language; missing glyphs would be drawn as empty boxes."""

from __future__ import annotations

from functools import cache
from typing import Final

import vl_convert

from ecotone.foundation.errors import UserError
from ecotone.report.charts.theme import STATIC_FONTS
from ecotone.report.report_input import Language

DIFFERENT: Final = ("中", "文")
"""Two characters that look the same only in fonts that have neither."""


def require_font_for(language: Language) -> None:
    """Raise UserError if no installed font can draw the language."""
    if language == "zh" and _draw_letter(DIFFERENT[0]) == _draw_letter(DIFFERENT[1]):
        raise UserError(
            "No installed font has Chinese characters, so figures in Chinese cannot be drawn."
            " Install one (Debian: apt install fonts-noto-cjk) or use --lang en."
        )


@cache
def _draw_letter(letter: str) -> bytes:
    """A character as PNG, in the fonts used for figures."""
    drawn: bytes = vl_convert.svg_to_png(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32">'
        f'<text x="2" y="26" font-size="24" font-family="{STATIC_FONTS["zh"]}">{letter}</text></svg>',
        scale=1.0,
    )
    return drawn
