"""How evenly something is spread: Hill numbers and their relatives; the same for organisations and for projects.

All take non-negative amounts in any unit (an amount of 0 is nobody) and give NaN where there is nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def shares(amounts: npt.ArrayLike) -> Floats:
    """The positive amounts as shares of their sum; raises ValueError on a negative one."""
    values = np.asarray(amounts, dtype=np.float64).ravel()
    if len(values) and float(values.min()) < 0:
        raise ValueError(f"an amount is {float(values.min())}; amounts are 0 or more")
    positive = values[values > 0]
    # scaled first: the sum of tiny or huge amounts neither vanishes nor overflows
    positive = positive / positive.max() if len(positive) else positive
    return positive / positive.sum() if len(positive) else positive


def concentration(amounts: npt.ArrayLike) -> float:
    """Herfindahl-Hirschman index, sum p^2: 1 where one has all, 1/n where n are equal."""
    share = shares(amounts)
    return float(share @ share) if len(share) else np.nan


def blau(amounts: npt.ArrayLike) -> float:
    """Blau's index, 1 - sum p^2: the chance that two drawn at random are of different kinds.

    source  Blau (1977), Inequality and Heterogeneity
    """
    return 1.0 - concentration(amounts)


def shannon(amounts: npt.ArrayLike) -> float:
    """Shannon's entropy, -sum p ln p, in nats."""
    share = shares(amounts)
    return max(-float(share @ np.log(share)), 0.0) if len(share) else np.nan


def hill(amounts: npt.ArrayLike, order: float) -> float:
    """Hill number: how many equal ones would be as diverse; at order 0 how many there are, at 2 1 / sum p^2.

    source  Hill (1973), Ecology 54:427, doi 10.2307/1934352; order 1 is the limit, exp(Shannon)
    """
    share = shares(amounts)
    if not len(share):
        return np.nan
    if order == 0:
        return float(len(share))
    if order == 1:
        return float(np.exp(shannon(amounts)))
    if np.isinf(order):
        return float(1 / share.max())
    return float((share**order).sum() ** (1 / (1 - order)))


def evenness(amounts: npt.ArrayLike) -> float:
    """Pielou's evenness, Shannon / ln n: 1 where all are equal; NaN for fewer than two.

    source  Pielou (1966), J. Theor. Biol. 13:131, doi 10.1016/0022-5193(66)90013-0
    """
    count = len(shares(amounts))
    return shannon(amounts) / float(np.log(count)) if count > 1 else np.nan


def leaders_share(amounts: npt.ArrayLike, count: int = 4) -> float:
    """The share of the largest `count` together (CR4 with the default)."""
    return float(np.sort(shares(amounts))[::-1][:count].sum()) if len(shares(amounts)) else np.nan
