from __future__ import annotations

import itertools
import json

import altair
import pytest
import vl_convert

from ecotone.report import palette
from ecotone.report.charts import ALL, CHARTS, Chart
from ecotone.report.charts.chart import PARAMETERS, compile_to_vega
from ecotone.report.charts.curves import CURVES, LINES
from ecotone.report.charts.theme import THEMES, Theme, theme_config

charts = pytest.mark.parametrize("chart", ALL, ids=lambda chart: chart.name)


@charts
def test_a_specification_is_valid_vega_lite(chart: Chart):
    spec = json.loads(json.dumps(chart.spec()))
    kind = altair.LayerChart if "layer" in spec else altair.Chart
    read = kind.from_dict(spec)  # it stops at what the schema does not have
    assert len(read.to_dict().get("layer", [])) == len(spec.get("layer", []))


@charts
def test_a_chart_is_compiled_with_every_parameter_and_data_set_it_names(chart: Chart):
    vega = json.loads(compile_to_vega(chart))
    spec = chart.spec()
    signals = {entry["name"] for entry in vega["signals"]}
    assert {entry["name"] for entry in spec["params"]} <= signals & set(PARAMETERS) | {"undefined"}
    assert set(spec["datasets"]) <= {entry["name"] for entry in vega["data"]}
    assert "https://" not in compile_to_vega(chart).replace(
        '"$schema":"https://vega.github.io/schema/vega/v6.json"', ""
    )


@charts
def test_a_chart_draws_without_rows(chart: Chart):
    assert vl_convert.vega_to_svg(compile_to_vega(chart)).startswith(
        "<svg"
    )  # it stops at a parameter that is not declared


@charts
def test_a_chart_names_no_colour_of_its_own(chart: Chart):
    drawn = json.dumps({key: value for key, value in chart.spec().items() if key != "params"})
    assert "#" not in drawn


def test_charts_are_listed_once():
    assert len(CHARTS) == len(ALL)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_theme_is_a_valid_configuration(theme: Theme):
    read = altair.LayerChart.from_dict(CURVES.spec() | {"config": theme_config(theme)})
    assert read.to_dict()["config"]["font"] == theme_config(theme)["font"]


def test_the_lower_chart_is_the_same_chart():
    assert LINES.spec() | {"height": 0} == CURVES.spec() | {"height": 0}


def luminance(colour: str) -> float:
    parts = linear(colour)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def linear(colour: str) -> list[float]:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def inks(theme: Theme) -> tuple[str, ...]:
    return palette.LIGHT if theme.name == "light" else palette.DARK


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_names_in_project_colours_can_be_read(theme: Theme):
    for ink in (*inks(theme), theme.riser, theme.quiet):
        assert contrast(ink, theme.paper) >= 4.0, ink


# Machado, Oliveira and Fernandes (2009), severity 1: what is left of linear red, green and blue
SIGHT = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red cones": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green cones": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def oklab(rgb: list[float]) -> tuple[float, ...]:
    """Lightness and two axes of hue in which equal distances look equal (Ottosson 2020)."""
    to_cones = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    cones = [max(sum(part * value for part, value in zip(row, rgb, strict=True)), 0) ** (1 / 3) for row in to_cones]
    from_cones = (
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    )
    return tuple(sum(part * value for part, value in zip(row, cones, strict=True)) for row in from_cones)


def seen(colour: str, sight: str) -> tuple[float, ...]:
    rgb = linear(colour)
    left = [sum(part * value for part, value in zip(row, rgb, strict=True)) for row in SIGHT[sight]]
    return oklab([min(max(value, 0), 1) for value in left])


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_colours_are_told_apart_with_any_sight(theme: Theme, sight: str):
    found = [seen(ink, sight) for ink in (*inks(theme), theme.riser, theme.muted)]
    for one, other in itertools.combinations(found, 2):
        assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 >= 0.08
