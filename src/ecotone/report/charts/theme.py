"""Shared style of all charts, light and dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ecotone.report.palette import NAMED, RISER

Spec = dict[str, object]

# Marks with this tooltip react to the pointer; the scripts of the pages write the text from the row.
ROW_TOOLTIP: Final = "row"

FONT: Final = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', sans-serif"
STATIC_FONTS: Final[Mapping[str, str]] = {
    "en": "Liberation Sans, Arial, Helvetica, sans-serif",  # Liberation Sans is bundled with the renderer
    # the first installed font draws all characters, Latin ones included
    "zh": "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei,"
    " Liberation Sans, Arial, sans-serif",
}
"""Fonts of static figures, by language."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of background, text and lines; `muted` is for context curves."""

    name: str
    paper: str
    ink: str
    quiet: str
    grid: str
    muted: str
    riser: str
    hatch: str

    def colour_parameters(self) -> Spec:
        """Values of the colour parameters of charts."""
        return {
            "paper": self.paper,
            "ink": self.ink,
            "quiet": self.quiet,
            "grid": self.grid,
            "muted": self.muted,
            "riser": self.riser,
            "faint": NAMED["faint"][self.name],
            "eco": NAMED["eco"][self.name],
            "tone": NAMED["tone"][self.name],
            "hatch": damage_hatch(self),
        }


def damage_hatch(theme: Theme) -> Spec:
    """Striped fill for damaged months: a gradient with hard stops."""
    stops: list[dict[str, object]] = []
    for stripe in range(12):
        low, middle, high = stripe / 12, (stripe + 0.5) / 12, (stripe + 1) / 12
        stops += [
            {"offset": low, "color": theme.hatch},
            {"offset": middle, "color": theme.hatch},
            {"offset": middle, "color": theme.paper},
            {"offset": high, "color": theme.paper},
        ]
    return {"gradient": "linear", "x1": 0, "y1": 0, "x2": 1, "y2": 1, "stops": stops}


LIGHT: Final = Theme("light", "#ffffff", "#1d2422", "#5f6b67", "#e6e8e4", "#b4bab6", RISER["light"], "#d9a066")
DARK: Final = Theme("dark", "#171c1b", "#e8ebe8", "#9aa5a1", "#2b3331", "#566260", RISER["dark"], "#8a6535")
THEMES: Final = (LIGHT, DARK)


def theme_config(theme: Theme, font: str = FONT) -> Spec:
    """Configuration for Vega and Vega-Lite."""
    return {
        "background": "transparent",
        "font": font,
        "style": {"cell": {"stroke": None}},
        "title": {"color": theme.ink, "subtitleColor": theme.quiet, "anchor": "start", "frame": "group"},
        "axis": {
            "labelColor": theme.quiet,
            "titleColor": theme.quiet,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "labelFont": font,
            "titleFont": font,
            "domain": False,
            "tickColor": theme.grid,
            "gridColor": theme.grid,
        },
        "axisX": {"grid": False, "tickSize": 4, "tickColor": theme.quiet, "labelFlush": False},
        "text": {"font": font},
    }
