from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from ecotone.foundation.errors import UserError
from ecotone.report import ReportInput, draw_social_card, draw_static_figures, fonts, render_report, static_figures
from ecotone.report.report_input import Language
from ecotone.report.social_card import social_card_svg
from tests.report.made import HOSTILE


@pytest.fixture(scope="module")
def drawn(source: ReportInput) -> dict[str, bytes]:
    return dict(draw_static_figures(source))


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
    for part in ("Unit: points", "activity/ecotone-1", "2022-08 to 2025-11", "git (12 projects)", "partial"):
        assert part in text


def test_hostile_names_are_text_in_figures(drawn: dict[str, bytes]):
    assert all(HOSTILE.encode() not in content for content in drawn.values())
    assert b"<img" not in b"".join(drawn.values())


def test_same_input_same_figures(source: ReportInput, drawn: dict[str, bytes]):
    assert dict(draw_static_figures(source)) == drawn


def test_a_signal_that_was_not_measured_gives_no_figure(source: ReportInput):
    assert not any("absent" in path or "activity-" in path for path, _ in draw_static_figures(source, ("absent",)))


def test_every_figure_of_every_page_is_a_picture_too(source: ReportInput, drawn: dict[str, bytes]):
    pages = dict(render_report(source))
    keys = {path.removeprefix("data/figure/").removesuffix(".js") for path in pages if path.startswith("data/figure/")}
    assert "ranks" in keys
    assert {f"figures/{key}.{kind}" for key in keys for kind in ("svg", "png")} <= set(drawn)


def test_ranks_say_who_stands_where(drawn: dict[str, bytes]):
    text = drawn["figures/ranks.svg"].decode()
    assert "Quarterly ranks by activity: Agent framework" in text
    assert ">giant-low-code</text>" in text


ENGLISH = re.compile(r"\b(Unit|Formula|Period|Source|Coverage|Activity|observed|whole|since|source|dashed|months?)\b")


@pytest.fixture
def any_font(monkeypatch: pytest.MonkeyPatch):
    """As if the machine had fonts for every language: what is written is looked at, not how it is drawn."""
    monkeypatch.setattr(static_figures, "require_font_for", lambda _: None)


def words_of(svg: bytes | str) -> str:
    return " ".join(ElementTree.fromstring(svg).itertext())


@pytest.mark.usefixtures("any_font")
def test_figures_speak_the_language_the_report_opens_in(source: ReportInput, drawn: dict[str, bytes]):
    chinese = dict(draw_static_figures(replace(source, language="zh")))
    assert set(chinese) == set(drawn)
    text = words_of(chinese["figures/activity-infrastructure.svg"])
    for part in ("个项目）：月度活跃度", "单位：分", "时段：2022-08 至 2025-11", "来源：git", "个数据完整"):
        assert part in text
    assert "超出图中范围" in words_of(chinese["figures/activity-agent-framework-without-leader.svg"])
    assert "各季度活跃度排名" in words_of(chinese["figures/ranks.svg"])
    for path, content in chinese.items():
        if path.endswith(".svg"):
            assert not ENGLISH.search(words_of(content)), path
            assert b"Noto Sans CJK SC" in content


def test_a_card_speaks_the_language_the_report_opens_in(source: ReportInput):
    for names in (["heath-ide"], ["heath-ide", "brook"]):
        text = words_of(social_card_svg(replace(source, language="zh"), names))
        assert "每月活跃度（分）" in text
        assert "数据截至 2025-11-18" in text
        assert not ENGLISH.search(text)
        assert "Activity by month (points)" in words_of(social_card_svg(source, names))


def test_without_a_font_for_chinese_nothing_is_drawn_and_it_says_so(
    source: ReportInput, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fonts, "_draw_letter", lambda _: b"an empty box")
    chinese = replace(source, language="zh")
    for draw in (lambda: list(draw_static_figures(chinese)), lambda: draw_social_card(chinese, ["heath-ide"])):
        with pytest.raises(UserError, match=r"fonts-noto-cjk.*--lang en"):
            draw()
    assert list(draw_static_figures(source, ("absent",)))  # English ones need none


def test_letters_of_a_font_are_told_from_empty_boxes():
    assert fonts._draw_letter("b") != fonts._draw_letter("d")
    assert fonts._draw_letter("\U0010fffe") == fonts._draw_letter("\U0010ffff")


@pytest.mark.usefixtures("any_font")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_long_lines_stay_inside_the_picture(every: ReportInput, language: Language):
    svg = "{http://www.w3.org/2000/svg}"
    for path, content in draw_static_figures(replace(every, language=language), ("activity",)):
        if not path.endswith(".svg"):
            continue
        width = float(ElementTree.fromstring(content).attrib["width"])
        for text in ElementTree.fromstring(content).iter(f"{svg}text"):
            lines = [one.text or "" for one in text.iter(f"{svg}tspan")] or [text.text or ""]
            small = text.attrib.get("font-size") in ("10.5px", "12px")
            for line in lines if small else ():
                assert sum(11.5 if letter > "\u2e7f" else 4.6 for letter in line) < width, (path, line)


def test_a_picture_has_the_legend_its_page_has(every: ReportInput):
    drawn = dict(draw_static_figures(every, ("absent",)))
    text = words_of(drawn["figures/assisted-products.svg"])
    for product in ("Helper One", "Other products", "Unit: commits", "Source: git"):
        assert product in text
    for line in ElementTree.fromstring(drawn["figures/assisted-products.svg"]).iter("{http://www.w3.org/2000/svg}text"):
        if "Unit: commits" in "".join(line.itertext()):
            assert line.attrib.get("fill", "none") not in ("none", "transparent"), "it is there, but nobody sees it"
