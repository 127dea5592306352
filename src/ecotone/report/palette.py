"""Colours of projects, the same on every page and distinguishable by colour-blind readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Maximises the minimum distance between any two colours, the blue of the riser and the grey of the context, for normal
# vision, protanopia and deuteranopia.
LIGHT: Final = ("#146342", "#ae1c12", "#8541b0", "#997a11", "#178c95", "#db4879", "#690661", "#26302d")
DARK: Final = ("#83f0b8", "#fb8992", "#dbbffa", "#e8b648", "#03c2b8", "#ba6aaa", "#ba7747", "#f4f4f4")

# Blue is reserved for the fastest-growing project.
RISER: Final = {"light": "#1c68e3", "dark": "#6ea8ff"}

# Bands of a stack, in order; smaller, other and unknown organisations are grey.
BANDS: Final = {
    "light": ("#2f6f62", "#c98a3a", "#8a5a9e", "#b5525f", "#6f9a3e", "#4a7ba6"),
    "dark": ("#5fae9d", "#dba55c", "#b48ac7", "#d97f8a", "#9cc46a", "#7fa9cf"),
}
NAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "riser": RISER,
    "muted": {"light": "#b4bab6", "dark": "#566260"},
    "ink": {"light": "#1d2422", "dark": "#e8ebe8"},
    "quiet": {"light": "#5f6b67", "dark": "#9aa5a1"},
    "faint": {"light": "#eef1ee", "dark": "#222a28"},
    "eco": {"light": "#2f6f62", "dark": "#5fae9d"},
    "tone": {"light": "#c98a3a", "dark": "#dba55c"},
    "others": {"light": "#8f9a95", "dark": "#7d8a85"},
    "smaller": {"light": "#b9c1bd", "dark": "#56625e"},
    "unknown": {"light": "#e3e6e3", "dark": "#333b39"},
    **{f"band{band}": {"light": BANDS["light"][band], "dark": BANDS["dark"][band]} for band in range(6)},
}
"""Colours by name, for everything except projects; `band0` to `band5` are distinguishable."""


def colour_code(index_or_name: int | str, theme: str = "light") -> str:
    """The colour of a palette index, or of a name in `NAMED`."""
    if isinstance(index_or_name, str):
        return NAMED[index_or_name][theme]
    palette = LIGHT if theme == "light" else DARK
    return palette[index_or_name % len(palette)]


def band_colour(index: int) -> str:
    """The named colour of a curve or band by its place; grey after the last distinguishable one."""
    return f"band{index}" if index < len(BANDS["light"]) else "others"


def palette_css() -> str:
    """CSS classes `c0`, `c1`, ... of the palette and `c-NAME` of the named colours, for both themes."""
    light = "".join(f".c{index}{{--c:{ink}}}" for index, ink in enumerate(LIGHT))
    dark = "".join(f'[data-theme="dark"] .c{index}{{--c:{ink}}}' for index, ink in enumerate(DARK))
    light += "".join(f".c-{name}{{--c:{shades['light']}}}" for name, shades in NAMED.items())
    dark += "".join(f'[data-theme="dark"] .c-{name}{{--c:{shades["dark"]}}}' for name, shades in NAMED.items())
    risers = f':root{{--riser:{RISER["light"]}}}[data-theme="dark"]{{--riser:{RISER["dark"]}}}'
    return f"{light}\n{dark}\n{risers}\n"
