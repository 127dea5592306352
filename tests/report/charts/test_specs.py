from __future__ import annotations

import json

import altair
import pytest

from ecotone.report.charts.activity import activity
from ecotone.report.charts.shares import shares
from ecotone.report.charts.small import small
from ecotone.report.charts.theme import THEMES, config

SPECS = [
    activity(interactive=True),
    activity(interactive=False),
    *(make(theme) for make in (small, shares) for theme in THEMES),
]


@pytest.mark.parametrize("spec", SPECS)
def test_a_specification_is_valid_vega_lite(spec: dict[str, object]):
    altair.LayerChart.from_dict(json.loads(json.dumps(spec)))


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_theme_is_a_valid_configuration(theme):
    altair.LayerChart.from_dict(activity(interactive=True) | {"config": config(theme)})


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_names_in_project_colours_can_be_read(theme):
    from ecotone.report import palette

    for ink in (*(palette.LIGHT if theme.name == "light" else palette.DARK), theme.riser, theme.quiet):
        assert contrast(ink, theme.paper) >= 4.0, ink
