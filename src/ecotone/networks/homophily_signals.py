"""Homophily signals: how far interactions cross organisations, compared with a null model."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecotone.foundation.declaration import Example
from ecotone.foundation.months import parse_month
from ecotone.networks import mixing
from ecotone.networks.example_rows import example_interactions
from ecotone.networks.mixing_intervals import FEWEST_PEOPLE, assortativity_interval, ei_index_interval
from ecotone.networks.network_signal import network_signal
from ecotone.networks.participation_signals import NO_KNOWN_INTERACTION, NO_KNOWN_INTERACTION_ZH
from ecotone.networks.person_interactions import PERMUTATION_TEST
from ecotone.networks.rolling_windows import Window

MAY: Final = parse_month("2024-05")
KRACKHARDT: Final = "Krackhardt and Stern (1988), Social Psychology Quarterly 51:123, doi 10.2307/2786835"
BOUNDS: Final = "the bounds are known where there was any interaction"
BOUNDS_ZH: Final = "只要有任何互动，上下界仍然给出"
TOO_FEW: Final = (
    f"fewer than {PERMUTATION_TEST['people']} people of known organisations interacted,"
    f" or in fewer than {PERMUTATION_TEST['pairs']} pairs,"
    " or all in one organisation: too few to permute"
)
TOO_FEW_ZH: Final = (
    f"所属组织已知且彼此有互动者不足 {PERMUTATION_TEST['people']} 人、不足 {PERMUTATION_TEST['pairs']} 对，"
    "或全属同一组织，不足以与随机情形比较"
)
# 2 inside, 2 between organisations, 4 with an unknown end
_MIXED_ROWS: Final = [
    *example_interactions("2024-05", "x1>x2", 2),
    *example_interactions("2024-05", "x1>y1 y1>z1"),
    *example_interactions("2024-05", "?1>x1", 4),
]
# five of x and five of y: two drawn at random share an organisation in 4 of 9 cases, and 4 of 9 stay inside
_EXPECTED_ROWS: Final = [
    *example_interactions("2024-05", "x1>x2 x3>x4 y1>y2 y3>y4"),
    *example_interactions("2024-05", "x1>y1 x2>y2 x3>y3 x4>y4 x5>y5 x1>y2 x2>y3 x3>y4 x4>y5 x5>y1", 0.5),
]
JACKKNIFE: Final = "Snijders and Borgatti (1999), Connections 22:161"
TOO_FEW_KNOWN: Final = f"fewer than {FEWEST_PEOPLE} people of known organisations interacted"
TOO_FEW_KNOWN_ZH: Final = f"所属组织已知且彼此有互动者不足 {FEWEST_PEOPLE} 人"
# ten people in two equal rings of pairs: leaving out any one of them changes nothing
_EQUAL_ROWS: Final = [
    *example_interactions("2024-05", "x1>x2 x2>x3 x3>x4 x4>x5 x5>x1 y1>y2 y2>y3 y3>y4 y4>y5 y5>y1"),
    *example_interactions("2024-05", "x1>y1 x2>y2 x3>y3 x4>y4 x5>y5"),
    *example_interactions("2024-05", "?1>x1", 4),
]


@network_signal(
    title="Cross-organisation share",
    title_zh="跨组织互动占比",
    unit="share",
    unit_zh="占比",
    definition_zh=(
        "当月及前两个月内，双方组织均已知的互动中，发生在不同组织之间者按权重所占的比例。"
        "下界假定归属未知的互动都在组织内部，上界假定都跨组织。"
    ),
    source="Ecotone",
    null_means=f"{NO_KNOWN_INTERACTION}; {BOUNDS}",
    null_means_zh=f"{NO_KNOWN_INTERACTION_ZH}；{BOUNDS_ZH}",
    bounds=True,
    example=Example(rows={"person_interactions": _MIXED_ROWS}, answer={("p", MAY): (0.5, 0.25, 0.75)}),
)
def cross_organisation_share(window: Window) -> tuple[float, float, float]:
    """Share of interactions between different organisations, over three months, among people of known organisations.

    The low bound assumes that all interactions with an unknown end stay inside one organisation, the high bound that
    all join two.
    """
    return window.cross_share.value, window.cross_share.low, window.cross_share.high


@network_signal(
    title="E-I index",
    title_zh="E-I 指数",
    unit="index from -1 to 1",
    unit_zh="指数（-1 至 1）",
    definition_zh="跨组织互动与组织内互动按权重之差除以二者之和：-1 表示全在组织内部，1 表示全部跨组织。",
    source=KRACKHARDT,
    null_means=f"{NO_KNOWN_INTERACTION}; {BOUNDS}",
    null_means_zh=f"{NO_KNOWN_INTERACTION_ZH}；{BOUNDS_ZH}",
    bounds=True,
    example=Example(rows={"person_interactions": _MIXED_ROWS}, answer={("p", MAY): (0.0, -0.5, 0.5)}),
)
def ei_index(window: Window) -> tuple[float, float, float]:
    """Interactions between organisations minus those inside, divided by their sum: -1 all inside, 1 all between.

    The bounds are those of the cross-organisation share.
    """
    share = window.cross_share
    return 2 * share.value - 1, 2 * share.low - 1, 2 * share.high - 1


@network_signal(
    title="E-I index, estimated for everybody",
    title_zh="E-I 指数（推及全体）",
    unit="index from -1 to 1",
    unit_zh="指数（-1 至 1）",
    definition_zh=(
        "把所属组织已知者视为全体的样本，E-I 指数及其区间；区间为逐一略去每个已知者（刀切法）所得标准误的 3.5 倍，"
        "隐去一半已知者的试验中约 85% 的区间包含真值。"
    ),
    source=f"{KRACKHARDT}; {JACKKNIFE}",
    null_means=TOO_FEW_KNOWN,
    null_means_zh=TOO_FEW_KNOWN_ZH,
    bounds=True,
    example=Example(rows={"person_interactions": _EQUAL_ROWS}, answer={("p", MAY): (-1 / 3, -1 / 3, -1 / 3)}),
)
def ei_index_estimate(window: Window) -> tuple[float, float, float]:
    """The E-I index with an interval for everybody, if people of known organisations are a sample of all.

    The interval is 3.5 standard errors wide on both sides, from a jackknife over the known people; in experiments that
    hid half of them, about 85 % of the intervals held the value of all.
    """
    return ei_index_interval(window.network)


@network_signal(
    title="E-I index by chance",
    title_zh="随机情形下的 E-I 指数",
    unit="index from -1 to 1",
    unit_zh="指数（-1 至 1）",
    definition_zh="把已知组织随机重新分给同一批有互动的人时，E-I 指数的期望；只取决于各组织的人数。",
    source=KRACKHARDT,
    null_means=NO_KNOWN_INTERACTION,
    null_means_zh=NO_KNOWN_INTERACTION_ZH,
    example=Example(rows={"person_interactions": _EXPECTED_ROWS}, answer={("p", MAY): 0.111111}),
)
def ei_index_expected(window: Window) -> float:
    """Expected E-I index when organisation labels are permuted over people.

    1 - 2 * (probability that two people drawn at random share an organisation), over people who interact with known
    organisations.
    """
    return mixing.expected_ei_index(window.network)


@network_signal(
    title="E-I index against chance",
    title_zh="E-I 指数相对随机的偏离",
    unit="standard deviations",
    unit_zh="个标准差",
    definition_zh=(
        f"E-I 指数与其随机期望之差，除以 {PERMUTATION_TEST['permutations']:,} 次随机重新分配组织所得的标准差："
        "小于 0 表示各组织比人数所能解释的更倾向于内部往来。"
    ),
    source=f"{KRACKHARDT}; {PERMUTATION_TEST['permutations']:,} permutations",
    source_zh=f"{KRACKHARDT}；{PERMUTATION_TEST['permutations']:,} 次置换",
    null_means=TOO_FEW,
    null_means_zh=TOO_FEW_ZH,
    example=Example(rows={"person_interactions": _EXPECTED_ROWS}, answer={("p", MAY): 0.0}),
)
def ei_index_z(window: Window) -> float:
    """Standard deviations between the E-I index and its expected value under permuted organisation labels.

    Below 0, there is more homophily than the sizes of organisations explain.
    """
    return window.ei_test.z if window.ei_test else np.nan


@network_signal(
    title="E-I index: chance of as much",
    title_zh="E-I 指数的随机概率",
    unit="probability",
    unit_zh="概率",
    definition_zh="随机重新分配组织时，E-I 指数偏离期望至少同样远的次数所占的比例（双侧，含观测本身）。",
    source=f"{KRACKHARDT}; {PERMUTATION_TEST['permutations']:,} permutations",
    source_zh=f"{KRACKHARDT}；{PERMUTATION_TEST['permutations']:,} 次置换",
    null_means=TOO_FEW,
    null_means_zh=TOO_FEW_ZH,
    example=Example(rows={"person_interactions": _EXPECTED_ROWS}, answer={("p", MAY): 1.0}),
)
def ei_index_p_value(window: Window) -> float:
    """Two-sided p-value: share of permutations whose E-I index is at least as far from the expected one.

    The observation counts as one of the permutations, so it is never 0.
    """
    return window.ei_test.p if window.ei_test else np.nan


@network_signal(
    title="Assortativity by organisation",
    title_zh="组织同配系数",
    unit="coefficient up to 1",
    unit_zh="系数（至多为 1）",
    definition_zh=(
        "互动发生在同一组织内部的程度超出各组织互动量所能解释的部分："
        "1 表示只在内部往来，0 表示组织无关紧要，负值表示偏向与外部往来。"
    ),
    source="Newman (2003), Phys. Rev. E 67, 026126, eq. 2, of weights",
    source_zh="Newman（2003），Phys. Rev. E 67, 026126，式 2；按权重计算",
    null_means=f"{NO_KNOWN_INTERACTION}, or one organisation had all",
    null_means_zh=f"{NO_KNOWN_INTERACTION_ZH}，或全部属于同一组织",
    example=Example(rows={"person_interactions": _MIXED_ROWS}, answer={("p", MAY): 0.111111}),
)
def assortativity(window: Window) -> float:
    """Newman's r of organisations, weighted: 1 where all interactions stay inside, 0 where there is no homophily.

    In the example 2 of 4 stay inside, and 0.75 * 0.5 + 0.25 * 0.25 by chance: (0.5 - 0.4375) / (1 - 0.4375).
    """
    return mixing.newman_assortativity(window.matrix)


@network_signal(
    title="Assortativity by organisation, estimated for everybody",
    title_zh="组织同配系数（推及全体）",
    unit="coefficient up to 1",
    unit_zh="系数（至多为 1）",
    definition_zh=(
        "把所属组织已知者视为全体的样本，组织同配系数及其区间；区间为逐一略去每个已知者（刀切法）所得标准误的 3.5 倍，"
        "隐去一半已知者的试验中约 90% 的区间包含真值。"
    ),
    source=f"Newman (2003), Phys. Rev. E 67, 026126, eq. 2, of weights; {JACKKNIFE}",
    source_zh=f"Newman（2003），Phys. Rev. E 67, 026126，式 2；按权重计算；{JACKKNIFE}",
    null_means=f"{TOO_FEW_KNOWN}, or one organisation had all",
    null_means_zh=f"{TOO_FEW_KNOWN_ZH}，或全部属于同一组织",
    bounds=True,
    example=Example(rows={"person_interactions": _EQUAL_ROWS}, answer={("p", MAY): (0.4, 0.4, 0.4)}),
)
def assortativity_estimate(window: Window) -> tuple[float, float, float]:
    """Newman's r of organisations with an interval for everybody, if people of known organisations are a sample of all.

    The interval is 3.5 standard errors wide on both sides, from a jackknife over the known people; in experiments that
    hid half of them, about 90 % of the intervals held the value of all.
    """
    return assortativity_interval(window.network)


@network_signal(
    title="Reciprocity between organisations",
    title_zh="组织间互惠度",
    unit="share",
    unit_zh="占比",
    definition_zh=(
        "不同组织之间的互动中，得到对方反向互动回应的部分按权重所占的比例：0 表示全是单向，1 表示有来有往且相等。"
    ),
    source="Squartini et al. (2013), Scientific Reports 3:2729",
    null_means="no interaction between different known organisations in the three months",
    null_means_zh="三个月内没有不同已知组织之间的互动",
    example=Example(
        rows={
            "person_interactions": [
                *example_interactions("2024-05", "x1>y1", 3),
                *example_interactions("2024-05", "y2>x1 y1>z1 x1>x2"),
            ]
        },
        answer={("p", MAY): 0.4},
    ),
)
def organisation_reciprocity(window: Window) -> float:
    """Share of the interactions between different organisations that is matched in the opposite direction.

    In the example x -> y is 3, y -> x is 1, z -> y is 0: (1 + 1) / 5.
    """
    return mixing.weighted_reciprocity(window.matrix)
