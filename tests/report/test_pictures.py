from __future__ import annotations

import re

import pytest

from ecotone.report import ReportInput, figures, render
from report.made import HOSTILE


@pytest.fixture(scope="module")
def drawn(source: ReportInput) -> dict[str, bytes]:
    return dict(figures(source))


def test_every_field_has_its_figure_and_a_towering_leader_a_second_one(drawn: dict[str, bytes]):
    names = {path.removeprefix("figures/activity-").rsplit(".", 1)[0] for path in drawn}
    assert names >= {"agent-framework", "coding-tool", "infrastructure", "all-fields", "agent-framework-without-leader"}
    assert "infrastructure-without-leader" not in names
    assert {path.rsplit(".", 1)[1] for path in drawn} == {"svg", "png"}


def test_the_hidden_leader_is_named_with_its_peak(drawn: dict[str, bytes]):
    text = drawn["figures/activity-agent-framework-without-leader.svg"].decode()
    assert "giant-low-code: peak 2,370 in 2025-06, off this scale" in text
    assert "off this scale" not in drawn["figures/activity-agent-framework.svg"].decode()


def test_the_riser_is_blue_and_says_by_how_much(drawn: dict[str, bytes]):
    text = drawn["figures/activity-coding-tool.svg"].decode()
    assert "#1c68e3" in text
    assert re.search(r"\+\d+% heath-ide", text)


def test_a_figure_says_what_it_shows(drawn: dict[str, bytes]):
    text = drawn["figures/activity-infrastructure.svg"].decode()
    for part in ("Unit: points", "activity/ecotone-1", "2022-08 to 2025-11", "git (12 projects)", "in part"):
        assert part in text


def test_hostile_names_are_text_in_figures(drawn: dict[str, bytes]):
    assert all(HOSTILE.encode() not in content for content in drawn.values())
    assert b"<img" not in b"".join(drawn.values())


def test_same_input_same_figures(source: ReportInput, drawn: dict[str, bytes]):
    assert dict(figures(source)) == drawn


def test_a_signal_that_was_not_measured_gives_no_figure(source: ReportInput):
    assert not any("absent" in path or "activity-" in path for path, _ in figures(source, ("absent",)))


def test_every_figure_of_every_page_is_a_picture_too(source: ReportInput, drawn: dict[str, bytes]):
    pages = dict(render(source))
    keys = {path.removeprefix("data/figure/").removesuffix(".js") for path in pages if path.startswith("data/figure/")}
    assert "ranks" in keys
    assert {f"figures/{key}.{kind}" for key in keys for kind in ("svg", "png")} <= set(drawn)


def test_ranks_say_who_stands_where(drawn: dict[str, bytes]):
    text = drawn["figures/ranks.svg"].decode()
    assert "Ranks by activity, quarter by quarter: Agent framework" in text
    assert ">giant-low-code</text>" in text
