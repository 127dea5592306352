"""Participation signals: the people and organisations that interact in a project, and how evenly."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecotone.foundation.declaration import Example
from ecotone.foundation.months import parse_month
from ecotone.networks import diversity
from ecotone.networks.example_rows import example_interactions
from ecotone.networks.network_signal import network_signal
from ecotone.networks.rolling_windows import Window

MAY: Final = parse_month("2024-05")
NO_INTERACTION: Final = "no interaction in the three months"
NO_INTERACTION_ZH: Final = "三个月内没有任何互动"
NO_KNOWN_INTERACTION: Final = "no interaction between people of known organisations in the three months"
NO_KNOWN_INTERACTION_ZH: Final = "三个月内没有双方所属组织均已知的互动"


@network_signal(
    title="People who interact",
    title_zh="参与互动的人数",
    unit="people",
    unit_zh="人",
    definition_zh="当月及前两个月内，与他人至少有一次合并、评审、合著、回复或共同编辑的人数。",
    source="Ecotone",
    when_empty=0,
    whole=True,
    example=Example(
        rows={"person_interactions": example_interactions("2024-05", "x1>x2 x2>x1 ?1>x1")}, answer={("p", MAY): 3}
    ),
)
def interacting_people(window: Window) -> float:
    """People with at least one interaction with another person in the month and the two months before it."""
    return float(len(window.network.organisation_codes))


@network_signal(
    title="Weight of interactions",
    title_zh="互动总权重",
    unit="interactions",
    unit_zh="次互动",
    definition_zh=(
        "当月及前两个月内人与人之间全部互动按种类加权之和："
        "一次合并、评审或合著计 1，一条回复计 0.25，共同编辑至多计 0.5。"
    ),
    source="Ecotone",
    when_empty=0,
    formula="interaction_weight/ecotone-1",
    example=Example(
        rows={
            "person_interactions": [
                *example_interactions("2024-05", "x1>x2 x2>x1"),
                *example_interactions("2024-05", "?1>x1", 0.25),
            ]
        },
        answer={("p", MAY): 2.25},
    ),
)
def interaction_weight(window: Window) -> float:
    """Sum of all interactions between people in the month and the two months before it, weighted by kind.

    A merge, a review or a common change counts 1, a message 0.25, work on the same part at most 0.5.
    """
    return float(window.network.weight.sum())


@network_signal(
    title="Interactions of unknown organisation",
    title_zh="归属未知的互动占比",
    unit="share",
    unit_zh="占比",
    definition_zh="三个月内的互动中，至少一方所属组织未知者按权重所占的比例。",
    source="Ecotone",
    null_means=NO_INTERACTION,
    null_means_zh=NO_INTERACTION_ZH,
    example=Example(
        rows={
            "person_interactions": [
                *example_interactions("2024-05", "x1>y1"),
                *example_interactions("2024-05", "?1>x1 ?1>?2", 0.5),
            ]
        },
        answer={("p", MAY): 0.5},
    ),
)
def interaction_unknown_share(window: Window) -> float:
    """Share of interaction weight with at least one person of unknown organisation."""
    return window.cross_share.unknown


@network_signal(
    title="Organisations that meet",
    title_zh="有往来的组织数",
    unit="organisations",
    unit_zh="个组织",
    definition_zh="三个月内至少与另一已知组织的成员有过一次互动的已知组织数。",
    source="Ecotone",
    when_empty=0,
    whole=True,
    example=Example(
        rows={"person_interactions": example_interactions("2024-05", "x1>y1 y1>y2 z1>z2 z1>?1")}, answer={("p", MAY): 2}
    ),
)
def interacting_organisations(window: Window) -> float:
    """Known organisations with at least one interaction with another known organisation in the three months."""
    known = window.known_mixing
    crossing = known.sum(axis=0) + known.sum(axis=1) - 2 * np.diag(known)
    return float((crossing > 0).sum())


@network_signal(
    title="Effective organisations in interaction",
    title_zh="互动中的有效组织数",
    unit="organisations",
    unit_zh="个组织",
    definition_zh=(
        "把双方组织均已知的每次互动的两端各记给其组织，按各组织所得份额计算一阶希尔数："
        "若各组织参与互动同样多，需要多少个组织才与此同样多样。"
    ),
    source="Hill (1973), Ecology 54:427, doi 10.2307/1934352, of ends of interactions",
    source_zh="Hill（1973），Ecology 54:427，doi 10.2307/1934352；按互动的两端计算",
    null_means=NO_KNOWN_INTERACTION,
    null_means_zh=NO_KNOWN_INTERACTION_ZH,
    example=Example(
        rows={"person_interactions": example_interactions("2024-05", "x1>y1 x2>z1 ?1>x1")},
        answer={("p", MAY): 2.828427},
    ),
)
def interaction_organisation_diversity_q1(window: Window) -> float:
    """Hill number of order 1 of organisations' shares in the ends of interactions with both ends known.

    Two ends of x, one of y, one of z: exp(0.5 ln 2 + 0.5 ln 4).
    """
    return diversity.effective_number(window.organisation_weights)


@network_signal(
    title="Evenness of organisations in interaction",
    title_zh="组织参与互动的均匀度",
    unit="share of the evenness of equals",
    unit_zh="与完全均等之比",
    definition_zh=(
        "各组织在互动两端所占份额的香农熵与组织数对数之比：1 表示各组织参与同样多，接近 0 表示几乎全由一家参与。"
    ),
    source="Pielou (1966), J. Theor. Biol. 13:131, doi 10.1016/0022-5193(66)90013-0",
    null_means=f"{NO_KNOWN_INTERACTION}, or all of them were of one organisation",
    null_means_zh=f"{NO_KNOWN_INTERACTION_ZH}，或全部属于同一组织",
    example=Example(
        rows={"person_interactions": example_interactions("2024-05", "x1>y1 x2>z1 ?1>x1")},
        answer={("p", MAY): 0.946395},
    ),
)
def organisation_evenness(window: Window) -> float:
    """Pielou's evenness of organisations' shares in the ends of interactions: 1 where all have equal shares.

    Two ends of x, one of y, one of z: (0.5 ln 2 + 0.5 ln 4) / ln 3.
    """
    return diversity.pielou_evenness(window.organisation_weights)
