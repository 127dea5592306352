"""Whether pictures can be drawn in a language: fonts are the machine's, and a missing letter would be an empty box."""

from __future__ import annotations

from functools import cache
from typing import Final

import vl_convert

from ecotone.foundation.errors import UserError
from ecotone.report.charts.theme import STATIC_FONTS
from ecotone.report.input import Language

DIFFERENT: Final = ("中", "文")
"""Two letters that no font draws alike, unless it has neither."""


def drawable(language: Language) -> None:
    """Raise UserError where no font that can be found has the letters of a language."""
    if language == "zh" and _letter(DIFFERENT[0]) == _letter(DIFFERENT[1]):
        raise UserError(
            "Pictures in Chinese need a font with Chinese letters, and none is installed."
            " Install one (Debian: apt install fonts-noto-cjk) or ask for --lang en."
        )


@cache
def _letter(letter: str) -> bytes:
    """A letter as a picture, in the fonts that pictures are drawn with."""
    drawn: bytes = vl_convert.svg_to_png(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32">'
        f'<text x="2" y="26" font-size="24" font-family="{STATIC_FONTS["zh"]}">{letter}</text></svg>',
        scale=1.0,
    )
    return drawn
