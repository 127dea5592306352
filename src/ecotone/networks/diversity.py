"""Diversity and concentration of amounts, such as activity by organisation or by project.

Amounts are non-negative, in any unit. A measure is NaN where all amounts are 0.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def positive_shares(amounts: npt.ArrayLike) -> Floats:
    """The positive amounts as shares of their sum; raises ValueError on a negative one."""
    values = np.asarray(amounts, dtype=np.float64).ravel()
    if len(values) and float(values.min()) < 0:
        raise ValueError(f"an amount is {float(values.min())}; amounts are 0 or more")
    positive = values[values > 0]
    # scaled first: the sum of tiny or huge amounts neither vanishes nor overflows
    positive = positive / positive.max() if len(positive) else positive
    return positive / positive.sum() if len(positive) else positive


def herfindahl_index(amounts: npt.ArrayLike) -> float:
    """Herfindahl-Hirschman index, sum p^2: 1 where one has all, 1/n where n are equal."""
    share = positive_shares(amounts)
    return float(share @ share) if len(share) else np.nan


def shannon_entropy(amounts: npt.ArrayLike) -> float:
    """Shannon's entropy, -sum p ln p, in nats."""
    share = positive_shares(amounts)
    return max(-float(share @ np.log(share)), 0.0) if len(share) else np.nan


def effective_number(amounts: npt.ArrayLike) -> float:
    """Hill number of order 1, exp(Shannon): the number of equal amounts with the same diversity.

    source  Hill (1973), Ecology 54:427, doi 10.2307/1934352
    """
    return float(np.exp(shannon_entropy(amounts)))


def pielou_evenness(amounts: npt.ArrayLike) -> float:
    """Pielou's evenness, Shannon / ln n: 1 where all are equal; NaN for fewer than two.

    source  Pielou (1966), J. Theor. Biol. 13:131, doi 10.1016/0022-5193(66)90013-0
    """
    count = len(positive_shares(amounts))
    return shannon_entropy(amounts) / float(np.log(count)) if count > 1 else np.nan
