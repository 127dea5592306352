"""Colours: one a project, the same on every page, told apart by colour-blind readers."""

from __future__ import annotations

from typing import Final

# After Paul Tol's qualitative schemes (https://personal.sron.nl/~pault/), without blue, which is the fastest riser's
# alone, and without a grey, which is for curves that are only context; darkened for text on white, lightened for the
# dark page.
LIGHT: Final = ("#b5405a", "#117733", "#b8661a", "#7b3f98", "#00808a", "#7a7400", "#882255", "#2b2b2b")
DARK: Final = ("#f08a9c", "#5cc77c", "#f0a35e", "#c596e0", "#4fc6cf", "#d4cc52", "#e27fb0", "#f0f0f0")

RISER: Final = {"light": "#1f6feb", "dark": "#6ea8ff"}

# Bands of a stack, in order; organisations too small to name, the rest and the unknown are greys.
BANDS: Final = {
    "light": ("#2f6f62", "#c98a3a", "#8a5a9e", "#b5525f", "#6f9a3e", "#4a7ba6"),
    "dark": ("#5fae9d", "#dba55c", "#b48ac7", "#d97f8a", "#9cc46a", "#7fa9cf"),
}
OTHERS: Final = {"light": "#8f9a95", "dark": "#7d8a85"}
SMALLER: Final = {"light": "#b9c1bd", "dark": "#56625e"}
UNKNOWN: Final = {"light": "#e3e6e3", "dark": "#333b39"}


def colour(place: int, theme: str = "light") -> str:
    """The colour of the project at a place among its category's."""
    palette = LIGHT if theme == "light" else DARK
    return palette[place % len(palette)]


def css() -> str:
    """The projects' colours as classes `c0`, `c1`, ... and the riser's as `--riser`, for both themes."""
    light = "".join(f".c{place}{{--c:{ink}}}" for place, ink in enumerate(LIGHT))
    dark = "".join(f'[data-theme="dark"] .c{place}{{--c:{ink}}}' for place, ink in enumerate(DARK))
    risers = f':root{{--riser:{RISER["light"]}}}[data-theme="dark"]{{--riser:{RISER["dark"]}}}'
    return f"{light}\n{dark}\n{risers}\n"
