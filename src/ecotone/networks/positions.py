"""Where things stand on a map: ties pull, everything pushes apart, and chance has no part in it."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

STEPS: Final = 300
GOLDEN: Final = math.pi * (3 - math.sqrt(5))


def positions(count: int, ends: tuple[Codes, Codes], weights: Floats, steps: int = STEPS) -> Floats:
    """Places in the square from 0 to 1 for nodes tied by weights; (count, 2).

    Fruchterman & Reingold (1991, Software: Practice and Experience 21:1129, doi 10.1002/spe.4380211102) from a
    spiral in the order given, with a pull to the middle, so that parts without ties between them stay on the map.
    The same input gives the same places; cost is quadratic in `count`, meant for hundreds.
    """
    if count == 0:
        return np.zeros((0, 2))
    order = np.arange(count)
    radius = np.sqrt((order + 0.5) / count)
    place = np.column_stack([radius * np.cos(order * GOLDEN), radius * np.sin(order * GOLDEN)])
    pull = np.zeros((count, count))
    strength = weights / weights.max() if len(weights) else weights
    np.add.at(pull, ends, strength)
    pull = pull + pull.T
    ties = np.maximum((pull > 0).sum(1), 1)
    # what is tied to everything would else draw everything into one knot
    pull = np.sqrt(pull) / np.sqrt(np.sqrt(ties[:, None] * ties[None, :]))
    natural = 1.6 / math.sqrt(count)
    for step in range(steps):
        apart = place[:, None, :] - place[None, :, :]
        distance = np.maximum(np.sqrt((apart**2).sum(2)), 1e-6)
        np.fill_diagonal(distance, 1.0)
        push = natural**2 / distance**2
        force = ((push - pull * distance / natural)[:, :, None] * apart).sum(1) - 0.6 * place
        length = np.maximum(np.sqrt((force**2).sum(1)), 1e-9)
        warmth = 0.1 * (1 - step / steps) + 0.002
        place = place + force / length[:, None] * np.minimum(length, warmth)[:, None]
    low, high = place.min(0), place.max(0)
    scaled: Floats = (place - low) / np.maximum(high - low, 1e-9)
    return scaled
